// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/services/tensor_stats.h"

#include "core/tensor/dtype.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace lathe {

using Json = nlohmann::ordered_json;

namespace {

constexpr size_t kBins = 64;
constexpr double kOutlierDeviations = 6;
constexpr uint64_t kBlocksAtOnce = 4096;

/// Decodes rows that a loader gives.
template <class Visit>
Result<> eachLoadedValue(const ModelTensor &tensor, const TaskContext &task, Visit visit)
{
    LATHE_ASSIGN(const std::vector<std::byte> bytes, tensor.loader->load());
    std::vector<float> row(tensor.shape.back());
    const uint64_t step = rowBytes(tensor.loadedAs, row.size());
    for (uint64_t at = 0; at + step <= bytes.size(); at += step) {
        LATHE_TRY(task.checkCancelled());
        decodeColumns(tensor.loadedAs, bytes.data() + at, row.size(), row.data());
        for (const float value : row)
            visit(double(value));
    }
    return {};
}

/// Decodes the tensor piece by piece.
template <class Visit>
Result<> eachValue(const ModelTensor &tensor, const DTypeInfo &info, const TaskContext &task, Visit visit)
{
    if (tensor.loader)
        return eachLoadedValue(tensor, task, visit);
    const uint64_t blocks = tensor.data.size() / info.blockBytes;
    std::vector<float> values(kBlocksAtOnce * info.blockElements);
    for (uint64_t begin = 0; begin < blocks; begin += kBlocksAtOnce) {
        LATHE_TRY(task.checkCancelled());
        const uint64_t count = std::min(kBlocksAtOnce, blocks - begin);
        info.decode(tensor.data.data() + begin * info.blockBytes, values.data(), count);
        for (uint64_t i = 0; i < count * info.blockElements; ++i)
            visit(double(values[i]));
    }
    return {};
}

struct Moments {
    uint64_t finite = 0, notFinite = 0, zeros = 0;
    double least = std::numeric_limits<double>::infinity(), largest = -least;
    double mean = 0, squares = 0; ///< squares: Σ (x − mean)², updated with each value (Welford 1962)

    void add(double x)
    {
        if (!std::isfinite(x)) {
            ++notFinite;
            return;
        }
        ++finite;
        zeros += x == 0;
        least = std::min(least, x);
        largest = std::max(largest, x);
        const double before = x - mean;
        mean += before / double(finite);
        squares += before * (x - mean);
    }
    double deviation() const { return std::sqrt(squares / double(finite)); }
};

} // namespace

Result<Json> tensorStats(const ModelTensor &tensor, const TaskContext &task)
{
    const std::optional<DType> type = tensor.loader ? tensor.loadedAs : dtypeFromName(tensor.type);
    if (!type || !dtypeInfo(*type).decode)
        return Json();
    const DTypeInfo &info = dtypeInfo(*type);
    Moments moments;
    LATHE_TRY(eachValue(tensor, info, task, [&](double x) { moments.add(x); }));
    if (moments.finite == 0)
        return Json();
    const double far = kOutlierDeviations * moments.deviation();
    const double width = (moments.largest - moments.least) / kBins;
    uint64_t outliers = 0;
    std::array<uint64_t, kBins> counts{};
    LATHE_TRY(eachValue(tensor, info, task, [&](double x) {
        if (!std::isfinite(x))
            return;
        outliers += std::fabs(x - moments.mean) > far;
        const double bin = width > 0 ? (x - moments.least) / width : 0;
        ++counts[std::min(size_t(bin), kBins - 1)];
    }));
    return Json{{"min", moments.least},
                {"max", moments.largest},
                {"mean", moments.mean},
                {"std", moments.deviation()},
                {"zero_share", double(moments.zeros) / double(moments.finite)},
                {"outlier_share", double(outliers) / double(moments.finite)},
                {"not_finite", moments.notFinite},
                {"histogram", {{"low", moments.least}, {"high", moments.largest}, {"counts", counts}}}};
}

} // namespace lathe
