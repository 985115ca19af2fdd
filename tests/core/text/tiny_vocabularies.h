// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/byte_alphabet.h"
#include "core/text/tokenizer.h"

namespace lathe::testing {

/// 256 byte tokens, merges of a, b, c and '<' and '|', "<|x|>" as a control token, two spaces as a user's.
inline TokenizerSpec tinyBpe()
{
    TokenizerSpec spec;
    spec.model = "gpt2";
    spec.pre = "gpt-2";
    for (int b = 0; b < 256; ++b)
        spec.tokens.push_back(byteToAlphabet(uint8_t(b)));
    for (const char *merge : {"a a", "aa aa", "a b", "b c", "ab c", "c aa", "aaaa aa", "< |", "| >"}) {
        spec.merges.push_back(merge);
        std::string joined = merge;
        joined.erase(joined.find(' '), 1);
        spec.tokens.push_back(joined);
    }
    spec.types.assign(spec.tokens.size(), int32_t(TokenType::Normal));
    const auto add = [&](const char *spelling, TokenType type) {
        spec.tokens.push_back(spelling);
        spec.types.push_back(int32_t(type));
        return uint32_t(spec.tokens.size() - 1);
    };
    spec.bos = add("<s>", TokenType::Control);
    spec.eos = add("<|x|>", TokenType::Control);
    add("<|x|>y", TokenType::UserDefined);
    add("  ", TokenType::UserDefined);
    return spec;
}

/// A SentencePiece vocabulary with byte tokens for all bytes or for none.
inline TokenizerSpec tinySpm(bool bytes)
{
    TokenizerSpec spec;
    spec.model = "llama";
    const auto add = [&](const std::string &spelling, TokenType type, float score) {
        spec.tokens.push_back(spelling);
        spec.types.push_back(int32_t(type));
        spec.scores.push_back(score);
    };
    add("<unk>", TokenType::Unknown, 0);
    add("<s>", TokenType::Control, 0);
    add("</s>", TokenType::Control, 0);
    constexpr char digits[] = "0123456789ABCDEF";
    for (int b = 0; bytes && b < 256; ++b)
        add(std::string("<0x") + digits[b >> 4] + digits[b & 15] + ">", TokenType::Byte, 0);
    float score = 0;
    for (const char *piece : {"▁", "a", "b", "é", "▁a", "ab", "aa", "▁aa", "aaaa", "ba", "aab"})
        add(piece, TokenType::Normal, --score);
    spec.bos = 1;
    spec.eos = 2;
    spec.unk = 0;
    return spec;
}

} // namespace lathe::testing
