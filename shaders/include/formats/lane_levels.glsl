// SPDX-License-Identifier: GPL-3.0-or-later
// fmtLevel(q), the value of the code in the low 4 bits. With the 8 lanes of linear_x_lanes.glsl lane l keeps the levels of
// codes l and l + 8, and a code is looked up by a shuffle, which is one instruction there; all lanes must be active. After
// fmtChosenLevel.
#ifdef LATHE_LANES
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require

float fmtLowLevel = fmtChosenLevel(uvec4(gl_SubgroupInvocationID & 7u)).x;
float fmtHighLevel = fmtChosenLevel(uvec4(gl_SubgroupInvocationID | 8u)).x;

float fmtLaneLevel(uint q)
{
    const float low = subgroupShuffle(fmtLowLevel, q & 7u), high = subgroupShuffle(fmtHighLevel, q & 7u);
    return (q & 8u) != 0u ? high : low;
}

vec4 fmtLevel(uvec4 q)
{
    return vec4(fmtLaneLevel(q.x), fmtLaneLevel(q.y), fmtLaneLevel(q.z), fmtLaneLevel(q.w));
}
#else
vec4 fmtLevel(uvec4 q)
{
    return fmtChosenLevel(q);
}
#endif
