// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/gguf_parser.h"

#include "core/formats/printable.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace lathe {

namespace {

constexpr const char *kFetchAgain = "fetch the file again";
constexpr uint64_t kMaxEntries = 500'000;
// A file with holes is long at no cost: what is read at once is bounded by itself.
constexpr uint64_t kMaxElements = uint64_t(1) << 24; // of all arrays together
constexpr uint64_t kMaxStringBytes = uint64_t(1) << 26;
// The least bytes that a key with its value, or what is said of a tensor, takes.
constexpr uint64_t kMinKeyBytes = 8 + 1 + 4 + 1;
constexpr uint64_t kMinTensorBytes = 8 + 1 + 4 + 8 + 4 + 8;

std::string inQuotes(std::string_view text)
{
    return "\"" + printable(text) + "\"";
}

/// Why isGgufName(text, limit) says no.
std::string nameFault(std::string_view text, size_t limit)
{
    if (text.empty())
        return " has no name";
    if (text.size() > limit)
        return " has a name of " + std::to_string(text.size()) + " bytes, more than " + std::to_string(limit);
    return " has a name that is not plain UTF-8 text: " + inQuotes(text);
}

} // namespace

tl::unexpected<Error> GgufParser::bad(std::string what) const
{
    return fail(Errc::BadInput, m_name, std::move(what));
}

tl::unexpected<Error> GgufParser::cutShort(const std::string &where) const
{
    return fail(Errc::BadInput, m_name, where + " reaches past the end of the file", kFetchAgain);
}

std::optional<std::string_view> GgufParser::readString()
{
    const std::optional<uint64_t> length = read<uint64_t>();
    if (!length || *length > left())
        return std::nullopt;
    const char *text = reinterpret_cast<const char *>(m_bytes.data()) + m_at;
    m_at += *length;
    return std::string_view(text, *length);
}

Result<GgufFile> GgufParser::parse()
{
    LATHE_TRY(readHeader());
    LATHE_TRY(readMetadata());
    LATHE_TRY(readSettings());
    LATHE_TRY(readTensorInfos());
    LATHE_TRY(placeTensors());
    LATHE_TRY(checkOverlaps());
    m_file.m_bytes = m_bytes;
    m_file.m_parts = {m_bytes};
    m_file.m_name = std::move(m_name);
    return std::move(m_file);
}

Result<> GgufParser::readHeader()
{
    static_assert(std::endian::native == std::endian::little);
    const auto magic = read<uint32_t>();
    if (!magic || *magic != kGgufMagic)
        return bad("is not a GGUF file");
    const auto version = read<uint32_t>();
    const auto tensors = read<uint64_t>();
    const auto keys = read<uint64_t>();
    if (!version || !tensors || !keys)
        return cutShort("the header");
    const uint32_t swapped = __builtin_bswap32(*version);
    if (swapped >= 1 && swapped <= 3)
        return fail(Errc::Unsupported, m_name, "unsupported: big-endian GGUF", "convert it to little-endian");
    if (*version != 2 && *version != 3)
        return fail(Errc::Unsupported, m_name, "unsupported: GGUF version " + std::to_string(*version),
                    "versions 2 and 3 can be read");
    if (*keys > std::min(left() / kMinKeyBytes, kMaxEntries))
        return fail(Errc::BadInput, m_name,
                    "claims " + std::to_string(*keys) + " metadata keys, more than its size allows",
                    kFetchAgain);
    if (*tensors > std::min(left() / kMinTensorBytes, kMaxEntries))
        return fail(Errc::BadInput, m_name,
                    "claims " + std::to_string(*tensors) + " tensors, more than its size allows",
                    kFetchAgain);
    m_file.m_version = *version;
    m_keyCount = *keys;
    m_tensorCount = *tensors;
    return {};
}

Result<> GgufParser::readMetadata()
{
    m_file.m_metadata.reserve(m_keyCount);
    std::vector<std::string_view> keys;
    keys.reserve(m_keyCount);
    for (uint64_t i = 0; i < m_keyCount; ++i) {
        const auto key = readString();
        if (!key)
            return cutShort("metadata key " + std::to_string(i));
        if (!isGgufName(*key, kGgufMaxKeyBytes))
            return bad("metadata key " + std::to_string(i) + nameFault(*key, kGgufMaxKeyBytes));
        LATHE_ASSIGN(const GgufValue value, readValue(*key));
        m_file.m_metadata.emplace_back(*key, value);
        keys.push_back(*key);
    }
    m_file.m_keys = NameIndex(keys);
    if (const auto twice = m_file.m_keys.duplicate())
        return bad("metadata key " + inQuotes(*twice) + " appears twice");
    return {};
}

