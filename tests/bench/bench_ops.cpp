// SPDX-License-Identifier: GPL-3.0-or-later
// Rates of the `cpu` rung per CPU-second (user + system of this process), on one thread:
//   bench_ops              linear by weight type; attention; a step of the default model's shapes
// A rate is the best of several stretches of about 50 ms.
#include "core/ops/attention/attention.h"
#include "core/ops/case_runner.h"
#include "core/ops/cpu/kernels.h"
#include "core/ops/linear/linear.h"

#include <algorithm>
#include <cstdio>
#include <ctime>

using namespace lathe;

namespace {

double cpuSeconds()
{
    return double(std::clock()) / CLOCKS_PER_SEC;
}

/// Best seconds per call.
double secondsPerCall(const OpDef &op, const OpCase &row)
{
    const FilledCase filled = fillCase(row, 1);
    runHost(op.cpu, row, filled);
    double best = 1e30;
    for (int stretch = 0; stretch < 5; ++stretch) {
        int calls = 0;
        const double start = cpuSeconds();
        double passed = 0;
        do {
            runHost(op.cpu, row, filled);
            ++calls;
            passed = cpuSeconds() - start;
        } while (passed < 0.05);
        best = std::min(best, passed / calls);
    }
    return best;
}

OpCase linearCase(DType type, uint32_t tokens, uint32_t cols, uint32_t rows)
{
    OpCase row;
    row.params = LinearParams{};
    row.in = {{Fill::Normal, DType::F32, tokens, cols}, {Fill::Weight, type, rows, cols}};
    row.out = {{Fill::Zero, DType::F32, tokens, rows}};
    return row;
}

void benchLinear()
{
    struct Shape {
        uint32_t tokens, cols, rows;
    };
    constexpr Shape kShapes[] = {
        {1, 576, 1536}, {1, 1536, 576}, {1, 576, 49152}, {64, 576, 1536}, {64, 1536, 576}};
    std::printf("linear, GFLOP per CPU-second\n%-8s", "tokens:");
    for (const Shape &s : kShapes)
        std::printf(" %4ux%ux%u", s.tokens, s.cols, s.rows);
    std::printf("\n");
    for (DType type : weightTypes()) {
        const DTypeInfo &info = dtypeInfo(type);
        std::printf("%-8s", info.name.data());
        for (Shape s : kShapes) {
            if (s.cols % info.blockElements != 0) // K formats: the nearest row that holds whole blocks
                s.cols = s.cols / info.blockElements * info.blockElements;
            const double flop = 2.0 * s.tokens * s.cols * s.rows;
            std::printf(" %12.2f",
                        flop / secondsPerCall(kLinearOp, linearCase(type, s.tokens, s.cols, s.rows)) / 1e9);
        }
        std::printf("\n");
        std::fflush(stdout);
    }
}

void benchAttention()
{
    std::printf("attention 9:3 heads of 64, ms of one layer\n");
    for (DType type : {DType::F32, DType::F16})
        for (auto [tokens, first] : {std::pair{1u, 511u}, {1u, 4095u}, {64u, 0u}, {512u, 0u}}) {
            AttentionParams params{9, 3, 64, 8192, first + tokens};
            params.scale = 0.125f;
            OpCase row;
            row.params = params;
            const CaseTensor state{Fill::Cache, type, first + tokens, 192};
            row.in = {{Fill::Normal, DType::F32, tokens, 576},
                      state,
                      state,
                      {Fill::Tokens, DType::I32, tokens, kTokenColumns, 1, first}};
            row.out = {{Fill::Zero, DType::F32, tokens, 576}};
            std::printf("%s %u tokens from %u: %.3f\n", dtypeInfo(type).name.data(), tokens, first,
                        secondsPerCall(kAttentionOp, row) * 1e3);
        }
}

/// The matrices of SmolLM2-135M (Q4_1, head Q8_0, each layer its own) in the fused form, with the head for
/// the last token only.
void benchStep(uint32_t tokens)
{
    const auto fused = [](DType type, uint32_t count, uint32_t cols, std::vector<uint32_t> rows,
                          uint32_t flags) {
        OpCase row;
        const LinearParams params{uint32_t(rows.size()), flags, 1e-5f};
        row.params = params;
        row.in = {{Fill::Normal, DType::F32, count, cols}};
        if (flags & kLinearNorm)
            row.in.push_back({Fill::Positive, DType::F32, 1, cols});
        for (uint32_t n : rows)
            row.in.push_back({Fill::Weight, type, n, cols});
        if (flags & kLinearResidual)
            row.in.push_back({Fill::Normal, DType::F32, count, rows[0]});
        rows.resize(LinearLayout(params).outputs);
        for (uint32_t n : rows)
            row.out.push_back({Fill::Zero, DType::F32, count, n});
        return row;
    };
    std::vector<OpCase> rows;
    for (int layer = 0; layer < 30; ++layer) {
        rows.push_back(fused(DType::Q4_1, tokens, 576, {576, 192, 192}, kLinearNorm));
        rows.push_back(fused(DType::Q4_1, tokens, 576, {576}, kLinearResidual));
        rows.push_back(fused(DType::Q4_1, tokens, 576, {1536, 1536}, kLinearNorm | kLinearGlu));
        rows.push_back(fused(DType::Q4_1, tokens, 1536, {576}, kLinearResidual));
    }
    rows.push_back(fused(DType::Q8_0, 1, 576, {49152}, kLinearNorm));
    std::vector<FilledCase> filled;
    for (const OpCase &row : rows)
        filled.push_back(fillCase(row, filled.size()));
    for (unsigned threads : {1u, 2u}) {
        ThreadPool pool(threads);
        double best = 1e30;
        for (int repeat = 0; repeat < 10; ++repeat) {
            const double start = cpuSeconds();
            for (size_t i = 0; i < rows.size(); ++i)
                runHost(kLinearOp.cpu, rows[i], filled[i], &pool);
            best = std::min(best, cpuSeconds() - start);
        }
        std::printf("default model's matrices, %u tokens, %u threads: %.1f tokens per CPU-second\n", tokens,
                    threads, tokens / best);
    }
}

} // namespace

int main()
{
    std::printf("kernels: %s\n", cpuKernels().name);
    benchLinear();
    benchAttention();
    benchStep(1);
    benchStep(64);
    return 0;
}
