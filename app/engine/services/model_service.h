// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/services/devices.h"
#include "core/model/device_model.h"

#include <string>

namespace lathe {

/// A cache type by the name that `--kv` takes: F32 or F16.
Result<DType> parseCacheType(const std::string &name);

/// The context to use: `wanted`, or the default where it is 0. Errors: more than the model was trained for.
Result<uint32_t> chooseContext(const ModelConfig &config, uint32_t wanted);

struct LoadedModel {
    std::shared_ptr<const DeviceModel> model;
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
};

/// Opens the file and the device, checks the free memory, uploads the weights. Progress "Testing kernels"
/// (once per device), "Checking the file", "Loading weights".
Result<LoadedModel> loadModel(Devices &devices, const LoadRequest &request, const TaskContext &task);

} // namespace lathe
