// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pages/chat/reasoning_block.h"

#include "app/desktop/style/numbers.h"
#include "app/desktop/style/parts.h"
#include "app/desktop/style/theme.h"

#include <QCoreApplication>
#include <QVBoxLayout>

namespace lathe::desktop {

QString reasoningLine(const ChatMessage &message, bool running)
{
    const qint64 count = message.answer.reasoningTokens;
    const QString tokens =
        count == 1 ? QCoreApplication::translate("MessageCard", "1 token")
                   : QCoreApplication::translate("MessageCard", "%1 tokens").arg(numbers::count(count));
    const bool open = message.text.isEmpty();
    const char *name = open && running ? QT_TRANSLATE_NOOP("ReasoningBlock", "Reasoning …")
                       : open          ? QT_TRANSLATE_NOOP("ReasoningBlock", "Reasoning, without an answer")
                                       : QT_TRANSLATE_NOOP("ReasoningBlock", "Reasoning");
    return QCoreApplication::translate("ReasoningBlock", name) + QStringLiteral(" · ") + tokens;
}

ReasoningBlock::ReasoningBlock(QWidget *parent) : QWidget(parent)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(scaled(4));
    m_toggle = new QToolButton;
    m_toggle->setObjectName(QStringLiteral("chatReasoning"));
    m_toggle->setCheckable(true);
    m_toggle->setAutoRaise(true);
    m_toggle->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_toggle->setFocusPolicy(Qt::StrongFocus);
    m_toggle->setToolTip(tr("What the model wrote before its answer; later messages are sent without it."));
    column->addWidget(m_toggle, 0, Qt::AlignLeading);
    m_frame = roleFrame("code");
    auto *inner = new QVBoxLayout(m_frame);
    inner->setContentsMargins(scaled(10), scaled(8), scaled(10), scaled(8));
    m_body = new MessageBody;
    m_body->setObjectName(QStringLiteral("chatReasoningText"));
    inner->addWidget(m_body);
    column->addWidget(m_frame);
    connect(m_toggle, &QToolButton::toggled, this, &ReasoningBlock::unfold);
    unfold(false);
    hide();
}

void ReasoningBlock::display(const ChatMessage &message, bool running, int number)
{
    m_text = message.answer.reasoning;
    m_streaming = running && message.text.isEmpty();
    setVisible(!m_text.isEmpty());
    if (m_text.isEmpty())
        return;
    const QString line = reasoningLine(message, running);
    m_toggle->setText(line);
    m_toggle->setAccessibleName(tr("%1, of answer %2").arg(spoken(line)).arg(number));
    m_body->setAccessibleName(tr("Reasoning of answer %1").arg(number));
    showText();
}

void ReasoningBlock::unfold(bool open)
{
    m_toggle->setArrowType(open ? Qt::DownArrow : isRightToLeft() ? Qt::LeftArrow : Qt::RightArrow);
    m_frame->setVisible(open);
    showText();
}

/// A folded text is not laid out.
void ReasoningBlock::showText()
{
    if (m_toggle->isChecked())
        m_body->showMarkdown(m_text, m_streaming);
}

} // namespace lathe::desktop
