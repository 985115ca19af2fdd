// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/commands/commands.h"

#include "app/engine/cli/format.h"
#include "app/engine/services/devices.h"

#include <cmath>

namespace lathe::cli {

namespace {

Json failureJson(const SelfTestReport::Failure &failure)
{
    return {
        {"op", failure.op},         {"case", failure.testCase},
        {"kernel", failure.kernel}, {"nmse", std::isfinite(failure.nmse) ? Json(failure.nmse) : Json()},
        {"bound", failure.bound},   {"instead", failure.instead.empty() ? Json() : Json(failure.instead)}};
}

Result<> run(Invocation &invocation)
{
    Devices devices(deviceOptions(invocation.common));
    Console &console = invocation.console;
    LATHE_ASSIGN(const Devices::Tested tested,
                 devices.selfTest(invocation.common.device, true, console.task()));
    const SelfTestReport &report = tested.report;
    if (console.json()) {
        Json failed = Json::array();
        for (const SelfTestReport::Failure &failure : report.failures)
            failed.push_back(failureJson(failure));
        console.printJson({{"device", tested.device},
                           {"name", report.device},
                           {"driver", report.driver},
                           {"passed", report.passed},
                           {"failed", std::move(failed)},
                           {"date", report.date},
                           {"seconds", report.seconds}});
    } else {
        console.print(tested.device + " (" + report.device + ", " + report.driver +
                      "): " + std::to_string(report.passed) + " checks passed, " +
                      std::to_string(report.failures.size()) + " failed, " + fixed(report.seconds, 1) +
                      " s\n");
        for (const SelfTestReport::Failure &failure : report.failures)
            console.print("  " + failure.op + " " + failure.testCase + ": kernel " + failure.kernel +
                          ", error " + scientific(failure.nmse) + ", bound " + scientific(failure.bound) +
                          ", used instead: " + (failure.instead.empty() ? "nothing" : failure.instead) +
                          "\n");
    }
    if (!report.usable())
        return fail(Errc::Device, tested.device, "an op has no kernel that passed", "use --device cpu");
    return {};
}

} // namespace

Run addSelftest(CLI::App &)
{
    return [](Invocation &invocation) { return run(invocation); };
}

} // namespace lathe::cli
