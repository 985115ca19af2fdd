// SPDX-License-Identifier: GPL-3.0-or-later
// What is on the disk: search, migrations, trash, what a kill leaves.
#include "app/desktop/workspace/workspace.h"

#include <QDateTime>
#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QSqlError>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <unistd.h>

using namespace lathe::desktop;

class TestStore : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void trashIsEmptiedAfterThirtyDays();
    void eraseForGood();
    void search_data();
    void search();
    void searchWithoutIndex();
    void searchFindsWhatWasJustTyped();
    void migrates();
    void failedMigrationChangesNothing();
    void refusesANewerFile();
    void refusesWhatIsNoDatabase();
    void keepsWhatCannotBeSaved();
    void killedInTheMiddle();

private:
    void reopen();
    void flush();
    qint64 chatWith(const QStringList &texts);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Workspace> m;
};

void TestStore::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    reopen();
}

void TestStore::cleanup()
{
    m.reset();
    m_folder.reset();
}

void TestStore::reopen()
{
    m.reset();
    m = std::make_unique<Workspace>(m_folder->path());
    QSignalSpy opened(m.get(), &Workspace::opened);
    m->open();
    QVERIFY(opened.wait());
}

void TestStore::flush()
{
    bool done = false;
    m->flush(this, [&] { done = true; });
    QTRY_VERIFY(done);
}

/// A chat whose messages alternate between user and assistant.
qint64 TestStore::chatWith(const QStringList &texts)
{
    const qint64 chat = m->createChat();
    qint64 parent = 0;
    for (qsizetype i = 0; i < texts.size(); ++i)
        parent = m->addMessage(chat, parent, i % 2 ? Role::Assistant : Role::User, texts[i]);
    return chat;
}

void TestStore::trashIsEmptiedAfterThirtyDays()
{
    const qint64 kept = chatWith({"kept"});
    const qint64 thrown = chatWith({"thrown"});
    m->trash(thrown);
    QVERIFY(m->chat(thrown)->trashed > 0);
    const qint64 at = m->chat(thrown)->trashed;
    const QString path = m->path();
    m.reset();
    Store store;
    QCOMPARE(store.open(path, at + Store::kTrashMs - 1000), QString());
    QCOMPARE(store.loadChats().size(), 2);
    QCOMPARE(store.open(path, at + Store::kTrashMs + 1000), QString());
    QCOMPARE(store.loadChats().size(), 1);
    QCOMPARE(store.loadChats().first().id, kept);
    QVERIFY(store.loadMessages(thrown).isEmpty());
    QVERIFY(store.loadEdits(100).isEmpty()); // its edits went with it
}

void TestStore::eraseForGood()
{
    const qint64 id = chatWith({"q"});
    m->trash(id);
    m->eraseChat(id);
    QVERIFY(!m->chat(id));
    m->undoStack()->undo(); // nothing to bring back
    reopen();
    QVERIFY(!m->chat(id));
}

void TestStore::search_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<QStringList>("titles");
    QTest::newRow("word") << "sourdough" << QStringList{"Bread"};
    QTest::newRow("part of a word") << "ourdoug" << QStringList{"Bread"};
    QTest::newRow("letter case") << "SOURDOUGH" << QStringList{"Bread"};
    QTest::newRow("umlaut case") << QString::fromUtf8("ÄRGER") << QStringList{"German"};
    QTest::newRow("all words") << "flour oven" << QStringList{"Bread"};
    QTest::newRow("one word missing") << "flour rocket" << QStringList{};
    QTest::newRow("short word") << "go" << QStringList{"Bread"};
    QTest::newRow("short and long") << "go flour" << QStringList{"Bread"};
    QTest::newRow("no spaces in the script") << QString::fromUtf8("喜欢猫") << QStringList{"Cats"};
    QTest::newRow("one character") << QString::fromUtf8("猫") << QStringList{"Cats"};
    QTest::newRow("title") << "germ" << QStringList{"German"};
    QTest::newRow("operators are text") << "\"OR\" NOT" << QStringList{};
    QTest::newRow("quotes and stars") << "50% \"off\" *" << QStringList{"Signs"};
    QTest::newRow("thrown away") << "forgotten" << QStringList{};
    QTest::newRow("deleted message") << "regretted" << QStringList{};
    QTest::newRow("spaces only") << "  " << QStringList{};
}

