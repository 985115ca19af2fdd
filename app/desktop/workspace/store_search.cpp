// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/workspace/store.h"

#include <QSet>
#include <QSqlError>
#include <QSqlQuery>
#include <QVariant>

#include <algorithm>

namespace lathe::desktop {

namespace {

constexpr int kTrigram = 3; // shorter words are not in a trigram index

bool holdsAll(const QString &text, const QStringList &words)
{
    return std::all_of(words.begin(), words.end(),
                       [&](const QString &word) { return text.contains(word, Qt::CaseInsensitive); });
}

/// The line of `text` around the first of `words`, about 80 characters.
QString excerptOf(const QString &text, const QStringList &words)
{
    constexpr qsizetype kBefore = 24;
    constexpr qsizetype kLength = 80;
    qsizetype at = text.indexOf(words.first(), 0, Qt::CaseInsensitive);
    at = std::max<qsizetype>(0, at - kBefore);
    QString line = text.mid(at, kLength).simplified();
    if (at > 0)
        line.prepend(QStringLiteral("… "));
    return line;
}

} // namespace

QList<SearchHit> Store::search(const QString &text, int limit)
{
    const QStringList words = text.simplified().split(u' ', Qt::SkipEmptyParts);
    if (words.isEmpty())
        return {};
    QSqlQuery query(database());
    // The index knows words of three letters and more; every hit is read for the rest.
    QStringList indexed;
    for (const QString &word : words)
        if (m_indexed && word.size() >= kTrigram)
            indexed.append(u'"' + QString(word).replace(u'"', QStringLiteral("\"\"")) + u'"');
    const QString byIndex =
        indexed.isEmpty()
            ? QString()
            : QStringLiteral(" AND m.id IN (SELECT rowid FROM message_search WHERE message_search MATCH ?)");
    query.prepare(
        QStringLiteral("SELECT m.chat, m.id, c.title, m.text FROM messages m JOIN chats c ON c.id = m.chat "
                       "WHERE c.trashed = 0 AND m.deleted = 0%1 ORDER BY m.id DESC")
            .arg(byIndex));
    if (!indexed.isEmpty())
        query.addBindValue(indexed.join(QStringLiteral(" AND ")));
    query.exec();
    QList<SearchHit> out;
    QSet<qint64> seen;
    while (query.next() && seen.size() < limit) {
        const qint64 chat = query.value(0).toLongLong();
        const QString found = query.value(3).toString();
        if (seen.contains(chat) || !holdsAll(found, words))
            continue;
        seen.insert(chat);
        out.append({chat, query.value(1).toLongLong(), query.value(2).toString(), excerptOf(found, words)});
    }
    query.exec(QStringLiteral("SELECT id, title FROM chats WHERE trashed = 0 ORDER BY modified DESC"));
    while (query.next() && out.size() < limit) {
        const qint64 chat = query.value(0).toLongLong();
        if (!seen.contains(chat) && holdsAll(query.value(1).toString(), words))
            out.append({chat, 0, query.value(1).toString(), {}});
    }
    return out;
}

} // namespace lathe::desktop
