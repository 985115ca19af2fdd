// SPDX-License-Identifier: GPL-3.0-or-later
// Filters that apply a test or a filter to each item.
#include "core/text/jinja/builtins.h"
#include "core/text/jinja/operators.h"

#include <algorithm>

namespace lathe::jinja {

namespace {

/// The arguments from `first` on, as those of the named test or filter.
Args restOf(Machine &machine, const Args &args, size_t first)
{
    Args rest;
    machine.step(1 + args.positional.size() / 4 + args.named.size());
    if (args.positional.size() > first)
        rest.positional.assign(args.positional.begin() + static_cast<ptrdiff_t>(first),
                               args.positional.end());
    rest.named = args.named;
    return rest;
}

std::string_view nameAt(const Call &call, size_t i)
{
    if (!call.args.positional[i].isString())
        call.fail("takes the name of a test or filter as a string");
    return call.args.positional[i].view();
}

template <bool kSelect, bool kAttribute> Value selectFilter(const Call &call)
{
    const size_t testAt = kAttribute ? 1 : 0;
    const bool hasTest = call.args.positional.size() > testAt;
    const Builtin *test = hasTest ? findTest(nameAt(call, testAt)) : nullptr;
    if (hasTest && !test)
        call.machine.fail("unknown test " + inQuotes(nameAt(call, testAt)));
    std::vector<Value> kept;
    for (Value &item : itemsOf(call.machine, call.self)) {
        call.machine.step();
        const Value subject = kAttribute ? pathOf(call.machine, item, call.args.positional[0]) : item;
        Args rest = restOf(call.machine, call.args, testAt + 1);
        const Value verdict = test ? runBuiltin(call.machine, *test, subject, rest) : subject;
        if (truthOf(verdict) == kSelect)
            kept.push_back(std::move(item));
    }
    return call.machine.list(std::move(kept));
}

const Value *namedArgument(const Call &call, std::string_view name)
{
    for (const auto &[known, value] : call.args.named)
        if (known == name)
            return &value;
    return nullptr;
}

Value mapAttribute(const Call &call, const Value &attribute)
{
    const Value *fallback = namedArgument(call, "default");
    if (call.args.named.size() > (fallback ? 2 : 1))
        call.fail("takes ‘attribute’ and ‘default’ only");
    std::vector<Value> mapped;
    for (const Value &item : itemsOf(call.machine, call.self)) {
        call.machine.step();
        Value value = pathOf(call.machine, item, attribute);
        mapped.push_back(value.isUndefined() && fallback ? *fallback : std::move(value));
    }
    return call.machine.list(std::move(mapped));
}

Value mapFilter(const Call &call)
{
    const Value *attribute = namedArgument(call, "attribute");
    if (call.args.positional.empty() && attribute)
        return mapAttribute(call, *attribute);
    if (call.args.positional.empty())
        call.fail("needs the name of a filter or an attribute");
    const Builtin *filter = findFilter(nameAt(call, 0));
    if (!filter)
        call.machine.fail("unknown filter " + inQuotes(nameAt(call, 0)));
    std::vector<Value> mapped;
    for (const Value &item : itemsOf(call.machine, call.self)) {
        call.machine.step();
        Args rest = restOf(call.machine, call.args, 1);
        mapped.push_back(runBuiltin(call.machine, *filter, item, rest));
    }
    return call.machine.list(std::move(mapped));
}

} // namespace

const std::vector<Builtin> &selectFilters()
{
    static const std::vector<Builtin> kRows = {
        {"select", {"*"}, 0, selectFilter<true, false>},
        {"reject", {"*"}, 0, selectFilter<false, false>},
        {"selectattr", {"*"}, 1, selectFilter<true, true>},
        {"rejectattr", {"*"}, 1, selectFilter<false, true>},
        {"map", {"*"}, 0, mapFilter},
    };
    return kRows;
}

} // namespace lathe::jinja
