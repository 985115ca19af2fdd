// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/os_process.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace lathe::os {

namespace {

constexpr size_t kKeptOutput = 16 * 1024;
constexpr int kTickMs = 100;

std::vector<char *> pointers(std::vector<std::string> &strings)
{
    std::vector<char *> out;
    for (std::string &text : strings)
        out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

std::vector<std::string> environmentWith(const std::vector<std::string> &added)
{
    std::vector<std::string> all = added;
    for (char **entry = environ; *entry; ++entry) {
        const std::string_view text(*entry);
        const std::string_view name = text.substr(0, text.find('=') + 1);
        bool replaced = false;
        for (const std::string &other : added)
            replaced = replaced || std::string_view(other).starts_with(name);
        if (!replaced)
            all.emplace_back(text);
    }
    return all;
}

Result<pid_t> spawn(const ChildCommand &command, int output)
{
    std::vector<std::string> arguments = command.arguments;
    std::vector<std::string> environment = environmentWith(command.environment);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, 1);
    posix_spawn_file_actions_adddup2(&actions, output, 2);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP); // so that its children end with it
    pid_t child = -1;
    const int failed = ::posix_spawnp(&child, arguments[0].c_str(), &actions, &attributes,
                                      pointers(arguments).data(), pointers(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (failed == ENOENT)
        return fail(Errc::NotFound, arguments[0], "is not installed", "install it");
    if (failed != 0)
        return fail(Errc::Io, arguments[0], std::string("cannot be started: ") + std::strerror(failed));
    return child;
}

/// Reads until the other end is closed; false: cancelled.
bool collect(int input, std::string &output, const CancelToken &cancel, const std::function<void()> &tick)
{
    for (;;) {
        if (cancel.cancelled())
            return false;
        pollfd ready{input, POLLIN, 0};
        if (::poll(&ready, 1, kTickMs) > 0) {
            char buffer[4096];
            const ssize_t got = ::read(input, buffer, sizeof buffer);
            if (got == 0 || (got < 0 && errno != EINTR))
                return true;
            if (got > 0)
                output.append(buffer, size_t(got));
            if (output.size() > kKeptOutput)
                output.erase(0, output.size() - kKeptOutput);
        }
        if (tick)
            tick();
    }
}

} // namespace

Result<ChildResult> runChild(const ChildCommand &command, const CancelToken &cancel,
                             const std::function<void()> &tick)
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return fail(Errc::Io, command.arguments[0], std::string("no pipe: ") + std::strerror(errno));
    const Result<pid_t> child = spawn(command, ends[1]);
    ::close(ends[1]);
    if (!child) {
        ::close(ends[0]);
        return tl::unexpected(child.error());
    }
    ChildResult result;
    const bool finished = collect(ends[0], result.output, cancel, tick);
    ::close(ends[0]);
    if (!finished)
        ::kill(-*child, SIGKILL);
    int status = 0;
    while (::waitpid(*child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!finished)
        return fail(Errc::Cancelled, {}, "cancelled");
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

} // namespace lathe::os
