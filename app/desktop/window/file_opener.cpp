// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/window/file_opener.h"

#include <QFileInfo>

namespace lathe::desktop {

FileOpener::FileOpener(EngineClient *engine, ModelController *models, QObject *parent)
    : QObject(parent), m_engine(engine), m_models(models)
{
}

void FileOpener::identify(const QString &path, QObject *context,
                          std::function<void(bool, const QString &)> then)
{
    EngineCall *call = m_engine->request("files.identify", {{"path", path}});
    connect(call, &EngineCall::finished, context, [then](const QJsonObject &result) {
        then(result["kind"].toString() == "adapter", result["path"].toString());
    });
    // Whatever stands in the way, opening the model says it.
    connect(call, &EngineCall::failed, context, [then, path](const EngineError &) { then(false, path); });
}

void FileOpener::open(const QString &path)
{
    identify(path, this, [this](bool adapter, const QString &whole) {
        if (adapter)
            checkAdapter(whole);
        else
            m_models->open(whole);
    });
}

void FileOpener::addAdapter(const QString &path)
{
    identify(path, this, [this](bool, const QString &whole) { checkAdapter(whole); });
}

void FileOpener::checkAdapter(const QString &path)
{
    const QString name = QFileInfo(path).fileName();
    const CurrentModel *model = m_models->current();
    if (!model || !m_models->isReady()) {
        emit banner({"adapter",
                     Tone::Warn,
                     tr("%1 is an adapter").arg(name),
                     tr("It changes a model that is open. Open the model it was made for, then add it."),
                     {}});
        return;
    }
    EngineCall *call = m_engine->request("adapter.inspect", {{"model", model->handle}, {"path", path}});
    connect(call, &EngineCall::finished, this, [this](const QJsonObject &told) {
        emit adapterAccepted(told["path"].toString(), told["name"].toString());
    });
    connect(call, &EngineCall::failed, this, [this, name](const EngineError &error) {
        if (!error.cancelled() && !error.engineDied())
            emit banner(errorMessage("adapter", tr("%1 cannot be added").arg(name), error));
    });
}

} // namespace lathe::desktop
