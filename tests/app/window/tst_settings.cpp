// SPDX-License-Identifier: GPL-3.0-or-later
// What the user chose is kept, announced once, and can be reset.
#include "app/desktop/pages/start/recent_table.h"
#include "app/desktop/settings/settings.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QtTest>

using namespace lathe::desktop;

class TestSettings : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QStandardPaths::setTestModeEnabled(true); }
    void init();
    void standardValues();
    void valuesAreKept();
    void announcesChangesOnly();
    void resetKeepsTheRecentList();
    void recentListIsOrderedAndShort();
    void recentTable();
    void daysRead_data();
    void daysRead();
};

void TestSettings::init()
{
    Settings settings;
    settings.reset();
    for (const RecentModel &model : settings.recent())
        settings.removeRecent(model.path);
}

void TestSettings::standardValues()
{
    const Settings settings;
    QCOMPARE(settings.theme(), "system");
    QCOMPARE(settings.zoom(), 100);
    QCOMPARE(settings.device(), "auto");
    QCOMPARE(settings.kv(), "F32");
    QCOMPARE(settings.threads(), 0);
    QVERIFY(!settings.askOpen());
}

void TestSettings::valuesAreKept()
{
    {
        Settings settings;
        settings.setTheme("dark");
        settings.setZoom(150);
        settings.setDevice("vulkan:0");
        settings.setKv("F16");
        settings.setAskOpen(true);
        settings.setLayout("chat", "bytes");
    }
    const Settings settings;
    QCOMPARE(settings.theme(), "dark");
    QCOMPARE(settings.zoom(), 150);
    QCOMPARE(settings.device(), "vulkan:0");
    QCOMPARE(settings.kv(), "F16");
    QVERIFY(settings.askOpen());
    QCOMPARE(settings.layout("chat"), "bytes");
}

void TestSettings::announcesChangesOnly()
{
    Settings settings;
    QSignalSpy changed(&settings, &Settings::themeChanged);
    settings.setTheme("dark");
    settings.setTheme("dark");
    QCOMPARE(changed.count(), 1);
}

void TestSettings::resetKeepsTheRecentList()
{
    Settings settings;
    settings.setZoom(150);
    settings.addRecent({"/a.gguf", "A", 5, QDateTime::currentDateTime()});
    settings.reset();
    QCOMPARE(settings.zoom(), 100);
    QCOMPARE(settings.recent().size(), 1);
}

void TestSettings::recentListIsOrderedAndShort()
{
    Settings settings;
    const QDateTime now = QDateTime::currentDateTime();
    for (int i = 0; i < Settings::kRecentLimit + 3; ++i)
        settings.addRecent({QStringLiteral("/%1.gguf").arg(i), QString::number(i), quint64(i), now});
    QCOMPARE(settings.recent().size(), Settings::kRecentLimit);
    settings.addRecent({"/5.gguf", "5", 5, now});
    QCOMPARE(settings.recent().first().path, "/5.gguf");
    QCOMPARE(settings.recent().size(), Settings::kRecentLimit);
    settings.removeRecent("/5.gguf");
    QCOMPARE(settings.recent().size(), Settings::kRecentLimit - 1);
    QCOMPARE(Settings().recent().size(), Settings::kRecentLimit - 1);
}

void TestSettings::recentTable()
{
    Settings settings;
    RecentTable table(&settings);
    const QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(table.rowCount(), 0);
    settings.addRecent({"/a.gguf", "SmolLM2", 98'362'432, QDateTime::currentDateTime()});
    QCOMPARE(table.rowCount(), 1);
    QCOMPARE(table.pathAt(0), "/a.gguf");
    QCOMPARE(table.index(0, RecentTable::Name).data().toString(), "SmolLM2");
    QCOMPARE(table.index(0, RecentTable::Opened).data().toString(), "today");
}

void TestSettings::daysRead_data()
{
    QTest::addColumn<QDate>("day");
    QTest::addColumn<QString>("text");
    QTest::newRow("today") << QDate(2026, 11, 23) << "today";
    QTest::newRow("yesterday") << QDate(2026, 11, 22) << "yesterday";
    QTest::newRow("this year") << QDate(2026, 5, 3) << "3 May";
    QTest::newRow("another year") << QDate(2025, 5, 3) << "3 May 2025";
}

void TestSettings::daysRead()
{
    QLocale::setDefault(QLocale::c());
    QFETCH(QDate, day);
    QTEST(dayText(day, QDate(2026, 11, 23)), "text");
}

QTEST_MAIN(TestSettings)
#include "tst_settings.moc"
