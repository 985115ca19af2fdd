// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja/value.h"

#include "core/text/jinja/machine.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace lathe::jinja {

namespace {

constexpr uint64_t kEntryBytes = 2 * sizeof(Value) + 64; // with its share of the index
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
    if (value.isObject())
        return value.object()->depth();
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
        for (const Value &item : value.list()->items) {
            machine.step();
            hash = hash * 1000003 ^ hashOf(machine, item);
        }
        return hash;
    }
    if (value.isObject())
        return std::hash<const Object *>()(value.object().get()) >> 4; // aligned: the low bits say nothing
    machine.fail("‘" + std::string(typeNameOf(value)) + "’ cannot be a key");
}

size_t Dict::slotOf(Machine &machine, const Value &key, size_t hash) const
{
    const size_t mask = m_index.size() - 1;
    size_t at = hash & mask;
    for (; m_index[at].entry != kFree; at = (at + 1) & mask) {
        machine.step();
        if (m_index[at].hash == hash && equals(machine, m_entries[m_index[at].entry].first, key))
            break;
    }
    return at;
}

std::optional<size_t> Dict::indexOf(Machine &machine, const Value &key, size_t hash) const
{
    if (!m_index.empty()) {
        const uint32_t entry = m_index[slotOf(machine, key, hash)].entry;
        return entry == kFree ? std::nullopt : std::optional<size_t>(entry);
    }
    for (size_t i = 0; i < m_entries.size(); ++i)
        if (equals(machine, m_entries[i].first, key))
            return i;
    return std::nullopt;
}

void Dict::buildIndex(Machine &machine)
{
    m_index.assign(std::bit_ceil(4 * m_entries.size()), Slot());
    for (size_t i = 0; i < m_entries.size(); ++i) {
        const size_t hash = hashOf(machine, m_entries[i].first);
        m_index[slotOf(machine, m_entries[i].first, hash)] = {hash, static_cast<uint32_t>(i)};
    }
}

void Dict::set(Machine &machine, Value key, Value value)
{
    machine.step(4); // an entry costs more than a step: its hash, its share of a new index
    const size_t hash = hashOf(machine, key);
    m_depth = std::max({m_depth, 1 + depthOf(value), 1 + depthOf(key)});
    machine.requireDepth(m_depth);
    if (const auto at = indexOf(machine, key, hash)) {
        m_entries[*at].second = std::move(value);
        return;
    }
    const uint64_t needed = (m_entries.size() + 1) * kEntryBytes;
    if (needed > m_charge.bytes())
        m_charge = Charge(machine, 2 * needed);
    m_entries.emplace_back(std::move(key), std::move(value));
    if (m_entries.size() <= kIndexFrom)
        return;
    if (2 * m_entries.size() > m_index.size())
        buildIndex(machine);
    else
        m_index[slotOf(machine, m_entries.back().first, hash)] = {
            hash, static_cast<uint32_t>(m_entries.size() - 1)};
}

const Value *Dict::find(Machine &machine, const Value &key) const
{
    const auto at = indexOf(machine, key, hashOf(machine, key));
    return at ? &m_entries[*at].second : nullptr;
}

const Value *Dict::find(Machine &machine, std::string_view key) const
{
    if (!m_index.empty())
        return find(machine, machine.text(key));
    for (const auto &[name, value] : m_entries) {
        machine.step();
        if (name.isString() && name.view() == key)
            return &value;
    }
    return nullptr;
}

} // namespace lathe::jinja
