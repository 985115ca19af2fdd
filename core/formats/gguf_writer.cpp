// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/gguf_writer.h"

#include "core/base/checked.h"
#include "core/formats/gguf_limits.h"
#include "core/formats/printable.h"
#include "core/formats/produce.h"

#include <algorithm>
#include <bit>

namespace lathe {

namespace {

constexpr uint32_t kVersion = 3;
constexpr std::string_view kAlignmentKey = "general.alignment";

template <class T> void append(std::string &out, T value)
{
    static_assert(std::endian::native == std::endian::little);
    out.append(reinterpret_cast<const char *>(&value), sizeof value);
}

void appendString(std::string &out, std::string_view text)
{
    append(out, uint64_t(text.size()));
    out += text;
}

void appendArrayHead(std::string &out, GgufType elementType, uint64_t count)
{
    append(out, uint32_t(GgufType::Array));
    append(out, uint32_t(elementType));
    append(out, count);
}

template <class T> std::string encodeScalar(GgufType type, T value)
{
    std::string out;
    append(out, uint32_t(type));
    append(out, value);
    return out;
}

template <class T> std::string encodeArray(GgufType type, std::span<const T> values)
{
    std::string out;
    appendArrayHead(out, type, values.size());
    out.append(reinterpret_cast<const char *>(values.data()), values.size_bytes());
    return out;
}

template <class Items, class NameOf>
Result<> checkNames(const std::string &file, const Items &items, NameOf nameOf, const char *kind,
                    size_t limit)
{
    std::vector<std::string_view> names;
    for (const auto &item : items) {
        names.push_back(nameOf(item));
        if (!isGgufName(names.back(), limit))
            return fail(Errc::BadInput, file,
                        std::string(kind) + " \"" + printable(names.back()) +
                            "\" has a name that GGUF does not allow");
    }
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end())
        return fail(Errc::BadInput, file,
                    std::string(kind) + " \"" + printable(*twice) + "\" is given twice");
    return {};
}

/// Nothing if it does not fit 64 bits.
std::optional<uint64_t> shapeBytes(DType type, std::span<const uint64_t> shape)
{
    Checked bytes = shape.empty() ? 0 : rowBytes(type, shape[0]);
    for (size_t i = 1; i < shape.size(); ++i)
        bytes = bytes * shape[i];
    return bytes.value();
}

} // namespace

void GgufWriter::set(std::string_view key, std::string encoded)
{
    const auto at =
        std::find_if(m_metadata.begin(), m_metadata.end(), [&](const auto &e) { return e.first == key; });
    if (at != m_metadata.end())
        at->second = std::move(encoded);
    else
        m_metadata.emplace_back(key, std::move(encoded));
}

void GgufWriter::setString(std::string_view key, std::string_view value)
{
    std::string out;
    append(out, uint32_t(GgufType::String));
    appendString(out, value);
    set(key, std::move(out));
}

void GgufWriter::setBool(std::string_view key, bool value)
{
    set(key, encodeScalar(GgufType::Bool, uint8_t(value)));
}

void GgufWriter::setU32(std::string_view key, uint32_t value)
{
    set(key, encodeScalar(GgufType::U32, value));
}

void GgufWriter::setU64(std::string_view key, uint64_t value)
{
    set(key, encodeScalar(GgufType::U64, value));
}

void GgufWriter::setI32(std::string_view key, int32_t value)
{
    set(key, encodeScalar(GgufType::I32, value));
}

void GgufWriter::setF32(std::string_view key, float value)
{
    set(key, encodeScalar(GgufType::F32, value));
}

void GgufWriter::setStrings(std::string_view key, std::span<const std::string> values)
{
    std::string out;
    appendArrayHead(out, GgufType::String, values.size());
    for (const std::string &value : values)
        appendString(out, value);
    set(key, std::move(out));
}

void GgufWriter::setBools(std::string_view key, const std::vector<bool> &values)
{
    const std::vector<uint8_t> bytes(values.begin(), values.end());
    set(key, encodeArray(GgufType::Bool, std::span<const uint8_t>(bytes)));
}

void GgufWriter::setI32s(std::string_view key, std::span<const int32_t> values)
{
    set(key, encodeArray(GgufType::I32, values));
}

void GgufWriter::setF32s(std::string_view key, std::span<const float> values)
{
    set(key, encodeArray(GgufType::F32, values));
}

void GgufWriter::setValue(std::string_view key, const GgufValue &value)
{
    std::string out;
    if (value.isArray())
        appendArrayHead(out, value.elementType(), value.count());
    else
        append(out, uint32_t(value.elementType()));
    out.append(reinterpret_cast<const char *>(value.bytes().data()), value.bytes().size());
    set(key, std::move(out));
}

void GgufWriter::remove(std::string_view key)
{
    std::erase_if(m_metadata, [&](const auto &entry) { return entry.first == key; });
}

