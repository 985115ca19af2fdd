// SPDX-License-Identifier: GPL-3.0-or-later
// The document: trees of messages, undo within and across sessions, export.
#include "app/desktop/workspace/export_chat.h"
#include "app/desktop/workspace/workspace.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace lathe::desktop;

class TestWorkspace : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void tree();
    void survivesARestart();
    void titles();
    void branchIsUndoable();
    void removalIsUndoable();
    void settingsMerge();
    void undoAcrossRestart();
    void newEditDropsRedo();
    void undoLimit();
    void exports();
    void seeds_data();
    void seeds();

private:
    void reopen();
    qint64 chatWith(const QStringList &texts);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Workspace> m;
};

void TestWorkspace::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    reopen();
}

void TestWorkspace::cleanup()
{
    m.reset();
    m_folder.reset();
}

void TestWorkspace::reopen()
{
    m.reset();
    m = std::make_unique<Workspace>(m_folder->path());
    QSignalSpy opened(m.get(), &Workspace::opened);
    m->open();
    QVERIFY(opened.wait());
}

/// A chat whose messages alternate between user and assistant.
qint64 TestWorkspace::chatWith(const QStringList &texts)
{
    const qint64 chat = m->createChat();
    qint64 parent = 0;
    for (qsizetype i = 0; i < texts.size(); ++i)
        parent = m->addMessage(chat, parent, i % 2 ? Role::Assistant : Role::User, texts[i]);
    return chat;
}

void TestWorkspace::tree()
{
    const qint64 id = chatWith({"q1", "a1", "q2", "a2"});
    const Chat &chat = *m->chat(id);
    const QList<qint64> first = chat.path();
    QCOMPARE(first.size(), 4);
    // A second version of the first answer: what followed the first is not shown with it.
    const qint64 second = m->addMessage(id, first[0], Role::Assistant, "a1b");
    QCOMPARE(chat.path(), (QList<qint64>{first[0], second}));
    QCOMPARE(chat.versions(second), (QList<qint64>{first[1], second}));
    m->showMessage(id, first[1]);
    QCOMPARE(chat.path(), first);
    // A message deep in the other branch brings that branch up.
    const qint64 deep = m->addMessage(id, second, Role::User, "q2b");
    m->showMessage(id, first[1]);
    m->showMessage(id, deep);
    QCOMPARE(chat.path(), (QList<qint64>{first[0], second, deep}));
    QCOMPARE(chat.ancestry(deep), chat.path());
    // A copy up to the answer, with its own ids.
    const qint64 fork = m->forkChat(id, second);
    QCOMPARE(m->chat(fork)->path().size(), 2);
    QCOMPARE(m->chat(fork)->find(m->chat(fork)->path()[1])->text, QString("a1b"));
    QVERIFY(!m->chat(fork)->find(second));
}

void TestWorkspace::survivesARestart()
{
    const qint64 id = chatWith({"question", "answer"});
    m->changeMessage(id, m->chat(id)->path()[1], [](ChatMessage &message) {
        message.answer.model = "M · Q4_1";
        message.answer.sha256 = {"abc"};
        message.answer.finish = Finish::Length;
        message.answer.tokens = 12;
        message.answer.seed = "18446744073709551615";
        message.answer.tokenList = {QJsonObject{{"text", "x"}}};
    });
    ChatSettings settings;
    settings.sampler.topK = 7;
    settings.seed = Q_UINT64_C(18446744073709551615);
    settings.seedKnown = settings.seedFixed = true;
    m->setSettings(id, settings, "top-k");
    m->setSystem(id, "Be brief.");
    m->setDraft(id, "half a thou");
    m->rename(id, "Renamed");
    reopen();
    const Chat *chat = m->chat(id);
    QVERIFY(chat);
    QVERIFY(!chat->loaded);
    QCOMPARE(chat->title, QString("Renamed"));
    QCOMPARE(chat->draft, QString("half a thou"));
    QCOMPARE(chat->system, std::optional<QString>("Be brief."));
    QCOMPARE(chat->settings, settings);
    bool loaded = false;
    m->load(id, this, [&] { loaded = true; });
    QTRY_VERIFY(loaded);
    const QList<qint64> path = m->chat(id)->path();
    QCOMPARE(path.size(), 2);
    const ChatMessage *answer = m->chat(id)->find(path[1]);
    QCOMPARE(answer->text, QString("answer"));
    QCOMPARE(answer->answer.finish, Finish::Length);
    QCOMPARE(answer->answer.seed, QString("18446744073709551615"));
    QCOMPARE(answer->answer.tokenList.size(), 1);
}

