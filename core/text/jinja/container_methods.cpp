// SPDX-License-Identifier: GPL-3.0-or-later
// The methods of Python's list, tuple and dict that change nothing.
#include "core/text/jinja/builtins.h"
#include "core/text/jinja/operators.h"

namespace lathe::jinja {

namespace {

Value listIndex(const Call &call)
{
    const auto &items = call.self.list()->items;
    const auto size = static_cast<int64_t>(items.size());
    const auto bound = [&](size_t i, int64_t otherwise) {
        const int64_t at = call.integer(i, otherwise);
        return at < 0 ? std::max<int64_t>(at + size, 0) : std::min(at, size);
    };
    const int64_t end = bound(2, size);
    for (int64_t i = bound(1, 0); i < end; ++i)
        if (equals(call.machine, items[static_cast<size_t>(i)], call.value(0)))
            return Value(i);
    call.fail("does not find the value");
}

Value listCount(const Call &call)
{
    int64_t count = 0;
    for (const Value &item : call.self.list()->items)
        count += equals(call.machine, item, call.value(0)) ? 1 : 0;
    return Value(count);
}

Value listCopy(const Call &call)
{
    return call.machine.list(itemsOf(call.machine, call.self), call.self.list()->tuple);
}

Value dictKeys(const Call &call)
{
    return call.machine.list(itemsOf(call.machine, call.self));
}

Value dictValues(const Call &call)
{
    std::vector<Value> values;
    for (const auto &entry : call.self.dict()->entries())
        values.push_back(entry.second);
    return call.machine.list(std::move(values));
}

Value dictItems(const Call &call)
{
    std::vector<Value> items;
    for (const auto &[key, value] : call.self.dict()->entries())
        items.push_back(call.machine.tuple({key, value}));
    return call.machine.list(std::move(items));
}

Value dictGet(const Call &call)
{
    if (const Value *found = call.self.dict()->find(call.machine, call.value(0)))
        return *found;
    return call.has(1) ? call.value(1) : Value(None{});
}

Value dictCopy(const Call &call)
{
    return call.self;
}

} // namespace

const std::vector<Builtin> &listMethods()
{
    static const std::vector<Builtin> kRows = {
        {"index", {"value", "start", "stop"}, 1, listIndex},
        {"count", {"value"}, 1, listCount},
        {"copy", {}, 0, listCopy},
    };
    return kRows;
}

const std::vector<Builtin> &dictMethods()
{
    static const std::vector<Builtin> kRows = {
        {"keys", {}, 0, dictKeys},   {"values", {}, 0, dictValues},
        {"items", {}, 0, dictItems}, {"get", {"key", "default"}, 1, dictGet},
        {"copy", {}, 0, dictCopy},
    };
    return kRows;
}

} // namespace lathe::jinja
