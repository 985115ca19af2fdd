// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/workspace/export_chat.h"

#include <QDateTime>
#include <QJsonDocument>

namespace lathe::desktop {

namespace {

QString isoTime(qint64 ms)
{
    return QDateTime::fromMSecsSinceEpoch(ms).toUTC().toString(Qt::ISODate);
}

QJsonArray childrenAsJson(const Chat &chat, qint64 parent, const QList<qint64> &path);

QJsonObject messageAsJson(const Chat &chat, const ChatMessage &message, const QList<qint64> &path)
{
    QJsonObject out{{QStringLiteral("role"),
                     message.role == Role::User ? QStringLiteral("user") : QStringLiteral("assistant")},
                    {QStringLiteral("content"), message.text},
                    {QStringLiteral("created"), isoTime(message.created)},
                    {QStringLiteral("shown"), path.contains(message.id)}};
    if (message.role == Role::Assistant) {
        QJsonObject answer = message.answer.toJson();
        if (!message.answer.tokenList.isEmpty())
            answer.insert(QStringLiteral("tokenList"), message.answer.tokenList);
        out.insert(QStringLiteral("answer"), answer);
    }
    const QJsonArray children = childrenAsJson(chat, message.id, path);
    if (!children.isEmpty())
        out.insert(QStringLiteral("children"), children);
    return out;
}

QJsonArray childrenAsJson(const Chat &chat, qint64 parent, const QList<qint64> &path)
{
    QJsonArray out;
    for (const qint64 id : chat.children(parent))
        out.append(messageAsJson(chat, *chat.find(id), path));
    return out;
}

} // namespace

QString answerFigures(const Answer &answer)
{
    QStringList parts;
    if (answer.tokensPerSecond > 0)
        parts.append(QStringLiteral("%1 tokens/s").arg(answer.tokensPerSecond, 0, 'f', 1));
    if (answer.firstTokenSeconds > 0)
        parts.append(QStringLiteral("first token %1 s").arg(answer.firstTokenSeconds, 0, 'f', 2));
    parts.append(QStringLiteral("%1 tokens").arg(answer.tokens));
    if (answer.reasoningTokens > 0)
        parts.last() += QStringLiteral(" (%1 of reasoning)").arg(answer.reasoningTokens);
    parts.append(QStringLiteral("finished: ") + finishName(answer.finish));
    if (!answer.seed.isEmpty())
        parts.append(QStringLiteral("seed ") + answer.seed);
    return parts.join(QStringLiteral(" · "));
}

QString chatAsMarkdown(const Chat &chat)
{
    QString out = QStringLiteral("# %1\n").arg(chat.title);
    if (chat.system && !chat.system->isEmpty())
        out += QStringLiteral("\n## System prompt\n\n%1\n").arg(*chat.system);
    for (const qint64 id : chat.path()) {
        const ChatMessage &message = *chat.find(id);
        if (message.role == Role::User) {
            out += QStringLiteral("\n## You\n\n%1\n").arg(message.text);
            continue;
        }
        const Answer &answer = message.answer;
        const QString who = answer.edited
                                ? QStringLiteral("Answer, edited by hand")
                                : QStringLiteral("%1 · %2").arg(answer.model, answer.badge(QLocale::c()));
        out += QStringLiteral("\n## %1\n").arg(who);
        if (!answer.reasoning.isEmpty())
            out += QStringLiteral("\n<details><summary>Reasoning</summary>\n\n%1\n\n</details>\n")
                       .arg(answer.reasoning);
        out += QStringLiteral("\n%1\n").arg(message.text);
        if (!answer.edited)
            out += QStringLiteral("\n*%1*\n").arg(answerFigures(answer));
    }
    return out;
}

QByteArray chatAsJson(const Chat &chat)
{
    return QJsonDocument(
               QJsonObject{{QStringLiteral("format"), QStringLiteral("lathe-chat")},
                           {QStringLiteral("version"), 1},
                           {QStringLiteral("title"), chat.title},
                           {QStringLiteral("created"), isoTime(chat.created)},
                           {QStringLiteral("system"), chat.system ? QJsonValue(*chat.system) : QJsonValue()},
                           {QStringLiteral("settings"), chat.settings.toJson()},
                           {QStringLiteral("messages"), childrenAsJson(chat, 0, chat.path())}})
        .toJson(QJsonDocument::Indented);
}

} // namespace lathe::desktop
