// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/window/fit_index.h"

#include "app/desktop/window/fit_chip.h"

namespace lathe::desktop {

FitIndex::FitIndex(EngineClient *engine, DeviceList *devices, Settings *settings, QObject *parent)
    : QObject(parent), m_engine(engine), m_devices(devices), m_settings(settings)
{
    connect(engine, &EngineClient::stateChanged, this, [this] { next(); });
    connect(devices, &DeviceList::changed, this, &FitIndex::changed);
    connect(settings, &Settings::deviceChanged, this, &FitIndex::changed);
}

void FitIndex::want(const QStringList &paths, const QStringList &versions)
{
    for (qsizetype i = 0; i < paths.size(); ++i) {
        const auto known = m_known.find(paths[i]);
        if (known != m_known.end() && known->second.version == versions[i])
            continue;
        m_known[paths[i]] = {versions[i], {}, {}, false};
        if (!m_waiting.contains(paths[i]))
            m_waiting.append(paths[i]);
    }
    next();
}

void FitIndex::next()
{
    if (m_call || m_waiting.isEmpty() || m_engine->state() != EngineClient::State::Ready)
        return;
    const QString path = m_waiting.takeFirst();
    m_call = m_engine->request("files.identify", {{"path", path}});
    connect(m_call, &EngineCall::finished, this, [this, path](const QJsonObject &result) {
        m_call = nullptr;
        m_known[path].adapter = result["kind"].toString() == "adapter";
        if (!m_known[path].adapter) {
            inspect(path);
            return;
        }
        next();
        emit changed();
    });
    connect(m_call, &EngineCall::failed, this, [this](const EngineError &) {
        m_call = nullptr;
        next();
    });
}

void FitIndex::inspect(const QString &path)
{
    m_call = m_engine->request("model.inspect", {{"path", path}, {"everyDevice", true}});
    connect(m_call, &EngineCall::finished, this, [this, path](const QJsonObject &result) {
        m_call = nullptr;
        m_known[path].inspection = inspectionFromJson(result);
        next();
        emit changed();
    });
    connect(m_call, &EngineCall::failed, this, [this, path](const EngineError &error) {
        m_call = nullptr;
        if (error.engineDied())
            m_known.erase(path); // asked again with the next list
        else
            m_known[path].fault = error.message();
        next();
        emit changed();
    });
}

FitNote FitIndex::note(const QString &path) const
{
    const auto found = m_known.find(path);
    if (found == m_known.end())
        return {};
    const Known &known = found->second;
    if (known.adapter)
        return {Tone::Accent, "adapter", tr("Adapter"), tr("It changes a model that is open.")};
    if (!known.fault.isEmpty())
        return {Tone::Bad, "error", tr("Cannot be opened"), known.fault};
    const Device *device = m_devices->find(m_settings->device());
    if (!known.inspection || !device)
        return {};
    const Inspection model = known.inspection->on(device->id);
    if (model.fileBytes == 0 || model.context == 0) // a folder without weights, or a vocabulary
        return {Tone::Bad, "error", tr("Cannot be opened"), tr("It has no weights.")};
    const int wanted = m_settings->context() > 0 ? m_settings->context() : standardContext(model);
    const MemoryEstimate memory = estimateMemory(model, std::min(wanted, model.context), m_settings->kv(),
                                                 device->budgetBytes, device->usedBytes);
    const FitLook look = lookOf(memory.fit());
    return {look.tone, look.icon, fitText(memory), memoryFormula(memory), model.fileBytes};
}

} // namespace lathe::desktop
