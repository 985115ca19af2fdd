// SPDX-License-Identifier: GPL-3.0-or-later
// Every state of the window in both themes and both sizes: reachable without seeing it, nothing cut off.
#include "accessible_walk.h"
#include "app/desktop/pages/chat/chat_page.h"
#include "app/desktop/style/parts.h"
#include "app/desktop/window/banner_stack.h"
#include "window_fixture.h"

#include <QAbstractButton>

using namespace lathe::desktop;

class TestWindowLooks : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void statesAreWhole_data();
    void statesAreWhole();
    void tabReachesEverything_data();
    void tabReachesEverything();
    void focusIsSeen();
    void headerShortens();
    void narrowWindowFoldsThePanels();
    void rightToLeftIsMirrored();
};

void TestWindowLooks::statesAreWhole_data()
{
    QTest::addColumn<QSize>("size");
    QTest::addColumn<int>("zoom");
    QTest::addColumn<QString>("state");
    for (const QSize &size : {QSize(1024, 640), QSize(1280, 800)}) {
        for (const char *state : {"start", "model", "adapters", "answer", "settings", "banner"})
            QTest::addRow("%dx%d %s", size.width(), size.height(), state) << size << 100 << state;
    }
    for (const char *state : {"start", "model", "settings", "banner"})
        QTest::addRow("200 %% %s", state) << QSize(1280, 800) << 200 << state;
}

void TestWindowLooks::statesAreWhole()
{
    QFETCH(QSize, size);
    QFETCH(int, zoom);
    QFETCH(QString, state);
    WindowFixture fixture({}, size, zoom);
    QVERIFY(fixture.waitForEngine());
    if (state == "model" || state == "answer" || state == "adapters")
        QVERIFY(fixture.openModel("/models/SmolLM2-135M-Instruct.Q4_1.gguf"));
    if (state == "adapters") {
        for (const char *path : {"/models/lora-recipes", "/models/lora-a-name-that-is-too-long-for-the-panel",
                                 "/models/lora-misfit"})
            fixture.window().chatPage()->controller()->addAdapter(path, QFileInfo(path).fileName());
        QTRY_VERIFY(!fixture.find<QWidget>("chatAdapterFault3")->isHidden());
        if (!fixture.find<QWidget>("chatPanel")->isVisible()) // folded away in a narrow window
            fixture.window().commands()->find("viewRight")->trigger();
        QTRY_VERIFY(fixture.find<QWidget>("chatAdapterFault3")->isVisible());
    }
    if (state == "answer") {
        ChatController *chat = fixture.window().chatPage()->controller();
        QTRY_VERIFY(chat->canSend());
        chat->send("Write code, please, that fails");
        QTRY_VERIFY(chat->canSend());
    }
    if (state == "settings")
        fixture.window().showPage("settings");
    if (state == "banner")
        fixture.window().banners()->post(
            {"x",
             Tone::Bad,
             "The engine stopped while working",
             "Reason: signal 9 (killed). What was written is kept. A new engine is starting.",
             {{"Regenerate", "again", [] {}}, {"Use CPU", "chip", [] {}}, {"Copy diagnostics", "copy", [] {
                                                                           }}}});
    // A label that wraps asks its parents for another height, and those theirs: as many turns as they are
    // deep.
    for (int turn = 0; turn < 10; ++turn)
        QCoreApplication::processEvents();
    QCOMPARE(fixture.window().size(), size); // nothing has pushed the window wider
    if (state != "answer")                   // whose parts have the same names in each message
        QCOMPARE(accessibilityFaults(&fixture.window()).join("\n"), QString());
    QCOMPARE(clippedTexts(&fixture.window()).join("\n"), QString());
}

void TestWindowLooks::tabReachesEverything_data()
{
    QTest::addColumn<QString>("page");
    QTest::newRow("start") << "chat";
    QTest::newRow("settings") << "settings";
}

void TestWindowLooks::tabReachesEverything()
{
    QFETCH(QString, page);
    WindowFixture fixture;
    QVERIFY(fixture.waitForEngine());
    fixture.window().showPage(page);
    QCoreApplication::sendPostedEvents();
    QSet<QString> wanted;
    for (const QWidget *widget : focusableWidgets(&fixture.window())) {
        if (widget->isEnabled())
            wanted.insert(widget->objectName());
    }
    QSet<QString> reached;
    for (qsizetype i = 0; i < 3 * wanted.size() + 20; ++i) {
        QTest::keyClick(QApplication::focusWidget() ? QApplication::focusWidget() : &fixture.window(),
                        Qt::Key_Tab);
        if (QApplication::focusWidget())
            reached.insert(QApplication::focusWidget()->objectName());
    }
    QCOMPARE(QStringList((wanted - reached).values()), QStringList());
}

