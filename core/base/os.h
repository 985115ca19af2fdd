// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

/// What differs between operating systems and has no Qt: core/base/os_*.cpp is the part to port.
namespace lathe::os {

struct Mapping {
    const std::byte *data = nullptr;
    size_t size = 0;
};

Result<Mapping> mapReadOnly(const std::filesystem::path &path);
void unmap(Mapping mapping);
/// The path of the file mapped at `address`, as it was given, or null. For a signal handler: another process
/// may cut a mapped file short, and reading past its new end is a fault.
const char *mappedFileAt(const void *address);
/// What mapReadOnly and unmap tell mappedFileAt.
void noteMapping(const Mapping &mapping, const std::filesystem::path &path);
void forgetMapping(const Mapping &mapping);

/// What a pipe or a terminal gives until its end. Errors: more than `limitBytes`, Io, Cancelled (by a
/// signal).
Result<std::string> readStream(const std::filesystem::path &path, size_t limitBytes);

/// A new file for writing in the folder of `path`, with a name no other process has. The caller closes it.
struct TemporaryFile {
    int descriptor = -1;
    std::filesystem::path path;
};
Result<TemporaryFile> createBeside(const std::filesystem::path &path);
Result<> writeAll(const TemporaryFile &file, std::span<const std::byte> bytes);
/// fsync, close, rename to `target`, fsync of the folder. Without `overwrite` an existing target is kept and
/// an error.
Result<> commit(const TemporaryFile &file, const std::filesystem::path &target, bool overwrite);
/// Closes and deletes.
void discard(const TemporaryFile &file);

/// A new folder in that of `path`, with a name no other process has.
Result<std::filesystem::path> createFolderBeside(const std::filesystem::path &path);
/// Renames a finished file, whose bytes are synced, or folder. Without `overwrite` an existing target is kept
/// and an error; a folder is never replaced.
Result<> renameInto(const std::filesystem::path &from, const std::filesystem::path &target, bool overwrite);

/// User + system CPU seconds of this process.
double processCpuSeconds();
/// Bytes of physical memory that are free for use, and installed.
uint64_t availableMemoryBytes();
uint64_t totalMemoryBytes();
/// Processors this process may run on (at least 1).
unsigned processorCount();
/// "Intel Xeon …", or "CPU".
std::string processorName();

/// The user's home folder; "/" where none is known.
std::filesystem::path homeFolder();
/// ~/.local/share/lathe, ~/.cache/lathe, ~/.local/state/lathe or what the XDG variables say; not created.
std::filesystem::path dataFolder();
std::filesystem::path cacheFolder();
std::filesystem::path stateFolder();

} // namespace lathe::os
