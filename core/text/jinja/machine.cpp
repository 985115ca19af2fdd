// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja/machine.h"

#include "core/formats/printable.h"

#include <algorithm>

namespace lathe::jinja {

namespace {

constexpr uint64_t kObjectBytes = 192; // a small object with its control block and allocator words
constexpr size_t kComparesPerStep = 32;

} // namespace

void Scope::set(Machine &machine, uint32_t name, Value value)
{
    machine.step(m_variables.size() / kComparesPerStep);
    for (auto &[known, current] : m_variables) {
        if (known == name) {
            current = std::move(value);
            return;
        }
    }
    const uint64_t needed = kObjectBytes + (m_variables.size() + 1) * sizeof(m_variables[0]);
    if (needed > m_charge.bytes())
        m_charge = Charge(machine, 2 * needed);
    m_variables.emplace_back(name, std::move(value));
}

const Value *Scope::find(Machine &machine, uint32_t name) const
{
    for (const Scope *scope = this; scope; scope = scope->m_parent.get()) {
        machine.step(scope->m_variables.size() / kComparesPerStep);
        for (const auto &[known, value] : scope->m_variables)
            if (known == name)
                return &value;
    }
    return nullptr;
}

std::optional<Value> Namespace::attribute(Machine &machine, std::string_view name)
{
    const Value *value = m_values.find(machine, name);
    return value ? std::optional<Value>(*value) : std::nullopt;
}

Machine::~Machine()
{
    // Emptied one after another while all are still owned here: no destructor runs into the next.
    for (const ScopeRef &scope : m_captured)
        scope->clear();
    for (const auto &one : m_namespaces)
        one->clear();
}

Charge Machine::chargeObject(std::span<const Value> parts)
{
    for (const Value &part : parts)
        requireDepth(1 + depthOf(part));
    return Charge(*this, kObjectBytes + parts.size() * sizeof(Value));
}

void Machine::requireDepth(uint32_t depth) const
{
    if (depth > kMaxValueDepth)
        fail("a value nests more than " + std::to_string(kMaxValueDepth) + " levels deep");
}

void Machine::requireListSize(uint64_t size) const
{
    if (size > kMaxItems)
        fail("a list grows over " + std::to_string(kMaxItems) + " items");
}

Value Machine::list(std::vector<Value> items, bool tuple, bool group)
{
    requireListSize(items.size());
    step(items.size() / 8);
    auto list = std::make_shared<List>();
    for (const Value &item : items)
        list->depth = std::max(list->depth, 1 + depthOf(item));
    requireDepth(list->depth);
    list->charge = Charge(*this, kObjectBytes + items.capacity() * sizeof(Value));
    list->items = std::move(items);
    list->tuple = tuple;
    list->group = group;
    return Value(ListRef(std::move(list)));
}

Value Machine::undefined(std::string why) const
{
    return Value(Undefined{why.empty() ? nullptr : std::make_shared<const std::string>(std::move(why))});
}

std::shared_ptr<Namespace> Machine::makeNamespace()
{
    take(kObjectBytes); // kept to the end
    m_namespaces.push_back(std::make_shared<Namespace>());
    return m_namespaces.back();
}

BlockScope::~BlockScope()
{
    if (m_scope.use_count() > 1)
        m_machine.m_captured.push_back(std::move(m_scope));
}

void Machine::requireDefined(const Value &value) const
{
    if (!value.isUndefined())
        return;
    const auto &why = value.undefined().why;
    fail(why ? *why : "a value is undefined");
}

std::string inQuotes(std::string_view name)
{
    return "‘" + printable(name, 60) + "’";
}

} // namespace lathe::jinja
