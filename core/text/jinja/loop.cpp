// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja/ast.h"

#include <algorithm>
#include <array>

namespace lathe::jinja {

namespace {

/// What `loop` is inside of a for block.
class LoopState : public Object, public std::enable_shared_from_this<LoopState>
{
public:
    LoopState(const ForStatement &statement, ScopeRef outer, const std::vector<Value> &items, uint32_t depth0)
        : m_statement(statement), m_outer(std::move(outer)), m_items(&items), m_size(items.size()),
          m_depth0(depth0)
    {
    }

    std::string_view typeName() const override { return "LoopContext"; }
    bool isCallable() const override { return true; }
    std::optional<Value> attribute(Machine &machine, std::string_view name) override;
    Value call(Machine &machine, Args &args) override;

    void moveTo(size_t index) { m_index = index; }
    void end()
    {
        m_items = nullptr;
        m_last.reset(); // may hold this object
    }
    bool changed(Machine &machine, const Value &value);
    size_t index() const { return m_index; }

private:
    Value neighbour(Machine &machine, bool there, size_t index, const char *why) const;
    Value number(size_t value) const { return Value(static_cast<int64_t>(value)); }

    const ForStatement &m_statement;
    ScopeRef m_outer;
    const std::vector<Value> *m_items;
    size_t m_size;
    size_t m_index = 0;
    uint32_t m_depth0;
    std::optional<Value> m_last; ///< what changed() was asked about
};

/// loop.cycle and loop.changed: bound to one pass, which they keep alive.
class LoopMethod : public Object
{
public:
    LoopMethod(std::shared_ptr<LoopState> loop, bool cycles) : m_loop(std::move(loop)), m_cycles(cycles) {}
    std::string_view typeName() const override { return "method"; }
    bool isCallable() const override { return true; }
    Value call(Machine &machine, Args &args) override
    {
        if (!m_cycles)
            return Value(m_loop->changed(machine, machine.tuple(args.positional)));
        if (args.positional.empty())
            machine.fail("‘loop.cycle’ has nothing to cycle through");
        return args.positional[m_loop->index() % args.positional.size()];
    }

private:
    std::shared_ptr<LoopState> m_loop;
    bool m_cycles;
};

/// Lets go of the items at the end of a pass; a template may keep the object.
class LoopEnd
{
public:
    explicit LoopEnd(LoopState &state) : m_state(state) {}
    ~LoopEnd() { m_state.end(); }
    LoopEnd(const LoopEnd &) = delete;
    LoopEnd &operator=(const LoopEnd &) = delete;

private:
    LoopState &m_state;
};

bool LoopState::changed(Machine &machine, const Value &value)
{
    if (m_last && equals(machine, *m_last, value))
        return false;
    if (m_items)
        m_last = value;
    return true;
}

Value LoopState::neighbour(Machine &machine, bool there, size_t index, const char *why) const
{
    return there && m_items ? (*m_items)[index] : machine.undefined(why);
}

std::optional<Value> LoopState::attribute(Machine &machine, std::string_view name)
{
    using Get = Value (*)(LoopState &, Machine &);
    static constexpr std::array<std::pair<std::string_view, Get>, 11> kRows = {{
        {"index", [](LoopState &l, Machine &) { return l.number(l.m_index + 1); }},
        {"index0", [](LoopState &l, Machine &) { return l.number(l.m_index); }},
        {"revindex", [](LoopState &l, Machine &) { return l.number(l.m_size - l.m_index); }},
        {"revindex0", [](LoopState &l, Machine &) { return l.number(l.m_size - l.m_index - 1); }},
        {"first", [](LoopState &l, Machine &) { return Value(l.m_index == 0); }},
        {"last", [](LoopState &l, Machine &) { return Value(l.m_index + 1 == l.m_size); }},
        {"length", [](LoopState &l, Machine &) { return l.number(l.m_size); }},
        {"depth", [](LoopState &l, Machine &) { return l.number(l.m_depth0 + 1); }},
        {"depth0", [](LoopState &l, Machine &) { return l.number(l.m_depth0); }},
        {"previtem",
         [](LoopState &l, Machine &m) {
             return l.neighbour(m, l.m_index > 0, l.m_index - 1, "there is no previous item");
         }},
        {"nextitem",
         [](LoopState &l, Machine &m) {
             return l.neighbour(m, l.m_index + 1 < l.m_size, l.m_index + 1, "there is no next item");
         }},
    }};
    for (const auto &[spelling, get] : kRows)
        if (spelling == name)
            return get(*this, machine);
    if (name == "cycle" || name == "changed")
        return Value(ObjectRef(std::make_shared<LoopMethod>(shared_from_this(), name == "cycle")));
    return std::nullopt;
}

Value LoopState::call(Machine &machine, Args &args)
{
    if (!m_statement.recursive)
        machine.fail("only a loop marked ‘recursive’ can be called");
    if (args.positional.size() != 1 || !args.named.empty())
        machine.fail("‘loop’ takes one argument");
    Frame frame{machine, m_outer};
    TextBuilder out(machine);
    m_statement.run(frame, out, args.positional.front(), m_depth0 + 1);
    return Value(out.finish());
}

} // namespace

Flow ForStatement::exec(Frame &frame, TextBuilder &out) const
{
    const Value values = iterable->evaluate(frame);
    frame.machine.setLine(line);
    run(frame, out, values, 0);
    return Flow::Next;
}

namespace {

/// The items for which the loop's `if` holds.
std::vector<Value> selected(const ForStatement &loop, Frame &frame, std::vector<Value> items)
{
    if (!loop.condition)
        return items;
    std::vector<Value> kept;
    for (Value &item : items) {
        frame.machine.step(4);
        const BlockScope scope(frame.machine, frame.scope);
        Frame inner{frame.machine, scope.ref()};
        loop.target.assign(inner, item);
        if (truthOf(loop.condition->evaluate(inner)))
            kept.push_back(std::move(item));
    }
    return kept;
}

} // namespace

void ForStatement::run(Frame &frame, TextBuilder &out, const Value &values, uint32_t depth0) const
{
    Machine &machine = frame.machine;
    const std::vector<Value> items = selected(*this, frame, itemsOf(machine, values));
    const Charge charge(machine, items.size() * sizeof(Value));
    if (items.empty()) {
        const BlockScope scope(machine, frame.scope);
        Frame inner{machine, scope.ref()};
        executeBody(otherwise, inner, out);
        return;
    }
    const auto state = std::make_shared<LoopState>(*this, frame.scope, items, depth0);
    const LoopEnd end(*state);
    const Value loop{ObjectRef(state)};
    std::optional<BlockScope> scope; // used again and again, unless a macro keeps it
    for (size_t i = 0; i < items.size(); ++i) {
        machine.step(4); // as costly as that many expressions
        if (scope && !scope->captured())
            scope->ref()->clear();
        else
            scope.emplace(machine, frame.scope);
        Frame inner{machine, scope->ref()};
        state->moveTo(i);
        scope->ref()->set(machine, kNameLoop, loop);
        target.assign(inner, items[i]);
        if (executeBody(body, inner, out) == Flow::Break)
            break;
    }
}

} // namespace lathe::jinja
