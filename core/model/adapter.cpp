// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/adapter.h"

#include "core/formats/printable.h"
#include "core/model/adapter_targets.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <map>

namespace lathe {

namespace {

/// Decodes a matrix to F32, chosen rows of it, times a factor.
class MatrixLoader final : public WeightLoader
{
public:
    MatrixLoader(std::shared_ptr<const LoraFile> file, const LoraMatrix &matrix, std::vector<uint32_t> rows,
                 float factor)
        : m_file(std::move(file)), m_matrix(matrix), m_rows(std::move(rows)), m_factor(factor)
    {
    }

    Result<std::vector<std::byte>> load() const override
    {
        const DTypeInfo &info = dtypeInfo(m_matrix.type);
        const uint64_t bytes = rowBytes(m_matrix.type, m_matrix.cols);
        std::vector<float> row(m_matrix.cols);
        std::vector<std::byte> out(m_rows.size() * row.size() * sizeof(float));
        for (size_t i = 0; i < m_rows.size(); ++i) {
            info.decode(m_matrix.data.data() + m_rows[i] * bytes, row.data(),
                        row.size() / info.blockElements);
            for (float &value : row)
                value *= m_factor;
            std::memcpy(out.data() + i * row.size() * sizeof(float), row.data(), row.size() * sizeof(float));
        }
        return out;
    }

private:
    std::shared_ptr<const LoraFile> m_file; // whose mapping the matrix points into
    LoraMatrix m_matrix;
    std::vector<uint32_t> m_rows;
    float m_factor;
};

WeightSource source(std::shared_ptr<const LoraFile> file, const LoraMatrix &matrix,
                    std::vector<uint32_t> rows, double factor)
{
    WeightSource out;
    out.name = out.fileName = matrix.name;
    out.rows = uint32_t(rows.size());
    out.cols = uint32_t(matrix.cols);
    out.loader = std::make_shared<MatrixLoader>(std::move(file), matrix, std::move(rows), float(factor));
    return out;
}

std::vector<uint32_t> allRows(uint64_t count)
{
    std::vector<uint32_t> rows(count);
    for (uint32_t i = 0; i < count; ++i)
        rows[i] = i;
    return rows;
}

std::string shapeText(uint64_t rows, uint64_t cols)
{
    return std::to_string(rows) + " × " + std::to_string(cols);
}

Result<> checkShape(const std::string &file, const LoraPair &pair, uint64_t outputs, uint64_t inputs)
{
    constexpr uint64_t kMaxRank = 1 << 14;
    if (pair.a.rows > kMaxRank)
        return fail(Errc::BadInput, file,
                    printable(pair.target) + " has rank " + std::to_string(pair.a.rows) + ", over 16384",
                    "give an adapter of a smaller rank");
    if (pair.b.rows != outputs || pair.a.cols != inputs)
        return fail(Errc::BadInput, file,
                    printable(pair.target) + " is for a matrix of " + shapeText(pair.b.rows, pair.a.cols) +
                        ", the model's is " + shapeText(outputs, inputs),
                    "give an adapter that was made for this model");
    return {};
}

/// Whether A and B of these adapters fit into what is free now on each device.
Result<> checkFits(const DeviceModel &model, const std::vector<std::vector<const Adapter::Linear *>> &parts)
{
    std::map<const Backend *, uint64_t> needed; // two parts may lie on one device
    for (size_t i = 0; i < parts.size(); ++i) {
        const Backend &backend = *model.parts()[i].backend;
        for (const Adapter::Linear *linear : parts[i])
            needed[&backend] += backend.weightBytes(linear->a) + backend.weightBytes(linear->b);
    }
    for (const auto &[backend, bytes] : needed) {
        const BackendMemory have = backend->memory();
        const uint64_t free = have.budget > have.total() ? have.budget - have.total() : 0;
        if (have.budget > 0 && bytes > free)
            return fail(Errc::OutOfMemory, std::string(backend->name()),
                        "the adapter needs " + std::to_string(bytes) + " bytes, free are " +
                            std::to_string(free),
                        "use a smaller --ctx or fewer adapters");
    }
    return {};
}

} // namespace

Result<std::shared_ptr<const Adapter>> Adapter::create(const ModelFile &model,
                                                       std::shared_ptr<const LoraFile> file, double scale)
{
    if (!std::isfinite(float(scale)))
        return fail(Errc::BadInput, file->name(), "has a scale that is no number", "give a number");
    if (file->kind() == LoraFile::Kind::Gguf && file->architecture() != model.config().architecture)
        return fail(Errc::BadInput, file->name(),
                    "is for architecture " + printable(file->architecture()) + ", the model is " +
                        model.config().architecture,
                    "give an adapter that was made for this model");
    std::shared_ptr<Adapter> adapter(new Adapter);
    adapter->m_name = file->name();
    adapter->m_scale = scale;
    const auto targets = adapterTargets(model, file->kind());
    for (const LoraPair &pair : file->pairs()) {
        const auto [first, last] = targets.equal_range(pair.target);
        if (first == last)
            return fail(Errc::BadInput, file->name(),
                        printable(pair.target) + " is no linear layer of " + model.config().name,
                        "give an adapter that was made for this model");
        for (auto it = first; it != last; ++it) {
            const AdapterTarget &target = it->second;
            LATHE_TRY(checkShape(file->name(), pair, target.outputs,
                                 model.weights().entry(target.weight).source.cols));
            adapter->m_linears.push_back({target.weight, source(file, pair.a, allRows(pair.a.rows), 1),
                                          source(file, pair.b, target.rows, pair.scale * scale)});
        }
    }
    return std::shared_ptr<const Adapter>(std::move(adapter));
}

Result<std::shared_ptr<const DeviceAdapter>> DeviceAdapter::load(std::shared_ptr<const DeviceModel> model,
                                                                 std::shared_ptr<const Adapter> adapter,
                                                                 const TaskContext &task)
{
    std::shared_ptr<DeviceAdapter> out(new DeviceAdapter);
    std::vector<std::vector<const Adapter::Linear *>> parts(model->parts().size());
    for (const Adapter::Linear &linear : adapter->linears()) {
        for (size_t i = 0; i < parts.size(); ++i) {
            if (model->parts()[i].weights[linear.weight])
                parts[i].push_back(&linear);
        }
    }
    LATHE_TRY(checkFits(*model, parts));
    out->m_parts.resize(parts.size());
    for (size_t i = 0; i < parts.size(); ++i) {
        for (const Adapter::Linear *linear : parts[i]) {
            LATHE_TRY(task.checkCancelled());
            Backend &backend = *model->parts()[i].backend;
            LATHE_ASSIGN(const auto a, backend.upload(std::span(&linear->a, 1)));
            LATHE_ASSIGN(const auto b, backend.upload(std::span(&linear->b, 1)));
            out->m_parts[i].push_back({linear->weight, a.front(), b.front()});
        }
    }
    out->m_model = std::move(model);
    out->m_adapter = std::move(adapter);
    return std::shared_ptr<const DeviceAdapter>(std::move(out));
}

Result<std::shared_ptr<const DeviceAdapter>> loadAdapter(std::shared_ptr<const DeviceModel> model,
                                                         const std::filesystem::path &path, double scale,
                                                         const TaskContext &task)
{
    LATHE_ASSIGN(auto file, LoraFile::open(path));
    LATHE_ASSIGN(auto adapter, Adapter::create(model->file(), std::move(file), scale));
    return DeviceAdapter::load(std::move(model), std::move(adapter), task);
}

std::vector<LowRank> lowRanks(std::span<const std::shared_ptr<const Adapter>> adapters, uint32_t firstBinding)
{
    std::vector<LowRank> products;
    for (const auto &adapter : adapters) {
        for (const Adapter::Linear &linear : adapter->linears()) {
            const uint32_t binding = firstBinding + 2 * uint32_t(products.size());
            products.push_back({linear.weight, binding, binding + 1, linear.a.rows});
        }
    }
    return products;
}

} // namespace lathe
