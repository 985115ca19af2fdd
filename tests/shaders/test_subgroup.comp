// SPDX-License-Identifier: GPL-3.0-or-later
// outputs[0] = width of a subgroup, outputs[1] = sum of the lane numbers of the first one
#version 450
#extension GL_KHR_shader_subgroup_arithmetic : require
layout(local_size_x = 64) in;

layout(binding = 0) writeonly restrict buffer Outputs { uint outputs[]; };

void main()
{
    const uint sum = subgroupAdd(gl_SubgroupInvocationID);
    if (gl_SubgroupID == 0 && subgroupElect()) {
        outputs[0] = gl_SubgroupSize;
        outputs[1] = sum;
    }
}
