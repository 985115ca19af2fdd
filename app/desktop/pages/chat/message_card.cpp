// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pages/chat/message_card.h"

#include "app/desktop/pages/chat/token_text.h"
#include "app/desktop/style/numbers.h"
#include "app/desktop/style/theme.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QPlainTextEdit>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace lathe::desktop {

MessageCard::MessageCard(Role role, QWidget *parent) : QFrame(parent), m_role(role)
{
    if (role == Role::Assistant)
        setRole(this, "card");
    auto *column = new QVBoxLayout(this);
    const int side = scaled(14);
    column->setContentsMargins(side, scaled(8), scaled(10), scaled(10));
    column->setSpacing(scaled(6));
    column->addLayout(buildHeader());
    m_reasoning = new ReasoningBlock;
    column->addWidget(m_reasoning);
    m_body = new MessageBody;
    m_body->setObjectName(QStringLiteral("chatMessageText"));
    column->addWidget(m_body);
    m_fault = roleLabel("error");
    m_fault->setObjectName(QStringLiteral("chatFault"));
    m_fault->setWordWrap(true);
    m_fault->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    column->addWidget(m_fault);
    m_failedRow = new QWidget;
    m_failedRow->setLayout(buildFailedRow());
    column->addWidget(m_failedRow);
    m_notes = roleLabel("caption");
    m_notes->setObjectName(QStringLiteral("chatNotes"));
    m_notes->setWordWrap(true);
    column->addWidget(m_notes);
    column->addLayout(buildFooter());
    if (role == Role::User) {
        m_figures->hide();
        m_notes->hide();
    }
}

QHBoxLayout *MessageCard::buildHeader()
{
    auto *row = new QHBoxLayout;
    row->setSpacing(scaled(8));
    m_title = roleLabel("heading");
    m_title->setObjectName(QStringLiteral("chatMessageTitle"));
    m_badge = new Chip;
    m_badge->setObjectName(QStringLiteral("chatBadge"));
    m_badge->setElided(true);
    m_stateChip = new Chip;
    m_stateChip->setObjectName(QStringLiteral("chatState"));
    m_stateText = roleLabel("caption");
    m_stateText->setObjectName(QStringLiteral("chatStateText"));
    row->addWidget(m_title);
    row->addWidget(m_badge);
    row->addStretch();
    row->addWidget(m_stateText);
    row->addWidget(m_stateChip);
    buildPager(row);
    if (m_role == Role::User) {
        action(row, QStringLiteral("chatEdit"), QStringLiteral("edit"), tr("Edit"));
        action(row, QStringLiteral("chatCopy"), QStringLiteral("copy"), tr("Copy"));
        action(row, QStringLiteral("chatDelete"), QStringLiteral("trash"), tr("Delete"));
    }
    return row;
}

void MessageCard::buildPager(QHBoxLayout *row)
{
    m_pager = new QWidget;
    auto *pager = new QHBoxLayout(m_pager);
    pager->setContentsMargins(0, 0, 0, 0);
    pager->setSpacing(scaled(2));
    m_previous =
        iconButton(QStringLiteral("chatVersionPrev"), QStringLiteral("left"), tr("Previous version"));
    m_next = iconButton(QStringLiteral("chatVersionNext"), QStringLiteral("right"), tr("Next version"));
    m_versionText = new QLabel;
    m_versionText->setObjectName(QStringLiteral("chatVersion"));
    pager->addWidget(m_previous);
    pager->addWidget(m_versionText);
    pager->addWidget(m_next);
    connect(m_previous, &QToolButton::clicked, this, [this] { emit versionRequested(m_message, -1); });
    connect(m_next, &QToolButton::clicked, this, [this] { emit versionRequested(m_message, 1); });
    row->addWidget(m_pager);
}

QToolButton *MessageCard::action(QHBoxLayout *row, const QString &name, const QString &icon,
                                 const QString &label)
{
    QToolButton *button = iconButton(name, icon, label);
    button->setProperty("label", label);
    row->addWidget(button);
    m_actions.append(button);
    const std::pair<const char *, void (MessageCard::*)(qint64)> kSignals[] = {
        {"chatCopy", &MessageCard::copyRequested},
        {"chatRegenerate", &MessageCard::regenerateRequested},
        {"chatFork", &MessageCard::forkRequested},
        {"chatDelete", &MessageCard::deleteRequested},
        {"chatContinue", &MessageCard::continueRequested},
    };
    for (const auto &[known, signal] : kSignals)
        if (name == QLatin1String(known))
            connect(button, &QToolButton::clicked, this,
                    [this, signal = signal] { emit(this->*signal)(m_message); });
    if (name == QLatin1String("chatEdit"))
        connect(button, &QToolButton::clicked, this, &MessageCard::startEditing);
    return button;
}

