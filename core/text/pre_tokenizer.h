// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/text/expression.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lathe {

/// One way of cutting a text into words before byte-level BPE.
struct PreTokenizerRow {
    std::vector<std::string_view> names;       ///< as tokenizer.ggml.pre spells it
    std::vector<std::string_view> expressions; ///< applied in turn, each to the pieces that the last one left
    bool wholeWords =
        false;            ///< a word that is a token becomes it, whatever the merges say (HF ignore_merges)
    bool addsBos = false; ///< where the file does not say
};

/// Every known pre-tokenizer; a new one is a new row. `default` is what a file that names none gets.
const std::vector<PreTokenizerRow> &preTokenizers();

/// The row of `name`, or null. An empty name is "default".
const PreTokenizerRow *findPreTokenizer(std::string_view name);

/// Every known name, "default, gpt-2, …".
std::string preTokenizerNames();

/// Cuts text by a row's expressions. Each match is a piece and so is each gap between matches; nothing is
/// lost. Malformed UTF-8 is cut off from the text around it, each run a piece of its own.
class PreTokenizer
{
public:
    using Piece = std::function<void(std::string_view)>;

    static Result<PreTokenizer> create(const PreTokenizerRow &row);

    /// Calls `piece` for each piece from left to right. Errors: the expression engine gave up on the text.
    Result<> split(std::string_view text, const Piece &piece) const;

private:
    std::vector<Expression> m_stages;
};

} // namespace lathe
