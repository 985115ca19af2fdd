// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of the main window and the places that list them: menus, the variant's menu, the palette.
#include "app/desktop/window/main_window.h"

#include "app/desktop/pages/chat/chat_page.h"
#include "app/desktop/style/icons.h"
#include "app/desktop/window/command_palette.h"
#include "app/desktop/window/header_bar.h"
#include "app/desktop/window/menu_filter.h"
#include "app/desktop/window/page_host.h"
#include "app/desktop/window/page_rail.h"

#include <QActionGroup>
#include <QLabel>
#include <QMenuBar>
#include <QUndoStack>
#include <algorithm>

namespace lathe::desktop {

constexpr int kMenuModels = 12; ///< of the models folder without a filter; the start page has them all

template <class Slot>
QAction *MainWindow::command(const char *id, const QString &text, const char *iconName, const char *keys,
                             Slot slot)
{
    QAction *action = m_commands.add(id, text, iconName, keys);
    addAction(action);
    connect(action, &QAction::triggered, this, slot);
    return action;
}

void MainWindow::setupCommands()
{
    command("fileOpen", tr("&Open file …"), "open", "Ctrl+O", [this] { openFile(); });
    command("fileOpenFolder", tr("Open &folder …"), "open", "Ctrl+Alt+O", [this] { openFolder(); });
    command("fileClose", tr("&Close model"), "close", "", [this] { m_services.models.close(); });
    command("fileQuit", tr("&Quit"), "", "Ctrl+Q", [this] { close(); });
    command("modelVariant", tr("Change &variant …"), "tree", "Ctrl+M",
            [this] { m_header->openVariantMenu(); });
    command("modelDevice", tr("&Device …"), "chip", "Ctrl+D", [this] { showDevicePicker(); });
    command("modelReopen", tr("&Open with other options …"), "settings", "", [this] {
        if (const CurrentModel *model = m_services.models.current())
            m_services.models.openAsking(model->path);
    });
    command("modelAddAdapter", tr("Add &adapter …"), "adapter", "Ctrl+Alt+A", [this] { chooseAdapter(); });
    command("modelSelftest", tr("Run all &self-tests"), "check", "",
            [this] { m_services.devices.testAll(); });
    command("jobCancel", tr("Cancel the &work"), "stop", "Ctrl+.", [this] {
        m_chat->controller()->stop();
        m_services.models.cancel();
        m_services.defaultModel.cancelGet();
    });
    command("helpPage", tr("&Help of this page"), "info", "F1", [this] { showHelp(); });
    command("helpKeys", tr("List of &keys"), "", "Ctrl+/", [this] { showKeys(); });
    command("helpDiagnostics", tr("&Copy diagnostics"), "copy", "Ctrl+Shift+I",
            [this] { copyDiagnostics(); });
    command("helpAbout", tr("&About Lathe"), "info", "", [this] { showAbout(); });
}

void MainWindow::setupEditCommands()
{
    QUndoStack *stack = m_services.workspace.undoStack();
    QAction *undo = command("editUndo", tr("&Undo"), "undo", "Ctrl+Z", [stack] { stack->undo(); });
    QAction *redo =
        command("editRedo", tr("&Redo"), "redo", "Ctrl+Shift+Z; Ctrl+Y", [stack] { stack->redo(); });
    command("editTrash", tr("&Trash …"), "trash", "", [this] { showTrash(); });
    const auto name = [undo, redo, stack] {
        undo->setEnabled(stack->canUndo());
        redo->setEnabled(stack->canRedo());
        undo->setText(stack->canUndo() ? tr("&Undo “%1”").arg(stack->undoText()) : tr("&Undo"));
        redo->setText(stack->canRedo() ? tr("&Redo “%1”").arg(stack->redoText()) : tr("&Redo"));
    };
    connect(stack, &QUndoStack::indexChanged, undo, name);
    connect(stack, &QUndoStack::cleanChanged, undo, name);
    name();
}

void MainWindow::setupViewCommands()
{
    command("viewSearch", tr("&Search or run a command"), "search", "Ctrl+K",
            [this] { m_header->activateSearch(); });
    command("viewLeft", tr("&Left panel"), "", "Ctrl+B", [this] { currentHost()->toggleLeft(); });
    command("viewRight", tr("&Right panel"), "", "Ctrl+Shift+B", [this] { currentHost()->toggleRight(); });
    command("viewZoomIn", tr("Zoom &in"), "plus", "Ctrl++; Ctrl+=", [this] { zoomBy(10); });
    command("viewZoomOut", tr("Zoom &out"), "", "Ctrl+-", [this] { zoomBy(-10); });
    command("viewZoomReset", tr("Zoom &100 %"), "", "Ctrl+0", [this] { m_services.settings.setZoom(100); });
    command("viewFullScreen", tr("&Full screen"), "", "F11",
            [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
    command("viewNextRegion", tr("&Next region"), "", "F6", [this] { moveRegion(1); });
    command("viewPreviousRegion", tr("&Previous region"), "", "Shift+F6", [this] { moveRegion(-1); });
    const std::pair<const char *, QString> themes[] = {
        {"system", tr("Theme: S&ystem")}, {"light", tr("Theme: &Light")}, {"dark", tr("Theme: &Dark")}};
    auto *group = new QActionGroup(this);
    for (const auto &[theme, text] : themes) {
        const QByteArray id = QByteArray("viewTheme") + theme;
        QAction *action =
            command(id, text, "", "", [this, name = QString(theme)] { m_services.settings.setTheme(name); });
        action->setCheckable(true);
        action->setChecked(m_services.settings.theme() == theme);
        group->addAction(action);
        connect(&m_services.settings, &Settings::themeChanged, action, [this, action, name = QString(theme)] {
            action->setChecked(m_services.settings.theme() == name);
        });
    }
}

void MainWindow::setupRail()
{
    struct Entry {
        const char *id, *page, *icon, *keys;
        QString text;
        bool bottom;
    };
    const Entry entries[] = {{"pageRailChat", "chat", "chat", "Ctrl+1", tr("Chat"), false},
                             {"pageRailSettings", "settings", "settings", "Ctrl+,", tr("Settings"), true}};
    m_rail = new PageRail(this);
    for (const Entry &entry : entries) {
        QAction *action = command(entry.id, entry.text, entry.icon, entry.keys,
                                  [this, page = QString(entry.page)] { showPage(page); });
        action->setData(QString(entry.icon));
        m_rail->addPage(action, entry.bottom);
    }
    addToolBar(layoutDirection() == Qt::RightToLeft ? Qt::RightToolBarArea : Qt::LeftToolBarArea, m_rail);
}

void MainWindow::setupMenus()
{
    const auto fill = [this](QMenu *menu, std::initializer_list<const char *> ids) {
        for (const char *id : ids) {
            if (*id)
                menu->addAction(m_commands.find(id));
            else
                menu->addSeparator();
        }
    };
    QMenu *file = menuBar()->addMenu(tr("&File"));
    fill(file, {"chatNewCommand", "", "fileOpen", "fileOpenFolder"});
    QMenu *recent = file->addMenu(tr("Open &recent"));
    connect(recent, &QMenu::aboutToShow, this, [this, recent] { fillRecentMenu(recent); });
    fill(file, {"fileClose", "", "chatExportCommand", "", "fileQuit"});
    fill(menuBar()->addMenu(tr("&Edit")),
         {"editUndo", "editRedo", "", "chatCopyCommand", "chatEditCommand", "chatRegenerateCommand", "",
          "chatVersionPrevCommand", "chatVersionNextCommand", "", "chatFindCommand", "chatSearchCommand", "",
          "editTrash"});
    fill(menuBar()->addMenu(tr("&View")), {"viewSearch",
                                           "",
                                           "pageRailChat",
                                           "pageRailSettings",
                                           "",
                                           "viewLeft",
                                           "viewRight",
                                           "chatRawCommand",
                                           "chatProbabilitiesCommand",
                                           "",
                                           "viewZoomIn",
                                           "viewZoomOut",
                                           "viewZoomReset",
                                           "",
                                           "viewThemesystem",
                                           "viewThemelight",
                                           "viewThemedark",
                                           "",
                                           "viewFullScreen",
                                           "viewNextRegion",
                                           "viewPreviousRegion"});
    fill(menuBar()->addMenu(tr("&Model")),
         {"fileOpen", "fileOpenFolder", "modelVariant", "modelReopen", "", "modelAddAdapter", "",
          "modelDevice", "modelSelftest", "", "jobCancel"});
    fill(menuBar()->addMenu(tr("&Help")), {"helpPage", "helpKeys", "", "helpDiagnostics", "", "helpAbout"});
}

QList<FolderModel> MainWindow::otherModels() const
{
    QList<FolderModel> models = m_services.modelsFolder.models();
    const QList<RecentModel> recent = m_services.settings.recent();
    models.removeIf([&](const FolderModel &model) {
        return std::ranges::any_of(recent,
                                   [&](const RecentModel &other) { return other.path == model.path; });
    });
    return models;
}

void MainWindow::setupVariantMenu()
{
    QMenu *menu = m_header->variantMenu();
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        menu->clear();
        const QList<FolderModel> others = otherModels();
        if (others.size() + m_services.settings.recent().size() > 1)
            addMenuFilter(menu, "headerVariantFilter", tr("Filter models"));
        if (const CurrentModel *model = m_services.models.current()) {
            QAction *here = menu->addAction(icon("check", Tone::Good), model->title());
            here->setEnabled(false);
            menu->addSeparator();
        }
        fillRecentMenu(menu);
        if (!others.isEmpty())
            menu->addSection(tr("Models on this machine"));
        for (qsizetype i = 0; i < others.size(); ++i) {
            menu->addAction(others[i].name, this,
                            [this, path = others[i].path] { m_services.models.open(path); })
                ->setToolTip(others[i].path);
            markFiltered(menu, i < kMenuModels);
        }
        menu->addSeparator();
        for (const char *id : {"fileOpen", "fileOpenFolder", "modelReopen"})
            menu->addAction(m_commands.find(id));
    });
}

void MainWindow::setupPalette()
{
    m_palette = new CommandPalette(m_header->searchEdit());
    m_palette->addSource([this] {
        QList<PaletteEntry> entries;
        for (QAction *action : m_commands.all()) {
            if (action->isEnabled() && action->objectName() != "viewSearch")
                entries.append({commandName(action), tr("Command"), commandKeys(action), "right",
                                [action] { action->trigger(); }});
        }
        return entries;
    });
    m_palette->addSource([this] {
        QList<PaletteEntry> entries;
        for (const Chat *chat : m_services.workspace.chats()) {
            if (chat->trashed == 0 && !chat->title.isEmpty())
                entries.append({chat->title, tr("Chat"), {}, "chat", [this, id = chat->id] {
                                    showPage("chat");
                                    m_chat->controller()->openChat(id);
                                }});
        }
        return entries;
    });
    m_palette->setFallback([this](const QString &text) { searchChats(text); });
    m_palette->addSource([this] {
        QList<PaletteEntry> entries;
        for (const RecentModel &model : m_services.settings.recent())
            entries.append({model.name, tr("Model"), {}, "tree", [this, path = model.path] {
                                m_services.models.open(path);
                            }});
        for (const FolderModel &model : otherModels())
            entries.append({model.name, tr("Model"), {}, "tree", [this, path = model.path] {
                                m_services.models.open(path);
                            }});
        return entries;
    });
    m_palette->addSource([this] {
        QList<PaletteEntry> entries;
        for (QLabel *label : m_settingsHost->findChildren<QLabel *>()) {
            QWidget *field = label->buddy();
            if (!field)
                continue;
            entries.append({label->text(), tr("Setting"), {}, "settings", [this, field] {
                                showPage("settings");
                                field->setFocus(Qt::ShortcutFocusReason);
                            }});
        }
        return entries;
    });
}

} // namespace lathe::desktop
