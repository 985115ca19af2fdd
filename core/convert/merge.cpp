// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/convert/merge.h"

#include "core/convert/json_number.h"
#include "core/convert/weight_rows.h"
#include "core/formats/printable.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace lathe {

namespace {

using Products = std::vector<const Adapter::Linear *>;

class MergedLoader final : public WeightLoader
{
public:
    MergedLoader(WeightSource weight, DType type, Products products,
                 std::vector<std::shared_ptr<const Adapter>> owners)
        : m_weight(std::move(weight)), m_type(type), m_products(std::move(products)),
          m_owners(std::move(owners))
    {
    }

    Result<std::vector<std::byte>> load() const override
    {
        LATHE_ASSIGN(std::vector<float> values, readValues(m_weight));
        for (const Adapter::Linear *product : m_products)
            LATHE_TRY(add(*product, values));
        std::vector<std::byte> bytes = encoded(m_type, values);
        if (m_type == DType::F16 && !isFinite(decoded(m_type, bytes)) && isFinite(values))
            return fail(Errc::Numeric, m_weight.nameInFile(), "has sums beyond what F16 holds",
                        "merge into a base in BF16 or F32");
        return bytes;
    }

private:
    static bool isFinite(std::span<const float> values)
    {
        return std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
    }

    /// `values` (rows, cols) += B (rows, rank) · A (rank, cols); B has the scales in it.
    Result<> add(const Adapter::Linear &product, std::vector<float> &values) const
    {
        LATHE_ASSIGN(const std::vector<float> a, readValues(product.a));
        LATHE_ASSIGN(const std::vector<float> b, readValues(product.b));
        const size_t rank = product.a.rows, cols = m_weight.cols;
        std::vector<float> sum(cols);
        for (size_t row = 0; row < m_weight.rows; ++row) {
            std::ranges::fill(sum, 0.0f);
            for (size_t r = 0; r < rank; ++r) {
                const float factor = b[row * rank + r];
                for (size_t col = 0; col < cols; ++col)
                    sum[col] += factor * a[r * cols + col];
            }
            for (size_t col = 0; col < cols; ++col)
                values[row * cols + col] += sum[col];
        }
        return {};
    }

    WeightSource m_weight;
    DType m_type;
    Products m_products;
    std::vector<std::shared_ptr<const Adapter>> m_owners; // of the products
};

} // namespace

WeightTable mergedWeights(const ModelFile &model, std::span<const std::shared_ptr<const Adapter>> adapters)
{
    std::map<uint32_t, Products> products;
    for (const auto &adapter : adapters)
        for (const Adapter::Linear &linear : adapter->linears())
            products[linear.weight].push_back(&linear);
    WeightTable merged;
    for (uint32_t i = 0; i < model.weights().count(); ++i) {
        WeightTable::Entry entry = model.weights().entry(i);
        if (const auto found = products.find(i); found != products.end()) {
            const bool isPlain = dtypeInfo(entry.source.type).blockElements == 1;
            const DType type = isPlain ? entry.source.type : DType::F16;
            entry.source.loader = std::make_shared<MergedLoader>(
                entry.source, type, found->second,
                std::vector<std::shared_ptr<const Adapter>>(adapters.begin(), adapters.end()));
            entry.source.type = type;
            entry.source.data = {};
            entry.source.storedAs.clear();
            entry.source.int8Threshold.reset();
        }
        merged.add(entry.layer, entry.role, std::move(entry.source));
    }
    return merged;
}

Result<Written> mergeModel(const ModelFile &model, std::span<const std::shared_ptr<const Adapter>> adapters,
                           const std::filesystem::path &out, WriteOptions options, const TaskContext &task)
{
    for (const auto &adapter : adapters) {
        const std::filesystem::path path(adapter->name());
        const auto &named = path.has_filename() ? path : path.parent_path();
        options.changes.push_back("Merged the adapter " + printable(named.filename().string()) +
                                  " at scale " + jsonNumber(adapter->scale()).dump());
    }
    return writeModel(model, mergedWeights(model, adapters), out, options, task);
}

} // namespace lathe
