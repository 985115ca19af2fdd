// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/linear/linear_host.h"
#include "core/ops/reference_rows.h"

#include <cmath>

namespace lathe {

float activate(Activation activation, float x)
{
    const double v = x;
    switch (activation) {
    case Activation::Silu:
        return float(v / (1 + std::exp(-v)));
    case Activation::GeluTanh:
        return float(0.5 * v * (1 + std::tanh(0.7978845608028654 * (v + 0.044715 * v * v * v))));
    case Activation::GeluErf:
        return float(0.5 * v * (1 + std::erf(v * 0.7071067811865476)));
    case Activation::Relu:
        return x > 0 ? x : 0;
    }
    return x;
}

namespace {

/// y (tokens, N) = x · Wᵀ, then + bias.
std::vector<float> product(const HostTensor &x, const HostTensor &w, const float *bias)
{
    std::vector<float> y(uint64_t(x.rows) * w.rows);
    std::vector<float> row(w.cols);
    for (uint32_t n = 0; n < w.rows; ++n) {
        decodeColumns(w.type, w.rowData(n), w.cols, row.data());
        for (uint32_t t = 0; t < x.rows; ++t) {
            double sum = 0;
            for (uint32_t c = 0; c < w.cols; ++c)
                sum += double(x.f32(t)[c]) * row[c];
            float &to = y[uint64_t(t) * w.rows + n];
            to = float(sum);
            if (bias)
                to += bias[n];
        }
    }
    return y;
}

} // namespace

void linearReference(const HostCall &call)
{
    const auto params = call.params.as<LinearParams>();
    const LinearLayout at(params);
    HostTensor x = call.in[0];
    std::vector<float> normed;
    if (params.flags & kLinearNorm) {
        normed.resize(uint64_t(x.rows) * x.cols);
        for (uint32_t t = 0; t < x.rows; ++t)
            reference::rmsNormRow(x.f32(t), call.in[at.norm].f32(), x.cols, params.eps,
                                  normed.data() + uint64_t(t) * x.cols);
        x.data = reinterpret_cast<std::byte *>(normed.data());
    }
    std::vector<std::vector<float>> y;
    for (uint32_t i = 0; i < params.count; ++i)
        y.push_back(product(x, call.in[at.weight + i],
                            params.flags & kLinearBias ? call.in[at.bias + i].f32() : nullptr));
    for (uint64_t j = 0; params.flags & kLinearResidual && j < y[0].size(); ++j)
        y[0][j] += call.in[at.residual].f32()[j];
    for (uint64_t j = 0; params.flags & kLinearGlu && j < y[0].size(); ++j)
        y[0][j] = activate(params.activation, y[0][j]) * y[1][j];
    for (uint32_t i = 0; i < at.outputs; ++i)
        if (!y[i].empty())
            std::memcpy(call.out[i].data, y[i].data(), y[i].size() * sizeof(float));
}

} // namespace lathe
