// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/task.h"
#include "core/model/model_source.h"

#include <nlohmann/json.hpp>

namespace lathe {

/// What the decoded values of one tensor look like: {"min","max","mean","std","zero_share","outlier_share",
/// "not_finite","histogram":{"low","high","counts"}}. `std` is of the population; outliers lie beyond 6 of it
/// around the mean; the histogram has 64 equal bins from the least to the largest value. Values that are not
/// finite are counted and left out. null for a type without values (integers) and for a tensor without finite
/// values. Progress per tensor. Error: Cancelled.
Result<nlohmann::ordered_json> tensorStats(const ModelTensor &tensor, const TaskContext &task);

} // namespace lathe
