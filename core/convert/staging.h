// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace lathe {

/// A folder beside a target in which it is made; it goes away with the object, with all that is left in it.
class Staging
{
public:
    /// Errors: the target's folder is missing or cannot be written.
    static Result<Staging> create(const std::filesystem::path &target);
    Staging(Staging &&other) noexcept;
    Staging &operator=(Staging &&) = delete;
    ~Staging();

    /// What is to become the target: a name in the folder for a file, the folder itself for a folder.
    std::filesystem::path file() const { return m_folder / m_target.filename(); }
    const std::filesystem::path &folder() const { return m_folder; }

    /// Errors: less than `bytes` free.
    Result<> checkSpace(uint64_t bytes) const;
    /// Renames the file, or the folder, to the target. An existing target goes away first where `overwrite`
    /// allows it.
    Result<> commitFile(bool overwrite);
    Result<> commitFolder(bool overwrite);

    /// An error in which the target stands for what was made here.
    Error named(Error error) const;

private:
    Staging(std::filesystem::path target, std::filesystem::path folder)
        : m_target(std::move(target)), m_folder(std::move(folder))
    {
    }
    Result<> replaceFolder();

    std::filesystem::path m_target;
    std::filesystem::path m_folder;
};

/// Whether a model may be written to `target`. Errors: it exists and `overwrite` is not set; it is a folder
/// where a file is to be, or the other way round; it holds files that are no part of a model, which would be
/// lost; it is `source` or holds it.
Result<> checkTarget(const std::filesystem::path &target, const std::filesystem::path &source, bool isFolder,
                     bool overwrite);

} // namespace lathe
