// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/case_runner.h"

#include "core/base/bytes.h"

#include <cmath>
#include <limits>

namespace lathe {

namespace {

/// SplitMix64 (Steele et al. 2014).
class Random
{
public:
    explicit Random(uint64_t seed) : m_state(seed) {}

    uint64_t bits()
    {
        uint64_t z = m_state += 0x9E3779B97F4A7C15;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }
    /// 0 ≤ u < 1
    double uniform() { return double(bits() >> 11) * 0x1p-53; }
    uint32_t below(uint32_t limit) { return uint32_t(uniform() * limit); }
    /// Mean 0, variance 1, nearly normal: the sum of three uniform numbers of 21 bits.
    float normal()
    {
        constexpr uint64_t kMask = (1u << 21) - 1;
        const uint64_t z = bits();
        return float(int64_t((z & kMask) + (z >> 21 & kMask) + (z >> 42 & kMask)) - 3 * (1 << 20)) * 0x1p-20f;
    }
    /// ± 0.002 … 0.05
    float scale()
    {
        const double size = 0.002 + 0.048 * uniform();
        return float(bits() & 1 ? size : -size);
    }

private:
    uint64_t m_state;
};

using Filler = void (*)(const CaseTensor &, const HostTensor &, Random &);

template <class Value> void fillFloats(const HostTensor &tensor, Value value)
{
    for (uint64_t i = 0; i < uint64_t(tensor.rows) * tensor.cols; ++i)
        tensor.f32()[i] = value();
}

void fillNormal(const CaseTensor &, const HostTensor &tensor, Random &random)
{
    fillFloats(tensor, [&] { return random.normal(); });
}

void fillPositive(const CaseTensor &, const HostTensor &tensor, Random &random)
{
    fillFloats(tensor, [&] { return float(0.5 + random.uniform()); });
}

/// Random bytes, then the fields that hold floating-point numbers.
void fillWeight(const CaseTensor &, const HostTensor &tensor, Random &random)
{
    const DTypeInfo &info = dtypeInfo(tensor.type);
    const uint64_t blocks = tensor.rows * rowBytes(tensor.type, tensor.cols) / info.blockBytes;
    std::byte *block = tensor.data;
    for (uint64_t b = 0; b < blocks; ++b, block += info.blockBytes) {
        for (uint32_t i = 0; i < info.blockBytes; ++i)
            block[i] = std::byte(random.bits() >> 56);
        const auto put = [block](int at, uint16_t bits) { std::memcpy(block + at, &bits, sizeof bits); };
        for (int at : info.halfAt)
            if (at >= 0)
                put(at, floatToHalf(random.scale()));
        for (int at : info.bfloatAt)
            if (at >= 0)
                put(at, floatToBfloat(random.scale()));
    }
}

void fillTokens(const CaseTensor &row, const HostTensor &tensor, Random &random)
{
    for (uint32_t t = 0; t < tensor.rows; ++t) {
        int32_t *token = tensor.i32(t);
        token[kTokenId] = int32_t(random.below(row.indexLimit));
        token[kTokenPosition] = int32_t(row.firstPosition + t / row.slots);
        token[kTokenSlot] = int32_t(t % row.slots);
    }
}

void fillIndex(const CaseTensor &row, const HostTensor &tensor, Random &random)
{
    for (uint64_t i = 0; i < uint64_t(tensor.rows) * tensor.cols; ++i)
        tensor.i32()[i] = int32_t(random.below(row.indexLimit));
}

void fillRotary(const CaseTensor &, const HostTensor &tensor, Random &random)
{
    const uint32_t half = tensor.cols / 2;
    for (uint32_t r = 0; r < tensor.rows; ++r)
        for (uint32_t i = 0; i < half; ++i) {
            const double angle = 6.283185307179586 * random.uniform();
            tensor.f32(r)[i] = float(std::cos(angle));
            tensor.f32(r)[half + i] = float(std::sin(angle));
        }
}

void fillCache(const CaseTensor &, const HostTensor &tensor, Random &random)
{
    const uint64_t count = uint64_t(tensor.rows) * tensor.cols;
    for (uint64_t i = 0; i < count; ++i) {
        const float value = random.normal();
        const uint16_t half = floatToHalf(value);
        if (tensor.type == DType::F32)
            tensor.f32()[i] = value;
        else
            std::memcpy(tensor.data + 2 * i, &half, sizeof half);
    }
}

void fillRoutes(const CaseTensor &row, const HostTensor &tensor, Random &random)
{
    const uint32_t used = tensor.cols / 2;
    for (uint32_t r = 0; r < tensor.rows; ++r)
        for (uint32_t j = 0; j < used; ++j) {
            tensor.f32(r)[j] = float(random.below(row.indexLimit));
            tensor.f32(r)[used + j] = float(random.uniform());
        }
}

void fillZero(const CaseTensor &, const HostTensor &, Random &) {}

/// In the order of Fill.
constexpr Filler kFillers[] = {fillNormal, fillPositive, fillWeight, fillTokens, fillIndex,
                               fillRotary, fillCache,    fillRoutes, fillZero};
static_assert(std::size(kFillers) == size_t(Fill::Zero) + 1);

std::vector<float> decoded(const HostTensor &tensor)
{
    const uint64_t count = uint64_t(tensor.rows) * tensor.cols;
    std::vector<float> values(count);
    const DTypeInfo &info = dtypeInfo(tensor.type);
    info.decode(tensor.data, values.data(), count / info.blockElements);
    return values;
}

} // namespace

FilledCase fillCase(const OpCase &row, uint64_t seed)
{
    FilledCase filled;
    Random random(seed);
    const auto add = [&](const CaseTensor &from, std::vector<HostTensor> &to) {
        HostTensor tensor{from.type, from.rows, from.cols};
        filled.buffers.emplace_back(from.rows * rowBytes(from.type, from.cols));
        tensor.data = filled.buffers.back().data(); // a vector keeps its storage when it is moved
        kFillers[size_t(from.fill)](from, tensor, random);
        to.push_back(tensor);
    };
    for (const CaseTensor &tensor : row.in)
        add(tensor, filled.in);
    for (const CaseTensor &tensor : row.out)
        add(tensor, filled.out);
    return filled;
}

void runHost(void (*rung)(const HostCall &), const OpCase &row, const FilledCase &filled, ThreadPool *pool)
{
    rung({row.params, filled.in, filled.out, pool});
}

double compare(const HostTensor &actual, const HostTensor &expected)
{
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (actual.type != expected.type || actual.rows != expected.rows || actual.cols != expected.cols)
        return kInfinity;
    const uint64_t bytes = expected.rows * rowBytes(expected.type, expected.cols);
    if (!dtypeInfo(expected.type).decode)
        return bytes == 0 || std::memcmp(actual.data, expected.data, bytes) == 0 ? 0 : kInfinity;
    const std::vector<float> a = decoded(actual), b = decoded(expected);
    double error = 0, size = 0;
    for (size_t i = 0; i < b.size(); ++i) {
        error += (double(a[i]) - b[i]) * (double(a[i]) - b[i]);
        size += double(b[i]) * b[i];
    }
    if (error == 0)
        return 0;
    return size > 0 && std::isfinite(error) && std::isfinite(size) ? error / size : kInfinity;
}

} // namespace lathe
