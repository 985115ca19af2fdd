// SPDX-License-Identifier: GPL-3.0-or-later
// The window as it is used: start, open, commands, failures, close.
#include "app/desktop/dialogs/help_dialog.h"
#include "app/desktop/dialogs/keys_dialog.h"
#include "app/desktop/dialogs/open_dialog.h"
#include "app/desktop/style/parts.h"
#include "app/desktop/window/banner_stack.h"
#include "app/desktop/window/header_bar.h"
#include "app/desktop/window/status_line.h"
#include "tests/app/fair_timer.h"
#include "window_fixture.h"

#include <QClipboard>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTextBrowser>
#include <algorithm>
#include <csignal>

using namespace lathe::desktop;

static const QString kModel = "/models/SmolLM2-135M-Instruct.Q4_1.gguf";

class TestWindow : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void startPageOpensTheDefaultModel();
    void startPageListsTheModelsFolder();
    void helpOfThePage();
    void headerNamesTheModelAndItsHash();
    void fittingModelOpensWithoutAsking();
    void askEveryTimeAsks();
    void loadingCanBeCancelled();
    void missingModelIsABanner();
    void killedEngineIsReplaced();
    void thirdDeathIsTheLast();
    void bannersAreCounted();
    void keysReachTheCommands();
    void regionsFollowEachOther();
    void themeChangesWithoutRestart();
    void settingsActAtOnce();
    void diagnosticsHoldVersions();
    void closedWindowLeavesNoProcess();
};

void TestWindow::startPageOpensTheDefaultModel()
{
    WindowFixture fixture;
    QVERIFY(fixture.waitForEngine());
    auto *chat = fixture.find<QPushButton>("startChat");
    QTRY_VERIFY(chat->isVisible());
    QTRY_COMPARE(fixture.find<Chip>("startFit")->text(), "Fits");
    QVERIFY(chat->hasFocus());
    QTest::keyClick(chat, Qt::Key_Return);
    QTRY_VERIFY(fixture.services().models.isReady());
    QVERIFY(!chat->isVisible());
    QCOMPARE(fixture.services().settings.recent().size(), 1);
    fixture.services().models.close();
    QTRY_VERIFY(chat->isVisible());
}

void TestWindow::startPageListsTheModelsFolder()
{
    WindowFixture fixture;
    QVERIFY(fixture.waitForEngine());
    auto *view = fixture.find<QTableView>("startFolder");
    QTRY_COMPARE(view->model()->rowCount(), 2); // without the folder in it
    QCOMPARE(fixture.services().modelsFolder.path(), "/models");
    fixture.services().settings.setModelsFolder("/elsewhere");
    QTRY_COMPARE(view->model()->index(1, 0).data(Qt::ToolTipRole).toString(), "/elsewhere/stories260k.gguf");
    QCOMPARE(fixture.find<ElidedLabel>("startFolderPath")->fullText(), "/elsewhere");
    // The same list stands in the menu of the header and is found by name.
    auto *variants = fixture.find<QPushButton>("headerVariant")->menu();
    emit variants->aboutToShow();
    QVERIFY(std::ranges::any_of(variants->actions(),
                                [](QAction *action) { return action->text() == "stories260k"; }));
    auto *filter = variants->findChild<QLineEdit *>("headerVariantFilter");
    QVERIFY(filter);
    filter->setText("STORIES");
    for (const QAction *action : variants->actions())
        if (action->property("filtered").toBool())
            QCOMPARE(action->isVisible(), action->text() == "stories260k");
    fixture.services().settings.setModelsFolder("/missing");
    auto *empty = fixture.find<QLabel>("startFolderEmpty");
    QTRY_VERIFY(empty->isVisible());
    QCOMPARE(empty->text(),
             "This folder cannot be listed. /missing: cannot be listed; choose another folder.");
    fixture.services().settings.setModelsFolder("");
    QTRY_VERIFY(view->isVisible());
    const QRect row = view->visualRect(view->model()->index(1, 0));
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, row.center());
    QTRY_VERIFY(fixture.services().models.isReady());
    QCOMPARE(fixture.services().models.current()->path, "/models/stories260k.gguf");
}

