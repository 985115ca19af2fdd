// SPDX-License-Identifier: GPL-3.0-or-later
// The methods of Python's str that cut text into pieces.
#include "core/text/jinja/builtins.h"
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

/// Splits at white space, from the left; the rest after `most` pieces keeps its inner spaces.
Value splitSpaces(const Call &call, int64_t most)
{
    std::vector<Value> parts;
    const std::string_view bytes = self(call)->bytes;
    call.machine.walk(bytes.size());
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
    const size_t first = all.size() - static_cast<size_t>(most);
    TextRef rest = strip(call.machine, self(call), nullptr, Side::Right);
    for (size_t i = all.size(); i > first; --i) {
        rest = sliceText(call.machine, rest, 0, rest->bytes.size() - all[i - 1].view().size());
        rest = strip(call.machine, rest, nullptr, Side::Right);
    }
    std::vector<Value> parts = {Value(rest)};
    parts.insert(parts.end(), all.begin() + static_cast<ptrdiff_t>(first), all.end());
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

} // namespace

const std::vector<Builtin> &stringSplitMethods()
{
    static const std::vector<Builtin> kRows = {
        {"split", {"sep", "maxsplit"}, 0, splitMethod},    {"rsplit", {"sep", "maxsplit"}, 0, rsplitMethod},
        {"splitlines", {"keepends"}, 0, splitlinesMethod}, {"partition", {"sep"}, 1, partitionMethod<false>},
        {"rpartition", {"sep"}, 1, partitionMethod<true>},
    };
    return kRows;
}

} // namespace lathe::jinja
