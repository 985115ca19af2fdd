// SPDX-License-Identifier: GPL-3.0-or-later
// The window on the real engine with a Hugging Face folder in shards and adapters of it: opened by one of its
// files, answered with and without adapters, and the memory that the badge promised.
#include "tests/core/model/golden_folder.h"
#include "tests/core/model/lora_maker.h"

#include "app/desktop/pages/chat/chat_page.h"
#include "app/desktop/window/banner_stack.h"
#include "window_fixture.h"

#include <QTemporaryDir>

using namespace lathe::desktop;
namespace golden = lathe::golden;

class TestRealAdapters : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void adaptersChangeTheNextAnswer();
    void memoryIsWhatTheBadgeSaid();
    void adapterOfAnotherModelIsNamed();
    void quantizedFoldersOpen_data();
    void quantizedFoldersOpen();

private:
    /// Opens the folder by one of its shards.
    void open(WindowFixture &fixture)
    {
        fixture.services().settings.setDevice("cpu");
        fixture.services().settings.setContext(256);
        QVERIFY(fixture.waitForEngine());
        fixture.window().open(m_model + "/model-00002-of-00004.safetensors");
        QTRY_VERIFY_WITH_TIMEOUT(fixture.services().models.isReady(), 20000);
        QCOMPARE(fixture.services().models.current()->path, m_model);
        ChatController *chat = fixture.window().chatPage()->controller();
        QTRY_VERIFY(chat->canSend() && chat->chat());
        ChatSettings greedy = chat->chat()->settings;
        greedy.sampler = {0, 0, 1, 0, 1};
        greedy.maxTokens = 12;
        fixture.services().workspace.setSettings(chat->currentChat(), greedy, "greedy");
    }
    static ChatMessage ask(WindowFixture &fixture, const QString &text)
    {
        ChatController *chat = fixture.window().chatPage()->controller();
        chat->send(text);
        [&] { QTRY_VERIFY_WITH_TIMEOUT(chat->canSend(), 60000); }();
        return *chat->chat()->find(chat->lastAnswer());
    }
    static const QJsonObject call(WindowFixture &fixture, const QString &method, const QJsonObject &params)
    {
        QJsonObject out;
        EngineCall *call = fixture.services().engine.request(method, params);
        QSignalSpy done(call, &EngineCall::finished);
        connect(call, &EngineCall::finished, &fixture.window(),
                [&](const QJsonObject &result) { out = result; });
        done.wait(20000);
        return out;
    }
    static qint64 held(WindowFixture &fixture)
    {
        qint64 bytes = 0;
        for (const QJsonValue &pool : call(fixture, "memory.usage", {})["devices"][0]["pools"].toObject())
            bytes += pool.toInteger();
        return bytes;
    }

    QTemporaryDir m_folder;
    QString m_model, m_peft, m_gguf, m_misfit;
};

void TestRealAdapters::initTestCase()
{
    const std::filesystem::path scratch = m_folder.path().toStdString();
    m_model = QString::fromStdString(
        golden::folderOf(golden::dataPath("models/llama_gqa_tied"), "hf_sharded", scratch));
    const auto write = [&](const char *model, const golden::LoraRecipe &recipe, const QString &name) {
        const std::string file = std::string("models/") + model + "/gguf/" + model + "-F32.gguf";
        const auto opened = golden::need(lathe::ModelFile::open(golden::dataPath(file)));
        const golden::LoraMaker maker(*opened, recipe, 7);
        maker.writePeft(m_folder.filePath(name).toStdString());
        QFile gguf(m_folder.filePath(name + ".gguf"));
        QVERIFY(gguf.open(QIODevice::WriteOnly));
        gguf.write(QByteArray::fromStdString(maker.ggufBytes()));
    };
    write("llama_gqa_tied",
          {"llama_gqa_tied",
           "model.layers.",
           {{"self_attn.q_proj", {"attn_q"}, golden::RowsOf::Pairs}, {"mlp.down_proj", {"ffn_down"}}}},
          "tone");
    write("gpt2", {"gpt2", "transformer.h.", {{"mlp.c_fc", {"ffn_up"}}}}, "misfit");
    m_peft = m_folder.filePath("tone");
    m_gguf = m_folder.filePath("tone.gguf");
    m_misfit = m_folder.filePath("misfit");
}

void TestRealAdapters::adaptersChangeTheNextAnswer()
{
    WindowFixture fixture(QStringLiteral(LATHE_ENGINE));
    open(fixture);
    const QString handle = fixture.services().models.current()->handle;
    ChatController *chat = fixture.window().chatPage()->controller();
    // Each in a chat of its own, so that the prompts are the same.
    const auto answerIn = [&] {
        chat->openChat(fixture.services().workspace.createChat(chat->currentChat()));
        const ChatMessage answer = ask(fixture, "Once upon a time");
        [&] { QVERIFY2(answer.answer.fault.isEmpty(), qPrintable(answer.answer.fault)); }();
        return answer;
    };
    const ChatMessage base = answerIn();
    QCOMPARE(base.answer.tokens, 12);
    fixture.window().open(m_peft);
    QTRY_COMPARE(chat->chat()->settings.adapters.size(), 1);
    const ChatMessage peft = answerIn();
    QVERIFY(peft.text != base.text);
    QCOMPARE(peft.answer.badge(QLocale::c()), base.answer.badge(QLocale::c()) + " + tone 1.00");
    // The same products from the GGUF file.
    chat->changeAdapters("swap", [](QList<ChatAdapter> &list) { list.clear(); });
    fixture.window().open(m_gguf);
    QTRY_COMPARE(chat->chat()->settings.adapters.size(), 1);
    QCOMPARE(answerIn().text, peft.text);
    chat->changeAdapters("scale", [](QList<ChatAdapter> &list) { list[0].scale = 0; });
    QCOMPARE(answerIn().text, base.text);
    chat->changeAdapters("off", [](QList<ChatAdapter> &list) { list[0].on = false; });
    const ChatMessage again = answerIn();
    QCOMPARE(again.text, base.text);
    QCOMPARE(again.answer.badge(QLocale::c()), base.answer.badge(QLocale::c()));
    QCOMPARE(fixture.services().models.current()->handle, handle); // the base was loaded once
}

