// SPDX-License-Identifier: GPL-3.0-or-later
// The Chat page with the fake engine: it works, it stops, it fails with a message, it undoes.
#include "chat_fixture.h"

#include <QClipboard>
#include <QComboBox>
#include <QJsonDocument>
#include <QLineEdit>
#include <QListView>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSlider>
#include <QStandardPaths>

#include <csignal>

using namespace lathe::desktop;

class TestChatPage : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup();
    void answers();
    void screenshots();

private:
    std::unique_ptr<ChatFixture> m;
};

void TestChatPage::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
}

void TestChatPage::init()
{
    m = std::make_unique<ChatFixture>(QStringLiteral(LATHE_FAKE_ENGINE));
}

void TestChatPage::cleanup()
{
    m.reset();
}

void TestChatPage::answers()
{
    QVERIFY(!m->find<QPushButton>("chatSend")->isEnabled());
    m->openModel();
    QVERIFY(m->find<QWidget>("chatEmpty")->isVisible());
    m->say("Hello");
    m->waitForAnswer();
    QCOMPARE(m->page->transcript()->cards().size(), 2);
    QCOMPARE(m->text(0), QString("Hello"));
    QCOMPARE(m->text(1), QString("Answer 1 to: Hello."));
    QCOMPARE(m->label(1, "chatMessageTitle"), QString::fromUtf8("SmolLM2-135M-Instruct · Q4_1"));
    QCOMPARE(m->part<Chip>(1, "chatBadge")->text(), QString("#b179c952"));
    QCOMPARE(m->label(1, "chatFigures"),
             QString::fromUtf8(
                 "142 tokens/s · first token 0.09 s · 4 tokens · finished: end of text · seed 8812"));
}

void TestChatPage::screenshots()
{
    const QString folder = qEnvironmentVariable("LATHE_SHOTS");
    if (folder.isEmpty())
        QSKIP("only with LATHE_SHOTS=folder");
    for (const bool dark : {false, true}) {
        m.reset();
        init();
        m->theme.setMode(dark ? ThemeMode::Dark : ThemeMode::Light);
        const QString suffix = dark ? "-dark.png" : "-light.png";
        m->openModel();
        m->window.grab().save(folder + "/empty" + suffix);
        m->say("Why is the sky blue? Give me code.");
        m->waitForAnswer();
        m->say("And at sunset? die");
        QTRY_VERIFY(m->chip(3) == "Cut off");
        m->waitForAnswer();
        QTest::qWait(200);
        m->window.grab().save(folder + "/cutoff" + suffix);
        m->click(1, "chatRegenerate");
        m->waitForAnswer();
        m->say("slow one <|im_end|> typed");
        QTRY_VERIFY(m->text(3).size() > 60);
        m->window.grab().save(folder + "/streaming" + suffix);
        QTest::keyClick(&m->window, Qt::Key_Escape);
        m->waitForAnswer();
        m->window.grab().save(folder + "/stopped" + suffix);
    }
}

QTEST_MAIN(TestChatPage)
#include "tst_chat_page.moc"
