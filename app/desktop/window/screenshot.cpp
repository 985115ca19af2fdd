// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/window/screenshot.h"

#include "app/desktop/pages/chat/chat_page.h"
#include "app/desktop/pages/chat/composer.h"
#include "app/desktop/window/file_opener.h"
#include "app/desktop/window/main_window.h"
#include "app/desktop/window/services.h"

#include <QApplication>
#include <QDir>
#include <QPainter>
#include <QTimer>
#include <cstdio>

namespace lathe::desktop {

/// A wrapping label asks its parents for another height, and those theirs: as many turns as they are deep.
constexpr int kLayoutTurns = 10;

Screenshot::Screenshot(MainWindow *window, Services &services, ScreenshotRequest request)
    : QObject(window), m_window(window), m_services(services), m_request(std::move(request))
{
    const auto look = [this] { this->look(); };
    connect(&services.engine, &EngineClient::stateChanged, this, look);
    connect(&services.devices, &DeviceList::changed, this, look);
    connect(&services.defaultModel, &DefaultModel::changed, this, look);
    connect(&services.fits, &FitIndex::changed, this, look);
    connect(&services.models, &ModelController::stateChanged, this, look);
    ChatController *chat = window->chatPage()->controller();
    connect(chat, &ChatController::phaseChanged, this, look);
    connect(&services.workspace, &Workspace::chatSettingsChanged, this, look);
    connect(window->findChild<FileOpener *>(), &FileOpener::banner, this, [this] {
        m_failed = true; // an adapter that does not fit
        this->look();
    });
    connect(chat, &ChatController::answerFinished, this, [this] {
        m_step = Step::Done;
        this->look();
    });
}

bool Screenshot::engineHasAnswered() const
{
    const DefaultModel &model = m_services.defaultModel;
    return !m_services.devices.devices().isEmpty() && model.isKnown() &&
           (!model.isPresent() || model.inspection()) && m_services.fits.isIdle();
}

qsizetype Screenshot::adaptersAdded() const
{
    const Chat *chat = m_window->chatPage()->controller()->chat();
    return chat ? chat->settings.adapters.size() : 0;
}

void Screenshot::look()
{
    if (m_services.engine.state() == EngineClient::State::Dead)
        m_failed = true;
    else if (m_step == Step::Engine && engineHasAnswered()) {
        m_window->showPage(m_request.page);
        m_step = m_request.model.isEmpty() ? Step::Done : Step::Model;
        if (m_step == Step::Model)
            m_services.models.open(m_request.model);
    } else if (m_step == Step::Model) {
        const ModelController::State state = m_services.models.state();
        if (state == ModelController::State::Empty)
            m_failed = true;
        if (state == ModelController::State::Asking)
            m_step = Step::Done;
        else if (state == ModelController::State::Ready) {
            m_step = Step::Adapters;
        }
    }
    if (m_step == Step::Adapters) {
        const qsizetype added = adaptersAdded();
        if (added >= m_request.adapters.size())
            m_step = m_request.prompt.isEmpty() ? Step::Done : Step::Prompt;
        else if (m_adaptersAsked == added) // one after the other, so that they stand in this order
            m_window->addAdapter(QDir::current().absoluteFilePath(m_request.adapters[m_adaptersAsked++]));
    }
    ChatController *chat = m_window->chatPage()->controller();
    if (m_step == Step::Prompt && chat->canSend()) {
        m_step = Step::Answer;
        m_window->chatPage()->composer()->setText(m_request.prompt);
        m_window->chatPage()->composer()->send();
    }
    if (m_failed)
        m_step = Step::Done;
    if (m_step == Step::Done) {
        m_services.engine.disconnect(this);
        m_services.devices.disconnect(this);
        m_services.defaultModel.disconnect(this);
        m_services.fits.disconnect(this);
        m_services.models.disconnect(this);
        m_services.workspace.disconnect(this);
        chat->disconnect(this);
        settle(kLayoutTurns);
    }
}

void Screenshot::settle(int turns)
{
    QTimer::singleShot(0, this, [this, turns] {
        if (turns > 0)
            settle(turns - 1);
        else
            finish();
    });
}

void Screenshot::finish()
{
    QWidget *shown = QApplication::activeModalWidget();
    QPixmap picture = m_window->grab();
    if (shown) {
        QPainter painter(&picture);
        painter.fillRect(picture.rect(), QColor(0, 0, 0, 100));
        const QSize size = shown->size();
        painter.drawPixmap((m_window->width() - size.width()) / 2, (m_window->height() - size.height()) / 2,
                           shown->grab());
    }
    if (!picture.save(m_request.file)) {
        std::fprintf(stderr, "lathe-desktop: %s: cannot be written; choose another file\n",
                     qPrintable(m_request.file));
        m_failed = true;
    }
    QApplication::exit(m_failed ? 1 : 0);
}

} // namespace lathe::desktop
