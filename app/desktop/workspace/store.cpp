// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/workspace/store.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>
#include <QSqlError>
#include <QSqlQuery>
#include <QVariant>

#include <algorithm>

namespace lathe::desktop {

namespace {

QString compact(const QJsonObject &json)
{
    return QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Compact));
}

QString compact(const QJsonArray &json)
{
    return QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Compact));
}

QJsonDocument parsed(const QVariant &text)
{
    return QJsonDocument::fromJson(text.toString().toUtf8());
}

QString roleName(Role role)
{
    return role == Role::User ? QStringLiteral("user") : QStringLiteral("assistant");
}

/// A null QString binds as NULL, which NOT NULL columns refuse.
QString notNull(const QString &text)
{
    return text.isNull() ? QStringLiteral("") : text;
}

bool saveChat(QSqlQuery &query, const Chat &chat)
{
    query.prepare(QStringLiteral(
        "INSERT INTO chats(id, title, titled, created, modified, trashed, system, settings, draft, "
        "active_root) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET title = excluded.title, "
        "titled = excluded.titled, modified = excluded.modified, trashed = excluded.trashed, "
        "system = excluded.system, settings = excluded.settings, draft = excluded.draft, "
        "active_root = excluded.active_root"));
    query.addBindValue(chat.id);
    query.addBindValue(notNull(chat.title));
    query.addBindValue(chat.titled);
    query.addBindValue(chat.created);
    query.addBindValue(chat.modified);
    query.addBindValue(chat.trashed);
    query.addBindValue(chat.system ? QVariant(notNull(*chat.system)) : QVariant());
    query.addBindValue(compact(chat.settings.toJson()));
    query.addBindValue(notNull(chat.draft));
    query.addBindValue(chat.activeRoot);
    return query.exec();
}

bool saveMessage(QSqlQuery &query, qint64 chat, const ChatMessage &message)
{
    query.prepare(QStringLiteral(
        "INSERT INTO messages(id, chat, parent, role, text, created, active_child, deleted, answer, "
        "token_list) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET text = excluded.text, "
        "active_child = excluded.active_child, deleted = excluded.deleted, answer = excluded.answer, "
        "token_list = excluded.token_list"));
    const bool answer = message.role == Role::Assistant;
    query.addBindValue(message.id);
    query.addBindValue(chat);
    query.addBindValue(message.parent);
    query.addBindValue(roleName(message.role));
    query.addBindValue(notNull(message.text));
    query.addBindValue(message.created);
    query.addBindValue(message.activeChild);
    query.addBindValue(message.deleted);
    query.addBindValue(answer ? QVariant(compact(message.answer.toJson())) : QVariant());
    query.addBindValue(answer && !message.answer.tokenList.isEmpty()
                           ? QVariant(compact(message.answer.tokenList))
                           : QVariant());
    return query.exec();
}

bool saveEdit(QSqlQuery &query, const Edit &edit)
{
    query.prepare(
        QStringLiteral("INSERT INTO edits(id, chat, text, changes, undone) VALUES (?, ?, ?, ?, ?) "
                       "ON CONFLICT(id) DO UPDATE SET changes = excluded.changes, undone = excluded.undone"));
    query.addBindValue(edit.id);
    query.addBindValue(edit.chat);
    query.addBindValue(notNull(edit.text));
    query.addBindValue(compact(edit.changesToJson()));
    query.addBindValue(edit.undone);
    return query.exec();
}

bool removeById(QSqlQuery &query, const QString &table, qint64 id)
{
    query.prepare(QStringLiteral("DELETE FROM %1 WHERE id = ?").arg(table));
    query.addBindValue(id);
    return query.exec();
}

} // namespace

Store::~Store()
{
    close();
}

QSqlDatabase Store::database() const
{
    return QSqlDatabase::database(m_connection, false);
}

void Store::close()
{
    if (m_connection.isEmpty())
        return;
    database().close();
    QSqlDatabase::removeDatabase(std::exchange(m_connection, {}));
}

