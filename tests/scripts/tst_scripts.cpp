// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

namespace {

/// A copy of the scripts in an empty tree, with stand-ins for every program that would change the machine:
/// each writes its arguments into a log.
class Tree
{
public:
    Tree()
    {
        QDir dir(m_folder.path());
        for (const char *path : {"scripts", "bin", "build/release/bin", "elsewhere"})
            dir.mkpath(path);
        for (const char *name : {"run", "test", "setup-common"})
            QFile::copy(QStringLiteral(LATHE_SCRIPTS "/") + name, dir.filePath(QString("scripts/") + name));
        for (const char *tool :
             {"bash", "env", "awk", "sort", "comm", "mkdir", "cat", "dirname", "nproc", "pwd"})
            QFile::link(QStandardPaths::findExecutable(tool), dir.filePath(QString("bin/") + tool));
        fake("bin/dpkg-query", "for p; do case \" $MISSING -W \" in *\" $p \"*) ;; *) "
                               "echo \"installed $p\";; esac; done; exit 1");
        fake("bin/apt-get", "log apt-get \"$@\"");
        fake("bin/sudo", "log sudo; exec \"$@\"");
        fake("bin/id", "echo \"$USER_ID\"");
        fake("bin/cmake", "log cmake \"$@\"");
        fake("bin/ctest", "log ctest \"$@\"; echo '100% tests passed'; exit ${CTEST_STATUS:-0}");
        fake("build/release/bin/lathe", "log lathe \"$@\" in \"${PWD##*/}\"; [ \"$1\" != pull ] || "
                                        "{ [ -z \"$NO_MODEL\" ] || exit 1; echo /models/m.gguf; }");
        fake("build/release/bin/lathe-desktop", "log lathe-desktop \"$@\" \"$QT_QPA_PLATFORM\"");
        m_environment.insert("PATH", dir.filePath("bin"));
        m_environment.insert("LOG", dir.filePath("log"));
        m_environment.insert("USER_ID", "0");
    }

    void fake(const QString &path, const QByteArray &body)
    {
        QFile file(QDir(m_folder.path()).filePath(path));
        if (file.open(QIODevice::WriteOnly))
            file.write("#!/bin/bash\nlog() { echo \"$*\" >> \"$LOG\"; }\n" + body + "\n");
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }
    void remove(const QString &path) { QFile::remove(QDir(m_folder.path()).filePath(path)); }
    void set(const QString &name, const QString &value) { m_environment.insert(name, value); }
    QString path(const QString &below) const { return QDir(m_folder.path()).filePath(below); }

    int run(const QString &script, const QStringList &arguments = {})
    {
        QProcess process;
        process.setProcessEnvironment(m_environment);
        process.setWorkingDirectory(path("elsewhere"));
        process.start(path("scripts/" + script), arguments);
        process.waitForFinished(20000);
        out = QString::fromUtf8(process.readAllStandardOutput());
        err = QString::fromUtf8(process.readAllStandardError());
        return process.exitCode();
    }
    QStringList log() const
    {
        QFile file(path("log"));
        return file.open(QIODevice::ReadOnly)
                   ? QString::fromUtf8(file.readAll()).split('\n', Qt::SkipEmptyParts)
                   : QStringList();
    }
    QStringList logOf(const QString &program) const
    {
        return log().filter(QRegularExpression("^" + program + " "));
    }

    QString out, err;

private:
    QTemporaryDir m_folder;
    QProcessEnvironment m_environment;
};

} // namespace

class TestScripts : public QObject
{
    Q_OBJECT

private slots:
    void installsWhatIsMissing();
    void installsNothingTheSecondTime();
    void takesSudo();
    void saysWhatRootShouldDo();
    void aptFails();
    void window();
    void terminal();
    void withoutAModel();
    void passesArguments();
    void testsBothPresets();
    void testOptions();
};

void TestScripts::installsWhatIsMissing()
{
    Tree tree;
    tree.set("MISSING", "ccache libqcustomplot-dev");
    QCOMPARE(tree.run("run", {"devices"}), 0);
    const QStringList apt = tree.logOf("apt-get");
    QCOMPARE(apt.size(), 2);
    QVERIFY(apt[0].startsWith("apt-get update"));
    QVERIFY(apt[1].startsWith("apt-get install -y "));
    QVERIFY(apt[1].endsWith(" ccache libqcustomplot-dev"));
    QVERIFY(tree.err.contains("Installing 2 packages"));
    QVERIFY(tree.err.contains("ccache libqcustomplot-dev"));
}

void TestScripts::installsNothingTheSecondTime()
{
    Tree tree;
    QCOMPARE(tree.run("run", {"devices"}), 0);
    QCOMPARE(tree.logOf("apt-get"), QStringList());
    QVERIFY(!tree.err.contains("Installing"));
}

