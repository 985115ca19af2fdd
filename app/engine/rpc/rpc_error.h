// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <nlohmann/json.hpp>

namespace lathe::rpc {

using Json = nlohmann::ordered_json;

/// The faults of the protocol itself; those of the core come by their Errc.
enum class RpcFault { Parse, Request, Method, Params, Busy, Version, TooMany, Internal };

/// An error as docs/protocol.md, "Errors", has it. Made from any Error of the core.
struct RpcError {
    int code = 0;
    std::string kind;
    Error error;

    RpcError(Error from);
    RpcError(RpcFault fault, std::string subject, std::string what, std::string remedy = {});

    Json toJson() const;
};

template <class T> using RpcResult = tl::expected<T, RpcError>;

tl::unexpected<RpcError> refuse(RpcFault fault, std::string subject, std::string what,
                                std::string remedy = {});

} // namespace lathe::rpc
