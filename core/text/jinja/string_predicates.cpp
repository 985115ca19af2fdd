// SPDX-License-Identifier: GPL-3.0-or-later
// The methods of Python's str that ask what its characters are.
#include "core/text/jinja/builtins.h"
#include "core/text/jinja/unicode.h"

namespace lathe::jinja {

namespace {

/// All characters are so, and there is at least one.
template <bool (*kIs)(char32_t)> Value allUnits(const Call &call)
{
    const std::string_view bytes = call.self.view();
    call.machine.step(bytes.size() / 16);
    for (size_t pos = 0; pos < bytes.size();) {
        const Unit unit = unitAt(bytes, pos);
        if (!kIs(unit.code))
            return Value(false);
        pos += unit.length;
    }
    return Value(!bytes.empty());
}

/// No cased character is other than kIs, and there is at least one cased.
template <bool (*kIs)(char32_t)> Value allCased(const Call &call)
{
    const std::string_view bytes = call.self.view();
    call.machine.step(bytes.size() / 16);
    bool any = false;
    for (size_t pos = 0; pos < bytes.size();) {
        const Unit unit = unitAt(bytes, pos);
        if (isCased(unit.code) && !kIs(unit.code))
            return Value(false);
        any = any || kIs(unit.code);
        pos += unit.length;
    }
    return Value(any);
}

bool isAlnum(char32_t code)
{
    return isAlpha(code) || isNumeric(code);
}

Value isTitleText(const Call &call)
{
    const std::string_view bytes = call.self.view();
    call.machine.step(bytes.size() / 16);
    bool inWord = false;
    bool any = false;
    for (size_t pos = 0; pos < bytes.size();) {
        const Unit unit = unitAt(bytes, pos);
        const bool high = isUpper(unit.code) || isTitle(unit.code);
        if ((high && inWord) || (isLower(unit.code) && !inWord))
            return Value(false);
        inWord = isCased(unit.code);
        any = any || inWord;
        pos += unit.length;
    }
    return Value(any);
}

Value isIdentifierText(const Call &call)
{
    const std::string_view bytes = call.self.view();
    if (bytes.empty() || !isIdentifierStart(unitAt(bytes, 0).code))
        return Value(false);
    return allUnits<isWord>(call);
}

Value isAsciiText(const Call &call)
{
    return Value(call.self.text()->ascii);
}

Value isPrintableText(const Call &call)
{
    return Value(call.self.view().empty() || truthOf(allUnits<isPrintable>(call)));
}

} // namespace

const std::vector<Builtin> &stringPredicates()
{
    static const std::vector<Builtin> kRows = {
        {"isalpha", {}, 0, allUnits<isAlpha>},     {"isalnum", {}, 0, allUnits<isAlnum>},
        {"isdecimal", {}, 0, allUnits<isDecimal>}, {"isdigit", {}, 0, allUnits<isDigit>},
        {"isnumeric", {}, 0, allUnits<isNumeric>}, {"isspace", {}, 0, allUnits<isSpace>},
        {"islower", {}, 0, allCased<isLower>},     {"isupper", {}, 0, allCased<isUpper>},
        {"istitle", {}, 0, isTitleText},           {"isidentifier", {}, 0, isIdentifierText},
        {"isascii", {}, 0, isAsciiText},           {"isprintable", {}, 0, isPrintableText},
    };
    return kRows;
}

} // namespace lathe::jinja
