// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/architecture.h"

namespace lathe {

extern const Architecture kLlama, kQwen2, kQwen2Moe, kQwen3, kQwen3Moe, kPhi3, kGemma2, kGemma3, kGpt2,
    kGptNeox, kOlmo2;

} // namespace lathe
