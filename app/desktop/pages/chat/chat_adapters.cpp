// SPDX-License-Identifier: GPL-3.0-or-later
// The adapters of a chat: kept in its settings, set in the session before an answer that needs others.
#include "app/desktop/pages/chat/chat_controller.h"

#include <algorithm>

namespace lathe::desktop {

void ChatController::changeAdapters(const QString &what,
                                    const std::function<void(QList<ChatAdapter> &)> &edit)
{
    const Chat *shown = chat();
    if (!shown)
        return;
    ChatSettings settings = shown->settings;
    edit(settings.adapters);
    if (settings != shown->settings)
        m_workspace->setSettings(m_chat, settings, what);
}

void ChatController::addAdapter(const QString &path, const QString &name)
{
    changeAdapters(tr("add adapter %1").arg(name), [&](QList<ChatAdapter> &adapters) {
        const auto known =
            std::ranges::find_if(adapters, [&](const ChatAdapter &one) { return one.path == path; });
        if (known == adapters.end())
            adapters.append({path, name});
        else
            known->on = true;
    });
}

void ChatController::inspectAdapter(const QString &path, QObject *context,
                                    std::function<void(const QJsonObject &, const QString &)> then)
{
    const CurrentModel *model = m_models->current();
    if (!model || model->handle.isEmpty())
        return;
    EngineCall *call =
        m_engine->request(QStringLiteral("adapter.inspect"),
                          {{QStringLiteral("model"), model->handle}, {QStringLiteral("path"), path}});
    connect(call, &EngineCall::finished, context, [then](const QJsonObject &told) { then(told, {}); });
    connect(call, &EngineCall::failed, context, [then](const EngineError &error) {
        if (!error.cancelled() && !error.engineDied())
            then({}, error.message());
    });
}

/// Calls `then` once the session has the chat's adapters. The base stays loaded; only the cache is lost.
void ChatController::withAdapters(const QString &session, qint64 chatId, std::function<void()> then,
                                  std::function<void(const EngineError &)> failed)
{
    const Chat *answering = m_workspace->chat(chatId);
    const QJsonArray wanted = answering ? answering->settings.adaptersForEngine() : QJsonArray();
    if (wanted == m_sessionAdapters) {
        then();
        return;
    }
    EngineCall *call =
        m_engine->request(QStringLiteral("session.setAdapters"),
                          {{QStringLiteral("session"), session}, {QStringLiteral("adapters"), wanted}});
    connect(call, &EngineCall::finished, this, [this, session, wanted, then](const QJsonObject &result) {
        if (session == m_session) {
            m_sessionAdapters = wanted;
            m_toldAdapters = result.value(QLatin1String("adapters")).toArray();
        }
        then();
    });
    connect(call, &EngineCall::failed, this, failed);
}

} // namespace lathe::desktop
