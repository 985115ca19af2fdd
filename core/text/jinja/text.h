// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/jinja/budget.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lathe::jinja {

/// Bytes [begin, end) of a text that came from a message.
struct ContentRange {
    size_t begin = 0;
    size_t end = 0;
};

/// An immutable string that knows which of its bytes came from a message's content (ranges ascending,
/// disjoint, not touching, not empty). Equality and order ignore the ranges; every operation that copies
/// bytes keeps them.
struct Text {
    std::string bytes;
    std::vector<ContentRange> content;
    bool ascii = true;
    Charge charge;

    std::string_view view() const { return bytes; }
};
using TextRef = std::shared_ptr<const Text>;

/// A stretch of a text that is wholly content or wholly not.
struct Run {
    std::string_view bytes;
    bool content = false;
};

/// Calls visit(Run) over bytes [begin, end) of `text`, in order.
template <class Visit> void forEachRun(const Text &text, size_t begin, size_t end, Visit visit)
{
    const std::string_view all = text.bytes;
    size_t pos = begin;
    auto range = std::partition_point(text.content.begin(), text.content.end(),
                                      [begin](const ContentRange &r) { return r.end <= begin; });
    for (; range != text.content.end() && range->begin < end; ++range) {
        if (range->begin > pos)
            visit(Run{all.substr(pos, range->begin - pos), false});
        pos = std::max(pos, range->begin);
        const size_t stop = std::min(range->end, end);
        visit(Run{all.substr(pos, stop - pos), true});
        pos = stop;
    }
    if (pos < end)
        visit(Run{all.substr(pos, end - pos), false});
}

/// Builds a text piece by piece. A text over the limit is a Fault, before the bytes are copied.
class TextBuilder
{
public:
    explicit TextBuilder(Budget &budget) : m_budget(budget) {}

    void append(std::string_view bytes, bool content = false);
    void append(const Text &text) { append(text, 0, text.bytes.size()); }
    /// Bytes [begin, end) of `text`.
    void append(const Text &text, size_t begin, size_t end);
    void append(const Run &run) { append(run.bytes, run.content); }
    void appendUnit(char32_t code, bool content);
    /// `count` times the character.
    void fill(std::string_view unit, uint64_t count, bool content = false);

    size_t size() const { return m_text.bytes.size(); }
    Budget &budget() { return m_budget; }
    /// The finished text; the builder is empty after it.
    TextRef finish();

private:
    void grow(size_t more);

    Budget &m_budget;
    Text m_text;
    Charge m_rangeCharge;
};

/// A text of a template's source, which no budget counts.
TextRef constantText(std::string bytes);
/// A text of plain bytes.
TextRef makeText(Budget &budget, std::string_view bytes, bool content = false);
/// Bytes [begin, end); `text` itself where that is all of it.
TextRef sliceText(Budget &budget, const TextRef &text, size_t begin, size_t end);
/// The byte offset of every character and the end; the charge holds their memory.
struct Offsets {
    Charge charge;
    std::vector<uint32_t> at;
};
Offsets offsetsOf(Budget &budget, const Text &text);
/// The length in characters.
size_t lengthOf(Budget &budget, const Text &text);
/// The byte offset of character `index` (at most the length).
size_t byteOffset(Budget &budget, const Text &text, size_t index);
/// The first place of `needle` at or after `from`, or npos. Linear in time whatever the needle.
size_t findBytes(Budget &budget, std::string_view hay, std::string_view needle, size_t from = 0);

} // namespace lathe::jinja
