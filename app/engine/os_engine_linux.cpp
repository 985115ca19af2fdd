// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/os_engine.h"

#include "core/base/os.h"

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <termios.h>
#include <unistd.h>

namespace lathe::os {

namespace {

/// Waits until `descriptor` is ready for `events`; false: the bell rang first.
bool waitFor(int descriptor, short events, const Bell &bell)
{
    for (;;) {
        pollfd ready[] = {{descriptor, events, 0}, {bell.descriptor(), POLLIN, 0}};
        if (::poll(ready, 2, -1) < 0 && errno != EINTR)
            return false;
        if (ready[1].revents != 0)
            return false;
        if (ready[0].revents != 0)
            return true;
    }
}

void (*interruptHandler)() = nullptr;

} // namespace

void holdStandardDescriptors()
{
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        // The lowest free number is the closed one. Reading only: a write gives an error and is not lost.
        if (::fcntl(descriptor, F_GETFD) < 0 && errno == EBADF) [[maybe_unused]]
            const int opened = ::open("/dev/null", O_RDONLY);
    }
}

std::optional<int> takeStandardOutput()
{
    const int flags = ::fcntl(STDOUT_FILENO, F_GETFL);
    if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY)
        return std::nullopt;
    const int copy = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    if (copy < 0)
        return std::nullopt;
    ::dup2(STDERR_FILENO, STDOUT_FILENO);
    return copy;
}

Bell::Bell()
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0) {
        m_read = ends[0];
        m_write = ends[1];
    }
}

Bell::~Bell()
{
    ::close(m_read);
    ::close(m_write);
}

void Bell::ring()
{
    const char one = 1;
    [[maybe_unused]] const ssize_t written = ::write(m_write, &one, 1); // a full pipe rings already
}

size_t readSome(int descriptor, std::span<std::byte> into, const Bell &bell)
{
    for (;;) {
        if (!waitFor(descriptor, POLLIN, bell))
            return 0;
        const ssize_t got = ::read(descriptor, into.data(), into.size());
        if (got >= 0)
            return size_t(got);
        if (errno != EINTR && errno != EAGAIN)
            return 0;
    }
}

bool writeEverything(int descriptor, std::span<const std::byte> bytes, const Bell &bell)
{
    while (!bytes.empty()) {
        // A ready pipe takes PIPE_BUF bytes without blocking, so that the bell is heard in between.
        if (!waitFor(descriptor, POLLOUT, bell))
            return false;
        const size_t slice = bytes.size() < PIPE_BUF ? bytes.size() : PIPE_BUF;
        const ssize_t put = ::write(descriptor, bytes.data(), slice);
        if (put > 0)
            bytes = bytes.subspan(size_t(put));
        else if (errno != EINTR && errno != EAGAIN)
            return false;
    }
    return true;
}

void ignoreBrokenPipes()
{
    ::signal(SIGPIPE, SIG_IGN);
}

void reportShrunkFiles()
{
    struct sigaction action = {};
    action.sa_flags = SA_SIGINFO;
    action.sa_sigaction = [](int, siginfo_t *info, void *) {
        const char *path = mappedFileAt(info->si_addr);
        if (!path) { // not ours: as without a handler
            ::signal(SIGBUS, SIG_DFL);
            return;
        }
        for (const char *part :
             {"lathe: ", path,
              ": was cut short while it was in use, or its disk failed; get the file again\n"})
            [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, part, std::strlen(part));
        ::_exit(1);
    };
    ::sigaction(SIGBUS, &action, nullptr);
}

void exitNow(int status)
{
    ::_exit(status);
}

void onInterrupt(void (*handler)())
{
    interruptHandler = handler;
    struct sigaction action = {};
    if (handler)
        action.sa_handler = [](int) {
            if (interruptHandler)
                interruptHandler();
        };
    else
        action.sa_handler = SIG_DFL;
    ::sigaction(SIGINT, &action, nullptr); // no SA_RESTART: a read from the terminal ends
}

long processId()
{
    return ::getpid();
}

uint64_t processBytes()
{
    std::ifstream in("/proc/self/statm");
    uint64_t total = 0, resident = 0;
    in >> total >> resident;
    return resident * uint64_t(::sysconf(_SC_PAGESIZE));
}

std::string systemName()
{
    std::string name = "Linux";
    std::ifstream release("/etc/os-release");
    for (std::string line; std::getline(release, line);) {
        if (line.starts_with("PRETTY_NAME=\"") && line.ends_with('"'))
            name = line.substr(13, line.size() - 14);
    }
    utsname kernel{};
    return ::uname(&kernel) == 0 ? name + ", " + kernel.sysname + " " + kernel.release : name;
}

struct RawTerminal::Saved {
    termios settings;
};

RawTerminal::RawTerminal()
{
    termios settings;
    if (::tcgetattr(STDIN_FILENO, &settings) != 0)
        return;
    m_saved = std::make_unique<Saved>(Saved{settings});
    settings.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN);
    settings.c_iflag &= ~tcflag_t(IXON);
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    ::tcsetattr(STDIN_FILENO, TCSADRAIN, &settings);
}

RawTerminal::~RawTerminal()
{
    if (m_saved)
        ::tcsetattr(STDIN_FILENO, TCSADRAIN, &m_saved->settings);
}

std::optional<char> readInputByte()
{
    for (;;) {
        char byte = 0;
        const ssize_t got = ::read(STDIN_FILENO, &byte, 1);
        if (got == 1)
            return byte;
        if (got == 0 || errno != EINTR)
            return std::nullopt;
    }
}

unsigned terminalColumns()
{
    winsize size{};
    return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

bool terminalHasCodes()
{
    const char *kind = std::getenv("TERM");
    return kind && kind[0] != 0 && std::string_view(kind) != "dumb";
}

bool inputIsTerminal()
{
    return ::isatty(STDIN_FILENO) != 0;
}
bool outputIsTerminal()
{
    return ::isatty(STDOUT_FILENO) != 0;
}
bool errorIsTerminal()
{
    return ::isatty(STDERR_FILENO) != 0;
}

} // namespace lathe::os
