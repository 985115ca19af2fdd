// SPDX-License-Identifier: GPL-3.0-or-later
// outputs[i] = inputs[i] · kScale + push.offset + params.word
#version 450
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const float kScale = 1.0;

layout(binding = 0) readonly restrict buffer Inputs { float inputs[]; };
layout(binding = 1) readonly restrict buffer Params { uint word; };
layout(binding = 2) writeonly restrict buffer Outputs { float outputs[]; };

layout(push_constant) uniform Push
{
    uint count;
    float offset;
} push;

void main()
{
    const uint i = gl_GlobalInvocationID.x;
    if (i < push.count)
        outputs[i] = inputs[i] * kScale + push.offset + float(word);
}
