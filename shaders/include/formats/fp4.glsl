// SPDX-License-Identifier: GPL-3.0-or-later
// FP4 in blocks of 64. Contract: q4_1.glsl.
#include "formats/fp4_levels.glsl"
#include "formats/lane_levels.glsl"
#include "formats/level_block.glsl"
