// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/rpc/params.h"
#include "app/engine/services/model_service.h"

namespace lathe::rpc {

/// The list `adapters` of {"path","scale"}; empty where it is left out.
RpcResult<std::vector<AdapterRequest>> readAdapters(const Params &params);

/// [{"path","name","scale"}]: what answers say about themselves.
Json adaptersJson(const std::vector<AdapterRequest> &adapters);

} // namespace lathe::rpc
