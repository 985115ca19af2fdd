// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/pages/chat/chat_controller.h"

#include <QFrame>
#include <QPlainTextEdit>
#include <QProgressBar>

class QLabel;
class QPushButton;

namespace lathe::desktop {

/// The message being written: grows with its text up to eight lines. Enter sends, Shift+Enter starts a line,
/// Up in an empty field recalls.
class MessageInput : public QPlainTextEdit
{
    Q_OBJECT
public:
    explicit MessageInput(QWidget *parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void sendRequested();
    void recallRequested();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void insertFromMimeData(const QMimeData *source) override;
    bool canInsertFromMimeData(const QMimeData *source) const override;

private:
    int heightFor(int lines) const;
};

/// How full the context is: cached tokens, those still to compute, and the rest; from 90 % in the warning
/// colour.
class ContextMeter : public QProgressBar
{
    Q_OBJECT
public:
    explicit ContextMeter(QWidget *parent = nullptr);
    void show(const ContextUse &use);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    ContextUse m_use;
};

/// The place where messages are written, with the context meter, Stop and Send.
class Composer : public QFrame
{
    Q_OBJECT
public:
    explicit Composer(ChatController *controller, QWidget *parent = nullptr);

    MessageInput *input() const { return m_input; }
    void setText(const QString &text);
    /// Sends what is written, if it can be sent.
    void send();

signals:
    void sent();

private:
    QLayout *buildRow();
    void refresh();
    void showContext();
    void recall();
    QString whyNotSend() const;

    ChatController *m_controller;
    MessageInput *m_input;
    ContextMeter *m_meter;
    QLabel *m_contextText;
    QLabel *m_hint;
    QPushButton *m_stop;
    QPushButton *m_send;
};

} // namespace lathe::desktop
