// SPDX-License-Identifier: GPL-3.0-or-later
// The values of bitsandbytes' FP4: a sign, and 0, 1/192, 2/3, 1, 1/3, 1/2, 1/6, 1/4, by choices between constants, because
// software drivers read an array in private memory ten times slower.

vec4 fmtChoose(bvec4 second, float a, float b)
{
    return mix(vec4(a), vec4(b), second);
}

vec4 fmtChosenLevel(uvec4 q)
{
    const bvec4 b0 = notEqual(q & 1u, uvec4(0u)), b1 = notEqual(q & 2u, uvec4(0u));
    const bvec4 b2 = notEqual(q & 4u, uvec4(0u));
    const vec4 v0 = fmtChoose(b0, 0.0, 0.0052083334885537624);
    const vec4 v1 = fmtChoose(b0, 0.6666666865348816, 1.0);
    const vec4 v2 = fmtChoose(b0, 0.3333333432674408, 0.5);
    const vec4 v3 = fmtChoose(b0, 0.1666666716337204, 0.25);
    const vec4 v = mix(mix(v0, v1, b1), mix(v2, v3, b1), b2);
    return uintBitsToFloat(floatBitsToUint(v) | ((q & 8u) << 28));
}
