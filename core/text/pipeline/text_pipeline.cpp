// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/pipeline/text_pipeline.h"

#include <algorithm>

namespace lathe {

namespace {

constexpr size_t kRoomBytes = size_t(1) << 20; ///< what a normalizer may add to any text
constexpr size_t kGrowth = 64;                  ///< and how many times it may lengthen one

} // namespace

bool TextPipeline::spellsBytes() const
{
    return std::any_of(splitters.begin(), splitters.end(), [](const auto &s) { return s->spellsBytes(); }) ||
           std::any_of(normalizers.begin(), normalizers.end(),
                       [](const auto &n) { return n->spellsBytes(); });
}

Result<std::string> TextPipeline::normalize(std::string_view text, SectionPlace place) const
{
    std::string out(text);
    const size_t limit = kRoomBytes + kGrowth * text.size(); // a text has at most 1 GiB
    for (const auto &step : normalizers)
        LATHE_TRY(step->apply(out, place, limit));
    return out;
}

Result<Words> TextPipeline::split(std::string text, SectionPlace place) const
{
    Words words{std::move(text), {}};
    if (!words.text.empty())
        words.ranges.push_back({0, words.text.size()});
    for (const auto &step : splitters)
        LATHE_TRY(step->apply(words, place));
    return words;
}

std::string TextPipeline::decode(std::vector<DecodedToken> tokens, bool running) const
{
    for (const auto &step : decoders)
        if (!step->apply(tokens, running))
            break; // what is decoded so far is the best there is
    std::string text;
    for (const DecodedToken &token : tokens) {
        if (!hasDecoder && !text.empty())
            text += ' '; // as tokenizers does
        text += token.text;
    }
    return text;
}

} // namespace lathe
