// SPDX-License-Identifier: GPL-3.0-or-later
// The kernels of cpu/kernels.h for one CPU level, LATHE_LEVEL (lathe_levels in cmake/lathe_targets.cmake).
// Only built-in types and operators are used: an inline function of a library header, compiled here for a
// newer instruction set, could be the copy that the linker keeps for the whole program.
#include "core/ops/cpu/kernels.h"

#if defined(__AVX512F__)
#define LATHE_LANES 16
#elif defined(__AVX__)
#define LATHE_LANES 8
#else
#define LATHE_LANES 4
#endif

namespace lathe {

namespace {

constexpr size_t W = LATHE_LANES;
typedef float Vec __attribute__((vector_size(sizeof(float) * LATHE_LANES)));
typedef int32_t IntVec __attribute__((vector_size(sizeof(int32_t) * LATHE_LANES)));

#define LATHE_INLINE inline __attribute__((always_inline))

LATHE_INLINE Vec load(const float *from)
{
    Vec v;
    __builtin_memcpy(&v, from, sizeof v);
    return v;
}

LATHE_INLINE void store(float *to, Vec v)
{
    __builtin_memcpy(to, &v, sizeof v);
}

/// The first `count` elements, the others `rest`.
LATHE_INLINE Vec loadPart(const float *from, size_t count, float rest)
{
    float part[W];
    for (size_t i = 0; i < W; ++i)
        part[i] = i < count ? from[i] : rest;
    return load(part);
}

LATHE_INLINE Vec all(float value)
{
    return Vec{} + value;
}

LATHE_INLINE float sum(Vec v)
{
    float lane[W];
    store(lane, v);
    for (size_t width = W / 2; width > 0; width /= 2)
        for (size_t i = 0; i < width; ++i)
            lane[i] += lane[i + width];
    return lane[0];
}

LATHE_INLINE Vec select(IntVec mask, Vec yes, Vec no)
{
    return (Vec)(((IntVec)yes & mask) | ((IntVec)no & ~mask));
}

LATHE_INLINE Vec larger(Vec a, Vec b)
{
    return select(a > b, a, b);
}

/// eˣ within 2 units in the last place for x ≤ 88; 0 below −87. x = n·ln 2 + r, |r| ≤ ln 2 / 2, and the
/// Taylor series of eʳ to r⁷/7! (remainder below 2⁻²⁷ relative).
LATHE_INLINE Vec exponential(Vec x)
{
    const Vec clamped = select(x < -87.0f, all(-87.0f), select(x > 88.0f, all(88.0f), x));
    const Vec magic = all(0x1.8p23f); // adding it rounds to the nearest integer
    const Vec shifted = clamped * 1.44269504f + magic;
    const Vec n = shifted - magic;
    const Vec r = (clamped - n * 0.693359375f) - n * -2.12194440e-4f;
    Vec series = all(1.0f / 5040);
    series = series * r + 1.0f / 720;
    series = series * r + 1.0f / 120;
    series = series * r + 1.0f / 24;
    series = series * r + 1.0f / 6;
    series = series * r + 0.5f;
    series = series * r + 1.0f;
    series = series * r + 1.0f;
    const IntVec exponent = ((IntVec)shifted - (IntVec)magic) << 23;
    const Vec result = (Vec)((IntVec)series + exponent);
    const Vec tail = select(x < -87.0f, Vec{}, result);
    return select(x == x, tail, x);
}

template <size_t Rows, size_t Tokens>
LATHE_INLINE void dotBlock(const float *w, size_t wStride, const float *x, size_t xStride, size_t cols,
                           float *sums, size_t sumStride)
{
    Vec acc[Rows][Tokens];
    for (size_t r = 0; r < Rows; ++r)
        for (size_t t = 0; t < Tokens; ++t)
            acc[r][t] = load(sums + r * sumStride + t * W);
    for (size_t c = 0; c < cols; c += W) {
        Vec xs[Tokens];
        for (size_t t = 0; t < Tokens; ++t)
            xs[t] = load(x + t * xStride + c);
        for (size_t r = 0; r < Rows; ++r) {
            const Vec ws = load(w + r * wStride + c);
            for (size_t t = 0; t < Tokens; ++t)
                acc[r][t] += ws * xs[t];
        }
    }
    for (size_t r = 0; r < Rows; ++r)
        for (size_t t = 0; t < Tokens; ++t)
            store(sums + r * sumStride + t * W, acc[r][t]);
}

template <size_t Rows>
LATHE_INLINE void dotRows(const float *w, size_t wStride, const float *x, size_t xStride, size_t tokens,
                          size_t cols, float *sums, size_t sumStride)
{
    constexpr size_t kTile = LATHE_LANES == 16 ? 4 : 2;
    size_t t = 0;
    for (; t + kTile <= tokens; t += kTile)
        dotBlock<Rows, kTile>(w, wStride, x + t * xStride, xStride, cols, sums + t * W, sumStride);
    for (; t < tokens; ++t)
        dotBlock<Rows, 1>(w, wStride, x + t * xStride, xStride, cols, sums + t * W, sumStride);
}

void dotTile(const float *w, size_t wStride, size_t rows, const float *x, size_t xStride, size_t tokens,
             size_t cols, float *sums)
{
    const size_t stride = tokens * W;
    size_t r = 0;
    if (tokens == 1) // more rows at a time: as many independent chains
        for (; r + 8 <= rows; r += 8)
            dotBlock<8, 1>(w + r * wStride, wStride, x, xStride, cols, sums + r * stride, stride);
    for (; r + 4 <= rows; r += 4)
        dotRows<4>(w + r * wStride, wStride, x, xStride, tokens, cols, sums + r * stride, stride);
    for (; r < rows; ++r)
        dotRows<1>(w + r * wStride, wStride, x, xStride, tokens, cols, sums + r * stride, stride);
}

void sumLanes(const float *sums, size_t count, float *out)
{
    for (size_t i = 0; i < count; ++i)
        out[i] = sum(load(sums + i * W));
}

void addScaled(float *y, const float *x, float a, size_t count)
{
    size_t i = 0;
    for (; i + W <= count; i += W)
        store(y + i, load(y + i) + load(x + i) * a);
    if (i < count) {
        float part[W];
        store(part, loadPart(y + i, count - i, 0) + loadPart(x + i, count - i, 0) * a);
        for (size_t j = 0; i + j < count; ++j)
            y[i + j] = part[j];
    }
}

float sumShiftedSquares(const float *x, float shift, size_t count)
{
    Vec acc[4] = {};
    size_t i = 0;
    for (; i + 4 * W <= count; i += 4 * W)
        for (size_t u = 0; u < 4; ++u) {
            const Vec v = load(x + i + u * W) - shift;
            acc[u] += v * v;
        }
    for (; i < count; i += W) {
        const size_t left = count - i;
        const Vec v = (left >= W ? load(x + i) : loadPart(x + i, left, shift)) - shift;
        acc[0] += v * v;
    }
    return sum((acc[0] + acc[1]) + (acc[2] + acc[3]));
}

float sumSquares(const float *x, size_t count)
{
    return sumShiftedSquares(x, 0, count);
}

float sumShifted(const float *x, float shift, size_t count)
{
    Vec acc[4] = {};
    size_t i = 0;
    for (; i + 4 * W <= count; i += 4 * W)
        for (size_t u = 0; u < 4; ++u)
            acc[u] += load(x + i + u * W) - shift;
    for (; i < count; i += W) {
        const size_t left = count - i;
        acc[0] += (left >= W ? load(x + i) : loadPart(x + i, left, shift)) - shift;
    }
    return sum((acc[0] + acc[1]) + (acc[2] + acc[3]));
}

float maximum(const float *x, size_t count)
{
    const float low = -__builtin_inff();
    Vec best = all(low);
    size_t i = 0;
    for (; i + W <= count; i += W)
        best = larger(load(x + i), best);
    if (i < count)
        best = larger(loadPart(x + i, count - i, low), best);
    float lane[W];
    store(lane, best);
    float result = lane[0];
    for (size_t j = 1; j < W; ++j)
        result = lane[j] > result ? lane[j] : result;
    return result;
}

float expSum(const float *x, float scale, float shift, float *y, size_t count)
{
    Vec total = {};
    size_t i = 0;
    for (; i + W <= count; i += W) {
        const Vec e = exponential(load(x + i) * scale - shift);
        if (y)
            store(y + i, e);
        total += e;
    }
    if (i < count) {
        float part[W];
        store(part, exponential(loadPart(x + i, count - i, 0) * scale - shift));
        for (size_t j = 0; i + j < count; ++j)
            if (y)
                y[i + j] = part[j];
        total += loadPart(part, count - i, 0);
    }
    return sum(total);
}

/// x · σ(a·x + b·x³) ⊙ up; without the cubic term large x would give 0 · ∞.
template <bool Cubic> LATHE_INLINE Vec gated(Vec x, Vec up, float a, float b)
{
    Vec t = x * a;
    if (Cubic)
        t += x * x * x * b;
    return x / (1.0f + exponential(-t)) * up;
}

template <bool Cubic>
LATHE_INLINE void gateAll(const float *x, const float *up, float a, float b, float *y, size_t count)
{
    size_t i = 0;
    for (; i + W <= count; i += W)
        store(y + i, gated<Cubic>(load(x + i), load(up + i), a, b));
    if (i < count) {
        float part[W];
        store(part, gated<Cubic>(loadPart(x + i, count - i, 0), loadPart(up + i, count - i, 0), a, b));
        for (size_t j = 0; i + j < count; ++j)
            y[i + j] = part[j];
    }
}

void gateSilu(const float *x, const float *up, float *y, size_t count)
{
    gateAll<false>(x, up, 1, 0, y, count);
}

void gateGeluTanh(const float *x, const float *up, float *y, size_t count)
{
    constexpr float kSlope = 1.5957691216f; // 2·√(2/π): ½·(1 + tanh u) = σ(2u)
    gateAll<true>(x, up, kSlope, kSlope * 0.044715f, y, count);
}

void scoreKeys(const float *q, const float *k, size_t kStride, size_t keys, size_t cols, float scale,
               float *scores)
{
    for (size_t j = 0; j < keys; ++j) {
        Vec acc = {};
        for (size_t c = 0; c < cols; c += W)
            acc += load(q + c) * load(k + j * kStride + c);
        scores[j] = scale * sum(acc);
    }
}

void blendRows(float *y, float decay, const float *p, const float *v, size_t vStride, size_t keys,
               size_t cols)
{
    constexpr size_t kWide = 4;
    size_t c = 0;
    for (; c + kWide * W <= cols; c += kWide * W) {
        Vec acc[kWide];
        for (size_t u = 0; u < kWide; ++u)
            acc[u] = load(y + c + u * W) * decay;
        for (size_t j = 0; j < keys; ++j)
            for (size_t u = 0; u < kWide; ++u)
                acc[u] += load(v + j * vStride + c + u * W) * p[j];
        for (size_t u = 0; u < kWide; ++u)
            store(y + c + u * W, acc[u]);
    }
    for (; c < cols; c += W) {
        Vec acc = load(y + c) * decay;
        for (size_t j = 0; j < keys; ++j)
            acc += load(v + j * vStride + c) * p[j];
        store(y + c, acc);
    }
}

} // namespace

#define LATHE_TEXT_AT(level) #level
#define LATHE_TEXT(level) LATHE_TEXT_AT(level)
#define LATHE_NAME_AT(level) kernels_##level
#define LATHE_NAME(level) LATHE_NAME_AT(level)

extern const CpuKernels LATHE_NAME(LATHE_LEVEL);
const CpuKernels LATHE_NAME(LATHE_LEVEL){
    LATHE_TEXT(LATHE_LEVEL), W,       dotTile, sumLanes, addScaled,    sumSquares, sumShifted,
    sumShiftedSquares,       maximum, expSum,  gateSilu, gateGeluTanh, scoreKeys,  blendRows,
};

} // namespace lathe
