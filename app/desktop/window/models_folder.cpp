// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/window/models_folder.h"

#include <QFileInfo>
#include <QJsonArray>

namespace lathe::desktop {

ModelsFolder::ModelsFolder(EngineClient *engine, DefaultModel *defaultModel, Settings *settings,
                           QObject *parent)
    : QObject(parent), m_engine(engine), m_default(defaultModel), m_settings(settings)
{
    connect(defaultModel, &DefaultModel::changed, this, &ModelsFolder::refresh);
    connect(settings, &Settings::modelsFolderChanged, this, &ModelsFolder::refresh);
}

QString ModelsFolder::path() const
{
    const QString chosen = m_settings->modelsFolder();
    if (!chosen.isEmpty())
        return chosen;
    return m_default->isKnown() ? QFileInfo(m_default->path()).path() : QString();
}

void ModelsFolder::refresh()
{
    if (m_engine->state() != EngineClient::State::Ready || path().isEmpty())
        return;
    if (m_call) {
        m_call->disconnect(this);
        m_call->cancel();
    }
    m_call = m_engine->request("files.list", {{"path", path()}, {"show", "models"}});
    connect(m_call, &EngineCall::finished, this, &ModelsFolder::take);
    connect(m_call, &EngineCall::failed, this, [this](const EngineError &error) {
        if (error.cancelled() || error.engineDied())
            return;
        m_models.clear();
        m_fault = m_settings->modelsFolder().isEmpty() ? QString() : error.message();
        emit changed();
    });
}

void ModelsFolder::take(const QJsonObject &result)
{
    m_models.clear();
    m_fault.clear();
    for (const QJsonValue &value : result["entries"].toArray()) {
        const QJsonObject entry = value.toObject();
        if (entry["kind"].toString() != "model")
            continue;
        FolderModel model;
        model.path = entry["path"].toString();
        model.name = entry["name"].toString();
        if (model.name.endsWith(".gguf", Qt::CaseInsensitive))
            model.name.chop(5);
        int part = 0;
        model.name = withoutPart(model.name, &part);
        if (part > 1) // the first one stands for all
            continue;
        model.bytes = part > 0 ? 0 : quint64(entry["bytes"].toDouble());
        model.changed = QDateTime::fromSecsSinceEpoch(entry["modified"].toInteger());
        m_models.append(model);
    }
    emit changed();
}

} // namespace lathe::desktop
