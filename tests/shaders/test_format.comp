// SPDX-License-Identifier: GPL-3.0-or-later
// outputs[i] = which variant this is: format + 10 if the tier is FP16
#version 450
layout(local_size_x = 1) in;

#if defined(LATHE_FORMAT_F32)
const uint kFormat = 1;
#elif defined(LATHE_FORMAT_Q4_1)
const uint kFormat = 2;
#endif
#ifdef LATHE_TIER_FP16
const uint kTier = 10;
#else
const uint kTier = 0;
#endif

layout(binding = 0) writeonly restrict buffer Outputs { uint outputs[]; };

void main()
{
    outputs[gl_GlobalInvocationID.x] = kFormat + kTier;
}
