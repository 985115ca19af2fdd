// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/dialogs/memory_estimate.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QRegularExpression>
#include <algorithm>

namespace lathe::desktop {

QString Inspection::title() const
{
    if (quantization.isEmpty() || name.contains(quantization))
        return name;
    return name + QStringLiteral(" · ") + quantization;
}

Inspection Inspection::on(const QString &deviceId) const
{
    Inspection out = *this;
    if (const auto need = devices.find(deviceId); need != devices.end()) {
        out.weightsBytes = need->second.weightsBytes;
        out.scratchBytes = need->second.scratchBytes;
    }
    return out;
}

QString withoutPart(const QString &name, int *part)
{
    static const QRegularExpression kPart("-(\\d{5})-of-\\d{5}$");
    const QRegularExpressionMatch match = kPart.match(name);
    if (part)
        *part = match.hasMatch() ? match.captured(1).toInt() : 0;
    return match.hasMatch() ? name.left(match.capturedStart()) : name;
}

QString variantName(const QString &path, const QString &quantization, const QString &inner)
{
    const QFileInfo file(path);
    QString name =
        file.suffix().compare("gguf", Qt::CaseInsensitive) == 0 ? file.completeBaseName() : file.fileName();
    name = withoutPart(name);
    if (name.isEmpty())
        return inner;
    const qsizetype cut = name.size() - quantization.size() - 1;
    const bool ends = !quantization.isEmpty() && cut > 0 && name.endsWith(quantization, Qt::CaseInsensitive);
    return ends && QStringLiteral(".-_ ").contains(name[cut]) ? name.left(cut) : name;
}

static uint64_t size(const QJsonValue &value)
{
    return uint64_t(std::max(0.0, value.toDouble()));
}

Inspection inspectionFromJson(const QJsonObject &json)
{
    const QJsonObject config = json["config"].toObject();
    const QJsonObject memory = json["memory"].toObject();
    Inspection model;
    model.path = json["path"].toString();
    model.architecture = json["architecture"].toString();
    model.quantization = json["quantization"].toString();
    model.name = variantName(model.path, model.quantization, json["name"].toString());
    model.licence = json["licence"].toString();
    model.parameters = size(json["parameters"]);
    model.fileBytes = size(json["fileBytes"]);
    model.layers = config["layers"].toInt();
    model.kvHeads = config["kvHeads"].toInt();
    model.headSize = config["headSize"].toInt();
    model.context = json["context"].toInt();
    model.tensorCount = json["tensorCount"].toInt(int(json["tensors"].toArray().size()));
    model.weightsBytes = size(memory["weights"]);
    model.scratchBytes = size(memory["scratch"]);
    const QJsonObject perToken = memory["cacheBytesPerToken"].toObject();
    for (auto it = perToken.begin(); it != perToken.end(); ++it)
        model.cacheBytesPerToken[it.key()] = size(it.value());
    for (const QJsonValue &device : memory["devices"].toArray())
        model.devices[device["device"].toString()] = {size(device["weights"]), size(device["scratch"])};
    model.tokenizerError = json["tokenizer"].toObject()["error"].toString();
    model.templateError = json["template"].toObject()["error"].toString();
    return model;
}

uint64_t cacheBytes(const Inspection &model, int contextTokens, const QString &kv)
{
    const auto found = model.cacheBytesPerToken.find(kv);
    return found == model.cacheBytesPerToken.end() ? 0 : found->second * uint64_t(std::max(0, contextTokens));
}

Fit MemoryEstimate::fit() const
{
    if (need() > free())
        return Fit::TooBig;
    return double(need()) <= 0.85 * double(free()) ? Fit::Fits : Fit::Tight;
}

MemoryEstimate estimateMemory(const Inspection &model, int contextTokens, const QString &kv,
                              uint64_t budgetBytes, uint64_t usedBytes)
{
    return {usedBytes, model.weightsBytes, cacheBytes(model, contextTokens, kv), model.scratchBytes,
            budgetBytes};
}

int longestContext(const Inspection &model, const QString &kv, uint64_t budgetBytes, uint64_t usedBytes,
                   Fit fit)
{
    const uint64_t perToken = cacheBytes(model, 1, kv);
    const uint64_t rest = model.weightsBytes + model.scratchBytes;
    const double free = double(budgetBytes > usedBytes ? budgetBytes - usedBytes : 0);
    const auto allowed = uint64_t(fit == Fit::Fits ? 0.85 * free : free);
    if (allowed < rest || fit == Fit::TooBig || perToken == 0)
        return 0;
    const auto tokens = int(std::min<uint64_t>((allowed - rest) / perToken, uint64_t(model.context)));
    return tokens > 256 ? tokens / 256 * 256 : tokens;
}

int standardContext(const Inspection &model)
{
    return std::min(2048, model.context);
}

} // namespace lathe::desktop
