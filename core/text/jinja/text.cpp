// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja/text.h"

#include "core/text/jinja/unicode.h"

#include <algorithm>

namespace lathe::jinja {

namespace {

// A Text object, its control block and the allocator's own words.
constexpr uint64_t kTextOverhead = 160;

void addRange(std::vector<ContentRange> &ranges, size_t begin, size_t end)
{
    if (!ranges.empty() && ranges.back().end == begin)
        ranges.back().end = end;
    else
        ranges.push_back({begin, end});
}

/// Knuth-Morris-Pratt, for needles long enough to make the plain search quadratic.
size_t findLinear(std::string_view hay, std::string_view needle, size_t from)
{
    std::vector<uint32_t> border(needle.size(), 0);
    for (size_t i = 1, k = 0; i < needle.size(); ++i) {
        while (k > 0 && needle[i] != needle[k])
            k = border[k - 1];
        k += needle[i] == needle[k] ? 1 : 0;
        border[i] = static_cast<uint32_t>(k);
    }
    for (size_t i = from, k = 0; i < hay.size(); ++i) {
        while (k > 0 && hay[i] != needle[k])
            k = border[k - 1];
        k += hay[i] == needle[k] ? 1 : 0;
        if (k == needle.size())
            return i + 1 - k;
    }
    return std::string_view::npos;
}

} // namespace

void TextBuilder::grow(size_t more)
{
    const size_t limit = m_budget.limits().textBytes;
    if (more > limit || m_text.bytes.size() > limit - more)
        m_budget.fail("a text grows over " + std::to_string(limit >> 20) + " MiB");
    const uint64_t needed = m_text.bytes.size() + more;
    const uint64_t have = m_text.charge.bytes();
    if (needed <= have)
        return;
    const uint64_t target = std::max<uint64_t>(needed, std::min<uint64_t>(2 * have, limit));
    m_text.charge = Charge(m_budget, target);
    m_text.bytes.reserve(target);
}

void TextBuilder::append(std::string_view bytes, bool content)
{
    if (bytes.empty())
        return;
    m_budget.touch(bytes.size());
    grow(bytes.size());
    const size_t begin = m_text.bytes.size();
    m_text.bytes.append(bytes);
    if (!content)
        return;
    const uint64_t needed = (m_text.content.size() + 1) * sizeof(ContentRange);
    if (needed > m_rangeCharge.bytes())
        m_rangeCharge = Charge(m_budget, 2 * needed);
    addRange(m_text.content, begin, m_text.bytes.size());
}

void TextBuilder::append(const Text &text, size_t begin, size_t end)
{
    if (text.content.empty())
        append(text.view().substr(begin, end - begin));
    else
        forEachRun(text, begin, end, [this](const Run &run) {
            m_budget.step();
            append(run);
        });
}

void TextBuilder::appendUnit(char32_t code, bool content)
{
    std::string one;
    jinja::appendUnit(one, code);
    append(one, content);
}

void TextBuilder::fill(std::string_view unit, uint64_t count, bool content)
{
    const size_t limit = m_budget.limits().textBytes;
    if (unit.empty() || count == 0)
        return;
    grow(count > limit ? limit + 1 : static_cast<size_t>(count) * unit.size());
    const uint64_t perBlock = std::max<uint64_t>(4096 / unit.size(), 1); // units at a time
    std::string block;
    for (uint64_t i = 0; i < std::min(count, perBlock); ++i)
        block += unit;
    for (; count >= perBlock; count -= perBlock)
        append(block, content);
    append(std::string_view(block).substr(0, static_cast<size_t>(count) * unit.size()), content);
}

TextRef TextBuilder::finish()
{
    const uint64_t rangeBytes = m_text.content.size() * sizeof(ContentRange);
    if (m_text.bytes.capacity() > 2 * m_text.bytes.size() + 64)
        m_text.bytes.shrink_to_fit();
    m_text.charge = Charge(m_budget, m_text.bytes.capacity() + rangeBytes + kTextOverhead);
    m_budget.touch(m_text.bytes.size()); // read once more
    m_text.ascii = isAscii(m_text.bytes);
    m_rangeCharge = Charge();
    return std::make_shared<const Text>(std::exchange(m_text, Text()));
}

TextRef constantText(std::string bytes)
{
    Text text;
    text.ascii = isAscii(bytes);
    text.bytes = std::move(bytes);
    return std::make_shared<const Text>(std::move(text));
}

TextRef makeText(Budget &budget, std::string_view bytes, bool content)
{
    TextBuilder builder(budget);
    builder.append(bytes, content);
    return builder.finish();
}

TextRef sliceText(Budget &budget, const TextRef &text, size_t begin, size_t end)
{
    if (begin == 0 && end == text->bytes.size())
        return text;
    TextBuilder builder(budget);
    if (begin < end)
        builder.append(*text, begin, end);
    return builder.finish();
}

Offsets offsetsOf(Budget &budget, const Text &text)
{
    Offsets offsets;
    offsets.charge = Charge(budget, 4 * (uint64_t(text.bytes.size()) + 1));
    budget.walk(text.bytes.size());
    offsets.at.reserve(text.bytes.size() + 1);
    for (size_t pos = 0; pos < text.bytes.size(); pos += unitAt(text.bytes, pos).length)
        offsets.at.push_back(static_cast<uint32_t>(pos));
    offsets.at.push_back(static_cast<uint32_t>(text.bytes.size()));
    return offsets;
}

size_t lengthOf(Budget &budget, const Text &text)
{
    if (text.ascii)
        return text.bytes.size();
    budget.walk(text.bytes.size());
    return countUnits(text.bytes);
}

size_t byteOffset(Budget &budget, const Text &text, size_t index)
{
    if (text.ascii)
        return std::min(index, text.bytes.size());
    size_t pos = 0;
    for (; index > 0 && pos < text.bytes.size(); --index)
        pos += unitAt(text.bytes, pos).length;
    budget.walk(pos);
    return pos;
}

size_t findBytes(Budget &budget, std::string_view hay, std::string_view needle, size_t from)
{
    if (from > hay.size() || needle.size() > hay.size() - from)
        return std::string_view::npos;
    constexpr size_t kShort = 16;
    const Charge borders(budget, needle.size() <= kShort ? 0 : 4 * uint64_t(needle.size()));
    const size_t found = needle.size() <= kShort ? hay.find(needle, from) : findLinear(hay, needle, from);
    const size_t walked = (found == std::string_view::npos ? hay.size() : found) - from;
    budget.step((walked + needle.size()) / (needle.size() <= kShort ? 32 : 8));
    return found;
}

} // namespace lathe::jinja
