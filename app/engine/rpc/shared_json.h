// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/rpc/rpc_error.h"
#include "app/engine/services/devices.h"

namespace lathe::rpc {

/// "Device" of docs/protocol.md.
Json deviceJson(const DeviceEntry &device);
/// {"weights","cache","arena","staging"}
Json poolsJson(const BackendMemory &memory);

} // namespace lathe::rpc
