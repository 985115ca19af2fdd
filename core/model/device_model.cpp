// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/device_model.h"

#include <algorithm>
#include <array>

namespace lathe {

namespace {

/// Tensors that one kernel may read together, so that they lie side by side on a device.
constexpr std::array<std::array<Role, 3>, 3> kGroups{{
    {Role::Query, Role::Key, Role::Value},
    {Role::Gate, Role::Up, Role::Count},
    {Role::SharedGate, Role::SharedUp, Role::Count},
}};

/// The numbers of the tensors that are uploaded with `number`, itself first; empty if another one brings it
/// along.
std::vector<uint32_t> groupOf(const WeightTable &table, uint32_t number)
{
    const WeightTable::Entry &entry = table.entry(number);
    for (const auto &roles : kGroups) {
        const auto at = std::find(roles.begin(), roles.end(), entry.role);
        if (at == roles.end() || entry.role == Role::Count)
            continue;
        std::vector<uint32_t> numbers;
        for (const Role role : roles) {
            const auto member = role == Role::Count ? std::nullopt : table.find(entry.layer, role);
            if (member)
                numbers.push_back(*member);
        }
        return numbers.front() == number ? numbers : std::vector<uint32_t>{};
    }
    return {number};
}

bool belongsTo(const WeightTable::Entry &entry, LayerRange layers, const ModelConfig &config)
{
    const bool first = layers.first == 0, last = layers.last == config.layers.size();
    switch (entry.role) {
    case Role::Embedding:
        return first || (last && config.tied);
    case Role::PositionEmbedding:
        return first;
    case Role::OutputNorm:
    case Role::OutputNormBias:
    case Role::Output:
        return last;
    case Role::RopeFactors:
        return false;
    default:
        return entry.layer >= int(layers.first) && entry.layer < int(layers.last);
    }
}

Result<> uploadPart(DeviceModel::Part &part, const ModelFile &file, uint64_t &doneBytes,
                    const TaskContext &task)
{
    const WeightTable &table = file.weights();
    part.weights.resize(table.count());
    for (uint32_t number = 0; number < table.count(); ++number) {
        std::vector<uint32_t> numbers;
        std::vector<WeightSource> sources;
        for (const uint32_t member : groupOf(table, number)) {
            if (!belongsTo(table.entry(member), part.layers, file.config()))
                continue;
            numbers.push_back(member);
            sources.push_back(table.entry(member).source);
        }
        if (sources.empty())
            continue;
        LATHE_TRY(task.checkCancelled());
        LATHE_ASSIGN(const auto uploaded, part.backend->upload(sources));
        for (size_t i = 0; i < numbers.size(); ++i) {
            part.weights[numbers[i]] = uploaded[i];
            doneBytes += sources[i].bytes();
        }
        task.report("Loading weights", std::min(doneBytes, file.fileBytes()), file.fileBytes());
    }
    return {};
}

} // namespace

Result<std::shared_ptr<const DeviceModel>> DeviceModel::load(std::shared_ptr<const ModelFile> file,
                                                             std::vector<Placement> placement,
                                                             const TaskContext &task)
{
    auto model = std::shared_ptr<DeviceModel>(new DeviceModel(std::move(file)));
    uint32_t next = 0;
    uint64_t doneBytes = 0;
    for (Placement &place : placement) {
        if (place.layers.first != next || place.layers.last <= next)
            return fail(Errc::BadInput, "layer plan", "the parts must cover the layers in order",
                        "give ranges that follow each other");
        next = place.layers.last;
        model->m_parts.push_back({std::move(place.backend), place.layers, {}});
    }
    if (next != model->config().layers.size())
        return fail(Errc::BadInput, "layer plan",
                    "covers " + std::to_string(next) + " of " +
                        std::to_string(model->config().layers.size()) + " layers",
                    "give each layer a device");
    for (Part &part : model->m_parts)
        LATHE_TRY(uploadPart(part, *model->m_file, doneBytes, task));
    return std::shared_ptr<const DeviceModel>(std::move(model));
}

Result<std::shared_ptr<const DeviceModel>> DeviceModel::load(std::shared_ptr<const ModelFile> file,
                                                             std::shared_ptr<Backend> backend,
                                                             const TaskContext &task)
{
    const LayerRange all{0, uint32_t(file->config().layers.size())};
    std::vector<Placement> placement;
    placement.push_back({std::move(backend), all});
    return load(std::move(file), std::move(placement), task);
}

} // namespace lathe
