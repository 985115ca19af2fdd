// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja/value.h"

#include "core/text/jinja/machine.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lathe::jinja {

namespace {

constexpr uint64_t kEntryBytes = 2 * sizeof(Value) + 48; // with its share of the index
constexpr size_t kIndexFrom = 8;

bool listsEqual(Machine &machine, const List &a, const List &b)
{
    if (a.tuple != b.tuple || a.items.size() != b.items.size())
        return false;
    for (size_t i = 0; i < a.items.size(); ++i)
        if (!equals(machine, a.items[i], b.items[i]))
            return false;
    return true;
}

bool dictsEqual(Machine &machine, const Dict &a, const Dict &b)
{
    if (a.entries().size() != b.entries().size())
        return false;
    for (const auto &[key, value] : a.entries()) {
        const Value *other = b.find(machine, key);
        if (!other || !equals(machine, value, *other))
            return false;
    }
    return true;
}

int compareLists(Machine &machine, const List &a, const List &b)
{
    const size_t shared = std::min(a.items.size(), b.items.size());
    for (size_t i = 0; i < shared; ++i)
        if (!equals(machine, a.items[i], b.items[i]))
            return compare(machine, a.items[i], b.items[i]);
    return a.items.size() < b.items.size() ? -1 : a.items.size() > b.items.size() ? 1 : 0;
}

size_t hashNumber(double value)
{
    return std::hash<double>()(value == 0 ? 0.0 : value);
}

} // namespace

std::optional<Value> Object::attribute(Machine &, std::string_view)
{
    return std::nullopt;
}

Value Object::call(Machine &machine, Args &)
{
    machine.fail("‘" + std::string(typeName()) + "’ is not callable");
}

bool truthOf(const Value &value)
{
    switch (value.kind()) {
    case Kind::Undefined:
    case Kind::None:
        return false;
    case Kind::Bool:
    case Kind::Int:
        return value.integer() != 0;
    case Kind::Float:
        return value.number() != 0;
    case Kind::String:
        return !value.view().empty();
    case Kind::List:
        return !value.list()->items.empty();
    case Kind::Dict:
        return !value.dict()->entries().empty();
    case Kind::Object:
        break;
    }
    return true;
}

std::string_view typeNameOf(const Value &value)
{
    static constexpr std::array<std::string_view, 9> kNames = {
        "Undefined", "NoneType", "bool", "int", "float", "str", "list", "dict", ""};
    if (value.isObject())
        return value.object()->typeName();
    if (value.isList() && value.list()->tuple)
        return "tuple";
    return kNames[static_cast<size_t>(value.kind())];
}

uint32_t depthOf(const Value &value)
{
    return value.isList() ? value.list()->depth : value.isDict() ? value.dict()->depth() : 0;
}

bool equals(Machine &machine, const Value &a, const Value &b)
{
    machine.step();
    if (a.isNumber() && b.isNumber())
        return a.isFloat() || b.isFloat() ? a.number() == b.number() : a.integer() == b.integer();
    if (a.kind() != b.kind())
        return false;
    switch (a.kind()) {
    case Kind::String:
        machine.touch(std::min(a.view().size(), b.view().size()));
        return a.view() == b.view();
    case Kind::List:
        return a.list() == b.list() || listsEqual(machine, *a.list(), *b.list());
    case Kind::Dict:
        return a.dict() == b.dict() || dictsEqual(machine, *a.dict(), *b.dict());
    case Kind::Object:
        return a.object() == b.object();
    default:
        return true; // two of none, two of undefined
    }
}

int compare(Machine &machine, const Value &a, const Value &b)
{
    machine.step();
    if (a.isNumber() && b.isNumber()) {
        if (!a.isFloat() && !b.isFloat())
            return a.integer() < b.integer() ? -1 : a.integer() > b.integer() ? 1 : 0;
        return a.number() < b.number() ? -1 : a.number() > b.number() ? 1 : 0;
    }
    if (a.isString() && b.isString()) {
        machine.touch(std::min(a.view().size(), b.view().size()));
        return a.view().compare(b.view()) < 0 ? -1 : a.view() == b.view() ? 0 : 1;
    }
    if (a.isList() && b.isList() && a.list()->tuple == b.list()->tuple)
        return compareLists(machine, *a.list(), *b.list());
    machine.requireDefined(a);
    machine.requireDefined(b);
    machine.fail("cannot order ‘" + std::string(typeNameOf(a)) + "’ and ‘" + std::string(typeNameOf(b)) +
                 "’");
}

size_t hashOf(Machine &machine, const Value &value)
{
    if (value.isNumber())
        return hashNumber(value.number());
    if (value.isString()) {
        machine.touch(value.view().size());
        return std::hash<std::string_view>()(value.view());
    }
    if (value.isNone())
        return 0x6e6f6e65;
    if (value.isList() && value.list()->tuple) {
        size_t hash = 0x345678;
        for (const Value &item : value.list()->items)
            hash = hash * 1000003 ^ hashOf(machine, item);
        return hash;
    }
    if (value.isObject())
        return std::hash<const Object *>()(value.object().get());
    machine.fail("‘" + std::string(typeNameOf(value)) + "’ cannot be a key");
}

std::optional<size_t> Dict::indexOf(Machine &machine, const Value &key, size_t hash) const
{
    if (m_index.empty()) {
        for (size_t i = 0; i < m_entries.size(); ++i)
            if (equals(machine, m_entries[i].first, key))
                return i;
        return std::nullopt;
    }
    const auto [begin, end] = m_index.equal_range(hash);
    for (auto it = begin; it != end; ++it)
        if (equals(machine, m_entries[it->second].first, key))
            return it->second;
    return std::nullopt;
}

void Dict::set(Machine &machine, Value key, Value value)
{
    machine.step(4); // an entry costs more than a step: its node, its hash
    const size_t hash = hashOf(machine, key);
    m_depth = std::max({m_depth, 1 + depthOf(value), 1 + depthOf(key)});
    if (m_depth > kMaxValueDepth)
        machine.fail("a value nests more than " + std::to_string(kMaxValueDepth) + " levels deep");
    if (const auto at = indexOf(machine, key, hash)) {
        m_entries[*at].second = std::move(value);
        return;
    }
    const uint64_t needed = (m_entries.size() + 1) * kEntryBytes;
    if (needed > m_charge.bytes())
        m_charge = Charge(machine, 2 * needed);
    m_entries.emplace_back(std::move(key), std::move(value));
    if (m_index.empty() && m_entries.size() > kIndexFrom) {
        for (size_t i = 0; i + 1 < m_entries.size(); ++i)
            m_index.emplace(hashOf(machine, m_entries[i].first), static_cast<uint32_t>(i));
    }
    if (m_entries.size() > kIndexFrom)
        m_index.emplace(hash, static_cast<uint32_t>(m_entries.size() - 1));
}

const Value *Dict::find(Machine &machine, const Value &key) const
{
    const auto at = indexOf(machine, key, hashOf(machine, key));
    return at ? &m_entries[*at].second : nullptr;
}

const Value *Dict::find(Machine &machine, std::string_view key) const
{
    if (m_index.empty()) {
        for (const auto &[name, value] : m_entries) {
            machine.step();
            if (name.isString() && name.view() == key)
                return &value;
        }
        return nullptr;
    }
    machine.step();
    const auto [begin, end] = m_index.equal_range(std::hash<std::string_view>()(key));
    for (auto it = begin; it != end; ++it)
        if (m_entries[it->second].first.isString() && m_entries[it->second].first.view() == key)
            return &m_entries[it->second].second;
    return nullptr;
}

} // namespace lathe::jinja
