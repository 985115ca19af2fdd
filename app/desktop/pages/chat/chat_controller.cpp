// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pages/chat/chat_controller.h"

#include <algorithm>

namespace lathe::desktop {

namespace {

constexpr int kCountMs = 250; // after the last key: counting renders the whole conversation
} // namespace

ChatController::ChatController(EngineClient *engine, ModelController *models, Workspace *workspace,
                               QObject *parent)
    : QObject(parent), m_engine(engine), m_models(models), m_workspace(workspace)
{
    m_countTimer.setSingleShot(true);
    m_countTimer.setInterval(kCountMs);
    connect(&m_countTimer, &QTimer::timeout, this, &ChatController::count);
    connect(models, &ModelController::stateChanged, this, &ChatController::updatePhase);
    connect(models, &ModelController::currentModelChanged, this, &ChatController::modelChanged);
    connect(workspace, &Workspace::opened, this, &ChatController::workspaceOpened);
    connect(workspace, &Workspace::openFailed, this, &ChatController::workspaceOpened);
    connect(workspace, &Workspace::pathChanged, this, [this](qint64 chat) {
        if (chat == m_chat)
            countSoon();
    });
    connect(workspace, &Workspace::chatSettingsChanged, this, [this](qint64 chat) {
        if (chat == m_chat)
            countSoon();
    });
    connect(workspace, &Workspace::chatTouched, this, [this](qint64 chat) {
        if (m_workspace->chat(chat)->trashed == 0)
            openChat(chat);
    });
    connect(workspace, &Workspace::chatListChanged, this, [this] {
        const Chat *shown = this->chat();
        if (m_chat != 0 && (!shown || shown->trashed != 0))
            newChat();
    });
    if (workspace->isOpen())
        workspaceOpened();
    modelChanged();
}

ChatController::~ChatController()
{
    if (m_generation)
        m_generation->stop();
}

void ChatController::workspaceOpened()
{
    newChat();
}

void ChatController::modelChanged()
{
    const CurrentModel *model = m_models->current();
    const QString handle = model ? model->handle : QString();
    if (handle != m_sessionModel || handle.isEmpty()) {
        m_session.clear();
        m_sessionModel = handle;
        m_wantedContext = 0;
        setContextUse({0, model ? model->context : 0, 0});
    }
    updatePhase();
    countSoon();
}

void ChatController::updatePhase()
{
    using State = ModelController::State;
    const State state = m_models->state();
    const CurrentModel *model = m_models->current();
    Phase phase = Phase::NoModel;
    if (m_generation)
        phase = m_generation->isStopped()   ? Phase::Stopping
                : m_generation->hasTokens() ? Phase::Writing
                                            : Phase::Reading;
    else if (state == State::Inspecting || state == State::Loading)
        phase = Phase::Loading;
    else if (model && !model->handle.isEmpty())
        phase = Phase::Idle;
    if (phase == m_phase)
        return;
    m_phase = phase;
    emit phaseChanged(phase);
}

qint64 ChatController::lastAnswer() const
{
    const Chat *shown = chat();
    if (!shown)
        return 0;
    const QList<qint64> path = shown->path();
    const auto last = std::find_if(path.rbegin(), path.rend(),
                                   [&](qint64 id) { return shown->find(id)->role == Role::Assistant; });
    return last == path.rend() ? 0 : *last;
}

void ChatController::openChat(qint64 id)
{
    if (!m_workspace->chat(id))
        return;
    m_workspace->load(id, this, [this, id] {
        const bool other = m_chat != id;
        m_chat = id;
        m_draft = chat()->draft;
        if (other)
            emit chatOpened();
        countSoon();
    });
}

void ChatController::openMessage(qint64 id, qint64 message)
{
    m_workspace->load(id, this, [this, id, message] {
        openChat(id);
        const Chat *shown = m_workspace->chat(id);
        if (shown->find(message) && !shown->path().contains(message))
            m_workspace->showMessage(id, message);
    });
}

void ChatController::newChat()
{
    // An untouched chat is a new chat.
    for (const Chat *chat : m_workspace->chats()) {
        if (chat->title.isEmpty() && chat->trashed == 0 && chat->draft.isEmpty() && chat->loaded) {
            openChat(chat->id);
            return;
        }
    }
    openChat(m_workspace->createChat(m_chat));
}

void ChatController::send(const QString &text)
{
    const Chat *shown = chat();
    if (!canSend() || !shown || text.trimmed().isEmpty())
        return;
    const QList<qint64> path = shown->path();
    m_workspace->setDraft(m_chat, {});
    m_draft.clear();
    const qint64 asked = m_workspace->addMessage(m_chat, path.isEmpty() ? 0 : path.last(), Role::User, text);
    run(m_chat, startAnswer(m_chat, asked), false);
}

qint64 ChatController::startAnswer(qint64 chat, qint64 parent)
{
    return m_workspace->addMessage(chat, parent, Role::Assistant, {});
}

void ChatController::regenerate(qint64 message)
{
    const Chat *shown = chat();
    const ChatMessage *answer = shown ? shown->find(message) : nullptr;
    if (!canSend() || !answer || answer->role != Role::Assistant)
        return;
    run(m_chat, startAnswer(m_chat, answer->parent), false);
}

void ChatController::edit(qint64 message, const QString &text)
{
    const Chat *shown = chat();
    const ChatMessage *old = shown ? shown->find(message) : nullptr;
    if (!old || text.trimmed().isEmpty() || text == old->text || message == runningMessage())
        return;
    const Role role = old->role;
    if (role == Role::User && !canSend())
        return;
    const qint64 changed = m_workspace->addMessage(m_chat, old->parent, role, text);
    if (role == Role::Assistant)
        m_workspace->changeMessage(m_chat, changed, [](ChatMessage &m) {
            m.answer.edited = true;
            m.answer.finish = Finish::Stop;
        });
    m_workspace->branch(m_chat, message, changed);
    if (role == Role::User)
        run(m_chat, startAnswer(m_chat, changed), false);
}

void ChatController::continueAnswer(qint64 message)
{
    const Chat *shown = chat();
    const ChatMessage *answer = shown ? shown->find(message) : nullptr;
    if (!canSend() || !answer || answer->role != Role::Assistant)
        return;
    // Nothing was written: there is nothing to go on with, it begins again in the same place.
    run(m_chat, message, !answer->text.isEmpty() || !answer->answer.reasoning.isEmpty());
}

void ChatController::continueWithContext(qint64 message, int tokens)
{
    m_wantedContext = tokens;
    continueAnswer(message);
}

void ChatController::continueShifting(qint64 message)
{
    if (const Chat *shown = chat()) {
        ChatSettings settings = shown->settings;
        settings.shiftWhenFull = true;
        m_workspace->setSettings(m_chat, settings, tr("when full"));
        continueAnswer(message);
    }
}

void ChatController::remove(qint64 message)
{
    if (message == runningMessage())
        stop();
    m_workspace->removeMessage(m_chat, message);
}

void ChatController::fork(qint64 message)
{
    if (chat())
        openChat(m_workspace->forkChat(m_chat, message));
}

void ChatController::stepVersion(qint64 message, int by)
{
    const Chat *shown = chat();
    if (!shown)
        return;
    const QList<qint64> versions = shown->versions(message);
    const qsizetype at = versions.indexOf(message) + by;
    if (at >= 0 && at < versions.size())
        m_workspace->showMessage(m_chat, versions.at(at));
}

void ChatController::stop()
{
    if (m_generation) {
        m_generation->stop();
        updatePhase();
    } else if (m_phase == Phase::Loading) {
        m_models->cancel();
    }
}

void ChatController::setDraft(const QString &text)
{
    m_draft = text;
    m_workspace->setDraft(m_chat, text);
    countSoon();
}

void ChatController::setContextUse(const ContextUse &use)
{
    if (use == m_context)
        return;
    m_context = use;
    emit contextUseChanged();
}

} // namespace lathe::desktop
