// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/rpc/method.h"

#include "app/engine/rpc/engine_state.h"
#include "app/engine/rpc/shared_json.h"

#include "app/engine/os_engine.h"

#include <cmath>

namespace lathe::rpc {

namespace {

Json selfTestJson(const std::string &device, const SelfTestReport &report)
{
    Json failed = Json::array();
    for (const SelfTestReport::Failure &failure : report.failures)
        failed.push_back({{"op", failure.op},
                          {"case", failure.testCase},
                          {"kernel", failure.kernel},
                          {"nmse", std::isfinite(failure.nmse) ? Json(failure.nmse) : Json()},
                          {"bound", failure.bound},
                          {"instead", failure.instead.empty() ? Json() : Json(failure.instead)}});
    return {{"device", device},
            {"driver", report.driver},
            {"passed", report.passed},
            {"failed", std::move(failed)},
            {"state", report.usable() ? "passed" : "failed"},
            {"date", report.date},
            {"seconds", report.seconds}};
}

RpcResult<Reply> devicesList(EngineState &state, Call &)
{
    Reply reply;
    reply.result = {{"devices", Json::array()}, {"auto", state.devices().automatic()}};
    for (const DeviceEntry &device : state.devices().list())
        reply.result["devices"].push_back(deviceJson(device));
    return reply;
}

RpcResult<Reply> devicesSelfTest(EngineState &state, Call &call)
{
    LATHE_ASSIGN(const std::string device, call.params().string("device", "auto"));
    LATHE_ASSIGN(const bool again, call.params().boolean("again", false));
    LATHE_ASSIGN(const Devices::Tested tested, state.devices().selfTest(device, again, call.task()));
    Reply reply;
    reply.result = selfTestJson(tested.device, tested.report);
    return reply;
}

RpcResult<Reply> memoryUsage(EngineState &state, Call &)
{
    Json devices = Json::array();
    for (const Devices::Usage &usage : state.devices().usage())
        devices.push_back({{"id", usage.id},
                           {"budgetBytes", usage.memory.budget},
                           {"usedBytes", usage.memory.total()},
                           {"pools", poolsJson(usage.memory)}});
    Reply reply;
    reply.result = {{"devices", std::move(devices)}, {"processBytes", os::processBytes()}};
    return reply;
}

constexpr Method kMethods[] = {
    {"devices.list", devicesList},
    {"devices.selftest", devicesSelfTest},
    {"memory.usage", memoryUsage},
};

} // namespace

Json deviceJson(const DeviceEntry &device)
{
    return {{"id", device.id},
            {"name", device.name},
            {"kind", device.kind},
            {"driver", device.driver},
            {"memoryBytes", device.memoryBytes},
            {"budgetBytes", device.budgetBytes},
            {"usedBytes", device.usedBytes},
            {"features", device.features},
            {"selftest", device.selfTest ? selfTestJson(device.id, *device.selfTest) : Json()}};
}

Json poolsJson(const BackendMemory &memory)
{
    return {{"weights", memory.weights},
            {"cache", memory.states},
            {"arena", memory.arena},
            {"staging", memory.staging}};
}

std::span<const Method> deviceMethods()
{
    return kMethods;
}

} // namespace lathe::rpc
