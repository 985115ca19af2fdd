// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/commands/commands.h"

#include "app/engine/cli/format.h"
#include "app/engine/os_engine.h"
#include "app/engine/rpc/engine_state.h"
#include "app/engine/rpc/server.h"

namespace lathe::cli {

Run addRpc(CLI::App &)
{
    return [](Invocation &invocation) -> Result<> {
        const auto output = os::takeStandardOutput();
        if (!output)
            return fail(Errc::Io, "stdout", "is closed", "start lathe rpc with pipes on stdin and stdout");
        os::ignoreBrokenPipes();
        rpc::EngineState state(deviceOptions(invocation.common));
        rpc::Server server(state, 0, *output);
        if (server.run() != 0)
            return fail(Errc::BadInput, "stdin", "holds a message that cannot be followed",
                        "see docs/protocol.md");
        return {};
    };
}

} // namespace lathe::cli
