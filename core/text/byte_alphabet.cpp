// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/byte_alphabet.h"

#include <array>

namespace lathe {

namespace {

constexpr int kEnd = 0x100 + 68; ///< one past the alphabet's last code point

constexpr bool standsForItself(int byte)
{
    return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

struct Alphabet {
    std::array<uint16_t, 256> codePoint{};
    std::array<int16_t, kEnd> byte{}; ///< −1: not of the alphabet
};

constexpr Alphabet makeAlphabet()
{
    Alphabet a;
    a.byte.fill(-1);
    uint16_t next = 0x100;
    for (int b = 0; b < 256; ++b) {
        const uint16_t codePoint = standsForItself(b) ? uint16_t(b) : next++;
        a.codePoint[size_t(b)] = codePoint;
        a.byte[codePoint] = int16_t(b);
    }
    return a;
}

constexpr Alphabet kAlphabet = makeAlphabet();

} // namespace

std::string byteToAlphabet(uint8_t byte)
{
    const uint16_t c = kAlphabet.codePoint[byte];
    if (c < 0x80)
        return std::string(1, char(c));
    return {char(0xC0 | c >> 6), char(0x80 | (c & 0x3F))};
}

std::optional<std::string> alphabetToBytes(std::string_view spelling)
{
    std::string out;
    out.reserve(spelling.size());
    for (size_t i = 0; i < spelling.size(); ++i) {
        unsigned c = uint8_t(spelling[i]);
        if (c >= 0x80) {
            const bool pair = c >= 0xC2 && c <= 0xDF && i + 1 < spelling.size() &&
                              (uint8_t(spelling[i + 1]) & 0xC0) == 0x80;
            if (!pair)
                return std::nullopt;
            c = (c & 0x1F) << 6 | (uint8_t(spelling[++i]) & 0x3F);
        }
        if (c >= unsigned(kEnd) || kAlphabet.byte[c] < 0)
            return std::nullopt;
        out += char(kAlphabet.byte[c]);
    }
    return out;
}

std::optional<uint8_t> spelledByte(std::string_view spelling)
{
    const auto digit = [](char c) {
        if (c >= '0' && c <= '9')
            return c - '0';
        if (c >= 'A' && c <= 'F')
            return c - 'A' + 10;
        return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    };
    if (spelling.size() != 6 || spelling.substr(0, 3) != "<0x" || spelling[5] != '>')
        return std::nullopt;
    const int high = digit(spelling[3]), low = digit(spelling[4]);
    if (high < 0 || low < 0)
        return std::nullopt;
    return uint8_t(high << 4 | low);
}

} // namespace lathe
