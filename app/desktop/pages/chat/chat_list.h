// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/pages/chat/chat_controller.h"
#include "app/desktop/pages/chat/chat_list_model.h"

#include <QListView>
#include <QTimer>
#include <QWidget>

class QLineEdit;
class QPushButton;

namespace lathe::desktop {

/// The left panel of Chat: new chat, search over all chats, the chats by date, export.
class ChatList : public QWidget
{
    Q_OBJECT
public:
    explicit ChatList(ChatController *controller, QWidget *parent = nullptr);

    QListView *view() const { return m_view; }
    ChatListModel *model() const { return m_model; }
    void focusSearch();
    void showExportMenu();

signals:
    /// `json`: the tree, else the shown path as Markdown.
    void exportRequested(bool json);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void buildView();
    void refresh();
    void search();
    void open(const QModelIndex &index);
    void showMenu(const QPoint &at);

    ChatController *m_controller;
    ChatListModel *m_model;
    QPushButton *m_new;
    QLineEdit *m_search;
    QListView *m_view;
    QPushButton *m_export;
    QTimer m_searchTimer;
};

} // namespace lathe::desktop
