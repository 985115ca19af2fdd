// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/op.h"

namespace lathe {

enum class Activation : uint32_t { Silu = 0, GeluTanh = 1, GeluErf = 2, Relu = 3 };

/// Y = X · Wᵀ, with what the fusion pass may fold into it.
///   h   = x, or with kLinearNorm rms_norm(x) ⊙ g (the mean runs over all columns)
///   y_i = h · W_iᵀ [+ bias_i] [+ residual]              for i < count
///   y   = act(h · W_0ᵀ [+ bias_0]) ⊙ (h · W_1ᵀ [+ bias_1])  with kLinearGlu (count = 2, one output)
/// in:  x (tokens, K); g (1, K) with kLinearNorm; W_0 … W_{count−1} (N_i, K), any weight type, one type for
/// all;
///      bias_0 … (1, N_i) with kLinearBias; residual (tokens, N_0) with kLinearResidual (count = 1)
/// out: y_0 … (tokens, N_i), F32
struct LinearParams {
    uint32_t count = 1; ///< 1…3 matrices
    uint32_t flags = 0;
    float eps = 0;
    Activation activation = Activation::Silu;
};
inline constexpr uint32_t kLinearNorm = 1, kLinearBias = 2, kLinearResidual = 4, kLinearGlu = 8;

/// The math tiers beside fp32 have kernels for more tokens than this: a mat-vec waits for the weights and not
/// for the arithmetic, so there they would only lose accuracy. Integer dot takes the types of whole numbers.
inline constexpr uint32_t kTierRows = 8;

/// Where the tensors of a linear node stand in `in`.
struct LinearLayout {
    explicit LinearLayout(const LinearParams &p)
        : norm(1), weight(p.flags & kLinearNorm ? 2 : 1), bias(weight + p.count),
          residual(bias + (p.flags & kLinearBias ? p.count : 0)),
          inputs(residual + (p.flags & kLinearResidual ? 1 : 0)), outputs(p.flags & kLinearGlu ? 1 : p.count)
    {
    }
    uint32_t norm, weight, bias, residual, inputs, outputs;
};

/// act(x), in float: SiLU x/(1+e⁻ˣ); GELU by tanh or erf (Hendrycks & Gimpel 2016); ReLU.
float activate(Activation activation, float x);

extern const OpDef kLinearOp;

} // namespace lathe
