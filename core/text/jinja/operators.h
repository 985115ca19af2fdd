// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/jinja/machine.h"

#include <string_view>

/// What expressions do with values: Python's semantics.
namespace lathe::jinja {

enum class BinaryOp : uint8_t { Add, Subtract, Multiply, Divide, FloorDivide, Modulo, Power };
enum class CompareOp : uint8_t { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, In, NotIn };

/// Faults: types that do not go together, division by zero, integers over 64 bits, sizes over the limits.
Value binary(Machine &machine, BinaryOp op, const Value &a, const Value &b);
Value negate(Machine &machine, const Value &value);
Value plus(Machine &machine, const Value &value);
bool compareBy(Machine &machine, CompareOp op, const Value &a, const Value &b);
/// `item in container`.
bool contains(Machine &machine, const Value &container, const Value &item);

/// `object.name`, as Jinja looks it up: method first, then the dict's entry. Undefined where there is none.
Value attributeOf(Machine &machine, const Value &object, const Value &name);
/// `object[key]`.
Value itemOf(Machine &machine, const Value &object, const Value &key);
/// `object[start:stop:step]`; none where left out.
Value sliceOf(Machine &machine, const Value &object, const Value &start, const Value &stop,
              const Value &step);
/// What a filter's `attribute="a.b.0"` finds.
Value pathOf(Machine &machine, Value value, const Value &path);

/// The items of a list, the keys of a dict, the characters of a string, nothing of undefined. Faults on the
/// rest.
std::vector<Value> itemsOf(Machine &machine, const Value &value);
/// len().
int64_t lengthOf(Machine &machine, const Value &value);

/// Python's value % args on strings.
TextRef percentFormat(Machine &machine, const Text &format, const Value &args);
/// str.format.
TextRef braceFormat(Machine &machine, const Text &format, const Args &args);

/// str(value), with content marks kept.
TextRef toText(Machine &machine, const Value &value);
void appendText(TextBuilder &out, Machine &machine, const Value &value);
/// repr(value).
void appendRepr(TextBuilder &out, Machine &machine, const Value &value);
/// repr of a float: the shortest digits that read back the same.
std::string floatRepr(double value);

struct JsonStyle {
    bool ensureAscii = false;
    std::optional<std::string> indent;
    std::string itemSeparator = ", ";
    std::string keySeparator = ": ";
    bool sortKeys = false;
};
/// json.dumps(value).
void appendJson(TextBuilder &out, Machine &machine, const Value &value, const JsonStyle &style);

} // namespace lathe::jinja
