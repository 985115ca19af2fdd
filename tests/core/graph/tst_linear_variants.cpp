// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/op_runner.h"
#include "core/ops/cases.h"
#include "core/ops/linear/linear.h"
#include "tests/core/gpu/gpu_fixture.h"

using namespace lathe;

namespace {

constexpr const char *kVariants[] = {"linear", "linear_lanes", "linear_split", "linear_tiled"};

/// All variants but one, of all weight types, as if the self-test had found them wrong.
DisabledKernels allBut(const QString &variant)
{
    DisabledKernels disabled;
    for (const char *other : kVariants)
        for (const DType type : weightTypes())
            if (variant != other)
                disabled.insert(std::string(other) + "." + std::string(dtypeInfo(type).name));
    return disabled;
}

/// Rows that the choice of lanes and tiles depends on: every format with 1, 5, 8 and 33 rows of x, every flag
/// on one format, odd columns, long rows of W, more rows of x than a tile.
bool isWanted(const OpCase &row)
{
    const auto params = row.params.as<LinearParams>();
    const DType type = row.in[LinearLayout(params).weight].type;
    if (params.flags != 0 || params.count > 1)
        return type == DType::Q4_1 && row.in[0].cols == 96;
    const bool odd = row.in[0].cols % 2 == 1, manyTokens = row.in[0].rows > 64;
    const bool longRows = row.in[0].cols > 576 && type == DType::Q4_0;
    return row.selfTest || row.in[0].rows == 5 || odd || manyTokens || longRows;
}

bool isQuantized(const OpCase &row)
{
    return dtypeInfo(row.in[LinearLayout(row.params.as<LinearParams>()).weight].type).blockElements > 1;
}

} // namespace

/// The variants of the linear kernel that a software driver does not prefer, against the reference, under
/// validation.
class TestLinearVariants : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_device = m_fixture.open();
        QVERIFY2(m_device, "no Vulkan device: install mesa-vulkan-drivers");
    }

    void cleanupTestCase() { m_device.reset(); }

    void matchesReference_data()
    {
        QTest::addColumn<QString>("variant");
        QTest::addColumn<int>("row");
        const std::vector<OpCase> rows = kLinearOp.cases();
        // What the device prefers runs all rows in tst_ops_vulkan: linear_lanes or, for floats, linear.
        for (const char *variant : {"linear", "linear_split", "linear_tiled"})
            for (size_t i = 0; i < rows.size(); ++i)
                if (isWanted(rows[i]) && (variant != std::string_view("linear") || isQuantized(rows[i])))
                    QTest::addRow("%s: %s", variant, rows[i].name.c_str()) << QString(variant) << int(i);
    }

    void matchesReference()
    {
        QFETCH(QString, variant);
        QFETCH(int, row);
        const OpCase testCase = kLinearOp.cases()[size_t(row)];
        std::set<std::string> used;
        const Result<double> error =
            caseErrorOnDevice(*m_device, kLinearOp, testCase, 5, allBut(variant), used);
        VERIFY_RESULT(error);
        QVERIFY2(*error <= testCase.bound,
                 qPrintable(QString("NMSE %1, bound %2").arg(*error).arg(testCase.bound)));
        const DType type = testCase.in[LinearLayout(testCase.params.as<LinearParams>()).weight].type;
        QCOMPARE(used,
                 std::set<std::string>{variant.toStdString() + "." + std::string(dtypeInfo(type).name)});
        VERIFY_SILENT(m_fixture);
    }

    void tierMatchesReference_data()
    {
        QTest::addColumn<int>("tier");
        QTest::addColumn<int>("row");
        const std::vector<OpCase> rows = kLinearOp.cases();
        for (int tier = 0; tier < 2; ++tier)
            for (size_t i = 0; i < rows.size(); ++i)
                if (isWanted(rows[i]) && rows[i].tierBounds[size_t(tier)] > 0)
                    QTest::addRow("%s: %s", tier ? "dot" : "fp16", rows[i].name.c_str()) << tier << int(i);
    }

    void tierMatchesReference()
    {
        QFETCH(int, tier);
        QFETCH(int, row);
        const OpCase testCase = kLinearOp.cases()[size_t(row)];
        const double bound = testCase.tierBounds[size_t(tier)];
        std::set<std::string> used;
        const Result<double> error = caseErrorOnDevice(*m_device, kLinearOp, testCase, 5, {}, used,
                                                       tier ? MathTier::Dot : MathTier::Fp16);
        VERIFY_RESULT(error);
        QVERIFY2(*error <= bound, qPrintable(QString("NMSE %1, bound %2").arg(*error).arg(bound)));
        QCOMPARE(used.size(), size_t(1));
        const gpu::Features &features = m_device->features();
        const bool hasTier = tier ? features.integerDot : features.fp16;
        QCOMPARE(used.begin()->ends_with(tier ? ".DOT" : ".FP16"), hasTier);
        QVERIFY2(*error > 1e-11 || !hasTier,
                 qPrintable(QString::number(*error))); // the tier's arithmetic ran
        VERIFY_SILENT(m_fixture);
    }

    /// Where the device lacks the tier, or the self-test switched its kernel off, or there is none: fp32.
    void missingTierIsFp32()
    {
        gpu::Device::Options options;
        options.fp16 = options.integerDot = options.subgroups = false;
        auto plain = m_fixture.open(options);
        const gpu::Features &features = m_device->features();
        const bool inLanes =
            features.subgroupShuffle && features.minSubgroup == 8 && features.maxSubgroup == 8;
        const OpCase *wanted = nullptr;
        const std::vector<OpCase> rows = kLinearOp.cases();
        for (const OpCase &row : rows)
            if (row.name == "Q4_1 33x576x72")
                wanted = &row;
        QVERIFY(wanted);
        for (const MathTier tier : {MathTier::Fp16, MathTier::Dot}) {
            const DisabledKernels disabled{tier == MathTier::Fp16 ? "linear_tiled.Q4_1.FP16"
                                                                  : "linear_tiled.Q4_1.DOT"};
            std::set<std::string> used;
            VERIFY_RESULT(caseErrorOnDevice(*m_device, kLinearOp, *wanted, 5, disabled, used, tier));
            QCOMPARE(used, std::set<std::string>{inLanes ? "linear_lanes.Q4_1" : "linear.Q4_1"});
            used.clear();
            VERIFY_RESULT(caseErrorOnDevice(*plain, kLinearOp, *wanted, 5, {}, used, tier));
            QCOMPARE(used, std::set<std::string>{"linear.Q4_1"});
        }
    }

private:
    gpu::ValidatedDevice m_fixture;
    std::shared_ptr<gpu::Device> m_device;
};

QTEST_GUILESS_MAIN(TestLinearVariants)
#include "tst_linear_variants.moc"
