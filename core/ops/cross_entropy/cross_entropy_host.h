// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/cross_entropy/cross_entropy.h"

namespace lathe {

void crossEntropyReference(const HostCall &call);
void crossEntropyCpu(const HostCall &call);

inline constexpr int32_t kIgnoredLabel = -100;

} // namespace lathe