QString Store::open(const QString &path, qint64 nowMs, const Migrations &migrations)
{
    close();
    if (!QDir().mkpath(QFileInfo(path).absolutePath()))
        return QStringLiteral("its folder cannot be made");
    m_connection = QStringLiteral("workspace-%1").arg(newId());
    QSqlDatabase db = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_connection);
    db.setDatabaseName(path);
    db.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=3000"));
    if (!db.open())
        return db.lastError().text();
    QSqlQuery query(db);
    if (!query.exec(QStringLiteral("PRAGMA journal_mode = WAL")))
        return query.lastError().text();
    query.finish();
    query.exec(QStringLiteral("PRAGMA synchronous = NORMAL"));
    query.exec(QStringLiteral("PRAGMA foreign_keys = ON"));
    if (const QString fault = migrate(db, migrations); !fault.isEmpty())
        return fault;
    m_indexed = ensureSearchIndex(db);
    query.exec(QStringLiteral("DELETE FROM chats WHERE draft = '' AND title = '' "
                              "AND id NOT IN (SELECT chat FROM messages)"));
    query.prepare(QStringLiteral("DELETE FROM chats WHERE trashed > 0 AND trashed < ?"));
    query.addBindValue(nowMs - kTrashMs);
    query.exec();
    return {};
}

QList<Chat> Store::loadChats()
{
    QList<Chat> out;
    QSqlQuery query(
        QStringLiteral("SELECT id, title, titled, created, modified, trashed, system, settings, draft, "
                       "active_root FROM chats ORDER BY modified DESC"),
        database());
    while (query.next()) {
        Chat chat;
        chat.id = query.value(0).toLongLong();
        chat.title = query.value(1).toString();
        chat.titled = query.value(2).toBool();
        chat.created = query.value(3).toLongLong();
        chat.modified = query.value(4).toLongLong();
        chat.trashed = query.value(5).toLongLong();
        if (!query.isNull(6))
            chat.system = query.value(6).toString();
        chat.settings = ChatSettings::fromJson(parsed(query.value(7)).object());
        chat.draft = query.value(8).toString();
        chat.activeRoot = query.value(9).toLongLong();
        out.append(chat);
    }
    return out;
}

QList<ChatMessage> Store::loadMessages(qint64 chat)
{
    QList<ChatMessage> out;
    QSqlQuery query(database());
    query.prepare(
        QStringLiteral("SELECT id, parent, role, text, created, active_child, deleted, answer, token_list "
                       "FROM messages WHERE chat = ? ORDER BY id"));
    query.addBindValue(chat);
    query.exec();
    while (query.next()) {
        ChatMessage message;
        message.id = query.value(0).toLongLong();
        message.parent = query.value(1).toLongLong();
        message.role = query.value(2).toString() == QLatin1String("user") ? Role::User : Role::Assistant;
        message.text = query.value(3).toString();
        message.created = query.value(4).toLongLong();
        message.activeChild = query.value(5).toLongLong();
        message.deleted = query.value(6).toBool();
        if (message.role == Role::Assistant) {
            message.answer = Answer::fromJson(parsed(query.value(7)).object());
            message.answer.tokenList = parsed(query.value(8)).array();
            if (message.answer.finish == Finish::Running) // whoever wrote it is gone
                message.answer.finish = Finish::CutOff;
        }
        out.append(message);
    }
    return out;
}

QList<Edit> Store::loadEdits(int limit)
{
    QList<Edit> out;
    QSqlQuery query(database());
    query.prepare(
        QStringLiteral("SELECT id, chat, text, changes, undone FROM edits ORDER BY id DESC LIMIT ?"));
    query.addBindValue(limit);
    query.exec();
    while (query.next()) {
        Edit edit;
        edit.id = query.value(0).toLongLong();
        edit.chat = query.value(1).toLongLong();
        edit.text = query.value(2).toString();
        edit.changes = Edit::changesFromJson(parsed(query.value(3)).array());
        edit.undone = query.value(4).toBool();
        out.prepend(edit);
    }
    return out;
}

QString Store::save(const SaveBatch &batch)
{
    QSqlDatabase db = database();
    if (!db.transaction())
        return db.lastError().text();
    QSqlQuery query(db);
    const bool ok = std::all_of(batch.chats.begin(), batch.chats.end(),
                                [&](const Chat &c) { return saveChat(query, c); }) &&
                    std::all_of(batch.messages.begin(), batch.messages.end(),
                                [&](const auto &m) { return saveMessage(query, m.first, m.second); }) &&
                    std::all_of(batch.removedEdits.begin(), batch.removedEdits.end(),
                                [&](qint64 id) { return removeById(query, QStringLiteral("edits"), id); }) &&
                    std::all_of(batch.edits.begin(), batch.edits.end(),
                                [&](const Edit &e) { return saveEdit(query, e); });
    if (ok && db.commit())
        return {};
    const QString what = ok ? db.lastError().text() : query.lastError().text();
    query.finish();
    db.rollback();
    return what;
}

QString Store::erase(qint64 chat)
{
    QSqlQuery query(database());
    return removeById(query, QStringLiteral("chats"), chat) ? QString() : query.lastError().text();
}

} // namespace lathe::desktop
