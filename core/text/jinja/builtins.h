// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/jinja/machine.h"

#include <array>
#include <string_view>
#include <vector>

/// The tables of what a template can call. A new filter, test, method or function is one row in one of them.
namespace lathe::jinja {

inline constexpr size_t kMaxParams = 5;

/// One call of a Builtin: what it is applied to, and its arguments by place in the row's parameter list.
struct Call {
    Machine &machine;
    const Value &self;
    Args &args;
    std::string_view name;
    std::array<const Value *, kMaxParams> bound{};

    bool has(size_t i) const { return bound[i] != nullptr; }
    /// Given and not none.
    bool hasValue(size_t i) const { return bound[i] && !bound[i]->isNone(); }
    const Value &value(size_t i) const { return *bound[i]; }
    bool truth(size_t i, bool otherwise) const { return bound[i] ? truthOf(*bound[i]) : otherwise; }
    /// The argument as an integer or a string; a Fault where it is something else.
    int64_t integer(size_t i, int64_t otherwise) const;
    const TextRef &text(size_t i) const;
    [[noreturn]] void fail(const std::string &what) const;
};

struct Builtin {
    std::string_view name;
    std::vector<std::string_view> params; ///< {"*"}: takes the arguments as they come
    size_t required = 0;
    Value (*run)(const Call &call) = nullptr;
};

/// Binds `args` to the row's parameters and runs it. Faults: too many, unknown or missing arguments.
Value runBuiltin(Machine &machine, const Builtin &builtin, const Value &self, Args &args);

const Builtin *findFilter(std::string_view name);
const Builtin *findTest(std::string_view name);
const Builtin *findGlobal(std::string_view name);
/// A method of Python's str, list, tuple or dict.
const Builtin *findMethod(const Value &self, std::string_view name);

/// The rows, by file.
const std::vector<Builtin> &textFilters();
const std::vector<Builtin> &valueFilters();
const std::vector<Builtin> &listFilters();
const std::vector<Builtin> &selectFilters();
const std::vector<Builtin> &stringMethods();
const std::vector<Builtin> &stringSplitMethods();
const std::vector<Builtin> &stringPredicates();
const std::vector<Builtin> &listMethods();
const std::vector<Builtin> &dictMethods();
const std::vector<Builtin> &testRows();
const std::vector<Builtin> &globalRows();

/// The object that a global function's name stands for.
ObjectRef makeFunction(const Builtin &builtin);
/// `self.name`, not yet called.
ObjectRef makeMethod(Machine &machine, const Builtin &builtin, Value self);

} // namespace lathe::jinja
