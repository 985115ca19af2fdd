// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja/operators.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lathe::jinja {

namespace {

constexpr std::array<std::string_view, 7> kSymbols = {"+", "-", "*", "/", "//", "%", "**"};

[[noreturn]] void failTypes(Machine &machine, BinaryOp op, const Value &a, const Value &b)
{
    machine.requireDefined(a);
    machine.requireDefined(b);
    machine.fail("‘" + std::string(kSymbols[static_cast<size_t>(op)]) + "’ does not go with ‘" +
                 std::string(typeNameOf(a)) + "’ and ‘" + std::string(typeNameOf(b)) + "’");
}

int64_t checkedPower(Machine &machine, int64_t base, int64_t exponent)
{
    int64_t result = 1;
    while (exponent > 0) {
        bool over = (exponent & 1) != 0 && __builtin_mul_overflow(result, base, &result);
        exponent >>= 1;
        over = over || (exponent > 0 && __builtin_mul_overflow(base, base, &base));
        if (over)
            machine.fail("an integer grows over 64 bits");
    }
    return result;
}

Value integerBinary(Machine &machine, BinaryOp op, int64_t a, int64_t b)
{
    int64_t result = 0;
    bool over = false;
    if ((op == BinaryOp::Divide || op == BinaryOp::FloorDivide || op == BinaryOp::Modulo) && b == 0)
        machine.fail("division by zero");
    switch (op) {
    case BinaryOp::Add:
        over = __builtin_add_overflow(a, b, &result);
        break;
    case BinaryOp::Subtract:
        over = __builtin_sub_overflow(a, b, &result);
        break;
    case BinaryOp::Multiply:
        over = __builtin_mul_overflow(a, b, &result);
        break;
    case BinaryOp::Divide:
        return Value(static_cast<double>(a) / static_cast<double>(b));
    case BinaryOp::FloorDivide:
        over = a == INT64_MIN && b == -1;
        result = over ? 0 : a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
        break;
    case BinaryOp::Modulo:
        result = b == -1 ? 0 : a % b;
        result += result != 0 && (result < 0) != (b < 0) ? b : 0;
        break;
    case BinaryOp::Power:
        if (b < 0 && a == 0)
            machine.fail("division by zero");
        if (b < 0)
            return Value(std::pow(static_cast<double>(a), static_cast<double>(b)));
        return Value(checkedPower(machine, a, b));
    }
    if (over)
        machine.fail("an integer grows over 64 bits");
    return Value(result);
}

double floatModulo(double a, double b)
{
    const double rest = std::fmod(a, b);
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

Value floatBinary(Machine &machine, BinaryOp op, double a, double b)
{
    if ((op == BinaryOp::Divide || op == BinaryOp::FloorDivide || op == BinaryOp::Modulo) && b == 0)
        machine.fail("division by zero");
    switch (op) {
    case BinaryOp::Add:
        return Value(a + b);
    case BinaryOp::Subtract:
        return Value(a - b);
    case BinaryOp::Multiply:
        return Value(a * b);
    case BinaryOp::Divide:
        return Value(a / b);
    case BinaryOp::FloorDivide:
        return Value(std::floor((a - floatModulo(a, b)) / b + 0.5));
    case BinaryOp::Modulo:
        return Value(floatModulo(a, b));
    case BinaryOp::Power:
        break;
    }
    const double result = std::pow(a, b);
    if (std::isnan(result) && !std::isnan(a) && !std::isnan(b))
        machine.fail("the power is no real number");
    return Value(result);
}

Value repeated(Machine &machine, const Value &value, int64_t count)
{
    const auto times = static_cast<uint64_t>(std::max<int64_t>(count, 0));
    if (value.isString()) {
        const Text &text = *value.text();
        TextBuilder out(machine);
        const bool allContent =
            text.content.size() == 1 && text.content[0].end - text.content[0].begin == text.bytes.size();
        if (text.content.empty() || allContent)
            out.fill(text.view(), times, allContent);
        else
            for (uint64_t i = 0; i < times; ++i)
                out.append(text);
        return Value(out.finish());
    }
    const List &list = *value.list();
    const uint64_t size = list.items.size();
    if (size > 0)
        machine.requireListSize(times > kMaxItems ? times : size * times);
    std::vector<Value> items;
    items.reserve(size > 0 ? size * times : 0);
    for (uint64_t i = 0; i < times && size > 0; ++i)
        items.insert(items.end(), list.items.begin(), list.items.end());
    return machine.list(std::move(items), list.tuple);
}

bool isSequence(const Value &value)
{
    return value.isString() || value.isList();
}

Value joined(Machine &machine, const Value &a, const Value &b)
{
    if (a.isString()) {
        TextBuilder out(machine);
        out.append(*a.text());
        out.append(*b.text());
        return Value(out.finish());
    }
    machine.requireListSize(a.list()->items.size() + b.list()->items.size());
    std::vector<Value> items;
    items.reserve(a.list()->items.size() + b.list()->items.size());
    items.insert(items.end(), a.list()->items.begin(), a.list()->items.end());
    items.insert(items.end(), b.list()->items.begin(), b.list()->items.end());
    return machine.list(std::move(items), a.list()->tuple);
}

} // namespace

Value binary(Machine &machine, BinaryOp op, const Value &a, const Value &b)
{
    if (a.isIntegral() && b.isIntegral())
        return integerBinary(machine, op, a.integer(), b.integer());
    if (a.isNumber() && b.isNumber())
        return floatBinary(machine, op, a.number(), b.number());
    if (op == BinaryOp::Modulo && a.isString())
        return Value(percentFormat(machine, *a.text(), b));
    if (op == BinaryOp::Add && isSequence(a) && a.kind() == b.kind() &&
        (a.isString() || a.list()->tuple == b.list()->tuple))
        return joined(machine, a, b);
    if (op == BinaryOp::Multiply && isSequence(a) && b.isIntegral())
        return repeated(machine, a, b.integer());
    if (op == BinaryOp::Multiply && isSequence(b) && a.isIntegral())
        return repeated(machine, b, a.integer());
    failTypes(machine, op, a, b);
}

Value negate(Machine &machine, const Value &value)
{
    if (value.isFloat())
        return Value(-value.number());
    if (value.isIntegral())
        return integerBinary(machine, BinaryOp::Subtract, 0, value.integer());
    machine.requireDefined(value);
    machine.fail("‘-’ does not go with ‘" + std::string(typeNameOf(value)) + "’");
}

Value plus(Machine &machine, const Value &value)
{
    if (value.isNumber())
        return value.isBool() ? Value(value.integer()) : value;
    machine.requireDefined(value);
    machine.fail("‘+’ does not go with ‘" + std::string(typeNameOf(value)) + "’");
}

bool contains(Machine &machine, const Value &container, const Value &item)
{
    if (container.isString()) {
        if (!item.isString())
            machine.fail("only a string can be ‘in’ a string, not ‘" + std::string(typeNameOf(item)) + "’");
        return findBytes(machine, container.view(), item.view()) != std::string_view::npos;
    }
    if (container.isDict())
        return container.dict()->find(machine, item) != nullptr;
    if (container.isUndefined())
        return false;
    if (!container.isList())
        machine.fail("nothing can be ‘in’ ‘" + std::string(typeNameOf(container)) + "’");
    const auto &items = container.list()->items;
    return std::any_of(items.begin(), items.end(),
                       [&](const Value &one) { return equals(machine, one, item); });
}

bool compareBy(Machine &machine, CompareOp op, const Value &a, const Value &b)
{
    const bool nan = (a.isFloat() && std::isnan(a.number())) || (b.isFloat() && std::isnan(b.number()));
    switch (op) {
    case CompareOp::Equal:
        return equals(machine, a, b);
    case CompareOp::NotEqual:
        return !equals(machine, a, b);
    case CompareOp::Less:
        return compare(machine, a, b) < 0 && !nan;
    case CompareOp::LessEqual:
        return compare(machine, a, b) <= 0 && !nan;
    case CompareOp::Greater:
        return compare(machine, a, b) > 0 && !nan;
    case CompareOp::GreaterEqual:
        return compare(machine, a, b) >= 0 && !nan;
    case CompareOp::In:
        return contains(machine, b, a);
    case CompareOp::NotIn:
        break;
    }
    return !contains(machine, b, a);
}

} // namespace lathe::jinja
