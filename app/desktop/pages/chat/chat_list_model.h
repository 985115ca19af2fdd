// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/workspace/workspace.h"

#include <QAbstractListModel>
#include <QDate>

namespace lathe::desktop {

/// The chats under headings by date (Today, Yesterday, Earlier), or what a search found. Headings cannot be
/// selected.
class ChatListModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Roles { ChatRole = Qt::UserRole, MessageRole, HeadingRole, ExcerptRole };

    explicit ChatListModel(Workspace *workspace, QObject *parent = nullptr);

    /// `current` is listed even if it is new and empty.
    void showChats(qint64 current);
    void showHits(const QList<SearchHit> &hits);
    QModelIndex indexOf(qint64 chat) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

private:
    struct Row {
        qint64 chat = 0; ///< 0: a heading
        qint64 message = 0;
        QString text;
        QString excerpt;

        bool operator==(const Row &) const = default;
    };
    void setRows(const QList<Row> &rows);
    static QString headingOf(const QDate &date, const QDate &today);

    Workspace *m_workspace;
    QList<Row> m_rows;
};

} // namespace lathe::desktop
