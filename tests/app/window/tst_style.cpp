// SPDX-License-Identifier: GPL-3.0-or-later
// The colours carry their text, and numbers read as they should.
#include "app/desktop/style/numbers.h"
#include "app/desktop/style/tokens.h"

#include <QDir>
#include <QFile>
#include <QLocale>
#include <QPainter>
#include <QSvgRenderer>
#include <QtTest>

using namespace lathe::desktop;

class TestStyle : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void contrastIsTheRatioOfTheStandard();
    void textIsReadable_data();
    void textIsReadable();
    void highContrastTakesTheSystem_data();
    void highContrastTakesTheSystem();
    void paletteHoldsTheTokens_data();
    void paletteHoldsTheTokens();
    void sizes_data();
    void sizes();
    void numbersRead_data();
    void numbersRead();
    void timeLeftWaitsForEvidence();
    void separatorsFollowTheLocale();
    void iconsDraw();
    void styleSheetIsShort();
};

void TestStyle::contrastIsTheRatioOfTheStandard()
{
    // WCAG 2.2 fixes black on white at 21; #767676 on white is its well-known 4.54.
    QCOMPARE(contrastRatio(Qt::black, Qt::white), 21.0);
    QCOMPARE(contrastRatio(Qt::white, Qt::white), 1.0);
    QVERIFY(qAbs(contrastRatio(QColor(0x767676), Qt::white) - 4.54) < 0.005);
}

void TestStyle::textIsReadable_data()
{
    QTest::addColumn<bool>("dark");
    QTest::addColumn<QColor>("ink");
    QTest::addColumn<QColor>("ground");
    QTest::addColumn<double>("least");
    for (const bool dark : {false, true}) {
        const Tokens &t = tokensFor(dark);
        const auto row = [&](const char *name, const QColor &ink, const QColor &ground, double least) {
            QTest::addRow("%s %s", dark ? "dark" : "light", name) << dark << ink << ground << least;
        };
        constexpr double kText = 4.5, kOutline = 3; // WCAG 2.2, 1.4.3 and 1.4.11
        row("text on window", t.text, t.window, kText);
        row("text on base", t.text, t.base, kText);
        row("text on alt", t.text, t.alt, kText);
        row("muted on window", t.muted, t.window, kText);
        row("muted on base", t.muted, t.base, kText);
        row("muted on alt", t.muted, t.alt, kText);
        row("muted on accentTint", t.muted, t.accentTint, kText);
        row("control on base", t.control, t.base, kOutline);
        row("control on window", t.control, t.window, kOutline);
        row("onAccent on accent", t.onAccent, t.accent, kText);
        row("accent on base", t.accent, t.base, kText);
        row("accent on window", t.accent, t.window, kText);
        row("accent on its tint", t.accent, t.accentTint, kText);
        row("good on its tint", t.good, t.goodTint, kText);
        row("warn on its tint", t.warn, t.warnTint, kText);
        row("bad on its tint", t.bad, t.badTint, kText);
        row("text on accentTint", t.text, t.accentTint, kText);
        row("text on goodTint", t.text, t.goodTint, kText);
        row("text on warnTint", t.text, t.warnTint, kText);
        row("text on badTint", t.text, t.badTint, kText);
        row("text on kl1", t.text, t.kl1, kText);
        row("text on kl2", t.text, t.kl2, kText);
        row("text on kl3", t.text, t.kl3, kText);
        row("weights on base", t.poolWeights, t.base, kOutline);
        row("cache on base", t.poolKv, t.base, kOutline);
        row("scratch on base", t.poolScratch, t.base, kOutline);
    }
}

void TestStyle::textIsReadable()
{
    QFETCH(QColor, ink);
    QFETCH(QColor, ground);
    QFETCH(double, least);
    QVERIFY2(contrastRatio(ink, ground) >= least, qPrintable(QString::number(contrastRatio(ink, ground))));
}

void TestStyle::highContrastTakesTheSystem_data()
{
    QTest::addColumn<QColor>("window");
    QTest::addColumn<QColor>("text");
    QTest::addColumn<QColor>("highlight");
    QTest::addColumn<bool>("high");
    QTest::newRow("black") << QColor(Qt::black) << QColor(Qt::white) << QColor(Qt::yellow) << true;
    QTest::newRow("white") << QColor(Qt::white) << QColor(Qt::black) << QColor(0x000080) << true;
    QTest::newRow("faint selection") << QColor(Qt::white) << QColor(Qt::black) << QColor(0xffff80) << true;
    QTest::newRow("Fusion") << QColor(0xefefef) << QColor(Qt::black) << QColor(0x308cc6) << false;
    QTest::newRow("Breeze dark") << QColor(0x2a2e32) << QColor(0xfcfcfc) << QColor(0x3daee9) << false;
}

