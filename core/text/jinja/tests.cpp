// SPDX-License-Identifier: GPL-3.0-or-later
// What stands after `is`.
#include "core/text/jinja/builtins.h"
#include "core/text/jinja/operators.h"

#include <cmath>

namespace lathe::jinja {

namespace {

template <Kind kKind> Value isKind(const Call &call)
{
    return Value(call.self.kind() == kKind);
}

template <bool kWanted> Value isBoolean(const Call &call)
{
    return Value(call.self.isBool() && call.self.boolean() == kWanted);
}

template <CompareOp kOp> Value compares(const Call &call)
{
    return Value(compareBy(call.machine, kOp, call.self, call.value(0)));
}

Value isDefined(const Call &call)
{
    return Value(!call.self.isUndefined());
}

Value isNumberTest(const Call &call)
{
    return Value(call.self.isNumber());
}

/// Strings, lists, dicts and undefined can be walked through; sequences have indexes or a length too.
Value isIterable(const Call &call)
{
    return Value(call.self.isString() || call.self.isList() || call.self.isDict() || call.self.isUndefined());
}

Value isCallableTest(const Call &call)
{
    return Value((call.self.isObject() && call.self.object()->isCallable()) || call.self.isUndefined());
}

Value isSame(const Call &call)
{
    const Value &a = call.self;
    const Value &b = call.value(0);
    if (a.kind() != b.kind())
        return Value(false);
    if (a.isList())
        return Value(a.list() == b.list());
    if (a.isDict())
        return Value(a.dict() == b.dict());
    return Value(equals(call.machine, a, b));
}

template <int64_t kRest> Value isParity(const Call &call)
{
    const Value rest = binary(call.machine, BinaryOp::Modulo, call.self, Value(int64_t(2)));
    return Value(rest.isNumber() && rest.number() == static_cast<double>(kRest));
}

Value isDivisible(const Call &call)
{
    const Value rest = binary(call.machine, BinaryOp::Modulo, call.self, call.value(0));
    return Value(rest.isNumber() && rest.number() == 0);
}

/// As str(value).islower() or isupper().
Value hasCase(const Call &call, std::string_view method)
{
    const Value text(toText(call.machine, call.self));
    Args none;
    return runBuiltin(call.machine, *findMethod(text, method), text, none);
}

Value isLowerTest(const Call &call)
{
    return hasCase(call, "islower");
}

Value isUpperTest(const Call &call)
{
    return hasCase(call, "isupper");
}

Value isIn(const Call &call)
{
    return Value(contains(call.machine, call.value(0), call.self));
}

Value isFilter(const Call &call)
{
    return Value(call.self.isString() && findFilter(call.self.view()) != nullptr);
}

Value isTest(const Call &call)
{
    return Value(call.self.isString() && findTest(call.self.view()) != nullptr);
}

Value isEscaped(const Call &)
{
    return Value(false); // no autoescape in chat templates
}

std::vector<Builtin> makeRows()
{
    std::vector<Builtin> rows = {
        {"defined", {}, 0, isDefined},
        {"undefined", {}, 0, isKind<Kind::Undefined>},
        {"none", {}, 0, isKind<Kind::None>},
        {"boolean", {}, 0, isKind<Kind::Bool>},
        {"true", {}, 0, isBoolean<true>},
        {"false", {}, 0, isBoolean<false>},
        {"integer", {}, 0, isKind<Kind::Int>},
        {"float", {}, 0, isKind<Kind::Float>},
        {"number", {}, 0, isNumberTest},
        {"string", {}, 0, isKind<Kind::String>},
        {"mapping", {}, 0, isKind<Kind::Dict>},
        {"iterable", {}, 0, isIterable},
        {"sequence", {}, 0, isIterable},
        {"callable", {}, 0, isCallableTest},
        {"sameas", {"other"}, 1, isSame},
        {"odd", {}, 0, isParity<1>},
        {"even", {}, 0, isParity<0>},
        {"divisibleby", {"num"}, 1, isDivisible},
        {"lower", {}, 0, isLowerTest},
        {"upper", {}, 0, isUpperTest},
        {"in", {"seq"}, 1, isIn},
        {"filter", {}, 0, isFilter},
        {"test", {}, 0, isTest},
        {"escaped", {}, 0, isEscaped},
    };
    struct Comparison {
        std::vector<std::string_view> names;
        Value (*run)(const Call &);
    };
    const std::vector<Comparison> comparisons = {
        {{"==", "eq", "equalto"}, compares<CompareOp::Equal>},
        {{"!=", "ne"}, compares<CompareOp::NotEqual>},
        {{"<", "lt", "lessthan"}, compares<CompareOp::Less>},
        {{"<=", "le"}, compares<CompareOp::LessEqual>},
        {{">", "gt", "greaterthan"}, compares<CompareOp::Greater>},
        {{">=", "ge"}, compares<CompareOp::GreaterEqual>},
    };
    for (const Comparison &comparison : comparisons)
        for (const std::string_view name : comparison.names)
            rows.push_back({name, {"other"}, 1, comparison.run});
    return rows;
}

} // namespace

const std::vector<Builtin> &testRows()
{
    static const std::vector<Builtin> kRows = makeRows();
    return kRows;
}

} // namespace lathe::jinja
