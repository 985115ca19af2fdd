// SPDX-License-Identifier: GPL-3.0-or-later
// The op table: `cpu` against `reference` over every row, and the same bits with any number of threads.
#include "core/ops/case_runner.h"

#include <QTest>

using namespace lathe;

namespace {

constexpr uint64_t kSeed = 20261123;

using Outputs = std::vector<std::vector<std::byte>>;

/// What a rung leaves in the outputs, from the same start.
Outputs run(void (*rung)(const HostCall &), const OpCase &row, FilledCase &filled, ThreadPool *pool = nullptr)
{
    const Outputs start(filled.buffers.end() - ptrdiff_t(row.out.size()), filled.buffers.end());
    runHost(rung, row, filled, pool);
    Outputs result;
    for (size_t i = 0; i < start.size(); ++i) {
        std::vector<std::byte> &buffer = filled.buffers[row.in.size() + i];
        result.push_back(buffer);
        std::copy(start[i].begin(), start[i].end(), buffer.begin());
    }
    return result;
}

/// What is wrong with a row, or an empty text.
QString checkRow(const OpDef &op, const OpCase &row)
{
    FilledCase filled = fillCase(row, kSeed);
    Outputs expected = run(op.reference, row, filled), single = run(op.cpu, row, filled);
    for (size_t i = 0; i < expected.size(); ++i) {
        HostTensor a = filled.out[i], b = a;
        a.data = single[i].data();
        b.data = expected[i].data();
        const double nmse = compare(a, b);
        if (!(nmse <= row.bound))
            return QString("%1: output %2: NMSE %3 over %4")
                .arg(row.name.c_str())
                .arg(i)
                .arg(nmse)
                .arg(row.bound);
    }
    for (unsigned threads : {1u, 2u, 3u}) {
        ThreadPool pool(threads);
        if (run(op.cpu, row, filled, &pool) != single)
            return QString("%1: other bits with %2 threads").arg(row.name.c_str()).arg(threads);
    }
    return {};
}

} // namespace

class TestOpsCases : public QObject
{
    Q_OBJECT

private slots:
    void cpuEqualsReference_data()
    {
        QTest::addColumn<QString>("op");
        for (const OpDef *op : allOps())
            QTest::newRow(op->name.data()) << QString::fromUtf8(op->name.data());
    }

    void cpuEqualsReference()
    {
        QFETCH(QString, op);
        const OpDef *def = findOp(op.toStdString());
        QVERIFY(def);
        QStringList faults;
        for (const OpCase &row : def->cases()) {
            const QString fault = checkRow(*def, row);
            if (!fault.isEmpty())
                faults += fault;
        }
        QVERIFY2(faults.isEmpty(), qPrintable(faults.join('\n')));
    }
};

QTEST_APPLESS_MAIN(TestOpsCases)
#include "tst_ops_cases.moc"
