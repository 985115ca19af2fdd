// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/pipeline/json_place.h"
#include "core/text/pipeline/normalizers.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lathe {

/// A text and the words it is cut into: none empty, in order, without overlap.
struct Words {
    struct Range {
        size_t begin, end;
    };
    std::string text;
    std::vector<Range> ranges;

    std::string_view word(const Range &range) const
    {
        return std::string_view(text).substr(range.begin, range.end - range.begin);
    }
};

/// A step that cuts words into smaller ones; some rewrite or drop parts of the text too.
class SplitterStep
{
public:
    virtual ~SplitterStep() = default;

    /// Errors: an expression that gave up.
    virtual Result<> apply(Words &words, SectionPlace place) const = 0;

    /// The expressions that cut as the step does where each match and each gap becomes a word; nothing for
    /// a step that does anything else.
    virtual std::optional<std::vector<std::string>> expressions() const { return std::nullopt; }
    /// Whether it maps bytes to GPT-2's alphabet.
    virtual bool spellsBytes() const { return false; }
    /// The text that the step puts before a section; empty for other steps.
    virtual std::string prefix() const { return {}; }
};

using SplitterSteps = std::vector<std::unique_ptr<const SplitterStep>>;

/// The "pre_tokenizer" of a tokenizer.json, a Sequence as its steps. Errors: "unsupported: pre-tokenizer …".
Result<SplitterSteps> splittersFromJson(const JsonPlace &place);

} // namespace lathe
