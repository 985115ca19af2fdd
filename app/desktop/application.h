// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QApplication>
#include <QTranslator>
#include <memory>

class QCommandLineParser;

namespace lathe::desktop {

class MainWindow;
struct Services;

/// The program: name, command line, language, and the one window.
class Application : public QApplication
{
    Q_OBJECT
public:
    Application(int &argc, char **argv);
    ~Application() override;

    /// Reads the command line, opens the window and runs until it is closed. Returns the exit status.
    int run();
    /// What the window stands on, from the start of `run` on.
    Services &services() { return *m_services; }

private:
    void openWindow();
    /// Builds the window anew, in another language or with other sizes. The engine does not notice.
    void rebuildWindow();
    void applyLanguage();
    int takePicture(const QCommandLineParser &parser);

    std::unique_ptr<Services> m_services;
    std::unique_ptr<MainWindow> m_window;
    bool m_rebuildDue = false;
    QTranslator m_translator, m_qtTranslator;
};

} // namespace lathe::desktop
