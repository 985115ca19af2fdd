// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/workspace/chat.h"

#include <QDateTime>

#include <algorithm>
#include <array>
#include <atomic>
#include <utility>

namespace lathe::desktop {

namespace {

constexpr std::array<std::pair<Finish, const char *>, 7> kFinishNames{{{Finish::Running, "running"},
                                                                       {Finish::Stop, "stop"},
                                                                       {Finish::Length, "length"},
                                                                       {Finish::ContextFull, "contextFull"},
                                                                       {Finish::Stopped, "stopped"},
                                                                       {Finish::CutOff, "cutOff"},
                                                                       {Finish::Failed, "failed"}}};

} // namespace

QString finishName(Finish finish)
{
    for (const auto &[value, name] : kFinishNames)
        if (value == finish)
            return QString::fromLatin1(name);
    return {};
}

Finish finishFromName(const QString &name)
{
    for (const auto &[value, known] : kFinishNames)
        if (name == QLatin1String(known))
            return value;
    return Finish::CutOff;
}

QString Answer::badge(const QLocale &locale) const
{
    QStringList hashes;
    for (const QString &hash : sha256)
        hashes.append(u'#' + hash.left(8));
    QString out = hashes.join(QStringLiteral(", "));
    for (const QJsonValue &adapter : adapters)
        out += QStringLiteral(" + %1 %2")
                   .arg(adapter["name"].toString(), locale.toString(adapter["scale"].toDouble(), 'f', 2));
    return out;
}

QJsonObject Answer::toJson() const
{
    return {{QStringLiteral("model"), model},
            {QStringLiteral("sha256"), QJsonArray::fromStringList(sha256)},
            {QStringLiteral("adapters"), adapters},
            {QStringLiteral("finish"), finishName(finish)},
            {QStringLiteral("fault"), fault},
            {QStringLiteral("reasoning"), reasoning},
            {QStringLiteral("tokens"), tokens},
            {QStringLiteral("reasoningTokens"), reasoningTokens},
            {QStringLiteral("promptTokens"), promptTokens},
            {QStringLiteral("tokensPerSecond"), tokensPerSecond},
            {QStringLiteral("firstTokenSeconds"), firstTokenSeconds},
            {QStringLiteral("seed"), seed},
            {QStringLiteral("shifted"), shifted},
            {QStringLiteral("notes"), QJsonArray::fromStringList(notes)},
            {QStringLiteral("edited"), edited}};
}

Answer Answer::fromJson(const QJsonObject &json)
{
    Answer out;
    out.model = json.value(QLatin1String("model")).toString();
    for (const QJsonValue &hash : json.value(QLatin1String("sha256")).toArray())
        out.sha256.append(hash.toString());
    out.adapters = json.value(QLatin1String("adapters")).toArray();
    out.finish = finishFromName(json.value(QLatin1String("finish")).toString());
    out.fault = json.value(QLatin1String("fault")).toString();
    out.reasoning = json.value(QLatin1String("reasoning")).toString();
    out.reasoningTokens = json.value(QLatin1String("reasoningTokens")).toInteger();
    out.tokens = json.value(QLatin1String("tokens")).toInteger();
    out.promptTokens = json.value(QLatin1String("promptTokens")).toInteger();
    out.tokensPerSecond = json.value(QLatin1String("tokensPerSecond")).toDouble();
    out.firstTokenSeconds = json.value(QLatin1String("firstTokenSeconds")).toDouble();
    out.seed = json.value(QLatin1String("seed")).toString();
    out.shifted = json.value(QLatin1String("shifted")).toInteger();
    for (const QJsonValue &note : json.value(QLatin1String("notes")).toArray())
        out.notes.append(note.toString());
    out.edited = json.value(QLatin1String("edited")).toBool();
    return out;
}

ChatMessage *Chat::find(qint64 message)
{
    const auto it = messages.find(message);
    return it == messages.end() ? nullptr : &it.value();
}

const ChatMessage *Chat::find(qint64 message) const
{
    return const_cast<Chat *>(this)->find(message);
}

QList<qint64> Chat::children(qint64 parent) const
{
    QList<qint64> out;
    for (const ChatMessage &message : messages)
        if (message.parent == parent && !message.deleted)
            out.append(message.id);
    return out;
}

qint64 Chat::shownChild(qint64 parent) const
{
    const ChatMessage *above = find(parent);
    const qint64 wanted = above ? above->activeChild : activeRoot;
    const ChatMessage *active = find(wanted);
    if (active && !active->deleted && active->parent == parent)
        return wanted;
    const QList<qint64> all = children(parent);
    return all.isEmpty() ? 0 : all.last();
}

QList<qint64> Chat::path() const
{
    QList<qint64> out;
    for (qint64 at = shownChild(0); at != 0; at = shownChild(at)) {
        if (out.size() >= messages.size()) // a damaged file may hold a ring
            break;
        out.append(at);
    }
    return out;
}

QList<qint64> Chat::versions(qint64 message) const
{
    const ChatMessage *self = find(message);
    if (!self)
        return {};
    QList<qint64> out = children(self->parent);
    out.removeIf([&](qint64 sibling) { return find(sibling)->role != self->role; });
    return out;
}

void Chat::setActiveChild(qint64 parent, qint64 child)
{
    if (ChatMessage *above = find(parent))
        above->activeChild = child;
    else
        activeRoot = child;
}

QList<qint64> Chat::ancestry(qint64 message) const
{
    QList<qint64> out;
    for (const ChatMessage *at = find(message); at && out.size() < messages.size(); at = find(at->parent))
        out.prepend(at->id);
    return out;
}

qint64 newId()
{
    static std::atomic<qint64> last{0};
    const qint64 now = QDateTime::currentMSecsSinceEpoch() << 11;
    qint64 before = last.load();
    qint64 next = 0;
    do {
        next = std::max(now, before + 1);
    } while (!last.compare_exchange_weak(before, next));
    return next;
}

QString titleFrom(const QString &text)
{
    constexpr qsizetype kLongest = 60;
    QString line = text.trimmed().section(u'\n', 0, 0).simplified();
    if (line.size() <= kLongest)
        return line;
    line.truncate(kLongest);
    const qsizetype space = line.lastIndexOf(u' ');
    if (space > kLongest / 2)
        line.truncate(space);
    else if (line.back().isHighSurrogate())
        line.chop(1);
    return line + QStringLiteral(" …");
}

} // namespace lathe::desktop
