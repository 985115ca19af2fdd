// SPDX-License-Identifier: GPL-3.0-or-later
// The rotation of one pair: columns of pair i of a head, and (a c − b s, a s + b c).

uvec2 pairColumns(uint i, uint ropeDim, uint style)
{
    return style == 0u ? uvec2(2u * i, 2u * i + 1u) : uvec2(i, i + ropeDim / 2u);
}

vec2 rotatePair(vec2 v, float c, float s)
{
    precise vec2 r = vec2(v.x * c - v.y * s, v.x * s + v.y * c);
    return r;
}
