// SPDX-License-Identifier: GPL-3.0-or-later
// What holds between ops, batches and CPU levels, bit for bit where it says so.
#include "core/ops/add/add.h"
#include "core/ops/attention/attention.h"
#include "core/ops/cache_write/cache_write.h"
#include "core/ops/case_runner.h"
#include "core/ops/cases.h"
#include "core/ops/cpu/kernels.h"
#include "core/ops/glu/glu.h"
#include "core/ops/linear_dx/linear_dx.h"
#include "core/ops/rms_norm/rms_norm.h"
#include "core/ops/rope_cache/rope_cache.h"
#include "core/tensor/codecs/codecs.h"

#include <QTest>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>

using namespace lathe;
using Rung = void (*)(const HostCall &);

namespace {

/// F32 (rows, cols) with its own memory.
struct Matrix {
    Matrix(uint32_t rows, uint32_t cols) : values(uint64_t(rows) * cols), view{DType::F32, rows, cols}
    {
        view.data = reinterpret_cast<std::byte *>(values.data());
    }
    Matrix(const Matrix &) = delete;
    std::vector<float> values;
    HostTensor view;
};

bool sameBytes(const HostTensor &a, const HostTensor &b)
{
    return a.rows == b.rows && a.cols == b.cols && a.type == b.type &&
           std::memcmp(a.data, b.data, a.rows * rowBytes(a.type, a.cols)) == 0;
}

void call(Rung rung, const ParamBlob &params, std::vector<HostTensor> in, std::vector<HostTensor> out)
{
    rung({params, in, out});
}

Rung rungOf(const OpDef &op, bool fast)
{
    return fast ? op.cpu : op.reference;
}

/// The unfused nodes of a linear case; its outputs into `out`.
void runUnfused(const OpCase &row, const FilledCase &filled, bool fast,
                std::vector<std::unique_ptr<Matrix>> &out)
{
    const auto params = row.params.as<LinearParams>();
    const LinearLayout at(params);
    const HostTensor x = filled.in[0];
    Matrix normed(x.rows, x.cols);
    const bool norm = params.flags & kLinearNorm;
    if (norm)
        call(rungOf(kRmsNormOp, fast), RmsNormParams{params.eps}, {x, filled.in[at.norm]}, {normed.view});
    for (uint32_t i = 0; i < params.count; ++i) {
        const HostTensor &w = filled.in[at.weight + i];
        out.push_back(std::make_unique<Matrix>(x.rows, w.rows));
        const HostTensor y = out.back()->view;
        call(rungOf(kLinearOp, fast), LinearParams{}, {norm ? normed.view : x, w}, {y});
        if (params.flags & kLinearBias)
            call(rungOf(kAddOp, fast), AddParams{1}, {y, filled.in[at.bias + i]}, {y});
    }
    const HostTensor first = out[0]->view;
    if (params.flags & kLinearResidual)
        call(rungOf(kAddOp, fast), AddParams{}, {first, filled.in[at.residual]}, {first});
    if (params.flags & kLinearGlu)
        call(rungOf(kGluOp, fast), GluParams{params.activation}, {first, out[1]->view}, {first});
}

std::vector<CpuLevel> levels()
{
    std::vector<CpuLevel> result{CpuLevel::Base};
    for (CpuLevel level : {CpuLevel::V3, CpuLevel::V4})
        if (level <= cpuLevel())
            result.push_back(level);
    return result;
}

} // namespace

class TestOpsProperties : public QObject
{
    Q_OBJECT

private slots:
    void fusedLinearIsItsNodes_data()
    {
        QTest::addColumn<bool>("fast");
        QTest::newRow("reference") << false;
        QTest::newRow("cpu") << true;
    }

    /// Bit for bit on both host rungs, over every row of linear's table that fuses something.
    void fusedLinearIsItsNodes()
    {
        QFETCH(bool, fast);
        int fused = 0;
        for (const OpCase &row : kLinearOp.cases()) {
            if (row.params.as<LinearParams>().flags == 0)
                continue;
            ++fused;
            const FilledCase filled = fillCase(row, 7);
            runHost(rungOf(kLinearOp, fast), row, filled);
            std::vector<std::unique_ptr<Matrix>> nodes;
            runUnfused(row, filled, fast, nodes);
            for (size_t i = 0; i < filled.out.size(); ++i)
                QVERIFY2(sameBytes(filled.out[i], nodes[i]->view), row.name.c_str());
        }
        QVERIFY(fused > 100);
    }