Result<GgufValue> GgufParser::readValue(std::string_view key)
{
    const auto number = read<uint32_t>();
    if (!number)
        return cutShort("metadata key " + inQuotes(key));
    if (*number >= uint32_t(GgufType::Count))
        return bad("metadata key " + inQuotes(key) + " has the unknown value type " +
                   std::to_string(*number));
    const auto type = GgufType(*number);
    if (type == GgufType::Array)
        return readArray(key);
    const uint64_t begin = m_at;
    if (type == GgufType::String) {
        const auto text = readString();
        if (!text)
            return cutShort("the string of metadata key " + inQuotes(key));
        if (text->size() > kMaxStringBytes)
            return bad("metadata key " + inQuotes(key) + " is a string of " + std::to_string(text->size()) +
                       " bytes, the limit is " + std::to_string(kMaxStringBytes));
        return GgufValue::scalar(type, m_bytes.subspan(begin, m_at - begin));
    }
    const uint64_t size = ggufTypeBytes(type);
    if (left() < size)
        return cutShort("metadata key " + inQuotes(key));
    m_at += size;
    if (type == GgufType::Bool && m_bytes[begin] > std::byte(1))
        return bad("metadata key " + inQuotes(key) + " is a bool that is neither 0 nor 1");
    return GgufValue::scalar(type, m_bytes.subspan(begin, size));
}

Result<GgufValue> GgufParser::readArray(std::string_view key)
{
    const auto number = read<uint32_t>();
    const auto count = read<uint64_t>();
    if (!number || !count)
        return cutShort("the array of metadata key " + inQuotes(key));
    if (*number >= uint32_t(GgufType::Count))
        return bad("metadata key " + inQuotes(key) + " has the unknown element type " +
                   std::to_string(*number));
    const auto type = GgufType(*number);
    if (type == GgufType::Array)
        return fail(Errc::Unsupported, m_name,
                    "unsupported: metadata key " + inQuotes(key) + " is an array of arrays");
    if (*count > kMaxElements - m_elements)
        return bad("metadata key " + inQuotes(key) + " has " + std::to_string(*count) +
                   " elements, the limit for all keys is " + std::to_string(kMaxElements));
    m_elements += *count;
    const uint64_t begin = m_at;
    if (type == GgufType::String) {
        LATHE_TRY(skipStrings(key, *count));
    } else {
        const Checked size = Checked(*count) * ggufTypeBytes(type);
        if (!size.fits(left()))
            return cutShort("the array of metadata key " + inQuotes(key));
        m_at += *size.value();
    }
    const std::span<const std::byte> bytes = m_bytes.subspan(begin, m_at - begin);
    if (type == GgufType::Bool &&
        std::any_of(bytes.begin(), bytes.end(), [](std::byte b) { return b > std::byte(1); }))
        return bad("metadata key " + inQuotes(key) + " has a bool that is neither 0 nor 1");
    return GgufValue::array(type, *count, bytes);
}

Result<> GgufParser::skipStrings(std::string_view key, uint64_t count)
{
    if (count > left() / sizeof(uint64_t))
        return cutShort("the array of metadata key " + inQuotes(key));
    for (uint64_t i = 0; i < count; ++i)
        if (!readString())
            return cutShort("string " + std::to_string(i) + " of metadata key " + inQuotes(key));
    return {};
}

/// The keys that say how the rest of the file is to be read.
Result<> GgufParser::readSettings()
{
    if (const GgufValue *alignment = m_file.find("general.alignment")) {
        const std::optional<uint64_t> value = alignment->asU64();
        if (alignment->elementType() != GgufType::U32 || !value || !isGgufAlignment(*value))
            return bad("\"general.alignment\" is not a u32 power of two from 8 to " +
                       std::to_string(kGgufMaxAlignment));
        m_alignment = *value;
    }
    if (const GgufValue *split = m_file.find("split.count")) {
        if (!split->asU64())
            return bad("\"split.count\" is not an integer of 0 or more");
    }
    return {};
}

