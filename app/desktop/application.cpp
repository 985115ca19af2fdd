// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/application.h"

#include "app/desktop/pages/chat/chat_page.h"
#include "app/desktop/style/icons.h"
#include "app/desktop/window/main_window.h"
#include "app/desktop/window/screenshot.h"
#include "app/desktop/window/services.h"

#include <QCommandLineParser>
#include <QDir>
#include <QLibraryInfo>
#include <QLocale>

namespace lathe::desktop {

/// Body text of pictures: what docs and tests compare does not depend on the machine's font size.
constexpr int kPictureTextPixels = 13;

Application::Application(int &argc, char **argv) : QApplication(argc, argv)
{
    setApplicationName(QStringLiteral("lathe"));
    setApplicationDisplayName(QStringLiteral("Lathe"));
    setApplicationVersion(QStringLiteral(LATHE_VERSION));
    setDesktopFileName(QStringLiteral("lathe"));
    setWindowIcon(applicationIcon());
}

Application::~Application()
{
    // The window looks at the services until it is gone.
    m_window.reset();
    m_services.reset();
}

static void addOptions(QCommandLineParser &parser)
{
    parser.setApplicationDescription(Application::tr("A workbench for language models."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument("model", Application::tr("A model to open."), "[model]");
    parser.addOptions(
        {{"model", Application::tr("A model to open."), "path"},
         {"engine", Application::tr("The engine to start in place of lathe beside this program."), "program"},
         {"screenshot", Application::tr("Write a picture of the window to a PNG file, and end."), "file"},
         {"adapter", Application::tr("With --screenshot: an adapter to add first."), "path"},
         {"prompt", Application::tr("With --screenshot: a message to have answered first."), "text"},
         {"theme", Application::tr("system, light or dark, for this run."), "theme"},
         {"page", Application::tr("With --screenshot: chat or settings."), "page", "chat"},
         {"size", Application::tr("With --screenshot: WIDTHxHEIGHT."), "size", "1280x800"}});
}

int Application::run()
{
    QCommandLineParser parser;
    addOptions(parser);
    parser.process(*this);
    const bool picture = parser.isSet("screenshot");
    m_services = std::make_unique<Services>(parser.value("engine"), picture ? kPictureTextPixels : 0);
    if (parser.isSet("theme"))
        m_services->overrideTheme(parser.value("theme"));
    applyLanguage();
    openWindow();
    connect(&m_services->settings, &Settings::languageChanged, this, [this] {
        applyLanguage();
        rebuildWindow();
    });
    connect(&m_services->settings, &Settings::zoomChanged, this, &Application::rebuildWindow);
    m_services->engine.start();
    QString model = parser.value("model");
    if (model.isEmpty())
        model = parser.positionalArguments().value(0);
    if (picture)
        return takePicture(parser);
    if (!model.isEmpty())
        m_window->open(QDir::current().absoluteFilePath(model));
    return exec();
}

void Application::openWindow()
{
    // The old window goes after the new one is there: without any window the program would end.
    const std::unique_ptr<MainWindow> old = std::move(m_window);
    if (old)
        old->saveLayout();
    m_window = std::make_unique<MainWindow>(*m_services);
    if (old)
        m_window->showPage(old->currentPage());
    m_window->show();
}

void Application::rebuildWindow()
{
    if (m_rebuildDue)
        return;
    m_rebuildDue = true;
    const auto rebuild = [this] {
        m_rebuildDue = false;
        openWindow();
    };
    // Not under the hands of the widget that asked for it, and not while an answer is being written.
    ChatController *chat = m_window->chatPage()->controller();
    if (!chat->isBusy())
        QMetaObject::invokeMethod(this, rebuild, Qt::QueuedConnection);
    else
        connect(chat, &ChatController::answerFinished, this, rebuild,
                Qt::ConnectionType(Qt::QueuedConnection | Qt::SingleShotConnection));
}

void Application::applyLanguage()
{
    const QString language = m_services->settings.language();
    const QLocale locale = language == "system" ? QLocale::system() : QLocale(language);
    QLocale::setDefault(locale);
    removeTranslator(&m_translator);
    removeTranslator(&m_qtTranslator);
    if (m_qtTranslator.load(locale, "qtbase", "_", QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        installTranslator(&m_qtTranslator);
    if (m_translator.load(locale, "lathe", "_", ":/i18n"))
        installTranslator(&m_translator);
}

int Application::takePicture(const QCommandLineParser &parser)
{
    const QStringList size = parser.value("size").split('x');
    m_window->resize(size.value(0).toInt(), size.value(1).toInt());
    const QString model = parser.value("model");
    new Screenshot(m_window.get(), *m_services,
                   {parser.value("screenshot"),
                    model.isEmpty() ? model : QDir::current().absoluteFilePath(model),
                    parser.values("adapter"), parser.value("prompt"), parser.value("page")});
    return exec();
}

} // namespace lathe::desktop
