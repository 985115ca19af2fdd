// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/convert/same_text.h"

#include "core/formats/printable.h"

#include <algorithm>
#include <array>
#include <vector>

namespace lathe {

namespace {

using Special = Tokenizer::Special;

/// Where tokenizers differ: white space at borders and in runs, digits, contractions, cases, scripts,
/// combining and joined characters, bytes without a token, code.
constexpr std::array<std::string_view, 16> kSamples{
    "",
    "Hello, world!",
    " leading and trailing ",
    "two  three   four    spaces\t\ttabs\n\nlines\r\n  \n end",
    "1 12 123 1234 12345 3.14159 1,000,000 0x7f 2024-11-23",
    "I'm you're he'll WE'VE they'd don't it's O'Neill",
    "camelCase snake_case UPPER lower MiXeD ǅ",
    "naïve café Ångström e\u0301 ﬁ ½ ² Ⅳ",
    "Привет, мир! Γειά σου κόσμε",
    "你好，世界。こんにちは 세계",
    "مرحبا بالعالم שלום עולם नमस्ते ไทย",
    "👍🏽 👩‍👩‍👧 🇩🇪 ☃️ \U0001F9EC",
    "a\u00a0b\u3000c\u200bd\u2028e\ufefff",
    "for (int i = 0; i < n; ++i) { x[i] += \"a\\n\"; } // #!?",
    "<s></s><unk><pad>[PAD][INST] <<SYS>> <|x|> ▁▁ Ġ",
    "\x01\x7f\xc3\x28\xff mixed bytes",
};

std::optional<std::string> sampleDifference(const Tokenizer &a, const Tokenizer &b, std::string_view text)
{
    const std::string shown = "\"" + printable(text, 60) + "\"";
    for (const Special special : {Special::Add, Special::Read, Special::Plain}) {
        const auto left = a.encode(text, special), right = b.encode(text, special);
        if (left.has_value() != right.has_value() || (left && *left != *right))
            return "the ids of " + shown;
        if (left && a.decode(*left) != b.decode(*right))
            return "the text of the ids of " + shown;
    }
    return std::nullopt;
}

bool isFiller(const Tokenizer &tokenizer, uint32_t id)
{
    return tokenizer.spelling(id).empty() || tokenizer.type(id) == TokenType::Unused ||
           tokenizer.spelling(id).starts_with("[PAD");
}

std::optional<std::string> tokenDifference(const Tokenizer &a, const Tokenizer &b)
{
    for (uint32_t id = 0; id < std::max(a.size(), b.size()); ++id) {
        const std::string name = "token " + std::to_string(id);
        if (!a.contains(id) || !b.contains(id)) {
            if (!isFiller(a.contains(id) ? a : b, id))
                return name;
            continue;
        }
        if (isFiller(a, id) && isFiller(b, id))
            continue;
        if (a.spelling(id) != b.spelling(id) || a.isSpecial(id) != b.isSpecial(id))
            return name;
        if (a.isEndOfGeneration(id) != b.isEndOfGeneration(id))
            return name + " as an end of generation";
    }
    return a.bos() != b.bos() || a.eos() != b.eos() ? std::optional<std::string>("BOS or EOS") : std::nullopt;
}

} // namespace

std::optional<std::string> firstDifference(const Tokenizer &a, const Tokenizer &b, std::string_view sample)
{
    if (auto found = tokenDifference(a, b))
        return found;
    std::vector<std::string> texts(kSamples.begin(), kSamples.end());
    texts.emplace_back(sample);
    constexpr uint32_t kSpecials = 512; ///< of which samples are made: some vocabularies have thousands alike
    uint32_t specials = 0;
    for (uint32_t id = 0; id < a.size() && specials < kSpecials; ++id) {
        if (a.type(id) == TokenType::Normal || a.type(id) == TokenType::Byte || isFiller(a, id))
            continue;
        const std::string spelling(a.spelling(id));
        texts.push_back("a" + spelling + " b " + spelling);
        ++specials;
    }
    for (const std::string &text : texts) {
        if (auto found = sampleDifference(a, b, text))
            return found;
    }
    return std::nullopt;
}

} // namespace lathe
