// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/settings/settings.h"
#include "app/desktop/style/theme.h"

#include <QApplication>
#include <memory>

namespace lathe::desktop
{

/// The program: name, settings, look, and the one window.
class Application : public QApplication
{
    Q_OBJECT
public:
    Application(int &argc, char **argv);
    ~Application() override;

    /// Reads the command line, opens the window and runs until it is closed. Returns the exit status.
    int run();

private:
    void applyTheme();

    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<Theme> m_theme;
};

} // namespace lathe::desktop
