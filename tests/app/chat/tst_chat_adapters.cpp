// SPDX-License-Identifier: GPL-3.0-or-later
// Adapters of a chat: added, scaled, switched, removed, kept, and named with each answer.
#include "chat_fixture.h"

#include "app/desktop/pages/chat/adapter_panel.h"
#include "app/desktop/workspace/export_chat.h"

#include <QAccessible>
#include <QJsonDocument>
#include <QLineEdit>
#include <QSignalSpy>
#include <QSlider>
#include <QStandardPaths>

using namespace lathe::desktop;

static const QString kRecipes = "/models/lora-recipes", kTone = "/models/lora-tone.gguf";

class TestChatAdapters : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup();
    void answersNameThem();
    void continuedAnswersNameAll();
    void scaleIsExact();
    void switchedOffAndRemoved();
    void changesAreUndone();
    void whatDoesNotFitSaysSo();
    void namesAndKeys();
    void manyScroll();
    void areKeptWithTheChat();
    void settingsRead_data();
    void settingsRead();

private:
    QString badge(int number) { return m->part<Chip>(number, "chatBadge")->text(); }
    void ask(const QString &text)
    {
        m->say(text);
        m->waitForAnswer();
    }
    std::unique_ptr<ChatFixture> m;
};

void TestChatAdapters::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    QLocale::setDefault(QLocale::c());
}

void TestChatAdapters::init()
{
    m = std::make_unique<ChatFixture>(QStringLiteral(LATHE_FAKE_ENGINE));
}

void TestChatAdapters::cleanup()
{
    m.reset();
}

void TestChatAdapters::answersNameThem()
{
    m->openModel();
    QVERIFY(m->find<QLabel>("chatAdapterNone")->isVisible());
    ask("Hello");
    QCOMPARE(badge(1), "#b179c952");
    const QString handle = m->models.current()->handle;
    QSignalSpy reloaded(&m->models, &ModelController::currentModelChanged);
    m->controller()->addAdapter(kRecipes, "lora-recipes");
    QVERIFY(!m->find<QLabel>("chatAdapterNone")->isVisible());
    QVERIFY(m->find<QCheckBox>("chatAdapterOn1")->isChecked());
    ask("And now");
    QCOMPARE(badge(3), "#b179c952 + lora-recipes 1.00");
    QVERIFY(m->part<Chip>(3, "chatBadge")->toolTip().endsWith('\n' + kRecipes));
    m->controller()->addAdapter(kTone, "lora-tone");
    ask("And both");
    QCOMPARE(badge(5), "#b179c952 + lora-recipes 1.00 + lora-tone 1.00");
    QCOMPARE(badge(1), "#b179c952"); // what was answered before stays what it was
    QVERIFY(chatAsMarkdown(m->chat()).contains("#b179c952 + lora-recipes 1.00 + lora-tone 1.00\n"));
    // The base stays loaded.
    QCOMPARE(reloaded.count(), 0);
    QCOMPARE(m->models.current()->handle, handle);
    // One that is there already is not added again.
    m->controller()->addAdapter(kRecipes, "lora-recipes");
    QCOMPARE(m->chat().settings.adapters.size(), 2);
}

void TestChatAdapters::continuedAnswersNameAll()
{
    m->openModel();
    m->controller()->addAdapter(kRecipes, "lora-recipes");
    ask("length");
    m->find<QCheckBox>("chatAdapterOn1")->click();
    m->click(1, "chatContinue");
    m->waitForAnswer();
    QVERIFY(m->text(1).endsWith("and it goes on."));
    QCOMPARE(badge(1), "#b179c952 + lora-recipes 1.00");
}

void TestChatAdapters::scaleIsExact()
{
    m->openModel();
    m->controller()->addAdapter(kRecipes, "lora-recipes");
    auto *slider = m->find<QSlider>("chatAdapterScale1");
    auto *field = m->find<QLineEdit>("chatAdapterScale1Value");
    QTest::keyClick(slider, Qt::Key_Right);
    QCOMPARE(field->text(), "1.05");
    QTest::keyClick(slider, Qt::Key_Home);
    QCOMPARE(m->chat().settings.adapters[0].scale, 0.0);
    const auto type = [&](const QString &text) {
        field->setFocus();
        field->selectAll();
        QTest::keyClicks(field, text);
        QTest::keyClick(field, Qt::Key_Return);
    };
    type("0.72");
    QCOMPARE(m->chat().settings.adapters[0].scale, 0.72);
    auto *fault = m->find<QLabel>("chatAdapterScale1Fault");
    type("3");
    QVERIFY(fault->isVisible());
    QCOMPARE(fault->text(), "Scale of lora-recipes goes from 0 to 2.");
    QCOMPARE(m->chat().settings.adapters[0].scale, 0.72);
    type("0.72");
    QVERIFY(!fault->isVisible());
    ask("Hello");
    QCOMPARE(badge(1), "#b179c952 + lora-recipes 0.72");
}

