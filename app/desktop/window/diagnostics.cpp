// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/window/diagnostics.h"

#include <QCoreApplication>
#include <QGuiApplication>
#include <QJsonArray>
#include <QSysInfo>
#include <QTimer>
#include <memory>

namespace lathe::desktop {

constexpr int kPatienceMs = 2000;

/// What the window knows by itself. In English and in the C locale, because reports travel.
static QString windowPart(const EngineClient *engine)
{
    const QString lines[] = {
        QStringLiteral("Lathe %1, window").arg(QCoreApplication::applicationVersion()),
        QStringLiteral("Qt %1, platform %2").arg(QLatin1String(qVersion()), QGuiApplication::platformName()),
        QStringLiteral("%1, %2, kernel %3")
            .arg(QSysInfo::prettyProductName(), QSysInfo::currentCpuArchitecture(),
                 QSysInfo::kernelVersion()),
        QStringLiteral("Engine program: %1").arg(engine->program())};
    QString text;
    for (const QString &line : lines)
        text += line + '\n';
    return text;
}

void collectDiagnostics(EngineClient *engine, QObject *context, std::function<void(const QString &)> then)
{
    auto done = std::make_shared<bool>(false);
    const auto finish = [done, then = std::move(then)](const QString &text) {
        if (!std::exchange(*done, true))
            then(text);
    };
    const auto withoutEngine = [engine, finish](const QString &why) {
        finish(windowPart(engine) + "\nThe engine does not answer: " + why + "\n\nIts last log lines:\n" +
               engine->logLines().join('\n') + '\n');
    };
    if (engine->state() == EngineClient::State::Dead) {
        withoutEngine("it is not running");
        return;
    }
    EngineCall *call = engine->request("engine.diagnostics");
    QObject::connect(call, &EngineCall::finished, context, [engine, finish](const QJsonObject &result) {
        QString text = windowPart(engine) + '\n' + result["text"].toString();
        const QJsonArray log = result["log"].toArray();
        // Engines put the log into the text; where one does not, it stands alone.
        if (!log.isEmpty() && !text.contains(log.last().toString())) {
            for (const QJsonValue &line : log)
                text += '\n' + line.toString();
        }
        finish(text);
    });
    QObject::connect(call, &EngineCall::failed, context,
                     [withoutEngine](const EngineError &error) { withoutEngine(error.message()); });
    QTimer::singleShot(kPatienceMs, context, [withoutEngine] { withoutEngine("no reply within 2 s"); });
}

} // namespace lathe::desktop
