// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/rpc/method.h"

#include "app/engine/os_engine.h"
#include "app/engine/rpc/engine_state.h"
#include "app/engine/rpc/server.h"
#include "app/engine/rpc/shared_json.h"
#include "app/engine/services/default_model.h"
#include "app/engine/version.h"
#include "core/base/os.h"

namespace lathe::rpc {

namespace {

RpcResult<Reply> echo(EngineState &, Call &call)
{
    Reply reply;
    reply.result = {{"params", call.rawParams()}, {"binaryBytes", call.binary().size()}};
    reply.binary = call.binary();
    return reply;
}

unsigned threadsOf(const EngineState &state)
{
    return state.options().threads > 0 ? state.options().threads : os::processorCount();
}

RpcResult<Reply> info(EngineState &state, Call &)
{
    Json devices = Json::array();
    for (const DeviceEntry &device : state.devices().list())
        devices.push_back(deviceJson(device));
    Reply reply;
    reply.result = {{"version", kVersion},
                    {"protocol", kProtocolVersion},
                    {"compiler", kCompiler},
                    {"build", kBuildType},
                    {"os", os::systemName()},
                    {"processor", os::processorName()},
                    {"threads", threadsOf(state)},
                    {"vulkan", state.devices().why().empty() ? Json("there") : Json()},
                    {"devices", std::move(devices)},
                    {"folders",
                     {{"data", os::dataFolder().string()},
                      {"models", DefaultModel::folder().string()},
                      {"cache", os::cacheFolder().string()},
                      {"state", os::stateFolder().string()}}}};
    return reply;
}

std::string deviceLine(const DeviceEntry &device)
{
    std::string line = device.id + ": " + device.name + ", " + device.kind + ", " + device.driver +
                       ", memory " + std::to_string(device.memoryBytes) + ", budget " +
                       std::to_string(device.budgetBytes) + ", used " + std::to_string(device.usedBytes) +
                       " bytes";
    if (!device.selfTest)
        return line + "\n";
    line += ", self-test of " + device.selfTest->date + ": " + std::to_string(device.selfTest->passed) +
            " passed, " + std::to_string(device.selfTest->failures.size()) + " failed\n";
    for (const SelfTestReport::Failure &failure : device.selfTest->failures)
        line += "  " + failure.op + " " + failure.testCase + ": " + failure.kernel +
                " off, used: " + failure.instead + "\n";
    return line;
}

RpcResult<Reply> diagnostics(EngineState &state, Call &)
{
    std::string text = std::string("lathe ") + kVersion + ", protocol " + std::to_string(kProtocolVersion) +
                       ", " + kCompiler + ", " + kBuildType + "\n" + os::systemName() + "\n" +
                       os::processorName() + ", " + std::to_string(threadsOf(state)) + " threads\nprocess " +
                       std::to_string(os::processBytes()) + " bytes\n";
    if (const std::string why = state.devices().why(); !why.empty())
        text += "no Vulkan: " + why + "\n";
    for (const DeviceEntry &device : state.devices().list())
        text += deviceLine(device);
    const std::vector<std::string> log = state.log().lastLines();
    text += "last log lines:\n";
    for (const std::string &line : log)
        text += line + "\n";
    Reply reply;
    reply.result = {{"text", std::move(text)}, {"log", log}};
    return reply;
}

RpcResult<Reply> shutdown(EngineState &, Call &)
{
    Reply reply;
    reply.endsEngine = true;
    return reply;
}

constexpr Method kMethods[] = {
    {"engine.info", info},
    {"engine.diagnostics", diagnostics},
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
    for (const auto group : {engineMethods(), fileMethods(), deviceMethods(), modelMethods(),
                             sessionMethods(), adapterMethods()})
        all.insert(all.end(), group.begin(), group.end());
    return all;
}

} // namespace lathe::rpc