void TestWorkspace::titles()
{
    QCOMPARE(titleFrom("  Why?\nand more"), QString("Why?"));
    const QString longOne = titleFrom(QString("word ").repeated(40));
    QVERIFY(longOne.size() <= 62);
    QVERIFY(longOne.endsWith(QString::fromUtf8("word …")));
    const qint64 id = chatWith({"first question", "a"});
    QCOMPARE(m->chat(id)->title, QString("first question"));
    m->rename(id, "   ");
    QCOMPARE(m->chat(id)->title, QString("first question"));
    m->rename(id, "Mine");
    m->addMessage(id, 0, Role::User, "another beginning");
    QCOMPARE(m->chat(id)->title, QString("Mine"));
}

void TestWorkspace::branchIsUndoable()
{
    const qint64 id = chatWith({"old", "a"});
    const QList<qint64> before = m->chat(id)->path();
    const qint64 changed = m->addMessage(id, 0, Role::User, "new");
    m->branch(id, before[0], changed);
    QCOMPARE(m->chat(id)->path(), QList<qint64>{changed});
    m->undoStack()->undo();
    QCOMPARE(m->chat(id)->path(), before);
    QCOMPARE(m->chat(id)->versions(before[0]).size(), 2); // what was sent stays as a version
    m->undoStack()->redo();
    QCOMPARE(m->chat(id)->path(), QList<qint64>{changed});
}

void TestWorkspace::removalIsUndoable()
{
    const qint64 id = chatWith({"q", "a1"});
    const QList<qint64> path = m->chat(id)->path();
    const qint64 second = m->addMessage(id, path[0], Role::Assistant, "a2");
    m->removeMessage(id, second);
    QCOMPARE(m->chat(id)->path(), path); // the other version takes its place
    m->removeMessage(id, path[1]);
    QCOMPARE(m->chat(id)->path(), QList<qint64>{path[0]});
    m->undoStack()->undo();
    QCOMPARE(m->chat(id)->path(), path);
    m->undoStack()->undo();
    QCOMPARE(m->chat(id)->path(), (QList<qint64>{path[0], second}));
}

void TestWorkspace::settingsMerge()
{
    const qint64 id = chatWith({"q"});
    ChatSettings settings = m->chat(id)->settings;
    for (int k = 41; k <= 60; ++k) { // a drag
        settings.sampler.topK = k;
        m->setSettings(id, settings, "top-k");
    }
    settings.sampler.temperature = 1.5;
    m->setSettings(id, settings, "temperature");
    QCOMPARE(m->undoStack()->count(), 2);
    m->undoStack()->undo();
    m->undoStack()->undo();
    QCOMPARE(m->chat(id)->settings, ChatSettings());
    m->undoStack()->redo();
    QCOMPARE(m->chat(id)->settings.sampler.topK, 60);
    m->setSettings(id, m->chat(id)->settings, "top-k"); // no change is no edit
    QCOMPARE(m->undoStack()->count(), 2);
}

void TestWorkspace::undoAcrossRestart()
{
    const qint64 id = chatWith({"q", "a"});
    m->rename(id, "One");
    m->rename(id, "Two");
    m->removeMessage(id, m->chat(id)->path()[1]);
    m->undoStack()->undo(); // the removal is undone when the program ends
    reopen();
    QCOMPARE(m->undoStack()->count(), 3);
    QCOMPARE(m->undoStack()->index(), 2);
    QCOMPARE(m->chat(id)->title, QString("Two"));
    QSignalSpy touched(m.get(), &Workspace::chatTouched);
    m->undoStack()->undo();
    QCOMPARE(m->chat(id)->title, QString("One"));
    QCOMPARE(touched.size(), 1);
    m->undoStack()->redo();
    m->undoStack()->redo(); // needs the messages, which are not read yet
    QTRY_VERIFY(m->chat(id)->loaded);
    QTRY_COMPARE(m->chat(id)->path().size(), 1);
    reopen();
    QCOMPARE(m->undoStack()->index(), 3);
    m->undoStack()->undo();
    QTRY_COMPARE(m->chat(id)->path().size(), 2);
}

