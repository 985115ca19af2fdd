// SPDX-License-Identifier: GPL-3.0-or-later
// What stands in the conversation beside its cards: the empty state, the loading bar, the way back to the
// end; and what of it is read out.
#include "app/desktop/pages/chat/transcript.h"

#include "app/desktop/style/icons.h"
#include "app/desktop/style/numbers.h"
#include "app/desktop/style/theme.h"

#include <QAccessible>
#include <QProgressBar>
#include <QVBoxLayout>

#include <algorithm>

namespace lathe::desktop {

QWidget *Transcript::buildEmptyState()
{
    auto *empty = new QWidget;
    empty->setObjectName(QStringLiteral("chatEmpty"));
    auto *column = new QVBoxLayout(empty);
    column->setSpacing(scaled(8));
    column->addStretch();
    auto *picture = new QLabel;
    picture->setPixmap(icon(QStringLiteral("chat"), Tone::Muted).pixmap(scaled(34), scaled(34)));
    picture->setAlignment(Qt::AlignCenter);
    auto *title = roleLabel("heading", tr("Ask something"));
    title->setAlignment(Qt::AlignCenter);
    auto *text = roleLabel("muted", tr("The badge beside each answer shows which weights gave it."));
    text->setAlignment(Qt::AlignCenter);
    text->setWordWrap(true);
    column->addWidget(picture);
    column->addWidget(title);
    column->addWidget(text);
    const QStringList samples{tr("Why is the sky blue?"),
                              tr("Write a Python function that finds prime numbers."),
                              tr("Name ten words for a cat and say where each comes from.")};
    for (qsizetype i = 0; i < samples.size(); ++i) {
        auto *button = textButton(QStringLiteral("chatSample%1").arg(i + 1), {}, samples.at(i));
        connect(button, &QPushButton::clicked, this,
                [this, prompt = samples.at(i)] { emit sampleChosen(prompt); });
        column->addWidget(button, 0, Qt::AlignCenter);
    }
    column->addStretch();
    return empty;
}

QWidget *Transcript::buildLoading()
{
    auto *card = roleFrame("card");
    card->setObjectName(QStringLiteral("chatLoading"));
    auto *column = new QVBoxLayout(card);
    m_loadingText = new QLabel;
    m_loadingText->setObjectName(QStringLiteral("chatLoadingText"));
    m_loadingBar = new QProgressBar;
    m_loadingBar->setObjectName(QStringLiteral("chatLoadingBar"));
    m_loadingBar->setAccessibleName(tr("Loading the model"));
    m_loadingBar->setTextVisible(false);
    m_loadingBar->setRange(0, 1000);
    m_loadingBar->setFixedHeight(scaled(10));
    column->addWidget(m_loadingText);
    column->addWidget(m_loadingBar);
    card->hide();
    return card;
}

void Transcript::buildNewest()
{
    m_newest = textButton(QStringLiteral("chatNewest"), QStringLiteral("down"), tr("Newest"), this);
    m_newest->setToolTip(tr("Follow the end of the conversation"));
    m_newest->hide();
    connect(m_newest, &QPushButton::clicked, this, &Transcript::followEnd);
}

void Transcript::showLoading(const QString &stage, double fraction, double secondsLeft)
{
    QString text = stage;
    if (fraction >= 0)
        text += u' ' + numbers::percent(fraction);
    if (secondsLeft >= 0)
        text += QStringLiteral(" · ") + tr("%1 left").arg(numbers::duration(secondsLeft));
    m_loadingText->setText(text);
    m_loadingBar->setRange(0, fraction >= 0 ? 1000 : 0);
    m_loadingBar->setValue(int(std::max(0.0, fraction) * 1000));
}

void Transcript::alert(MessageCard *card, const QString &text)
{
    card->setAccessibleDescription(text);
    QAccessibleEvent event(card, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

void Transcript::announce(qint64 chat, qint64 message)
{
    MessageCard *card = chat == m_controller->currentChat() ? cardOf(message) : nullptr;
    if (!card)
        return;
    const ChatMessage *found = m_controller->chat()->find(message);
    const QStringList told = QStringList(figuresLine(found->answer)) + found->answer.notes;
    alert(card, tr("Answer finished: %1").arg(told.join(QStringLiteral(" · "))));
}

/// Reads out what was completed by a full stop since the last time.
void Transcript::announceSentences(const ChatMessage &message)
{
    if (m_announcedMessage != message.id) {
        m_announcedMessage = message.id;
        m_announced = 0;
    }
    qsizetype end = m_announced;
    for (qsizetype i = m_announced; i + 1 < message.text.size(); ++i)
        if (QStringLiteral(".!?:").contains(message.text.at(i)) && message.text.at(i + 1).isSpace())
            end = i + 1;
    MessageCard *card = cardOf(message.id);
    if (end == m_announced || !card)
        return;
    alert(card, message.text.mid(m_announced, end - m_announced).simplified());
    m_announced = end;
}

} // namespace lathe::desktop
