// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/pipeline/json_place.h"

#include <memory>
#include <string>
#include <vector>

namespace lathe {

/// A token on its way back to text.
struct DecodedToken {
    std::string text;
    bool isAdded = false; ///< spelled as it is, not in an alphabet of bytes
};

/// A step from the spellings of tokens to text.
class DecoderStep
{
public:
    virtual ~DecoderStep() = default;

    /// `running`: the list is a single token from anywhere in a text, so that nothing which belongs to the
    /// text's begin or end is taken off. Errors: an expression that gave up.
    virtual Result<> apply(std::vector<DecodedToken> &tokens, bool running) const = 0;
};

using DecoderSteps = std::vector<std::unique_ptr<const DecoderStep>>;

/// The "decoder" of a tokenizer.json, a Sequence as its steps. Errors: "unsupported: decoder …".
Result<DecoderSteps> decodersFromJson(const JsonPlace &place);

} // namespace lathe
