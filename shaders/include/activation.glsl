// SPDX-License-Identifier: GPL-3.0-or-later
// The activations of core/ops/linear/linear.h, by its enum Activation.

float erfApprox(float x);

vec4 activate(uint kind, vec4 x)
{
    if (kind == 0u)
        return x / (1.0 + exp(-x));
    if (kind == 1u) {
        const vec4 u = 0.7978845608028654 * (x + 0.044715 * x * x * x);
        return 0.5 * x * (1.0 + tanh(clamp(u, -15.0, 15.0)));
    }
    if (kind == 2u)
        return 0.5 * x * (1.0 + vec4(erfApprox(x.x * 0.7071067811865476), erfApprox(x.y * 0.7071067811865476),
                                     erfApprox(x.z * 0.7071067811865476), erfApprox(x.w * 0.7071067811865476)));
    return max(x, 0.0);
}

/// erf by its series for small and the complement's continued form for larger arguments, absolute error below 1.2e-7
/// (Numerical Recipes' erfcc, Chebyshev fit).
float erfApprox(float x)
{
    const float z = abs(x);
    const float t = 1.0 / (1.0 + 0.5 * z);
    const float poly =
        -1.26551223 +
        t * (1.00002368 +
             t * (0.37409196 +
                  t * (0.09678418 +
                       t * (-0.18628806 +
                            t * (0.27886807 +
                                 t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
    const float erfc = t * exp(-z * z + poly);
    return x >= 0.0 ? 1.0 - erfc : erfc - 1.0;
}
