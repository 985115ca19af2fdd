// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/pre_tokenizer.h"

#include <algorithm>

// The expressions are the published ones of each model family's tokenizer.json, in llama.cpp's naming of
// tokenizer.ggml.pre.
#define GPT2 R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)"
#define CONTRACTION R"((?i:'s|'t|'re|'ve|'m|'ll|'d))"
#define LLAMA3_TAIL R"(| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"
#define UPPER R"([\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}])"
#define LOWER R"([\p{Ll}\p{Lm}\p{Lo}\p{M}])"
#define SLASH_TAIL R"(| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)"

namespace lathe {

namespace {

constexpr std::string_view kLlama3 = CONTRACTION R"(|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3})" LLAMA3_TAIL;
constexpr std::string_view kQwen2 = CONTRACTION R"(|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N})" LLAMA3_TAIL;
constexpr std::string_view kO200k = R"([^\r\n\p{L}\p{N}]?)" UPPER "*" LOWER "+" CONTRACTION "?|"
                                    R"([^\r\n\p{L}\p{N}]?)" UPPER "+" LOWER "*" CONTRACTION "?|"
                                    R"(\p{N}{1,3})" SLASH_TAIL;
constexpr std::string_view kTekken = R"([^\r\n\p{L}\p{N}]?)" UPPER "*" LOWER "+|"
                                     R"([^\r\n\p{L}\p{N}]?)" UPPER "+" LOWER R"(*|\p{N})" SLASH_TAIL;
constexpr std::string_view kDeepSeek3 =
    R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+)"
    R"(| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

} // namespace

const std::vector<PreTokenizerRow> &preTokenizers()
{
    static const std::vector<PreTokenizerRow> rows = {
        {{"default"}, {R"([\p{P}\$\+<=>\^~\|]+)", GPT2, R"(\p{N}+)", "[0-9][0-9][0-9]"}},
        {{"gpt-2", "phi-2", "mpt", "olmo", "jais"}, {GPT2}},
        {{"smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b"},
         {R"(\p{N})", GPT2}},
        {{"llama-bpe", "llama3", "llama-v3", "falcon3"}, {kLlama3}, true, true},
        {{"dbrx", "smaug-bpe"}, {kLlama3}},
        {{"qwen2", "stablelm2", "deepseek-r1-qwen"}, {kQwen2}},
        {{"gpt-4o", "llama4"}, {kO200k}},
        {{"tekken"}, {kTekken}, true, true},
        {{"falcon"}, {R"([\p{P}\$\+<=>\^~\|`]+)", GPT2, "[0-9][0-9][0-9]"}},
        {{"deepseek-coder"},
         {R"([\r\n])", R"(\s?\p{L}+)", R"(\s?\p{P}+)", "[一-龥ࠀ-一가-퟿]+", R"(\p{N})"}},
        {{"deepseek-v3"}, {R"(\p{N}{1,3})", "[一-龥぀-ゟ゠-ヿ]+", kDeepSeek3}},
    };
    return rows;
}

const PreTokenizerRow *findPreTokenizer(std::string_view name)
{
    const std::string_view wanted = name.empty() ? "default" : name;
    const auto &rows = preTokenizers();
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const PreTokenizerRow &r) {
        return std::find(r.names.begin(), r.names.end(), wanted) != r.names.end();
    });
    return row == rows.end() ? nullptr : &*row;
}

std::string preTokenizerNames()
{
    std::string all;
    for (const PreTokenizerRow &row : preTokenizers())
        for (const std::string_view name : row.names)
            all.append(all.empty() ? "" : ", ").append(name);
    return all;
}

} // namespace lathe
