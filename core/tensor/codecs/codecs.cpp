// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/codecs/codecs.h"

namespace lathe::codecs {

extern const Decoders decoders_base;
#ifdef LATHE_CPU_LEVELS
extern const Decoders decoders_v3;
extern const Decoders decoders_v4;
#endif

const Decoders &decoders([[maybe_unused]] CpuLevel level)
{
#ifdef LATHE_CPU_LEVELS
    if (level == CpuLevel::V4)
        return decoders_v4;
    if (level == CpuLevel::V3)
        return decoders_v3;
#endif
    return decoders_base;
}

const Decoders &decoders()
{
    static const Decoders &best = decoders(cpuLevel());
    return best;
}

} // namespace lathe::codecs
