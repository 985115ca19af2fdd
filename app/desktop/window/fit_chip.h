// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/dialogs/memory_estimate.h"

namespace lathe::desktop {

class Chip;

/// Writes the badge of a memory estimate: ✓ Fits, ⚠ Tight, ✕ Too big, with the numbers in the tooltip.
void showFit(Chip *chip, const MemoryEstimate &memory);

/// "weights + 2·layers·KV heads·head size·context·bytes + scratch" with the numbers of this estimate.
QString memoryFormula(const MemoryEstimate &memory);

} // namespace lathe::desktop
