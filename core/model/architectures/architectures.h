// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/architecture.h"

namespace lathe {

extern const Architecture kLlama;

} // namespace lathe
