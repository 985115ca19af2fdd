// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal.h"

#include <QElapsedTimer>

#include <csignal>
#include <cstdlib>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

constexpr int kDeadlineMs = 30000;

} // namespace

bool Terminal::available()
{
    int master = -1, slave = -1;
    if (::openpty(&master, &slave, nullptr, nullptr, nullptr) != 0)
        return false;
    ::close(master);
    ::close(slave);
    return true;
}

Terminal::Terminal(const QStringList &arguments)
{
    std::vector<QByteArray> words{LATHE_PROGRAM};
    for (const QString &argument : arguments)
        words.push_back(argument.toUtf8());
    std::vector<char *> pointers;
    for (QByteArray &word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    winsize size{24, 80, 0, 0};
    m_child = ::forkpty(&m_terminal, nullptr, nullptr, &size);
    if (m_child != 0)
        return;
    ::setenv("TERM", "xterm", 1);
    ::execv(pointers[0], pointers.data());
    ::_exit(127);
}

Terminal::~Terminal()
{
    ::close(m_terminal);
    if (m_child > 0) {
        ::kill(m_child, SIGKILL);
        ::waitpid(m_child, nullptr, 0);
    }
}

void Terminal::type(const QByteArray &keys)
{
    [[maybe_unused]] const ssize_t written = ::write(m_terminal, keys.data(), size_t(keys.size()));
}

bool Terminal::read(int waitMs)
{
    pollfd ready{m_terminal, POLLIN, 0};
    if (::poll(&ready, 1, waitMs) <= 0)
        return true;
    char buffer[4096];
    const ssize_t got = ::read(m_terminal, buffer, sizeof buffer);
    if (got > 0)
        m_screen.append(buffer, got);
    return got > 0;
}

bool Terminal::waitFor(const QByteArray &text)
{
    QElapsedTimer timer;
    timer.start();
    for (bool open = true;;) {
        if (const qsizetype at = m_screen.indexOf(text, m_seen); at >= 0) {
            m_seen = at + text.size();
            return true;
        }
        if (!open || timer.elapsed() > kDeadlineMs)
            return false;
        open = read(50);
    }
}

int Terminal::waitForEnd()
{
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < kDeadlineMs) {
        read(20);
        int status = 0;
        if (::waitpid(m_child, &status, WNOHANG) == m_child) {
            m_child = -1;
            return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        }
    }
    return -1;
}
