// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bytes.h"
#include "core/text/pre_tokenizer.h"
#include "core/text/tokenizer.h"
#include "tests/core/text/tiny_vocabularies.h"
#include "tests/fuzz/require.h"

#include <fuzzer/FuzzedDataProvider.h>

using namespace lathe;
using Special = Tokenizer::Special;

namespace {

TokenizerSpec randomSpec(FuzzedDataProvider &data)
{
    TokenizerSpec spec;
    spec.model = data.ConsumeBool() ? "gpt2" : "llama";
    const auto &rows = preTokenizers();
    spec.pre = rows[data.ConsumeIntegralInRange<size_t>(0, rows.size() - 1)].names.front();
    const size_t count = data.ConsumeIntegralInRange<size_t>(0, 40);
    const auto id = [&]() -> std::optional<uint32_t> {
        if (data.ConsumeBool())
            return std::nullopt;
        return data.ConsumeIntegralInRange<uint32_t>(0, uint32_t(count));
    };
    for (size_t i = 0; i < count; ++i) {
        spec.tokens.push_back(data.ConsumeRandomLengthString(8));
        spec.scores.push_back(data.ConsumeFloatingPoint<float>());
        spec.types.push_back(data.ConsumeIntegralInRange<int32_t>(0, 7));
    }
    for (size_t n = data.ConsumeIntegralInRange<size_t>(0, 20); n > 0; --n)
        spec.merges.push_back(data.ConsumeRandomLengthString(8));
    spec.bos = id();
    spec.eos = id();
    spec.unk = id();
    spec.addBos = data.ConsumeBool();
    spec.addSpacePrefix = data.ConsumeBool();
    spec.removeExtraWhitespaces = data.ConsumeBool();
    return spec;
}

void checkIds(const Tokenizer &tokenizer, const Result<std::vector<uint32_t>> &ids, Special special)
{
    if (!ids) {
        require(isValidUtf8(ids.error().message()));
        return;
    }
    for (const uint32_t id : *ids) {
        require(tokenizer.contains(id));
        require(special != Special::Plain || !tokenizer.isSpecial(id) || id == tokenizer.unk());
    }
    tokenizer.decode(*ids, {.skipSpecial = true});
}

/// SentencePiece spells a space as '▁' and cannot tell the two apart.
std::string withSpaces(std::string text)
{
    const std::string mark = "▁";
    for (size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at))
        text.replace(at, mark.size(), " ");
    return text;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    FuzzedDataProvider data(bytes, size);
    const int kind = data.ConsumeIntegralInRange(0, 3);
    TokenizerSpec spec = kind == 0   ? testing::tinyBpe()
                         : kind == 1 ? testing::tinySpm(true)
                                     : randomSpec(data);
    const auto tokenizer = Tokenizer::create(std::move(spec), "input");
    if (!tokenizer) {
        require(kind > 1 && isValidUtf8(tokenizer.error().message()));
        return 0;
    }
    const std::string first = data.ConsumeRandomLengthString(200);
    const std::string second = data.ConsumeRemainingBytesAsString();
    for (const Special special : {Special::Add, Special::Read, Special::Plain})
        checkIds(*tokenizer, tokenizer->encode(second, special), special);
    const Tokenizer::TextPart parts[] = {{first, true}, {second, false}, {first, false}};
    checkIds(*tokenizer, tokenizer->encode(parts, Special::Read), Special::Read);
    if (kind <= 1) {
        const auto ids = tokenizer->encode(second, Special::Plain);
        require(ids && tokenizer->decode(*ids) == (kind == 0 ? second : withSpaces(second)));
    }
    return 0;
}
