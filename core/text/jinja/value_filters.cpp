// SPDX-License-Identifier: GPL-3.0-or-later
// Filters on numbers, missing values and single attributes, and tojson.
#include "core/text/jinja/builtins.h"
#include "core/text/jinja/literal.h"
#include "core/text/jinja/operators.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace lathe::jinja {

namespace {

Value defaultFilter(const Call &call)
{
    const bool missing = call.self.isUndefined() || (call.truth(1, false) && !truthOf(call.self));
    if (!missing)
        return call.self;
    return call.has(0) ? call.value(0) : call.machine.text("");
}

std::optional<int64_t> truncated(double value)
{
    if (!(std::fabs(value) < 9.2e18))
        return std::nullopt;
    return static_cast<int64_t>(value);
}

Value intFilter(const Call &call)
{
    call.machine.requireDefined(call.self);
    std::optional<int64_t> result;
    if (call.self.isFloat()) {
        result = truncated(call.self.number());
    } else if (call.self.isNumber()) {
        result = call.self.integer();
    } else if (call.self.isString()) {
        const int64_t base = call.integer(1, 10);
        call.machine.step(call.self.view().size() / 4);
        if (base != 0 && (base < 2 || base > 36))
            call.fail("takes a base of 2 to 36");
        result = parseInteger(call.self.view(), static_cast<int>(base));
        const auto number = result ? std::nullopt : parseFloat(call.self.view());
        result = number ? truncated(*number) : result;
    }
    if (result)
        return Value(*result);
    return call.has(0) ? call.value(0) : Value(int64_t(0));
}

Value floatFilter(const Call &call)
{
    call.machine.requireDefined(call.self);
    if (call.self.isNumber())
        return Value(call.self.number());
    call.machine.step(call.self.isString() ? call.self.view().size() / 4 : 0);
    const auto number = call.self.isString() ? parseFloat(call.self.view()) : std::nullopt;
    if (number)
        return Value(*number);
    return call.has(0) ? call.value(0) : Value(0.0);
}

Value absFilter(const Call &call)
{
    call.machine.requireDefined(call.self);
    if (!call.self.isNumber())
        call.fail("needs a number, not ‘" + std::string(typeNameOf(call.self)) + "’");
    return call.self.number() < 0 ? negate(call.machine, call.self) : plus(call.machine, call.self);
}

/// Python's round(): half to even on the exact decimal value.
double roundedTo(double value, int64_t digits)
{
    constexpr int64_t kDoubleDigits = 330;
    if (!std::isfinite(value) || digits > kDoubleDigits)
        return value;
    if (digits < 0) {
        const double scale = std::pow(10.0, static_cast<double>(-std::max(digits, -kDoubleDigits)));
        return std::isfinite(scale) ? std::nearbyint(value / scale) * scale : 0.0;
    }
    char buffer[800];
    std::snprintf(buffer, sizeof buffer, "%.*f", static_cast<int>(digits), value);
    return parseFloat(buffer).value_or(value);
}

Value roundFilter(const Call &call)
{
    call.machine.requireDefined(call.self);
    if (!call.self.isNumber())
        call.fail("needs a number, not ‘" + std::string(typeNameOf(call.self)) + "’");
    const int64_t digits = call.integer(0, 0);
    const std::string_view method = call.has(1) ? call.text(1)->view() : "common";
    if (method != "common" && method != "ceil" && method != "floor")
        call.fail("knows the methods common, ceil and floor");
    if (method == "common") {
        if (!call.self.isFloat() && digits >= 0)
            return Value(call.self.integer());
        const double rounded = roundedTo(call.self.number(), digits);
        const auto whole = truncated(rounded);
        return call.self.isFloat() || !whole ? Value(rounded) : Value(*whole);
    }
    const double scale = std::pow(10.0, static_cast<double>(digits));
    const double scaled = call.self.number() * scale;
    return Value((method == "ceil" ? std::ceil(scaled) : std::floor(scaled)) / scale);
}

Value attrFilter(const Call &call)
{
    const Value found = attributeOf(call.machine, call.self, Value(call.text(0)));
    if (call.self.isDict() && call.self.dict()->find(call.machine, call.text(0)->view()) && !found.isObject())
        return call.machine.undefined("‘dict’ has no attribute " + inQuotes(call.text(0)->view()));
    return found;
}

void requireShort(const Call &call, const Value &text)
{
    if (text.view().size() > kMaxShortText)
        call.fail("takes separators and indents of at most " + std::to_string(kMaxShortText) + " bytes");
}

void readIndent(const Call &call, JsonStyle &style)
{
    if (!call.hasValue(1))
        return;
    style.itemSeparator = ",";
    if (call.value(1).isString()) {
        requireShort(call, call.value(1));
        style.indent = std::string(call.value(1).view());
        return;
    }
    const int64_t width = call.integer(1, 0);
    if (width > static_cast<int64_t>(kMaxShortText))
        call.fail("indents by at most " + std::to_string(kMaxShortText));
    style.indent = std::string(static_cast<size_t>(std::max<int64_t>(width, 0)), ' ');
}

Value tojsonFilter(const Call &call)
{
    JsonStyle style;
    style.ensureAscii = call.truth(0, false);
    readIndent(call, style);
    if (call.hasValue(2)) {
        const auto separators = itemsOf(call.machine, call.value(2));
        if (separators.size() != 2 || !separators[0].isString() || !separators[1].isString())
            call.fail("takes two strings as separators");
        requireShort(call, separators[0]);
        requireShort(call, separators[1]);
        style.itemSeparator = std::string(separators[0].view());
        style.keySeparator = std::string(separators[1].view());
    }
    style.sortKeys = call.truth(3, false);
    TextBuilder out(call.machine);
    appendJson(out, call.machine, call.self, style);
    return Value(out.finish());
}

} // namespace

const std::vector<Builtin> &valueFilters()
{
    static const std::vector<Builtin> kRows = {
        {"default", {"default_value", "boolean"}, 0, defaultFilter},
        {"d", {"default_value", "boolean"}, 0, defaultFilter},
        {"int", {"default", "base"}, 0, intFilter},
        {"float", {"default"}, 0, floatFilter},
        {"abs", {}, 0, absFilter},
        {"round", {"precision", "method"}, 0, roundFilter},
        {"attr", {"name"}, 1, attrFilter},
        {"tojson", {"ensure_ascii", "indent", "separators", "sort_keys"}, 0, tojsonFilter},
    };
    return kRows;
}

} // namespace lathe::jinja
