// SPDX-License-Identifier: GPL-3.0-or-later
// accumulator[i] += inputs[i]
#version 450
layout(local_size_x = 32) in;

layout(binding = 0) readonly restrict buffer Inputs { float inputs[]; };
layout(binding = 1) restrict buffer Accumulator { float accumulator[]; };

void main()
{
    const uint i = gl_GlobalInvocationID.x;
    if (i < accumulator.length())
        accumulator[i] += inputs[i];
}
