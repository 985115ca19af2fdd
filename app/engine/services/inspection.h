// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/services/devices.h"
#include "core/model/memory_estimate.h"

#include <nlohmann/json.hpp>
#include <optional>

namespace lathe {

/// What a model says without being loaded. A file that only carries a vocabulary, or only tensors, has no
/// architecture, context or memory.
struct Inspection {
    struct Memory {
        std::string device;
        uint32_t context = 0;
        DType cacheType = DType::F32;
        MemoryEstimate estimate;
        uint64_t freeBytes = 0;
        uint64_t budgetBytes = 0;
        uint64_t cacheBytesPerTokenF32 = 0;

        /// "fits" up to 85 % of what is free, "tight" up to all of it, "tooBig".
        std::string fits() const;
    };
    std::shared_ptr<const ModelFile> file;
    std::string sha256; ///< empty unless asked for, or without weights
    std::optional<Memory> memory;
    std::vector<Memory> everyDevice; ///< where asked for; without devices that cannot be opened
};

struct InspectRequest {
    std::string path;
    std::string device = "auto";
    uint32_t context = 0; ///< 0: the default
    DType cacheType = DType::F32;
    bool hash = false;
    bool everyDevice = false;
};

Result<Inspection> inspectModel(Devices &devices, const InspectRequest &request, const TaskContext &task);

/// Parts that the command line and the protocol share.
nlohmann::ordered_json tensorsJson(const ModelFile &file);
nlohmann::ordered_json metadataJson(const ModelFile &file);
nlohmann::ordered_json configJson(const ModelConfig &config);
/// {"kind","pre","vocabulary","bos","eos","error"}
nlohmann::ordered_json tokenizerJson(const ModelFile &file);
/// {"present","error"}
nlohmann::ordered_json templateJson(const ModelFile &file);

} // namespace lathe
