// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja/builtins.h"
#include "core/text/jinja/literal.h"
#include "core/text/jinja/operators.h"
#include "core/text/jinja/unicode.h"

#include <algorithm>

namespace lathe::jinja {

namespace {

std::string missing(const Value &object, const Value &key)
{
    const std::string name = key.isString()     ? inQuotes(key.view())
                             : key.isIntegral() ? std::to_string(key.integer())
                                                : "of type ‘" + std::string(typeNameOf(key)) + "’";
    return "‘" + std::string(typeNameOf(object)) + "’ has no element " + name;
}

std::optional<Value> listItem(const List &list, int64_t index)
{
    const auto size = static_cast<int64_t>(list.items.size());
    if (index < -size || index >= size)
        return std::nullopt;
    return list.items[static_cast<size_t>(index < 0 ? index + size : index)];
}

std::optional<Value> textItem(Machine &machine, const TextRef &text, int64_t index)
{
    const auto size = static_cast<int64_t>(lengthOf(machine, *text));
    if (index < -size || index >= size)
        return std::nullopt;
    const size_t begin = byteOffset(machine, *text, static_cast<size_t>(index < 0 ? index + size : index));
    return Value(sliceText(machine, text, begin, begin + unitAt(text->bytes, begin).length));
}

/// Methods, and what objects and groupby's pairs name; not a dict's entries.
std::optional<Value> ownAttribute(Machine &machine, const Value &object, std::string_view name)
{
    if (object.isObject())
        return object.object()->attribute(machine, name);
    if (object.isList() && object.list()->group && (name == "grouper" || name == "list"))
        return object.list()->items[name == "list" ? 1 : 0];
    if (const Builtin *method = findMethod(object, name))
        return Value(makeMethod(machine, *method, object));
    return std::nullopt;
}

/// What Python has and the immutable sandbox keeps away, even where a dict has such an entry.
bool isForbidden(const Value &object, std::string_view name)
{
    static constexpr std::string_view kDict[] = {"clear", "pop", "popitem", "setdefault", "update"};
    static constexpr std::string_view kList[] = {"append", "clear",  "extend",  "insert",
                                                 "pop",    "remove", "reverse", "sort"};
    if (object.isDict())
        return std::find(std::begin(kDict), std::end(kDict), name) != std::end(kDict);
    return object.isList() && !object.list()->tuple &&
           std::find(std::begin(kList), std::end(kList), name) != std::end(kList);
}

struct Bounds {
    int64_t start = 0;
    int64_t stop = 0;
    int64_t step = 1;
};

int64_t sliceIndex(Machine &machine, const Value &value, int64_t otherwise)
{
    if (value.isNone())
        return otherwise;
    machine.requireDefined(value);
    if (!value.isIntegral())
        machine.fail("the bounds of a slice are integers, not ‘" + std::string(typeNameOf(value)) + "’");
    return value.integer();
}

/// As Python's slice.indices(size).
Bounds boundsOf(Machine &machine, const Value &start, const Value &stop, const Value &step, int64_t size)
{
    Bounds bounds;
    bounds.step = sliceIndex(machine, step, 1);
    if (bounds.step == 0)
        machine.fail("the step of a slice is 0");
    const int64_t low = bounds.step < 0 ? -1 : 0;
    const int64_t high = bounds.step < 0 ? size - 1 : size;
    const auto clamp = [&](int64_t index) {
        return index < 0 ? std::max(index + size, low) : std::min(index, high);
    };
    bounds.start = start.isNone() ? (bounds.step < 0 ? high : low) : clamp(sliceIndex(machine, start, 0));
    bounds.stop = stop.isNone() ? (bounds.step < 0 ? low : high) : clamp(sliceIndex(machine, stop, 0));
    return bounds;
}

template <class Visit> void forEachIndex(const Bounds &bounds, Visit visit)
{
    // A step beyond the size ends the walk; adding it could overflow.
    for (int64_t i = bounds.start; bounds.step > 0 ? i < bounds.stop : i > bounds.stop;) {
        visit(static_cast<size_t>(i));
        if (__builtin_add_overflow(i, bounds.step, &i))
            break;
    }
}

Value textSlice(Machine &machine, const TextRef &text, const Bounds &bounds)
{
    if (bounds.step == 1) {
        const size_t begin = byteOffset(machine, *text, static_cast<size_t>(bounds.start));
        const size_t end =
            byteOffset(machine, *text, static_cast<size_t>(std::max(bounds.start, bounds.stop)));
        return Value(sliceText(machine, text, begin, end));
    }
    const Offsets offsets = offsetsOf(machine, *text);
    TextBuilder out(machine);
    forEachIndex(bounds, [&](size_t i) {
        machine.step();
        out.append(*text, offsets.at[i], offsets.at[i + 1]);
    });
    return Value(out.finish());
}

} // namespace

Value attributeOf(Machine &machine, const Value &object, const Value &name)
{
    machine.requireDefined(object);
    if (auto own = ownAttribute(machine, object, name.view()))
        return std::move(*own);
    if (isForbidden(object, name.view()))
        return machine.undefined(inQuotes(name.view()) + " would change a value, which templates may not");
    if (object.isDict())
        if (const Value *entry = object.dict()->find(machine, name.view()))
            return *entry;
    return machine.undefined(missing(object, name));
}

Value itemOf(Machine &machine, const Value &object, const Value &key)
{
    machine.requireDefined(object);
    if (object.isDict() && !key.isList() && !key.isDict()) {
        if (const Value *entry = object.dict()->find(machine, key))
            return *entry;
    } else if (object.isDict() && key.isList() && key.list()->tuple) {
        if (const Value *entry = object.dict()->find(machine, key))
            return *entry;
    } else if (key.isIntegral() && (object.isList() || object.isString())) {
        auto item = object.isList() ? listItem(*object.list(), key.integer())
                                    : textItem(machine, object.text(), key.integer());
        if (item)
            return std::move(*item);
    }
    if (key.isString())
        if (auto own = ownAttribute(machine, object, key.view()))
            return std::move(*own);
    return machine.undefined(missing(object, key));
}

Value sliceOf(Machine &machine, const Value &object, const Value &start, const Value &stop, const Value &step)
{
    machine.requireDefined(object);
    if (!object.isString() && !object.isList())
        return machine.undefined("‘" + std::string(typeNameOf(object)) + "’ has no slices");
    const Bounds bounds = boundsOf(machine, start, stop, step, lengthOf(machine, object));
    if (object.isString())
        return textSlice(machine, object.text(), bounds);
    uint64_t count = 0;
    forEachIndex(bounds, [&count](size_t) { ++count; });
    const Charge room(machine, count * sizeof(Value));
    std::vector<Value> items;
    items.reserve(count);
    forEachIndex(bounds, [&](size_t i) { items.push_back(object.list()->items[i]); });
    return machine.list(std::move(items), object.list()->tuple);
}

Value pathOf(Machine &machine, Value value, const Value &path)
{
    if (path.isIntegral())
        return itemOf(machine, value, path);
    if (!path.isString())
        machine.fail("an attribute is named by a string or a number");
    const std::string_view whole = path.view();
    machine.walk(whole.size());
    for (size_t begin = 0; begin <= whole.size();) {
        const size_t dot = std::min(whole.find('.', begin), whole.size());
        const std::string_view part = whole.substr(begin, dot - begin);
        const bool digits = !part.empty() && std::all_of(part.begin(), part.end(),
                                                         [](char c) { return c >= '0' && c <= '9'; });
        const auto index = digits ? parseInteger(part, 10) : std::nullopt;
        value = itemOf(machine, value, index ? Value(*index) : machine.text(part));
        begin = dot + 1;
    }
    return value;
}

std::vector<Value> itemsOf(Machine &machine, const Value &value)
{
    std::vector<Value> items;
    switch (value.kind()) {
    case Kind::Undefined:
        break;
    case Kind::List: {
        const Charge room(machine, value.list()->items.size() * sizeof(Value)); // before it is taken
        machine.step(value.list()->items.size() / 8);
        items = value.list()->items;
        break;
    }
    case Kind::Dict:
        machine.step(value.dict()->entries().size() / 8);
        for (const auto &entry : value.dict()->entries())
            items.push_back(entry.first);
        break;
    case Kind::String:
        for (size_t pos = 0; pos < value.view().size();) {
            machine.step();
            const size_t end = pos + unitAt(value.view(), pos).length;
            items.push_back(Value(sliceText(machine, value.text(), pos, end)));
            pos = end;
        }
        break;
    default:
        machine.fail("‘" + std::string(typeNameOf(value)) + "’ cannot be walked through");
    }
    return items;
}

int64_t lengthOf(Machine &machine, const Value &value)
{
    switch (value.kind()) {
    case Kind::Undefined:
        return 0;
    case Kind::String:
        return static_cast<int64_t>(lengthOf(machine, *value.text()));
    case Kind::List:
        return static_cast<int64_t>(value.list()->items.size());
    case Kind::Dict:
        return static_cast<int64_t>(value.dict()->entries().size());
    default:
        machine.fail("‘" + std::string(typeNameOf(value)) + "’ has no length");
    }
}

} // namespace lathe::jinja
