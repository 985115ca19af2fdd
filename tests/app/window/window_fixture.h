// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/window/main_window.h"
#include "app/desktop/window/services.h"

#include <QtTest>
#include <memory>

namespace lathe::desktop {

/// A window on an engine, with settings of its own under QStandardPaths' test mode and text of 13 px in
/// DejaVu Sans. `program` empty: the engine that fails on request.
class WindowFixture
{
public:
    explicit WindowFixture(const QString &program = {}, const QSize &size = {1280, 800}, int zoom = 100);
    ~WindowFixture();

    Services &services() { return *m_services; }
    MainWindow &window() { return *m_window; }
    /// Waits until the engine has named its devices and the default model.
    bool waitForEngine();
    /// Opens a model and waits until it can answer.
    bool openModel(const QString &path);

    template <class T> T *find(const char *name) const { return m_window->findChild<T *>(name); }
    /// The visible dialog of a name, or null.
    template <class T> T *dialog() const
    {
        for (QWidget *widget : QApplication::topLevelWidgets()) {
            if (auto *found = qobject_cast<T *>(widget); found && found->isVisible())
                return found;
        }
        return nullptr;
    }

private:
    std::unique_ptr<Services> m_services;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace lathe::desktop
