// SPDX-License-Identifier: GPL-3.0-or-later
// The values of NF4's codes (arXiv:2305.14314), by choices between constants, because software drivers read an array in
// private memory ten times slower.

vec4 fmtChoose(bvec4 second, float a, float b)
{
    return mix(vec4(a), vec4(b), second);
}

vec4 fmtChosenLevel(uvec4 q)
{
    const bvec4 b0 = notEqual(q & 1u, uvec4(0u)), b1 = notEqual(q & 2u, uvec4(0u));
    const bvec4 b2 = notEqual(q & 4u, uvec4(0u)), b3 = notEqual(q & 8u, uvec4(0u));
    const vec4 v0 = fmtChoose(b0, -1.0, -0.6961928009986877);
    const vec4 v1 = fmtChoose(b0, -0.5250730514526367, -0.39491748809814453);
    const vec4 v2 = fmtChoose(b0, -0.28444138169288635, -0.18477343022823334);
    const vec4 v3 = fmtChoose(b0, -0.09105003625154495, 0.0);
    const vec4 v4 = fmtChoose(b0, 0.07958029955625534, 0.16093020141124725);
    const vec4 v5 = fmtChoose(b0, 0.24611230194568634, 0.33791524171829224);
    const vec4 v6 = fmtChoose(b0, 0.44070982933044434, 0.5626170039176941);
    const vec4 v7 = fmtChoose(b0, 0.7229568362236023, 1.0);
    return mix(mix(mix(v0, v1, b1), mix(v2, v3, b1), b2), mix(mix(v4, v5, b1), mix(v6, v7, b1), b2), b3);
}
