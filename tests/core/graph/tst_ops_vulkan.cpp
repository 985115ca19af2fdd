// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/op_runner.h"
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
        QVERIFY2(m_device, "no Vulkan device: install mesa-vulkan-drivers");
    }

    void cleanupTestCase() { m_device.reset(); }

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

    void matchesReference()
    {
        QFETCH(QString, op);
        QFETCH(int, row);
        const OpDef *def = findOp(op.toStdString());
        const OpCase testCase = def->cases()[size_t(row)];
        std::set<std::string> used;
        const Result<double> error = caseErrorOnDevice(*m_device, *def, testCase, 7, {}, used);
        QVERIFY2(error, error ? "" : error.error().message().c_str());
        QVERIFY2(*error <= testCase.bound,
                 qPrintable(QString("NMSE %1, bound %2").arg(*error).arg(testCase.bound)));
        const auto messages = m_fixture.takeMessages();
        QVERIFY2(messages.empty(), messages.empty() ? "" : messages.front().c_str());
    }

private:
    gpu::ValidatedDevice m_fixture;
    std::shared_ptr<gpu::Device> m_device;
};

QTEST_GUILESS_MAIN(TestOpsVulkan)
#include "tst_ops_vulkan.moc"
