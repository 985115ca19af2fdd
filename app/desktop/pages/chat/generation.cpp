// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pages/chat/generation.h"

#include <QJsonObject>

namespace lathe::desktop {

namespace {

Finish finishOf(const QJsonObject &result)
{
    const QString word = result.value(QLatin1String("finish")).toString();
    if (word == QLatin1String("cancelled"))
        return Finish::Stopped;
    if (word == QLatin1String("length"))
        return result.value(QLatin1String("contextFull")).toBool() ? Finish::ContextFull : Finish::Length;
    return Finish::Stop;
}

} // namespace

Generation::Generation(Workspace *workspace, qint64 chat, qint64 message, bool continued,
                       const CurrentModel &model)
    : m_workspace(workspace), m_chat(chat), m_message(message)
{
    const Chat *found = workspace->chat(chat);
    const ChatMessage *text = found ? found->find(message) : nullptr;
    if (continued && text) {
        m_before = text->text;
        m_reasoningBefore = text->answer.reasoning;
        m_reasoningTokensBefore = text->answer.reasoningTokens;
        m_tokensBefore = text->answer.tokens;
        m_hashesBefore = text->answer.sha256;
        m_adaptersBefore = text->answer.adapters;
    }
    // The engine's answer to model.load named these weights; its answer to the request names them again.
    workspace->changeMessage(chat, message, [&](ChatMessage &m) {
        m.answer.model = model.title();
        m.answer.sha256 = hashesWith(model.sha256);
        m.answer.reasoning = m_reasoningBefore;
        m.answer.reasoningTokens = m_reasoningTokensBefore;
        m.answer.adapters = m_adaptersBefore;
        m.answer.edited = false;
        m.answer.finish = Finish::Running;
        m.answer.fault.clear();
    });
}

QStringList Generation::hashesWith(const QString &sha256) const
{
    QStringList out = m_hashesBefore;
    if (!sha256.isEmpty() && !out.contains(sha256))
        out.append(sha256);
    return out;
}

void Generation::setAdapters(const QJsonArray &adapters)
{
    QJsonArray all = m_adaptersBefore;
    for (const QJsonValue &adapter : adapters)
        if (!all.contains(adapter))
            all.append(adapter);
    m_workspace->changeMessage(m_chat, m_message, [&](ChatMessage &m) { m.answer.adapters = all; });
}

void Generation::follow(EngineCall *call)
{
    m_call = call;
    connect(call, &EngineCall::notified, this, &Generation::notified);
    connect(call, &EngineCall::finished, this, &Generation::finished);
    connect(call, &EngineCall::failed, this, &Generation::fail);
    if (m_stopped)
        call->cancel();
}

void Generation::stop()
{
    if (m_stopped)
        return;
    m_stopped = true;
    m_workspace->changeMessage(m_chat, m_message, [](ChatMessage &m) { m.answer.finish = Finish::Stopped; });
    if (m_call)
        m_call->cancel();
}

void Generation::notified(const QJsonObject &params, const QString &method)
{
    if (m_stopped)
        return;
    if (method == QLatin1String("token")) {
        takeToken(params);
    } else if (method == QLatin1String("prompt")) {
        const double total = params.value(QLatin1String("total")).toDouble();
        m_promptTokens = qint64(total);
        m_cachedTokens = params.value(QLatin1String("cached")).toInteger();
        m_readingShare = total > 0 ? params.value(QLatin1String("done")).toDouble() / total : 0;
        emit readingProgress(m_readingShare);
    } else if (method == QLatin1String("notice")) {
        const qint64 dropped = params.value(QLatin1String("dropped")).toInteger();
        const QString text = params.value(QLatin1String("text")).toString();
        m_workspace->changeMessage(m_chat, m_message, [&](ChatMessage &m) {
            m.answer.shifted += dropped;
            if (dropped == 0 && !text.isEmpty() && !m.answer.notes.contains(text))
                m.answer.notes.append(text);
        });
    }
}

void Generation::takeToken(const QJsonObject &params)
{
    const bool first = m_tokens++ == 0;
    m_rate = params.value(QLatin1String("tps")).toDouble();
    const QString text = params.value(QLatin1String("text")).toString();
    const QString reasoning = params.value(QLatin1String("reasoning")).toString();
    m_workspace->changeMessage(m_chat, m_message, [&](ChatMessage &m) {
        m.text += text;
        m.answer.reasoning += reasoning;
        m.answer.tokens = m_tokensBefore + m_tokens;
        if (!reasoning.isEmpty()) // the result has the exact count
            m.answer.reasoningTokens = m_reasoningTokensBefore + m_tokens;
        if (params.contains(QLatin1String("candidates")))
            m.answer.tokenList.append(
                QJsonObject{{QStringLiteral("text"), QString(reasoning + text)},
                            {QStringLiteral("logprob"), params.value(QLatin1String("logprob"))},
                            {QStringLiteral("candidates"), params.value(QLatin1String("candidates"))}});
    });
    if (first)
        emit writing();
    emit token();
}

void Generation::finished(const QJsonObject &result)
{
    m_call = nullptr;
    m_contextSize = result.value(QLatin1String("contextSize")).toInteger();
    m_promptTokens = result.value(QLatin1String("promptTokens")).toInteger();
    m_tokens = result.value(QLatin1String("tokens")).toInteger();
    const QString sha256 = result.value(QLatin1String("sha256")).toString();
    const QString seed = result.value(QLatin1String("seed")).toString();
    m_workspace->changeMessage(m_chat, m_message, [&](ChatMessage &m) {
        m.text = m_before + result.value(QLatin1String("text")).toString();
        Answer &answer = m.answer;
        answer.finish = m_stopped ? Finish::Stopped : finishOf(result);
        answer.reasoning = m_reasoningBefore + result.value(QLatin1String("reasoning")).toString();
        answer.reasoningTokens =
            m_reasoningTokensBefore + result.value(QLatin1String("reasoningTokens")).toInteger();
        answer.tokens = m_tokensBefore + m_tokens;
        answer.promptTokens = m_promptTokens;
        answer.tokensPerSecond = result.value(QLatin1String("tps")).toDouble();
        answer.firstTokenSeconds = result.value(QLatin1String("ttftSeconds")).toDouble();
        answer.seed = seed;
        answer.sha256 = hashesWith(sha256);
    });
    setAdapters(result.value(QLatin1String("adapters")).toArray());
    quint64 used = 0;
    if (parseSeed(seed, &used))
        m_workspace->setUsedSeed(m_chat, used);
    emit ended();
}

void Generation::fail(const EngineError &error)
{
    m_call = nullptr;
    m_workspace->changeMessage(m_chat, m_message, [&](ChatMessage &m) {
        if (m_stopped || error.cancelled()) {
            m.answer.finish = Finish::Stopped;
            return;
        }
        m.answer.finish = error.engineDied() ? Finish::CutOff : Finish::Failed;
        m.answer.fault = error.message();
    });
    emit ended();
}

} // namespace lathe::desktop
