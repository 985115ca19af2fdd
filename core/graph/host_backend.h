// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/backend.h"

namespace lathe {

/// The `reference` rung (scalar, slow, what everything is checked against) or the `cpu` rung of every op.
/// Weights are used where they lie in the mapped file; vectors are converted to F32.
enum class HostRung { Reference, Cpu };

/// `threads` 0: all processors. The reference runs on the caller's thread only.
std::shared_ptr<Backend> createHostBackend(HostRung rung, unsigned threads = 0);

} // namespace lathe
