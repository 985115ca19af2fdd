// SPDX-License-Identifier: GPL-3.0-or-later
// The settings beside the conversation: system prompt, sampling, presets, seed, length.
#include "chat_fixture.h"

#include "app/desktop/pages/chat/name_dialog.h"
#include "app/desktop/pages/chat/preset_box.h"

#include <QComboBox>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QSlider>
#include <QSpinBox>
#include <QStandardPaths>

using namespace lathe::desktop;

class TestChatSettings : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup();
    void systemPrompt();
    void samplerReachesTheEngine();
    void presets();
    void whatTheModelAsksFor();
    void ownPresets();
    void presetNames();
    void sliderValidation();
    void seedValidation();
    void maxTokensNote();
    void newChatKeepsSettings();

private:
    std::unique_ptr<ChatFixture> m;
};

void TestChatSettings::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
}

void TestChatSettings::init()
{
    Settings().setSamplingPresets({});
    m = std::make_unique<ChatFixture>(QStringLiteral(LATHE_FAKE_ENGINE));
}

void TestChatSettings::cleanup()
{
    m.reset();
}

void TestChatSettings::systemPrompt()
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

void TestChatSettings::samplerReachesTheEngine()
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

void TestChatSettings::presets()
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

void TestChatSettings::whatTheModelAsksFor()
{
    auto *preset = m->find<QComboBox>("chatPreset");
    m->openModel();
    QCOMPARE(preset->findText("Model's own"), -1);
    m->openModel("/models/Qwen3-4B.gguf");
    QTRY_COMPARE(preset->findText("Model's own"), int(builtInPresets().size()));
    QCOMPARE(preset->currentText(), QString("Balanced")); // offered, not chosen
    preset->setFocus();
    QTest::keyClick(preset, Qt::Key_End);
    QCOMPARE(preset->currentText(), QString("Model's own"));
    QCOMPARE(m->chat().settings.sampler, (SamplerSettings{0.6, 20, 0.95, 0.0, 1.0}));
    // Another model asks for nothing: the numbers stay, and say that they are changed.
    m->openModel();
    QTRY_COMPARE(preset->findText("Model's own"), -1);
    QCOMPARE(preset->currentText(), QString("Balanced (changed)"));
    QCOMPARE(m->chat().settings.sampler.topK, 20);
}

void TestChatSettings::ownPresets()
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

void TestChatSettings::presetNames()
{
    const PresetBox box(&m->settings);
    QVERIFY(!box.nameFault("  ").isEmpty());
    QCOMPARE(box.nameFault(" greedy"), QString("“greedy” is there already. Choose another name."));
    QCOMPARE(box.nameFault("Mine"), QString());
    QCOMPARE(box.nameFault("Greedy", "Greedy"), QString());
}

void TestChatSettings::sliderValidation()
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

void TestChatSettings::seedValidation()
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

void TestChatSettings::maxTokensNote()
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

void TestChatSettings::newChatKeepsSettings()
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

QTEST_MAIN(TestChatSettings)
#include "tst_chat_settings.moc"
