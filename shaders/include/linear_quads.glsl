// SPDX-License-Identifier: GPL-3.0-or-later
// Row quads of W, chunks of a row, and the epilogue, for the linear kernels that share work among lanes. After
// linear_io.glsl.

#include "activation.glsl"

struct Place {
    uint segment, column, at; // matrix, the quad's first row here, uvec4 of its first word
};

/// Row quad `quad` of segment `s`: quads 2i and 2i + 1 are the halves of row group i.
Place placeInSegment(uint s, uint quad)
{
    const LinearSegment seg = p.segment[s];
    return Place(s, 4u * quad, seg.weight + (quad >> 1) * p.units * (2u * FMT_WORDS) + (quad & 1u));
}

/// Row quad `quad` counted over all segments.
Place placeOf(uint quad)
{
    uint s = 0u;
    for (uint i = 1u; i < p.segments; ++i) {
        if (quad >= p.segment[i].firstQuad)
            s = i;
    }
    return placeInSegment(s, quad - p.segment[s].firstQuad);
}

/// False beyond the last row: there nothing may be read.
bool isInside(Place place)
{
    return place.column < p.segment[place.segment].rows;
}

/// Chunk number `index` of a row, over all units and groups.
struct Chunk {
    uint at, k0, g, c; // uvec4 from the row's first word, first element / 4 of the unit, group, chunk of the group
};

Chunk chunkOf(uint index)
{
    const uint u = index / (FMT_GROUPS * FMT_CHUNKS), rest = index % (FMT_GROUPS * FMT_CHUNKS);
    return Chunk(u * (2u * FMT_WORDS), u * (FMT_ELEMENTS / 4u), rest / FMT_CHUNKS, rest % FMT_CHUNKS);
}

uint chunkCount()
{
    return p.units * (FMT_GROUPS * FMT_CHUNKS);
}

/// Adds the biases, applies the gate, stores the up to four rows of the quad that exist. `up`: with GLU, of quad
/// `place.column` in segment 1.
void storeQuad(Place place, uint row, vec4 v, vec4 up)
{
    const LinearSegment seg = p.segment[place.segment];
    if (HAS_BIAS) {
        for (uint j = 0u; j < 4u; ++j) {
            if (place.column + j < seg.rows) {
                v[j] += loadBias(place.segment, seg.firstRow + place.column + j);
                if (HAS_GLU)
                    up[j] += loadBias(1u, p.segment[1].firstRow + place.column + j);
            }
        }
    }
    if (HAS_GLU)
        v = activate(ACTIVATION, v) * up;
    for (uint j = 0u; j < 4u; ++j) {
        if (place.column + j < seg.rows)
            storeY(place.segment, row, seg.firstRow + place.column + j, v[j]);
    }
}
