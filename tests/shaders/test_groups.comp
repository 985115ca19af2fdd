// SPDX-License-Identifier: GPL-3.0-or-later
// visits[index of the workgroup] += 1, over a grid of pushed sizes
#version 450
layout(local_size_x = 1) in;

layout(binding = 0) restrict buffer Visits { uint visits[]; };

layout(push_constant) uniform Push
{
    uint width;
    uint height;
} push;

void main()
{
    visits[(gl_WorkGroupID.z * push.height + gl_WorkGroupID.y) * push.width + gl_WorkGroupID.x] += 1;
}
