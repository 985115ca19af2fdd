// SPDX-License-Identifier: GPL-3.0-or-later
// The half of the controller that talks to the engine: sessions, answers, counting, the raw prompt.
#include "app/desktop/pages/chat/chat_controller.h"

#include <QJsonArray>

#include <utility>

namespace lathe::desktop {

namespace {

constexpr int kCandidates = 8;

QJsonObject messageJson(const char *role, const QString &content)
{
    return {{QStringLiteral("role"), QLatin1String(role)}, {QStringLiteral("content"), content}};
}

} // namespace

/// The conversation up to and with `last` as the protocol wants it; a draft stands at the end as the user's.
QJsonArray ChatController::messagesOf(const Chat &chat, qint64 last, const QString &draft) const
{
    QJsonArray out;
    const CurrentModel *model = m_models->current();
    // Without a system message the template puts its own. An empty one is sent only to keep that one out.
    if (chat.system && (!chat.system->isEmpty() || (model && !model->defaultSystem.isEmpty())))
        out.append(messageJson("system", *chat.system));
    for (const qint64 id : chat.ancestry(last)) {
        const ChatMessage &message = *chat.find(id);
        QJsonObject turn = messageJson(message.role == Role::User ? "user" : "assistant", message.text);
        if (!message.answer.reasoning.isEmpty()) // the template chooses what the model sees of it
            turn.insert(QStringLiteral("reasoning_content"), message.answer.reasoning);
        out.append(turn);
    }
    if (!draft.trimmed().isEmpty())
        out.append(messageJson("user", draft));
    return out;
}

/// Calls `then` with a session on the model that is open now, made first where there is none.
void ChatController::withSession(std::function<void(const QString &)> then,
                                 std::function<void(const EngineError &)> failed)
{
    const CurrentModel *model = m_models->current();
    if (!model || model->handle.isEmpty()) {
        failed({QLatin1String(EngineError::kEngineDied), {}, tr("no model is open"), {}});
        return;
    }
    const int context = m_wantedContext > 0 ? m_wantedContext : model->context;
    if (!m_session.isEmpty() && m_sessionContext == context) {
        then(m_session);
        return;
    }
    m_waiters.append({std::move(then), std::move(failed)});
    if (m_waiters.size() > 1)
        return; // it is being made
    if (!m_session.isEmpty())
        m_engine->request(QStringLiteral("session.close"),
                          {{QStringLiteral("session"), std::exchange(m_session, {})}});
    EngineCall *call =
        m_engine->request(QStringLiteral("session.create"),
                          {{QStringLiteral("model"), model->handle},
                           {QStringLiteral("context"), context > 0 ? QJsonValue(context) : QJsonValue()},
                           {QStringLiteral("kv"), model->kv.isEmpty() ? QStringLiteral("F32") : model->kv}});
    connect(call, &EngineCall::finished, this,
            [this, context, handle = model->handle](const QJsonObject &result) {
                const QString session = result.value(QLatin1String("session")).toString();
                if (handle == m_sessionModel) {
                    m_session = session;
                    m_sessionContext = context;
                    m_sessionAdapters = m_toldAdapters = {};
                    setContextUse({m_context.used, result.value(QLatin1String("context")).toInteger(), 0});
                }
                for (const SessionWaiter &waiter : std::exchange(m_waiters, {}))
                    waiter.then(session);
            });
    connect(call, &EngineCall::failed, this, [this](const EngineError &error) {
        for (const SessionWaiter &waiter : std::exchange(m_waiters, {}))
            waiter.failed(error);
    });
}

void ChatController::run(qint64 chat, qint64 message, bool continued)
{
    const CurrentModel *model = m_models->current();
    if (message == 0 || !model)
        return;
    m_generation = std::make_unique<Generation>(m_workspace, chat, message, continued, *model);
    Generation *generation = m_generation.get();
    connect(generation, &Generation::readingProgress, this, &ChatController::readingProgress);
    connect(generation, &Generation::writing, this, &ChatController::updatePhase);
    connect(generation, &Generation::token, this, [this] {
        setContextUse({m_generation->contextUsed(), m_context.size, m_generation->cachedTokens()});
    });
    // Queued: the generation is deleted there.
    connect(generation, &Generation::ended, this, &ChatController::ended, Qt::QueuedConnection);
    updatePhase();
    const auto failed = [generation = QPointer(generation)](const EngineError &error) {
        if (generation)
            generation->fail(error);
    };
    withSession(
        [=, this, generation = QPointer(generation)](const QString &session) {
            const auto start = [=, this] {
                if (generation)
                    runInSession(session, chat, message, continued);
            };
            if (generation)
                withAdapters(session, chat, start, failed);
        },
        failed);
}

void ChatController::runInSession(const QString &session, qint64 chatId, qint64 message, bool continued)
{
    const Chat *chat = m_workspace->chat(chatId);
    const ChatMessage *answer = chat ? chat->find(message) : nullptr;
    if (!answer || m_generation->isStopped()) {
        m_generation->fail({QLatin1String(EngineError::kCancelled), {}, {}, {}});
        return;
    }
    const ChatSettings &settings = chat->settings;
    m_generation->setAdapters(m_toldAdapters);
    m_generation->follow(m_engine->request(
        QStringLiteral("session.generate"),
        {{QStringLiteral("session"), session},
         {QStringLiteral("messages"), messagesOf(*chat, continued ? message : answer->parent)},
         {QStringLiteral("plainContent"), true},
         {QStringLiteral("continue"), continued},
         {QStringLiteral("sampler"), settings.sampler.toJson()},
         {QStringLiteral("seed"),
          settings.seedFixed ? QJsonValue(QString::number(settings.seed)) : QJsonValue()},
         {QStringLiteral("maxTokens"), settings.maxTokens},
         {QStringLiteral("overflow"),
          settings.shiftWhenFull ? QStringLiteral("shift") : QStringLiteral("stop")},
         {QStringLiteral("probabilities"), m_probabilities ? kCandidates : 0}}));
}

void ChatController::ended()
{
    if (!m_generation)
        return;
    const std::unique_ptr<Generation> done = std::move(m_generation);
    if (done->contextSize() > 0)
        setContextUse({done->contextUsed(), done->contextSize(), done->contextUsed()});
    updatePhase();
    countSoon();
    emit answerFinished(done->chat(), done->message());
}

/// Asks how many tokens the next request will have. Only a session knows; none is made for it, because a
/// session costs memory, except when the model is ready and idle anyway.
void ChatController::count()
{
    const Chat *shown = chat();
    if (!shown || m_phase != Phase::Idle)
        return;
    if (m_countCall)
        m_countCall->cancel();
    withSession(
        [this](const QString &session) {
            const Chat *now = chat();
            if (!now || session.isEmpty() || m_generation)
                return;
            const QList<qint64> path = now->path();
            const QJsonArray messages = messagesOf(*now, path.isEmpty() ? 0 : path.last(), m_draft);
            if (path.isEmpty() && m_draft.trimmed().isEmpty()) {
                setContextUse({0, m_context.size, 0}); // no prompt: templates refuse an empty conversation
                return;
            }
            m_countCall = m_engine->request(QStringLiteral("session.countTokens"),
                                            {{QStringLiteral("session"), session},
                                             {QStringLiteral("messages"), messages},
                                             {QStringLiteral("plainContent"), true}});
            connect(m_countCall, &EngineCall::finished, this, [this](const QJsonObject &result) {
                if (!m_generation)
                    setContextUse({result.value(QLatin1String("tokens")).toInteger(),
                                   result.value(QLatin1String("context")).toInteger(),
                                   result.value(QLatin1String("cached")).toInteger()});
            });
        },
        [](const EngineError &) {}); // the answer itself will say what is wrong
}

void ChatController::renderPrompt(QObject *context,
                                  std::function<void(QString text, qint64 tokens, QString fault)> then)
{
    const auto failed = [guard = QPointer(context), then](const EngineError &error) {
        if (guard)
            then({}, 0, error.message());
    };
    withSession(
        [this, guard = QPointer(context), then, failed](const QString &session) {
            const Chat *shown = chat();
            if (!shown || !guard)
                return;
            // What the next answer would be fed; after an answer, what is in the cache.
            const QList<qint64> path = shown->path();
            const bool answered = !path.isEmpty() && shown->find(path.last())->role == Role::Assistant &&
                                  m_draft.trimmed().isEmpty();
            const QJsonArray messages = messagesOf(*shown, path.isEmpty() ? 0 : path.last(), m_draft);
            if (messages.isEmpty()) {
                then({}, 0, {});
                return;
            }
            EngineCall *call = m_engine->request(QStringLiteral("session.render"),
                                                 {{QStringLiteral("session"), session},
                                                  {QStringLiteral("messages"), messages},
                                                  {QStringLiteral("plainContent"), true},
                                                  {QStringLiteral("generationPrompt"), !answered}});
            connect(call, &EngineCall::finished, guard.data(), [then](const QJsonObject &result) {
                then(result.value(QLatin1String("text")).toString(),
                     result.value(QLatin1String("ids")).toArray().size(), {});
            });
            connect(call, &EngineCall::failed, guard.data(), failed);
        },
        failed);
}

} // namespace lathe::desktop