    void ropeCacheIsThreeNodes_data() { fusedLinearIsItsNodes_data(); }

    void ropeCacheIsThreeNodes()
    {
        QFETCH(bool, fast);
        for (const OpCase &row : kRopeCacheOp.cases()) {
            const auto params = row.params.as<RopeCacheParams>();
            const FilledCase fused = fillCase(row, 7), nodes = fillCase(row, 7);
            runHost(rungOf(kRopeCacheOp, fast), row, fused);
            Matrix keys(nodes.in[1].rows, nodes.in[1].cols);
            RopeParams keyRope = params.rope;
            keyRope.heads = params.kvHeads;
            const auto &in = nodes.in;
            call(rungOf(kRopeOp, fast), params.rope, {in[0], in[3]}, {nodes.out[0]});
            call(rungOf(kRopeOp, fast), keyRope, {in[1], in[3]}, {keys.view});
            call(rungOf(kCacheWriteOp, fast), CacheWriteParams{params.context}, {keys.view, in[2], in[4]},
                 {nodes.out[1], nodes.out[2]});
            for (size_t i = 0; i < 3; ++i)
                QVERIFY2(fused.out[i].rows == 0 || sameBytes(fused.out[i], nodes.out[i]), row.name.c_str());
        }
    }

    void batchIsSingle_data()
    {
        QTest::addColumn<QString>("type");
        for (DType type : weightTypes())
            QTest::newRow(dtypeInfo(type).name.data()) << QString::fromUtf8(dtypeInfo(type).name.data());
    }

    /// A token's row of `cpu` linear has the same bits alone and among 1 … 70 others.
    void batchIsSingle()
    {
        QFETCH(QString, type);
        const DType dtype = *dtypeFromName(type.toStdString());
        const uint32_t cols = dtypeInfo(dtype).blockElements == 256 ? 1280 : 1120; // over one column block
        OpCase row;
        row.params = LinearParams{};
        row.in = {cases::normal(71, cols), cases::weight(dtype, 45, cols)};
        row.out = {cases::output(71, 45)};
        const FilledCase batch = fillCase(row, 3);
        runHost(kLinearOp.cpu, row, batch);
        for (uint32_t tokens : {1u, 2u, 3u, 6u})
            for (uint32_t t = 0; t + tokens <= 71; t += 7) {
                HostTensor x = batch.in[0];
                x.data += uint64_t(t) * cols * sizeof(float);
                x.rows = tokens;
                Matrix y(tokens, 45);
                call(kLinearOp.cpu, row.params, {x, batch.in[1]}, {y.view});
                QVERIFY(std::memcmp(y.values.data(), batch.out[0].f32(t), y.values.size() * sizeof(float)) ==
                        0);
            }
    }

    /// The same for attention: a query alone, and in a step of 40 tokens.
    void attentionBatchIsSingle()
    {
        AttentionParams params{6, 2, 18, 64, 64, 30};
        params.scale = 0.25f;
        OpCase row;
        row.params = params;
        row.in = {cases::normal(40, 108), cases::cache(DType::F16, 64, 36), cases::cache(DType::F16, 64, 36),
                  cases::tokens(40, 20)};
        row.out = {cases::output(40, 108)};
        const FilledCase batch = fillCase(row, 3);
        runHost(kAttentionOp.cpu, row, batch);
        for (uint32_t t = 0; t < 40; ++t) {
            HostTensor q = batch.in[0], token = batch.in[3];
            q.data = reinterpret_cast<std::byte *>(q.f32(t));
            token.data = reinterpret_cast<std::byte *>(token.i32(t));
            q.rows = token.rows = 1;
            Matrix y(1, 108);
            call(kAttentionOp.cpu, row.params, {q, batch.in[1], batch.in[2], token}, {y.view});
            QVERIFY(std::memcmp(y.values.data(), batch.out[0].f32(t), 108 * sizeof(float)) == 0);
        }
    }

    void gradientIsCentralDifference_data() { batchIsSingle_data(); }

