// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/jinja/value.h"

#include <chrono>
#include <initializer_list>
#include <optional>
#include <span>

namespace lathe::jinja {

/// Variables of one block, by the template's number of the name. A scope that a macro captured is emptied at
/// the end of the rendering, so that rings of references die.
class Scope
{
public:
    explicit Scope(std::shared_ptr<Scope> parent) : m_parent(std::move(parent)) {}

    void set(Machine &machine, uint32_t name, Value value);
    /// The nearest value of the name, here or in a scope around this one; null: none.
    const Value *find(Machine &machine, uint32_t name) const;
    void clear() { m_variables.clear(); }

private:
    std::shared_ptr<Scope> m_parent;
    std::vector<std::pair<uint32_t, Value>> m_variables;
    Charge m_charge;
};
using ScopeRef = std::shared_ptr<Scope>;

/// `namespace(…)`: the one thing a template may change.
class Namespace : public Object
{
public:
    std::string_view typeName() const override { return "Namespace"; }
    std::optional<Value> attribute(Machine &machine, std::string_view name) override;
    void set(Machine &machine, const Value &name, Value value)
    {
        m_values.set(machine, name, std::move(value));
    }
    const Dict &values() const { return m_values; }
    void clear() { m_values = Dict(); }

private:
    Dict m_values;
};

/// One rendering: its budget, the values it makes, and the clock it was given.
class Machine : public Budget
{
public:
    using Clock = std::chrono::system_clock;

    explicit Machine(const Limits &limits) : Budget(limits) {}
    ~Machine();
    Machine(const Machine &) = delete;
    Machine &operator=(const Machine &) = delete;

    Value text(std::string_view bytes) { return Value(makeText(*this, bytes)); }
    Value list(std::vector<Value> items, bool tuple = false, bool group = false);
    Value tuple(std::vector<Value> items) { return list(std::move(items), true); }
    Value undefined(std::string why = {}) const;
    std::shared_ptr<Namespace> makeNamespace();
    /// Faults where a list of `size` items would be too long.
    void requireListSize(uint64_t size) const;
    /// Faults where a value of that depth (depthOf) nests too deep.
    void requireDepth(uint32_t depth) const;
    /// Faults with the reason where `value` is undefined.
    void requireDefined(const Value &value) const;
    /// What an object that holds `parts` is charged for its life. Faults where they nest too deep.
    Charge chargeObject(std::span<const Value> parts);

    std::optional<Clock::time_point> now; ///< none: the system's clock

private:
    friend class BlockScope;

    std::vector<std::shared_ptr<Namespace>> m_namespaces;
    std::vector<ScopeRef> m_captured;
};

/// The scope of one block, alive while the block runs.
class BlockScope
{
public:
    BlockScope(Machine &machine, const ScopeRef &parent)
        : m_machine(machine), m_scope(std::make_shared<Scope>(parent))
    {
    }
    ~BlockScope();
    BlockScope(const BlockScope &) = delete;
    BlockScope &operator=(const BlockScope &) = delete;

    const ScopeRef &ref() const { return m_scope; }
    /// A macro or a loop keeps the scope beyond the block.
    bool captured() const { return m_scope.use_count() > 1; }

private:
    Machine &m_machine;
    ScopeRef m_scope;
};

/// Names as messages quote them, cut where they are long.
std::string inQuotes(std::string_view name);

} // namespace lathe::jinja
