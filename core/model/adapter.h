// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formats/lora_file.h"
#include "core/graph/low_rank.h"
#include "core/model/device_model.h"

#include <memory>
#include <span>
#include <vector>

namespace lathe {

/// A LoRA adapter as one model takes it: by weight numbers, rows of B in the order of the model's weights
/// (q and k of rotary models are ordered in pairs in some GGUF files), B times the adapter's and the user's
/// scale.
class Adapter
{
public:
    struct Linear {
        uint32_t weight = 0; ///< number in the model's table
        WeightSource a;      ///< F32 (rank, inputs)
        WeightSource b;      ///< F32 (outputs, rank)
    };

    /// Errors, which name the adapter: a GGUF of another architecture, a target that the model does not have
    /// or that is no linear layer, a shape that does not fit.
    static Result<std::shared_ptr<const Adapter>> create(const ModelFile &model,
                                                         std::shared_ptr<const LoraFile> file, double scale);

    const std::string &name() const { return m_name; }
    double scale() const { return m_scale; }
    const std::vector<Linear> &linears() const { return m_linears; }

private:
    Adapter() = default;

    std::string m_name;
    double m_scale = 1;
    std::vector<Linear> m_linears;
};

/// An adapter's matrices on the devices of a model. Immutable and shared by sessions.
class DeviceAdapter
{
public:
    /// Errors: OutOfMemory before anything is uploaded, a device fault, cancelled.
    static Result<std::shared_ptr<const DeviceAdapter>> load(std::shared_ptr<const DeviceModel> model,
                                                             std::shared_ptr<const Adapter> adapter,
                                                             const TaskContext &task);

    struct Linear {
        uint32_t weight = 0;
        WeightPtr a, b;
    };
    const DeviceModel &model() const { return *m_model; }
    const Adapter &adapter() const { return *m_adapter; }
    /// By part of the model.
    const std::vector<std::vector<Linear>> &parts() const { return m_parts; }

private:
    DeviceAdapter() = default;

    std::shared_ptr<const DeviceModel> m_model;
    std::shared_ptr<const Adapter> m_adapter;
    std::vector<std::vector<Linear>> m_parts;
};

/// Opens an adapter for a loaded model and puts it on the model's devices.
Result<std::shared_ptr<const DeviceAdapter>> loadAdapter(std::shared_ptr<const DeviceModel> model,
                                                         const std::filesystem::path &path, double scale,
                                                         const TaskContext &task);

/// The products of some adapters as addLowRank() takes them, their matrices bound from `firstBinding` on in
/// the order A, B of each.
std::vector<LowRank> lowRanks(std::span<const std::shared_ptr<const Adapter>> adapters,
                              uint32_t firstBinding);

} // namespace lathe
