// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja/builtins.h"

#include "core/text/jinja/operators.h"

#include <algorithm>
#include <unordered_map>

namespace lathe::jinja {

namespace {

using Index = std::unordered_map<std::string_view, const Builtin *>;

Index indexOf(std::initializer_list<const std::vector<Builtin> *> tables)
{
    Index index;
    for (const auto *table : tables)
        for (const Builtin &row : *table)
            index.emplace(row.name, &row);
    return index;
}

const Builtin *find(const Index &index, std::string_view name)
{
    const auto it = index.find(name);
    return it == index.end() ? nullptr : it->second;
}

class Function : public Object
{
public:
    Function(const Builtin &builtin, Value self, Charge charge = {})
        : m_builtin(builtin), m_self(std::move(self)), m_charge(std::move(charge))
    {
    }
    uint32_t depth() const override { return 1 + depthOf(m_self); }
    std::string_view typeName() const override { return "function"; }
    bool isCallable() const override { return true; }
    Value call(Machine &machine, Args &args) override { return runBuiltin(machine, m_builtin, m_self, args); }

private:
    const Builtin &m_builtin;
    Value m_self;
    Charge m_charge;
};

void bindNamed(Call &call, const Builtin &builtin, const std::string &name, const Value &value)
{
    const auto param = std::find(builtin.params.begin(), builtin.params.end(), name);
    if (param == builtin.params.end())
        call.fail("takes no argument " + inQuotes(name));
    auto &place = call.bound[static_cast<size_t>(param - builtin.params.begin())];
    if (place)
        call.fail("got the argument " + inQuotes(name) + " twice");
    place = &value;
}

void bind(Call &call, const Builtin &builtin)
{
    const auto &positional = call.args.positional;
    if (positional.size() > builtin.params.size())
        call.fail("takes at most " + std::to_string(builtin.params.size()) + " arguments");
    for (size_t i = 0; i < positional.size(); ++i)
        call.bound[i] = &positional[i];
    for (const auto &[name, value] : call.args.named)
        bindNamed(call, builtin, name, value);
    for (size_t i = 0; i < builtin.required; ++i)
        if (!call.bound[i])
            call.fail("needs the argument " + inQuotes(builtin.params[i]));
}

} // namespace

int64_t Call::integer(size_t i, int64_t otherwise) const
{
    if (!bound[i])
        return otherwise;
    machine.requireDefined(*bound[i]);
    if (!bound[i]->isIntegral())
        fail("needs an integer, not ‘" + std::string(typeNameOf(*bound[i])) + "’");
    return bound[i]->integer();
}

const TextRef &Call::text(size_t i) const
{
    machine.requireDefined(*bound[i]);
    if (!bound[i]->isString())
        fail("needs a string, not ‘" + std::string(typeNameOf(*bound[i])) + "’");
    return bound[i]->text();
}

void Call::fail(const std::string &what) const
{
    machine.fail(inQuotes(name) + " " + what);
}

Value runBuiltin(Machine &machine, const Builtin &builtin, const Value &self, Args &args)
{
    const DepthGuard guard(machine);
    machine.step();
    Call call{machine, self, args, builtin.name};
    if (builtin.params.size() != 1 || builtin.params[0] != "*")
        bind(call, builtin);
    else if (args.positional.size() < builtin.required)
        call.fail("needs more arguments");
    return builtin.run(call);
}

const Builtin *findFilter(std::string_view name)
{
    static const Index kIndex = indexOf({&textFilters(), &valueFilters(), &listFilters(), &selectFilters()});
    return find(kIndex, name);
}

const Builtin *findMethod(const Value &self, std::string_view name)
{
    static const Index kStrings = indexOf({&stringMethods(), &stringSplitMethods(), &stringPredicates()});
    static const Index kLists = indexOf({&listMethods()});
    static const Index kDicts = indexOf({&dictMethods()});
    if (self.isString())
        return find(kStrings, name);
    return self.isList() ? find(kLists, name) : self.isDict() ? find(kDicts, name) : nullptr;
}

const Builtin *findTest(std::string_view name)
{
    static const Index kIndex = indexOf({&testRows()});
    return find(kIndex, name);
}

const Builtin *findGlobal(std::string_view name)
{
    static const Index kIndex = indexOf({&globalRows()});
    return find(kIndex, name);
}

ObjectRef makeFunction(const Builtin &builtin)
{
    return std::make_shared<Function>(builtin, Value());
}

ObjectRef makeMethod(Machine &machine, const Builtin &builtin, Value self)
{
    Charge charge = machine.chargeObject({&self, 1});
    return std::make_shared<Function>(builtin, std::move(self), std::move(charge));
}

} // namespace lathe::jinja
