// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/convert/losses.h"

namespace lathe {

Result<> Losses::meet(const std::string &name, const std::string &what, const std::string &instead)
{
    if (!m_allowed.contains(name))
        return fail(Errc::Unsupported, m_subject, "unsupported: " + what,
                    "give --allow-loss " + name + " if " + instead + " will do");
    if (m_seen.insert(name).second)
        m_met.push_back(name + ": " + instead);
    return {};
}

} // namespace lathe
