// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/linear/linear.h"

namespace lathe {

/// y = f(x), element by element. in: x (rows, K). out: y (rows, K)
struct UnaryParams {
    /// The first four are those of Activation.
    enum Function : uint32_t {
        Silu = uint32_t(Activation::Silu),
        GeluTanh = uint32_t(Activation::GeluTanh),
        GeluErf = uint32_t(Activation::GeluErf),
        Relu = uint32_t(Activation::Relu),
        Softcap, ///< value · tanh(x / value) (Gemma Team 2024)
    };
    Function function = Silu;
    float value = 0;
};

extern const OpDef kUnaryOp;

} // namespace lathe
