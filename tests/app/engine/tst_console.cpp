// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/cli/console.h"

#include <QFile>
#include <QTemporaryFile>
#include <QTest>

#include <chrono>
#include <thread>
#include <unistd.h>

using namespace lathe;

namespace {

/// What `body` writes to stderr, which is a file meanwhile.
template <class Body> QByteArray errorsOf(Body body)
{
    QTemporaryFile file;
    if (!file.open())
        return "no temporary file";
    std::fflush(stderr);
    const int before = dup(STDERR_FILENO);
    dup2(file.handle(), STDERR_FILENO);
    body();
    std::fflush(stderr);
    dup2(before, STDERR_FILENO);
    close(before);
    QFile written(file.fileName());
    return written.open(QIODevice::ReadOnly) ? written.readAll() : "cannot be read";
}

/// Two stages: a short one and one of more than three seconds.
void work(cli::Console &console)
{
    const TaskContext task = console.task();
    task.report("Reading the file", 0, 2);
    task.report("Reading the file", 2, 2);
    task.report("Testing kernels", 0, 3);
    std::this_thread::sleep_for(std::chrono::milliseconds(3100));
    task.report("Testing kernels", 1, 3);
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    task.report("Testing kernels", 2, 3);
}

} // namespace

class TestConsole : public QObject
{
    Q_OBJECT

private slots:
    void aLongStageIsToldOnceWithoutATerminal()
    {
        const QByteArray told = errorsOf([] {
            cli::Console console({});
            work(console);
        });
        QCOMPARE(told, QByteArray("Testing kernels …\n"));
    }

    void quietIsQuiet()
    {
        const QByteArray told = errorsOf([] {
            cli::Console console({false, true, false});
            work(console);
        });
        QCOMPARE(told, QByteArray());
    }
};

QTEST_GUILESS_MAIN(TestConsole)
#include "tst_console.moc"