void TestWorkspace::newEditDropsRedo()
{
    const qint64 id = chatWith({"q"});
    m->rename(id, "One");
    m->rename(id, "Two");
    m->undoStack()->undo();
    m->rename(id, "Three");
    reopen();
    QCOMPARE(m->undoStack()->count(), 2);
    QVERIFY(!m->undoStack()->canRedo());
    m->undoStack()->undo();
    QCOMPARE(m->chat(id)->title, QString("One"));
}

void TestWorkspace::undoLimit()
{
    const qint64 id = chatWith({"q"});
    for (int i = 0; i < Workspace::kUndoLimit + 30; ++i)
        m->rename(id, QString::number(i));
    QCOMPARE(m->undoStack()->count(), Workspace::kUndoLimit);
    reopen();
    QCOMPARE(m->undoStack()->count(), Workspace::kUndoLimit);
    Store store;
    QCOMPARE(store.open(m->path(), QDateTime::currentMSecsSinceEpoch()), QString());
    QCOMPARE(store.loadEdits(100000).size(), Workspace::kUndoLimit); // the log does not grow for ever
}

void TestWorkspace::exports()
{
    const qint64 id = chatWith({"question", "a **bold** answer"});
    const QList<qint64> path = m->chat(id)->path();
    m->changeMessage(id, path[1], [](ChatMessage &message) {
        message.answer.model = QString::fromUtf8("M · Q4_1");
        message.answer.sha256 = {"b179c9523d0e"};
        message.answer.finish = Finish::Stop;
        message.answer.tokens = 4;
        message.answer.tokensPerSecond = 14.2;
        message.answer.firstTokenSeconds = 0.09;
        message.answer.seed = "8812";
    });
    m->addMessage(id, path[0], Role::Assistant, "second version");
    m->showMessage(id, path[1]);
    m->setSystem(id, "Be brief.");
    const QString markdown = chatAsMarkdown(*m->chat(id));
    QCOMPARE(markdown, QString::fromUtf8(
                           "# question\n\n## System prompt\n\nBe brief.\n\n## You\n\nquestion\n\n"
                           "## M · Q4_1 · #b179c952\n\na **bold** answer\n\n"
                           "*14.2 tokens/s · first token 0.09 s · 4 tokens · finished: stop · seed 8812*\n"));
    const QJsonObject tree = QJsonDocument::fromJson(chatAsJson(*m->chat(id))).object();
    QCOMPARE(tree["format"].toString(), QString("lathe-chat"));
    QCOMPARE(tree["system"].toString(), QString("Be brief."));
    const QJsonObject question = tree["messages"].toArray()[0].toObject();
    const QJsonArray answers = question["children"].toArray();
    QCOMPARE(answers.size(), 2);
    QCOMPARE(answers[0].toObject()["shown"].toBool(), true);
    QCOMPARE(answers[0].toObject()["answer"].toObject()["seed"].toString(), QString("8812"));
    QCOMPARE(answers[1].toObject()["content"].toString(), QString("second version"));
    QCOMPARE(answers[1].toObject()["shown"].toBool(), false);
}

void TestWorkspace::seeds_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("valid");
    QTest::newRow("zero") << "0" << true;
    QTest::newRow("largest") << "18446744073709551615" << true;
    QTest::newRow("one too many") << "18446744073709551616" << false;
    QTest::newRow("negative") << "-1" << false;
    QTest::newRow("fraction") << "1.5" << false;
    QTest::newRow("hex") << "0x10" << false;
    QTest::newRow("separators") << "1,000" << false;
    QTest::newRow("other digits") << QString::fromUtf8("１２") << false;
    QTest::newRow("empty") << "" << false;
}

void TestWorkspace::seeds()
{
    QFETCH(QString, text);
    quint64 seed = 0;
    QTEST(parseSeed(text, &seed), "valid");
    if (parseSeed(text, &seed))
        QCOMPARE(QString::number(seed), text);
}

QTEST_GUILESS_MAIN(TestWorkspace)
#include "tst_workspace.moc"
