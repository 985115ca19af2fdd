// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/dialogs/memory_estimate.h"
#include "app/desktop/style/tokens.h"

namespace lathe::desktop {

class Chip;

struct FitLook {
    Tone tone;
    QString icon;
    QString word; ///< "Fits", "Tight", "Too big"
};
FitLook lookOf(Fit fit);

/// "Fits: 192 MB of 1.72 GB": the word, what it needs, what is free.
QString fitText(const MemoryEstimate &memory);

/// Writes the badge of a memory estimate: ✓ Fits, ⚠ Tight, ✕ Too big, with the numbers in the tooltip.
void showFit(Chip *chip, const MemoryEstimate &memory);

/// "weights + 2·layers·KV heads·head size·context·bytes + scratch" with the numbers of this estimate.
QString memoryFormula(const MemoryEstimate &memory);

} // namespace lathe::desktop
