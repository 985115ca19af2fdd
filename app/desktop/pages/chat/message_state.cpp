// SPDX-License-Identifier: GPL-3.0-or-later
// What a card says about how its answer came to be and how it ended.
#include "app/desktop/pages/chat/message_card.h"

#include "app/desktop/style/numbers.h"

#include <QCoreApplication>

#include <array>

namespace lathe::desktop {

namespace {

/// One row per way to end: the word in the figures, and the chip where there is one.
struct FinishLook {
    Finish finish;
    const char *word;
    const char *chip; ///< null: none
    const char *icon;
    Tone tone;
    bool failedRow; ///< Continue and Regenerate stand as buttons under the text
    bool canContinue;
};

constexpr std::array kLooks{
    FinishLook{Finish::Running, QT_TRANSLATE_NOOP("MessageCard", "writing"), nullptr, "", Tone::Muted, false,
               false},
    FinishLook{Finish::Stop, QT_TRANSLATE_NOOP("MessageCard", "end of text"), nullptr, "", Tone::Muted, false,
               false},
    FinishLook{Finish::Length, QT_TRANSLATE_NOOP("MessageCard", "length limit"), nullptr, "", Tone::Muted,
               false, true},
    FinishLook{Finish::ContextFull, QT_TRANSLATE_NOOP("MessageCard", "context full"),
               QT_TRANSLATE_NOOP("MessageCard", "Context full"), "warn", Tone::Warn, true, false},
    FinishLook{Finish::Stopped, QT_TRANSLATE_NOOP("MessageCard", "stopped"),
               QT_TRANSLATE_NOOP("MessageCard", "Stopped"), "stop", Tone::Accent, false, true},
    FinishLook{Finish::CutOff, QT_TRANSLATE_NOOP("MessageCard", "cut off"),
               QT_TRANSLATE_NOOP("MessageCard", "Cut off"), "warn", Tone::Warn, true, true},
    FinishLook{Finish::Failed, QT_TRANSLATE_NOOP("MessageCard", "failed"),
               QT_TRANSLATE_NOOP("MessageCard", "Failed"), "error", Tone::Bad, true, true},
};

const FinishLook &lookOf(Finish finish)
{
    for (const FinishLook &look : kLooks)
        if (look.finish == finish)
            return look;
    return kLooks.front();
}

QString translated(const char *text)
{
    return QCoreApplication::translate("MessageCard", text);
}

} // namespace

QString figuresLine(const Answer &answer)
{
    if (answer.edited)
        return QCoreApplication::translate("MessageCard", "edited by you");
    QStringList parts;
    if (answer.tokensPerSecond > 0)
        parts.append(numbers::rate(answer.tokensPerSecond));
    if (answer.firstTokenSeconds > 0)
        parts.append(QCoreApplication::translate("MessageCard", "first token %1")
                         .arg(numbers::duration(answer.firstTokenSeconds)));
    parts.append(
        answer.tokens == 1
            ? QCoreApplication::translate("MessageCard", "1 token")
            : QCoreApplication::translate("MessageCard", "%1 tokens").arg(numbers::count(answer.tokens)));
    if (answer.reasoningTokens > 0)
        parts.last() += QCoreApplication::translate("MessageCard", " (%1 of reasoning)")
                            .arg(numbers::count(answer.reasoningTokens));
    parts.append(QCoreApplication::translate("MessageCard", "finished: %1")
                     .arg(translated(lookOf(answer.finish).word)));
    if (answer.shifted > 0)
        parts.append(QCoreApplication::translate("MessageCard", "%1 oldest tokens dropped")
                         .arg(numbers::count(answer.shifted)));
    if (!answer.seed.isEmpty())
        parts.append(QCoreApplication::translate("MessageCard", "seed %1").arg(answer.seed));
    return parts.join(QStringLiteral(" · "));
}

void MessageCard::showState(const Answer &answer, const CardContext &context)
{
    const FinishLook &look = lookOf(answer.finish);
    m_title->setText(answer.edited            ? tr("Edited answer")
                     : answer.model.isEmpty() ? tr("Answer")
                                              : answer.model);
    m_badge->setVisible(!answer.edited && !answer.sha256.isEmpty());
    m_badge->show(Tone::Accent, {}, answer.badge(QLocale()));
    QStringList sources = QStringList(m_badge->text()) + answer.sha256;
    for (const QJsonValue &adapter : answer.adapters)
        sources.append(adapter["path"].toString());
    m_badge->setToolTip(sources.join(u'\n'));
    const bool ended = !context.running || answer.finish != Finish::Running;
    m_stateChip->setVisible(ended && look.chip);
    if (look.chip)
        m_stateChip->show(look.tone, QLatin1String(look.icon), translated(look.chip));
    const bool reading = context.running && context.readingShare >= 0 && answer.tokens == 0;
    m_stateText->setVisible(!ended);
    m_stateText->setText(reading ? tr("Reading the prompt %1").arg(numbers::percent(context.readingShare))
                                 : tr("writing …"));
    m_fault->setVisible(!answer.fault.isEmpty() && answer.finish == Finish::Failed);
    m_fault->setText(answer.fault);
    m_figures->setVisible(ended);
    m_figures->setFullText(figuresLine(answer));
    m_notes->setVisible(!answer.notes.isEmpty());
    m_notes->setText(answer.notes.join(u'\n'));
    for (QToolButton *button : std::as_const(m_actions))
        button->setVisible(ended);
    showFailedRow(answer, context);
}

void MessageCard::showFailedRow(const Answer &answer, const CardContext &context)
{
    const FinishLook &look = lookOf(answer.finish);
    const bool full = answer.finish == Finish::ContextFull;
    const bool shown = look.failedRow && !context.running;
    m_failedRow->setVisible(shown);
    m_continueButton->setVisible(shown && look.canContinue);
    m_regenerateButton->setVisible(shown && !full);
    m_shiftButton->setVisible(shown && full);
    m_contextButton->setVisible(shown && full && context.largerContext > 0);
    m_contextButton->setText(tr("Continue with %1").arg(numbers::count(context.largerContext)));
    m_contextButton->setAccessibleName(m_contextButton->text());
    m_keptText->setVisible(shown);
    m_keptText->setText(answer.tokens == 1 ? tr("1 token kept")
                                           : tr("%1 tokens kept").arg(numbers::count(answer.tokens)));
    const QString why = context.canAnswer ? QString() : tr("The engine is not ready yet.");
    for (QPushButton *button : {m_continueButton, m_regenerateButton, m_shiftButton, m_contextButton}) {
        button->setEnabled(context.canAnswer);
        button->setAccessibleDescription(why);
    }
    m_continue->setVisible(look.canContinue && !look.failedRow && !context.running);
    for (QToolButton *button : {m_continue, m_regenerate}) {
        button->setEnabled(context.canAnswer && !(button == m_continue && answer.edited));
        button->setAccessibleDescription(why);
    }
}

} // namespace lathe::desktop
