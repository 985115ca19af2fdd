// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/linear/linear.h"

namespace lathe {

/// y = act(gate) ⊙ up (Shazeer 2020). in: gate, up (rows, K). out: y (rows, K)
struct GluParams {
    Activation activation = Activation::Silu;
};

extern const OpDef kGluOp;

} // namespace lathe
