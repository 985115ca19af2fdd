// SPDX-License-Identifier: GPL-3.0-or-later
#include "window_fixture.h"

#include <QDir>
#include <QFontDatabase>

namespace lathe::desktop {

static void clearStores()
{
    for (const auto location : {QStandardPaths::AppConfigLocation, QStandardPaths::AppDataLocation})
        QDir(QStandardPaths::writableLocation(location)).removeRecursively();
}

WindowFixture::WindowFixture(const QString &program, const QSize &size, int zoom)
{
    QStandardPaths::setTestModeEnabled(true);
    clearStores();
    QApplication::setFont(QFont("DejaVu Sans"));
    m_services =
        std::make_unique<Services>(program.isEmpty() ? QStringLiteral(LATHE_FAKE_ENGINE) : program, 13);
    m_services->settings.setZoom(zoom);
    m_window = std::make_unique<MainWindow>(*m_services);
    m_window->resize(size);
    m_window->show();
    m_window->activateWindow();
    m_services->engine.start();
}

WindowFixture::~WindowFixture()
{
    m_window.reset();
    m_services.reset();
}

bool WindowFixture::waitForEngine()
{
    const DefaultModel &model = m_services->defaultModel;
    return QTest::qWaitForWindowActive(m_window.get()) &&
           QTest::qWaitFor([&] { return !m_services->devices.devices().isEmpty() && model.isKnown(); },
                           10000);
}

bool WindowFixture::openModel(const QString &path)
{
    m_services->models.open(path);
    return QTest::qWaitFor([&] { return m_services->models.isReady(); }, 20000);
}

} // namespace lathe::desktop
