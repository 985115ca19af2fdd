// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gpu/allocator.h"
#include "core/gpu/hazards.h"

#include <QTest>

using namespace lathe::gpu;

class TestGpuHazards : public QObject
{
    Q_OBJECT

private slots:
    void conflicts_data()
    {
        QTest::addColumn<bool>("firstWrites");
        QTest::addColumn<bool>("secondWrites");
        QTest::addColumn<int>("block");
        QTest::addColumn<int>("begin"); // the first use is block 1, bytes 256…512
        QTest::addColumn<int>("end");
        QTest::addColumn<bool>("expected");

        QTest::newRow("read after write") << true << false << 1 << 256 << 512 << true;
        QTest::newRow("write after read") << false << true << 1 << 256 << 512 << true;
        QTest::newRow("write after write") << true << true << 1 << 256 << 512 << true;
        QTest::newRow("read after read") << false << false << 1 << 256 << 512 << false;
        QTest::newRow("last byte") << true << false << 1 << 511 << 600 << true;
        QTest::newRow("first byte") << true << false << 1 << 0 << 257 << true;
        QTest::newRow("around") << true << false << 1 << 0 << 1024 << true;
        QTest::newRow("inside") << true << false << 1 << 300 << 301 << true;
        QTest::newRow("just before") << true << true << 1 << 0 << 256 << false;
        QTest::newRow("just behind") << true << true << 1 << 512 << 1024 << false;
        QTest::newRow("another block") << true << true << 2 << 256 << 512 << false;
    }

    void conflicts()
    {
        QFETCH(bool, firstWrites);
        QFETCH(bool, secondWrites);
        QFETCH(int, block);
        QFETCH(int, begin);
        QFETCH(int, end);
        QFETCH(bool, expected);
        HazardTracker tracker;
        const std::vector<RangeUse> first{{1, 256, 512, !firstWrites, firstWrites}};
        const std::vector<RangeUse> second{
            {uint64_t(block), uint64_t(begin), uint64_t(end), !secondWrites, secondWrites}};
        QVERIFY(!tracker.conflicts(first));
        tracker.add(first);
        QCOMPARE(tracker.conflicts(second), expected);
        tracker.clear();
        QVERIFY(!tracker.conflicts(second));
    }

    void freeRangesJoinAgain()
    {
        FreeRanges ranges(4096);
        const auto a = ranges.take(1024);
        const auto b = ranges.take(1024);
        const auto c = ranges.take(2048);
        QVERIFY(a && b && c);
        QVERIFY(!ranges.take(256));
        ranges.giveBack(*a, 1024);
        ranges.giveBack(*c, 2048);
        QVERIFY(!ranges.take(2304)); // two gaps
        QVERIFY(!ranges.allFree());
        ranges.giveBack(*b, 1024);
        QVERIFY(ranges.allFree());
        QCOMPARE(ranges.take(4096), std::optional<uint64_t>(0));
    }

    void bestFitKeepsTheLargeGap()
    {
        FreeRanges ranges(4096);
        const auto small = ranges.take(512);
        const auto wall = ranges.take(256);
        QVERIFY(small && wall);
        ranges.giveBack(*small, 512);
        QCOMPARE(ranges.take(512), small);
        QCOMPARE(ranges.take(3328), std::optional<uint64_t>(768));
    }
};

QTEST_GUILESS_MAIN(TestGpuHazards)
#include "tst_gpu_hazards.moc"
