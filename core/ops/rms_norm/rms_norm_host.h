// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/rms_norm/rms_norm.h"

namespace lathe {

void rmsNormReference(const HostCall &call);
void rmsNormCpu(const HostCall &call);

} // namespace lathe
