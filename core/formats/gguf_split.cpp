// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/gguf_split.h"

#include "core/formats/gguf.h"
#include "core/formats/printable.h"

#include <algorithm>
#include <cstdio>

namespace lathe {

namespace {

constexpr size_t kDigits = 5;
constexpr const char *kGetAgain = "get all parts of the model again";

std::optional<uint32_t> fiveDigits(std::string_view text)
{
    uint32_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9')
            return std::nullopt;
        value = value * 10 + uint32_t(c - '0');
    }
    return value;
}

} // namespace

std::string GgufPartName::of(uint32_t part) const
{
    char end[32];
    std::snprintf(end, sizeof end, "-%05u-of-%05u.gguf", part, count);
    return stem + end;
}

std::optional<GgufPartName> parseGgufPartName(std::string_view fileName)
{
    constexpr std::string_view kForm = "-00000-of-00000.gguf";
    if (fileName.size() <= kForm.size() || !fileName.ends_with(".gguf"))
        return std::nullopt;
    const std::string_view end = fileName.substr(fileName.size() - kForm.size());
    if (end[0] != '-' || end.substr(1 + kDigits, 4) != "-of-")
        return std::nullopt;
    const auto number = fiveDigits(end.substr(1, kDigits)), count = fiveDigits(end.substr(10, kDigits));
    if (!number || !count || *number == 0 || *number > *count)
        return std::nullopt;
    return GgufPartName{std::string(fileName.substr(0, fileName.size() - kForm.size())), *number, *count};
}

tl::unexpected<Error> GgufFile::refusePart(const std::string &name, uint64_t count)
{
    return fail(Errc::BadInput, name,
                "is one part of a model that is split into " + std::to_string(count) +
                    " parts, and its name does not say which",
                "name it …-00001-of-0000N.gguf again and put all parts into one folder");
}

void GgufFile::addPart(GgufFile part)
{
    m_tensors.insert(m_tensors.end(), part.m_tensors.begin(), part.m_tensors.end());
    m_parts.push_back(part.m_bytes);
    std::move(part.m_mappings.begin(), part.m_mappings.end(), std::back_inserter(m_mappings));
}

Result<> GgufFile::indexTensors()
{
    std::vector<std::string_view> names;
    for (const GgufTensor &tensor : m_tensors)
        names.push_back(tensor.name);
    m_tensorNames = NameIndex(names);
    if (const auto twice = m_tensorNames.duplicate())
        return fail(Errc::BadInput, m_name, "tensor \"" + printable(*twice) + "\" is in two parts",
                    kGetAgain);
    return {};
}

Result<GgufFile> GgufFile::openParts(const std::filesystem::path &path, const GgufPartName &name)
{
    std::optional<GgufFile> whole;
    for (uint32_t number = 1; number <= name.count; ++number) {
        const std::filesystem::path file = path.parent_path() / name.of(number);
        std::error_code ignored;
        if (!std::filesystem::exists(file, ignored))
            return fail(Errc::NotFound, path.string(),
                        "is part " + std::to_string(name.number) + " of " + std::to_string(name.count) +
                            ", " + file.filename().string() + " is not there",
                        "put all parts into one folder");
        LATHE_ASSIGN(GgufFile part, openOne(file));
        LATHE_ASSIGN(const uint64_t count, part.getU64("split.count", 0));
        LATHE_ASSIGN(const uint64_t index, part.getU64("split.no", 0));
        if (count != name.count || index != number - 1)
            return fail(Errc::BadInput, file.string(),
                        "says that it is part " + std::to_string(index + 1) + " of " + std::to_string(count),
                        kGetAgain);
        if (whole)
            whole->addPart(std::move(part));
        else
            whole = std::move(part);
    }
    LATHE_ASSIGN(const uint64_t tensors, whole->getU64("split.tensors.count", whole->m_tensors.size()));
    if (tensors != whole->m_tensors.size())
        return fail(Errc::BadInput, path.string(),
                    "the parts have " + std::to_string(whole->m_tensors.size()) +
                        " tensors, the first says " + std::to_string(tensors),
                    kGetAgain);
    LATHE_TRY(whole->indexTensors());
    return std::move(*whole);
}

Result<GgufFile> GgufFile::open(const std::filesystem::path &path)
{
    LATHE_ASSIGN(GgufFile file, openOne(path));
    LATHE_ASSIGN(const uint64_t count, file.getU64("split.count", 0));
    if (count <= 1)
        return file;
    const auto name = parseGgufPartName(path.filename().string());
    if (!name || name->count != count)
        return refusePart(path.string(), count);
    return openParts(path, *name);
}

} // namespace lathe
