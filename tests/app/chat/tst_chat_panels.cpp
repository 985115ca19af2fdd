// SPDX-License-Identifier: GPL-3.0-or-later
// The parts around the conversation: settings, chat list, search, find, raw prompt, probabilities, export,
// keys.
#include "chat_fixture.h"

#include "app/desktop/pages/chat/name_dialog.h"
#include "app/desktop/pages/chat/preset_box.h"

#include <QAccessible>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMessageBox>
#include <QProgressBar>
#include <QSlider>
#include <QSpinBox>
#include <QStandardPaths>

using namespace lathe::desktop;

class TestChatPanels : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup();
    void systemPrompt();
    void samplerReachesTheEngine();
    void presets();
    void ownPresets();
    void presetNames();
    void sliderValidation();
    void seedValidation();
    void maxTokensNote();
    void rawPrompt();
    void probabilities();
    void contextMeter();
    void findInConversation();
    void searchesAllChats();
    void chatListRenamesAndTrashes();
    void copies();
    void exports();
    void exportFails();
    void newChatKeepsSettings();
    void keysOnlyWhileVisible();
    void names();

private:
    std::unique_ptr<ChatFixture> m;
};

void TestChatPanels::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
}

void TestChatPanels::init()
{
    Settings().setSamplingPresets({});
    m = std::make_unique<ChatFixture>(QStringLiteral(LATHE_FAKE_ENGINE));
}

void TestChatPanels::cleanup()
{
    m.reset();
}

void TestChatPanels::systemPrompt()
{
    auto *system = m->find<QPlainTextEdit>("chatSystem");
    auto *reset = m->find<QToolButton>("chatSystemReset");
    m->openModel();
    QCOMPARE(system->toPlainText(), QString("You are a helpful assistant.")); // the template's own
    QVERIFY(!reset->isEnabled());
    system->selectAll();
    QTest::keyClicks(system, "Speak like a lathe.");
    QCOMPARE(m->chat().system, std::optional<QString>("Speak like a lathe."));
    m->say("echo system");
    m->waitForAnswer();
    QCOMPARE(m->text(1), QString("Speak like a lathe."));
    QCOMPARE(m->workspace.undoStack()->count(), 1); // one spell of typing is one edit
    m->workspace.undoStack()->undo();
    QCOMPARE(system->toPlainText(), QString("You are a helpful assistant."));
    m->workspace.undoStack()->redo();
    QVERIFY(reset->isEnabled());
    QTest::mouseClick(reset, Qt::LeftButton);
    QVERIFY(!m->chat().system);
    system->clear(); // none at all is sent as an empty one, which keeps the template's own out
    m->say("echo system");
    m->waitForAnswer();
    QCOMPARE(m->text(3), QString());
}

void TestChatPanels::samplerReachesTheEngine()
{
    m->openModel();
    QTest::keyClick(m->find<QSlider>("chatTopK"), Qt::Key_Home);
    m->find<QComboBox>("chatOverflow")->setCurrentIndex(1);
    emit m->find<QComboBox>("chatOverflow")->activated(1);
    auto *seed = m->find<QLineEdit>("chatSeed");
    seed->setFocus();
    QTest::keyClicks(seed, "18446744073709551615");
    QTest::keyClick(seed, Qt::Key_Return);
    m->say("settings");
    m->waitForAnswer();
    const QJsonObject sent = QJsonDocument::fromJson(m->text(1).toUtf8()).object();
    QCOMPARE(sent["sampler"].toObject()["topK"].toInt(-1), 0);
    QCOMPARE(sent["sampler"].toObject()["temperature"].toDouble(), 0.7);
    QCOMPARE(sent["sampler"].toObject()["repeatPenalty"].toDouble(), 1.05);
    QCOMPARE(sent["overflow"].toString(), QString("shift"));
    QCOMPARE(sent["seed"].toString(), QString("18446744073709551615"));
    QCOMPARE(sent["maxTokens"].toInt(), 512);
    QCOMPARE(sent["plainContent"].toBool(), true);
    QVERIFY(m->label(1, "chatFigures").endsWith("seed 18446744073709551615"));
    // However long the seed, one line; the tooltip has what is cut.
    auto *figures = m->part<QLabel>(1, "chatFigures");
    QVERIFY(figures->height() < 2 * figures->fontMetrics().height());
    QCOMPARE(figures->toolTip(), figures->text());
}

