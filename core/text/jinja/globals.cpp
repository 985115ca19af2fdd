// SPDX-License-Identifier: GPL-3.0-or-later
// The functions that every template finds: Jinja's own, and the two that transformers adds.
#include "core/text/jinja/builtins.h"
#include "core/text/jinja/clock_format.h"
#include "core/text/jinja/operators.h"

#include <algorithm>

namespace lathe::jinja {

namespace {

Value rangeFunction(const Call &call)
{
    const bool single = !call.has(1);
    const int64_t start = single ? 0 : call.integer(0, 0);
    const int64_t stop = single ? call.integer(0, 0) : call.integer(1, 0);
    const int64_t step = call.integer(2, 1);
    if (step == 0)
        call.fail("got a step of 0");
    const bool none = step > 0 ? start >= stop : start <= stop;
    const uint64_t span = none ? 0
                               : static_cast<uint64_t>(step > 0 ? stop : start) -
                                     static_cast<uint64_t>(step > 0 ? start : stop);
    const uint64_t width = step > 0 ? static_cast<uint64_t>(step) : 0 - static_cast<uint64_t>(step);
    const uint64_t count = span / width + (span % width > 0 ? 1 : 0);
    if (count > static_cast<uint64_t>(kMaxRange))
        call.fail("makes at most " + std::to_string(kMaxRange) + " numbers");
    std::vector<Value> items;
    items.reserve(count);
    for (uint64_t i = 0; i < count; ++i)
        items.push_back(
            Value(static_cast<int64_t>(static_cast<uint64_t>(start) + i * static_cast<uint64_t>(step))));
    return call.machine.list(std::move(items));
}

/// dict(mapping or pairs, name=value, …) and namespace(…) take the same.
template <class Set> void readEntries(const Call &call, Set set)
{
    if (call.args.positional.size() > 1)
        call.fail("takes one mapping at most");
    for (const Value &source : call.args.positional) {
        if (source.isDict()) {
            for (const auto &[key, value] : source.dict()->entries())
                set(key, value);
            continue;
        }
        for (const Value &item : itemsOf(call.machine, source)) {
            const auto pair = itemsOf(call.machine, item);
            if (pair.size() != 2)
                call.fail("needs pairs of key and value");
            set(pair[0], pair[1]);
        }
    }
    for (const auto &[name, value] : call.args.named)
        set(call.machine.text(name), value);
}

Value dictFunction(const Call &call)
{
    auto dict = std::make_shared<Dict>();
    readEntries(call, [&](const Value &key, const Value &value) { dict->set(call.machine, key, value); });
    return Value(DictRef(std::move(dict)));
}

Value namespaceFunction(const Call &call)
{
    const auto space = call.machine.makeNamespace();
    readEntries(call, [&](const Value &key, const Value &value) { space->set(call.machine, key, value); });
    return Value(ObjectRef(space));
}

Value raiseFunction(const Call &call)
{
    call.machine.fail(toText(call.machine, call.value(0))->bytes);
}

Value strftimeFunction(const Call &call)
{
    const auto now = call.machine.now ? *call.machine.now : Machine::Clock::now();
    const TextRef format = call.text(0);
    TextBuilder out(call.machine);
    appendClock(out, format->view(), now);
    return Value(out.finish());
}

/// `joiner(sep)`: nothing at the first call, the separator afterwards.
class Joiner : public Object
{
public:
    Joiner(Machine &machine, Value separator)
        : m_separator(std::move(separator)), m_charge(machine.chargeObject({&m_separator, 1})),
          m_depth(1 + depthOf(m_separator))
    {
    }
    uint32_t depth() const override { return m_depth; }
    std::string_view typeName() const override { return "Joiner"; }
    bool isCallable() const override { return true; }
    Value call(Machine &machine, Args &) override
    {
        return std::exchange(m_used, true) ? m_separator : machine.text("");
    }

private:
    Value m_separator;
    Charge m_charge;
    uint32_t m_depth;
    bool m_used = false;
};

Value joinerFunction(const Call &call)
{
    return Value(ObjectRef(
        std::make_shared<Joiner>(call.machine, call.has(0) ? call.value(0) : call.machine.text(", "))));
}

/// `cycler(a, b, …)`: next(), reset(), current.
class Cycler : public Object, public std::enable_shared_from_this<Cycler>
{
public:
    Cycler(Machine &machine, std::vector<Value> items)
        : m_items(std::move(items)), m_charge(machine.chargeObject(m_items))
    {
        for (const Value &item : m_items)
            m_depth = std::max(m_depth, 1 + depthOf(item));
    }
    uint32_t depth() const override { return m_depth; }
    std::string_view typeName() const override { return "Cycler"; }
    std::optional<Value> attribute(Machine &machine, std::string_view name) override;
    Value next()
    {
        const Value value = m_items[m_at];
        m_at = (m_at + 1) % m_items.size();
        return value;
    }
    void reset() { m_at = 0; }

private:
    std::vector<Value> m_items;
    Charge m_charge;
    uint32_t m_depth = 1;
    size_t m_at = 0;
};

class CyclerMethod : public Object
{
public:
    CyclerMethod(std::shared_ptr<Cycler> cycler, bool resets) : m_cycler(std::move(cycler)), m_resets(resets)
    {
    }
    uint32_t depth() const override { return m_cycler->depth(); }
    std::string_view typeName() const override { return "method"; }
    bool isCallable() const override { return true; }
    Value call(Machine &, Args &) override
    {
        if (!m_resets)
            return m_cycler->next();
        m_cycler->reset();
        return Value(None{});
    }

private:
    std::shared_ptr<Cycler> m_cycler;
    bool m_resets;
};

std::optional<Value> Cycler::attribute(Machine &, std::string_view name)
{
    if (name == "current")
        return m_items[m_at];
    if (name == "next" || name == "reset")
        return Value(ObjectRef(std::make_shared<CyclerMethod>(shared_from_this(), name == "reset")));
    return std::nullopt;
}

Value cyclerFunction(const Call &call)
{
    call.machine.step(call.args.positional.size() / 8);
    return Value(ObjectRef(std::make_shared<Cycler>(call.machine, call.args.positional)));
}

} // namespace

const std::vector<Builtin> &globalRows()
{
    static const std::vector<Builtin> kRows = {
        {"range", {"start", "stop", "step"}, 1, rangeFunction},
        {"dict", {"*"}, 0, dictFunction},
        {"namespace", {"*"}, 0, namespaceFunction},
        {"joiner", {"sep"}, 0, joinerFunction},
        {"cycler", {"*"}, 1, cyclerFunction},
        {"raise_exception", {"message"}, 1, raiseFunction},
        {"strftime_now", {"format"}, 1, strftimeFunction},
    };
    return kRows;
}

} // namespace lathe::jinja
