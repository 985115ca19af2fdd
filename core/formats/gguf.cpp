// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/gguf.h"

#include "core/formats/gguf_parser.h"
#include "core/formats/printable.h"

namespace lathe {

static constexpr const char *kConvertAgain = "get the file again, or convert the model again";

Result<GgufFile> GgufFile::openOne(const std::filesystem::path &path)
{
    LATHE_ASSIGN(MappedFile mapping, MappedFile::open(path));
    LATHE_ASSIGN(GgufFile file, GgufParser(mapping.bytes(), path.string()).parse());
    file.m_mappings.push_back(std::move(mapping));
    return file;
}

Result<GgufFile> GgufFile::parse(std::span<const std::byte> bytes, std::string name)
{
    LATHE_ASSIGN(GgufFile file, GgufParser(bytes, std::move(name)).parse());
    LATHE_ASSIGN(const uint64_t parts, file.getU64("split.count", 0));
    if (parts > 1)
        return refusePart(file.m_name, parts);
    return file;
}

const GgufValue *GgufFile::find(std::string_view key) const
{
    const auto at = m_keys.find(key);
    return at ? &m_metadata[*at].second : nullptr;
}

const GgufTensor *GgufFile::findTensor(std::string_view name) const
{
    const auto at = m_tensorNames.find(name);
    return at ? &m_tensors[*at] : nullptr;
}

template <class T, class As> Result<T> GgufFile::get(std::string_view key, As as, const char *wanted) const
{
    const GgufValue *value = find(key);
    if (!value)
        return fail(Errc::BadInput, m_name, "has no metadata key \"" + printable(key) + "\"", kConvertAgain);
    std::optional<T> converted = (value->*as)();
    if (!converted)
        return fail(Errc::BadInput, m_name,
                    "metadata key \"" + printable(key) + "\" is not " + wanted + " (" +
                        std::string(ggufTypeName(value->elementType())) +
                        (value->isArray() ? " array)" : ")"),
                    kConvertAgain);
    return std::move(*converted);
}

template <class T, class As>
Result<T> GgufFile::get(std::string_view key, As as, const char *wanted, T fallback) const
{
    if (!find(key))
        return fallback;
    return get<T>(key, as, wanted);
}

Result<std::string_view> GgufFile::getString(std::string_view key) const
{
    return get<std::string_view>(key, &GgufValue::asString, "a string");
}

Result<uint64_t> GgufFile::getU64(std::string_view key) const
{
    return get<uint64_t>(key, &GgufValue::asU64, "an integer of 0 or more");
}

Result<float> GgufFile::getF32(std::string_view key) const
{
    return get<float>(key, &GgufValue::asF32, "a float");
}

Result<bool> GgufFile::getBool(std::string_view key) const
{
    return get<bool>(key, &GgufValue::asBool, "a bool");
}

Result<std::vector<std::string_view>> GgufFile::getStrings(std::string_view key) const
{
    return get<std::vector<std::string_view>>(key, &GgufValue::asStrings, "an array of strings");
}

Result<std::vector<int64_t>> GgufFile::getIntegers(std::string_view key) const
{
    return get<std::vector<int64_t>>(key, &GgufValue::asIntegers, "an array of integers");
}

Result<std::vector<float>> GgufFile::getFloats(std::string_view key) const
{
    return get<std::vector<float>>(key, &GgufValue::asFloats, "an array of floats");
}

Result<std::string_view> GgufFile::getString(std::string_view key, std::string_view fallback) const
{
    return get<std::string_view>(key, &GgufValue::asString, "a string", fallback);
}

Result<uint64_t> GgufFile::getU64(std::string_view key, uint64_t fallback) const
{
    return get<uint64_t>(key, &GgufValue::asU64, "an integer of 0 or more", fallback);
}

Result<float> GgufFile::getF32(std::string_view key, float fallback) const
{
    return get<float>(key, &GgufValue::asF32, "a float", fallback);
}

Result<bool> GgufFile::getBool(std::string_view key, bool fallback) const
{
    return get<bool>(key, &GgufValue::asBool, "a bool", fallback);
}

} // namespace lathe