void TestChatAdapters::switchedOffAndRemoved()
{
    m->openModel();
    m->controller()->addAdapter(kRecipes, "lora-recipes");
    m->controller()->addAdapter(kTone, "lora-tone");
    ask("Hello");
    QTest::mouseClick(m->find<QCheckBox>("chatAdapterOn1"), Qt::LeftButton, {}, QPoint(8, 8));
    ask("And now");
    QCOMPARE(badge(3), "#b179c952 + lora-tone 1.00");
    QTest::mouseClick(m->find<QToolButton>("chatAdapterRemove2"), Qt::LeftButton);
    QCOMPARE(m->chat().settings.adapters.size(), 1);
    QCOMPARE(m->chat().settings.adapters[0].path, kRecipes);
    QTRY_VERIFY(!m->find<QCheckBox>("chatAdapterOn2"));
    ask("Nothing");
    QCOMPARE(badge(5), "#b179c952");
    m->controller()->addAdapter(kRecipes, "lora-recipes"); // which means: use it
    QVERIFY(m->chat().settings.adapters[0].on);
}

void TestChatAdapters::changesAreUndone()
{
    m->openModel();
    QUndoStack *stack = m->workspace.undoStack();
    m->controller()->addAdapter(kRecipes, "lora-recipes");
    QCOMPARE(stack->undoText(), "add adapter lora-recipes");
    auto *slider = m->find<QSlider>("chatAdapterScale1");
    for (int i = 0; i < 3; ++i)
        QTest::keyClick(slider, Qt::Key_Left);
    QCOMPARE(m->chat().settings.adapters[0].scale, 0.85);
    stack->undo(); // one drag is one edit
    QCOMPARE(m->chat().settings.adapters[0].scale, 1.0);
    QCOMPARE(m->find<QLineEdit>("chatAdapterScale1Value")->text(), "1.00");
    stack->undo();
    QVERIFY(m->chat().settings.adapters.isEmpty());
    QVERIFY(m->find<QLabel>("chatAdapterNone")->isVisible());
    stack->redo();
    QCOMPARE(m->chat().settings.adapters.size(), 1);
}

void TestChatAdapters::whatDoesNotFitSaysSo()
{
    m->openModel();
    m->controller()->addAdapter("/models/lora-misfit", "lora-misfit");
    auto *fault = m->find<QLabel>("chatAdapterFault1");
    QTRY_VERIFY(fault->isVisible());
    QVERIFY2(fault->text().contains("576 x 576 in the model, not 2048 x 2048"), qPrintable(fault->text()));
    QCOMPARE(m->find<QCheckBox>("chatAdapterOn1")->accessibleDescription(), fault->text());
    // It is never left out silently: the answer fails with the same line.
    ask("Hello");
    QCOMPARE(m->chip(1), "Failed");
    QVERIFY(m->label(1, "chatFault").contains("576 x 576"));
    m->find<QCheckBox>("chatAdapterOn1")->click();
    m->click(1, "chatFailedRegenerate");
    m->waitForAnswer();
    QVERIFY2(m->text(1).startsWith("Answer "), qPrintable(m->text(1)));
    QCOMPARE(badge(1), "#b179c952");
}

void TestChatAdapters::namesAndKeys()
{
    m->openModel();
    m->controller()->addAdapter(kRecipes, "a-very-long-name-that-does-not-fit-into-the-panel");
    auto *on = m->find<QCheckBox>("chatAdapterOn1");
    QTRY_VERIFY(on->toolTip().contains("rank 8, 3.70 MB"));
    QVERIFY(on->toolTip().startsWith(on->text()));
    QVERIFY(on->width() < 130);
    for (const char *name : {"chatAdapterOn1", "chatAdapterScale1", "chatAdapterScale1Value",
                             "chatAdapterRemove1", "chatAdapterAdd"}) {
        auto *widget = m->find<QWidget>(name);
        QVERIFY2(widget && widget->isVisible() && widget->focusPolicy() != Qt::NoFocus, name);
        QVERIFY2(!QAccessible::queryAccessibleInterface(widget)->text(QAccessible::Name).isEmpty(), name);
    }
    on->setFocus();
    QTest::keyClick(on, Qt::Key_Space);
    QVERIFY(!m->chat().settings.adapters[0].on);
    QTest::keyClick(on, Qt::Key_Tab);
    QVERIFY(m->find<QSlider>("chatAdapterScale1")->hasFocus());
    QSignalSpy wanted(m->page, &ChatPage::addAdapterRequested);
    QTest::mouseClick(m->find<QToolButton>("chatAdapterAdd"), Qt::LeftButton);
    QCOMPARE(wanted.count(), 1);
}

