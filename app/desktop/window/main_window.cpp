// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/window/main_window.h"

#include "app/desktop/pages/chat/chat_page.h"
#include "app/desktop/pages/start/start_page.h"
#include "app/desktop/style/icons.h"
#include "app/desktop/style/numbers.h"
#include "app/desktop/window/banner_stack.h"
#include "app/desktop/window/diagnostics.h"
#include "app/desktop/window/file_opener.h"
#include "app/desktop/window/header_bar.h"
#include "app/desktop/window/menu_filter.h"
#include "app/desktop/window/page_host.h"
#include "app/desktop/window/page_rail.h"
#include "app/desktop/window/region_walk.h"
#include "app/desktop/window/selftest_text.h"
#include "app/desktop/window/status_line.h"

#include <QApplication>
#include <QClipboard>
#include <QFileInfo>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QStackedWidget>

namespace lathe::desktop {

MainWindow::~MainWindow() = default;

PageHost *MainWindow::currentHost() const
{
    return static_cast<PageHost *>(m_pages->currentWidget());
}

void MainWindow::open(const QString &path)
{
    m_opener->open(path);
}

void MainWindow::addAdapter(const QString &path)
{
    m_opener->addAdapter(path);
}

void MainWindow::showPage(const QString &id)
{
    const bool settings = id == "settings";
    m_pages->setCurrentWidget(settings ? m_settingsHost : m_chatHost);
    m_commands.find(settings ? "pageRailSettings" : "pageRailChat")->setChecked(true);
}

QString MainWindow::currentPage() const
{
    return m_pages->currentWidget() == m_settingsHost ? "settings" : "chat";
}

void MainWindow::fillRecentMenu(QMenu *menu)
{
    if (menu != m_header->variantMenu())
        menu->clear();
    const CurrentModel *open = m_services.models.current();
    for (const RecentModel &model : m_services.settings.recent()) {
        if (open && open->path == model.path)
            continue;
        QAction *action = menu->addAction(model.name + QStringLiteral(" · ") + numbers::bytes(model.bytes));
        action->setToolTip(model.path);
        connect(action, &QAction::triggered, this,
                [this, path = model.path] { m_services.models.open(path); });
        markFiltered(menu);
    }
    if (menu->isEmpty())
        menu->addAction(tr("Nothing opened yet"))->setEnabled(false);
}

void MainWindow::useDevice(const QString &id)
{
    m_services.settings.setDevice(id);
    if (m_services.engine.state() == EngineClient::State::Dead) {
        m_services.engine.start(); // the model is loaded with the new device once the engine is ready
        return;
    }
    const CurrentModel *model = m_services.models.current();
    const Device *device = m_services.devices.find(id);
    if (model && device && device->id != model->deviceId)
        m_services.models.reopen({id, model->context, model->kv});
}

/// The last answer of the shown chat was cut off, because the engine that wrote it is gone.
static bool wasCutOff(const ChatController *chat)
{
    const Chat *shown = chat->chat();
    const ChatMessage *answer = shown ? shown->find(chat->lastAnswer()) : nullptr;
    return answer && answer->answer.finish == Finish::CutOff;
}

void MainWindow::engineDied(const EngineDeath &death)
{
    const bool answering = wasCutOff(m_chat->controller());
    Message message;
    message.id = "engine";
    message.tone = Tone::Bad;
    message.title = answering ? tr("The engine stopped while answering") : tr("The engine stopped");
    message.text = death.reason.isEmpty() ? QString() : tr("Reason: %1.").arg(death.reason) + ' ';
    message.text += death.willRestart
                        ? tr("What was written is kept. A new engine is starting.")
                        : tr("It stopped three times in five minutes and is not started again by itself.");
    if (answering && death.willRestart)
        message.actions.append({tr("Regenerate"), "again", [this] { regenerateWhenReady(); }});
    message.actions.append({tr("Use CPU"), "chip", [this] { useDevice("cpu"); }});
    post(message);
}

void MainWindow::regenerateWhenReady()
{
    showPage("chat");
    ChatController *chat = m_chat->controller();
    if (chat->canSend()) {
        chat->regenerate(chat->lastAnswer());
        return;
    }
    // The weights are still being loaded by the new engine.
    auto *once = new QObject(this);
    connect(chat, &ChatController::phaseChanged, once, [chat, once](ChatController::Phase phase) {
        if (phase != ChatController::Phase::Idle)
            return;
        once->deleteLater();
        chat->regenerate(chat->lastAnswer());
    });
}

void MainWindow::updateJob()
{
    using State = ModelController::State;
    using Phase = ChatController::Phase;
    const State state = m_services.models.state();
    const ChatController *chat = m_chat->controller();
    const Phase phase = chat->phase();
    if (phase == Phase::Writing)
        m_jobTimer.start();
    else
        m_jobTimer.stop();
    if (state == State::Inspecting)
        m_status->setJob(tr("Reading %1").arg(m_services.models.pendingName()));
    else if (state == State::Loading)
        m_status->setJob(tr("Loading %1").arg(m_services.models.pendingName()));
    else if (m_services.defaultModel.isGetting())
        m_status->setJob(tr("Getting %1").arg(m_services.defaultModel.name()));
    else if (phase == Phase::Reading)
        m_status->setJob(tr("Reading the prompt"), chat->readingShare());
    else if (phase == Phase::Writing)
        m_status->setText(tr("Writing · %1").arg(numbers::rate(chat->tokensPerSecond())));
    else
        m_status->setJob({});
}

void MainWindow::updateStart()
{
    using State = ModelController::State;
    const bool start = !m_services.models.current() && m_services.models.state() != State::Loading;
    m_chatStack->setCurrentWidget(start ? static_cast<QWidget *>(m_start) : m_chat);
    m_chatHost->setPanelsWanted(!start, !start);
    m_commands.find("fileClose")->setEnabled(m_services.models.current());
    m_commands.find("modelReopen")->setEnabled(m_services.models.current());
    m_commands.find("modelAddAdapter")->setEnabled(m_services.models.isReady());
    updateNote();
}

void MainWindow::updateNote()
{
    const CurrentModel *model = m_services.models.current();
    const Device *device = model ? m_services.devices.find(model->deviceId) : nullptr;
    m_status->setNote(model ? tr("%1 tokens of context · %2 cache · %3")
                                  .arg(numbers::count(model->context), model->kv,
                                       device ? shortName(*device) : model->deviceName)
                            : QString());
}

void MainWindow::updatePanelButtons()
{
    const PageHost *host = currentHost();
    m_status->setPanels(host->hasPanels(), host->isLeftShown(), host->isRightShown());
}

void MainWindow::searchChats(const QString &text)
{
    showPage("chat");
    m_commands.find("chatSearchCommand")->trigger();
    if (auto *field = m_chat->leftPanel()->findChild<QLineEdit *>("chatSearch"))
        field->setText(text);
}

void MainWindow::post(Message message)
{
    constexpr int kMostActions = 3; // of a banner
    if (message.tone == Tone::Bad && message.actions.size() < kMostActions)
        message.actions.append({tr("Copy diagnostics"), "copy", [this] { copyDiagnostics(); }});
    m_banners->post(message);
}

void MainWindow::copyDiagnostics()
{
    collectDiagnostics(&m_services.engine, this, [this](const QString &text) {
        QApplication::clipboard()->setText(text);
        m_status->showMessage(tr("Diagnostics copied"), 3000);
    });
}

void MainWindow::zoomBy(int percent)
{
    const int zoom = std::clamp(m_services.settings.zoom() + percent, Theme::kMinZoom, Theme::kMaxZoom);
    m_services.settings.setZoom(zoom);
}

void MainWindow::moveRegion(int direction)
{
    const PageHost *host = currentHost();
    focusRegion({m_rail, m_header, host->leftPanel(), host->page(), host->rightPanel(), m_status}, direction);
}

void MainWindow::saveLayout()
{
    m_chatHost->saveLayout();
    m_services.settings.setLayout("window", saveGeometry());
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    saveLayout();
    QMainWindow::closeEvent(event);
}

void MainWindow::keyPressEvent(QKeyEvent *event)
{
    // Esc arrives here only if nothing under way took it.
    if (event->key() == Qt::Key_Escape && !m_banners->isEmpty())
        m_banners->closeFront();
    else
        QMainWindow::keyPressEvent(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    const DropVerdict verdict = judgeDrop(event->mimeData());
    if (verdict.kind == DropVerdict::Kind::Unknown)
        return;
    m_drop->announce(verdict);
    event->acceptProposedAction();
    // The name of a GGUF file does not say what is in it.
    m_opener->identify(verdict.path, m_drop, [this, verdict](bool adapter, const QString &whole) {
        if (adapter && m_drop->isVisible())
            m_drop->announce(adapterVerdict(whole));
    });
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent *)
{
    m_drop->hide();
}

void MainWindow::dropEvent(QDropEvent *event)
{
    m_drop->hide();
    const DropVerdict verdict = judgeDrop(event->mimeData());
    if (verdict.kind == DropVerdict::Kind::Model || verdict.kind == DropVerdict::Kind::Adapter) {
        open(verdict.path);
    } else if (verdict.kind == DropVerdict::Kind::Refused) {
        m_banners->post(
            {"drop",
             Tone::Bad,
             tr("%1 is not read").arg(QFileInfo(verdict.path).fileName()),
             tr("Pickle files can run code. Use a GGUF file or model.safetensors of the same model."),
             {}});
    }
}

} // namespace lathe::desktop
