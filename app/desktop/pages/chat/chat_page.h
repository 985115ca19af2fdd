// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/pages/chat/chat_controller.h"
#include "app/desktop/window/message.h"

#include <QAction>
#include <QPointer>
#include <QTimer>
#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QStackedWidget;

namespace lathe::desktop {

class ChatList;
class Commands;
class Composer;
class FindBar;
class SamplerPanel;
class Transcript;

/// The Chat page: the conversation with the current variant. The side panels are made with it and are given
/// to whoever lays out the window.
class ChatPage : public QWidget
{
    Q_OBJECT
public:
    /// `settings` may be null (nothing is read out then).
    ChatPage(EngineClient *engine, ModelController *models, Workspace *workspace, Settings *settings,
             QWidget *parent = nullptr);
    ~ChatPage() override;

    ChatController *controller() const { return m_controller; }
    Transcript *transcript() const { return m_transcript; }
    Composer *composer() const { return m_composer; }
    /// New while nobody has put them into a window; then the window's.
    QWidget *leftPanel() const;
    QWidget *rightPanel() const;
    /// The page's commands with their keys.
    void addCommands(Commands *commands);

    void openFind();
    /// Writes the shown chat to a file, whole or not at all. Returns what went wrong in one line, or nothing.
    QString exportTo(const QString &path, bool json) const;

signals:
    void banner(const lathe::desktop::Message &message);
    void addAdapterRequested();

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void enableCommands();
    void buildRawView();
    void connectParts();
    void showRaw(bool wanted);
    void refreshRaw();
    void chooseExport(bool json);
    void copyMessage(qint64 message);
    void copyLast();
    void regenerateLast();
    void editLast();
    void stepLast(int by);
    void workspaceFailed(const QString &what, bool opening);

    ChatController *m_controller;
    Transcript *m_transcript;
    Composer *m_composer;
    FindBar *m_find;
    QStackedWidget *m_stack;
    QWidget *m_rawPage;
    QPlainTextEdit *m_raw;
    QLabel *m_rawCaption;
    QPointer<ChatList> m_list;
    QPointer<SamplerPanel> m_panel;
    QTimer m_rawTimer;
    QList<QPointer<QAction>> m_commands;
    QPointer<QAction> m_stopCommand;
};

} // namespace lathe::desktop
