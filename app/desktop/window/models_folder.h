// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/settings/settings.h"
#include "app/desktop/window/default_model.h"

#include <QDateTime>

namespace lathe::desktop {

/// A model in the models folder.
struct FolderModel {
    QString name; ///< of the file or folder, without ".gguf"
    QString path;
    quint64 bytes = 0; ///< 0 for a folder and for a model in parts
    QDateTime changed;
};

/// The models in the folder of the settings, or in the engine's own where none is set. The engine lists them,
/// because paths are those of its machine; asked for when it starts, when the setting changes, and on
/// `refresh`.
class ModelsFolder : public QObject
{
    Q_OBJECT
public:
    ModelsFolder(EngineClient *engine, DefaultModel *defaultModel, Settings *settings,
                 QObject *parent = nullptr);

    /// Empty until the engine has named its own folder, if none is set.
    QString path() const;
    const QList<FolderModel> &models() const { return m_models; }
    /// Why the folder cannot be listed; empty if it can. A folder of the engine's that is not there yet is no
    /// fault.
    QString fault() const { return m_fault; }

    void refresh();

signals:
    void changed();

private:
    void take(const QJsonObject &result);

    EngineClient *m_engine;
    DefaultModel *m_default;
    Settings *m_settings;
    QList<FolderModel> m_models;
    QString m_fault;
    QPointer<EngineCall> m_call;
};

} // namespace lathe::desktop