void TestStyle::highContrastTakesTheSystem()
{
    QFETCH(QColor, window);
    QFETCH(QColor, text);
    QFETCH(QColor, highlight);
    QPalette system;
    for (auto role : {QPalette::Window, QPalette::Base, QPalette::Button})
        system.setColor(role, window);
    for (auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        system.setColor(role, text);
    system.setColor(QPalette::Highlight, highlight);
    system.setColor(QPalette::HighlightedText, window);
    QTEST(isHighContrast(system), "high");
    const Tokens tokens = tokensOfSystem(system);
    QCOMPARE(tokens.window, window);
    QCOMPARE(tokens.text, text);
    QCOMPARE(tokens.control, text);
    // Whatever the system's selection is, what is written in the accent can be read.
    QVERIFY(contrastRatio(tokens.accent, tokens.base) >= 4.5);
    QVERIFY(contrastRatio(tokens.accent, tokens.accentTint) >= 4.5);
    useTokens(&tokens);
    QCOMPARE(tokensFor(false).text, text);
    QCOMPARE(tokensFor(true).text, text);
    useTokens(nullptr);
    QVERIFY(tokensFor(true).text != text || tokensFor(false).text != text);
}

void TestStyle::paletteHoldsTheTokens_data()
{
    QTest::addColumn<bool>("dark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
}

void TestStyle::paletteHoldsTheTokens()
{
    QFETCH(bool, dark);
    const Tokens &t = tokensFor(dark);
    const QPalette palette = paletteOf(t);
    QCOMPARE(&tokensFor(palette), &t); // the palette leads back to its tokens
    for (int role = 0; role < QPalette::NColorRoles; ++role) {
        if (role == QPalette::NoRole)
            continue;
        QVERIFY(palette.color(QPalette::ColorRole(role)).isValid());
    }
    const std::pair<QPalette::ColorRole, QPalette::ColorRole> pairs[] = {
        {QPalette::WindowText, QPalette::Window},         {QPalette::Text, QPalette::Base},
        {QPalette::Text, QPalette::AlternateBase},        {QPalette::ButtonText, QPalette::Button},
        {QPalette::HighlightedText, QPalette::Highlight}, {QPalette::ToolTipText, QPalette::ToolTipBase},
        {QPalette::PlaceholderText, QPalette::Base},      {QPalette::Link, QPalette::Base}};
    for (const auto group : {QPalette::Active, QPalette::Inactive, QPalette::Disabled}) {
        for (const auto &[ink, ground] : pairs)
            QVERIFY2(contrastRatio(palette.color(group, ink), palette.color(group, ground)) >= 4.5,
                     qPrintable(QStringLiteral("%1 on %2").arg(int(ink)).arg(int(ground))));
    }
}

void TestStyle::sizes_data()
{
    QTest::addColumn<quint64>("sizeBytes");
    QTest::addColumn<QString>("text");
    QTest::newRow("0") << quint64(0) << "0 bytes";
    QTest::newRow("999") << quint64(999) << "999 bytes";
    QTest::newRow("1 kB") << quint64(1000) << "1.00 kB";
    QTest::newRow("553 kB") << quint64(553'200) << "553 kB";
    QTest::newRow("999.4 kB") << quint64(999'400) << "999 kB";
    QTest::newRow("rounds up a unit") << quint64(999'600) << "1.00 MB";
    QTest::newRow("stories") << quint64(1'040'000) << "1.04 MB";
    QTest::newRow("9.996") << quint64(9'996'000) << "10.0 MB";
    QTest::newRow("default model") << quint64(98'362'432) << "98.4 MB";
    QTest::newRow("99.96") << quint64(99'960'000) << "100 MB";
    QTest::newRow("2.5 GB") << quint64(2'500'000'000) << "2.50 GB";
    QTest::newRow("12 GiB") << quint64(12ull << 30) << "12.9 GB";
    QTest::newRow("1 TB") << quint64(1'000'000'000'000) << "1.00 TB";
}

void TestStyle::sizes()
{
    QFETCH(quint64, sizeBytes);
    QTEST(numbers::bytes(sizeBytes), "text");
}

void TestStyle::numbersRead_data()
{
    QTest::addColumn<QString>("got");
    QTest::addColumn<QString>("wanted");
    using namespace numbers;
    QTest::newRow("exact bytes") << bytesExact(98'362'432) << "98,362,432 bytes (93.8 MiB)";
    QTest::newRow("used of") << usedOf(1'900'000'000, 12'884'901'888) << "1.9 of 12.9 GB";
    QTest::newRow("nothing used") << usedOf(0, 8'000'000'000) << "0.0 of 8.0 GB";
    QTest::newRow("rate whole") << rate(142.3) << "142 tokens/s";
    QTest::newRow("rate 99.96") << rate(99.96) << "100 tokens/s";
    QTest::newRow("rate one decimal") << rate(17.94) << "17.9 tokens/s";
    QTest::newRow("rate two decimals") << rate(1.846) << "1.85 tokens/s";
    QTest::newRow("no rate") << rate(0) << "–";
    QTest::newRow("rate nan") << rate(qQNaN()) << "–";
    QTest::newRow("0.09 s") << duration(0.09) << "0.09 s";
    QTest::newRow("1.2 s") << duration(1.23) << "1.2 s";
    QTest::newRow("11 s") << duration(11.2) << "11 s";
    QTest::newRow("59.6 s") << duration(59.6) << "1 min 00 s";
    QTest::newRow("1 min 31 s") << duration(91) << "1 min 31 s";
    QTest::newRow("2 h 05 min") << duration(7500) << "2 h 05 min";
    QTest::newRow("negative time") << duration(-1) << "–";
    QTest::newRow("count") << count(49152) << "49,152";
    QTest::newRow("minus") << decimal(-1.5, 1) << QString(QChar(0x2212)) + "1.5";
    QTest::newRow("no minus zero") << decimal(-0.01, 1) << "0.0";
    QTest::newRow("share") << share(0.829) << "82.9 %";
    QTest::newRow("percent") << percent(0.41) << "41 %";
    QTest::newRow("not 100 before the end") << percent(0.9999) << "99 %";
    QTest::newRow("100 at the end") << percent(1) << "100 %";
    QTest::newRow("134.5 M") << parameters(134'515'008) << "134.5 M";
    QTest::newRow("4.02 B") << parameters(4'022'468'096) << "4.02 B";
    QTest::newRow("260 k") << parameters(260'032) << "260 k";
    QTest::newRow("badge") << badge("b179c9523d0e6a0f") << "#b179c952";
    QTest::newRow("no badge") << badge({}) << "";
}

void TestStyle::numbersRead()
{
    QFETCH(QString, got);
    QTEST(got, "wanted");
}

void TestStyle::timeLeftWaitsForEvidence()
{
    QCOMPARE(numbers::timeLeft(0.02, 1, 50), "estimating");
    QCOMPARE(numbers::timeLeft(0.02, 6, 50), "50 s left");
    QCOMPARE(numbers::timeLeft(0.41, 1, 1.23), "1.2 s left");
    QCOMPARE(numbers::timeLeft(0.41, 1, std::nullopt), "estimating");
}

void TestStyle::separatorsFollowTheLocale()
{
    QLocale::setDefault(QLocale(QLocale::German, QLocale::Germany));
    QCOMPARE(numbers::bytes(98'362'432), "98,4 MB");
    QCOMPARE(numbers::count(2048), "2.048");
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
}

void TestStyle::iconsDraw()
{
    const QDir icons(":/icons");
    const QStringList names = icons.entryList({"*.svg"});
    for (const char *name :
         {"chat", "settings", "search", "copy", "again", "edit", "fork", "trash", "stop", "send"})
        QVERIFY2(names.contains(QString(name) + ".svg"), name);
    for (const QString &name : names) {
        QSvgRenderer svg(icons.filePath(name));
        QVERIFY2(svg.isValid(), qPrintable(name));
        QImage image(48, 48, QImage::Format_ARGB32);
        image.fill(Qt::transparent);
        QPainter painter(&image);
        svg.render(&painter);
        painter.end();
        int inked = 0;
        for (int y = 0; y < 48; ++y)
            for (int x = 0; x < 48; ++x)
                inked += qAlpha(image.pixel(x, y)) > 128;
        QVERIFY2(inked > 20, qPrintable(name));
    }
}

void TestStyle::styleSheetIsShort()
{
    QFile sheet(":/lathe.qss");
    QVERIFY(sheet.open(QIODevice::ReadOnly));
    QVERIFY(sheet.readAll().count('\n') <= 60);
}

QTEST_MAIN(TestStyle)
#include "tst_style.moc"