void TestWindow::helpOfThePage()
{
    WindowFixture fixture;
    QVERIFY(fixture.waitForEngine());
    const auto help = [&](const QString &title) {
        QTest::keyClick(&fixture.window(), Qt::Key_F1);
        QTRY_VERIFY(fixture.dialog<HelpDialog>());
        QCOMPARE(fixture.dialog<HelpDialog>()->windowTitle(), title);
        const QString text =
            fixture.dialog<HelpDialog>()->findChild<QTextBrowser *>("helpText")->toPlainText();
        fixture.dialog<HelpDialog>()->close();
        QTRY_VERIFY(!fixture.dialog<HelpDialog>());
        fixture.window().activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&fixture.window()));
        QVERIFY2(text.size() > 100, qPrintable(text));
    };
    help("Help: Start");
    fixture.window().showPage("settings");
    help("Help: Settings");
    fixture.window().showPage("chat");
    QVERIFY(fixture.openModel(kModel));
    help("Help: Chat");
}

void TestWindow::headerNamesTheModelAndItsHash()
{
    WindowFixture fixture;
    QVERIFY(fixture.waitForEngine());
    auto *hash = fixture.find<Chip>("headerHash");
    auto *variant = fixture.find<QPushButton>("headerVariant");
    QVERIFY(!hash->isVisible());
    QCOMPARE(variant->text(), "No model open");
    QVERIFY(fixture.openModel(kModel));
    QVERIFY(hash->isVisible());
    QCOMPARE(hash->text(), "#b179c952");
    QCOMPARE(hash->accessibleName(), "Weights hash b179c952");
    QCOMPARE(variant->accessibleName(), "Current variant: SmolLM2-135M-Instruct · Q4_1, 98.4 MB");
    QTest::mouseClick(hash, Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(), fixture.services().models.current()->sha256);
}

void TestWindow::fittingModelOpensWithoutAsking()
{
    WindowFixture fixture;
    QVERIFY(fixture.waitForEngine());
    QSignalSpy asked(&fixture.services().models, &ModelController::askOpen);
    QVERIFY(fixture.openModel(kModel));
    QCOMPARE(asked.count(), 0);
    QCOMPARE(fixture.services().models.current()->context, 2048);
    QCOMPARE(fixture.services().models.current()->kv, "F32");
}

void TestWindow::askEveryTimeAsks()
{
    WindowFixture fixture;
    QVERIFY(fixture.waitForEngine());
    fixture.services().settings.setAskOpen(true);
    fixture.services().models.open(kModel);
    QTRY_VERIFY(fixture.dialog<OpenDialog>());
    const QPointer<OpenDialog> dialog = fixture.dialog<OpenDialog>();
    QTest::mouseClick(dialog->findChild<QPushButton *>("openCancel"), Qt::LeftButton);
    QCOMPARE(fixture.services().models.state(), ModelController::State::Empty);
    fixture.services().models.open(kModel);
    QTRY_VERIFY(!dialog);
    QTRY_VERIFY(fixture.dialog<OpenDialog>());
    QTest::keyClick(fixture.dialog<OpenDialog>(), Qt::Key_Return);
    QTRY_VERIFY(fixture.services().models.isReady());
}

void TestWindow::loadingCanBeCancelled()
{
    WindowFixture fixture;
    QVERIFY(fixture.waitForEngine());
    // A program that says hello and then never answers a load would do; here the cancel races a quick load,
    // and both ends are right: no model, or the model, but never a state in between.
    fixture.services().models.open(kModel);
    fixture.services().models.cancel();
    QTRY_VERIFY(fixture.services().models.state() == ModelController::State::Empty ||
                fixture.services().models.isReady());
    QVERIFY(!fixture.find<QWidget>("statusJobCancel")->isVisible());
}

