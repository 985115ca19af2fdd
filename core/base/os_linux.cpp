// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/os.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lathe::os {

namespace fs = std::filesystem;

namespace {

tl::unexpected<Error> failErrno(const fs::path &path, const char *action, std::string remedy)
{
    const Errc code = errno == ENOENT ? Errc::NotFound : Errc::Io;
    return fail(code, path.string(), std::string(action) + ": " + std::strerror(errno), std::move(remedy));
}

uint64_t memInfoBytes(const char *key)
{
    std::ifstream in("/proc/meminfo");
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with(key))
            return std::strtoull(line.c_str() + std::strlen(key), nullptr, 10) * 1024;
    }
    return 0;
}

fs::path xdgFolder(const char *variable, const char *fallback)
{
    const char *set = std::getenv(variable);
    if (set && set[0] == '/')
        return fs::path(set) / "lathe";
    const char *home = std::getenv("HOME");
    return fs::path(home ? home : "/tmp") / fallback / "lathe";
}

void syncFolderOf(const fs::path &target)
{
    const fs::path folder = target.parent_path().empty() ? fs::path(".") : target.parent_path();
    if (const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); descriptor >= 0) {
        ::fsync(descriptor);
        ::close(descriptor);
    }
}

} // namespace

Result<Mapping> mapReadOnly(const fs::path &path)
{
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return failErrno(path, "cannot be opened", "check the path");
    struct stat info {};
    if (::fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode)) {
        ::close(descriptor);
        return fail(Errc::BadInput, path.string(), "is not a regular file", "give the path of a file");
    }
    Mapping mapping{nullptr, size_t(info.st_size)};
    if (mapping.size > 0) {
        void *data = ::mmap(nullptr, mapping.size, PROT_READ, MAP_PRIVATE, descriptor, 0);
        if (data == MAP_FAILED) {
            auto error = failErrno(path, "cannot be mapped", "check the disk and the free address space");
            ::close(descriptor);
            return error;
        }
        mapping.data = static_cast<const std::byte *>(data);
    }
    ::close(descriptor);
    noteMapping(mapping, path);
    return mapping;
}

void unmap(Mapping mapping)
{
    if (!mapping.data)
        return;
    forgetMapping(mapping);
    ::munmap(const_cast<std::byte *>(mapping.data), mapping.size);
}

Result<std::string> readStream(const fs::path &path, size_t limitBytes)
{
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 && errno == EINTR)
        return fail(Errc::Cancelled, {}, "cancelled");
    if (descriptor < 0)
        return failErrno(path, "cannot be opened", "check the path");
    std::string text;
    char buffer[65536];
    ssize_t got = 0;
    while (text.size() <= limitBytes && (got = ::read(descriptor, buffer, sizeof buffer)) > 0)
        text.append(buffer, size_t(got));
    const int fault = got < 0 ? errno : 0;
    ::close(descriptor);
    if (fault == EINTR)
        return fail(Errc::Cancelled, {}, "cancelled");
    if (fault != 0)
        return fail(Errc::Io, path.string(), std::string("cannot be read: ") + std::strerror(fault), "check the path");
    if (text.size() > limitBytes)
        return fail(Errc::BadInput, path.string(),
                    "gives more than " + std::to_string(limitBytes) + " bytes", "give a smaller file");
    return text;
}

Result<TemporaryFile> createBeside(const fs::path &path)
{
    std::string name = (path.parent_path() / ("." + path.filename().string() + ".XXXXXX")).string();
    const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor < 0)
        return failErrno(path, "cannot be written", "check that the folder exists and is writable");
    return TemporaryFile{descriptor, name};
}

Result<> writeAll(const TemporaryFile &file, std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const ssize_t count = ::write(file.descriptor, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return failErrno(file.path, "cannot be written", "free some space or choose another folder");
        bytes = bytes.subspan(size_t(count));
    }
    return {};
}

Result<> commit(const TemporaryFile &file, const fs::path &target, bool overwrite)
{
    const mode_t mask = ::umask(0);
    ::umask(mask);
    const bool synced = ::fchmod(file.descriptor, 0666 & ~mask) == 0 && ::fsync(file.descriptor) == 0;
    ::close(file.descriptor);
    if (!synced) {
        auto error = failErrno(target, "cannot be written", "free some space or choose another folder");
        ::unlink(file.path.c_str());
        return error;
    }
    const int renamed = overwrite ? ::rename(file.path.c_str(), target.c_str())
                                  : ::link(file.path.c_str(), target.c_str());
    if (renamed != 0) {
        const bool exists = errno == EEXIST;
        auto error = exists ? fail(Errc::BadInput, target.string(), "exists already", "give --force to replace it")
                            : failErrno(target, "cannot be written", "check that the folder is writable");
        ::unlink(file.path.c_str());
        return error;
    }
    if (!overwrite)
        ::unlink(file.path.c_str());
    syncFolderOf(target);
    return {};
}

Result<fs::path> createFolderBeside(const fs::path &path)
{
    std::string name = (path.parent_path() / ("." + path.filename().string() + ".XXXXXX")).string();
    if (!::mkdtemp(name.data()))
        return failErrno(path, "cannot be written", "check that the folder exists and is writable");
    const mode_t mask = ::umask(0);
    ::umask(mask);
    ::chmod(name.c_str(), 0777 & ~mask);
    return fs::path(name);
}

Result<> renameInto(const fs::path &from, const fs::path &target, bool overwrite)
{
    const unsigned flags = overwrite ? 0 : RENAME_NOREPLACE;
    int renamed = ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, target.c_str(), flags);
    std::error_code ignored;
    if (renamed != 0 && errno == EINVAL && !fs::exists(target, ignored)) // a file system without the flag
        renamed = ::rename(from.c_str(), target.c_str());
    if (renamed != 0 && errno == EEXIST)
        return fail(Errc::BadInput, target.string(), "exists already", "give --force to replace it");
    if (renamed != 0)
        return failErrno(target, "cannot be written", "check that the folder is writable");
    syncFolderOf(target);
    return {};
}

void discard(const TemporaryFile &file)
{
    ::close(file.descriptor);
    ::unlink(file.path.c_str());
}

double processCpuSeconds()
{
    struct rusage usage {};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval &t) { return double(t.tv_sec) + double(t.tv_usec) * 1e-6; };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

uint64_t availableMemoryBytes()
{
    return memInfoBytes("MemAvailable:");
}

uint64_t totalMemoryBytes()
{
    return memInfoBytes("MemTotal:");
}

unsigned processorCount()
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (::sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    return unsigned(CPU_COUNT(&set) > 0 ? CPU_COUNT(&set) : 1);
}

std::string processorName()
{
    std::ifstream in("/proc/cpuinfo");
    for (std::string line; std::getline(in, line);) {
        if (const size_t colon = line.find(": "); line.starts_with("model name") && colon != std::string::npos)
            return line.substr(colon + 2);
    }
    return "CPU";
}

fs::path homeFolder()
{
    const char *home = std::getenv("HOME");
    return home && home[0] == '/' ? fs::path(home) : fs::path("/");
}

fs::path dataFolder()
{
    return xdgFolder("XDG_DATA_HOME", ".local/share");
}

fs::path cacheFolder()
{
    return xdgFolder("XDG_CACHE_HOME", ".cache");
}

fs::path stateFolder()
{
    return xdgFolder("XDG_STATE_HOME", ".local/state");
}

} // namespace lathe::os