    /// f(x) = Σ dY ⊙ linear(x): df/dx_k = (f(x + h·e_k) − f(x − h·e_k)) / 2h. f is linear, so h may be large;
    /// with h = 1 the differences lose only the rounding of the outputs to float.
    void gradientIsCentralDifference()
    {
        QFETCH(QString, type);
        const DType dtype = *dtypeFromName(type.toStdString());
        const uint32_t cols = cases::weightColumns(dtype).front(), rows = 7;
        OpCase row;
        row.params = LinearDxParams{};
        row.in = {cases::normal(1, rows), cases::weight(dtype, rows, cols)};
        row.out = {cases::output(1, cols)};
        const FilledCase dx = fillCase(row, 5);
        runHost(kLinearDxOp.reference, row, dx);
        Matrix x(1, cols), y(1, rows), differences(1, cols);
        const auto objective = [&] {
            call(kLinearOp.reference, LinearParams{}, {x.view, dx.in[1]}, {y.view});
            double sum = 0;
            for (uint32_t n = 0; n < rows; ++n)
                sum += double(dx.in[0].f32()[n]) * y.values[n];
            return sum;
        };
        for (uint32_t k = 0; k < cols; ++k) {
            x.values[k] = 1;
            const double above = objective();
            x.values[k] = -1;
            const double below = objective();
            x.values[k] = 0;
            differences.values[k] = float((above - below) / 2);
        }
        QVERIFY(compare(dx.out[0], differences.view) <= 1e-13);
    }

    /// Decoders give the same bits on every level, kernels the same values to rounding.
    void levelsAgree()
    {
        using Member = codecs::Decode codecs::Decoders::*;
        using D = codecs::Decoders;
        const std::pair<DType, Member> members[] = {{DType::F16, &D::F16},
                                                    {DType::BF16, &D::BF16},
                                                    {DType::Q4_0, &D::Q4_0},
                                                    {DType::Q4_1, &D::Q4_1},
                                                    {DType::Q5_0, &D::Q5_0},
                                                    {DType::Q5_1, &D::Q5_1},
                                                    {DType::Q8_0, &D::Q8_0},
                                                    {DType::Q2_K, &D::Q2_K},
                                                    {DType::Q3_K, &D::Q3_K},
                                                    {DType::Q4_K, &D::Q4_K},
                                                    {DType::Q5_K, &D::Q5_K},
                                                    {DType::Q6_K, &D::Q6_K},
                                                    {DType::F32, &D::F32},
                                                    {DType::IQ4_NL, &D::IQ4_NL},
                                                    {DType::IQ4_XS, &D::IQ4_XS},
                                                    {DType::NF4, &D::NF4},
                                                    {DType::NF4_SPLIT, &D::NF4_SPLIT},
                                                    {DType::FP4, &D::FP4},
                                                    {DType::FP4_SPLIT, &D::FP4_SPLIT},
                                                    {DType::AFFINE4, &D::AFFINE4},
                                                    {DType::AFFINE4_ZERO, &D::AFFINE4_ZERO},
                                                    {DType::AFFINE8, &D::AFFINE8},
                                                    {DType::AFFINE8_ZERO, &D::AFFINE8_ZERO}};
        for (const auto &[type, member] : members) {
            OpCase row;
            row.in = {cases::weight(type, 3, 1280)};
            const FilledCase filled = fillCase(row, 11);
            const size_t blocks = 3 * 1280 / dtypeInfo(type).blockElements;
            std::vector<float> base(3 * 1280), other(3 * 1280);
            (codecs::decoders(CpuLevel::Base).*member)(filled.in[0].data, base.data(), blocks);
            for (CpuLevel level : levels()) {
                (codecs::decoders(level).*member)(filled.in[0].data, other.data(), blocks);
                QVERIFY2(base == other, dtypeInfo(type).name.data());
            }
        }
    }

