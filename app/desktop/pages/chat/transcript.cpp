// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pages/chat/transcript.h"

#include "app/desktop/style/theme.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QScrollBar>
#include <QVBoxLayout>

namespace lathe::desktop {

namespace {

constexpr int kColumnWidth = 784; // a text column of 760 and the card's margins

/// Screen readers see the conversation as a list.
QAccessibleInterface *listInterface(const QString &className, QObject *object)
{
    if (className == QLatin1String("lathe::desktop::Transcript"))
        return new QAccessibleWidget(static_cast<QWidget *>(object), QAccessible::List);
    return nullptr;
}

} // namespace

Transcript::Transcript(ChatController *controller, Settings *settings, QWidget *parent)
    : QScrollArea(parent), m_controller(controller), m_settings(settings)
{
    static const bool installed = (QAccessible::installFactory(listInterface), true);
    Q_UNUSED(installed);
    setObjectName(QStringLiteral("chatTranscript"));
    setAccessibleName(tr("Conversation"));
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    auto *content = new QWidget;
    content->setObjectName(QStringLiteral("chatColumnHost"));
    auto *centre = new QHBoxLayout(content);
    centre->setContentsMargins(scaled(16), scaled(12), scaled(16), scaled(12));
    m_column = new QWidget;
    m_column->setMaximumWidth(scaled(kColumnWidth));
    centre->addStretch(1);
    centre->addWidget(m_column, 1000);
    centre->addStretch(1);
    m_layout = new QVBoxLayout(m_column);
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(scaled(12));
    m_empty = buildEmptyState();
    m_loading = buildLoading();
    m_layout->addWidget(m_empty, 1);
    m_layout->addWidget(m_loading);
    m_layout->addStretch();
    setWidget(content);
    viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    buildNewest();

    Workspace *workspace = controller->workspace();
    connect(controller, &ChatController::chatOpened, this, [this] {
        m_follow = true;
        rebuild();
    });
    connect(controller, &ChatController::phaseChanged, this, &Transcript::refresh);
    connect(controller, &ChatController::readingProgress, this,
            [this] { refreshMessage(m_controller->runningChat(), m_controller->runningMessage()); });
    connect(controller, &ChatController::answerFinished, this, &Transcript::announce);
    connect(workspace, &Workspace::pathChanged, this, [this](qint64 chat) {
        if (chat == m_controller->currentChat())
            rebuild();
    });
    connect(workspace, &Workspace::messageChanged, this, &Transcript::refreshMessage);
    connect(controller->models(), &ModelController::loadingProgress, this, &Transcript::showLoading);
    connect(verticalScrollBar(), &QScrollBar::rangeChanged, this, [this](int, int maximum) {
        if (m_follow)
            verticalScrollBar()->setValue(maximum);
        placeNewest();
    });
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &Transcript::scrolled);
    rebuild();
}

MessageCard *Transcript::makeCard(Role role)
{
    auto *card = new MessageCard(role);
    ChatController *controller = m_controller;
    connect(card, &MessageCard::copyRequested, this, &Transcript::copyRequested);
    connect(card, &MessageCard::regenerateRequested, controller, &ChatController::regenerate);
    connect(card, &MessageCard::edited, controller, &ChatController::edit);
    connect(card, &MessageCard::forkRequested, controller, &ChatController::fork);
    connect(card, &MessageCard::deleteRequested, controller, &ChatController::remove);
    connect(card, &MessageCard::continueRequested, controller, &ChatController::continueAnswer);
    connect(card, &MessageCard::shiftRequested, controller, &ChatController::continueShifting);
    connect(card, &MessageCard::contextRequested, controller, &ChatController::continueWithContext);
    connect(card, &MessageCard::versionRequested, controller, &ChatController::stepVersion);
    return card;
}

/// Brings the cards in line with the shown path; a card whose message stays is kept as it is.
void Transcript::rebuild()
{
    const Chat *chat = m_controller->chat();
    const QList<qint64> path = chat ? chat->path() : QList<qint64>();
    for (qsizetype i = 0; i < path.size(); ++i) {
        const Role role = chat->find(path.at(i))->role;
        if (i < m_cards.size() && m_cards.at(i)->role() == role &&
            (m_cards.at(i)->message() == path.at(i) || !m_cards.at(i)->isEditing()))
            continue;
        MessageCard *card = makeCard(role);
        m_layout->insertWidget(int(i) + 1, card);
        if (i < m_cards.size())
            m_cards[i]->deleteLater(), m_cards[i]->hide(), m_cards[i] = card;
        else
            m_cards.append(card);
    }
    while (m_cards.size() > path.size()) {
        MessageCard *card = m_cards.takeLast();
        card->hide();
        card->deleteLater();
    }
    refresh();
}

