// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/jinja/text.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace lathe::jinja {

class Machine;
class Object;
class Value;
struct List;
class Dict;
struct Args;

/// Why a value is missing: what a use of it reports. Null: nothing in particular.
struct Undefined {
    std::shared_ptr<const std::string> why;
};
struct None {
};

using ListRef = std::shared_ptr<const List>;
using DictRef = std::shared_ptr<const Dict>;
using ObjectRef = std::shared_ptr<Object>;

enum class Kind : uint8_t { Undefined, None, Bool, Int, Float, String, List, Dict, Object };

/// A value as a template sees it: Python's types, immutable. Copies share.
class Value
{
public:
    Value() = default;
    Value(None) : m_storage(None{}) {}
    Value(Undefined undefined) : m_storage(std::move(undefined)) {}
    Value(bool value) : m_storage(value) {}
    Value(int64_t value) : m_storage(value) {}
    Value(double value) : m_storage(value) {}
    Value(TextRef text) : m_storage(std::move(text)) {}
    Value(ListRef list) : m_storage(std::move(list)) {}
    Value(DictRef dict) : m_storage(std::move(dict)) {}
    Value(ObjectRef object) : m_storage(std::move(object)) {}
    Value(const char *) = delete; // would become a bool

    Kind kind() const { return static_cast<Kind>(m_storage.index()); }
    bool isUndefined() const { return kind() == Kind::Undefined; }
    bool isNone() const { return kind() == Kind::None; }
    bool isBool() const { return kind() == Kind::Bool; }
    bool isInt() const { return kind() == Kind::Int; }
    bool isFloat() const { return kind() == Kind::Float; }
    bool isString() const { return kind() == Kind::String; }
    bool isList() const { return kind() == Kind::List; } ///< list or tuple
    bool isDict() const { return kind() == Kind::Dict; }
    bool isObject() const { return kind() == Kind::Object; }
    bool isNumber() const { return isBool() || isInt() || isFloat(); }
    /// Bool or Int, as Python's int takes both.
    bool isIntegral() const { return isBool() || isInt(); }

    bool boolean() const { return std::get<bool>(m_storage); }
    /// Of Bool or Int.
    int64_t integer() const { return isBool() ? int64_t(boolean()) : std::get<int64_t>(m_storage); }
    /// Of Bool, Int or Float.
    double number() const { return isFloat() ? std::get<double>(m_storage) : static_cast<double>(integer()); }
    const TextRef &text() const { return std::get<TextRef>(m_storage); }
    std::string_view view() const { return text()->view(); }
    const ListRef &list() const { return std::get<ListRef>(m_storage); }
    const DictRef &dict() const { return std::get<DictRef>(m_storage); }
    const ObjectRef &object() const { return std::get<ObjectRef>(m_storage); }
    const Undefined &undefined() const { return std::get<Undefined>(m_storage); }

private:
    std::variant<Undefined, None, bool, int64_t, double, TextRef, ListRef, DictRef, ObjectRef> m_storage;
};

/// A list, or a tuple (which prints and compares otherwise).
struct List {
    std::vector<Value> items;
    bool tuple = false;
    bool group = false; ///< of groupby: .grouper and .list name its two items
    uint32_t depth = 1; ///< levels of lists and dicts below and including this
    Charge charge;
};

/// An ordered map. Keys: strings, numbers, none, tuples of these.
class Dict
{
public:
    using Entry = std::pair<Value, Value>;

    /// Adds or replaces (a replaced key keeps its place). Faults: an unhashable key, nesting, memory.
    void set(Machine &machine, Value key, Value value);
    const Value *find(Machine &machine, const Value &key) const;
    const Value *find(Machine &machine, std::string_view key) const;

    const std::vector<Entry> &entries() const { return m_entries; }
    uint32_t depth() const { return m_depth; }

private:
    static constexpr uint32_t kFree = UINT32_MAX;
    struct Slot {
        size_t hash = 0;
        uint32_t entry = kFree;
    };

    std::optional<size_t> indexOf(Machine &machine, const Value &key, size_t hash) const;
    /// The slot that holds `key`, or the free one where it would go.
    size_t slotOf(Machine &machine, const Value &key, size_t hash) const;
    void buildIndex(Machine &machine);

    std::vector<Entry> m_entries;
    std::vector<Slot> m_index; // open addressing, a power of two; empty while there are few entries
    uint32_t m_depth = 1;
    Charge m_charge;
};

/// A value with behaviour: function, bound method, macro, namespace, loop, cycler, joiner.
class Object
{
public:
    virtual ~Object() = default;
    /// As Python names the type in messages.
    virtual std::string_view typeName() const = 0;
    virtual std::optional<Value> attribute(Machine &machine, std::string_view name);
    virtual bool isCallable() const { return false; }
    virtual Value call(Machine &machine, Args &args);
    /// As depthOf: 0 where what it holds is let go of by somebody else.
    virtual uint32_t depth() const { return 0; }
};

/// What a call passes.
struct Args {
    std::vector<Value> positional;
    std::vector<std::pair<std::string, Value>> named;
    Charge charge{}; ///< of what * and ** added
};

bool truthOf(const Value &value);
std::string_view typeNameOf(const Value &value);
/// 1 + the deepest nesting of the parts, or 0 for what is no container.
uint32_t depthOf(const Value &value);
/// Python's ==. Never fails on types; spends steps.
bool equals(Machine &machine, const Value &a, const Value &b);
/// Python's < as -1, 0, 1. Faults on types without an order.
int compare(Machine &machine, const Value &a, const Value &b);
/// Equal values have equal hashes. Faults on lists and dicts.
size_t hashOf(Machine &machine, const Value &value);

} // namespace lathe::jinja