void TestStore::search()
{
    QFETCH(QString, query);
    QFETCH(QStringList, titles);
    const QList<QPair<QString, QString>> chats{
        {"Bread", "Mix flour and water, let the sourdough go, heat the oven."},
        {"German", QString::fromUtf8("So ein ärger!")},
        {"Cats", QString::fromUtf8("我喜欢猫因为它们很安静")},
        {"Signs", "50% \"off\" * today"},
        {"Gone", "forgotten words"},
        {"Cut", "regretted words"},
    };
    for (const auto &[title, text] : chats) {
        const qint64 id = chatWith({text});
        m->rename(id, title);
        if (title == "Gone")
            m->trash(id);
        if (title == "Cut")
            m->removeMessage(id, m->chat(id)->path()[0]);
    }
    bool done = false;
    QStringList found;
    m->search(query, this, [&](const QList<SearchHit> &hits) {
        for (const SearchHit &hit : hits)
            found.append(hit.title);
        done = true;
    });
    QTRY_VERIFY(done);
    QCOMPARE(found, titles);
}

/// Debian's SQLite has FTS5; where one has not, the same is found by reading.
void TestStore::searchWithoutIndex()
{
    const qint64 id = chatWith({"the quick brown fox"});
    m->rename(id, "Fable");
    flush();
    Store store;
    QCOMPARE(store.open(m->path(), 0), QString());
    QVERIFY(store.hasFullTextIndex());
    QCOMPARE(store.search("brown quick").size(), 1);
    store.setFullTextIndex(false);
    QCOMPARE(store.search("brown quick").size(), 1);
    QCOMPARE(store.search("brown quick").first().chat, id);
    QCOMPARE(store.search("brown wolf").size(), 0);
}

void TestStore::searchFindsWhatWasJustTyped()
{
    const qint64 id = chatWith({"needle"});
    int count = -1;
    m->search("needle", this, [&](const QList<SearchHit> &hits) { count = int(hits.size()); });
    QTRY_COMPARE(count, 1); // its title says it too, but it is one chat
    m->changeMessage(id, m->chat(id)->path()[0], [](ChatMessage &message) { message.text = "hay"; });
    m->rename(id, "Stack");
    m->search("needle", this, [&](const QList<SearchHit> &hits) { count = int(hits.size()); });
    QTRY_COMPARE(count, 0); // the index follows
}

void TestStore::migrates()
{
    const qint64 id = chatWith({"kept over the update"});
    const QString path = m->path();
    m.reset();
    Migrations next = workspaceMigrations();
    next.append(QStringList{"ALTER TABLE chats ADD COLUMN colour TEXT NOT NULL DEFAULT 'grey'",
                            "CREATE TABLE more(x INTEGER)"});
    {
        Store store;
        QCOMPARE(store.open(path, 0, next), QString());
        QCOMPARE(store.loadMessages(id).first().text, QString("kept over the update"));
    }
    // The older file stands beside it, and opens with the older program.
    const QString backup = path + ".v1.bak";
    QVERIFY(QFile::exists(backup));
    Store old;
    QCOMPARE(old.open(backup, 0), QString());
    QCOMPARE(old.loadMessages(id).size(), 1);
}

void TestStore::failedMigrationChangesNothing()
{
    const qint64 id = chatWith({"safe"});
    const QString path = m->path();
    m.reset();
    Migrations broken = workspaceMigrations();
    broken.append(QStringList{"ALTER TABLE chats ADD COLUMN half TEXT", "CREATE TABLE chats(oops)"});
    {
        Store store;
        const QString fault = store.open(path, 0, broken);
        QVERIFY2(fault.startsWith("cannot be brought to schema 2"), qPrintable(fault));
    }
    Store store;
    QCOMPARE(store.open(path, 0), QString());
    QCOMPARE(store.loadMessages(id).size(), 1);
}

void TestStore::refusesANewerFile()
{
    chatWith({"q"});
    const QString path = m->path();
    m.reset();
    Migrations next = workspaceMigrations();
    next.append(QStringList{"CREATE TABLE future(x)"});
    {
        Store store;
        QCOMPARE(store.open(path, 0, next), QString());
    }
    m = std::make_unique<Workspace>(m_folder->path());
    QSignalSpy failed(m.get(), &Workspace::openFailed);
    m->open();
    QVERIFY(failed.wait());
    QCOMPARE(failed[0][0].toString(), QString("is of a newer Lathe (schema 2, this one knows 1)"));
    QVERIFY(m->isOpen()); // chats work, they are not kept
    const qint64 id = chatWith({"still works"});
    QCOMPARE(m->chat(id)->path().size(), 1);
    m.reset();
    Store store;
    QCOMPARE(store.open(path, 0, next), QString());
    QCOMPARE(store.loadChats().size(), 1); // the file was left alone
}