void TestWindow::missingModelIsABanner()
{
    WindowFixture fixture;
    QVERIFY(fixture.waitForEngine());
    fixture.services().models.open("/models/missing.gguf");
    QTRY_VERIFY(!fixture.window().banners()->isEmpty());
    const Message &message = fixture.window().banners()->messages().first();
    QVERIFY2(message.title.contains("missing.gguf"), qPrintable(message.title));
    QVERIFY(!message.text.isEmpty());
    QCOMPARE(fixture.services().models.state(), ModelController::State::Empty);
    QTest::keyClick(&fixture.window(), Qt::Key_Escape);
    QVERIFY(fixture.window().banners()->isEmpty());
}

void TestWindow::killedEngineIsReplaced()
{
    WindowFixture fixture;
    QVERIFY(fixture.waitForEngine());
    QVERIFY(fixture.openModel(kModel));
    EngineClient &engine = fixture.services().engine;
    const qint64 old = engine.processId();
    FairTimer clock;
    clock.start();
    ::kill(pid_t(old), SIGKILL);
    QTRY_VERIFY(!fixture.window().banners()->isEmpty());
    QVERIFY2(clock.elapsed() < 500, qPrintable(QString::number(clock.elapsed())));
    QVERIFY(fixture.find<QLabel>("bannerTitle")->text().contains("engine stopped"));
    QTRY_VERIFY(fixture.services().models.isReady()); // the same weights, in a new process
    QVERIFY(engine.processId() != old);
    QCOMPARE(fixture.services().models.current()->path, kModel);
    QTest::mouseClick(fixture.find<QWidget>("bannerClose"), Qt::LeftButton);
    QVERIFY(fixture.window().banners()->isEmpty());
}

void TestWindow::thirdDeathIsTheLast()
{
    WindowFixture fixture;
    QVERIFY(fixture.waitForEngine());
    QVERIFY(fixture.openModel(kModel));
    EngineClient &engine = fixture.services().engine;
    for (int death = 1; death <= EngineClient::kDeathsUntilGivingUp; ++death) {
        QTRY_COMPARE(engine.state(), EngineClient::State::Ready);
        QSignalSpy died(&engine, &EngineClient::died);
        ::kill(pid_t(engine.processId()), SIGKILL);
        QTRY_COMPARE(died.count(), 1);
    }
    QCOMPARE(engine.state(), EngineClient::State::Dead);
    QCOMPARE(fixture.find<QLabel>("statusEngine")->text(), "Engine stopped");
    auto *useCpu = fixture.find<QPushButton>("bannerAction1");
    QCOMPARE(useCpu->text(), "Use CPU");
    QTest::mouseClick(useCpu, Qt::LeftButton);
    QTRY_VERIFY(fixture.services().models.isReady());
    QCOMPARE(fixture.services().settings.device(), "cpu");
}

void TestWindow::bannersAreCounted()
{
    WindowFixture fixture;
    BannerStack *banners = fixture.window().banners();
    int ran = 0;
    banners->post({"a", Tone::Accent, "A note", "Text.", {}});
    banners->post({"b", Tone::Bad, "A fault", "Text.", {{"Do it", "again", [&] { ++ran; }}}});
    banners->post({"c", Tone::Warn, "A warning", "Text.", {}});
    // The worst is seen first, the others are counted.
    QCOMPARE(fixture.find<QLabel>("bannerTitle")->text(), "A fault");
    QCOMPARE(fixture.find<QLabel>("bannerCount")->text(), "1 of 3");
    banners->post({"b", Tone::Bad, "The same fault", "Text.", {{"Do it", "again", [&] { ++ran; }}}});
    QCOMPARE(banners->messages().size(), 3);
    QTest::mouseClick(fixture.find<QPushButton>("bannerAction1"), Qt::LeftButton);
    QCOMPARE(ran, 1);
    QCOMPARE(fixture.find<QLabel>("bannerTitle")->text(), "A warning");
    banners->withdraw("c");
    banners->withdraw("a");
    QVERIFY(!banners->isVisible());
}

