// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/cpu/rows.h"
#include "core/ops/unary/unary_host.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lathe {

namespace {

void activateRow(Activation activation, const float *x, float *y, uint32_t count)
{
    static const auto kOnes = [] {
        std::array<float, 256> ones;
        ones.fill(1.0f);
        return ones;
    }();
    for (uint32_t c = 0; c < count; c += uint32_t(kOnes.size()))
        cpu::gateRow(activation, x + c, kOnes.data(), y + c, std::min<size_t>(kOnes.size(), count - c));
}

} // namespace

void unaryCpu(const HostCall &call)
{
    const auto params = call.params.as<UnaryParams>();
    const HostTensor &y = call.out[0];
    cpu::forRows(call, y.rows, y.cols, [&](uint64_t begin, uint64_t end) {
        for (uint32_t r = uint32_t(begin); r < end; ++r) {
            const float *x = call.in[0].f32(r);
            if (params.function != UnaryParams::Softcap)
                activateRow(Activation(params.function), x, y.f32(r), y.cols);
            else
                for (uint32_t c = 0; c < y.cols; ++c)
                    y.f32(r)[c] = params.value * std::tanh(x[c] / params.value);
        }
    });
}

} // namespace lathe
