// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/commands/commands.h"

#include "app/engine/services/default_model.h"

namespace lathe::cli {

Run addPull(CLI::App &app)
{
    auto what = std::make_shared<std::string>();
    app.add_option("WHAT", *what, "default: the default model, 98.4 MB")->required();
    return [what](Invocation &invocation) -> Result<> {
        if (*what != "default")
            throw UsageError{*what, "is not in this version", "give “default”"};
        LATHE_ASSIGN(const FetchedModel model, fetchDefaultModel(invocation.console.task()));
        if (invocation.console.json())
            invocation.console.printJson({{"path", model.path.string()},
                                          {"sha256", DefaultModel::kSha256},
                                          {"fetched", model.fetched}});
        else
            invocation.console.print(model.path.string() + "\n");
        return {};
    };
}

} // namespace lathe::cli
