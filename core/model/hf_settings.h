// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/hf_family.h"

#include <optional>

namespace lathe {

/// What transformers takes where the file has no `key`, in its canonical spelling.
std::optional<double> defaultOf(const HfFamily &family, std::string_view key);

/// The names under which families spell the canonical setting `key`, itself first.
std::span<const std::string_view> spellingsOf(std::string_view key);

/// The one that `family` writes.
std::string_view spellingIn(const HfFamily &family, std::string_view key);

/// A setting that changes the computation in a way that is not done, unless it has the neutral value or is
/// null. true counts as 1, false as 0.
struct HfNeutral {
    std::string_view key;
    double value;
};
std::span<const HfNeutral> neutralSettings();

} // namespace lathe
