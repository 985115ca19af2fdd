// SPDX-License-Identifier: GPL-3.0-or-later
// The x of linear.comp, loaded once for the 8 lanes of a subgroup, which are the workgroup: lane l brings run l of four
// chunks (the A runs, then the B runs), and each takes the others' from there. lavapipe of Mesa 22.3 makes one instruction
// of a shuffle and a loop over the lanes of a load, so this is 1.2 to 1.4 times as fast there. All lanes must be active.
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require

#define LANES 8u
vec4 laneX[TOKENS]; // this lane's run

/// The sum of v over each `lanes` neighbouring lanes, a power of two.
float addLanes(float v, uint lanes)
{
    for (uint distance_ = 1u; distance_ < lanes; distance_ *= 2u)
        v += subgroupShuffle(v, gl_SubgroupInvocationID ^ distance_);
    return v;
}

vec4 runOfLane(vec4 v, uint lane)
{
    return vec4(subgroupShuffle(v.x, lane), subgroupShuffle(v.y, lane), subgroupShuffle(v.z, lane),
                subgroupShuffle(v.w, lane));
}

/// Chunks part … part + 3 of group g; adds to the sums and the squares.
void bringX(uint k0, uint g, uint part)
{
    const uint lane = gl_SubgroupInvocationID;
    const uint c = part + lane % PART_CHUNKS;
    const bool isA = lane < PART_CHUNKS;
    const uint k4 = k0 + (isA ? fmtA(g, c) : fmtB(g, c));
    const vec4 gain = HAS_NORM ? loadG(k4) : vec4(1.0);
    for (uint t = 0u; t < TOKENS; ++t) {
        vec4 x = loadX(row[t], k4);
        if (HAS_NORM) {
            squares[t] += dot(x, x);
            x *= gain;
        }
        if (FMT_OFFSET != 0) {
            const float sum = addLanes(x.x + x.y + x.z + x.w, PART_CHUNKS);
            sumA[t] += subgroupShuffle(sum, 0u);
            sumB[t] += subgroupShuffle(sum, PART_CHUNKS);
        }
        laneX[t] = x * (isA ? FMT_FAST_A : FMT_FAST_B);
    }
}

void takeX(uint k0, uint g, uint part, uint i)
{
    for (uint t = 0u; t < TOKENS; ++t) {
        xa[t] = runOfLane(laneX[t], i);
        xb[t] = runOfLane(laneX[t], i + PART_CHUNKS);
    }
}

float sumOfSquares(uint t)
{
    return addLanes(squares[t], LANES);
}
