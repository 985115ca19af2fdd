// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QStringList>
#include <functional>

namespace lathe::desktop {

class MainWindow;
struct Services;

/// What `--screenshot` was told.
struct ScreenshotRequest {
    QString file;
    QString model; ///< path, empty: none
    QStringList adapters;
    QString prompt; ///< empty: none
    QString page = "chat";
};

/// Writes a picture of the window once what it is to show is there: the engine has answered, the model is
/// loaded, the prompt is answered. Waits for these states, never for a time. Ends the program with 0, or 1 if
/// a state cannot be reached (the banner that says why is in the picture).
class Screenshot : public QObject
{
    Q_OBJECT
public:
    Screenshot(MainWindow *window, Services &services, ScreenshotRequest request);

private:
    void look();
    bool engineHasAnswered() const;
    qsizetype adaptersAdded() const;
    /// Gives the layouts the turns of the event loop that they need, then grabs.
    void settle(int turns);
    void finish();

    MainWindow *m_window;
    Services &m_services;
    ScreenshotRequest m_request;
    enum class Step { Engine, Model, Adapters, Prompt, Answer, Done } m_step = Step::Engine;
    qsizetype m_adaptersAsked = 0;
    bool m_failed = false;
};

} // namespace lathe::desktop
