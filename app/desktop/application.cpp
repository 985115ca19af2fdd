// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/application.h"

#include "app/desktop/style/icons.h"

#include <QMainWindow>

namespace lathe::desktop
{

Application::Application(int &argc, char **argv) : QApplication(argc, argv)
{
    setApplicationName(QStringLiteral("lathe"));
    setApplicationDisplayName(QStringLiteral("Lathe"));
    setApplicationVersion(QStringLiteral(LATHE_VERSION));
    setDesktopFileName(QStringLiteral("lathe"));
    setWindowIcon(applicationIcon());
}

Application::~Application() = default;

void Application::applyTheme()
{
    const QString theme = m_settings->theme();
    m_theme->setMode(theme == "dark"    ? ThemeMode::Dark
                     : theme == "light" ? ThemeMode::Light
                                        : ThemeMode::System);
    m_theme->setZoom(m_settings->zoom());
}

int Application::run()
{
    m_settings = std::make_unique<Settings>();
    m_theme = std::make_unique<Theme>();
    applyTheme();
    connect(m_settings.get(), &Settings::themeChanged, this, &Application::applyTheme);
    QMainWindow window;
    window.show();
    return exec();
}

} // namespace lathe::desktop
