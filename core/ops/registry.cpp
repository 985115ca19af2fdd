// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/add/add.h"
#include "core/ops/argmax/argmax.h"
#include "core/ops/attention/attention.h"
#include "core/ops/cache_write/cache_write.h"
#include "core/ops/cross_entropy/cross_entropy.h"
#include "core/ops/embed/embed.h"
#include "core/ops/expert_linear/expert_linear.h"
#include "core/ops/expert_sum/expert_sum.h"
#include "core/ops/gather_rows/gather_rows.h"
#include "core/ops/glu/glu.h"
#include "core/ops/int8_round/int8_round.h"
#include "core/ops/layer_norm/layer_norm.h"
#include "core/ops/linear/linear.h"
#include "core/ops/linear_dx/linear_dx.h"
#include "core/ops/rms_norm/rms_norm.h"
#include "core/ops/rope/rope.h"
#include "core/ops/rope_cache/rope_cache.h"
#include "core/ops/router/router.h"
#include "core/ops/softmax/softmax.h"
#include "core/ops/top_k/top_k.h"
#include "core/ops/unary/unary.h"

namespace lathe {

namespace {

constexpr std::array<const OpDef *, 21> kOps{
    &kEmbedOp,        &kLinearOp,    &kLinearDxOp,  &kRmsNormOp,      &kLayerNormOp, &kRopeOp,
    &kCacheWriteOp,   &kRopeCacheOp, &kAttentionOp, &kAddOp,          &kGluOp,       &kGatherRowsOp,
    &kSoftmaxOp,      &kArgmaxOp,    &kTopKOp,      &kCrossEntropyOp, &kUnaryOp,     &kRouterOp,
    &kExpertLinearOp, &kExpertSumOp, &kInt8RoundOp,
};

} // namespace

std::span<const OpDef *const> allOps()
{
    return kOps;
}

const OpDef *findOp(std::string_view name)
{
    for (const OpDef *op : kOps) {
        if (op->name == name)
            return op;
    }
    return nullptr;
}

} // namespace lathe
