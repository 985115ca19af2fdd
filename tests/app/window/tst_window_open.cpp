// SPDX-License-Identifier: GPL-3.0-or-later
// What the user opens, by menu and by drop: files, folders, parts of models, adapters; and the badge before.
#include "app/desktop/dialogs/open_dialog.h"
#include "app/desktop/pages/chat/chat_page.h"
#include "app/desktop/style/parts.h"
#include "app/desktop/window/banner_stack.h"
#include "app/desktop/window/drop_overlay.h"
#include "window_fixture.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QMenu>
#include <QMenuBar>
#include <QMimeData>
#include <QSpinBox>
#include <QTableView>
#include <QTableWidget>
#include <algorithm>

using namespace lathe::desktop;
using Kind = DropVerdict::Kind;

static const QString kModel = "/models/SmolLM2-135M-Instruct.Q4_1.gguf";

class TestWindowOpen : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void dropIsJudged_data();
    void dropIsJudged();
    void modelsAreDropped_data();
    void modelsAreDropped();
    void adapterIsDropped();
    void adapterWithoutAModel();
    void adapterOfAnotherModel();
    void menusOpen();
    void listsSayWhatFits();
    void partsAreOneModel();
    void dialogHasTheNumbersOfEachDevice();

private:
    QString path(const char *name) const { return m_folder.filePath(name); }
    QTemporaryDir m_folder;
};

void TestWindowOpen::initTestCase()
{
    QLocale::setDefault(QLocale::c());
    const QDir folder(m_folder.path());
    for (const char *name : {"model", "hf", "lora", "both"})
        QVERIFY(folder.mkdir(name));
    for (const char *name :
         {"hf/config.json", "hf/model-00001-of-00002.safetensors", "hf/model-00002-of-00002.safetensors",
          "hf/tokenizer.json", "lora/adapter_config.json", "lora/adapter_model.safetensors",
          "both/config.json", "both/adapter_config.json"}) {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
    }
}

void TestWindowOpen::dropIsJudged_data()
{
    QTest::addColumn<QStringList>("files");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("whole");
    const auto row = [](const char *name, const QStringList &files, Kind kind, const QString &whole = {}) {
        QTest::newRow(name) << files << int(kind) << whole;
    };
    row("gguf", {"/m/a.gguf"}, Kind::Model, "/m/a.gguf");
    row("upper case", {"/m/A.GGUF"}, Kind::Model, "/m/A.GGUF");
    row("folder", {path("model")}, Kind::Model, path("model"));
    row("hugging face folder", {path("hf")}, Kind::Model, path("hf"));
    row("one of its files", {path("hf/model-00002-of-00002.safetensors")}, Kind::Model, path("hf"));
    row("its config", {path("hf/config.json")}, Kind::Model, path("hf"));
    row("all its files",
        {path("hf/tokenizer.json"), path("hf/config.json"), path("hf/model-00001-of-00002.safetensors")},
        Kind::Model, path("hf"));
    row("adapter folder", {path("lora")}, Kind::Adapter, path("lora"));
    row("one of its files", {path("lora/adapter_model.safetensors")}, Kind::Adapter, path("lora"));
    row("a model with an adapter in it", {path("both")}, Kind::Model, path("both"));
    row("parts", {"/m/a-00001-of-00002.gguf", "/m/a-00002-of-00002.gguf"}, Kind::Model,
        "/m/a-00001-of-00002.gguf");
    row("two models", {"/m/a.gguf", "/m/b.gguf"}, Kind::Unknown);
    row("parts of two models", {"/m/a-00001-of-00002.gguf", "/m/b-00001-of-00002.gguf"}, Kind::Unknown);
    row("two folders", {path("hf"), path("model")}, Kind::Unknown);
    row("a model and an adapter", {path("hf"), path("lora")}, Kind::Unknown);
    row("pickle", {"/m/pytorch_model.bin"}, Kind::Refused, "/m/pytorch_model.bin");
    row("torch", {"/m/m.pt"}, Kind::Refused, "/m/m.pt");
    row("text", {"/m/notes.txt"}, Kind::Unknown);
    row("nothing", {}, Kind::Unknown);
}

void TestWindowOpen::dropIsJudged()
{
    QFETCH(QStringList, files);
    QMimeData data;
    QList<QUrl> urls;
    for (const QString &file : files)
        urls.append(QUrl::fromLocalFile(file));
    data.setUrls(urls);
    const DropVerdict verdict = judgeDrop(&data);
    QTEST(int(verdict.kind), "kind");
    QTEST(verdict.path, "whole");
    QCOMPARE(verdict.text.isEmpty(), verdict.kind == Kind::Unknown);
    // One of another machine is not for this window.
    data.setUrls(urls << QUrl("http://example.org/a.gguf"));
    QCOMPARE(judgeDrop(&data).kind, Kind::Unknown);
}

