// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja/ast.h"

#include <algorithm>

namespace lathe::jinja {

namespace {

class Macro : public Object
{
public:
    Macro(const MacroBody &macro, ScopeRef scope) : m_macro(macro), m_scope(std::move(scope)) {}

    std::string_view typeName() const override { return "Macro"; }
    bool isCallable() const override { return true; }
    std::optional<Value> attribute(Machine &machine, std::string_view name) override;
    Value call(Machine &machine, Args &args) override;

private:
    void bind(Frame &frame, Args &args) const;
    Value parameterValue(Frame &frame, Args &args, size_t index) const;
    void bindRest(Frame &frame, Args &args) const;

    const MacroBody &m_macro;
    ScopeRef m_scope;
};

std::optional<Value> Macro::attribute(Machine &machine, std::string_view name)
{
    if (name == "name")
        return machine.text(m_macro.name);
    if (name == "catch_kwargs")
        return Value(m_macro.usesKwargs);
    if (name == "catch_varargs")
        return Value(m_macro.usesVarargs);
    if (name == "caller")
        return Value(m_macro.usesCaller);
    if (name != "arguments")
        return std::nullopt;
    std::vector<Value> names;
    for (const auto &parameter : m_macro.parameters)
        names.push_back(machine.text(parameter.spelling));
    return machine.tuple(std::move(names));
}

/// The argument given for a parameter (taken out of `args`), its default, or undefined.
Value Macro::parameterValue(Frame &frame, Args &args, size_t index) const
{
    const auto &parameter = m_macro.parameters[index];
    frame.machine.step(args.named.size() / 4);
    const auto named = std::find_if(args.named.begin(), args.named.end(),
                                    [&](const auto &pair) { return pair.first == parameter.spelling; });
    if (index < args.positional.size()) {
        if (named != args.named.end())
            frame.machine.fail("macro " + inQuotes(m_macro.name) + " got " + inQuotes(parameter.spelling) +
                               " twice");
        return args.positional[index];
    }
    if (named != args.named.end()) {
        Value value = std::move(named->second);
        args.named.erase(named);
        return value;
    }
    if (parameter.fallback)
        return parameter.fallback->evaluate(frame);
    return frame.machine.undefined("the macro’s parameter " + inQuotes(parameter.spelling) +
                                   " was not provided");
}

/// caller, varargs and kwargs, where the body uses them; what is left over is a fault.
void Macro::bindRest(Frame &frame, Args &args) const
{
    Machine &machine = frame.machine;
    const size_t known = m_macro.parameters.size();
    if (m_macro.usesCaller) {
        const auto caller = std::find_if(args.named.begin(), args.named.end(),
                                         [](const auto &pair) { return pair.first == "caller"; });
        const bool given = caller != args.named.end();
        frame.scope->set(machine, kNameCaller,
                         given ? caller->second : machine.undefined("no caller is defined"));
        if (given)
            args.named.erase(caller);
    }
    if (m_macro.usesVarargs) {
        std::vector<Value> rest;
        if (args.positional.size() > known)
            rest.assign(args.positional.begin() + static_cast<ptrdiff_t>(known), args.positional.end());
        frame.scope->set(machine, kNameVarargs, machine.tuple(std::move(rest)));
    } else if (args.positional.size() > known) {
        machine.fail("macro " + inQuotes(m_macro.name) + " takes at most " + std::to_string(known) +
                     " arguments");
    }
    if (m_macro.usesKwargs) {
        auto rest = std::make_shared<Dict>();
        for (auto &[name, value] : args.named)
            rest->set(machine, machine.text(name), std::move(value));
        frame.scope->set(machine, kNameKwargs, Value(DictRef(std::move(rest))));
    } else if (!args.named.empty()) {
        machine.fail("macro " + inQuotes(m_macro.name) + " takes no argument " +
                     inQuotes(args.named.front().first));
    }
}

void Macro::bind(Frame &frame, Args &args) const
{
    for (size_t i = 0; i < m_macro.parameters.size(); ++i) {
        Value value = parameterValue(frame, args, i);
        frame.scope->set(frame.machine, m_macro.parameters[i].name, std::move(value));
    }
    bindRest(frame, args);
}

Value Macro::call(Machine &machine, Args &args)
{
    machine.step(8); // a scope and a text of its own
    const BlockScope scope(machine, m_scope);
    Frame frame{machine, scope.ref()};
    bind(frame, args);
    TextBuilder out(machine);
    executeBody(m_macro.body, frame, out);
    return Value(out.finish());
}

} // namespace

ObjectRef makeMacro(const MacroBody &macro, ScopeRef scope)
{
    return std::make_shared<Macro>(macro, std::move(scope));
}

Flow MacroStatement::exec(Frame &frame, TextBuilder &) const
{
    frame.scope->set(frame.machine, name, Value(makeMacro(macro, frame.scope)));
    return Flow::Next;
}

Flow CallBlockStatement::exec(Frame &frame, TextBuilder &out) const
{
    const Value result = call->call(frame, Value(makeMacro(caller, frame.scope)));
    appendText(out, frame.machine, result);
    return Flow::Next;
}

} // namespace lathe::jinja
