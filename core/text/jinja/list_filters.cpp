// SPDX-License-Identifier: GPL-3.0-or-later
// Filters that make lists, or one value of a list.
#include "core/text/jinja/builtins.h"
#include "core/text/jinja/operators.h"
#include "core/text/jinja/string_operations.h"

#include <algorithm>

namespace lathe::jinja {

namespace {

std::vector<Value> self(const Call &call)
{
    return itemsOf(call.machine, call.self);
}

/// What a value is sorted, compared or grouped by: its attribute, in lower case unless case matters.
Value keyOf(const Call &call, const Value &item, const Value *attribute, bool caseMatters)
{
    Value key = attribute ? pathOf(call.machine, item, *attribute) : item;
    if (!caseMatters && key.isString())
        return Value(withCase(call.machine, *key.text(), Case::Lower));
    return key;
}

const Value *attributeAt(const Call &call, size_t i)
{
    return call.hasValue(i) ? &call.value(i) : nullptr;
}

Value lengthFilter(const Call &call)
{
    return Value(lengthOf(call.machine, call.self));
}

template <bool kLast> Value endFilter(const Call &call)
{
    const int64_t length = lengthOf(call.machine, call.self);
    if (length == 0)
        return call.machine.undefined("the sequence is empty");
    if (call.self.isDict())
        return kLast ? call.self.dict()->entries().back().first : call.self.dict()->entries().front().first;
    return itemOf(call.machine, call.self, Value(int64_t(kLast ? -1 : 0)));
}

Value listFilter(const Call &call)
{
    return call.machine.list(self(call));
}

Value itemsFilter(const Call &call)
{
    std::vector<Value> items;
    if (!call.self.isUndefined() && !call.self.isDict())
        call.fail("needs a mapping, not ‘" + std::string(typeNameOf(call.self)) + "’");
    if (call.self.isDict())
        for (const auto &[key, value] : call.self.dict()->entries())
            items.push_back(call.machine.tuple({key, value}));
    return call.machine.list(std::move(items));
}

Value joinFilter(const Call &call)
{
    const TextRef between = call.has(0) ? toText(call.machine, call.value(0)) : constantText("");
    TextBuilder out(call.machine);
    bool first = true;
    for (const Value &item : self(call)) {
        if (!std::exchange(first, false))
            out.append(*between);
        call.machine.step();
        appendText(out, call.machine, call.hasValue(1) ? pathOf(call.machine, item, call.value(1)) : item);
    }
    return Value(out.finish());
}

Value reverseFilter(const Call &call)
{
    if (call.self.isString())
        return sliceOf(call.machine, call.self, Value(None{}), Value(None{}), Value(int64_t(-1)));
    const std::vector<Value> items = self(call);
    return call.machine.list(std::vector<Value>(items.rbegin(), items.rend()));
}

using Keyed = std::pair<Value, Value>; // key, item

Value sortedByKey(const Call &call, std::vector<Keyed> keyed, bool backwards)
{
    std::stable_sort(keyed.begin(), keyed.end(), [&](const Keyed &a, const Keyed &b) {
        return compare(call.machine, backwards ? b.first : a.first, backwards ? a.first : b.first) < 0;
    });
    std::vector<Value> items;
    items.reserve(keyed.size());
    for (Keyed &pair : keyed)
        items.push_back(std::move(pair.second));
    return call.machine.list(std::move(items));
}

/// The key of sort(attribute="a,b"): a tuple of both.
Value sortKey(const Call &call, const Value &item, const Value *attribute, bool caseMatters)
{
    if (!attribute || !attribute->isString() || attribute->view().find(',') == std::string_view::npos)
        return keyOf(call, item, attribute, caseMatters);
    std::vector<Value> parts;
    const std::string_view all = attribute->view();
    for (size_t begin = 0; begin <= all.size();) {
        const size_t end = std::min(all.find(',', begin), all.size());
        const Value part = call.machine.text(all.substr(begin, end - begin));
        parts.push_back(keyOf(call, item, &part, caseMatters));
        begin = end + 1;
    }
    return call.machine.tuple(std::move(parts));
}

Value sortFilter(const Call &call)
{
    std::vector<Keyed> keyed;
    for (Value &item : self(call)) {
        Value key = sortKey(call, item, attributeAt(call, 2), call.truth(1, false));
        keyed.emplace_back(std::move(key), std::move(item));
    }
    return sortedByKey(call, std::move(keyed), call.truth(0, false));
}

Value dictsortFilter(const Call &call)
{
    if (!call.self.isDict())
        call.fail("needs a mapping, not ‘" + std::string(typeNameOf(call.self)) + "’");
    const std::string_view by = call.has(1) ? call.text(1)->view() : "key";
    if (by != "key" && by != "value")
        call.fail("sorts by ‘key’ or ‘value’");
    std::vector<Keyed> keyed;
    for (const auto &[key, value] : call.self.dict()->entries())
        keyed.emplace_back(keyOf(call, by == "key" ? key : value, nullptr, call.truth(0, false)),
                           call.machine.tuple({key, value}));
    return sortedByKey(call, std::move(keyed), call.truth(2, false));
}

Value uniqueFilter(const Call &call)
{
    Dict seen;
    std::vector<Value> kept;
    for (Value &item : self(call)) {
        const Value key = keyOf(call, item, attributeAt(call, 1), call.truth(0, false));
        if (seen.find(call.machine, key))
            continue;
        seen.set(call.machine, key, Value(true));
        kept.push_back(std::move(item));
    }
    return call.machine.list(std::move(kept));
}

template <int kSign> Value extremeFilter(const Call &call)
{
    const std::vector<Value> items = self(call);
    if (items.empty())
        return call.machine.undefined("the sequence is empty");
    const bool caseMatters = call.truth(0, false);
    size_t best = 0;
    Value bestKey = keyOf(call, items[0], attributeAt(call, 1), caseMatters);
    for (size_t i = 1; i < items.size(); ++i) {
        Value key = keyOf(call, items[i], attributeAt(call, 1), caseMatters);
        if (compare(call.machine, key, bestKey) * kSign <= 0)
            continue;
        best = i;
        bestKey = std::move(key);
    }
    return items[best];
}

Value sumFilter(const Call &call)
{
    Value total = call.has(1) ? call.value(1) : Value(int64_t(0));
    for (const Value &item : self(call)) {
        const Value part = call.hasValue(0) ? pathOf(call.machine, item, call.value(0)) : item;
        if (total.isString())
            call.fail("does not add strings; use join");
        total = binary(call.machine, BinaryOp::Add, total, part);
    }
    return total;
}

Value batchFilter(const Call &call)
{
    const int64_t width = call.integer(0, 1);
    if (width < 1)
        call.fail("needs a size of at least 1");
    std::vector<Value> batches;
    std::vector<Value> current;
    for (Value &item : self(call)) {
        if (static_cast<int64_t>(current.size()) == width)
            batches.push_back(call.machine.list(std::exchange(current, {})));
        current.push_back(std::move(item));
    }
    while (!current.empty() && call.hasValue(1) && static_cast<int64_t>(current.size()) < width) {
        call.machine.step();
        current.push_back(call.value(1));
    }
    if (!current.empty())
        batches.push_back(call.machine.list(std::move(current)));
    return call.machine.list(std::move(batches));
}

Value sliceFilter(const Call &call)
{
    const int64_t count = call.integer(0, 1);
    if (count < 1)
        call.fail("needs at least one slice");
    const std::vector<Value> items = self(call);
    const size_t slices = static_cast<size_t>(count);
    const size_t each = items.size() / slices;
    const size_t longer = items.size() % slices;
    std::vector<Value> result;
    size_t begin = 0;
    for (size_t i = 0; i < slices; ++i) {
        const size_t end = begin + each + (i < longer ? 1 : 0);
        std::vector<Value> part(items.begin() + static_cast<ptrdiff_t>(begin),
                                items.begin() + static_cast<ptrdiff_t>(end));
        if (call.hasValue(1) && i >= longer)
            part.push_back(call.value(1));
        call.machine.step();
        result.push_back(call.machine.list(std::move(part)));
        begin = end;
    }
    return call.machine.list(std::move(result));
}

Value groupbyFilter(const Call &call)
{
    const bool caseMatters = call.truth(2, false);
    std::vector<std::pair<Value, Keyed>> keyed; // sort key, (attribute, item)
    for (Value &item : self(call)) {
        Value key = pathOf(call.machine, item, call.value(0));
        if (key.isUndefined() && call.has(1))
            key = call.value(1);
        keyed.emplace_back(keyOf(call, key, nullptr, caseMatters), Keyed{key, std::move(item)});
    }
    std::stable_sort(keyed.begin(), keyed.end(), [&](const auto &a, const auto &b) {
        return compare(call.machine, a.first, b.first) < 0;
    });
    std::vector<Value> groups;
    for (size_t i = 0; i < keyed.size();) {
        const size_t begin = i;
        std::vector<Value> members;
        for (; i < keyed.size() && equals(call.machine, keyed[i].first, keyed[begin].first); ++i)
            members.push_back(keyed[i].second.second);
        groups.push_back(call.machine.list({keyed[begin].second.first, call.machine.list(std::move(members))},
                                           true, true));
    }
    return call.machine.list(std::move(groups));
}

} // namespace

const std::vector<Builtin> &listFilters()
{
    static const std::vector<Builtin> kRows = {
        {"length", {}, 0, lengthFilter},
        {"count", {}, 0, lengthFilter},
        {"first", {}, 0, endFilter<false>},
        {"last", {}, 0, endFilter<true>},
        {"list", {}, 0, listFilter},
        {"items", {}, 0, itemsFilter},
        {"join", {"d", "attribute"}, 0, joinFilter},
        {"reverse", {}, 0, reverseFilter},
        {"sort", {"reverse", "case_sensitive", "attribute"}, 0, sortFilter},
        {"dictsort", {"case_sensitive", "by", "reverse"}, 0, dictsortFilter},
        {"unique", {"case_sensitive", "attribute"}, 0, uniqueFilter},
        {"min", {"case_sensitive", "attribute"}, 0, extremeFilter<-1>},
        {"max", {"case_sensitive", "attribute"}, 0, extremeFilter<1>},
        {"sum", {"attribute", "start"}, 0, sumFilter},
        {"batch", {"linecount", "fill_with"}, 1, batchFilter},
        {"slice", {"slices", "fill_with"}, 1, sliceFilter},
        {"groupby", {"attribute", "default", "case_sensitive"}, 1, groupbyFilter},
    };
    return kRows;
}

} // namespace lathe::jinja
