// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/workspace/chat_settings.h"

#include <QJsonValue>

#include <algorithm>

namespace lathe::desktop {

QJsonObject SamplerSettings::toJson() const
{
    return {{QStringLiteral("temperature"), temperature},
            {QStringLiteral("topK"), topK},
            {QStringLiteral("topP"), topP},
            {QStringLiteral("minP"), minP},
            {QStringLiteral("repeatPenalty"), repeatPenalty}};
}

SamplerSettings SamplerSettings::fromJson(const QJsonObject &json)
{
    SamplerSettings out;
    out.temperature =
        std::clamp(json.value(QLatin1String("temperature")).toDouble(out.temperature), 0.0, 2.0);
    out.topK = std::clamp(json.value(QLatin1String("topK")).toInt(out.topK), 0, 1000);
    out.topP = std::clamp(json.value(QLatin1String("topP")).toDouble(out.topP), 0.0, 1.0);
    out.minP = std::clamp(json.value(QLatin1String("minP")).toDouble(out.minP), 0.0, 1.0);
    out.repeatPenalty =
        std::clamp(json.value(QLatin1String("repeatPenalty")).toDouble(out.repeatPenalty), 0.5, 2.0);
    return out;
}

const QList<SamplingPreset> &builtInPresets()
{
    static const QList<SamplingPreset> presets{
        {QStringLiteral("Greedy"), {0.0, 0, 1.0, 0.0, 1.0}},
        {QStringLiteral("Balanced"), {}},
        {QStringLiteral("Creative"), {1.0, 100, 0.98, 0.02, 1.0}},
    };
    return presets;
}

QJsonObject ChatAdapter::toJson() const
{
    return {{QStringLiteral("path"), path},
            {QStringLiteral("name"), name},
            {QStringLiteral("scale"), scale},
            {QStringLiteral("on"), on}};
}

ChatAdapter ChatAdapter::fromJson(const QJsonObject &json)
{
    return {json.value(QLatin1String("path")).toString(), json.value(QLatin1String("name")).toString(),
            std::clamp(json.value(QLatin1String("scale")).toDouble(1), 0.0, kMostScale),
            json.value(QLatin1String("on")).toBool()};
}

QJsonArray ChatSettings::adaptersForEngine() const
{
    QJsonArray out;
    for (const ChatAdapter &adapter : adapters)
        if (adapter.on)
            out.append(QJsonObject{{QStringLiteral("path"), adapter.path},
                                   {QStringLiteral("scale"), adapter.scale}});
    return out;
}

QJsonObject ChatSettings::toJson() const
{
    QJsonObject out = sampler.toJson();
    out.insert(QStringLiteral("preset"), preset);
    out.insert(QStringLiteral("seed"), seedKnown ? QJsonValue(QString::number(seed)) : QJsonValue());
    out.insert(QStringLiteral("seedFixed"), seedFixed);
    out.insert(QStringLiteral("maxTokens"), maxTokens);
    out.insert(QStringLiteral("overflow"), shiftWhenFull ? QStringLiteral("shift") : QStringLiteral("stop"));
    QJsonArray list;
    for (const ChatAdapter &adapter : adapters)
        list.append(adapter.toJson());
    out.insert(QStringLiteral("adapters"), list);
    return out;
}

ChatSettings ChatSettings::fromJson(const QJsonObject &json)
{
    ChatSettings out;
    out.sampler = SamplerSettings::fromJson(json);
    out.preset = json.value(QLatin1String("preset")).toString(out.preset);
    out.seedKnown = parseSeed(json.value(QLatin1String("seed")).toString(), &out.seed);
    out.seedFixed = out.seedKnown && json.value(QLatin1String("seedFixed")).toBool();
    out.maxTokens = std::max(1, json.value(QLatin1String("maxTokens")).toInt(out.maxTokens));
    out.shiftWhenFull = json.value(QLatin1String("overflow")).toString() == QLatin1String("shift");
    for (const QJsonValue &adapter : json.value(QLatin1String("adapters")).toArray())
        if (const ChatAdapter read = ChatAdapter::fromJson(adapter.toObject()); !read.path.isEmpty())
            out.adapters.append(read);
    return out;
}

bool parseSeed(const QString &text, quint64 *seed)
{
    if (text.isEmpty() ||
        !std::all_of(text.begin(), text.end(), [](QChar c) { return c >= u'0' && c <= u'9'; }))
        return false;
    bool ok = false;
    const quint64 value = text.toULongLong(&ok);
    if (ok)
        *seed = value;
    return ok;
}

} // namespace lathe::desktop
