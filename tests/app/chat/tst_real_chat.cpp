// SPDX-License-Identifier: GPL-3.0-or-later
// The whole window on the real engine, used as a person uses it: clicks and keys, an answer, a stop, a killed
// engine.
#include "tests/app/window/window_fixture.h"

#include "app/desktop/pages/chat/chat_page.h"
#include "app/desktop/pages/chat/composer.h"
#include "app/desktop/pages/chat/message_card.h"
#include "app/desktop/pages/chat/transcript.h"
#include "tests/app/fair_timer.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>

#include <csignal>

using namespace lathe::desktop;

namespace {

/// Random weights of a 200 k parameter llama with a chat template: answers are gibberish, and come at once.
const QString kTiny = QStringLiteral(LATHE_TEST_DATA "/models/llama_gqa_tied/gguf/llama_gqa_tied-F32.gguf");

/// The default model where scripts/run puts it; empty where it is not.
QString defaultModel()
{
    const QString data = qEnvironmentVariable("XDG_DATA_HOME", QDir::homePath() + "/.local/share");
    const QString path = data + "/lathe/models/SmolLM2-135M-Instruct.Q4_1.gguf";
    return QFile::exists(path) ? path : QString();
}

QString sha256Of(const QString &path)
{
    QFile file(path);
    QCryptographicHash hash(QCryptographicHash::Sha256);
    if (file.open(QIODevice::ReadOnly))
        hash.addData(&file);
    return QString::fromLatin1(hash.result().toHex());
}

} // namespace

class TestRealChat : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void answersWithTheRightBadge();
    void sameSeedSameAnswer();
    void continuesWhereItStopped();
    void rawPromptIsWhatWasFed();
    void fullContext();
    void stopsAndSurvivesADeadEngine();

private:
    void open(const QString &path, const QString &device = QStringLiteral("cpu"));
    void say(const QString &text);
    void type(const char *field, const QString &text);
    void waitForAnswer() { QTRY_VERIFY_WITH_TIMEOUT(chat()->canSend(), 60000); }
    ChatController *chat() { return m->window().chatPage()->controller(); }
    MessageCard *card(int number) { return m->window().chatPage()->transcript()->cards().value(number); }
    const ChatMessage &message(int number)
    {
        return *chat()->chat()->find(chat()->chat()->path().at(number));
    }
    template <class T> T *part(int number, const char *name) { return card(number)->findChild<T *>(name); }
    void click(QAbstractButton *button)
    {
        QTRY_VERIFY(button && button->isVisible() && button->isEnabled());
        QTest::mouseClick(button, Qt::LeftButton);
    }
    QString chip(int number)
    {
        auto *found = part<Chip>(number, "chatState");
        return found->isVisible() ? found->text() : QString();
    }
    void picture(const char *name);

    std::unique_ptr<WindowFixture> m;
};

void TestRealChat::init()
{
    m = std::make_unique<WindowFixture>(QStringLiteral(LATHE_ENGINE));
    QTRY_VERIFY(m->services().workspace.isOpen());
}

void TestRealChat::cleanup()
{
    m.reset();
}

void TestRealChat::open(const QString &path, const QString &device)
{
    m->services().settings.setDevice(device);
    m->services().models.open(path);
    QTRY_VERIFY_WITH_TIMEOUT(chat()->canSend(), 60000);
    QVERIFY(QTest::qWaitForWindowActive(&m->window()));
}

void TestRealChat::say(const QString &text)
{
    auto *input = m->find<QPlainTextEdit>("chatInput");
    QTest::mouseClick(input->viewport(), Qt::LeftButton);
    QTest::keyClicks(input, text);
    QTest::keyClick(input, Qt::Key_Return);
}

void TestRealChat::type(const char *name, const QString &text)
{
    auto *field = m->find<QLineEdit>(name);
    QTest::mouseClick(field, Qt::LeftButton);
    field->selectAll();
    QTest::keyClicks(field, text);
    QTest::keyClick(field, Qt::Key_Return);
}

void TestRealChat::picture(const char *name)
{
    const QString folder = qEnvironmentVariable("LATHE_SHOTS");
    if (!folder.isEmpty())
        m->window().grab().save(folder + '/' + QLatin1String(name) + ".png");
}

void TestRealChat::answersWithTheRightBadge()
{
    open(kTiny);
    m->find<QSpinBox>("chatMaxTokens")->setValue(24);
    say("Tell me something");
    waitForAnswer();
    const Answer &answer = message(1).answer;
    QCOMPARE(answer.sha256, QStringList{sha256Of(kTiny)});
    QCOMPARE(part<Chip>(1, "chatBadge")->text(), "#" + sha256Of(kTiny).left(8));
    QVERIFY(answer.finish == Finish::Length || answer.finish == Finish::Stop);
    QCOMPARE(answer.tokens > 0 && answer.tokens <= 24, true);
    QVERIFY(answer.tokensPerSecond > 0 && answer.firstTokenSeconds > 0 && !answer.seed.isEmpty());
    QVERIFY(part<QLabel>(1, "chatFigures")->text().endsWith("seed " + answer.seed));
    QTRY_VERIFY(chat()->contextUse().used >= answer.promptTokens + answer.tokens);
    picture("real-tiny");
}

