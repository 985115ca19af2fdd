// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/safetensors.h"

#include "core/base/bytes.h"
#include "core/base/checked.h"
#include "core/formats/printable.h"
#include "core/formats/safetensors_header.h"

#include <algorithm>
#include <numeric>

namespace lathe {

namespace {

constexpr uint64_t kMaxHeaderBytes = 100'000'000;
constexpr uint64_t kLengthBytes = 8;

struct ElementType {
    std::string_view name;
    uint32_t bits;
};

constexpr ElementType kElementTypes[] = {
    {"BOOL", 8},    {"U8", 8},   {"I8", 8},   {"F8_E4M3", 8}, {"F8_E5M2", 8}, {"F8_E8M0", 8}, {"F6_E2M3", 6},
    {"F6_E3M2", 6}, {"F4", 4},   {"U16", 16}, {"I16", 16},    {"F16", 16},    {"BF16", 16},   {"U32", 32},
    {"I32", 32},    {"F32", 32}, {"U64", 64}, {"I64", 64},    {"F64", 64},    {"C64", 64},
};

tl::unexpected<Error> bad(const std::string &file, const SafetensorsHeaderEntry &entry, std::string what)
{
    return fail(Errc::BadInput, file, "tensor \"" + printable(entry.name) + "\" " + std::move(what));
}

/// Bytes that dtype and shape need.
Result<uint64_t> neededBytes(const std::string &file, const SafetensorsHeaderEntry &entry)
{
    const std::optional<uint32_t> bits = safetensorsBits(entry.dtype);
    if (!bits)
        return bad(file, entry, "has the unknown dtype \"" + printable(entry.dtype) + "\"");
    Checked total = *bits;
    for (const uint64_t extent : entry.shape)
        total = total * extent;
    if (!total.ok())
        return bad(file, entry, "has a shape beyond 64 bits");
    if (*total.value() % 8 != 0)
        return bad(file, entry, "does not end at a whole byte");
    return *total.value() / 8;
}

/// Ranges fit dtype and shape, and cover the data without hole or overlap.
Result<> checkRanges(const std::string &file, const std::vector<SafetensorsHeaderEntry> &entries,
                     uint64_t dataBytes)
{
    for (const SafetensorsHeaderEntry &entry : entries) {
        LATHE_ASSIGN(const uint64_t needed, neededBytes(file, entry));
        const Checked size = Checked(entry.offsets[1]) - entry.offsets[0];
        if (size.value() != needed)
            return bad(file, entry, "has data_offsets that do not fit its dtype and shape");
        if (entry.offsets[1] > dataBytes)
            return bad(file, entry, "reaches past the end of the file");
    }
    std::vector<uint32_t> order(entries.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(),
              [&](uint32_t a, uint32_t b) { return entries[a].offsets < entries[b].offsets; });
    uint64_t covered = 0;
    for (const uint32_t i : order) {
        if (entries[i].offsets[0] != covered)
            return bad(file, entries[i],
                       entries[i].offsets[0] < covered ? "overlaps another one" : "leaves a hole before it");
        covered = entries[i].offsets[1];
    }
    if (covered != dataBytes)
        return fail(Errc::BadInput, file, "the tensors do not cover the whole file");
    return {};
}

} // namespace

std::optional<uint32_t> safetensorsBits(std::string_view dtype)
{
    for (const ElementType &type : kElementTypes)
        if (type.name == dtype)
            return type.bits;
    return std::nullopt;
}

Result<SafetensorsFile> SafetensorsFile::open(const std::filesystem::path &path)
{
    LATHE_ASSIGN(MappedFile mapping, MappedFile::open(path));
    LATHE_ASSIGN(SafetensorsFile file, parse(mapping.bytes(), path.string()));
    file.m_mapping = std::move(mapping);
    return file;
}

Result<SafetensorsFile> SafetensorsFile::parse(std::span<const std::byte> bytes, std::string name)
{
    if (bytes.size() < kLengthBytes)
        return fail(Errc::BadInput, name, "is too short for a safetensors file");
    const auto headerBytes = loadLe<uint64_t>(bytes.data());
    if (headerBytes > kMaxHeaderBytes)
        return fail(Errc::BadInput, name, "the header is longer than 100,000,000 bytes");
    if (!(Checked(kLengthBytes) + headerBytes).fits(bytes.size()))
        return fail(Errc::BadInput, name, "the header reaches past the end of the file");
    const std::span<const std::byte> headerSpan = bytes.subspan(kLengthBytes, headerBytes);
    const std::span<const std::byte> data = bytes.subspan(kLengthBytes + headerBytes);
    const std::string_view json(reinterpret_cast<const char *>(headerSpan.data()), headerSpan.size());
    LATHE_ASSIGN(SafetensorsHeader header, parseSafetensorsHeader(json, name));
    LATHE_TRY(checkRanges(name, header.entries, data.size()));

    SafetensorsFile file;
    file.m_bytes = bytes;
    file.m_metadata = std::move(header.metadata);
    file.m_tensors.reserve(header.entries.size());
    file.m_index.reserve(header.entries.size());
    for (SafetensorsHeaderEntry &entry : header.entries) {
        const auto [begin, end] = entry.offsets;
        file.m_tensors.push_back({std::move(entry.name), std::move(entry.dtype), std::move(entry.shape),
                                  data.subspan(begin, end - begin)});
        const std::string &added = file.m_tensors.back().name;
        if (!file.m_index.emplace(added, file.m_tensors.size() - 1).second)
            return fail(Errc::BadInput, name, "tensor \"" + printable(added) + "\" appears twice");
    }
    file.m_name = std::move(name);
    return file;
}

const SafetensorsTensor *SafetensorsFile::find(std::string_view name) const
{
    const auto at = m_index.find(name);
    return at == m_index.end() ? nullptr : &m_tensors[at->second];
}

} // namespace lathe
