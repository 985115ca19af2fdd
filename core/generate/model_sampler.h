// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/generate/sampler.h"
#include "core/text/generation_config.h"

#include <optional>
#include <string>

namespace lathe {

/// The sampling that a model's makers ask for: what they leave out is off, do_sample false is greedy. Nothing
/// where they ask for none. Errors name `subject`, the model: a value out of its range.
Result<std::optional<SamplerSettings>> modelSampler(const GenerationConfig &config,
                                                    const std::string &subject);

} // namespace lathe