void TestRealChat::sameSeedSameAnswer()
{
    open(kTiny);
    m->find<QSpinBox>("chatMaxTokens")->setValue(16);
    type("chatSeed", "18446744073709551615");
    say("Again");
    waitForAnswer();
    const QString first = message(1).text;
    QCOMPARE(message(1).answer.seed, QString("18446744073709551615"));
    click(part<QToolButton>(1, "chatRegenerate"));
    waitForAnswer();
    QCOMPARE(message(1).text, first);
    QCOMPARE(part<QLabel>(1, "chatVersion")->text(), QString("2 of 2"));
    type("chatSeed", "1");
    click(part<QToolButton>(1, "chatRegenerate"));
    waitForAnswer();
    QVERIFY(message(1).text != first);
}

/// Greedy: eight tokens and then eight more are the sixteen that come at once.
void TestRealChat::continuesWhereItStopped()
{
    open(kTiny);
    auto *preset = m->find<QWidget>("chatPreset");
    preset->setFocus();
    QTest::keyClick(preset, Qt::Key_Home); // Greedy
    m->find<QSpinBox>("chatMaxTokens")->setValue(16);
    say("Count");
    waitForAnswer();
    const ChatMessage whole = message(1);
    m->find<QSpinBox>("chatMaxTokens")->setValue(8);
    click(part<QToolButton>(1, "chatRegenerate"));
    waitForAnswer();
    QVERIFY(whole.text.startsWith(message(1).text));
    QCOMPARE(message(1).answer.finish, Finish::Length);
    const qint64 before = message(1).answer.tokens;
    click(part<QToolButton>(1, "chatContinue"));
    waitForAnswer();
    QVERIFY(message(1).answer.tokens > before);
    QCOMPARE(message(1).answer.sha256.size(), 1);
}

void TestRealChat::rawPromptIsWhatWasFed()
{
    open(kTiny);
    m->find<QSpinBox>("chatMaxTokens")->setValue(4);
    say("typed <|im_end|> here");
    waitForAnswer();
    QTest::keyClick(&m->window(), Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
    auto *raw = m->find<QPlainTextEdit>("chatRawText");
    QTRY_VERIFY_WITH_TIMEOUT(raw->toPlainText().contains("typed <|im_end|> here"), 10000);
    QCOMPARE(card(0)->body()->toPlainText(), QString("typed <|im_end|> here"));
}

void TestRealChat::fullContext()
{
    open(kTiny);
    const CurrentModel *model = m->services().models.current();
    m->services().models.reopen({"cpu", 64, "F32"});
    QTRY_COMPARE(chat()->canSend(), false);
    waitForAnswer();
    QCOMPARE(model->context, 64);
    m->find<QSpinBox>("chatMaxTokens")->setValue(500);
    say("Go on and on");
    waitForAnswer();
    // Random weights end an answer by chance; another seed does not.
    for (int tries = 0; tries < 20 && message(1).answer.finish == Finish::Stop; ++tries) {
        click(part<QToolButton>(1, "chatRegenerate"));
        waitForAnswer();
    }
    QCOMPARE(chip(1), QString("Context full"));
    QTRY_VERIFY(chat()->contextUse().nearlyFull());
    click(part<QPushButton>(1, "chatLargerContext"));
    waitForAnswer();
    QVERIFY(message(1).answer.tokens > 64);
}

/// The default model: Esc stops within 100 ms; an engine that is killed in the middle of an answer is told,
/// what was written stays, a new engine loads the same weights, Regenerate works, and no process is left
/// behind.
void TestRealChat::stopsAndSurvivesADeadEngine()
{
    const QString path = defaultModel();
    QVERIFY2(!path.isEmpty(), "the default model is not here; scripts/run and scripts/test fetch it");
    open(path);
    say("Write a long story about a lathe.");
    QTRY_VERIFY_WITH_TIMEOUT(message(1).answer.tokens >= 5, 60000);
    picture("real-streaming");
    FairTimer since;
    since.start();
    QTest::keyClick(m->find<QPlainTextEdit>("chatInput"), Qt::Key_Escape);
    QCOMPARE(chip(1), QString("Stopped"));
    QVERIFY2(since.elapsed() <= 100, qPrintable(QString::number(since.elapsed())));
    waitForAnswer();
    QVERIFY(part<QLabel>(1, "chatFigures")->text().contains("finished: stopped"));

    say("And another one.");
    QTRY_VERIFY_WITH_TIMEOUT(message(3).answer.tokens >= 3, 60000);
    const QString written = message(3).text;
    const qint64 pid = m->services().engine.processId();
    since.start();
    QCOMPARE(::kill(pid_t(pid), SIGKILL), 0);
    QTRY_COMPARE(chip(3), QString("Cut off"));
    QVERIFY2(since.elapsed() <= 500, qPrintable(QString::number(since.elapsed())));
    QVERIFY(message(3).text.startsWith(written));
    QTRY_VERIFY(m->find<QLabel>("bannerTitle") && m->find<QLabel>("bannerTitle")->isVisible());
    QCOMPARE(m->find<QLabel>("bannerTitle")->text(), QString("The engine stopped while answering"));
    picture("real-cutoff");
    waitForAnswer();
    QVERIFY(m->services().engine.processId() != pid);
    click(part<QPushButton>(3, "chatFailedRegenerate"));
    QTRY_VERIFY_WITH_TIMEOUT(message(3).answer.tokens >= 2, 60000);
    QTest::keyClick(m->find<QPlainTextEdit>("chatInput"), Qt::Key_Escape);
    waitForAnswer();
    const qint64 last = m->services().engine.processId();
    m.reset();
    QCOMPARE(::kill(pid_t(last), 0), -1);
}

QTEST_MAIN(TestRealChat)
#include "tst_real_chat.moc"
