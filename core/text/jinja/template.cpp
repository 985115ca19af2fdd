// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja/template.h"

#include "core/text/jinja/ast.h"

namespace lathe::jinja {

Template::Template(std::string_view source) : m_tree(std::make_shared<const Tree>(parseTemplate(source))) {}

TextRef Template::render(Machine &machine, const Variables &variables) const
{
    // Variables in a scope of their own below the template's: a `set` hides them and changes nothing.
    const BlockScope globals(machine, nullptr);
    for (uint32_t i = 0; i < m_tree->names.size(); ++i) {
        if (const Builtin *function = findGlobal(m_tree->names[i]))
            globals.ref()->set(machine, i, Value(makeFunction(*function)));
        for (const auto &[name, value] : variables)
            if (name == m_tree->names[i])
                globals.ref()->set(machine, i, value);
    }
    const BlockScope root(machine, globals.ref());
    Frame frame{machine, root.ref()};
    TextBuilder out(machine);
    executeBody(m_tree->body, frame, out);
    return out.finish();
}

} // namespace lathe::jinja
