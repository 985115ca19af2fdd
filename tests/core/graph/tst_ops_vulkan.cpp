// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/op_runner.h"
#include "core/ops/attention/attention.h"
#include "core/ops/cases.h"
#include "tests/core/gpu/gpu_fixture.h"

using namespace lathe;

/// Every row of the op table on the first Vulkan device, against the reference, under validation.
class TestOpsVulkan : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_device = m_fixture.open();
        gpu::Device::Options options;
        options.asGpu = true;
        m_asGpu = m_fixture.open(options);
        QVERIFY2(m_device && m_asGpu, "no Vulkan device: install mesa-vulkan-drivers");
    }

    void cleanupTestCase()
    {
        m_device.reset();
        m_asGpu.reset();
    }

    void matchesReference_data()
    {
        QTest::addColumn<QString>("op");
        QTest::addColumn<int>("row");
        for (const OpDef *op : allOps()) {
            const std::vector<OpCase> rows = op->cases();
            for (size_t i = 0; i < rows.size(); ++i) {
                const QString name = QString::fromUtf8(op->name.data(), qsizetype(op->name.size()));
                QTest::addRow("%s: %s", qPrintable(name), rows[i].name.c_str()) << name << int(i);
            }
        }
    }

    void matchesReference() { check(*m_device); }

    /// The lanes and shared sums of a GPU; the linear kernels have a test of their own.
    void matchesReferenceAsGpu_data()
    {
        QTest::addColumn<QString>("op");
        QTest::addColumn<int>("row");
        for (const OpDef *op : allOps()) {
            const std::vector<OpCase> rows = op->cases();
            for (size_t i = 0; i < rows.size() && op->name != "linear"; ++i) {
                const QString name = QString::fromUtf8(op->name.data(), qsizetype(op->name.size()));
                if (rows[i].selfTest)
                    QTest::addRow("%s: %s", qPrintable(name), rows[i].name.c_str()) << name << int(i);
            }
        }
    }
    void matchesReferenceAsGpu() { check(*m_asGpu); }

    /// With scratch for the parts of only two queries, five take three dispatches and their merges.
    void attentionTakesTurnsInSmallScratch()
    {
        const OpCase testCase = longAttention();
        const uint64_t whole = kAttentionOp.scratchBytes(*m_device, testCase.params, 5);
        QVERIFY(whole > 0 && whole % 5 == 0);
        FilledCase expected = fillCase(testCase, 3);
        runHost(kAttentionOp.reference, testCase, expected);
        for (const uint64_t rows : {5u, 2u}) {
            FilledCase actual = fillCase(testCase, 3);
            std::set<std::string> used;
            const uint64_t before = m_device->counters().dispatchesRecorded;
            VERIFY_RESULT(runCaseOnDevice(*m_device, kAttentionOp, testCase, actual, {}, used, MathTier::Fp32,
                                          whole / 5 * rows));
            QVERIFY(compare(actual.out[0], expected.out[0]) <= testCase.bound);
            QCOMPARE(m_device->counters().dispatchesRecorded - before, uint64_t(rows == 5 ? 2 : 6));
            VERIFY_SILENT(m_fixture);
        }
    }

    /// The parts of a prompt over 131,072 tokens of context stay below 16 MiB; a short context needs none.
    void attentionScratchIsBounded()
    {
        const AttentionParams huge{32, 8, 128, 131072, 256};
        QVERIFY(kAttentionOp.scratchBytes(*m_device, huge, 64) <= uint64_t(16) << 20);
        QCOMPARE(kAttentionOp.scratchBytes(*m_device, AttentionParams{9, 3, 64, 256, 256}, 64), uint64_t(0));
    }

private:
    void check(gpu::Device &device)
    {
        QFETCH(QString, op);
        QFETCH(int, row);
        const OpDef *def = findOp(op.toStdString());
        const OpCase testCase = def->cases()[size_t(row)];
        std::set<std::string> used;
        const Result<double> error = caseErrorOnDevice(device, *def, testCase, 7, {}, used);
        QVERIFY2(error, error ? "" : error.error().message().c_str());
        QVERIFY2(*error <= testCase.bound,
                 qPrintable(QString("NMSE %1, bound %2").arg(*error).arg(testCase.bound)));
        const auto messages = m_fixture.takeMessages();
        QVERIFY2(messages.empty(), messages.empty() ? "" : messages.front().c_str());
    }

    /// Five queries over 7,000 keys.
    static OpCase longAttention()
    {
        constexpr uint32_t kFirst = 6995, kContext = 7000;
        OpCase row;
        AttentionParams params{4, 2, 32, kContext, kContext};
        params.scale = 0.25f;
        row.params = params;
        row.in = {cases::normal(5, 128), cases::cache(DType::F32, kContext, 64),
                  cases::cache(DType::F32, kContext, 64), cases::tokens(5, kFirst)};
        row.out = {cases::output(5, 128)};
        row.bound = cases::attentionBound(kContext, 32);
        return row;
    }

    gpu::ValidatedDevice m_fixture;
    std::shared_ptr<gpu::Device> m_device, m_asGpu;
};

QTEST_GUILESS_MAIN(TestOpsVulkan)
#include "tst_ops_vulkan.moc"