Result<> GgufParser::readTensorInfos()
{
    m_file.m_tensors.reserve(m_tensorCount);
    std::vector<std::string_view> names;
    names.reserve(m_tensorCount);
    for (uint64_t i = 0; i < m_tensorCount; ++i) {
        LATHE_ASSIGN(GgufTensor tensor, readTensorInfo(i));
        names.push_back(tensor.name);
        m_file.m_tensors.push_back(std::move(tensor));
    }
    m_file.m_tensorNames = NameIndex(names);
    if (const auto twice = m_file.m_tensorNames.duplicate())
        return bad("tensor " + inQuotes(*twice) + " appears twice");
    return {};
}

Result<GgufTensor> GgufParser::readTensorInfo(uint64_t number)
{
    GgufTensor tensor;
    const auto name = readString();
    if (!name)
        return cutShort("the name of tensor " + std::to_string(number));
    if (!isGgufName(*name, kGgufMaxTensorNameBytes))
        return bad("tensor " + std::to_string(number) + nameFault(*name, kGgufMaxTensorNameBytes));
    tensor.name = *name;
    const std::string label = "tensor " + inQuotes(*name);
    LATHE_TRY(readShape(tensor, label));
    const auto type = read<uint32_t>();
    const auto offset = read<uint64_t>();
    if (!type || !offset)
        return cutShort(label);
    const std::optional<DType> known = dtypeFromGguf(*type);
    if (!known)
        return fail(Errc::Unsupported, m_name,
                    "unsupported: " + label + " has the type number " + std::to_string(*type));
    tensor.type = *known;
    const DTypeInfo &info = dtypeInfo(*known);
    if (tensor.cols % info.blockElements != 0)
        return bad(label + " has rows of " + std::to_string(tensor.cols) + " elements, which " +
                   std::string(info.name) + " cannot store");
    tensor.offset = *offset;
    return tensor;
}

Result<> GgufParser::readShape(GgufTensor &tensor, const std::string &label)
{
    const auto dimensions = read<uint32_t>();
    if (!dimensions)
        return cutShort(label);
    if (*dimensions < 1 || *dimensions > kGgufMaxDimensions)
        return bad(label + " has " + std::to_string(*dimensions) + " dimensions, not 1 to 4");
    Checked rows = 1;
    for (uint32_t i = 0; i < *dimensions; ++i) {
        const auto extent = read<uint64_t>();
        if (!extent)
            return cutShort(label);
        if (*extent == 0)
            return bad(label + " has an extent of 0");
        tensor.shape.push_back(*extent);
        if (i > 0)
            rows = rows * *extent;
    }
    tensor.cols = tensor.shape[0];
    if (!(rows * tensor.cols).fits(INT64_MAX))
        return bad(label + " has more elements than 63 bits can count");
    tensor.rows = *rows.value();
    return {};
}

/// Turns offsets from the start of the data into offsets in the file, and sets the data.
Result<> GgufParser::placeTensors()
{
    const Checked dataBegin = Checked(m_at).alignedTo(m_alignment);
    for (GgufTensor &tensor : m_file.m_tensors) {
        const std::string label = "tensor " + inQuotes(tensor.name);
        if (tensor.offset % m_alignment != 0)
            return bad(label + " has an offset that is no multiple of the alignment " +
                       std::to_string(m_alignment));
        const Checked begin = dataBegin + tensor.offset;
        const Checked size = Checked(tensor.rows) * rowBytes(tensor.type, tensor.cols);
        if (!(begin + size).fits(m_bytes.size()))
            return cutShort(label);
        tensor.offset = *begin.value();
        tensor.data = m_bytes.subspan(tensor.offset, *size.value());
    }
    return {};
}

Result<> GgufParser::checkOverlaps() const
{
    const std::vector<GgufTensor> &tensors = m_file.m_tensors;
    std::vector<uint32_t> order(tensors.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(),
              [&](uint32_t a, uint32_t b) { return tensors[a].offset < tensors[b].offset; });
    for (size_t i = 1; i < order.size(); ++i) {
        const GgufTensor &before = tensors[order[i - 1]], &after = tensors[order[i]];
        if (before.offset + before.data.size() > after.offset)
            return bad("tensors " + inQuotes(before.name) + " and " + inQuotes(after.name) + " share bytes");
    }
    return {};
}

} // namespace lathe