void Transcript::refresh()
{
    const Chat *chat = m_controller->chat();
    const bool loading = m_controller->phase() == ChatController::Phase::Loading;
    m_loading->setVisible(loading);
    if (loading && m_loadingText->text().isEmpty())
        showLoading(tr("Loading the model"), -1, -1);
    m_empty->setVisible(m_cards.isEmpty() && !loading);
    if (!chat)
        return;
    const QList<qint64> path = chat->path();
    for (qsizetype i = 0; i < m_cards.size() && i < path.size(); ++i)
        displayCard(m_cards.at(i), path.at(i), int(i) + 1);
}

void Transcript::refreshMessage(qint64 chat, qint64 message)
{
    if (chat != m_controller->currentChat())
        return;
    // While tokens come only the text changes.
    const bool textOnly =
        message == m_controller->runningMessage() && m_controller->phase() == ChatController::Phase::Writing;
    for (qsizetype i = 0; i < m_cards.size(); ++i) {
        if (m_cards.at(i)->message() != message)
            continue;
        const ChatMessage &found = *m_controller->chat()->find(message);
        if (textOnly && found.answer.finish == Finish::Running)
            m_cards.at(i)->showStreaming(found, int(i) + 1);
        else
            displayCard(m_cards.at(i), message, int(i) + 1);
    }
    if (m_settings && m_settings->announce() && message == m_controller->runningMessage())
        announceSentences(*m_controller->chat()->find(message));
}

void Transcript::displayCard(MessageCard *card, qint64 id, int number)
{
    const Chat *chat = m_controller->chat();
    const ChatMessage *message = chat ? chat->find(id) : nullptr;
    if (!message)
        return;
    const QList<qint64> versions = chat->versions(id);
    const CurrentModel *model = m_controller->models()->current();
    CardContext context;
    context.number = number;
    context.version = int(versions.indexOf(id)) + 1;
    context.versions = int(versions.size());
    context.running = id == m_controller->runningMessage();
    context.canAnswer = m_controller->canSend();
    context.readingShare =
        m_controller->phase() == ChatController::Phase::Reading ? m_controller->readingShare() : -1;
    context.showTokens = m_showTokens;
    const qint64 size = m_controller->contextUse().size;
    if (model && size > 0 && size < model->modelContext)
        context.largerContext = int(std::min<qint64>(size * 2, model->modelContext));
    card->display(*message, context);
}

MessageCard *Transcript::cardOf(qint64 message) const
{
    for (MessageCard *card : m_cards)
        if (card->message() == message)
            return card;
    return nullptr;
}

void Transcript::setShowTokens(bool show)
{
    m_showTokens = show;
    refresh();
}

int Transcript::find(const QString &text, int current)
{
    int total = 0;
    for (MessageCard *card : std::as_const(m_cards)) {
        const int here = card->body()->mark(text, current - total);
        if (current >= total && current < total + here) {
            const int top =
                card->body()->mapTo(widget(), QPoint(0, card->body()->markTop(current - total))).y();
            ensureVisible(0, top, 0, scaled(80));
        }
        total += here;
    }
    return total;
}

void Transcript::followEnd()
{
    m_follow = true;
    verticalScrollBar()->setValue(verticalScrollBar()->maximum());
    placeNewest();
}

void Transcript::scrolled()
{
    m_follow = verticalScrollBar()->value() >= verticalScrollBar()->maximum() - 2;
    placeNewest();
}

void Transcript::placeNewest()
{
    m_newest->setVisible(!m_follow);
    const QSize size = m_newest->sizeHint();
    m_newest->setGeometry((width() - size.width()) / 2, height() - size.height() - scaled(8), size.width(),
                          size.height());
    m_newest->raise();
}

void Transcript::resizeEvent(QResizeEvent *event)
{
    QScrollArea::resizeEvent(event);
    placeNewest();
}

} // namespace lathe::desktop
