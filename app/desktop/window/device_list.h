// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/engine_client/engine_client.h"

#include <QJsonObject>
#include <QList>
#include <QPointer>

namespace lathe::desktop {

/// One op whose kernel gave wrong numbers in the self-test.
struct SelftestFailure {
    QString op, testCase;
    double nmse = 0, bound = 0;
    QString instead; ///< the variant used now, empty: none
};

/// What the self-test of a device and driver found.
struct Selftest {
    enum class State { NotRun, Running, Passed, Failed };
    State state = State::NotRun;
    int passed = 0;
    QList<SelftestFailure> failed;
    QString date;        ///< ISO 8601
    double progress = 0; ///< while Running

    /// Every failed kernel has a variant that passed, so the device is used.
    bool usable() const;
};

/// A device of the engine's machine.
struct Device {
    QString id, name, kind, driver;
    quint64 memoryBytes = 0, budgetBytes = 0, usedBytes = 0;
    Selftest selftest;

    quint64 freeBytes() const { return budgetBytes > usedBytes ? budgetBytes - usedBytes : 0; }
};

Device deviceFromJson(const QJsonObject &json);

/// The devices of the engine, kept up to date: asked for at every start of an engine, after self-tests, and
/// on request. The device that "auto" would take is part of it.
class DeviceList : public QObject
{
    Q_OBJECT
public:
    explicit DeviceList(EngineClient *engine, QObject *parent = nullptr);

    const QList<Device> &devices() const { return m_devices; }
    QString autoId() const { return m_auto; }
    /// The device of a setting: "auto" is resolved. Null before the engine has answered or for one that is
    /// gone.
    const Device *find(const QString &id) const;

    void refresh();
    /// Runs the self-test of one device, anew; `changed` follows its progress.
    void test(const QString &id);
    void testAll();
    bool isTesting() const { return !m_waiting.isEmpty() || m_test; }
    /// Takes in the memory in use from `memory.usage`.
    void setUsage(const QJsonArray &usage);

signals:
    void changed();
    void testFailed(const lathe::desktop::EngineError &error);

private:
    void testNext();
    Device *mutableDevice(const QString &id);

    EngineClient *m_engine;
    QList<Device> m_devices;
    QString m_auto;
    QStringList m_waiting; ///< ids whose self-test has not begun
    QPointer<EngineCall> m_test;
};

} // namespace lathe::desktop