void TestChatPanels::presets()
{
    m->openModel();
    auto *preset = m->find<QComboBox>("chatPreset");
    QCOMPARE(preset->currentText(), QString("Balanced"));
    QTest::keyClick(m->find<QSlider>("chatTemperature"), Qt::Key_Right);
    QCOMPARE(preset->currentText(), QString("Balanced (changed)"));
    QCOMPARE(m->find<QLineEdit>("chatTemperatureValue")->text(), QString("0.71"));
    QTest::keyClick(preset, Qt::Key_Up);
    QCOMPARE(preset->currentText(), QString("Greedy"));
    QCOMPARE(m->find<QLineEdit>("chatTemperatureValue")->text(), QString("0.00"));
    QCOMPARE(m->chat().settings.sampler, builtInPresets().first().sampler);
    m->workspace.undoStack()->undo();
    QCOMPARE(preset->currentText(), QString("Balanced (changed)"));
    m->workspace.undoStack()->undo();
    QCOMPARE(preset->currentText(), QString("Balanced"));
}

/// Chooses an entry of the menu beside the presets.
static void choosePresetAction(ChatFixture &fixture, const QString &text)
{
    QTRY_VERIFY(!fixture.find<QMenu>("chatPresetActions")); // the one before is gone
    QTest::mouseClick(fixture.find<QWidget>("chatPresetMenu"), Qt::LeftButton);
    auto *menu = fixture.find<QMenu>("chatPresetActions");
    QVERIFY(menu);
    for (QAction *action : menu->actions()) {
        if (action->isVisible() && action->text() == text) {
            menu->close();
            action->trigger();
            return;
        }
    }
    QFAIL(qPrintable("no entry " + text));
}

void TestChatPanels::ownPresets()
{
    auto *combo = m->find<QComboBox>("chatPreset");
    m->find<QSlider>("chatTemperature")->setValue(30);
    QCOMPARE(combo->currentText(), QString("Balanced (changed)"));
    choosePresetAction(*m, "Save as …");
    auto *dialog = m->find<NameDialog>("nameDialog");
    QVERIFY(dialog && !dialog->findChild<QPushButton *>("nameSave")->isEnabled());
    QTest::keyClicks(dialog->findChild<QLineEdit *>("nameField"), "Dry");
    QTest::mouseClick(dialog->findChild<QPushButton *>("nameSave"), Qt::LeftButton);
    QTRY_COMPARE(combo->currentText(), QString("Dry"));
    QCOMPARE(m->chat().settings.preset, QString("Dry"));
    QCOMPARE(combo->count(), 4);

    // Another one, and back: the numbers are those that were saved.
    emit combo->activated(0);
    QCOMPARE(m->chat().settings.sampler.temperature, 0.0);
    emit combo->activated(3);
    QCOMPARE(m->chat().settings.sampler.temperature, 0.3);

    // Changed and saved over; then renamed.
    m->find<QSlider>("chatTemperature")->setValue(40);
    QCOMPARE(combo->currentText(), QString("Dry (changed)"));
    choosePresetAction(*m, "Save “Dry”");
    QCOMPARE(combo->currentText(), QString("Dry"));
    choosePresetAction(*m, "Rename “Dry” …");
    QTRY_VERIFY(m->find<NameDialog>("nameDialog") && m->find<NameDialog>("nameDialog")->isVisible());
    dialog = m->find<NameDialog>("nameDialog");
    dialog->findChild<QLineEdit *>("nameField")->setText("Bone dry");
    QTest::keyClick(dialog, Qt::Key_Return);
    QTRY_COMPARE(combo->currentText(), QString("Bone dry"));
    QCOMPARE(m->chat().settings.preset, QString("Bone dry"));

    // Kept by the settings, not by the widget.
    Settings again;
    QCOMPARE(again.samplingPresets().size(), 1);
    QCOMPARE(again.samplingPresets().first().toObject()["temperature"].toDouble(), 0.4);

    choosePresetAction(*m, "Delete “Bone dry” …");
    auto *question = m->find<QMessageBox>("chatPresetDelete");
    QVERIFY(question);
    for (QAbstractButton *button : question->buttons())
        if (question->buttonRole(button) == QMessageBox::AcceptRole)
            button->click();
    QTRY_COMPARE(combo->count(), 3);
    QCOMPARE(m->chat().settings.sampler.temperature, 0.4); // the chat keeps its numbers
    QCOMPARE(combo->currentText(), QString("Balanced (changed)"));
}

