// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/pipeline/charsmap.h"

#include "core/base/bytes.h"

namespace lathe {

namespace {

constexpr uint32_t kLabel = uint32_t(1) << 31 | 0xFF;
constexpr uint32_t kValue = (uint32_t(1) << 31) - 1;

bool endsKey(uint32_t unit)
{
    return (unit >> 8 & 1) != 0;
}

uint32_t offset(uint32_t unit)
{
    return unit >> 10 << ((unit & 0x200) >> 6);
}

} // namespace

Result<Charsmap> Charsmap::parse(std::span<const std::byte> bytes)
{
    const auto bad = [](const char *what) {
        return fail(Errc::BadInput, {}, what, "download the file again");
    };
    if (bytes.size() < sizeof(uint32_t))
        return bad("is too short");
    const size_t trieBytes = loadLe<uint32_t>(bytes.data());
    bytes = bytes.subspan(sizeof(uint32_t));
    if (trieBytes == 0 || trieBytes % sizeof(uint32_t) != 0 || trieBytes > bytes.size())
        return bad("has a trie of a size that does not fit");
    Charsmap out;
    for (size_t at = 0; at < trieBytes; at += sizeof(uint32_t))
        out.m_units.push_back(loadLe<uint32_t>(bytes.data() + at));
    const auto rest = bytes.subspan(trieBytes);
    out.m_replacements.assign(reinterpret_cast<const char *>(rest.data()), rest.size());
    if (!isValidUtf8(out.m_replacements))
        return bad("has replacements that are no UTF-8");
    return out;
}

std::optional<std::string_view> Charsmap::find(std::string_view text) const
{
    size_t at = offset(m_units[0]);
    for (const char c : text) {
        const uint8_t label = uint8_t(c);
        at ^= label;
        if (label == 0 || at >= m_units.size() || (m_units[at] & kLabel) != label)
            return std::nullopt;
        const bool ends = endsKey(m_units[at]);
        at ^= offset(m_units[at]);
        if (!ends)
            continue;
        if (at >= m_units.size())
            return std::nullopt;
        const size_t begin = m_units[at] & kValue;
        // One that begins inside a character would not be UTF-8.
        if (begin >= m_replacements.size() || (uint8_t(m_replacements[begin]) & 0xC0) == 0x80)
            return std::nullopt;
        const std::string_view all = std::string_view(m_replacements).substr(begin);
        return all.substr(0, all.find('\0'));
    }
    return std::nullopt;
}

} // namespace lathe
