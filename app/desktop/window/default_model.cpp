// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/window/default_model.h"

namespace lathe::desktop {

DefaultModel::DefaultModel(EngineClient *engine, QObject *parent) : QObject(parent), m_engine(engine)
{
    connect(engine, &EngineClient::stateChanged, this, [this](EngineClient::State state) {
        if (state == EngineClient::State::Ready)
            refresh();
    });
}

void DefaultModel::refresh()
{
    EngineCall *call = m_engine->request("models.default");
    connect(call, &EngineCall::finished, this, [this](const QJsonObject &result) {
        m_name = result["name"].toString();
        m_path = result["path"].toString();
        m_licence = result["licence"].toString();
        m_bytes = quint64(result["bytes"].toDouble());
        m_present = result["present"].toBool();
        emit changed();
        if (m_present && !m_inspection)
            inspect();
    });
}

void DefaultModel::inspect()
{
    EngineCall *call = m_engine->request("model.inspect", {{"path", m_path}, {"everyDevice", true}});
    connect(call, &EngineCall::finished, this, [this](const QJsonObject &result) {
        m_inspection = inspectionFromJson(result);
        emit changed();
    });
}

void DefaultModel::get()
{
    if (m_get)
        return;
    m_get = m_engine->request("models.fetchDefault");
    connect(m_get, &EngineCall::notified, this, [this](const QJsonObject &params, const QString &method) {
        if (method == "progress")
            emit progress(params["stage"].toString(), params["fraction"].toDouble(-1));
    });
    connect(m_get, &EngineCall::finished, this, [this](const QJsonObject &result) {
        m_get = nullptr;
        m_present = true;
        emit changed();
        emit got(result["path"].toString());
    });
    connect(m_get, &EngineCall::failed, this, [this](const EngineError &error) {
        m_get = nullptr;
        emit changed();
        emit getFailed(error);
    });
    emit changed();
}

void DefaultModel::cancelGet()
{
    if (m_get)
        m_get->cancel();
}

} // namespace lathe::desktop
