// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pages/chat/chat_list_model.h"

#include <QDateTime>

#include <algorithm>

namespace lathe::desktop {

ChatListModel::ChatListModel(Workspace *workspace, QObject *parent)
    : QAbstractListModel(parent), m_workspace(workspace)
{
}

QString ChatListModel::headingOf(const QDate &date, const QDate &today)
{
    if (date >= today)
        return tr("Today");
    return date == today.addDays(-1) ? tr("Yesterday") : tr("Earlier");
}

void ChatListModel::showChats(qint64 current)
{
    QList<Row> rows;
    QString heading;
    const QDate today = QDate::currentDate();
    for (const Chat *chat : m_workspace->chats()) {
        if (chat->trashed != 0 || (chat->title.isEmpty() && chat->id != current && chat->draft.isEmpty()))
            continue;
        const QString over = headingOf(QDateTime::fromMSecsSinceEpoch(chat->modified).date(), today);
        if (over != heading)
            rows.append({0, 0, heading = over, {}});
        rows.append({chat->id, 0, chat->title.isEmpty() ? tr("New chat") : chat->title, {}});
    }
    setRows(rows);
}

void ChatListModel::showHits(const QList<SearchHit> &hits)
{
    QList<Row> rows;
    if (hits.isEmpty())
        rows.append({0, 0, tr("Nothing found"), {}});
    for (const SearchHit &hit : hits)
        rows.append({hit.chat, hit.message, hit.title, hit.excerpt});
    setRows(rows);
}

void ChatListModel::setRows(const QList<Row> &rows)
{
    if (rows == m_rows)
        return;
    // Titles that change while an answer streams keep selection and scroll position.
    const bool sameShape = rows.size() == m_rows.size() &&
                           std::equal(rows.begin(), rows.end(), m_rows.begin(),
                                      [](const Row &a, const Row &b) { return a.chat == b.chat; });
    if (sameShape) {
        m_rows = rows;
        emit dataChanged(index(0), index(int(rows.size()) - 1));
        return;
    }
    beginResetModel();
    m_rows = rows;
    endResetModel();
}

QModelIndex ChatListModel::indexOf(qint64 chat) const
{
    for (qsizetype i = 0; i < m_rows.size(); ++i)
        if (chat != 0 && m_rows.at(i).chat == chat)
            return index(int(i));
    return {};
}

int ChatListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

QVariant ChatListModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_rows.size())
        return {};
    const Row &row = m_rows.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
        return row.text;
    case Qt::AccessibleDescriptionRole:
    case ExcerptRole:
        return row.excerpt;
    case Qt::ToolTipRole:
        return row.excerpt.isEmpty() ? row.text : row.text + u'\n' + row.excerpt;
    case ChatRole:
        return row.chat;
    case MessageRole:
        return row.message;
    case HeadingRole:
        return row.chat == 0;
    default:
        return {};
    }
}

bool ChatListModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role != Qt::EditRole || !index.isValid() || m_rows.at(index.row()).chat == 0)
        return false;
    m_workspace->rename(m_rows.at(index.row()).chat, value.toString());
    return true;
}

Qt::ItemFlags ChatListModel::flags(const QModelIndex &index) const
{
    if (!index.isValid() || m_rows.at(index.row()).chat == 0)
        return Qt::NoItemFlags;
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsEditable | Qt::ItemNeverHasChildren;
}

} // namespace lathe::desktop
