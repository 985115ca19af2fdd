// SPDX-License-Identifier: GPL-3.0-or-later
// Filters that make text of text. Each takes any value, as its str().
#include "core/text/jinja/builtins.h"
#include "core/text/jinja/operators.h"
#include "core/text/jinja/string_operations.h"
#include "core/text/jinja/unicode.h"

#include <algorithm>

namespace lathe::jinja {

namespace {

TextRef self(const Call &call)
{
    return toText(call.machine, call.self);
}

template <Case kCase> Value caseFilter(const Call &call)
{
    return Value(withCase(call.machine, *self(call), kCase));
}

/// Jinja's own: words begin after spaces, hyphens and opening brackets only.
Value titleFilter(const Call &call)
{
    const TextRef text = self(call);
    TextBuilder out(call.machine);
    call.machine.step(text->bytes.size() / 4);
    bool starts = true;
    forEachRun(*text, 0, text->bytes.size(), [&](const Run &run) {
        for (size_t pos = 0; pos < run.bytes.size();) {
            const Unit unit = unitAt(run.bytes, pos);
            pos += unit.length;
            const bool between =
                isSpace(unit.code) ||
                (unit.code < 0x80 &&
                 std::string_view("-({[<").find(static_cast<char>(unit.code)) != std::string_view::npos);
            out.appendUnit(starts ? upperOf(unit.code) : lowerOf(unit.code), run.content);
            starts = between;
        }
    });
    return Value(out.finish());
}

Value trimFilter(const Call &call)
{
    return Value(
        strip(call.machine, self(call), call.hasValue(0) ? call.text(0).get() : nullptr, Side::Both));
}

Value stringFilter(const Call &call)
{
    return Value(self(call));
}

Value escapeFilter(const Call &call)
{
    static constexpr std::pair<char, std::string_view> kEscapes[] = {
        {'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'\'', "&#39;"}, {'"', "&#34;"}};
    const TextRef text = self(call);
    TextBuilder out(call.machine);
    call.machine.step(text->bytes.size() / 8);
    forEachRun(*text, 0, text->bytes.size(), [&](const Run &run) {
        for (size_t pos = 0; pos < run.bytes.size();) {
            const size_t end = std::min(run.bytes.find_first_of("&<>'\"", pos), run.bytes.size());
            out.append(run.bytes.substr(pos, end - pos), run.content);
            if (end < run.bytes.size())
                for (const auto &[c, escape] : kEscapes)
                    if (c == run.bytes[end])
                        out.append(escape, run.content);
            call.machine.step();
            pos = end + 1;
        }
    });
    return Value(out.finish());
}

Value replaceFilter(const Call &call)
{
    const TextRef from = toText(call.machine, call.value(0));
    const TextRef to = toText(call.machine, call.value(1));
    const int64_t count = call.hasValue(2) ? call.integer(2, -1) : -1;
    return Value(replaceAll(call.machine, *self(call), *from, *to, count));
}

Value centerFilter(const Call &call)
{
    return Value(padTo(call.machine, self(call), call.integer(0, 80), " ", Side::Both));
}

Value indentFilter(const Call &call)
{
    TextRef indention;
    if (call.has(0) && call.value(0).isString()) {
        indention = call.text(0);
    } else {
        TextBuilder spaces(call.machine);
        spaces.fill(" ", static_cast<uint64_t>(std::max<int64_t>(call.integer(0, 4), 0)));
        indention = spaces.finish();
    }
    TextBuilder whole(call.machine);
    whole.append(*self(call));
    whole.append("\n"); // so that a newline at the end counts as a line, as Jinja does it
    const TextRef text = whole.finish();
    const bool blank = call.truth(2, false);
    TextBuilder out(call.machine);
    bool first = true;
    for (const auto &[begin, end] : lineRanges(call.machine, *text, false)) {
        if (!first)
            out.append("\n");
        if (first ? call.truth(1, false) : blank || begin < end)
            out.append(*indention);
        out.append(*text, begin, end);
        first = false;
    }
    return Value(out.finish());
}

Value truncateFilter(const Call &call)
{
    const TextRef text = self(call);
    const int64_t length = call.integer(0, 255);
    const TextRef end = call.has(2) ? call.text(2) : constantText("...");
    const int64_t leeway = call.hasValue(3) ? call.integer(3, 5) : 5;
    const auto endLength = static_cast<int64_t>(lengthOf(call.machine, *end));
    if (length < endLength || leeway < 0)
        call.fail("needs a length of at least that of its end, and no negative leeway");
    if (static_cast<int64_t>(lengthOf(call.machine, *text)) <= length + std::min<int64_t>(leeway, INT32_MAX))
        return Value(text);
    size_t cut = byteOffset(call.machine, *text, static_cast<size_t>(length - endLength));
    if (!call.truth(1, false)) { // at the last space, if there is one
        const size_t space = text->view().substr(0, cut).rfind(' ');
        cut = space == std::string_view::npos ? cut : space;
    }
    TextBuilder out(call.machine);
    out.append(*text, 0, cut);
    out.append(*end);
    return Value(out.finish());
}

Value wordcountFilter(const Call &call)
{
    const TextRef text = self(call);
    call.machine.step(text->bytes.size() / 16);
    int64_t words = 0;
    bool inside = false;
    for (size_t pos = 0; pos < text->bytes.size();) {
        const Unit unit = unitAt(text->bytes, pos);
        const bool word = isWord(unit.code);
        words += word && !inside ? 1 : 0;
        inside = word;
        pos += unit.length;
    }
    return Value(words);
}

Value formatFilter(const Call &call)
{
    const Args &args = call.args;
    if (!args.named.empty() && !args.positional.empty())
        call.fail("takes values by place or by name, not both");
    if (args.named.empty())
        return Value(percentFormat(call.machine, *self(call), call.machine.tuple(args.positional)));
    auto dict = std::make_shared<Dict>();
    for (const auto &[name, value] : args.named)
        dict->set(call.machine, call.machine.text(name), value);
    return Value(percentFormat(call.machine, *self(call), Value(DictRef(std::move(dict)))));
}

/// Percent-encoding of everything but letters, digits, "_.-~" and `safe`.
void quoteUrl(TextBuilder &out, const Text &text, std::string_view safe, bool plusForSpace)
{
    static constexpr std::string_view kHex = "0123456789ABCDEF";
    out.budget().step(text.bytes.size() / 4);
    forEachRun(text, 0, text.bytes.size(), [&](const Run &run) {
        for (const char c : run.bytes) {
            const auto byte = static_cast<unsigned char>(c);
            const bool word = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
            const char escape[3] = {'%', kHex[byte >> 4], kHex[byte & 15]};
            if (word || std::string_view("_.-~").find(c) != std::string_view::npos ||
                safe.find(c) != std::string_view::npos)
                out.append(std::string_view(&c, 1), run.content);
            else if (plusForSpace && c == ' ')
                out.append("+", run.content);
            else
                out.append(std::string_view(escape, 3), run.content);
        }
    });
}

Value urlencodeFilter(const Call &call)
{
    Machine &machine = call.machine;
    TextBuilder out(machine);
    if (!call.self.isDict() && !call.self.isList()) {
        quoteUrl(out, *self(call), "/", false);
        return Value(out.finish());
    }
    std::vector<std::pair<Value, Value>> pairs;
    if (call.self.isDict())
        pairs = call.self.dict()->entries();
    else
        for (const Value &item : call.self.list()->items) {
            const auto pair = itemsOf(machine, item);
            if (pair.size() != 2)
                call.fail("needs pairs");
            pairs.emplace_back(pair[0], pair[1]);
        }
    bool first = true;
    for (const auto &[key, value] : pairs) {
        if (!std::exchange(first, false))
            out.append("&");
        quoteUrl(out, *toText(machine, key), "", true);
        out.append("=");
        quoteUrl(out, *toText(machine, value), "", true);
    }
    return Value(out.finish());
}

} // namespace

const std::vector<Builtin> &textFilters()
{
    static const std::vector<Builtin> kRows = {
        {"upper", {}, 0, caseFilter<Case::Upper>},
        {"lower", {}, 0, caseFilter<Case::Lower>},
        {"capitalize", {}, 0, caseFilter<Case::Capitalize>},
        {"title", {}, 0, titleFilter},
        {"trim", {"chars"}, 0, trimFilter},
        {"string", {}, 0, stringFilter},
        {"safe", {}, 0, stringFilter},
        {"escape", {}, 0, escapeFilter},
        {"e", {}, 0, escapeFilter},
        {"forceescape", {}, 0, escapeFilter},
        {"replace", {"old", "new", "count"}, 2, replaceFilter},
        {"center", {"width"}, 0, centerFilter},
        {"indent", {"width", "first", "blank"}, 0, indentFilter},
        {"truncate", {"length", "killwords", "end", "leeway"}, 0, truncateFilter},
        {"wordcount", {}, 0, wordcountFilter},
        {"format", {"*"}, 0, formatFilter},
        {"urlencode", {}, 0, urlencodeFilter},
    };
    return kRows;
}

} // namespace lathe::jinja
