// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/dialogs/memory_estimate.h"
#include "app/desktop/engine_client/engine_client.h"
#include "app/desktop/settings/settings.h"
#include "app/desktop/window/device_list.h"
#include "app/desktop/window/message.h"
#include "app/desktop/workspace/chat_settings.h"

#include <QPointer>
#include <optional>

namespace lathe::desktop {

/// What the user decided about opening a model.
struct OpenChoice {
    QString device = "auto"; ///< a setting: "auto" or a device's id
    int context = 0;         ///< tokens of the session
    QString kv = "F32";
};

/// The model that is open: what `model.load` answered, and how its sessions are to be made.
struct CurrentModel {
    QString handle; ///< the engine's name for it; empty while it is loaded again
    QString path, name, architecture, quantization, sha256;
    quint64 parameters = 0, bytes = 0;
    int modelContext = 0; ///< the longest the model was made for
    int context = 0;      ///< for session.create
    QString kv;           ///< for session.create
    QString deviceId, deviceName;
    bool hasTemplate = false;
    QString defaultSystem; ///< the template's own system prompt, may be empty
    std::optional<SamplerSettings> sampler; ///< what the model's makers ask for
    QString tokenizerError, templateError;
    QStringList notes;

    /// "SmolLM2-135M-Instruct · Q4_1"
    QString title() const;
};

/// Opens models through the engine: inspects, asks where the badge is not Fits or the user wants to be asked,
/// loads with progress, and loads the same weights again after the engine has died. There is at most one open
/// model; the old one stays until the new one is loaded, where both fit.
class ModelController : public QObject
{
    Q_OBJECT
public:
    enum class State {
        Empty,      ///< no model
        Inspecting, ///< reading the header
        Asking,     ///< the open dialog is up
        Loading,
        Ready, ///< `current()` can answer
        Lost,  ///< a model is open, but the engine died too often and is not started again
    };
    Q_ENUM(State)

    ModelController(EngineClient *engine, DeviceList *devices, Settings *settings, QObject *parent = nullptr);

    State state() const { return m_state; }
    bool isReady() const { return m_state == State::Ready; }
    /// The open model, or null. Its handle is empty while the state is not Ready after a death of the engine.
    const CurrentModel *current() const { return m_current ? &*m_current : nullptr; }
    /// Name of the model being inspected or loaded.
    QString pendingName() const { return m_pendingName; }

    /// Opens a file or a folder on the engine's machine. A second call takes the place of one under way.
    void open(const QString &path);
    /// As `open`, but the open dialog is shown in any case.
    void openAsking(const QString &path);
    /// Loads the open model anew: another device, context or cache type.
    void reopen(const OpenChoice &choice);
    /// Stops inspecting or loading; an older model stays open.
    void cancel();
    void close();

    /// The dialog's answer to `askOpen`; nothing means cancelled.
    void answerOpen(const std::optional<OpenChoice> &choice);

signals:
    void stateChanged(lathe::desktop::ModelController::State state);
    /// Another model, another handle of the same one, or none.
    void currentModelChanged();
    /// While Loading: the stage's name, fraction 0…1 or −1 if unknown, seconds left or −1.
    void loadingProgress(const QString &stage, double fraction, double secondsLeft);
    /// The dialog is due; it ends in `answerOpen`.
    void askOpen(const lathe::desktop::Inspection &inspection, const lathe::desktop::OpenChoice &proposal);
    void banner(const lathe::desktop::Message &message);

private:
    void setState(State state);
    void inspect(const QString &path, bool ask);
    void inspected(const QJsonObject &result, bool ask);
    void load(const QString &path, const OpenChoice &choice);
    void loaded(const QJsonObject &result, const OpenChoice &choice);
    void loadFailed(const EngineError &error);
    void fallBack();
    void engineStateChanged(EngineClient::State state);
    OpenChoice proposal(const Inspection &model) const;

    EngineClient *m_engine;
    DeviceList *m_devices;
    Settings *m_settings;
    State m_state = State::Empty;
    std::optional<CurrentModel> m_current;
    QString m_pendingPath, m_pendingName;
    QPointer<EngineCall> m_call;
};

} // namespace lathe::desktop
