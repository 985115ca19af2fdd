// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/backend.h"
#include "core/model/decoder_graph.h"
#include "core/model/model_file.h"

#include <map>
#include <memory>

namespace lathe {

/// Which device holds which layers. The list covers 0 … layers − 1 in order.
struct Placement {
    std::shared_ptr<Backend> backend;
    LayerRange layers;
};

/// A model's weights on its devices. Immutable and shared by sessions.
class DeviceModel
{
public:
    /// Uploads every tensor; progress "Loading weights" in bytes; cancellable between tensors.
    static Result<std::shared_ptr<const DeviceModel>>
    load(std::shared_ptr<const ModelFile> file, std::vector<Placement> placement, const TaskContext &task);
    /// All layers on one device.
    static Result<std::shared_ptr<const DeviceModel>>
    load(std::shared_ptr<const ModelFile> file, std::shared_ptr<Backend> backend, const TaskContext &task);

    struct Part {
        std::shared_ptr<Backend> backend;
        LayerRange layers;
        std::vector<WeightPtr> weights; ///< by number of the weight table; null where another part holds it
    };

    const ModelFile &file() const { return *m_file; }
    std::shared_ptr<const ModelFile> sharedFile() const { return m_file; }
    const ModelConfig &config() const { return m_file->config(); }
    const std::vector<Part> &parts() const { return m_parts; }

private:
    explicit DeviceModel(std::shared_ptr<const ModelFile> file) : m_file(std::move(file)) {}

    std::shared_ptr<const ModelFile> m_file;
    std::vector<Part> m_parts;
};

} // namespace lathe
