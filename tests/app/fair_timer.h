// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QFile>

namespace lathe::desktop {

/// A stopwatch for bounds on how fast the window reacts, on machines that others load as well: the time that
/// this thread was ready to run and had to wait for a processor is not counted; what it computed, slept or
/// waited for an event is. Linux tells the former (second field of schedstat, nanoseconds); where it does
/// not, this is a plain stopwatch.
class FairTimer
{
public:
    FairTimer() { start(); }
    void start()
    {
        m_waited = waitedMs();
        m_timer.start();
    }
    /// Milliseconds since the start.
    qint64 elapsed() const { return m_timer.elapsed() - (waitedMs() - m_waited); }

private:
    static qint64 waitedMs()
    {
        QFile file(QStringLiteral("/proc/thread-self/schedstat"));
        const QList<QByteArray> fields =
            file.open(QIODevice::ReadOnly) ? file.readAll().split(' ') : QList<QByteArray>();
        return fields.value(1).toLongLong() / 1000000;
    }

    QElapsedTimer m_timer;
    qint64 m_waited = 0;
};

} // namespace lathe::desktop
