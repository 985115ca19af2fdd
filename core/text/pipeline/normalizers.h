// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/pipeline/json_place.h"

#include <memory>
#include <string>
#include <vector>

namespace lathe {

/// Where a stretch of a text between special tokens stands.
struct SectionPlace {
    bool startsText = true; ///< it is the first of the text
    bool continues = false; ///< it goes on after malformed bytes: no prefix goes before it
};

/// A step that rewrites text before it is cut into words.
class NormalizerStep
{
public:
    virtual ~NormalizerStep() = default;

    /// `text` is well-formed UTF-8 before and after. Errors: a result over `limitBytes`; an expression that
    /// gave up.
    virtual Result<> apply(std::string &text, SectionPlace place, size_t limitBytes) const = 0;

    /// The text that the step puts before every section; empty for other steps.
    virtual std::string prefix() const { return {}; }
    /// Whether it maps bytes to GPT-2's alphabet.
    virtual bool spellsBytes() const { return false; }
};

using NormalizerSteps = std::vector<std::unique_ptr<const NormalizerStep>>;

/// The "normalizer" of a tokenizer.json, a Sequence as its steps. Errors: "unsupported: normalizer …".
Result<NormalizerSteps> normalizersFromJson(const JsonPlace &place);

} // namespace lathe
