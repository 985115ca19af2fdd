// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/rpc/method.h"

namespace lathe::rpc {

namespace {

RpcResult<Reply> echo(EngineState &, Call &call)
{
    Reply reply;
    reply.result = {{"params", call.rawParams()}, {"binaryBytes", call.binary().size()}};
    reply.binary = call.binary();
    return reply;
}

RpcResult<Reply> shutdown(EngineState &, Call &)
{
    Reply reply;
    reply.endsEngine = true;
    return reply;
}

constexpr Method kMethods[] = {
    {"engine.echo", echo},
    {"engine.shutdown", shutdown},
};

} // namespace

std::span<const Method> engineMethods()
{
    return kMethods;
}

std::vector<Method> allMethods()
{
    std::vector<Method> all;
    for (const auto group : {engineMethods(), fileMethods()})
        all.insert(all.end(), group.begin(), group.end());
    return all;
}

} // namespace lathe::rpc
