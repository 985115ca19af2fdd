// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/rpc/method.h"

#include "app/engine/rpc/adapter_params.h"
#include "app/engine/rpc/engine_state.h"
#include "app/engine/services/identify.h"
#include "core/base/bytes.h"

namespace lathe::rpc {

RpcResult<std::vector<AdapterRequest>> readAdapters(const Params &params)
{
    std::vector<AdapterRequest> requests;
    const Json *given = params.find("adapters");
    if (!given)
        return requests;
    if (!given->is_array())
        return params.wrong("adapters", "is not a list", "give a list of {path, scale}");
    for (const Json &one : *given) {
        if (!one.is_object())
            return params.wrong("adapters", "holds something else than objects",
                                "give a list of {path, scale}");
        const Params fields(one, "adapters.");
        AdapterRequest request;
        LATHE_ASSIGN(request.path, fields.string("path"));
        LATHE_ASSIGN(request.scale, fields.number("scale", 1));
        requests.push_back(std::move(request));
    }
    return requests;
}

Json adaptersJson(const std::vector<AdapterRequest> &adapters)
{
    Json list = Json::array();
    for (const AdapterRequest &adapter : adapters)
        list.push_back({{"path", adapter.path},
                        {"name", toValidUtf8(adapterName(adapter.path))},
                        {"scale", adapter.scale}});
    return list;
}

namespace {

RpcResult<Reply> adapterInspect(EngineState &state, Call &call)
{
    const Params params = call.params();
    LATHE_ASSIGN(const std::string id, params.string("model"));
    LATHE_ASSIGN(const std::string path, params.string("path"));
    LATHE_ASSIGN(const auto model, state.model(id));
    LATHE_ASSIGN(auto file, LoraFile::open(path));
    LATHE_ASSIGN(const auto adapter, Adapter::create(model->loaded.model->file(), std::move(file), 1));
    uint64_t rank = 0, bytes = 0;
    for (const Adapter::Linear &linear : adapter->linears()) {
        rank = std::max<uint64_t>(rank, linear.a.rows);
        bytes += linear.a.bytes() + linear.b.bytes();
    }
    Reply reply;
    reply.result = {{"path", path},
                    {"name", toValidUtf8(adapterName(path))},
                    {"rank", rank},
                    {"matrices", adapter->linears().size()},
                    {"bytes", bytes}};
    return reply;
}

RpcResult<Reply> sessionSetAdapters(EngineState &state, Call &call)
{
    LATHE_ASSIGN(const std::string id, call.params().string("session"));
    LATHE_ASSIGN(const auto handle, state.session(id));
    LATHE_ASSIGN(auto requests, readAdapters(call.params()));
    LATHE_ASSIGN(const auto work, state.begin(*handle, call));
    Session &session = *handle->session;
    LATHE_ASSIGN(auto adapters, loadAdapters(session.runner().sharedModel(), requests, call.task()));
    LATHE_TRY(session.setAdapters(std::move(adapters)));
    handle->adapters = std::move(requests);
    Reply reply;
    reply.result = {{"adapters", adaptersJson(handle->adapters)}};
    return reply;
}

constexpr Method kMethods[] = {
    {"adapter.inspect", adapterInspect},
    {"session.setAdapters", sessionSetAdapters},
};

} // namespace

std::span<const Method> adapterMethods()
{
    return kMethods;
}

} // namespace lathe::rpc
