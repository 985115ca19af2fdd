// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/workspace/schema.h"

#include <QFile>
#include <QSqlError>
#include <QSqlQuery>
#include <QVariant>

namespace lathe::desktop {

const Migrations &workspaceMigrations()
{
    static const Migrations migrations{
        {
            // 1: chats as trees of messages, the edit log
            QStringLiteral(
                "CREATE TABLE chats("
                "id INTEGER PRIMARY KEY, title TEXT NOT NULL, titled INTEGER NOT NULL DEFAULT 0, "
                "created INTEGER NOT NULL, modified INTEGER NOT NULL, trashed INTEGER NOT NULL DEFAULT 0, "
                "system TEXT, settings TEXT NOT NULL DEFAULT '{}', draft TEXT NOT NULL DEFAULT '', "
                "active_root INTEGER NOT NULL DEFAULT 0)"),
            QStringLiteral(
                "CREATE TABLE messages("
                "id INTEGER PRIMARY KEY, chat INTEGER NOT NULL REFERENCES chats(id) ON DELETE CASCADE, "
                "parent INTEGER NOT NULL DEFAULT 0, role TEXT NOT NULL, text TEXT NOT NULL, "
                "created INTEGER NOT NULL, active_child INTEGER NOT NULL DEFAULT 0, "
                "deleted INTEGER NOT NULL DEFAULT 0, answer TEXT, token_list TEXT)"),
            QStringLiteral("CREATE INDEX messages_by_chat ON messages(chat)"),
            QStringLiteral(
                "CREATE TABLE edits("
                "id INTEGER PRIMARY KEY, chat INTEGER NOT NULL REFERENCES chats(id) ON DELETE CASCADE, "
                "text TEXT NOT NULL, changes TEXT NOT NULL, undone INTEGER NOT NULL DEFAULT 0)"),
        },
    };
    return migrations;
}

namespace {

int versionOf(QSqlDatabase &database)
{
    QSqlQuery query(QStringLiteral("PRAGMA user_version"), database);
    return query.next() ? query.value(0).toInt() : -1;
}

QString backUp(QSqlDatabase &database, int version)
{
    const QString copy = QStringLiteral("%1.v%2.bak").arg(database.databaseName()).arg(version);
    QFile::remove(copy);
    QSqlQuery query(database);
    query.prepare(QStringLiteral("VACUUM INTO ?"));
    query.addBindValue(copy);
    return query.exec() ? QString()
                        : QStringLiteral("cannot be copied before the update: ") + query.lastError().text();
}

QString runStep(QSqlDatabase &database, const QStringList &statements, int version)
{
    if (!database.transaction())
        return database.lastError().text();
    QSqlQuery query(database);
    for (const QString &statement : statements) {
        if (!query.exec(statement)) {
            const QString what = query.lastError().text();
            query.finish();
            database.rollback();
            return what;
        }
    }
    query.exec(QStringLiteral("PRAGMA user_version = %1").arg(version));
    return database.commit() ? QString() : database.lastError().text();
}

} // namespace

QString migrate(QSqlDatabase &database, const Migrations &migrations)
{
    int version = versionOf(database);
    if (version < 0)
        return QStringLiteral("is no SQLite database: ") + database.lastError().text();
    if (version > migrations.size())
        return QStringLiteral("is of a newer Lathe (schema %1, this one knows %2)")
            .arg(version)
            .arg(migrations.size());
    if (version == migrations.size())
        return {};
    if (version > 0) {
        if (const QString fault = backUp(database, version); !fault.isEmpty())
            return fault;
    }
    for (; version < migrations.size(); ++version) {
        const QString fault = runStep(database, migrations.at(version), version + 1);
        if (!fault.isEmpty())
            return QStringLiteral("cannot be brought to schema %1: %2").arg(version + 1).arg(fault);
    }
    return {};
}

bool ensureSearchIndex(QSqlDatabase &database)
{
    const QStringList triggers{QStringLiteral("messages_added"), QStringLiteral("messages_removed"),
                               QStringLiteral("messages_changed")};
    QSqlQuery query(database);
    if (!query.exec(QStringLiteral("CREATE VIRTUAL TABLE IF NOT EXISTS message_search USING fts5("
                                   "text, content='messages', content_rowid='id', tokenize='trigram')")) ||
        !query.exec(QStringLiteral("SELECT rowid FROM message_search LIMIT 1"))) {
        // Triggers of another machine's SQLite would make every save fail here.
        for (const QString &trigger : triggers)
            query.exec(QStringLiteral("DROP TRIGGER IF EXISTS ") + trigger);
        return false;
    }
    query.exec(QStringLiteral(
        "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'messages_%'"));
    if (query.next() && query.value(0).toInt() == triggers.size())
        return true;
    query.finish();
    const QString add = QStringLiteral("INSERT INTO message_search(rowid, text) VALUES (new.id, new.text);");
    const QString remove = QStringLiteral(
        "INSERT INTO message_search(message_search, rowid, text) VALUES ('delete', old.id, old.text);");
    const QStringList bodies{
        QStringLiteral("AFTER INSERT ON messages BEGIN %1 END").arg(add),
        QStringLiteral("AFTER DELETE ON messages BEGIN %1 END").arg(remove),
        QStringLiteral("AFTER UPDATE OF text ON messages BEGIN %1 %2 END").arg(remove, add)};
    for (qsizetype i = 0; i < triggers.size(); ++i)
        query.exec(QStringLiteral("CREATE TRIGGER IF NOT EXISTS %1 %2").arg(triggers.at(i), bodies.at(i)));
    return query.exec(QStringLiteral("INSERT INTO message_search(message_search) VALUES ('rebuild')"));
}

} // namespace lathe::desktop
