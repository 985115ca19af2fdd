// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/pipeline/decoders.h"
#include "core/text/pipeline/normalizers.h"
#include "core/text/pipeline/splitters.h"
#include "core/text/tokenizer_spec.h"

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace lathe {

/// What a tokenizer.json does with a text, step by step: normalizers, splitters, a model for each word, and
/// decoders on the way back.
struct TextPipeline {
    enum class Model { Bpe, Unigram };

    NormalizerSteps normalizers;
    SplitterSteps splitters;
    DecoderSteps decoders;
    bool hasDecoder = false;

    Model model = Model::Bpe;
    std::vector<std::pair<uint32_t, uint32_t>> merges; ///< Bpe: in order of rank
    bool ignoreMerges = false;                         ///< Bpe: a word that is a token becomes it
    std::optional<uint32_t> unknown;                   ///< the token of unknown characters
    bool fuseUnknown = false;                          ///< one unknown token for a run of unknown characters
    bool byteFallback = false;                         ///< unknown characters become "<0xNN>" tokens
    std::vector<double> logProbabilities;              ///< Unigram: by id

    /// Whether words are spelled in GPT-2's alphabet of bytes.
    bool spellsBytes() const;

    /// Errors: the result is over 64 times as long and 1 MiB more; an expression that gave up.
    Result<std::string> normalize(std::string_view text, SectionPlace place) const;
    Result<Words> split(std::string text, SectionPlace place) const;

    /// The text of spellings, whose decoders do not fail on it. `running`: one token from anywhere in a text.
    std::string decode(std::vector<DecodedToken> tokens, bool running) const;
};

} // namespace lathe
