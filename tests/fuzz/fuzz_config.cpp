// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "core/model/rotary.h"
#include "core/model/weights_hf.h"
#include "tests/fuzz/require.h"

using namespace lathe;

/// A config.json that is taken in describes weights whose sizes cannot overflow, and finite frequencies.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    const auto document = parseJson(text, "config.json");
    if (!document) {
        requireMessage(document.error(), "config.json");
        return 0;
    }
    const auto config = readHfConfig(*document, "config.json");
    if (!config) {
        requireMessage(config.error(), "config.json");
        return 0;
    }
    const WeightTable weights = plannedHfWeights(*config);
    for (uint32_t i = 0; i < weights.count(); ++i) {
        const WeightSource &source = weights.entry(i).source;
        require(source.rows > 0 && source.cols > 0 && source.bytes() > 0);
    }
    const Rotary rotary(config->config.rope);
    for (const double frequency : rotary.inverseFrequencies())
        require(frequency >= 0 && frequency <= 1e300);
    return 0;
}