void TestWindowLooks::focusIsSeen()
{
    WindowFixture fixture;
    QVERIFY(fixture.waitForEngine());
    QTRY_VERIFY(fixture.find<QWidget>("startChat")->isVisible());
    QTRY_VERIFY(fixture.find<QWidget>("startFolder")->isVisible());
    for (const char *name : {"startChat", "startOpenFile", "startFolder", "headerDevice", "headerSelftest",
                             "headerSearch", "pageRailChatButton"}) {
        auto *widget = fixture.find<QWidget>(name);
        QVERIFY2(widget && widget->isVisible(), name);
        fixture.find<QWidget>("headerVariant")->setFocus();
        const QRect around(widget->mapTo(&fixture.window(), QPoint(-4, -4)), widget->size() + QSize(8, 8));
        const QImage without = fixture.window().grab(around).toImage();
        widget->setFocus(Qt::TabFocusReason);
        QVERIFY2(fixture.window().grab(around).toImage() != without, name);
        fixture.find<QWidget>("headerVariant")->setFocus();
    }
}

void TestWindowLooks::headerShortens()
{
    WindowFixture fixture({}, {1024, 640});
    QVERIFY(fixture.waitForEngine());
    QVERIFY(fixture.openModel("/models/SmolLM2-135M-Instruct.Q4_1.gguf"));
    QVERIFY(!fixture.find<QWidget>("headerSearch")->isVisible());
    QVERIFY(fixture.find<QWidget>("headerSearchButton")->isVisible());
    QVERIFY(!fixture.find<QWidget>("headerMemory")->isVisible());
    QTest::mouseClick(fixture.find<QWidget>("headerSearchButton"), Qt::LeftButton);
    QVERIFY(fixture.find<QWidget>("headerSearch")->hasFocus());
    fixture.window().resize(1280, 800);
    QTRY_VERIFY(fixture.find<QWidget>("headerMemory")->isVisible());
}

/// As ui/minimum-dark.png: both panels give way, and come back over the page by their keys.
void TestWindowLooks::narrowWindowFoldsThePanels()
{
    WindowFixture fixture({}, {1024, 640});
    QVERIFY(fixture.waitForEngine());
    QVERIFY(fixture.openModel("/models/SmolLM2-135M-Instruct.Q4_1.gguf"));
    auto *left = fixture.find<QWidget>("chatLeft"), *right = fixture.find<QWidget>("chatPanel");
    QTRY_VERIFY(!left->isVisible() && !right->isVisible());
    QTest::keyClick(&fixture.window(), Qt::Key_B, Qt::ControlModifier);
    QVERIFY(left->isVisible());
    QTest::keyClick(&fixture.window(), Qt::Key_B, Qt::ControlModifier);
    QVERIFY(!left->isVisible());
    auto *button = fixture.find<QAbstractButton>("statusRightPanel");
    QVERIFY(button->isVisible() && !button->isChecked());
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(right->isVisible() && button->isChecked());
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(!right->isVisible() && !button->isChecked());
    fixture.window().resize(1280, 800);
    QTRY_VERIFY(left->isVisible() && right->isVisible());
    QVERIFY(fixture.find<QAbstractButton>("statusLeftPanel")->isChecked() && button->isChecked());
    fixture.window().showPage("settings");
    QVERIFY(!button->isVisible());
}

/// Chats at the right, settings at the left, the header from the right; and nothing cut off.
void TestWindowLooks::rightToLeftIsMirrored()
{
    QApplication::setLayoutDirection(Qt::RightToLeft);
    const auto back = qScopeGuard([] { QApplication::setLayoutDirection(Qt::LeftToRight); });
    WindowFixture fixture;
    QVERIFY(fixture.waitForEngine());
    QVERIFY(fixture.openModel("/models/SmolLM2-135M-Instruct.Q4_1.gguf"));
    const auto x = [&](const char *name) {
        auto *widget = fixture.find<QWidget>(name);
        return widget->mapTo(&fixture.window(), widget->rect().center()).x();
    };
    QTRY_VERIFY(x("chatLeft") > x("chatTranscript"));
    QVERIFY(x("chatPanel") < x("chatTranscript"));
    QVERIFY(x("pageRail") > x("chatTranscript"));
    QVERIFY(x("headerVariant") > x("headerDevice"));
    QVERIFY(x("chatSend") < x("chatStop"));
    for (int turn = 0; turn < 10; ++turn)
        QCoreApplication::processEvents();
    QCOMPARE(clippedTexts(&fixture.window()).join("\n"), QString());
}

QTEST_MAIN(TestWindowLooks)
#include "tst_window_looks.moc"