void TestRealAdapters::memoryIsWhatTheBadgeSaid()
{
    WindowFixture fixture(QStringLiteral(LATHE_ENGINE));
    open(fixture);
    const qint64 total = call(fixture, "model.inspect",
                              {{"path", m_model}, {"device", "cpu"}, {"context", 256}})["memory"]["total"]
                             .toInteger();
    const auto answer = [&] {
        const ChatMessage message = ask(fixture, "Once upon a time there was a lathe");
        [&] { QCOMPARE(message.answer.fault, QString()); }();
    };
    answer();
    const qint64 after = held(fixture);
    // contract: within 10 % + 2 MiB
    QVERIFY2(after > 0 && std::abs(double(after - total)) <= 0.1 * double(total) + (2 << 20),
             qPrintable(QString("%1 held, %2 estimated").arg(after).arg(total)));
    answer();
    QCOMPARE(held(fixture), after); // nothing more is taken
}

void TestRealAdapters::adapterOfAnotherModelIsNamed()
{
    WindowFixture fixture(QStringLiteral(LATHE_ENGINE));
    open(fixture);
    fixture.window().open(m_misfit);
    QTRY_VERIFY(!fixture.window().banners()->isEmpty());
    const Message message = fixture.window().banners()->messages().first();
    QCOMPARE(message.title, "misfit cannot be added");
    QVERIFY2(message.text.contains("c_fc"), qPrintable(message.text)); // the matrix that the model lacks
    // Neither can a folder with pickles alone be opened; the line says why and the way out.
    QVERIFY(QDir(m_folder.path()).mkdir("pickles"));
    QVERIFY(QFile::copy(m_model + "/config.json", m_folder.filePath("pickles/config.json")));
    QFile pickle(m_folder.filePath("pickles/pytorch_model.bin"));
    QVERIFY(pickle.open(QIODevice::WriteOnly));
    pickle.close();
    fixture.window().open(m_folder.filePath("pickles"));
    QTRY_COMPARE(fixture.window().banners()->messages().first().title, "pickles cannot be opened");
    const QString text = fixture.window().banners()->messages().first().text;
    QVERIFY2(text.contains("pickle") && text.contains("safetensors"), qPrintable(text));
    QCOMPARE(fixture.services().models.current()->path, m_model); // stays open
}

void TestRealAdapters::quantizedFoldersOpen_data()
{
    QTest::addColumn<QString>("folder");
    QTest::addColumn<QString>("type");
    QTest::newRow("bitsandbytes NF4") << "nf4"
                                      << "NF4";
    QTest::newRow("LLM.int8") << "int8"
                              << "INT8";
    QTest::newRow("compressed-tensors") << "w4a16"
                                        << "AFFINE-4";
}

void TestRealAdapters::quantizedFoldersOpen()
{
    QFETCH(QString, folder);
    QFETCH(QString, type);
    const QString path = m_folder.filePath(folder);
    QVERIFY(QDir(m_folder.path()).mkdir(folder));
    for (const QString &from : {QStringLiteral(LATHE_TEST_DATA "/quantized/") + folder, m_model}) {
        for (const QFileInfo &file : QDir(from).entryInfoList(QDir::Files)) {
            // Some come without a tokenizer, which is that of the model they were made of.
            const QString to = path + '/' + file.fileName();
            const bool text = file.fileName().startsWith("tokenizer") || file.suffix() == "jinja";
            if ((from != m_model || text) && !QFile::exists(to))
                QVERIFY(QFile::copy(file.canonicalFilePath(), to));
        }
    }
    WindowFixture fixture(QStringLiteral(LATHE_ENGINE));
    fixture.services().settings.setDevice("cpu");
    fixture.services().settings.addRecent({path, folder, 0, QDateTime::currentDateTime()});
    QVERIFY(fixture.waitForEngine());
    const FitIndex &fits = fixture.services().fits;
    QTRY_VERIFY2(fits.note(path).text.startsWith("Fits: "), qPrintable(fits.note(path).tip));
    fixture.window().open(path);
    QTRY_VERIFY_WITH_TIMEOUT(fixture.services().models.isReady(), 20000);
    QVERIFY2(fixture.services().models.current()->quantization.startsWith(type),
             qPrintable(fixture.services().models.current()->quantization));
    ChatController *chat = fixture.window().chatPage()->controller();
    QTRY_VERIFY(chat->canSend() && chat->chat());
    ChatSettings brief = chat->chat()->settings;
    brief.maxTokens = 4;
    fixture.services().workspace.setSettings(chat->currentChat(), brief, "brief");
    const ChatMessage answer = ask(fixture, "Hello");
    QCOMPARE(answer.answer.fault, QString());
    QCOMPARE(answer.answer.sha256, QStringList(fixture.services().models.current()->sha256));
}

QTEST_MAIN(TestRealAdapters)
#include "tst_real_adapters.moc"
