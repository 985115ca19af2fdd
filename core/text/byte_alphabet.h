// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lathe {

/// GPT-2's printable alphabet for bytes: '!'…'~', U+00A1…U+00AC and U+00AE…U+00FF stand for themselves, the
/// other 68 bytes in order for U+0100 and up. Byte-level BPE spells its tokens in it.
std::string byteToAlphabet(uint8_t byte);

/// The bytes of a spelling; nothing where a character is not of the alphabet.
std::optional<std::string> alphabetToBytes(std::string_view spelling);

/// The byte that "<0xNN>" spells, as SentencePiece does.
std::optional<uint8_t> spelledByte(std::string_view spelling);

} // namespace lathe