/// Drags a file over the window and lets it fall; `seen` is what the overlay says before.
static void drop(WindowFixture &fixture, const QString &file, const QString &seen)
{
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(file)});
    MainWindow &window = fixture.window();
    const QPoint middle = window.rect().center();
    QDragEnterEvent enter(middle, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(&window, &enter);
    QVERIFY(enter.isAccepted());
    auto *overlay = fixture.find<DropOverlay>("dropOverlay");
    QVERIFY(overlay->isVisible());
    QTRY_COMPARE(overlay->findChild<QLabel *>("dropOverlayText")->text(), seen);
    QDropEvent fall(middle, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(&window, &fall);
    QVERIFY(!overlay->isVisible());
}

void TestWindowOpen::modelsAreDropped_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("seen");
    QTest::addColumn<QString>("opened");
    QTest::newRow("file") << kModel << "Open SmolLM2-135M-Instruct.Q4_1.gguf as model" << kModel;
    QTest::newRow("folder") << path("hf") << "Open hf as model" << path("hf");
    QTest::newRow("shard") << path("hf/model-00002-of-00002.safetensors") << "Open hf as model" << path("hf");
}

void TestWindowOpen::modelsAreDropped()
{
    QFETCH(QString, file);
    QFETCH(QString, seen);
    WindowFixture fixture;
    QVERIFY(fixture.waitForEngine());
    drop(fixture, file, seen);
    QTRY_VERIFY(fixture.services().models.isReady());
    QTEST(fixture.services().models.current()->path, "opened");
}

void TestWindowOpen::adapterIsDropped()
{
    WindowFixture fixture;
    QVERIFY(fixture.waitForEngine());
    QVERIFY(fixture.openModel(kModel));
    fixture.window().showPage("settings");
    // The name of a GGUF file does not say that it is an adapter; the engine does.
    drop(fixture, "/models/lora-tone.gguf", "Add lora-tone.gguf as adapter");
    ChatController *chat = fixture.window().chatPage()->controller();
    QTRY_COMPARE(chat->chat()->settings.adapters.size(), 1);
    QCOMPARE(chat->chat()->settings.adapters[0],
             (ChatAdapter{"/models/lora-tone.gguf", "lora-tone", 1, true}));
    QCOMPARE(fixture.window().currentPage(), "chat");
    drop(fixture, path("lora"), "Add lora as adapter");
    QTRY_COMPARE(chat->chat()->settings.adapters.size(), 2);
    QCOMPARE(fixture.services().models.current()->path, kModel);
    QVERIFY(fixture.window().banners()->isEmpty());
}

void TestWindowOpen::adapterWithoutAModel()
{
    WindowFixture fixture;
    QVERIFY(fixture.waitForEngine());
    QVERIFY(!fixture.window().commands()->find("modelAddAdapter")->isEnabled());
    drop(fixture, path("lora"), "Add lora as adapter");
    QTRY_VERIFY(!fixture.window().banners()->isEmpty());
    QCOMPARE(fixture.window().banners()->messages().first().title, "lora is an adapter");
    QCOMPARE(fixture.services().models.state(), ModelController::State::Empty);
}

void TestWindowOpen::adapterOfAnotherModel()
{
    WindowFixture fixture;
    QVERIFY(fixture.waitForEngine());
    QVERIFY(fixture.openModel(kModel));
    fixture.window().addAdapter("/models/lora-misfit");
    QTRY_VERIFY(!fixture.window().banners()->isEmpty());
    const Message &message = fixture.window().banners()->messages().first();
    QCOMPARE(message.title, "lora-misfit cannot be added");
    QCOMPARE(message.text,
             "blk.0.attn_q.weight is 576 x 576 in the model, not 2048 x 2048. Give an adapter of "
             "this model.");
    QVERIFY(fixture.window().chatPage()->controller()->chat()->settings.adapters.isEmpty());
    // One that fits takes the message away.
    fixture.window().addAdapter("/models/lora-tone.gguf");
    QTRY_VERIFY(fixture.window().banners()->isEmpty());
}

void TestWindowOpen::menusOpen()
{
    WindowFixture fixture;
    QVERIFY(fixture.waitForEngine());
    QVERIFY(fixture.openModel(kModel));
    QStringList entries;
    for (QMenu *menu : fixture.window().menuBar()->findChildren<QMenu *>()) {
        if (menu->title() == "&Model")
            for (const QAction *action : menu->actions())
                entries.append(action->objectName());
    }
    for (const char *entry : {"fileOpen", "fileOpenFolder", "modelAddAdapter"})
        QVERIFY2(entries.contains(entry), entry);
    const auto choose = [&](const char *command, const char *dialogName, const QString &chosen) {
        fixture.window().commands()->find(command)->trigger();
        auto *dialog = fixture.find<QFileDialog>(dialogName);
        QVERIFY(dialog && dialog->isVisible());
        emit dialog->fileSelected(chosen);
        dialog->close();
    };
    choose("modelAddAdapter", "addAdapterDialog", "/models/lora-tone.gguf");
    ChatController *chat = fixture.window().chatPage()->controller();
    QTRY_COMPARE(chat->chat()->settings.adapters.size(), 1);
    choose("fileOpenFolder", "openFolderDialog", path("hf"));
    QTRY_COMPARE(fixture.services().models.current()->path, path("hf"));
    QTRY_VERIFY(fixture.services().models.isReady());
    QSignalSpy loaded(&fixture.services().models, &ModelController::currentModelChanged);
    choose("fileOpen", "openFileDialog", path("hf/config.json")); // stands for its folder
    QTRY_COMPARE(loaded.count(), 1);
    QCOMPARE(fixture.services().models.current()->path, path("hf"));
    choose("fileOpen", "openFileDialog", "/models/lora-other.gguf"); // an adapter is what it is
    QTRY_COMPARE(chat->chat()->settings.adapters.size(), 2);
    QCOMPARE(fixture.services().models.current()->path, path("hf"));
}

