// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/rpc/rpc_error.h"

#include "core/base/bytes.h"

namespace lathe::rpc {

namespace {

struct Row {
    int code;
    const char *kind;
};

/// By Errc.
constexpr Row kCoreRows[] = {{-32001, "badInput"},    {-32002, "notFound"}, {-32003, "unsupported"},
                             {-32004, "outOfMemory"}, {-32005, "device"},   {-32006, "numeric"},
                             {-32007, "io"},          {-32800, "cancelled"}};
static_assert(std::size(kCoreRows) == size_t(Errc::Cancelled) + 1);

/// By RpcFault.
constexpr Row kFaultRows[] = {{-32700, "parse"},   {-32600, "request"}, {-32601, "method"},
                              {-32602, "params"},  {-32008, "busy"},    {-32009, "version"},
                              {-32010, "tooMany"}, {-32603, "internal"}};
static_assert(std::size(kFaultRows) == size_t(RpcFault::Internal) + 1);

} // namespace

RpcError::RpcError(Error from)
    : code(kCoreRows[size_t(from.code)].code), kind(kCoreRows[size_t(from.code)].kind), error(std::move(from))
{
}

RpcError::RpcError(RpcFault fault, std::string subject, std::string what, std::string remedy)
    : code(kFaultRows[size_t(fault)].code),
      kind(kFaultRows[size_t(fault)].kind), error{Errc::BadInput, std::move(subject), std::move(what),
                                                  std::move(remedy)}
{
}

Json RpcError::toJson() const
{
    return {{"code", code},
            {"message", toValidUtf8(error.message())},
            {"data",
             {{"kind", kind},
              {"subject", toValidUtf8(error.subject)},
              {"what", toValidUtf8(error.what)},
              {"remedy", toValidUtf8(error.remedy)}}}};
}

tl::unexpected<RpcError> refuse(RpcFault fault, std::string subject, std::string what, std::string remedy)
{
    return tl::unexpected(RpcError(fault, std::move(subject), std::move(what), std::move(remedy)));
}

} // namespace lathe::rpc
