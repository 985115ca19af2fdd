// SPDX-License-Identifier: GPL-3.0-or-later
// The Chat page's commands and their keys.
#include "app/desktop/pages/chat/chat_list.h"
#include "app/desktop/pages/chat/chat_page.h"
#include "app/desktop/pages/chat/composer.h"
#include "app/desktop/pages/chat/transcript.h"
#include "app/desktop/window/commands.h"

#include <QCheckBox>

#include <utility>

namespace lathe::desktop {

void ChatPage::addCommands(Commands *commands)
{
    const auto add = [&](const char *id, const QString &text, const char *icon, const char *keys, auto run) {
        QAction *action = commands->add(QLatin1String(id), text, QLatin1String(icon), QLatin1String(keys));
        connect(action, &QAction::triggered, this, run);
        m_commands.append(action);
        return action;
    };
    const auto toggle = [this](const char *name) {
        if (auto *box = rightPanel()->findChild<QCheckBox *>(QLatin1String(name)))
            box->toggle();
    };
    add("chatNewCommand", tr("New &chat"), "plus", "Ctrl+N; Ctrl+Shift+O", [this] {
        m_controller->newChat();
        m_composer->input()->setFocus();
    });
    add("chatSearchCommand", tr("Search &all chats"), "search", "Ctrl+Shift+F",
        [this] { m_list->focusSearch(); });
    add("chatFindCommand", tr("&Find in conversation"), "search", "Ctrl+F", [this] { openFind(); });
    add("chatExportCommand", tr("&Export chat …"), "export", "Ctrl+E", [this] { m_list->showExportMenu(); });
    add("chatCopyCommand", tr("Copy last &answer"), "copy", "Ctrl+Shift+C", [this] { copyLast(); });
    add("chatRegenerateCommand", tr("&Regenerate"), "again", "Ctrl+Return; Ctrl+Enter",
        [this] { regenerateLast(); });
    add("chatEditCommand", tr("Edit last &message"), "edit", "Ctrl+Up", [this] { editLast(); });
    add("chatVersionPrevCommand", tr("&Previous version"), "left", "Alt+Left", [this] { stepLast(-1); });
    add("chatVersionNextCommand", tr("&Next version"), "right", "Alt+Right", [this] { stepLast(1); });
    add("chatRawCommand", tr("Show the raw &prompt"), "", "Ctrl+Shift+R", [toggle] { toggle("chatRaw"); });
    add("chatProbabilitiesCommand", tr("Show &token probabilities"), "", "Ctrl+Shift+P",
        [toggle] { toggle("chatProbabilities"); });
    m_stopCommand = add("chatStopCommand", tr("&Stop"), "stop", "Esc", [this] { m_controller->stop(); });
    connect(m_controller, &ChatController::phaseChanged, this, &ChatPage::enableCommands);
    enableCommands();
}

/// The page's keys act while it is on screen; Esc stops only what runs, else it closes popovers and banners.
void ChatPage::enableCommands()
{
    for (const QPointer<QAction> &action : std::as_const(m_commands))
        if (action)
            action->setEnabled(isVisible());
    if (m_stopCommand)
        m_stopCommand->setEnabled(isVisible() && m_controller->isBusy());
}

void ChatPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    enableCommands();
}

void ChatPage::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    enableCommands();
}

void ChatPage::copyLast()
{
    if (const qint64 answer = m_controller->lastAnswer())
        copyMessage(answer);
}

void ChatPage::regenerateLast()
{
    if (const qint64 answer = m_controller->lastAnswer())
        m_controller->regenerate(answer);
}

void ChatPage::editLast()
{
    const QList<MessageCard *> &cards = m_transcript->cards();
    for (auto it = cards.rbegin(); it != cards.rend(); ++it) {
        if ((*it)->role() != Role::User)
            continue;
        m_transcript->ensureWidgetVisible(*it);
        (*it)->startEditing();
        return;
    }
}

void ChatPage::stepLast(int by)
{
    const Chat *chat = m_controller->chat();
    if (!chat)
        return;
    // The last message that has versions.
    const QList<qint64> path = chat->path();
    for (auto it = path.rbegin(); it != path.rend(); ++it) {
        if (chat->versions(*it).size() < 2)
            continue;
        m_controller->stepVersion(*it, by);
        return;
    }
}

} // namespace lathe::desktop
