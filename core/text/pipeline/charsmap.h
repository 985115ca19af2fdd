// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lathe {

/// A precompiled_charsmap of SentencePiece: which text becomes which. Its bytes are the trie's size in bytes
/// (u32), the trie (u32 each), and the replacements one after another, each ended by a NUL. The trie is a
/// double array as Darts-clone has it (Aoe 1989; https://github.com/s-yata/darts-clone): a unit holds a label
/// in bits 0–7 and 31, whether its node ends a key in bit 8, and in bits 9–31 where the node's children are;
/// a unit that is a value holds where the key's replacement begins.
class Charsmap
{
public:
    /// Errors, without a subject: sizes that do not fit; replacements that are no UTF-8.
    static Result<Charsmap> parse(std::span<const std::byte> bytes);

    /// The replacement of the shortest key that `text` begins with; nothing if none does. A trie that leads
    /// out of itself has no key there.
    std::optional<std::string_view> find(std::string_view text) const;

private:
    std::vector<uint32_t> m_units;
    std::string m_replacements;
};

} // namespace lathe
