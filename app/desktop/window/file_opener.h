// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/window/message.h"
#include "app/desktop/window/model_controller.h"

#include <functional>

namespace lathe::desktop {

/// Opens what the user points at, a model or an adapter: the engine, on whose machine the path is, says
/// which. A model is opened; an adapter is held against the open model first.
class FileOpener : public QObject
{
    Q_OBJECT
public:
    FileOpener(EngineClient *engine, ModelController *models, QObject *parent = nullptr);

    void open(const QString &path);
    /// As `open`, for what the user says is an adapter.
    void addAdapter(const QString &path);
    /// `then` gets whether `path` is an adapter, and the path of the whole that it is a part of.
    void identify(const QString &path, QObject *context,
                  std::function<void(bool adapter, const QString &whole)> then);

signals:
    /// An adapter that fits the open model.
    void adapterAccepted(const QString &path, const QString &name);
    void banner(const lathe::desktop::Message &message);

private:
    void checkAdapter(const QString &path);

    EngineClient *m_engine;
    ModelController *m_models;
};

} // namespace lathe::desktop