void TestChatPanels::presetNames()
{
    const PresetBox box(&m->settings);
    QVERIFY(!box.nameFault("  ").isEmpty());
    QCOMPARE(box.nameFault(" greedy"), QString("“greedy” is there already. Choose another name."));
    QCOMPARE(box.nameFault("Mine"), QString());
    QCOMPARE(box.nameFault("Greedy", "Greedy"), QString());
}

void TestChatPanels::sliderValidation()
{
    auto *field = m->find<QLineEdit>("chatTemperatureValue");
    auto *fault = m->find<QLabel>("chatTemperatureFault");
    const auto type = [&](const QString &text) {
        field->setFocus();
        field->selectAll();
        QTest::keyClicks(field, text);
        QTest::keyClick(field, Qt::Key_Return);
    };
    type("2.5");
    QVERIFY(fault->isVisible());
    QCOMPARE(fault->text(), QString("Temperature goes from 0 to 2."));
    QCOMPARE(m->chat().settings.sampler.temperature, 0.7);
    type("warm");
    QVERIFY(fault->isVisible());
    type("1.234");
    QVERIFY(!fault->isVisible());
    QCOMPARE(m->chat().settings.sampler.temperature, 1.234); // exact, though the slider has steps
    QCOMPARE(m->find<QSlider>("chatTemperature")->value(), 123);
}

void TestChatPanels::seedValidation()
{
    auto *seed = m->find<QLineEdit>("chatSeed");
    auto *fixed = m->find<QAbstractButton>("chatSeedFixed");
    auto *fault = m->find<QLabel>("chatSeedFault");
    seed->setFocus();
    QTest::keyClicks(seed, "18446744073709551616");
    QTest::keyClick(seed, Qt::Key_Return);
    QVERIFY(fault->isVisible());
    QCOMPARE(fault->text(), QString("Whole number from 0 to 18,446,744,073,709,551,615."));
    seed->selectAll();
    QTest::keyClicks(seed, "7");
    QTest::keyClick(seed, Qt::Key_Return);
    QVERIFY(!fault->isVisible());
    QVERIFY(fixed->isChecked()); // typed, so meant
    m->openModel();
    m->say("x");
    m->waitForAnswer();
    QVERIFY(m->label(1, "chatFigures").endsWith("seed 7"));
    QTest::mouseClick(fixed, Qt::LeftButton, {}, QPoint(8, fixed->height() / 2));
    QVERIFY(!m->chat().settings.seedFixed);
    m->say("y");
    m->waitForAnswer();
    QCOMPARE(seed->text(), QString("8812")); // the seed the engine took
}

void TestChatPanels::maxTokensNote()
{
    m->openModel();
    auto *spin = m->find<QSpinBox>("chatMaxTokens");
    auto *note = m->find<QLabel>("chatMaxTokensNote");
    QCOMPARE(spin->value(), 512);
    QVERIFY(!note->isVisible());
    QTRY_COMPARE(m->controller()->contextUse().size, 2048);
    spin->setValue(4000);
    QVERIFY(note->isVisible());
    QCOMPARE(note->text(), QString("At most 2,048 tokens remain in this context."));
    spin->setValue(2);
    m->say("three words here");
    m->waitForAnswer();
    QCOMPARE(m->text(1), QString("Answer 1"));
    QVERIFY(m->label(1, "chatFigures").contains("finished: length limit"));
}

