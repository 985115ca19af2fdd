// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/dialogs/memory_estimate.h"
#include "app/desktop/engine_client/engine_client.h"

#include <QPointer>
#include <optional>

namespace lathe::desktop {

/// The default model on the engine's machine: whether it is there, what it needs, and getting it. The network
/// is used only by `get`, which is called only when the user asks for it.
class DefaultModel : public QObject
{
    Q_OBJECT
public:
    explicit DefaultModel(EngineClient *engine, QObject *parent = nullptr);

    /// The engine has said whether the model is there.
    bool isKnown() const { return !m_path.isEmpty(); }
    bool isPresent() const { return m_present; }
    bool isGetting() const { return m_get; }
    QString name() const { return m_name; }
    QString path() const { return m_path; }
    QString licence() const { return m_licence; }
    quint64 bytes() const { return m_bytes; }
    /// What the header says, once it has been read.
    const std::optional<Inspection> &inspection() const { return m_inspection; }

    void refresh();
    void get();
    void cancelGet();

signals:
    void changed();
    /// Progress of `get`: the stage and the fraction 0…1, −1 if unknown.
    void progress(const QString &stage, double fraction);
    void got(const QString &path);
    void getFailed(const lathe::desktop::EngineError &error);

private:
    void inspect();

    EngineClient *m_engine;
    QString m_name, m_path, m_licence;
    quint64 m_bytes = 0;
    bool m_present = false;
    std::optional<Inspection> m_inspection;
    QPointer<EngineCall> m_get;
};

} // namespace lathe::desktop
