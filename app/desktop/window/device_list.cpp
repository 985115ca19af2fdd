// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/window/device_list.h"

#include <QJsonArray>
#include <algorithm>

namespace lathe::desktop {

bool Selftest::usable() const
{
    return std::ranges::all_of(failed, [](const SelftestFailure &f) { return !f.instead.isEmpty(); });
}

static Selftest selftestFromJson(const QJsonObject &json)
{
    Selftest test;
    const QString state = json["state"].toString();
    test.state = state == "passed"   ? Selftest::State::Passed
                 : state == "failed" ? Selftest::State::Failed
                                     : Selftest::State::NotRun;
    test.passed = json["passed"].toInt();
    test.date = json["date"].toString();
    for (const QJsonValue &value : json["failed"].toArray()) {
        const QJsonObject f = value.toObject();
        test.failed.append({f["op"].toString(), f["case"].toString(), f["nmse"].toDouble(),
                            f["bound"].toDouble(), f["instead"].toString()});
    }
    return test;
}

Device deviceFromJson(const QJsonObject &json)
{
    const auto size = [&](const char *key) {
        return quint64(std::max(0.0, json[QLatin1String(key)].toDouble()));
    };
    return {json["id"].toString(),   json["name"].toString(),
            json["kind"].toString(), json["driver"].toString(),
            size("memoryBytes"),     size("budgetBytes"),
            size("usedBytes"),       selftestFromJson(json["selftest"].toObject())};
}

DeviceList::DeviceList(EngineClient *engine, QObject *parent) : QObject(parent), m_engine(engine)
{
    connect(engine, &EngineClient::stateChanged, this, [this](EngineClient::State state) {
        if (state == EngineClient::State::Ready)
            refresh();
    });
}

const Device *DeviceList::find(const QString &id) const
{
    const QString wanted = id == "auto" ? m_auto : id;
    const auto found = std::ranges::find(m_devices, wanted, &Device::id);
    return found == m_devices.end() ? nullptr : &*found;
}

Device *DeviceList::mutableDevice(const QString &id)
{
    return const_cast<Device *>(std::as_const(*this).find(id));
}

void DeviceList::refresh()
{
    EngineCall *call = m_engine->request("devices.list");
    connect(call, &EngineCall::finished, this, [this](const QJsonObject &result) {
        m_devices.clear();
        for (const QJsonValue &value : result["devices"].toArray())
            m_devices.append(deviceFromJson(value.toObject()));
        m_auto = result["auto"].toString();
        emit changed();
    });
}

void DeviceList::test(const QString &id)
{
    if (!m_waiting.contains(id))
        m_waiting.append(id);
    if (!m_test)
        testNext();
}

void DeviceList::testAll()
{
    for (const Device &device : std::as_const(m_devices)) {
        if (device.id != "reference" && !m_waiting.contains(device.id))
            m_waiting.append(device.id);
    }
    if (!m_test)
        testNext();
}

void DeviceList::testNext()
{
    if (m_waiting.isEmpty()) {
        refresh();
        return;
    }
    const QString id = m_waiting.takeFirst();
    if (Device *device = mutableDevice(id))
        device->selftest = {.state = Selftest::State::Running, .failed = {}, .date = {}};
    m_test = m_engine->request("devices.selftest", {{"device", id}, {"again", true}});
    connect(m_test, &EngineCall::notified, this,
            [this, id](const QJsonObject &params, const QString &method) {
                Device *device = mutableDevice(id);
                if (method != "progress" || !device)
                    return;
                device->selftest.progress = params["fraction"].toDouble();
                emit changed();
            });
    connect(m_test, &EngineCall::finished, this, [this, id](const QJsonObject &result) {
        if (Device *device = mutableDevice(id))
            device->selftest = selftestFromJson(result);
        m_test = nullptr;
        emit changed();
        testNext();
    });
    connect(m_test, &EngineCall::failed, this, [this, id](const EngineError &error) {
        if (Device *device = mutableDevice(id))
            device->selftest = {.failed = {}, .date = {}};
        m_test = nullptr;
        m_waiting.clear();
        emit changed();
        emit testFailed(error);
    });
    emit changed();
}

void DeviceList::setUsage(const QJsonArray &usage)
{
    for (const QJsonValue &value : usage) {
        const QJsonObject json = value.toObject();
        if (Device *device = mutableDevice(json["id"].toString())) {
            device->budgetBytes = quint64(json["budgetBytes"].toDouble());
            device->usedBytes = quint64(json["usedBytes"].toDouble());
        }
    }
}

} // namespace lathe::desktop