void TestChatAdapters::manyScroll()
{
    m->openModel();
    const int before = m->window.minimumSizeHint().height();
    for (int i = 0; i < 12; ++i)
        m->controller()->addAdapter(kRecipes + QString::number(i), "lora-" + QString::number(i));
    QTRY_VERIFY(m->find<QWidget>("chatAdapterOn12"));
    ask("Hello"); // the badge with all their names ends in …, the card is no wider for it
    auto *chip = m->part<Chip>(1, "chatBadge");
    QVERIFY(chip->text().endsWith("lora-recipes11 1.00"));
    QVERIFY(chip->toolTip().startsWith(chip->text()));
    QTRY_VERIFY(chip->width() < chip->sizeHint().width());
    const QWidget *transcript = m->page->transcript();
    QTRY_VERIFY(m->card(1)->mapTo(transcript, m->card(1)->rect().bottomRight()).x() < transcript->width());
    QVERIFY(m->window.minimumSizeHint().height() <= before + 60); // they scroll, the window does not grow
}

void TestChatAdapters::areKeptWithTheChat()
{
    m->openModel();
    m->controller()->addAdapter(kRecipes, "lora-recipes");
    ask("Hello");
    const qint64 first = m->controller()->currentChat();
    QTest::keyClick(&m->window, Qt::Key_N, Qt::ControlModifier);
    m->find<QCheckBox>("chatAdapterOn1")->click(); // another chat, another choice
    ask("Hello again");
    QCOMPARE(badge(1), "#b179c952");
    m->controller()->openChat(first);
    QTRY_COMPARE(m->controller()->currentChat(), first);
    QVERIFY(m->find<QCheckBox>("chatAdapterOn1")->isChecked());
    ask("Once more");
    QCOMPARE(badge(3), "#b179c952 + lora-recipes 1.00");
    // A window that is opened again finds both, and the badges of old answers.
    QTemporaryDir kept;
    {
        ChatFixture before(QStringLiteral(LATHE_FAKE_ENGINE), {}, kept.path());
        before.openModel();
        before.controller()->addAdapter(kTone, "lora-tone");
        before.say("Hello");
        before.waitForAnswer();
    }
    ChatFixture after(QStringLiteral(LATHE_FAKE_ENGINE), {}, kept.path());
    const QList<const Chat *> chats = after.workspace.chats();
    const auto told = std::ranges::find_if(chats, [](const Chat *chat) { return !chat->title.isEmpty(); });
    QVERIFY(told != chats.end());
    after.controller()->openChat((*told)->id);
    QTRY_COMPARE(after.page->transcript()->cards().size(), 2);
    QCOMPARE(after.chat().settings.adapters[0], (ChatAdapter{kTone, "lora-tone", 1, true}));
    QCOMPARE(after.part<Chip>(1, "chatBadge")->text(), "#b179c952 + lora-tone 1.00");
}

void TestChatAdapters::settingsRead_data()
{
    QTest::addColumn<QByteArray>("stored");
    QTest::addColumn<int>("count");
    QTest::addColumn<double>("scale");
    QTest::newRow("before adapters") << QByteArray("{}") << 0 << 0.0;
    QTest::newRow("one") << QByteArray(R"({"adapters":[{"path":"/a","name":"a","scale":0.5,"on":true}]})")
                         << 1 << 0.5;
    QTest::newRow("out of range") << QByteArray(R"({"adapters":[{"path":"/a","name":"a","scale":9}]})") << 1
                                  << 2.0;
    QTest::newRow("no path") << QByteArray(R"({"adapters":[{"name":"a"}, 7]})") << 0 << 0.0;
}

void TestChatAdapters::settingsRead()
{
    QFETCH(QByteArray, stored);
    QFETCH(int, count);
    const ChatSettings settings = ChatSettings::fromJson(QJsonDocument::fromJson(stored).object());
    QCOMPARE(settings.adapters.size(), count);
    if (count > 0)
        QTEST(settings.adapters[0].scale, "scale");
    QCOMPARE(ChatSettings::fromJson(settings.toJson()), settings);
}

QTEST_MAIN(TestChatAdapters)
#include "tst_chat_adapters.moc"