void TestWindowOpen::listsSayWhatFits()
{
    WindowFixture fixture;
    fixture.services().settings.addRecent({"/models/missing.gguf", "gone", 5, QDateTime::currentDateTime()});
    fixture.services().settings.addRecent(
        {"/models/lora-tone.gguf", "tone", 5, QDateTime::currentDateTime()});
    QVERIFY(fixture.waitForEngine());
    const QAbstractItemModel *folder = fixture.find<QTableView>("startFolder")->model();
    QTRY_COMPARE(folder->rowCount(), 2);
    const auto machine = [](const QAbstractItemModel *model, int row, int role = Qt::DisplayRole) {
        return model->index(row, 3).data(role).toString();
    };
    QCOMPARE(folder->headerData(3, Qt::Horizontal).toString(), "This machine");
    // What model.inspect says for this device: 98 + 20 + 2,048 · 46,080 bytes.
    QTRY_COMPARE(machine(folder, 0), "Fits: 212 MB of 8.00 GB");
    QVERIFY(machine(folder, 0, Qt::ToolTipRole).contains("= 212371840 bytes"));
    const QAbstractItemModel *recent = fixture.find<QTableView>("startRecent")->model();
    QTRY_COMPARE(machine(recent, 0), "Adapter");
    QTRY_COMPARE(machine(recent, 1), "Cannot be opened");
    QVERIFY(machine(recent, 1, Qt::ToolTipRole).contains("not there"));
    // Less memory is told at once.
    fixture.services().devices.setUsage(
        {QJsonObject{{"id", "cpu"}, {"budgetBytes", 230000000}, {"usedBytes", 0}}});
    QTRY_COMPARE(machine(folder, 0), "Tight: 212 MB of 230 MB");
    fixture.services().devices.setUsage(
        {QJsonObject{{"id", "cpu"}, {"budgetBytes", 230000000}, {"usedBytes", 30000000}}});
    QTRY_COMPARE(machine(folder, 0), "Too big: 212 MB of 200 MB");
}

void TestWindowOpen::partsAreOneModel()
{
    WindowFixture fixture;
    QVERIFY(fixture.waitForEngine());
    fixture.services().settings.setModelsFolder("/split");
    const QAbstractItemModel *folder = fixture.find<QTableView>("startFolder")->model();
    QTRY_COMPARE(folder->rowCount(), 1);
    QCOMPARE(folder->index(0, 0).data().toString(), "big");
    QCOMPARE(folder->index(0, 0).data(Qt::ToolTipRole).toString(), "/split/big-00001-of-00002.gguf");
    QTRY_COMPARE(folder->index(0, 1).data().toString(), "98.4 MB"); // of all parts, as the engine says
}

void TestWindowOpen::dialogHasTheNumbersOfEachDevice()
{
    WindowFixture fixture;
    QVERIFY(fixture.waitForEngine());
    fixture.services().settings.setAskOpen(true);
    fixture.window().open(path("hf"));
    QTRY_VERIFY(fixture.dialog<OpenDialog>());
    auto *table = fixture.dialog<OpenDialog>()->findChild<QTableWidget *>("openDevices");
    const auto texts = [&](int row) {
        QStringList out;
        for (int column = 1; column < 6; ++column)
            out.append(table->item(row, column)->text());
        return out.join(" | ");
    };
    QCOMPARE(table->rowCount(), 2);
    QCOMPARE(texts(0), "98.0 MB | 94.4 MB | 20.0 MB | 8.0 of 8.0 GB | Fits");
    QCOMPARE(texts(1), "99.0 MB | 94.4 MB | 1.00 MB | 8.0 of 8.0 GB | Fits"); // pads weights, other scratch
    QCOMPARE(fixture.dialog<OpenDialog>()->estimate().need(), 212371840u);
    table->selectRow(1);
    QCOMPARE(fixture.dialog<OpenDialog>()->estimate().need(), 99000000u + 94371840u + 1000000u);
    fixture.dialog<OpenDialog>()->findChild<QSpinBox *>("openContext")->setValue(1024);
    QCOMPARE(texts(0), "98.0 MB | 47.2 MB | 20.0 MB | 8.0 of 8.0 GB | Fits");
    fixture.dialog<OpenDialog>()->reject();
}

QTEST_MAIN(TestWindowOpen)
#include "tst_window_open.moc"
