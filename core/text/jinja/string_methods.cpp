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
    const auto length = static_cast<int64_t>(lengthOf(call.machine, *self(call)));
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
    call.machine.walk(window.begin + found);
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
    call.machine.walk(needle.empty() ? bytes.size() : 0);
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
        call.machine.step();
        out.append(*item.text());
    }
    return Value(out.finish());
}

template <Side kSide> Value padMethod(const Call &call)
{
    const TextRef fill = call.has(1) ? call.text(1) : constantText(" ");
    if (lengthOf(call.machine, *fill) != 1)
        call.fail("fills with one character");
    return Value(padTo(call.machine, self(call), call.integer(0, 0), fill->view(), kSide));
}

Value zfillMethod(const Call &call)
{
    const Text &text = *self(call);
    const size_t sign = text.bytes.starts_with('-') || text.bytes.starts_with('+') ? 1 : 0;
    const int64_t room =
        call.integer(0, 0) - static_cast<int64_t>(std::min<size_t>(lengthOf(call.machine, text), INT32_MAX));
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
