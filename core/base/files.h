// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace lathe {

/// A whole file, mapped read-only; the mapping lives as long as the object. Moves, does not copy.
class MappedFile
{
public:
    /// Errors: not there, not a regular file, not readable. An empty file maps to an empty span.
    static Result<MappedFile> open(const std::filesystem::path &path);

    MappedFile(MappedFile &&other) noexcept;
    MappedFile &operator=(MappedFile &&other) noexcept;
    ~MappedFile();

    std::span<const std::byte> bytes() const { return {m_data, m_size}; }
    const std::filesystem::path &path() const { return m_path; }

private:
    MappedFile(std::filesystem::path path, const std::byte *data, size_t size);

    std::filesystem::path m_path;
    const std::byte *m_data = nullptr;
    size_t m_size = 0;
};

/// The whole file as a string; a pipe is read to its end. More than `limitBytes` is an error.
Result<std::string> readText(const std::filesystem::path &path, size_t limitBytes = size_t(1) << 30);

/// Writes `bytes` to a temporary file beside `path`, syncs it, and renames it: the file appears whole or not
/// at all. An existing file is an error unless `overwrite`.
Result<> writeAtomically(const std::filesystem::path &path, std::span<const std::byte> bytes, bool overwrite);
Result<> writeAtomically(const std::filesystem::path &path, std::string_view text, bool overwrite);

/// As writeAtomically, for content made piece by piece: `produce` gets a function that appends bytes.
using AppendBytes = std::function<Result<>(std::span<const std::byte>)>;
using ProduceBytes = std::function<Result<>(const AppendBytes &)>;
Result<> writeAtomically(const std::filesystem::path &path, bool overwrite, const ProduceBytes &produce);

} // namespace lathe
