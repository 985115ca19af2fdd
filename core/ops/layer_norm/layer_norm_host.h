// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/layer_norm/layer_norm.h"

namespace lathe {

void layerNormReference(const HostCall &call);
void layerNormCpu(const HostCall &call);

} // namespace lathe