void TestWindow::keysReachTheCommands()
{
    WindowFixture fixture;
    QVERIFY(fixture.waitForEngine());
    QTest::keyClick(&fixture.window(), Qt::Key_Comma, Qt::ControlModifier);
    QVERIFY(fixture.find<QWidget>("settingsPage")->isVisible());
    QTest::keyClick(&fixture.window(), Qt::Key_1, Qt::ControlModifier);
    QVERIFY(!fixture.find<QWidget>("settingsPage")->isVisible());
    QTest::keyClick(&fixture.window(), Qt::Key_K, Qt::ControlModifier);
    QVERIFY(fixture.find<QLineEdit>("headerSearch")->hasFocus());
    QVERIFY(fixture.find<QWidget>("palette")->isVisible());
    QTest::keyClicks(fixture.find<QLineEdit>("headerSearch"), "list of keys");
    QTest::keyClick(fixture.find<QLineEdit>("headerSearch"), Qt::Key_Return);
    QVERIFY(fixture.dialog<KeysDialog>());
    fixture.dialog<KeysDialog>()->close();
    QTest::keyClick(&fixture.window(), Qt::Key_Plus, Qt::ControlModifier);
    QCOMPARE(fixture.services().settings.zoom(), 110);
}

void TestWindow::regionsFollowEachOther()
{
    WindowFixture fixture;
    QVERIFY(fixture.waitForEngine());
    QTRY_VERIFY(fixture.find<QPushButton>("startChat")->isVisible());
    fixture.find<QPushButton>("startChat")->setFocus();
    QStringList seen;
    const char *regions[] = {"pageRail", "header", "chatHost"};
    for (int i = 0; i < 3; ++i) {
        QTest::keyClick(&fixture.window(), Qt::Key_F6);
        for (const char *region : regions) {
            if (fixture.find<QWidget>(region)->isAncestorOf(QApplication::focusWidget()))
                seen.append(region);
        }
    }
    QCOMPARE(seen, QStringList({"pageRail", "header", "chatHost"}));
    QTest::keyClick(&fixture.window(), Qt::Key_F6, Qt::ShiftModifier);
    QVERIFY(fixture.find<QWidget>("header")->isAncestorOf(QApplication::focusWidget()));
}

void TestWindow::themeChangesWithoutRestart()
{
    WindowFixture fixture;
    fixture.services().settings.setTheme("light");
    const QColor light = fixture.window().grab().toImage().pixelColor(4, 300);
    fixture.services().settings.setTheme("dark");
    const QColor dark = fixture.window().grab().toImage().pixelColor(4, 300);
    QCOMPARE(light, tokensFor(false).window);
    QCOMPARE(dark, tokensFor(true).window);
}

void TestWindow::settingsActAtOnce()
{
    WindowFixture fixture;
    const int before = QFontInfo(QApplication::font()).pixelSize();
    QCOMPARE(before, 13);
    fixture.services().settings.setZoom(200);
    QCOMPARE(QFontInfo(QApplication::font()).pixelSize(), 26);
    fixture.services().settings.setZoom(999);
    QCOMPARE(fixture.services().theme.zoom(), Theme::kMaxZoom);
    fixture.services().settings.setZoom(100);
}

void TestWindow::diagnosticsHoldVersions()
{
    WindowFixture fixture;
    QVERIFY(fixture.waitForEngine());
    QGuiApplication::clipboard()->clear();
    fixture.window().commands()->find("helpDiagnostics")->trigger();
    QTRY_VERIFY(!QGuiApplication::clipboard()->text().isEmpty());
    const QString text = QGuiApplication::clipboard()->text();
    QVERIFY2(text.contains(QLatin1String(qVersion())), qPrintable(text));
    QVERIFY2(text.contains(QGuiApplication::platformName()), qPrintable(text));
}

void TestWindow::closedWindowLeavesNoProcess()
{
    qint64 pid = 0;
    {
        WindowFixture fixture;
        QVERIFY(fixture.waitForEngine());
        pid = fixture.services().engine.processId();
        QVERIFY(pid > 0 && ::kill(pid_t(pid), 0) == 0);
        fixture.window().close();
    }
    QTRY_VERIFY(::kill(pid_t(pid), 0) != 0);
}

QTEST_MAIN(TestWindow)
#include "tst_window.moc"
