// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/linear/linear.h"

#include "core/ops/cases.h"
#include "core/ops/linear/linear_host.h"
#include "core/ops/records.h"

namespace lathe {

namespace {

using namespace cases;

struct Settings {
    uint32_t count = 1;
    uint32_t flags = 0;
    Activation activation = Activation::Silu;
    bool selfTest = false;
};

OpCase linearCase(const std::string &note, DType type, uint32_t tokenRows, uint32_t cols,
                  const std::vector<uint32_t> &rows, const Settings &settings)
{
    OpCase row;
    row.name = std::string(dtypeInfo(type).name) + " " + std::to_string(tokenRows) + "x" +
               std::to_string(cols) + "x" + std::to_string(rows[0]) + (note.empty() ? "" : " " + note);
    row.params = LinearParams{settings.count, settings.flags, 1e-5f, settings.activation};
    row.in = {normal(tokenRows, cols)};
    if (settings.flags & kLinearNorm)
        row.in.push_back(positive(1, cols));
    for (uint32_t i = 0; i < settings.count; ++i)
        row.in.push_back(weight(type, rows[i % rows.size()], cols));
    if (settings.flags & kLinearBias)
        for (uint32_t i = 0; i < settings.count; ++i)
            row.in.push_back(normal(1, rows[i % rows.size()]));
    if (settings.flags & kLinearResidual)
        row.in.push_back(normal(tokenRows, rows[0]));
    const LinearLayout at{LinearParams{settings.count, settings.flags}};
    for (uint32_t i = 0; i < at.outputs; ++i)
        row.out.push_back(output(tokenRows, rows[i % rows.size()]));
    row.bound = sumBound(cols, uint64_t(tokenRows) * rows[0]);
    row.selfTest = settings.selfTest;
    if (tokenRows > kTierRows) {
        // A gate times up errs twice, and SiLU and GELU have up to twice the relative slope of their
        // argument.
        const double gate = settings.flags & kLinearGlu ? 4 : 1;
        row.tierBounds = {gate * kFp16Bound, dtypeInfo(type).wholeNumbers ? gate * kDotBound : 0};
    }
    return row;
}

void addPlainCases(std::vector<OpCase> &rows)
{
    for (DType type : weightTypes()) {
        const std::vector<uint32_t> columns = weightColumns(type);
        for (uint32_t cols : columns)
            for (uint32_t tokenRows : {1u, 8u}) {
                // One token and 8, an odd number of rows: what each kernel variant must get right on a
                // device.
                const bool quick = cols == columns.back();
                rows.push_back(linearCase("", type, tokenRows, cols, {33}, {.selfTest = quick}));
                rows.push_back(linearCase("", type, tokenRows, cols, {7}, {}));
            }
        rows.push_back(linearCase("", type, 5, columns.back(), {65}, {}));
        rows.push_back(linearCase("", type, 33, columns.back(), {72}, {.selfTest = true}));
        rows.push_back(linearCase("", type, 1, columns.front(), {1}, {}));
    }
}

void addFusedCases(std::vector<OpCase> &rows)
{
    const uint32_t all = kLinearNorm | kLinearBias;
    for (DType type : {DType::F32, DType::F16, DType::Q4_1, DType::Q8_0, DType::Q4_0})
        for (uint32_t tokenRows : {1u, 5u, 33u}) {
            const bool quick = tokenRows != 5 && (type == DType::F32 || type == DType::Q4_1);
            const auto fused = [&](const char *note, std::vector<uint32_t> n, Settings settings) {
                settings.selfTest = quick;
                rows.push_back(linearCase(note, type, tokenRows, 96, n, settings));
            };
            fused("norm", {33}, {1, kLinearNorm});
            fused("bias", {33}, {1, kLinearBias});
            fused("residual", {65}, {1, kLinearResidual});
            fused("bias residual", {33}, {1, kLinearBias | kLinearResidual});
            fused("norm of three", {72, 33, 33}, {3, kLinearNorm});
            fused("norm bias of three", {72, 24, 7}, {3, all});
            fused("two", {33, 65}, {2, 0});
            fused("norm silu pair", {72}, {2, kLinearNorm | kLinearGlu});
            fused("bias gelu-tanh pair", {33}, {2, kLinearBias | kLinearGlu, Activation::GeluTanh});
            fused("norm gelu-erf pair", {33}, {2, kLinearNorm | kLinearGlu, Activation::GeluErf});
            fused("relu pair", {33}, {2, kLinearGlu, Activation::Relu});
        }
    rows.push_back(linearCase("norm of three", DType::Q4_1, 1, 576, {576, 192, 192}, {3, kLinearNorm}));
    rows.push_back(linearCase("norm silu pair", DType::Q4_1, 8, 576, {1536}, {2, kLinearNorm | kLinearGlu}));
    rows.push_back(linearCase("residual", DType::Q4_1, 1, 1536, {576}, {1, kLinearResidual}));
}

std::vector<OpCase> linearCases()
{
    std::vector<OpCase> rows;
    addPlainCases(rows);
    addFusedCases(rows);
    rows.push_back(linearCase("no tokens", DType::F32, 0, 72, {33}, {}));
    rows.push_back(linearCase("one by one", DType::F32, 1, 1, {1}, {}));
    rows.push_back(linearCase("odd columns", DType::F32, 5, 65, {33}, {}));
    rows.push_back(linearCase("odd columns", DType::F16, 3, 33, {7}, {}));
    rows.push_back(linearCase("many rows", DType::Q8_0, 1, 576, {4099}, {}));
    rows.push_back(linearCase("long rows", DType::F32, 1, 28672, {7}, {}));
    rows.push_back(linearCase("long rows", DType::Q4_1, 1, 28672, {33}, {}));
    rows.push_back(linearCase("long rows", DType::Q4_K, 2, 28672, {9}, {}));
    rows.push_back(linearCase("long rows norm", DType::Q8_0, 1, 28672, {9}, {1, kLinearNorm}));
    rows.push_back(linearCase("long rows", DType::Q4_0, 8, 28672, {9}, {}));
    rows.push_back(linearCase("many tokens", DType::Q4_1, 129, 96, {65}, {}));
    return rows;
}

} // namespace

const OpDef kLinearOp{"linear", linearReference, linearCpu, recordLinearVulkan, linearCases};

} // namespace lathe
