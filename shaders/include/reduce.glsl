// SPDX-License-Identifier: GPL-3.0-or-later
// Reductions over a workgroup in a fixed order, by shared memory. Every lane gets the result. All lanes must call.

shared float reduceScratch[gl_WorkGroupSize.x];

float reduceSum(float v)
{
    const uint lane = gl_LocalInvocationID.x;
    barrier();
    reduceScratch[lane] = v;
    barrier();
    if (gl_WorkGroupSize.x > 64u) {
        for (uint half_ = gl_WorkGroupSize.x / 2u; half_ > 0u; half_ /= 2u) {
            if (lane < half_)
                reduceScratch[lane] += reduceScratch[lane + half_];
            barrier();
        }
        return reduceScratch[0];
    }
    float sum = 0.0;
    for (uint i = 0u; i < gl_WorkGroupSize.x; ++i)
        sum += reduceScratch[i];
    return sum;
}

float reduceMax(float v)
{
    const uint lane = gl_LocalInvocationID.x;
    barrier();
    reduceScratch[lane] = v;
    barrier();
    float best = reduceScratch[0];
    for (uint i = 1u; i < gl_WorkGroupSize.x; ++i)
        best = max(best, reduceScratch[i]);
    return best;
}
