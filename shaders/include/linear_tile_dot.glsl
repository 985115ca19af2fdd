// SPDX-License-Identifier: GPL-3.0-or-later
// The tile of linear_tiled.comp in integers, for the quantized formats, whose stored values fit in 8 bits: 8 KiB of
// shared memory. The 32 columns of a tile lie in one group of the format, so its scales are applied once a tile. A row
// of x becomes x = s (256 h + l), h and l in 8 bits, s of the tile: 16 bits, because 8 alone move a model's logits.
// A run of four columns is one word, the byte j for element j; its product is one instruction per row and half.
// spirv_intrinsics: SPIR-V's OpSDot of packed bytes (SPV_KHR_integer_dot_product), which glslang 12 has no name for.
#extension GL_EXT_spirv_intrinsics : require

spirv_instruction(extensions = ["SPV_KHR_integer_dot_product"], capabilities = [6018, 6019], id = 4450)
int dotBytes(uint a, uint b, spirv_literal int packedFormat);

#define TILE_RUNS (2u * TILE_CHUNKS) // the A runs, then the B runs
#define TILE_SQUARES float           // of a row of x

shared uvec4 tileW[TILE_RUNS * TILE_QUADS];           // (run, quad): four rows of W
shared vec4 tileScaleW[4u * TILE_QUADS];              // (sA oA sB oB, quad): 0 where there is no row
shared uvec2 tileX[TILE_RUNS * TILE_ROWS];            // (run, row of x): h, l
shared vec4 tileScaleX[TILE_ROWS];                    // s, then the sums of the A and the B runs of x

uint packBytes(ivec4 v)
{
    const uvec4 bytes = uvec4(v) & 255u;
    return bytes.x | bytes.y << 8 | bytes.z << 16 | bytes.w << 24;
}

/// The run's four columns of four rows: a word per row.
uvec4 packRun(vec4 v[4])
{
    const mat4 rows = transpose(mat4(v[0], v[1], v[2], v[3]));
    return uvec4(packBytes(ivec4(rows[0])), packBytes(ivec4(rows[1])), packBytes(ivec4(rows[2])),
                 packBytes(ivec4(rows[3])));
}

void bringWeights(uint at, bool inside, uint first, uint chunks, uint i)
{
    const uint c = i / TILE_QUADS, quad = i % TILE_QUADS;
    const bool there = inside && first + c < chunks;
    if (there) {
        const Chunk chunk = chunkOf(first + c);
        vec4 a[4], b[4];
        fmtChunk(at + chunk.at, chunk.g, chunk.c, a, b);
        tileW[c * TILE_QUADS + quad] = packRun(a);
        tileW[(c + TILE_CHUNKS) * TILE_QUADS + quad] = packRun(b);
    } else {
        tileW[c * TILE_QUADS + quad] = uvec4(0u);
        tileW[(c + TILE_CHUNKS) * TILE_QUADS + quad] = uvec4(0u);
    }
    if (c != 0u)
        return;
    vec4 sA = vec4(0.0), oA = vec4(0.0), sB = vec4(0.0), oB = vec4(0.0);
    if (there) {
        const Chunk chunk = chunkOf(first);
        fmtScales(at + chunk.at, chunk.g, sA, oA, sB, oB);
    }
    tileScaleW[quad] = sA;
    tileScaleW[quad + TILE_QUADS] = oA;
    tileScaleW[quad + 2u * TILE_QUADS] = FMT_SHARED_SCALES != 0 ? sA : sB;
    tileScaleW[quad + 3u * TILE_QUADS] = FMT_SHARED_SCALES != 0 ? oA : oB;
}

void bringRows(uint row0, uint liveRows, uint first, uint chunks, uint i, inout float squares)
{
    const uint row = min(row0 + i, liveRows - 1u);
    vec4 x[TILE_RUNS];
    vec4 largest = vec4(0.0), sumA = vec4(0.0), sumB = vec4(0.0);
    for (uint c = 0u; c < TILE_CHUNKS; ++c) {
        vec4 a = vec4(0.0), b = vec4(0.0);
        if (first + c < chunks)
            loadRow(row, chunkOf(first + c), squares, a, b);
        x[c] = a;
        x[c + TILE_CHUNKS] = b;
        largest = max(largest, max(abs(a), abs(b)));
        sumA += a;
        sumB += b;
    }
    // 32,512 = 127 · 256, so that h stays below 128 after rounding.
    const float scale = max(max(max(largest.x, largest.y), max(largest.z, largest.w)), 1e-30) / 32512.0;
    for (uint r = 0u; r < TILE_RUNS; ++r) {
        const ivec4 q = ivec4(round(x[r] / scale));
        const ivec4 high = (q + 128) >> 8;
        tileX[r * TILE_ROWS + i] = uvec2(packBytes(high), packBytes(q - (high << 8)));
    }
    tileScaleX[i] = vec4(scale, dot(sumA, vec4(1.0)), dot(sumB, vec4(1.0)), 0.0);
}

ivec4 dotRows(uint x, uvec4 w)
{
    return ivec4(dotBytes(x, w.x, 0), dotBytes(x, w.y, 0), dotBytes(x, w.z, 0), dotBytes(x, w.w, 0));
}

void addRun(uint r, uint row, uint quad, inout ivec4 sum0, inout ivec4 sum1)
{
    const uvec2 x = tileX[r * TILE_ROWS + row];
    const uvec4 w0 = tileW[r * TILE_QUADS + quad], w1 = tileW[r * TILE_QUADS + quad + 8u];
    sum0 += (dotRows(x.x, w0) << 8) + dotRows(x.y, w0);
    sum1 += (dotRows(x.x, w1) << 8) + dotRows(x.y, w1);
}

/// Adds four runs from r on; 32 columns reach a sixteenth of 2^31.
void addRuns(uint r, uint row, uint quad, inout ivec4 sum0, inout ivec4 sum1)
{
    addRun(r, row, quad, sum0, sum1);
    addRun(r + 1u, row, quad, sum0, sum1);
    addRun(r + 2u, row, quad, sum0, sum1);
    addRun(r + 3u, row, quad, sum0, sum1);
}

vec4 scaled(uint quad, vec4 x, ivec4 a, ivec4 b)
{
    vec4 y = x.x * (tileScaleW[quad] * vec4(a) + tileScaleW[quad + 2u * TILE_QUADS] * vec4(b));
    if (FMT_OFFSET != 0)
        y += x.y * tileScaleW[quad + TILE_QUADS] + x.z * tileScaleW[quad + 3u * TILE_QUADS];
    return y;
}

void multiplyTile(uint quad, uint rows, inout vec4 acc[8])
{
    for (uint t = 0u; t < 4u; ++t) {
        ivec4 a0 = ivec4(0), a1 = ivec4(0), b0 = ivec4(0), b1 = ivec4(0);
        addRuns(0u, 4u * rows + t, quad, a0, a1);
        addRuns(TILE_CHUNKS, 4u * rows + t, quad, b0, b1);
        const vec4 x = tileScaleX[4u * rows + t];
        acc[2u * t] += scaled(quad, x, a0, b0);
        acc[2u * t + 1u] += scaled(quad + 8u, x, a1, b1);
    }
}

shared float tileSquares[TILE_ROWS];

void keepSquares(uint i, float squares)
{
    tileSquares[i] = squares;
}

float squaresOf(uint row)
{
    return tileSquares[row];
}
