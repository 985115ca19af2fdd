// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/workspace/chat.h"
#include "app/desktop/workspace/edit.h"
#include "app/desktop/workspace/schema.h"

#include <QPair>
#include <QSqlDatabase>

namespace lathe::desktop {

/// One place where a searched text stands.
struct SearchHit {
    qint64 chat = 0;
    qint64 message = 0; ///< 0: in the title
    QString title;
    QString excerpt; ///< one line around the place
};

/// What one save writes, in one transaction.
struct SaveBatch {
    QList<Chat> chats; ///< without their messages
    QList<QPair<qint64, ChatMessage>> messages;
    QList<Edit> edits;
    QList<qint64> removedEdits;

    bool isEmpty() const
    {
        return chats.isEmpty() && messages.isEmpty() && edits.isEmpty() && removedEdits.isEmpty();
    }
};

/// workspace.sqlite. Lives on the workspace's worker thread; every function may block on the disk. Functions
/// that return a QString return what went wrong in one line, or nothing.
class Store
{
public:
    ~Store();

    /// Opens or creates the file (write-ahead log, so that a killed window loses nothing that was saved),
    /// migrates it, and deletes what has been in the trash for 30 days at `nowMs`.
    QString open(const QString &path, qint64 nowMs, const Migrations &migrations = workspaceMigrations());
    void close();

    QList<Chat> loadChats();
    QList<ChatMessage> loadMessages(qint64 chat);
    /// The newest `limit` edits in order of creation.
    QList<Edit> loadEdits(int limit);
    QString save(const SaveBatch &batch);

    /// Chats that hold every word of `text` in one message or in the title (parts of words count, letter case
    /// does not): those with a message first, by its newest one, then those by title. Thrown-away ones are
    /// left out.
    QList<SearchHit> search(const QString &text, int limit = 100);
    bool hasFullTextIndex() const { return m_indexed; }
    /// For tests: search by reading, as where there is no FTS5.
    void setFullTextIndex(bool use) { m_indexed = use; }

    /// Deletes a chat for good.
    QString erase(qint64 chat);

    static constexpr qint64 kTrashMs = 30LL * 24 * 3600 * 1000;

private:
    QSqlDatabase database() const;

    QString m_connection;
    bool m_indexed = false;
};

} // namespace lathe::desktop