QHBoxLayout *MessageCard::buildFailedRow()
{
    auto *row = new QHBoxLayout;
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(scaled(6));
    m_continueButton =
        textButton(QStringLiteral("chatFailedContinue"), QStringLiteral("play"), tr("Continue"));
    m_regenerateButton =
        textButton(QStringLiteral("chatFailedRegenerate"), QStringLiteral("again"), tr("Regenerate"));
    m_contextButton = textButton(QStringLiteral("chatLargerContext"), {}, tr("Larger context"));
    m_shiftButton = textButton(QStringLiteral("chatShift"), {}, tr("Shift and continue"));
    m_keptText = roleLabel("caption");
    m_keptText->setObjectName(QStringLiteral("chatKept"));
    for (QPushButton *button : {m_continueButton, m_regenerateButton, m_contextButton, m_shiftButton})
        row->addWidget(button);
    row->addStretch();
    row->addWidget(m_keptText);
    connect(m_continueButton, &QPushButton::clicked, this, [this] { emit continueRequested(m_message); });
    connect(m_regenerateButton, &QPushButton::clicked, this, [this] { emit regenerateRequested(m_message); });
    connect(m_shiftButton, &QPushButton::clicked, this, [this] { emit shiftRequested(m_message); });
    connect(m_contextButton, &QPushButton::clicked, this,
            [this] { emit contextRequested(m_message, m_largerContext); });
    return row;
}

QHBoxLayout *MessageCard::buildFooter()
{
    auto *row = new QHBoxLayout;
    row->setSpacing(scaled(2));
    m_figures = new ElidedLabel;
    setRole(m_figures, "caption");
    m_figures->setObjectName(QStringLiteral("chatFigures"));
    m_figures->setContextMenuPolicy(Qt::ActionsContextMenu);
    auto *copy = new QAction(tr("Copy these figures"), m_figures);
    connect(copy, &QAction::triggered, m_figures,
            [this] { QGuiApplication::clipboard()->setText(m_figures->fullText()); });
    m_figures->addAction(copy);
    row->addWidget(m_figures, 1);
    if (m_role == Role::User)
        return row;
    m_continue = action(row, QStringLiteral("chatContinue"), QStringLiteral("play"), tr("Continue"));
    action(row, QStringLiteral("chatCopy"), QStringLiteral("copy"), tr("Copy"));
    m_regenerate = action(row, QStringLiteral("chatRegenerate"), QStringLiteral("again"), tr("Regenerate"));
    action(row, QStringLiteral("chatEdit"), QStringLiteral("edit"), tr("Edit"));
    action(row, QStringLiteral("chatFork"), QStringLiteral("fork"), tr("Fork into a new chat"));
    action(row, QStringLiteral("chatDelete"), QStringLiteral("trash"), tr("Delete"));
    return row;
}

void MessageCard::nameActions(int number)
{
    const QString which = (m_role == Role::User ? tr("message %1") : tr("answer %1")).arg(number);
    for (QToolButton *button : std::as_const(m_actions))
        button->setAccessibleName(QStringLiteral("%1 %2").arg(button->property("label").toString(), which));
    m_previous->setAccessibleName(tr("Previous version of %1").arg(which));
    m_next->setAccessibleName(tr("Next version of %1").arg(which));
    m_body->setAccessibleName(m_role == Role::User ? tr("Message %1, you").arg(number)
                                                   : tr("Answer %1, %2").arg(number).arg(m_title->text()));
    setAccessibleName(which);
}

