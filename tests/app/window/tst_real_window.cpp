// SPDX-License-Identifier: GPL-3.0-or-later
// The window on the real engine with a small real model: open, ask, answer, kill, answer again; and the
// program itself writing a picture.
#include "app/desktop/pages/chat/chat_page.h"
#include "app/desktop/style/parts.h"
#include "app/desktop/window/banner_stack.h"
#include "window_fixture.h"

#include <QImage>
#include <QPlainTextEdit>
#include <QProcess>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QTemporaryDir>
#include <csignal>

using namespace lathe::desktop;

static const QString kEngine = QStringLiteral(LATHE_ENGINE);
static const QString kModel = QStringLiteral(LATHE_TEST_MODEL);

class TestRealWindow : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void answersAMessage();
    void killedEngineRegenerates();
    void brokenFileIsABanner();
    void programWritesAPicture();
};

void TestRealWindow::initTestCase()
{
    QVERIFY2(QFile::exists(kEngine), qPrintable(kEngine));
    QVERIFY2(QFile::exists(kModel), qPrintable(kModel));
}

/// Answers of a tiny model that was never taught to stop end here.
static void limitAnswers(WindowFixture &fixture, int tokens)
{
    fixture.window().chatPage()->rightPanel()->findChild<QSpinBox *>("chatMaxTokens")->setValue(tokens);
}

/// Types a message and clicks Send.
static void ask(WindowFixture &fixture, const QString &text)
{
    auto *input = fixture.find<QPlainTextEdit>("chatInput");
    QTest::mouseClick(input->viewport(), Qt::LeftButton);
    QTest::keyClicks(input, text);
    QTest::mouseClick(fixture.find<QPushButton>("chatSend"), Qt::LeftButton);
}

static const ChatMessage *lastAnswer(WindowFixture &fixture)
{
    const ChatController *chat = fixture.window().chatPage()->controller();
    return chat->chat() ? chat->chat()->find(chat->lastAnswer()) : nullptr;
}

void TestRealWindow::answersAMessage()
{
    WindowFixture fixture(kEngine);
    fixture.services().settings.setDevice("cpu");
    QVERIFY(fixture.waitForEngine());
    QVERIFY(fixture.openModel(kModel));
    const CurrentModel *model = fixture.services().models.current();
    QCOMPARE(model->deviceId, "cpu");
    QCOMPARE(fixture.find<Chip>("headerHash")->text(), "#" + model->sha256.left(8));
    limitAnswers(fixture, 24);
    ask(fixture, "Once upon a time");
    QTRY_VERIFY_WITH_TIMEOUT(lastAnswer(fixture) && lastAnswer(fixture)->answer.finish != Finish::Running,
                             60000);
    const ChatMessage *answer = lastAnswer(fixture);
    QVERIFY2(answer->answer.fault.isEmpty(), qPrintable(answer->answer.fault));
    QVERIFY(answer->answer.tokens > 0);
    QCOMPARE(answer->answer.sha256, QStringList{model->sha256}); // the badge is what the engine replied
}

void TestRealWindow::killedEngineRegenerates()
{
    WindowFixture fixture(kEngine);
    fixture.services().settings.setDevice("cpu");
    QVERIFY(fixture.waitForEngine());
    QVERIFY(fixture.openModel(kModel));
    ChatController *chat = fixture.window().chatPage()->controller();
    // Greedy, and killed at the first token: the engine cannot be further ahead than its 64 unacknowledged
    // ones.
    ChatSettings greedy = chat->chat()->settings;
    greedy.sampler.temperature = 0;
    fixture.services().workspace.setSettings(chat->currentChat(), greedy, "temperature");
    bool killed = false;
    connect(chat, &ChatController::phaseChanged, &fixture.window(), [&](ChatController::Phase phase) {
        if (phase == ChatController::Phase::Writing && !std::exchange(killed, true))
            ::kill(pid_t(fixture.services().engine.processId()), SIGKILL);
    });
    ask(fixture, "Once upon a time");
    QTRY_VERIFY_WITH_TIMEOUT(killed, 60000);
    QTRY_VERIFY(!fixture.window().banners()->isEmpty());
    QTRY_VERIFY_WITH_TIMEOUT(fixture.services().models.isReady(), 60000);
    QCOMPARE(lastAnswer(fixture)->answer.finish, Finish::CutOff);
    limitAnswers(fixture, 24);
    fixture.window().commands()->find("chatRegenerateCommand")->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(fixture.window().chatPage()->controller()->isBusy() == false &&
                                 lastAnswer(fixture)->answer.finish != Finish::CutOff,
                             60000);
    QVERIFY2(lastAnswer(fixture)->answer.fault.isEmpty(), qPrintable(lastAnswer(fixture)->answer.fault));
}

void TestRealWindow::brokenFileIsABanner()
{
    WindowFixture fixture(kEngine);
    QVERIFY(fixture.waitForEngine());
    fixture.services().models.open(QStringLiteral(LATHE_TEST_DATA "/hostile/gguf/005_truncated_7.gguf"));
    QTRY_VERIFY_WITH_TIMEOUT(!fixture.window().banners()->isEmpty(), 20000);
    const Message &message = fixture.window().banners()->messages().first();
    QCOMPARE(message.title, "005_truncated_7.gguf cannot be opened");
    QVERIFY(!message.text.isEmpty());
    QCOMPARE(fixture.services().models.state(), ModelController::State::Empty);
}

void TestRealWindow::programWritesAPicture()
{
    QTemporaryDir folder;
    QProcess program;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char *variable : {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"})
        environment.insert(variable, folder.filePath(variable));
    program.setProcessEnvironment(environment);
    // On the processor: a software driver would compile its shaders anew for these empty caches.
    QVERIFY(QDir().mkpath(folder.filePath("XDG_CONFIG_HOME/lathe")));
    QSettings(folder.filePath("XDG_CONFIG_HOME/lathe/lathe.ini"), QSettings::IniFormat)
        .setValue("engine/device", "cpu");
    const QString picture = folder.filePath("window.png");
    program.start(LATHE_DESKTOP_PROGRAM, {"--engine", kEngine, "--screenshot", picture, "--model", kModel,
                                          "--theme", "dark", "--size", "1024x640"});
    QVERIFY2(program.waitForFinished(100000), qPrintable(program.readAllStandardError()));
    QCOMPARE(program.exitCode(), 0);
    const QImage image(picture);
    QCOMPARE(image.size(), QSize(1024, 640));
    QCOMPARE(image.pixelColor(4, 300), tokensFor(true).window);
}

QTEST_MAIN(TestRealWindow)
#include "tst_real_window.moc"
