// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"

#include <cstdint>
#include <string>

namespace lathe {

/// Runs the producer of a tensor's data. Errors: its own; other than `bytes` bytes appended, which names the
/// tensor.
Result<> produceExactly(const std::string &tensor, uint64_t bytes, const ProduceBytes &produce,
                        const AppendBytes &append);

} // namespace lathe