void MessageCard::display(const ChatMessage &message, const CardContext &context)
{
    if (m_editor && message.id != m_message)
        stopEditing();
    m_message = message.id;
    m_text = message.text;
    m_largerContext = context.largerContext;
    m_pager->setVisible(context.versions > 1 && !context.running);
    m_versionText->setText(tr("%1 of %2").arg(context.version).arg(context.versions));
    m_previous->setEnabled(context.version > 1);
    m_next->setEnabled(context.version < context.versions);
    if (m_role == Role::User) {
        m_title->setText(tr("You"));
        for (QWidget *widget :
             std::initializer_list<QWidget *>{m_badge, m_stateChip, m_stateText, m_fault, m_failedRow})
            widget->hide();
        m_body->showPlain(message.text);
    } else {
        showState(message.answer, context);
        m_reasoning->display(message, context.running, context.number);
        const bool tokens = context.showTokens && !message.answer.tokenList.isEmpty() && !context.running;
        if (tokens)
            m_body->showTokens(message.answer.tokenList);
        else
            m_body->showMarkdown(message.text, context.running);
        if (tokens && !m_tokenView) {
            m_tokenTable = new TokenTable(this);
            m_tokenView = new QTableView;
            m_tokenView->setObjectName(QStringLiteral("chatTokens"));
            m_tokenView->setModel(m_tokenTable);
            m_tokenView->verticalHeader()->hide();
            m_tokenView->horizontalHeader()->setStretchLastSection(true);
            m_tokenView->setSelectionBehavior(QAbstractItemView::SelectRows);
            m_tokenView->setTabKeyNavigation(false);
            m_tokenView->setFixedHeight(scaled(180));
            auto *column = static_cast<QVBoxLayout *>(layout());
            column->insertWidget(column->indexOf(m_body) + 1, m_tokenView);
        }
        if (m_tokenView) {
            m_tokenView->setVisible(tokens);
            m_tokenView->setAccessibleName(tr("Token probabilities of answer %1").arg(context.number));
            m_tokenTable->setTokens(tokens ? message.answer.tokenList : QJsonArray());
        }
    }
    nameActions(context.number);
}

void MessageCard::showStreaming(const ChatMessage &message, int number)
{
    m_reasoning->display(message, true, number);
    m_body->showMarkdown(message.text, true);
}

void MessageCard::startEditing()
{
    if (m_editor)
        return;
    m_editor = new QPlainTextEdit(m_text);
    m_editor->setObjectName(QStringLiteral("chatEditor"));
    m_editor->setAccessibleName(tr("Edit the text"));
    m_editor->setTabChangesFocus(true);
    m_editor->installEventFilter(this);
    m_editor->setFixedHeight(std::clamp(m_body->height() + scaled(24), scaled(72), scaled(320)));
    m_editRow = new QWidget;
    auto *row = new QHBoxLayout(m_editRow);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(roleLabel("caption", m_role == Role::User ? tr("Sends a new version; the old one stays.")
                                                             : tr("Saves a new version without a badge.")));
    row->addStretch();
    auto *cancel = textButton(QStringLiteral("chatEditCancel"), {}, tr("Cancel"));
    auto *save =
        primaryButton(QStringLiteral("chatEditSave"), {}, m_role == Role::User ? tr("Send") : tr("Save"));
    row->addWidget(cancel);
    row->addWidget(save);
    connect(cancel, &QPushButton::clicked, this, &MessageCard::stopEditing);
    connect(save, &QPushButton::clicked, this, [this] {
        const QString text = m_editor->toPlainText();
        stopEditing();
        emit edited(m_message, text);
    });
    auto *column = static_cast<QVBoxLayout *>(layout());
    m_body->hide();
    column->insertWidget(column->indexOf(m_body) + 1, m_editor);
    column->insertWidget(column->indexOf(m_editor) + 1, m_editRow);
    m_editor->show(); // at once, so that it takes the focus
    m_editRow->show();
    m_editor->moveCursor(QTextCursor::End);
    m_editor->setFocus();
}

void MessageCard::stopEditing()
{
    if (!m_editor)
        return;
    m_editor->removeEventFilter(this);
    m_editor->hide();
    m_editRow->hide();
    std::exchange(m_editor, nullptr)->deleteLater();
    std::exchange(m_editRow, nullptr)->deleteLater();
    m_body->show();
}

bool MessageCard::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_editor && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        if (key->key() == Qt::Key_Escape) {
            stopEditing();
            m_body->setFocus();
            return true;
        }
        if (enter && !(key->modifiers() & Qt::ShiftModifier)) {
            const QString text = m_editor->toPlainText();
            stopEditing();
            emit edited(m_message, text);
            return true;
        }
    }
    // Esc and Enter are this editor's before they are the window's shortcuts.
    if (watched == m_editor && event->type() == QEvent::ShortcutOverride) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Escape || key == Qt::Key_Return || key == Qt::Key_Enter) {
            event->accept();
            return true;
        }
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace lathe::desktop