    void kernelsOfLevelsAgree()
    {
        OpCase row;
        row.in = {cases::normal(13, 80), cases::normal(7, 80)};
        const FilledCase filled = fillCase(row, 11);
        Matrix expected(13, 7), exponentials(1, 77), gates(1, 77);
        call(kLinearOp.reference, LinearParams{}, {filled.in[1], filled.in[0]},
             {HostTensor{DType::F32, 7, 13, expected.view.data}});
        for (uint32_t i = 0; i < 77; ++i) {
            exponentials.values[i] = std::exp(filled.in[0].f32()[i] - 1);
            gates.values[i] = activate(Activation::Silu, filled.in[0].f32()[i]) * filled.in[1].f32()[i];
        }
        for (CpuLevel level : levels()) {
            const CpuKernels &kernels = cpuKernels(level);
            std::vector<float> sums(13 * 7 * kernels.lanes);
            Matrix products(13, 7), transposed(13, 7), e(1, 77), g(1, 77);
            kernels.dotTile(filled.in[0].f32(), 80, 13, filled.in[1].f32(), 80, 7, 80, sums.data());
            kernels.sumLanes(sums.data(), 13 * 7, products.values.data());
            for (uint32_t r = 0; r < 13; ++r)
                for (uint32_t t = 0; t < 7; ++t)
                    transposed.values[t * 13 + r] = products.values[r * 7 + t];
            QVERIFY2(compare(transposed.view, expected.view) <= 1e-12, kernels.name);
            const float total = kernels.expSum(filled.in[0].f32(), 1, 1, e.values.data(), 77);
            QVERIFY2(compare(e.view, exponentials.view) <= 1e-13, kernels.name);
            QVERIFY(std::abs(total / std::accumulate(e.values.begin(), e.values.end(), 0.0) - 1) < 1e-6);
            kernels.gateSilu(filled.in[0].f32(), filled.in[1].f32(), g.values.data(), 77);
            QVERIFY2(compare(g.view, gates.view) <= 1e-13, kernels.name);
        }
    }

    /// What must pass through: a NaN in an input shows in the output (contract: it stops the work with a
    /// name).
    void notANumberIsKept()
    {
        for (bool fast : {false, true}) {
            Matrix x(1, 33), g(1, 33), y(1, 33);
            std::fill(g.values.begin(), g.values.end(), 1.0f);
            x.values[20] = std::numeric_limits<float>::quiet_NaN();
            call(rungOf(kRmsNormOp, fast), RmsNormParams{}, {x.view, g.view}, {y.view});
            QVERIFY(std::isnan(y.values[0]));
            call(rungOf(kGluOp, fast), GluParams{}, {x.view, g.view}, {y.view});
            QVERIFY(std::isnan(y.values[20]) && !std::isnan(y.values[19]));
            Matrix w(2, 33), z(1, 2);
            call(rungOf(kLinearOp, fast), LinearParams{}, {x.view, w.view}, {z.view});
            QVERIFY(std::isnan(z.values[0]) && std::isnan(z.values[1]));
        }
    }

    /// SiLU and GELU far out: no overflow of the exponential, x³ or 0 · ∞.
    void gatesOfLargeNumbers_data()
    {
        QTest::addColumn<float>("x");
        for (float x : {88.0f, 1e4f, 1e13f, 1e30f})
            QTest::newRow(qPrintable(QString::number(double(x)))) << x;
    }

    void gatesOfLargeNumbers()
    {
        QFETCH(float, x);
        for (Activation activation : {Activation::Silu, Activation::GeluTanh})
            for (bool fast : {false, true}) {
                Matrix in(1, 2), up(1, 2), y(1, 2);
                in.values = {x, -x};
                up.values = {1, 1};
                call(rungOf(kGluOp, fast), GluParams{activation}, {in.view, up.view}, {y.view});
                QCOMPARE(y.values[0], x);
                QVERIFY(std::abs(y.values[1]) <= 1e-7f * x);
            }
    }

    void comparisonSeesDifferences()
    {
        Matrix a(1, 4), b(1, 4);
        a.values = b.values = {1, 2, 3, 4};
        QCOMPARE(compare(a.view, b.view), 0.0);
        a.values[3] = 4.5f;
        QCOMPARE(compare(a.view, b.view), 0.25 / 30);
        a.values[3] = std::numeric_limits<float>::quiet_NaN();
        QVERIFY(std::isinf(compare(a.view, b.view)));
        a.view.type = b.view.type = DType::I32;
        QVERIFY(std::isinf(compare(a.view, b.view)));
    }
};

QTEST_APPLESS_MAIN(TestOpsProperties)
#include "tst_ops_properties.moc"
