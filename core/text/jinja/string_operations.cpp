// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja/string_operations.h"

#include "core/text/jinja/unicode.h"

#include <algorithm>

namespace lathe::jinja {

namespace {

bool isStripped(Machine &machine, char32_t code, const Text *characters)
{
    if (!characters)
        return isSpace(code);
    machine.walk(characters->bytes.size());
    for (size_t pos = 0; pos < characters->bytes.size();) {
        const Unit unit = unitAt(characters->bytes, pos);
        if (unit.code == code)
            return true;
        pos += unit.length;
    }
    return false;
}

void appendUpper(TextBuilder &out, char32_t code, bool content)
{
    if (code == 0xDF) // ß has no capital of its own
        out.append("SS", content);
    else
        out.appendUnit(upperOf(code), content);
}

void appendTitle(TextBuilder &out, char32_t code, bool content)
{
    if (code == 0xDF)
        out.append("Ss", content);
    else
        out.appendUnit(titleOf(code), content);
}

/// An empty `from` stands before every character and at the end.
TextRef interleave(Machine &machine, const Text &text, const Text &to, uint64_t count)
{
    TextBuilder out(machine);
    size_t pos = 0;
    for (uint64_t done = 0; pos < text.bytes.size() || done < count; ++done) {
        machine.step();
        if (done < count)
            out.append(to);
        if (pos >= text.bytes.size())
            break;
        const size_t end = pos + unitAt(text.bytes, pos).length;
        out.append(text, pos, end);
        pos = end;
    }
    return out.finish();
}

} // namespace

TextRef strip(Machine &machine, const TextRef &text, const Text *characters, Side side)
{
    const std::string_view bytes = text->bytes;
    machine.walk(bytes.size());
    size_t begin = 0;
    size_t end = bytes.size();
    while (side != Side::Right && begin < end) {
        const Unit unit = unitAt(bytes, begin);
        if (!isStripped(machine, unit.code, characters))
            break;
        begin += unit.length;
    }
    while (side != Side::Left && end > begin) {
        size_t start = end - 1; // back to where a character starts that ends at `end`
        for (size_t length = 2; length <= 4 && length <= end - begin; ++length)
            if (unitAt(bytes.substr(0, end), end - length).length == length)
                start = end - length;
        if (!isStripped(machine, unitAt(bytes.substr(0, end), start).code, characters))
            break;
        end = start;
    }
    return sliceText(machine, text, begin, end);
}

TextRef replaceAll(Machine &machine, const Text &text, const Text &from, const Text &to, int64_t count)
{
    uint64_t left = count < 0 ? UINT64_MAX : static_cast<uint64_t>(count);
    if (from.bytes.empty())
        return interleave(machine, text, to, left);
    TextBuilder out(machine);
    size_t pos = 0;
    for (; left > 0; --left) {
        const size_t found = findBytes(machine, text.bytes, from.bytes, pos);
        if (found == std::string::npos)
            break;
        machine.step();
        out.append(text, pos, found);
        out.append(to);
        pos = found + from.bytes.size();
    }
    out.append(text, pos, text.bytes.size());
    return out.finish();
}

TextRef padTo(Machine &machine, const TextRef &text, int64_t width, std::string_view fill, Side side)
{
    const auto length = static_cast<int64_t>(lengthOf(machine, *text));
    if (width <= length)
        return text;
    const auto room = static_cast<uint64_t>(width) - static_cast<uint64_t>(length);
    // str.center puts the odd one to the left where the width is odd.
    const uint64_t middle = room / 2 + (room & static_cast<uint64_t>(width) & 1);
    const uint64_t before = side == Side::Left ? 0 : side == Side::Right ? room : middle;
    TextBuilder out(machine);
    out.fill(fill, before);
    out.append(*text);
    out.fill(fill, room - before);
    return out.finish();
}

std::vector<std::pair<size_t, size_t>> lineRanges(Machine &machine, const Text &text, bool keepEnds)
{
    std::vector<std::pair<size_t, size_t>> lines;
    const std::string_view bytes = text.bytes;
    machine.walk(bytes.size());
    size_t begin = 0;
    for (size_t pos = 0; pos < bytes.size();) {
        const Unit unit = unitAt(bytes, pos);
        const size_t lineEnd = pos;
        pos += unit.length;
        if (!isLineBreak(unit.code))
            continue;
        machine.step();
        if (unit.code == '\r' && pos < bytes.size() && bytes[pos] == '\n')
            ++pos;
        lines.emplace_back(begin, keepEnds ? pos : lineEnd);
        begin = pos;
    }
    if (begin < bytes.size())
        lines.emplace_back(begin, bytes.size());
    return lines;
}

TextRef withCase(Machine &machine, const Text &text, Case kind)
{
    TextBuilder out(machine);
    machine.step(text.bytes.size() / 4);
    bool starts = true; // a word (Title) or the text (Capitalize)
    forEachRun(text, 0, text.bytes.size(), [&](const Run &run) {
        for (size_t pos = 0; pos < run.bytes.size();) {
            const Unit unit = unitAt(run.bytes, pos);
            pos += unit.length;
            const bool up = kind == Case::Upper || (kind == Case::Swap && isLower(unit.code));
            if (up)
                appendUpper(out, unit.code, run.content);
            else if (starts && (kind == Case::Capitalize || kind == Case::Title))
                appendTitle(out, unit.code, run.content);
            else
                out.appendUnit(lowerOf(unit.code), run.content);
            starts = kind == Case::Title && !isCased(unit.code);
        }
    });
    return out.finish();
}

} // namespace lathe::jinja
