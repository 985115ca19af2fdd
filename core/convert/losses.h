// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <set>
#include <string>
#include <vector>

namespace lathe {

/// What the target of a conversion cannot hold: an error that names it, or, where the user allowed the loss,
/// a line of the model card.
class Losses
{
public:
    /// `subject` is the source as it was given.
    Losses(std::string subject, std::set<std::string> allowed)
        : m_subject(std::move(subject)), m_allowed(std::move(allowed))
    {
    }

    /// `name` is what --allow-loss takes, `what` cannot be held, `instead` is what is written if it may be
    /// lost.
    Result<> meet(const std::string &name, const std::string &what, const std::string &instead);

    const std::string &subject() const { return m_subject; }
    /// One line per name: "Q4_1: values are written as F32".
    const std::vector<std::string> &met() const { return m_met; }

private:
    std::string m_subject;
    std::set<std::string> m_allowed;
    std::set<std::string> m_seen;
    std::vector<std::string> m_met;
};

} // namespace lathe
