// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/window/model_controller.h"

#include <QFileInfo>
#include <QJsonArray>

namespace lathe::desktop {

QString CurrentModel::title() const
{
    Inspection naming;
    naming.name = name;
    naming.quantization = quantization;
    return naming.title();
}

ModelController::ModelController(EngineClient *engine, DeviceList *devices, Settings *settings,
                                 QObject *parent)
    : QObject(parent), m_engine(engine), m_devices(devices), m_settings(settings)
{
    connect(engine, &EngineClient::stateChanged, this, &ModelController::engineStateChanged);
}

void ModelController::setState(State state)
{
    if (m_state == state)
        return;
    m_state = state;
    emit stateChanged(state);
}

void ModelController::engineStateChanged(EngineClient::State state)
{
    if (state != EngineClient::State::Ready) {
        if (m_current && !m_current->handle.isEmpty()) {
            m_current->handle.clear();
            emit currentModelChanged();
        }
        if (m_current)
            setState(state == EngineClient::State::Dead ? State::Lost : State::Loading);
        return;
    }
    // A new engine knows no handles: the same weights are loaded again, with the choices of before.
    if (m_current && m_current->handle.isEmpty() && !m_call)
        load(m_current->path, {m_settings->device(), m_current->context, m_current->kv});
}

void ModelController::open(const QString &path)
{
    inspect(path, m_settings->askOpen());
}

void ModelController::openAsking(const QString &path)
{
    inspect(path, true);
}

void ModelController::reopen(const OpenChoice &choice)
{
    if (!m_current)
        return;
    if (m_call)
        m_call->cancel();
    load(m_current->path, choice);
}

void ModelController::inspect(const QString &path, bool ask)
{
    if (m_call) {
        m_call->disconnect(this);
        m_call->cancel();
    }
    m_pendingPath = path;
    m_pendingName = variantName(path, {}, path);
    setState(State::Inspecting);
    m_call = m_engine->request("model.inspect",
                               {{"path", path}, {"device", m_settings->device()}, {"everyDevice", true}});
    connect(m_call, &EngineCall::finished, this,
            [this, ask](const QJsonObject &result) { inspected(result, ask); });
    connect(m_call, &EngineCall::failed, this, &ModelController::loadFailed);
}

OpenChoice ModelController::proposal(const Inspection &model) const
{
    const int wanted = m_settings->context() > 0 ? m_settings->context() : standardContext(model);
    return {m_settings->device(), std::min(wanted, model.context), m_settings->kv()};
}

void ModelController::inspected(const QJsonObject &result, bool ask)
{
    m_call = nullptr;
    Inspection model = inspectionFromJson(result);
    if (model.path.isEmpty())
        model.path = m_pendingPath;
    if (!model.name.isEmpty())
        m_pendingName = model.title();
    const OpenChoice choice = proposal(model);
    const Device *device = m_devices->find(choice.device);
    // Where the device is not known yet the engine's own verdict stands.
    const bool fits = device ? estimateMemory(model.on(device->id), choice.context, choice.kv,
                                              device->budgetBytes, device->usedBytes)
                                       .fit() == Fit::Fits
                             : result["memory"].toObject()["fits"].toString() == "fits";
    // Loading a folder without weights says what is missing.
    if ((fits && !ask) || model.fileBytes == 0) {
        load(model.path, choice);
        return;
    }
    setState(State::Asking);
    emit askOpen(model, choice);
}

void ModelController::answerOpen(const std::optional<OpenChoice> &choice)
{
    if (m_state != State::Asking)
        return;
    if (choice)
        load(m_pendingPath, *choice);
    else
        fallBack();
}

void ModelController::load(const QString &path, const OpenChoice &choice)
{
    m_pendingPath = path;
    setState(State::Loading);
    m_call = m_engine->request("model.load",
                               {{"path", path},
                                {"device", choice.device},
                                {"context", choice.context > 0 ? QJsonValue(choice.context) : QJsonValue()},
                                {"kv", choice.kv}});
    connect(m_call, &EngineCall::notified, this, [this](const QJsonObject &params, const QString &method) {
        if (method == "progress")
            emit loadingProgress(params["stage"].toString(), params["fraction"].toDouble(-1),
                                 params["etaSeconds"].toDouble(-1));
    });
    connect(m_call, &EngineCall::finished, this,
            [this, choice](const QJsonObject &result) { loaded(result, choice); });
    connect(m_call, &EngineCall::failed, this, &ModelController::loadFailed);
}

static CurrentModel modelFromJson(const QJsonObject &json)
{
    const QJsonObject device = json["device"].toObject();
    const QJsonObject chat = json["template"].toObject();
    CurrentModel model;
    model.handle = json["model"].toString();
    model.path = json["path"].toString();
    model.architecture = json["architecture"].toString();
    model.quantization = json["quantization"].toString();
    model.name = variantName(model.path, model.quantization, json["name"].toString());
    model.sha256 = json["sha256"].toString();
    model.parameters = quint64(json["parameters"].toDouble());
    model.bytes = quint64(json["bytes"].toDouble());
    model.modelContext = json["context"].toInt();
    model.deviceId = device["id"].toString();
    model.deviceName = device["name"].toString();
    model.hasTemplate = chat["present"].toBool() && chat["error"].toString().isEmpty();
    model.defaultSystem = chat["defaultSystem"].toString();
    if (json["sampler"].isObject())
        model.sampler = SamplerSettings::fromJson(json["sampler"].toObject());
    model.templateError = chat["error"].toString();
    model.tokenizerError = json["tokenizer"].toObject()["error"].toString();
    for (const QJsonValue &note : json["notes"].toArray())
        model.notes.append(note.toString());
    return model;
}

void ModelController::loaded(const QJsonObject &result, const OpenChoice &choice)
{
    m_call = nullptr;
    const QString old = m_current ? m_current->handle : QString();
    m_current = modelFromJson(result);
    if (m_current->path.isEmpty())
        m_current->path = m_pendingPath;
    m_current->context = choice.context > 0 ? choice.context : std::min(2048, m_current->modelContext);
    m_current->kv = choice.kv;
    if (!old.isEmpty())
        m_engine->request("model.unload", {{"model", old}});
    m_settings->addRecent(
        {m_current->path, m_current->title(), m_current->bytes, QDateTime::currentDateTime()});
    setState(State::Ready);
    emit currentModelChanged();
    if (!m_current->notes.isEmpty())
        emit banner({"model-notes",
                     Tone::Warn,
                     tr("%1 is open, with a note").arg(m_current->title()),
                     m_current->notes.join(' '),
                     {}});
}

void ModelController::loadFailed(const EngineError &error)
{
    m_call = nullptr;
    // A death is told by the engine's own banner; the new engine loads again what was open.
    if (error.engineDied()) {
        if (!m_current)
            fallBack();
        return;
    }
    if (!error.cancelled()) {
        const QString name = QFileInfo(m_pendingPath).fileName();
        Message message = errorMessage("open", tr("%1 cannot be opened").arg(name), error);
        if (error.code == "outOfMemory") {
            const QString path = m_pendingPath;
            message.title = tr("Not enough memory for %1").arg(m_pendingName);
            message.actions.append(
                {tr("Other device or context …"), "chip", [this, path] { openAsking(path); }});
        }
        emit banner(message);
        if (error.code == "notFound")
            m_settings->removeRecent(m_pendingPath);
    }
    fallBack();
}

void ModelController::fallBack()
{
    const bool open = m_current && !m_current->handle.isEmpty();
    if (m_current && !open) {
        m_current.reset();
        emit currentModelChanged();
    }
    setState(open ? State::Ready : State::Empty);
}

void ModelController::cancel()
{
    if (m_call)
        m_call->cancel();
}

void ModelController::close()
{
    cancel();
    if (!m_current)
        return;
    if (!m_current->handle.isEmpty())
        m_engine->request("model.unload", {{"model", m_current->handle}});
    m_current.reset();
    setState(State::Empty);
    emit currentModelChanged();
}

} // namespace lathe::desktop