void TestScripts::takesSudo()
{
    Tree tree;
    tree.set("MISSING", "ccache");
    tree.set("USER_ID", "1000");
    QCOMPARE(tree.run("run", {"devices"}), 0);
    QCOMPARE(tree.log().filter(QRegularExpression("^sudo")).size(), 2);
    QCOMPARE(tree.logOf("apt-get").size(), 2);
}

void TestScripts::saysWhatRootShouldDo()
{
    Tree tree;
    tree.remove("bin/sudo");
    tree.set("MISSING", "ccache");
    tree.set("USER_ID", "1000");
    QCOMPARE(tree.run("run", {"devices"}), 1);
    QVERIFY(tree.err.contains("apt-get install ccache"));
    QCOMPARE(tree.logOf("apt-get"), QStringList());
}

void TestScripts::aptFails()
{
    Tree tree;
    tree.fake("bin/apt-get", "echo 'E: Unable to fetch' >&2; exit 100");
    tree.set("MISSING", "ccache");
    QCOMPARE(tree.run("test"), 1);
    QVERIFY(tree.err.contains("E: Unable to fetch"));
    QVERIFY(tree.err.contains("apt could not install the packages"));
    QCOMPARE(tree.logOf("ctest"), QStringList());
}

void TestScripts::window()
{
    Tree tree;
    tree.set("DISPLAY", ":7");
    QCOMPARE(tree.run("run"), 0);
    QCOMPARE(tree.logOf("lathe-desktop"), QStringList{"lathe-desktop --model /models/m.gguf "});
    QVERIFY(tree.logOf("cmake").contains("cmake --preset release"));
    QVERIFY(tree.logOf("cmake").contains("cmake --build --preset release --target lathe lathe-desktop"));
}

void TestScripts::terminal()
{
    Tree tree;
    QCOMPARE(tree.run("run"), 0);
    QVERIFY(tree.err.contains("No display"));
    const QStringList lathe = tree.logOf("lathe");
    QCOMPARE(lathe.size(), 2);
    QVERIFY(lathe[1].startsWith("lathe chat /models/m.gguf --prompt "));
    const QString picture = tree.path("build/lathe-window.png");
    const QString begin = "lathe-desktop --screenshot " + picture + " --model /models/m.gguf --prompt ";
    QCOMPARE(tree.logOf("lathe-desktop").size(), 1);
    QVERIFY(tree.logOf("lathe-desktop")[0].startsWith(begin));
    QVERIFY(tree.logOf("lathe-desktop")[0].endsWith(" offscreen"));
    QVERIFY(tree.err.contains("Picture of the window: " + picture));
}

void TestScripts::withoutAModel()
{
    Tree tree;
    tree.set("NO_MODEL", "1");
    tree.set("WAYLAND_DISPLAY", "wayland-0");
    QCOMPARE(tree.run("run"), 0);
    QVERIFY(tree.err.contains("The default model is not here"));
    QCOMPARE(tree.logOf("lathe-desktop"), QStringList{"lathe-desktop "});
}

void TestScripts::passesArguments()
{
    Tree tree;
    QCOMPARE(tree.run("run", {"bench", "a b.gguf", "-p", "64"}), 0);
    QCOMPARE(tree.logOf("lathe"), QStringList{"lathe bench a b.gguf -p 64 in elsewhere"});
    QVERIFY(tree.logOf("cmake").contains("cmake --build --preset release --target lathe"));
}

void TestScripts::testsBothPresets()
{
    Tree tree;
    QCOMPARE(tree.run("test"), 0);
    const QStringList runs = tree.logOf("ctest");
    QCOMPARE(runs.size(), 2);
    QVERIFY(runs[0].startsWith("ctest --preset asan "));
    QVERIFY(runs[1].startsWith("ctest --preset release "));
    QVERIFY(tree.out.endsWith("100% tests passed\n"));
    tree.set("CTEST_STATUS", "8");
    QCOMPARE(tree.run("test"), 1);
    QVERIFY(tree.out.endsWith("100% tests passed\n")); // ctest's summary comes last
}

void TestScripts::testOptions()
{
    Tree tree;
    QCOMPARE(tree.run("test", {"--long", "--no-asan", "-R", "tst_x"}), 0);
    const QStringList runs = tree.logOf("ctest");
    QCOMPARE(runs.size(), 1);
    QVERIFY(runs[0].startsWith("ctest --preset long "));
    QVERIFY(runs[0].endsWith(" -R tst_x"));
}

QTEST_GUILESS_MAIN(TestScripts)
#include "tst_scripts.moc"
