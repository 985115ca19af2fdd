// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja/budget.h"

namespace lathe::jinja {

void Budget::fail(std::string what) const
{
    throw Fault{m_line, std::move(what)};
}

void Budget::failSteps() const
{
    fail("the template takes more than " + std::to_string(m_limits.steps) + " steps");
}

void Budget::failBytes(uint64_t bytes)
{
    m_live -= bytes;
    fail("the template needs more than " + std::to_string(m_limits.liveBytes >> 20) + " MiB of memory");
}

void Budget::failDepth()
{
    --m_depth;
    fail("the template nests calls more than " + std::to_string(m_limits.depth) + " levels deep");
}

} // namespace lathe::jinja
