// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/jinja/machine.h"

#include <memory>
#include <string_view>

namespace lathe::jinja {

struct Tree;

/// A parsed template. Immutable; may be rendered by several threads at once.
class Template
{
public:
    /// Throws Fault.
    explicit Template(std::string_view source);

    using Variables = std::vector<std::pair<std::string, Value>>;
    /// Renders with `variables` (of `machine`) beside the built-in functions. Throws Fault.
    TextRef render(Machine &machine, const Variables &variables) const;

private:
    std::shared_ptr<const Tree> m_tree;
};

} // namespace lathe::jinja
