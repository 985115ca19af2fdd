// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/pages/chat/message_body.h"

#include <QToolButton>
#include <QWidget>

namespace lathe::desktop {

/// What a model thought before its answer, folded behind a line "Reasoning · 40 tokens". Hidden where there
/// is none.
class ReasoningBlock : public QWidget
{
    Q_OBJECT
public:
    explicit ReasoningBlock(QWidget *parent = nullptr);

    /// `running`: more of the answer will come; `number`: of the answer in the conversation.
    void display(const ChatMessage &message, bool running, int number);
    MessageBody *body() const { return m_body; }

private:
    void unfold(bool open);
    void showText();

    QToolButton *m_toggle;
    QFrame *m_frame;
    MessageBody *m_body;
    QString m_text;
    bool m_streaming = false;
};

/// "Reasoning · 40 tokens", in the user's locale.
QString reasoningLine(const ChatMessage &message, bool running);

} // namespace lathe::desktop
