// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/rpc/call.h"

#include <span>
#include <string_view>
#include <vector>

namespace lathe::rpc {

class EngineState;

struct Reply {
    Json result = Json::object();
    std::vector<std::byte> binary;
    bool endsEngine = false; ///< the engine stops once this is written
};

/// One method of docs/protocol.md, section 4; `hello` alone is the server's own.
struct Method {
    std::string_view name;
    RpcResult<Reply> (*run)(EngineState &state, Call &call);
};

/// Each group stands in its own file, methods_<group>.cpp.
std::span<const Method> engineMethods();
std::span<const Method> fileMethods();
std::span<const Method> deviceMethods();
std::span<const Method> modelMethods();
std::span<const Method> sessionMethods();
std::span<const Method> adapterMethods();

/// All of them. A new group is one line here.
std::vector<Method> allMethods();

} // namespace lathe::rpc
