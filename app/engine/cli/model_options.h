// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/cli/command.h"
#include "app/engine/services/model_service.h"

namespace lathe::cli {

/// The options of the commands that run a model: MODEL, --ctx, --kv.
struct ModelOptions {
    std::string path;
    uint32_t context = 0; ///< 0: 2,048 or the model's, whichever is smaller
    std::string kv = "F32";
    std::vector<std::string> adapters; ///< "PATH" or "PATH:SCALE"
    Int8Rounding int8;                 ///< of LLM.int8() weights
};

void addModelOptions(CLI::App &app, ModelOptions &options);
/// --adapter, of the commands that compute with them.
void addAdapterOption(CLI::App &app, ModelOptions &options);
/// What it was given. Throws UsageError.
std::vector<AdapterRequest> adapterRequests(const ModelOptions &options);

/// --int8-threshold, --int8-columns, --int8-activations, of the commands that run a model.
void addInt8Options(CLI::App &app, ModelOptions &options);

/// Loads the model and its adapters on the device of the common options; notes go to the console. `context`:
/// 0 takes the options'.
Result<LoadedModel> loadModel(const ModelOptions &options, Devices &devices, Invocation &invocation,
                              uint32_t context = 0);

} // namespace lathe::cli
