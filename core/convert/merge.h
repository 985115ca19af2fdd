// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/convert/convert.h"
#include "core/model/adapter.h"

#include <memory>
#include <span>

namespace lathe {

/// The model's weights with the adapters' products added (Hu et al. 2021): W + Σ scale · B · A in F32,
/// rounded to the type that W is stored in; to F16 where that is quantized, because its blocks were fitted to
/// the old values. Made when they are read; `adapters` belong to this model.
WeightTable mergedWeights(const ModelFile &model, std::span<const std::shared_ptr<const Adapter>> adapters);

/// Writes them (writeModel). Errors also: a sum that F16 cannot hold.
Result<Written> mergeModel(const ModelFile &model, std::span<const std::shared_ptr<const Adapter>> adapters,
                           const std::filesystem::path &out, WriteOptions options, const TaskContext &task);

} // namespace lathe
