// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/model_sampler.h"

#include <algorithm>

namespace lathe {

Result<std::optional<SamplerSettings>> modelSampler(const GenerationConfig &config,
                                                    const std::string &subject)
{
    if (config.doSample == false)
        return SamplerSettings();
    if (!config.temperature && !config.topK && !config.topP && !config.minP && !config.typicalP &&
        !config.repetitionPenalty && !config.doSample)
        return std::nullopt;
    SamplerSettings sampler;
    sampler.temperature = config.temperature.value_or(1);
    sampler.topK = int32_t(std::min<uint32_t>(config.topK.value_or(0), INT32_MAX));
    sampler.topP = config.topP.value_or(sampler.topP);
    sampler.minP = config.minP.value_or(sampler.minP);
    sampler.typicalP = config.typicalP.value_or(sampler.typicalP);
    sampler.repeatPenalty = config.repetitionPenalty.value_or(sampler.repeatPenalty);
    if (const Result<> valid = validate(sampler); !valid)
        return fail(Errc::BadInput, subject,
                    "its own sampling is out of range: " + valid.error().subject + " " + valid.error().what,
                    "choose the sampling yourself");
    return sampler;
}

} // namespace lathe
