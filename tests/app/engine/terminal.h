// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QStringList>

#include <pty.h>
#include <sys/types.h>

/// The real `lathe` on a terminal of its own, as a person sits before it. Every wait has a deadline.
class Terminal
{
public:
    /// The system gives terminals; a root without /dev/pts does not.
    static bool available();

    explicit Terminal(const QStringList &arguments);
    ~Terminal();
    Terminal(const Terminal &) = delete;
    Terminal &operator=(const Terminal &) = delete;

    void type(const QByteArray &keys);
    /// Until `text` has come since the last wait; false at the deadline or the end of the program.
    bool waitFor(const QByteArray &text);
    /// The exit status once the program has ended; −1 at the deadline or after a signal.
    int waitForEnd();
    /// All that was on the screen so far.
    const QByteArray &screen() const { return m_screen; }

private:
    bool read(int waitMs);

    pid_t m_child = -1;
    int m_terminal = -1;
    QByteArray m_screen;
    qsizetype m_seen = 0;
};
