// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/task.h"

#include <array>
#include <cstddef>
#include <span>
#include <string>

namespace lathe {

using Sha256 = std::array<std::byte, 32>;

/// SHA-256 (FIPS 180-4) of `bytes`, by OpenSSL; cancellable between slices of 16 MiB.
Result<Sha256> sha256(std::span<const std::byte> bytes, const TaskContext &task = {});
/// The same of `parts`, one after another.
Result<Sha256> sha256(std::span<const std::span<const std::byte>> parts, const TaskContext &task);

} // namespace lathe
