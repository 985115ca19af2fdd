// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/convert/staging.h"

#include "core/base/os.h"
#include "core/formats/printable.h"

#include <algorithm>
#include <array>
#include <utility>

namespace lathe {

namespace fs = std::filesystem;

namespace {

/// Names of the files that make up a model's folder.
bool isModelFile(const fs::path &path)
{
    constexpr std::array<std::string_view, 14> kNames{"config.json",
                                                      "generation_config.json",
                                                      "model.safetensors.index.json",
                                                      "tokenizer.json",
                                                      "tokenizer_config.json",
                                                      "special_tokens_map.json",
                                                      "added_tokens.json",
                                                      "chat_template.jinja",
                                                      "tokenizer.model",
                                                      "vocab.json",
                                                      "merges.txt",
                                                      "README.md",
                                                      "LICENSE",
                                                      ".gitattributes"};
    const std::string name = path.filename().string();
    return std::ranges::find(kNames, name) != kNames.end() || name.ends_with(".safetensors");
}

Result<> checkFolder(const fs::path &target)
{
    std::error_code error;
    for (fs::directory_iterator it(target, error), end; !error && it != end; it.increment(error)) {
        std::error_code ignored;
        if (it->is_directory(ignored) || !isModelFile(it->path()))
            return fail(Errc::BadInput, target.string(),
                        "holds " + printable(it->path().filename().string()) +
                            ", which is no part of a model and would be lost",
                        "choose another folder");
    }
    if (error)
        return fail(Errc::Io, target.string(), "cannot be read: " + error.message(), "choose another folder");
    return {};
}

/// Whether `inner` is `outer` or lies in it.
bool holds(const fs::path &outer, const fs::path &inner)
{
    std::error_code error;
    const fs::path a = fs::weakly_canonical(outer, error), b = fs::weakly_canonical(inner, error);
    return std::ranges::mismatch(a, b).in1 == a.end();
}

tl::unexpected<Error> cannotWrite(const fs::path &target, const std::error_code &error)
{
    return fail(Errc::Io, target.string(), "cannot be written: " + error.message(),
                "check that the folder exists and is writable");
}

/// Without the separator at the end that people type behind folders.
fs::path withoutSlash(const fs::path &path)
{
    return path.has_filename() ? path : path.parent_path();
}

} // namespace

Result<> checkTarget(const fs::path &target, const fs::path &source, bool isFolder, bool overwrite)
{
    std::error_code error;
    const fs::file_status status = fs::status(target, error);
    if (withoutSlash(target).filename().empty() || withoutSlash(target).filename() == ".." ||
        withoutSlash(target).filename() == ".")
        return fail(Errc::BadInput, target.string(), "is no name for a model", "give a new name");
    if (!fs::exists(status))
        return {};
    if (!overwrite)
        return fail(Errc::BadInput, target.string(), "exists already", "give --force to replace it");
    if (holds(target, source))
        return fail(Errc::BadInput, target.string(), "is the model that is read", "choose another name");
    if (isFolder != fs::is_directory(status) || (!isFolder && !fs::is_regular_file(status)))
        return fail(Errc::BadInput, target.string(),
                    isFolder ? "is a file and cannot become a folder" : "is no file", "choose another name");
    return isFolder ? checkFolder(target) : Result<>();
}

Result<Staging> Staging::create(const fs::path &target)
{
    const fs::path own = withoutSlash(target);
    LATHE_ASSIGN(fs::path folder, os::createFolderBeside(own));
    return Staging(own, std::move(folder));
}

Staging::Staging(Staging &&other) noexcept
    : m_target(std::move(other.m_target)), m_folder(std::exchange(other.m_folder, {}))
{
}

Staging::~Staging()
{
    std::error_code ignored;
    if (!m_folder.empty())
        fs::remove_all(m_folder, ignored);
}

Result<> Staging::checkSpace(uint64_t bytes) const
{
    std::error_code error;
    const fs::space_info space = fs::space(m_folder, error);
    if (error || space.available >= bytes)
        return {};
    return fail(Errc::Io, m_target.string(),
                "needs " + std::to_string(bytes) + " bytes, free are " + std::to_string(space.available),
                "free some space or choose another folder");
}

Result<> Staging::commitFile(bool overwrite)
{
    return os::renameInto(file(), m_target, overwrite);
}

Result<> Staging::commitFolder(bool overwrite)
{
    std::error_code error;
    if (overwrite && fs::exists(m_target, error))
        return replaceFolder();
    LATHE_TRY(os::renameInto(m_folder, m_target, false));
    m_folder.clear();
    return {};
}

/// The old folder moves aside for the time of one rename, and back where that fails.
Result<> Staging::replaceFolder()
{
    LATHE_TRY(checkFolder(m_target));
    LATHE_ASSIGN(const fs::path aside, os::createFolderBeside(m_target));
    std::error_code error;
    fs::rename(m_target, aside / "old", error);
    if (!error) {
        fs::rename(m_folder, m_target, error);
        std::error_code ignored;
        if (error)
            fs::rename(aside / "old", m_target, ignored);
        else
            m_folder.clear();
    }
    std::error_code ignored;
    fs::remove_all(aside, ignored);
    return error ? Result<>(cannotWrite(m_target, error)) : Result<>();
}

Error Staging::named(Error error) const
{
    if (error.subject.starts_with(m_folder.string()))
        error.subject = m_target.string();
    return error;
}

} // namespace lathe
