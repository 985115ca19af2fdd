// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/commands/commands.h"

#include "app/engine/cli/format.h"
#include "app/engine/services/devices.h"

namespace lathe::cli {

namespace {

std::string selfTestWord(const DeviceEntry &device)
{
    if (!device.selfTest)
        return "not run";
    return device.selfTest->usable() ? "passed" : "failed";
}

Result<> run(Invocation &invocation)
{
    Devices devices(deviceOptions(invocation.common));
    Console &console = invocation.console;
    Json list = Json::array();
    for (const DeviceEntry &device : devices.list()) {
        if (!console.json())
            console.print(device.id + "\t" + device.name + "\t" + device.kind + "\t" + device.driver + "\t" +
                          bytesText(device.budgetBytes) + " of " + bytesText(device.memoryBytes) +
                          "\tself-test " + selfTestWord(device) + "\n");
        list.push_back({{"id", device.id},
                        {"name", device.name},
                        {"kind", device.kind},
                        {"driver", device.driver},
                        {"memory_bytes", device.memoryBytes},
                        {"budget_bytes", device.budgetBytes},
                        {"features", device.features},
                        {"selftest", selfTestWord(device)}});
    }
    if (console.json())
        console.printJson({{"devices", std::move(list)}});
    if (const std::string why = devices.why(); !why.empty())
        console.note("No Vulkan here: " + why);
    return {};
}

} // namespace

Run addDevices(CLI::App &)
{
    return [](Invocation &invocation) { return run(invocation); };
}

} // namespace lathe::cli
