// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/dialogs/memory_estimate.h"
#include "app/desktop/engine_client/engine_client.h"
#include "app/desktop/settings/settings.h"
#include "app/desktop/style/tokens.h"
#include "app/desktop/window/device_list.h"

#include <QPointer>
#include <optional>

namespace lathe::desktop {

/// What a list says about a model before it is opened.
struct FitNote {
    Tone tone = Tone::Muted;
    QString icon;      ///< empty: not known yet
    QString text;      ///< "Fits: 192 MB of 1.72 GB", "Adapter", "Cannot be opened"
    QString tip;       ///< the sum in full, or the engine's line
    quint64 bytes = 0; ///< of the model's files; 0: not known
};

/// Whether models would fit the chosen device with the standard context and cache. The engine reads their
/// headers, one file at a time, and each only once.
class FitIndex : public QObject
{
    Q_OBJECT
public:
    FitIndex(EngineClient *engine, DeviceList *devices, Settings *settings, QObject *parent = nullptr);

    /// Has the models read that are not known; `versions` change with the files.
    void want(const QStringList &paths, const QStringList &versions);
    /// Every file that was wanted is read.
    bool isIdle() const { return !m_call && m_waiting.isEmpty(); }
    FitNote note(const QString &path) const;

signals:
    /// Another file was read, or the device or its free memory is another.
    void changed();

private:
    struct Known {
        QString version;
        std::optional<Inspection> inspection;
        QString fault;
        bool adapter = false;
    };
    void next();
    void inspect(const QString &path);

    EngineClient *m_engine;
    DeviceList *m_devices;
    Settings *m_settings;
    std::map<QString, Known> m_known;
    QStringList m_waiting;
    QPointer<EngineCall> m_call;
};

} // namespace lathe::desktop