void TestStore::refusesWhatIsNoDatabase()
{
    const QString path = m->path();
    m.reset();
    for (const QString &suffix : {QString(), QString("-wal"), QString("-shm")})
        QFile::remove(path + suffix);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(5000, 'x'));
    file.close();
    m = std::make_unique<Workspace>(m_folder->path());
    QSignalSpy failed(m.get(), &Workspace::openFailed);
    m->open();
    QVERIFY(failed.wait());
    QVERIFY(!failed[0][0].toString().isEmpty());
    m.reset();
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray(5000, 'x'));
}

void TestStore::keepsWhatCannotBeSaved()
{
    const qint64 id = chatWith({"q"});
    flush();
    QSignalSpy failed(m.get(), &Workspace::saveFailed);
    {
        // Another program holds the file locked for longer than we wait.
        QSqlDatabase other = QSqlDatabase::addDatabase("QSQLITE", "other");
        other.setDatabaseName(m->path());
        QVERIFY(other.open());
        QSqlQuery lock(other);
        QVERIFY(lock.exec("BEGIN IMMEDIATE"));
        m->rename(id, "Later");
        QVERIFY(failed.wait(10000));
        lock.exec("ROLLBACK");
        lock.finish();
        other.close();
    }
    QSqlDatabase::removeDatabase("other");
    reopen(); // the end of the program writes what is left
    QCOMPARE(m->chat(id)->title, QString("Later"));
}

/// A window that is killed loses at most what was typed in the last half second, and the file stays whole.
void TestStore::killedInTheMiddle()
{
    const QString path = m->path();
    m.reset();
    QProcess writer;
    writer.start(QCoreApplication::applicationFilePath(), {"--write-until-killed", m_folder->path()});
    QVERIFY(writer.waitForReadyRead());
    const qint64 id = writer.readLine().trimmed().toLongLong();
    QVERIFY(id > 0);
    QTRY_VERIFY_WITH_TIMEOUT(writer.canReadLine() || writer.waitForReadyRead(50), 10000);
    ::kill(pid_t(writer.processId()), SIGKILL);
    QVERIFY(writer.waitForFinished());
    {
        QSqlDatabase check = QSqlDatabase::addDatabase("QSQLITE", "check");
        check.setDatabaseName(path);
        QVERIFY(check.open());
        QSqlQuery query("PRAGMA integrity_check", check);
        QVERIFY(query.next());
        QCOMPARE(query.value(0).toString(), QString("ok"));
    }
    QSqlDatabase::removeDatabase("check");
    reopen();
    bool loaded = false;
    m->load(id, this, [&] { loaded = true; });
    QTRY_VERIFY(loaded);
    const Chat &chat = *m->chat(id);
    QCOMPARE(chat.path().size(), 2);
    const ChatMessage &answer = *chat.find(chat.path()[1]);
    QVERIFY2(answer.text.startsWith("token 0 token 1 "), qPrintable(answer.text.left(40)));
    QCOMPARE(answer.answer.finish, Finish::CutOff); // it was running
}

namespace {

/// Streams an answer into a workspace until the process is killed.
int writeUntilKilled(QCoreApplication &app, const QString &folder)
{
    Workspace workspace(folder);
    QTimer timer;
    qint64 chat = 0;
    qint64 answer = 0;
    int count = 0;
    QObject::connect(&workspace, &Workspace::opened, [&] {
        chat = workspace.createChat();
        answer =
            workspace.addMessage(chat, workspace.addMessage(chat, 0, Role::User, "q"), Role::Assistant, {});
        std::printf("%lld\n", chat);
        std::fflush(stdout);
        timer.start(1);
    });
    QObject::connect(&timer, &QTimer::timeout, [&] {
        workspace.changeMessage(
            chat, answer, [&](ChatMessage &message) { message.text += QString("token %1 ").arg(count++); });
        if (count == 600)
            workspace.flush(&workspace, [] {
                std::printf("saved\n");
                std::fflush(stdout);
            });
    });
    workspace.open();
    return app.exec();
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    if (app.arguments().value(1) == "--write-until-killed")
        return writeUntilKilled(app, app.arguments().value(2));
    TestStore test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_store.moc"
