// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/window/services.h"

#include <QDir>
#include <QStandardPaths>

namespace lathe::desktop {

static QStringList engineArguments(const Settings &settings)
{
    QStringList arguments{"rpc"};
    if (settings.threads() > 0)
        arguments << "--threads" << QString::number(settings.threads());
    return arguments;
}

/// The workspace of the chats: ~/.local/share/lathe/workspace.
static QString workspaceFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + QStringLiteral("/workspace");
}

Services::Services(const QString &engineProgram, int basePixels)
    : theme(basePixels), engine(engineProgram, engineArguments(settings)), devices(&engine),
      models(&engine, &devices, &settings), defaultModel(&engine),
      modelsFolder(&engine, &defaultModel, &settings), fits(&engine, &devices, &settings),
      workspace(workspaceFolder())
{
    applyTheme();
    QObject::connect(&settings, &Settings::threadsChanged, &engine, [this] {
        engine.setArguments(engineArguments(settings));
        // A new engine loads the open model again, as after a death.
        engine.stop();
        engine.start();
    });
    QObject::connect(&settings, &Settings::themeChanged, &theme, [this] { applyTheme(); });
    QObject::connect(&settings, &Settings::zoomChanged, &theme, [this] { applyTheme(); });
}

void Services::applyTheme()
{
    const QString wanted = themeOverride.isEmpty() ? settings.theme() : themeOverride;
    theme.setMode(wanted == "dark"    ? ThemeMode::Dark
                  : wanted == "light" ? ThemeMode::Light
                                      : ThemeMode::System);
    theme.setZoom(settings.zoom());
}

void Services::overrideTheme(const QString &name)
{
    themeOverride = name;
    applyTheme();
}

} // namespace lathe::desktop
