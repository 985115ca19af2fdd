// SPDX-License-Identifier: GPL-3.0-or-later
// The op table: `cpu` against `reference` over every row, and the same bits with any number of threads.
#include "core/ops/case_runner.h"

#include <QTest>

using namespace lathe;

namespace {

constexpr uint64_t kSeed = 20261123;

bool sameBytes(const HostTensor &a, const HostTensor &b)
{
    const uint64_t bytes = a.rows * rowBytes(a.type, a.cols);
    return bytes == 0 || std::memcmp(a.data, b.data, bytes) == 0;
}

/// A failure's row, or an empty text.
QString checkRow(const OpDef &op, const OpCase &row)
{
    const FilledCase expected = fillCase(row, kSeed), single = fillCase(row, kSeed);
    runHost(op.reference, row, expected);
    runHost(op.cpu, row, single);
    for (size_t i = 0; i < expected.out.size(); ++i) {
        const double nmse = compare(single.out[i], expected.out[i]);
        if (!(nmse <= row.bound))
            return QString("%1: output %2: NMSE %3 over %4")
                .arg(row.name.c_str())
                .arg(i)
                .arg(nmse)
                .arg(row.bound);
    }
    for (unsigned threads : {1u, 2u, 3u}) {
        ThreadPool pool(threads);
        const FilledCase threaded = fillCase(row, kSeed);
        runHost(op.cpu, row, threaded, &pool);
        for (size_t i = 0; i < expected.out.size(); ++i)
            if (!sameBytes(threaded.out[i], single.out[i]))
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
