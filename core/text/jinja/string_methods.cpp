// SPDX-License-Identifier: GPL-3.0-or-later
// The methods of Python's str that change or search text.
#include "core/text/jinja/builtins.h"
#include "core/text/jinja/operators.h"
#include "core/text/jinja/string_operations.h"
#include "core/text/jinja/unicode.h"

#include <algorithm>

namespace lathe::jinja {

namespace {

const TextRef &self(const Call &call)
{
    return call.self.text();
}

Value slice(const Call &call, size_t begin, size_t end)
{
    return Value(sliceText(call.machine, self(call), begin, end));
}

template <Side kSide> Value stripMethod(const Call &call)
{
    return Value(strip(call.machine, self(call), call.hasValue(0) ? call.text(0).get() : nullptr, kSide));
}

template <Case kCase> Value caseMethod(const Call &call)
{
    return Value(withCase(call.machine, *self(call), kCase));
}

/// Splits at white space, from the left; the rest after `most` pieces keeps its inner spaces.
Value splitSpaces(const Call &call, int64_t most)
{
    std::vector<Value> parts;
    const std::string_view bytes = self(call)->bytes;
    size_t pos = 0;
    const auto skip = [&](bool spaces) {
        while (pos < bytes.size()) {
            const Unit unit = unitAt(bytes, pos);
            if (isSpace(unit.code) != spaces)
                break;
            pos += unit.length;
        }
    };
    for (skip(true); pos < bytes.size(); skip(true)) {
        call.machine.step();
        const size_t begin = pos;
        if (most >= 0 && static_cast<int64_t>(parts.size()) >= most) {
            parts.push_back(slice(call, begin, bytes.size()));
            break;
        }
        skip(false);
        parts.push_back(slice(call, begin, pos));
    }
    return call.machine.list(std::move(parts));
}

/// rsplit() at white space with a limit: the last pieces, and the rest in front.
Value rsplitSpaces(const Call &call, int64_t most)
{
    const Value whole = splitSpaces(call, -1);
    const auto &all = whole.list()->items;
    if (most < 0 || static_cast<int64_t>(all.size()) <= most)
        return whole;
    TextRef rest = strip(call.machine, self(call), nullptr, Side::Right);
    std::vector<Value> parts;
    for (int64_t i = 0; i < most; ++i) {
        const Value &piece = all[all.size() - 1 - static_cast<size_t>(i)];
        rest = sliceText(call.machine, rest, 0, rest->bytes.size() - piece.view().size());
        rest = strip(call.machine, rest, nullptr, Side::Right);
        parts.push_back(piece);
    }
    parts.push_back(Value(rest));
    std::reverse(parts.begin(), parts.end());
    return call.machine.list(std::move(parts));
}

/// All places of the separator, from the left.
std::vector<size_t> placesOf(const Call &call, const Text &separator)
{
    std::vector<size_t> places;
    if (separator.bytes.empty())
        call.fail("got an empty separator");
    for (size_t pos = 0;; pos += separator.bytes.size()) {
        pos = findBytes(call.machine, self(call)->bytes, separator.bytes, pos);
        if (pos == std::string::npos)
            return places;
        call.machine.step();
        places.push_back(pos);
    }
}

/// As placesOf, found from the right (which differs where the separator overlaps itself), at most `most`.
std::vector<size_t> lastPlacesOf(const Call &call, const Text &separator, int64_t most)
{
    if (separator.bytes.empty())
        call.fail("got an empty separator");
    const std::string_view bytes = self(call)->bytes;
    const Charge room(call.machine, bytes.size() + separator.bytes.size());
    call.machine.touch(bytes.size());
    const std::string backwards(bytes.rbegin(), bytes.rend());
    const std::string needle(separator.bytes.rbegin(), separator.bytes.rend());
    std::vector<size_t> places;
    for (size_t pos = 0; most < 0 || static_cast<int64_t>(places.size()) < most; pos += needle.size()) {
        pos = findBytes(call.machine, backwards, needle, pos);
        if (pos == std::string::npos)
            break;
        call.machine.step();
        places.push_back(bytes.size() - pos - needle.size());
    }
    std::reverse(places.begin(), places.end());
    return places;
}

Value splitAt(const Call &call, const std::vector<size_t> &places, size_t count, size_t width)
{
    std::vector<Value> parts;
    size_t begin = 0;
    for (size_t i = 0; i < count; ++i) {
        parts.push_back(slice(call, begin, places[i]));
        begin = places[i] + width;
    }
    parts.push_back(slice(call, begin, self(call)->bytes.size()));
    return call.machine.list(std::move(parts));
}

Value splitMethod(const Call &call)
{
    const int64_t most = call.integer(1, -1);
    if (!call.hasValue(0))
        return splitSpaces(call, most);
    const auto places = placesOf(call, *call.text(0));
    const size_t count = most < 0 ? places.size() : std::min(places.size(), static_cast<size_t>(most));
    return splitAt(call, places, count, call.text(0)->bytes.size());
}

Value rsplitMethod(const Call &call)
{
    const int64_t most = call.integer(1, -1);
    if (!call.hasValue(0))
        return rsplitSpaces(call, most);
    const auto places = lastPlacesOf(call, *call.text(0), most);
    return splitAt(call, places, places.size(), call.text(0)->bytes.size());
}

template <bool kLast> Value partitionMethod(const Call &call)
{
    const Text &separator = *call.text(0);
    const auto places = kLast ? lastPlacesOf(call, separator, 1) : placesOf(call, separator);
    const Value empty = call.machine.text("");
    if (places.empty())
        return call.machine.tuple(kLast ? std::vector<Value>{empty, empty, call.self}
                                        : std::vector<Value>{call.self, empty, empty});
    const size_t end = places[0] + separator.bytes.size();
    return call.machine.tuple(
        {slice(call, 0, places[0]), slice(call, places[0], end), slice(call, end, self(call)->bytes.size())});
}

Value splitlinesMethod(const Call &call)
{
    std::vector<Value> lines;
    for (const auto &[begin, end] : lineRanges(call.machine, *self(call), call.truth(0, false))) {
        lines.push_back(slice(call, begin, end));
    }
    return call.machine.list(std::move(lines));
}

Value replaceMethod(const Call &call)
{
    return Value(replaceAll(call.machine, *self(call), *call.text(0), *call.text(1), call.integer(2, -1)));
}

/// The bytes that optional start and end arguments (character indexes) leave.
struct Window {
    size_t begin = 0;
    size_t end = 0;
    bool valid = true;
};

Window windowOf(const Call &call, size_t first)
{
    const auto length = static_cast<int64_t>(self(call)->length());
    const auto at = [&](size_t i, int64_t otherwise) {
        const int64_t index = call.hasValue(i) ? call.integer(i, otherwise) : otherwise;
        return index < 0 ? std::max<int64_t>(index + length, 0) : index;
    };
    const int64_t begin = at(first, 0);
    const int64_t end = std::min(at(first + 1, length), length);
    if (begin > end)
        return {0, 0, false};
    return {byteOffset(call.machine, *self(call), static_cast<size_t>(begin)),
            byteOffset(call.machine, *self(call), static_cast<size_t>(end)), true};
}

template <bool kAtEnd> Value edgeMethod(const Call &call)
{
    const Window window = windowOf(call, 1);
    const std::string_view bytes = self(call)->view().substr(window.begin, window.end - window.begin);
    const auto matches = [&](const Value &one) {
        if (!one.isString())
            call.fail("needs a string or a tuple of strings");
        call.machine.touch(one.view().size());
        return window.valid && (kAtEnd ? bytes.ends_with(one.view()) : bytes.starts_with(one.view()));
    };
    call.machine.requireDefined(call.value(0));
    if (!call.value(0).isList() || !call.value(0).list()->tuple)
        return Value(matches(call.value(0)));
    const auto &all = call.value(0).list()->items;
    return Value(std::any_of(all.begin(), all.end(), matches));
}

/// The character index of the first or last place, or nothing.
std::optional<int64_t> placeOf(const Call &call, bool last)
{
    const Window window = windowOf(call, 1);
    if (!window.valid)
        return std::nullopt;
    const std::string_view bytes = self(call)->view().substr(window.begin, window.end - window.begin);
    const std::string_view needle = call.text(0)->view();
    size_t found = findBytes(call.machine, bytes, needle);
    for (size_t next = found; last && next != std::string_view::npos;
         next = findBytes(call.machine, bytes, needle, next + 1)) {
        call.machine.step();
        found = next;
    }
    if (found == std::string_view::npos)
        return std::nullopt;
    return static_cast<int64_t>(countUnits(self(call)->view().substr(0, window.begin + found)));
}

template <bool kLast> Value findMethod_(const Call &call)
{
    return Value(placeOf(call, kLast).value_or(-1));
}

template <bool kLast> Value indexMethod(const Call &call)
{
    const auto place = placeOf(call, kLast);
    if (!place)
        call.fail("does not find the text");
    return Value(*place);
}

Value countMethod(const Call &call)
{
    const Window window = windowOf(call, 1);
    const std::string_view needle = call.text(0)->view();
    const std::string_view bytes = self(call)->view().substr(window.begin, window.end - window.begin);
    if (needle.empty())
        return Value(window.valid ? static_cast<int64_t>(countUnits(bytes)) + 1 : int64_t(0));
    int64_t count = 0;
    for (size_t pos = findBytes(call.machine, bytes, needle); pos != std::string_view::npos;
         pos = findBytes(call.machine, bytes, needle, pos + needle.size())) {
        call.machine.step();
        ++count;
    }
    return Value(count);
}

Value joinMethod(const Call &call)
{
    TextBuilder out(call.machine);
    bool first = true;
    for (const Value &item : itemsOf(call.machine, call.value(0))) {
        if (!item.isString())
            call.fail("joins strings, not ‘" + std::string(typeNameOf(item)) + "’");
        if (!std::exchange(first, false))
            out.append(*self(call));
        out.append(*item.text());
    }
    return Value(out.finish());
}

template <Side kSide> Value padMethod(const Call &call)
{
    const TextRef fill = call.has(1) ? call.text(1) : constantText(" ");
    if (fill->length() != 1)
        call.fail("fills with one character");
    return Value(padTo(call.machine, self(call), call.integer(0, 0), fill->view(), kSide));
}

Value zfillMethod(const Call &call)
{
    const Text &text = *self(call);
    const size_t sign = text.bytes.starts_with('-') || text.bytes.starts_with('+') ? 1 : 0;
    const int64_t room =
        call.integer(0, 0) - static_cast<int64_t>(std::min<size_t>(text.length(), INT32_MAX));
    TextBuilder out(call.machine);
    out.append(text, 0, sign);
    out.fill("0", static_cast<uint64_t>(std::max<int64_t>(room, 0)));
    out.append(text, sign, text.bytes.size());
    return Value(out.finish());
}

template <bool kSuffix> Value removeMethod(const Call &call)
{
    const std::string_view bytes = self(call)->bytes;
    const std::string_view part = call.text(0)->bytes;
    if (part.empty() || !(kSuffix ? bytes.ends_with(part) : bytes.starts_with(part)))
        return call.self;
    return kSuffix ? slice(call, 0, bytes.size() - part.size()) : slice(call, part.size(), bytes.size());
}

Value expandtabsMethod(const Call &call)
{
    const int64_t size = call.integer(0, 8);
    TextBuilder out(call.machine);
    int64_t column = 0;
    for (const Value &unit : itemsOf(call.machine, call.self)) {
        if (unit.view() == "\t") {
            const int64_t room = size > 0 ? size - column % size : 0;
            out.fill(" ", static_cast<uint64_t>(room));
            column += room;
            continue;
        }
        out.append(*unit.text());
        column = unit.view() == "\n" || unit.view() == "\r" ? 0 : column + 1;
    }
    return Value(out.finish());
}

Value formatMethod(const Call &call)
{
    return Value(braceFormat(call.machine, *self(call), call.args));
}

} // namespace

const std::vector<Builtin> &stringMethods()
{
    static const std::vector<Builtin> kRows = {
        {"strip", {"chars"}, 0, stripMethod<Side::Both>},
        {"lstrip", {"chars"}, 0, stripMethod<Side::Left>},
        {"rstrip", {"chars"}, 0, stripMethod<Side::Right>},
        {"upper", {}, 0, caseMethod<Case::Upper>},
        {"lower", {}, 0, caseMethod<Case::Lower>},
        {"casefold", {}, 0, caseMethod<Case::Lower>},
        {"title", {}, 0, caseMethod<Case::Title>},
        {"capitalize", {}, 0, caseMethod<Case::Capitalize>},
        {"swapcase", {}, 0, caseMethod<Case::Swap>},
        {"split", {"sep", "maxsplit"}, 0, splitMethod},
        {"rsplit", {"sep", "maxsplit"}, 0, rsplitMethod},
        {"splitlines", {"keepends"}, 0, splitlinesMethod},
        {"partition", {"sep"}, 1, partitionMethod<false>},
        {"rpartition", {"sep"}, 1, partitionMethod<true>},
        {"replace", {"old", "new", "count"}, 2, replaceMethod},
        {"startswith", {"prefix", "start", "end"}, 1, edgeMethod<false>},
        {"endswith", {"suffix", "start", "end"}, 1, edgeMethod<true>},
        {"find", {"sub", "start", "end"}, 1, findMethod_<false>},
        {"rfind", {"sub", "start", "end"}, 1, findMethod_<true>},
        {"index", {"sub", "start", "end"}, 1, indexMethod<false>},
        {"rindex", {"sub", "start", "end"}, 1, indexMethod<true>},
        {"count", {"sub", "start", "end"}, 1, countMethod},
        {"join", {"iterable"}, 1, joinMethod},
        {"center", {"width", "fillchar"}, 1, padMethod<Side::Both>},
        {"ljust", {"width", "fillchar"}, 1, padMethod<Side::Left>},
        {"rjust", {"width", "fillchar"}, 1, padMethod<Side::Right>},
        {"zfill", {"width"}, 1, zfillMethod},
        {"removeprefix", {"prefix"}, 1, removeMethod<false>},
        {"removesuffix", {"suffix"}, 1, removeMethod<true>},
        {"expandtabs", {"tabsize"}, 0, expandtabsMethod},
        {"format", {"*"}, 0, formatMethod},
    };
    return kRows;
}

} // namespace lathe::jinja
