// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of the main window and how they are put together; what they do is in main_window.cpp.
#include "app/desktop/window/main_window.h"

#include "app/desktop/pages/chat/chat_page.h"
#include "app/desktop/pages/start/start_page.h"
#include "app/desktop/settings/settings_page.h"
#include "app/desktop/window/banner_stack.h"
#include "app/desktop/window/file_opener.h"
#include "app/desktop/window/header_bar.h"
#include "app/desktop/window/page_host.h"
#include "app/desktop/window/page_rail.h"
#include "app/desktop/window/status_line.h"

#include <QApplication>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace lathe::desktop {

MainWindow::MainWindow(Services &services) : m_services(services), m_commands(&services.settings)
{
    setObjectName("mainWindow");
    setWindowTitle(QApplication::applicationDisplayName());
    setAcceptDrops(true);
    setMinimumSize(1024, 640);
    resize(1280, 800);
    m_opener = new FileOpener(&services.engine, &services.models, this);
    auto *center = new QWidget(this);
    auto *column = new QVBoxLayout(center);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    setupCommands();
    setupEditCommands();
    setupViewCommands();
    setupHeader(column);
    setupPages(column);
    setCentralWidget(center);
    setupRail();
    setupStatus();
    setupMenus();
    setupVariantMenu();
    setupPalette();
    m_drop = new DropOverlay(this);
    connectServices();
    restoreGeometry(m_services.settings.layout("window"));
    showPage("chat");
}

void MainWindow::setupHeader(QVBoxLayout *column)
{
    m_header =
        new HeaderBar(&m_services.engine, &m_services.devices, &m_services.models, &m_services.settings);
    m_banners = new BannerStack;
    column->addWidget(m_header);
    column->addWidget(m_banners);
    connect(m_header, &HeaderBar::deviceClicked, this, &MainWindow::showDevicePicker);
    connect(m_header, &HeaderBar::hashCopied, this,
            [this](const QString &hash) { m_status->showMessage(tr("Copied %1").arg(hash), 3000); });
}

void MainWindow::setupPages(QVBoxLayout *column)
{
    m_start = new StartPage;
    m_start->setSources({&m_services.defaultModel, &m_services.devices, &m_services.modelsFolder,
                         &m_services.fits, &m_services.settings});
    m_chat =
        new ChatPage(&m_services.engine, &m_services.models, &m_services.workspace, &m_services.settings);
    m_chat->addCommands(&m_commands);
    for (QAction *action : m_commands.all()) {
        if (!actions().contains(action))
            addAction(action);
    }
    m_chatStack = new QStackedWidget;
    m_chatStack->addWidget(m_start);
    m_chatStack->addWidget(m_chat);
    m_chatHost =
        new PageHost("chat", m_chatStack, m_chat->leftPanel(), m_chat->rightPanel(), &m_services.settings);
    auto *settings = new SettingsPage(&m_services.settings, &m_services.devices, &m_commands);
    m_settingsHost = new PageHost("settings", settings, nullptr, nullptr, &m_services.settings);
    m_pages = new QStackedWidget;
    m_pages->addWidget(m_chatHost);
    m_pages->addWidget(m_settingsHost);
    column->addWidget(m_pages, 1);
    connect(m_start, &StartPage::openFileRequested, this, &MainWindow::openFile);
    connect(m_start, &StartPage::openFolderRequested, this, &MainWindow::openFolder);
    connect(m_start, &StartPage::openModelRequested, this, &MainWindow::open);
    connect(m_start, &StartPage::getDefaultRequested, &m_services.defaultModel, &DefaultModel::get);
    connect(m_start, &StartPage::cancelGetRequested, &m_services.defaultModel, &DefaultModel::cancelGet);
}

void MainWindow::setupStatus()
{
    m_status = new StatusLine(this);
    setStatusBar(m_status);
    m_status->setEngine(m_services.engine.state());
    connect(m_status, &StatusLine::cancelJob, m_commands.find("jobCancel"), &QAction::trigger);
    connect(m_status, &StatusLine::leftPanelClicked, m_commands.find("viewLeft"), &QAction::trigger);
    connect(m_status, &StatusLine::rightPanelClicked, m_commands.find("viewRight"), &QAction::trigger);
    for (const PageHost *host : {m_chatHost, m_settingsHost})
        connect(host, &PageHost::panelsChanged, this, &MainWindow::updatePanelButtons);
    connect(m_pages, &QStackedWidget::currentChanged, this, &MainWindow::updatePanelButtons);
}

void MainWindow::connectServices()
{
    connect(&m_services.engine, &EngineClient::stateChanged, m_status, &StatusLine::setEngine);
    connect(&m_services.engine, &EngineClient::died, this, &MainWindow::engineDied);
    connect(&m_services.defaultModel, &DefaultModel::progress, this,
            [this](const QString &stage, double fraction) { m_status->setJob(stage, fraction); });
    connect(&m_services.defaultModel, &DefaultModel::changed, this, &MainWindow::updateJob);
    connect(&m_services.defaultModel, &DefaultModel::got, &m_services.models, &ModelController::open);
    connect(&m_services.defaultModel, &DefaultModel::getFailed, this, [this](const EngineError &error) {
        if (!error.cancelled())
            post(errorMessage("get", tr("The default model could not be fetched"), error));
    });
    connect(&m_services.devices, &DeviceList::testFailed, this, [this](const EngineError &error) {
        if (!error.cancelled() && !error.engineDied())
            post(errorMessage("selftest", tr("The self-test could not be run"), error));
    });
    connectModels();
    connectChat();
}

void MainWindow::connectModels()
{
    ModelController &models = m_services.models;
    connect(&models, &ModelController::banner, this, &MainWindow::post);
    connect(&models, &ModelController::askOpen, this, &MainWindow::showOpenDialog);
    connect(&models, &ModelController::stateChanged, this, &MainWindow::updateJob);
    connect(&models, &ModelController::stateChanged, this, &MainWindow::updateStart);
    connect(&models, &ModelController::currentModelChanged, this, &MainWindow::updateStart);
    connect(&models, &ModelController::stateChanged, this, [this](ModelController::State state) {
        if (state == ModelController::State::Loading)
            m_banners->withdraw("open");
    });
    connect(&models, &ModelController::loadingProgress, this, [this](const QString &stage, double fraction) {
        m_status->setJob(stage + QStringLiteral(" · ") + m_services.models.pendingName(), fraction);
    });
    updateStart();
}

void MainWindow::connectChat()
{
    ChatController *chat = m_chat->controller();
    connect(m_chat, &ChatPage::banner, this, &MainWindow::post);
    connect(m_chat, &ChatPage::addAdapterRequested, this, &MainWindow::chooseAdapter);
    connect(m_opener, &FileOpener::banner, this, &MainWindow::post);
    connect(m_opener, &FileOpener::adapterAccepted, this, [this](const QString &path, const QString &name) {
        m_banners->withdraw("adapter");
        showPage("chat");
        m_chat->controller()->addAdapter(path, name);
        m_status->showMessage(tr("%1 acts on the next answer").arg(name), 3000);
    });
    connect(chat, &ChatController::phaseChanged, this, &MainWindow::updateJob);
    connect(chat, &ChatController::readingProgress, this, &MainWindow::updateJob);
    m_jobTimer.setInterval(500);
    connect(&m_jobTimer, &QTimer::timeout, this, &MainWindow::updateJob);
    if (!m_services.workspace.isOpen())
        m_services.workspace.open();
}

} // namespace lathe::desktop