void TestChatPanels::rawPrompt()
{
    m->openModel();
    m->say("Hello");
    m->waitForAnswer();
    QTest::keyClick(&m->window, Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
    auto *raw = m->find<QPlainTextEdit>("chatRawText");
    QTRY_VERIFY(raw->isVisible());
    QTRY_COMPARE(
        raw->toPlainText(),
        QString("<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\nAnswer 1 to: Hello.<|im_end|>\n"));
    QVERIFY(m->find<QLabel>("chatRawCaption")->text().startsWith("What the model is fed, "));
    QTest::keyClicks(m->input(), "and");
    QTRY_VERIFY(raw->toPlainText().endsWith("<|im_start|>user\nand<|im_end|>\n<|im_start|>assistant\n"));
    QTest::keyClick(&m->window, Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(m->page->transcript()->isVisible());
}

void TestChatPanels::probabilities()
{
    m->openModel();
    QTest::keyClick(&m->window, Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
    m->say("Hello");
    m->waitForAnswer();
    auto *table = m->part<QAbstractItemView>(1, "chatTokens");
    QVERIFY(table && table->isVisible());
    QCOMPARE(table->model()->rowCount(), 4);
    QCOMPARE(table->model()->index(1, 1).data().toString(), QString::fromUtf8("␣1"));
    QCOMPARE(table->model()->index(1, 2).data().toString(), QString::fromUtf8("90.0 %"));
    QCOMPARE(m->text(1), QString("Answer 1 to: Hello."));
    QTest::keyClick(&m->window, Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(!table->isVisible());
}

void TestChatPanels::contextMeter()
{
    m->openModel();
    auto *meter = m->find<QProgressBar>("chatContext");
    auto *text = m->find<QLabel>("chatContextText");
    QTRY_COMPARE(text->text(), QString("0 of 2,048 tokens"));
    QTest::keyClicks(m->input(), "four words of text");
    QTRY_COMPARE(text->text(), QString("11 of 2,048 tokens"));
    QCOMPARE(meter->value(), 11);
    QCOMPARE(meter->accessibleName(), QString("Context: 11 of 2,048 tokens"));
    m->input()->setPlainText(QString("word ").repeated(1900));
    QTRY_VERIFY(text->text().endsWith("nearly full"));
}

void TestChatPanels::findInConversation()
{
    m->openModel();
    m->say("cat and Cat");
    m->waitForAnswer();
    QTest::keyClick(&m->window, Qt::Key_F, Qt::ControlModifier);
    auto *field = m->find<QLineEdit>("chatFind");
    QVERIFY(field->isVisible() && field->hasFocus());
    QTest::keyClicks(field, "cat");
    auto *count = m->find<QLabel>("chatFindCount");
    QCOMPARE(count->text(), QString("1 of 4"));
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(count->text(), QString("2 of 4"));
    QTest::keyClick(field, Qt::Key_Return, Qt::ShiftModifier);
    QTest::keyClick(field, Qt::Key_Return, Qt::ShiftModifier);
    QCOMPARE(count->text(), QString("4 of 4"));
    field->setText("dog");
    QCOMPARE(count->text(), QString("Not found"));
    field->setText("cat");
    QTest::keyClick(field, Qt::Key_Escape);
    QVERIFY(!field->isVisible());
    QCOMPARE(m->card(0)->body()->extraSelections().size(), 0);
}

void TestChatPanels::searchesAllChats()
{
    m->openModel();
    m->say("About sourdough");
    m->waitForAnswer();
    m->click(0, "chatEdit"); // the search finds what stands on a branch that is not shown
    QTest::keyClicks(m->part<QPlainTextEdit>(0, "chatEditor"), " and rye");
    m->click(0, "chatEditSave");
    m->waitForAnswer();
    m->click(0, "chatVersionPrev");
    const qint64 bread = m->controller()->currentChat();
    QTest::keyClick(&m->window, Qt::Key_N, Qt::ControlModifier);
    QVERIFY(m->controller()->currentChat() != bread);
    QTest::keyClick(&m->window, Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
    auto *search = m->find<QLineEdit>("chatSearch");
    QVERIFY(search->hasFocus());
    QTest::keyClicks(search, "rye");
    auto *list = m->find<QListView>("chatList");
    QTRY_VERIFY(list->model()->rowCount() == 1 &&
                list->model()->index(0, 0).data().toString().startsWith("About"));
    QTest::keyClick(search, Qt::Key_Down);
    QTest::keyClick(list, Qt::Key_Return);
    QTRY_COMPARE(m->controller()->currentChat(), bread);
    QCOMPARE(m->text(0), QString("About sourdough and rye"));
    search->setText("nothing of the kind");
    QTRY_COMPARE(list->model()->index(0, 0).data().toString(), QString("Nothing found"));
    QTest::keyClick(search, Qt::Key_Escape);
    QTRY_COMPARE(list->model()->index(0, 0).data().toString(), QString("Today"));
}

void TestChatPanels::chatListRenamesAndTrashes()
{
    m->openModel();
    m->say("Hello");
    m->waitForAnswer();
    auto *list = m->find<QListView>("chatList");
    QCOMPARE(list->model()->rowCount(), 2); // "Today" and the chat
    QVERIFY(!(list->model()->flags(list->model()->index(0, 0)) & Qt::ItemIsSelectable));
    const qint64 id = m->controller()->currentChat();
    list->setFocus();
    QTest::keyClick(list, Qt::Key_F2);
    auto *editor = list->findChild<QLineEdit *>();
    QVERIFY(editor);
    editor->selectAll();
    QTest::keyClicks(editor, "Greeting");
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE(m->workspace.chat(id)->title, QString("Greeting"));
    QTest::keyClick(list, Qt::Key_Delete);
    QVERIFY(m->workspace.chat(id)->trashed > 0);
    QVERIFY(m->controller()->currentChat() != id);
    QVERIFY(!list->model()->match(list->model()->index(0, 0), Qt::DisplayRole, "Greeting").size());
    m->workspace.undoStack()->undo();
    QTRY_COMPARE(m->controller()->currentChat(), id); // it is shown again
    QCOMPARE(m->text(0), QString("Hello"));
    m->workspace.undoStack()->undo();
    QCOMPARE(m->workspace.chat(id)->title, QString("Hello"));
}

void TestChatPanels::copies()
{
    m->openModel();
    m->say("code");
    m->waitForAnswer();
    m->click(0, "chatCopy");
    QCOMPARE(QGuiApplication::clipboard()->text(), QString("code"));
    QTest::keyClick(&m->window, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(QGuiApplication::clipboard()->text().contains("**more strongly**")); // as Markdown
    auto *code = m->part<QPushButton>(1, "chatCodeCopy");
    QTest::mouseClick(code, Qt::LeftButton);
    QVERIFY(QGuiApplication::clipboard()->text().startsWith("import math\n"));
}

void TestChatPanels::exports()
{
    m->openModel();
    m->say("Hello");
    m->waitForAnswer();
    m->click(1, "chatRegenerate");
    m->waitForAnswer();
    QTemporaryDir folder;
    QCOMPARE(m->page->exportTo(folder.filePath("c.md"), false), QString());
    QCOMPARE(m->page->exportTo(folder.filePath("c.json"), true), QString());
    QFile markdown(folder.filePath("c.md"));
    QVERIFY(markdown.open(QIODevice::ReadOnly));
    QVERIFY(markdown.readAll().contains("Answer 2 to: Hello."));
    QFile json(folder.filePath("c.json"));
    QVERIFY(json.open(QIODevice::ReadOnly));
    const QJsonObject tree = QJsonDocument::fromJson(json.readAll()).object();
    QCOMPARE(tree["messages"].toArray()[0].toObject()["children"].toArray().size(), 2);
    // By hand: Ctrl+E, the menu, the dialog.
    QTest::keyClick(&m->window, Qt::Key_E, Qt::ControlModifier);
    auto *menu = m->find<QMenu>("chatExportMenu");
    QTRY_VERIFY(menu && menu->isVisible());
    menu->actions()[0]->trigger();
    menu->close();
    auto *dialog = m->find<QFileDialog>("chatExportDialog");
    QTRY_VERIFY(dialog && dialog->isVisible());
    dialog->close();
}

void TestChatPanels::exportFails()
{
    m->openModel();
    m->say("Hello");
    m->waitForAnswer();
    const QString fault = m->page->exportTo("/nowhere/at/all.md", false);
    QVERIFY(!fault.isEmpty());
}

void TestChatPanels::newChatKeepsSettings()
{
    m->openModel();
    QTest::keyClick(m->find<QSlider>("chatTemperature"), Qt::Key_End);
    m->say("Hello");
    m->waitForAnswer();
    QTest::keyClick(&m->window, Qt::Key_N, Qt::ControlModifier);
    QCOMPARE(m->chat().settings.sampler.temperature, 2.0);
    QVERIFY(m->chat().messages.isEmpty());
    const qint64 id = m->controller()->currentChat();
    QTest::keyClick(&m->window, Qt::Key_N, Qt::ControlModifier);
    QCOMPARE(m->controller()->currentChat(), id); // an untouched chat is the new chat
}

void TestChatPanels::keysOnlyWhileVisible()
{
    QAction *find = m->commands.find("chatFindCommand");
    QAction *stop = m->commands.find("chatStopCommand");
    QVERIFY(find->isEnabled());
    QVERIFY(!stop->isEnabled());
    m->openModel();
    m->say("slow");
    QVERIFY(stop->isEnabled());
    m->page->hide();
    QVERIFY(!find->isEnabled());
    QVERIFY(!stop->isEnabled());
    m->page->show();
    QVERIFY(stop->isEnabled());
    m->controller()->stop();
    m->waitForAnswer();
    QVERIFY(!stop->isEnabled());
}

/// Everything that takes the focus has a name and an object name; icon buttons have a tooltip and 26×26.
void TestChatPanels::names()
{
    m->openModel();
    m->say("code");
    m->waitForAnswer();
    const auto isControl = [](const QWidget *widget) {
        for (const char *kind : {"QLineEdit", "QAbstractButton", "QTextEdit", "QPlainTextEdit", "QSlider",
                                 "QComboBox", "QAbstractItemView"})
            if (widget->inherits(kind))
                return !widget->objectName().startsWith("qt_"); // Qt's own parts, such as a spin box's line
        return false;
    };
    for (QWidget *widget : m->window.findChildren<QWidget *>()) {
        if (!widget->isVisible() || widget->focusPolicy() == Qt::NoFocus || !isControl(widget))
            continue;
        QAccessibleInterface *seen = QAccessible::queryAccessibleInterface(widget);
        QVERIFY2(seen && !seen->text(QAccessible::Name).isEmpty(),
                 qPrintable(widget->metaObject()->className() + QString(" ") + widget->objectName()));
        QVERIFY2(!widget->objectName().isEmpty(), qPrintable(seen->text(QAccessible::Name)));
        if (auto *button = qobject_cast<QToolButton *>(widget)) {
            QVERIFY2(!button->toolTip().isEmpty(), qPrintable(button->objectName()));
            QCOMPARE(button->size(), QSize(26, 26));
        }
    }
    QCOMPARE(m->part<QToolButton>(1, "chatCopy")->accessibleName(), QString("Copy answer 2"));
    QCOMPARE(QAccessible::queryAccessibleInterface(m->page->transcript())->role(), QAccessible::List);
}

QTEST_MAIN(TestChatPanels)
#include "tst_chat_panels.moc"
