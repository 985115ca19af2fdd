// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/op_runner.h"
#include "core/ops/cases.h"
#include "core/ops/embed/embed.h"
#include "core/ops/expert_linear/expert_linear.h"
#include "core/ops/linear/linear.h"
#include "core/ops/linear_dx/linear_dx.h"
#include "core/tensor/device_layout.h"
#include "tests/core/gpu/gpu_fixture.h"

using namespace lathe;
using namespace lathe::cases;

namespace {

constexpr uint64_t kBindingBytes = 8192; // holds every activation of the cases, and no weight

uint32_t columnsOf(DType type)
{
    const uint32_t block = dtypeInfo(type).blockElements;
    return block == 1 ? 72 : block == 32 ? 96 : block;
}

/// Rows that fill one slice, and 13 more.
uint32_t rowsOf(DType type)
{
    const uint64_t groupBytes = deviceLayout(type).packedBytes(kLayoutRows, columnsOf(type));
    return uint32_t(kBindingBytes / groupBytes) * kLayoutRows + 13;
}

OpCase matVec(DType type, uint32_t tokens)
{
    const uint32_t rows = rowsOf(type), cols = columnsOf(type);
    return {"",
            LinearParams{1, 0},
            {normal(tokens, cols), weight(type, rows, cols)},
            {output(tokens, rows)},
            sumBound(cols)};
}

OpCase inputGradient(DType type, uint32_t tokens)
{
    const uint32_t rows = rowsOf(type), cols = columnsOf(type);
    return {"",
            LinearDxParams{},
            {normal(tokens, rows), weight(type, rows, cols)},
            {output(tokens, cols)},
            sumBound(rows)};
}

OpCase rowGather(DType type, uint32_t tokens)
{
    const uint32_t rows = rowsOf(type), cols = columnsOf(type);
    return {
        "", EmbedParams{1}, {weight(type, rows, cols), index(tokens, rows)}, {output(tokens, cols)}, 1e-12};
}

/// Five experts, one of which lies in both slices.
OpCase expertLinear(DType type, uint32_t tokens)
{
    const uint32_t rows = (rowsOf(type) + 4) / 5, cols = columnsOf(type);
    return {"",
            ExpertLinearParams{5, 4, 0},
            {normal(tokens, cols), weight(type, 5 * rows, cols), routes(tokens, 4, 5)},
            {output(tokens, 4 * rows)},
            sumBound(cols)};
}

struct Use {
    const char *name;
    const char *op;
    OpCase (*make)(DType, uint32_t tokens);
};
constexpr Use kUses[] = {{"linear", "linear", matVec},
                         {"input gradient", "linear_dx", inputGradient},
                         {"row gather", "embed", rowGather},
                         {"experts", "expert_linear", expertLinear}};

} // namespace

/// Each use of each weight format with the weight in two slices, as on a device whose bindings are small.
class TestFormatSlices : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_whole = m_fixture.open();
        gpu::Device::Options options;
        options.maxBindingBytes = kBindingBytes;
        m_sliced = m_fixture.open(options);
        QVERIFY2(m_whole && m_sliced, "no Vulkan device: install mesa-vulkan-drivers");
    }

    void cleanupTestCase()
    {
        m_whole.reset();
        m_sliced.reset();
    }

    void matchesReference_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<int>("use");
        QTest::addColumn<uint32_t>("tokens");
        for (const DType type : weightTypes())
            for (size_t use = 0; use < std::size(kUses); ++use)
                for (const uint32_t tokens : {1u, 8u})
                    QTest::addRow("%s: %s of %u", kUses[use].name, dtypeInfo(type).name.data(), tokens)
                        << int(type) << int(use) << tokens;
    }

    void matchesReference()
    {
        QFETCH(int, type);
        QFETCH(int, use);
        QFETCH(uint32_t, tokens);
        const OpDef &op = *findOp(kUses[use].op);
        const OpCase row = kUses[use].make(DType(type), tokens);
        const uint64_t whole = dispatchesOf(*m_whole, op, row);
        const uint64_t sliced = dispatchesOf(*m_sliced, op, row);
        QVERIFY2(whole > 0 && sliced > whole,
                 qPrintable(QString("%1 dispatches in slices, %2 whole").arg(sliced).arg(whole)));
        VERIFY_SILENT(m_fixture);
    }

private:
    /// Dispatches that the case took; 0 if it failed or missed its bound.
    static uint64_t dispatchesOf(gpu::Device &device, const OpDef &op, const OpCase &row)
    {
        const uint64_t before = device.counters().dispatchesRecorded;
        std::set<std::string> used;
        const Result<double> error = caseErrorOnDevice(device, op, row, 11, {}, used);
        if (!error)
            qWarning("%s", error.error().message().c_str());
        else if (!(*error <= row.bound))
            qWarning("NMSE %g, bound %g", *error, row.bound);
        else
            return device.counters().dispatchesRecorded - before;
        return 0;
    }

    gpu::ValidatedDevice m_fixture;
    std::shared_ptr<gpu::Device> m_whole, m_sliced;
};

QTEST_GUILESS_MAIN(TestFormatSlices)
#include "tst_format_slices.moc"
