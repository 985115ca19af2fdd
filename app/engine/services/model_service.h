// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/services/devices.h"
#include "core/model/adapter.h"
#include "core/model/device_model.h"

#include <string>
#include <string_view>
#include <vector>

namespace lathe {

/// A cache type by the name that `--kv` takes: F32 or F16.
Result<DType> parseCacheType(const std::string &name);

/// The context to use: `wanted`, or the default where it is 0. Errors: more than the model was trained for.
Result<uint32_t> chooseContext(const ModelConfig &config, uint32_t wanted);

/// A LoRA adapter to be applied: a PEFT folder or a GGUF file.
struct AdapterRequest {
    std::string path;
    double scale = 1;
};

/// "PATH" or "PATH:SCALE": a number behind the last colon is the scale. Error: an empty path, a scale that is
/// not finite.
Result<AdapterRequest> parseAdapter(std::string_view text);

using Adapters = std::vector<std::shared_ptr<const Adapter>>;
/// Opens adapters for a model.
Result<Adapters> openAdapters(const ModelFile &file, const std::vector<AdapterRequest> &requests);

/// Opens adapters for a loaded model and puts them on its devices.
Result<std::vector<std::shared_ptr<const DeviceAdapter>>>
loadAdapters(const std::shared_ptr<const DeviceModel> &model, const std::vector<AdapterRequest> &requests,
             const TaskContext &task);

struct LoadedModel {
    std::shared_ptr<const DeviceModel> model;
    std::vector<std::shared_ptr<const DeviceAdapter>> adapters; ///< as LoadRequest::adapters
    std::shared_ptr<Backend> backend;
    std::string deviceKind; ///< as DeviceEntry::kind
    std::string sha256;     ///< of the file, hexadecimal
    double seconds = 0;
    std::vector<std::string> notes;
};

struct LoadRequest {
    std::string path;
    std::string device = "auto";
    uint32_t context = 0; ///< 0: the default; sizes the check against the free memory
    DType cacheType = DType::F32;
    bool hash = true;
    std::vector<AdapterRequest> adapters = {}; ///< count in the check against the free memory
};

/// Opens the files and the device, checks the free memory, uploads the weights. Progress "Testing kernels"
/// (once per device), "Checking the file", "Loading weights".
Result<LoadedModel> loadModel(Devices &devices, const LoadRequest &request, const TaskContext &task);

} // namespace lathe