void GgufWriter::addTensor(std::string_view name, DType type, std::vector<uint64_t> shape,
                           std::span<const std::byte> data)
{
    m_tensors.push_back({std::string(name), type, std::move(shape), data.size(),
                         [data](const AppendBytes &append) { return append(data); }});
}

void GgufWriter::addTensor(std::string_view name, DType type, std::vector<uint64_t> shape,
                           ProduceBytes produce)
{
    const uint64_t bytes = shapeBytes(type, shape).value_or(0);
    m_tensors.push_back({std::string(name), type, std::move(shape), bytes, std::move(produce)});
}

/// What "general.alignment" says, whatever it is, or the default; 0 if it is no u32.
uint64_t GgufWriter::alignment() const
{
    for (const auto &[key, encoded] : m_metadata) {
        if (key != kAlignmentKey)
            continue;
        const auto *bytes = reinterpret_cast<const std::byte *>(encoded.data());
        const bool isU32 = encoded.size() == 8 && loadLe<uint32_t>(bytes) == uint32_t(GgufType::U32);
        return isU32 ? loadLe<uint32_t>(bytes + 4) : 0;
    }
    return kGgufDefaultAlignment;
}

Result<> GgufWriter::check(const std::string &file) const
{
    LATHE_TRY(checkNames(
        file, m_metadata, [](const auto &e) { return std::string_view(e.first); }, "metadata key",
        kGgufMaxKeyBytes));
    LATHE_TRY(checkNames(
        file, m_tensors, [](const Tensor &t) { return std::string_view(t.name); }, "tensor",
        kGgufMaxTensorNameBytes));
    if (!isGgufAlignment(alignment()))
        return fail(Errc::BadInput, file,
                    "\"general.alignment\" is not a u32 power of two from 8 to " +
                        std::to_string(kGgufMaxAlignment));
    for (const Tensor &tensor : m_tensors)
        LATHE_TRY(checkTensor(file, tensor));
    return {};
}

Result<> GgufWriter::checkTensor(const std::string &file, const Tensor &tensor) const
{
    const std::string label = "tensor \"" + printable(tensor.name) + "\"";
    const DTypeInfo &info = dtypeInfo(tensor.type);
    if (tensor.shape.empty() || tensor.shape.size() > kGgufMaxDimensions)
        return fail(Errc::BadInput, file, label + " has not 1 to 4 dimensions");
    if (info.ggufType < 0)
        return fail(Errc::Unsupported, file,
                    label + " is " + std::string(info.name) + ", which GGUF does not know");
    if (tensor.shape[0] % info.blockElements != 0)
        return fail(Errc::BadInput, file,
                    label + " has rows of " + std::to_string(tensor.shape[0]) + " elements, which " +
                        std::string(info.name) + " cannot store");
    if (shapeBytes(tensor.type, tensor.shape) != tensor.bytes || tensor.bytes == 0)
        return fail(Errc::BadInput, file, label + " has data that does not fit its shape");
    return {};
}

std::string GgufWriter::header() const
{
    std::string out;
    append(out, kGgufMagic);
    append(out, kVersion);
    append(out, uint64_t(m_tensors.size()));
    append(out, uint64_t(m_metadata.size()));
    for (const auto &[key, encoded] : m_metadata) {
        appendString(out, key);
        out += encoded;
    }
    uint64_t offset = 0;
    for (const Tensor &tensor : m_tensors) {
        appendString(out, tensor.name);
        append(out, uint32_t(tensor.shape.size()));
        for (const uint64_t extent : tensor.shape)
            append(out, extent);
        append(out, uint32_t(dtypeInfo(tensor.type).ggufType));
        append(out, offset);
        offset = roundUp(offset + tensor.bytes, alignment());
    }
    if (!m_tensors.empty())
        out.resize(roundUp(uint64_t(out.size()), alignment()), '\0');
    return out;
}

Result<> GgufWriter::produce(const AppendBytes &appendBytes) const
{
    const std::string head = header();
    LATHE_TRY(appendBytes(std::as_bytes(std::span(head))));
    const std::string padding(alignment(), '\0');
    for (const Tensor &tensor : m_tensors) {
        LATHE_TRY(produceExactly(tensor.name, tensor.bytes, tensor.produce, appendBytes));
        const uint64_t padded = roundUp(tensor.bytes, alignment());
        LATHE_TRY(appendBytes(std::as_bytes(std::span(padding)).first(padded - tensor.bytes)));
    }
    return {};
}

Result<> GgufWriter::write(const std::filesystem::path &path, bool overwrite) const
{
    LATHE_TRY(check(path.string()));
    return writeAtomically(path, overwrite,
                           [&](const AppendBytes &appendBytes) { return produce(appendBytes); });
}

Result<std::string> GgufWriter::toBytes(const std::string &name) const
{
    LATHE_TRY(check(name));
    std::string out;
    LATHE_TRY(produce([&](std::span<const std::byte> bytes) -> Result<> {
        out.append(reinterpret_cast<const char *>(bytes.data()), bytes.size());
        return {};
    }));
    return out;
}

} // namespace lathe
