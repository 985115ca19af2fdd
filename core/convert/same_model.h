// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/config.h"

#include <optional>
#include <string>

namespace lathe {

/// The first setting in which two descriptions of a model compute different things, for a message ("the
/// activation", "the window of layer 3"); nothing where they say the same, each in its own way: rotary
/// frequencies and scales are compared by value, to a millionth (a GGUF file has them in F32).
std::optional<std::string> firstDifference(const ModelConfig &a, const ModelConfig &b);

} // namespace lathe
