// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/window/commands.h"
#include "app/desktop/window/drop_overlay.h"
#include "app/desktop/window/services.h"

#include <QMainWindow>
#include <QTimer>

class QMenu;
class QVBoxLayout;
class QStackedWidget;

namespace lathe::desktop {

class BannerStack;
class ChatPage;
class CommandPalette;
class FileOpener;
class HeaderBar;
class PageHost;
class PageRail;
class StartPage;
class StatusLine;

/// The window: menus, rail, header, banners, pages and status line, and what connects them. What things do is
/// not here but in the services and the pages.
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    explicit MainWindow(Services &services);
    ~MainWindow() override;

    Commands *commands() { return &m_commands; }
    BannerStack *banners() { return m_banners; }
    ChatPage *chatPage() { return m_chat; }
    /// Shows a page by its id: "chat", "settings".
    void showPage(const QString &id);
    QString currentPage() const;
    /// Keeps size, place and panels for the next window.
    void saveLayout();
    /// Opens a model or adds an adapter, whichever it is.
    void open(const QString &path);
    void openFile();
    void openFolder();
    void addAdapter(const QString &path);
    void chooseAdapter();
    void useDevice(const QString &id);
    void showDevicePicker();

protected:
    void closeEvent(QCloseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragLeaveEvent(QDragLeaveEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    // main_window_commands.cpp
    void setupCommands();
    void setupViewCommands();
    void setupEditCommands();
    void setupRail();
    void setupMenus();
    void setupVariantMenu();
    void setupPalette();
    // main_window_setup.cpp
    void setupHeader(QVBoxLayout *column);
    void setupPages(QVBoxLayout *column);
    void setupStatus();
    void connectServices();
    void connectModels();
    void connectChat();
    template <class Slot>
    QAction *command(const char *id, const QString &text, const char *iconName, const char *keys, Slot slot);

    void fillRecentMenu(QMenu *menu);
    /// Those of the models folder that are not in the recent list.
    QList<FolderModel> otherModels() const;
    void showOpenDialog(const Inspection &model, const OpenChoice &proposal);
    void engineDied(const EngineDeath &death);
    void updateJob();
    void updateStart();
    void updateNote();
    void updatePanelButtons();
    void regenerateWhenReady();
    void searchChats(const QString &text);
    void showTrash();
    void copyDiagnostics();
    void showAbout();
    void showKeys();
    void showHelp();
    /// Shows a message; one of a failure gets Copy diagnostics.
    void post(Message message);
    void zoomBy(int percent);
    /// The next region after the one with the focus: rail, header, left, main, right, status.
    void moveRegion(int direction);
    PageHost *currentHost() const;

    Services &m_services;
    Commands m_commands;
    HeaderBar *m_header;
    BannerStack *m_banners;
    QStackedWidget *m_pages;
    QStackedWidget *m_chatStack; ///< start page or Chat page
    PageHost *m_chatHost;
    PageHost *m_settingsHost;
    StartPage *m_start;
    ChatPage *m_chat;
    QTimer m_jobTimer; ///< while an answer is written, its rate is shown anew
    PageRail *m_rail;
    StatusLine *m_status;
    DropOverlay *m_drop;
    CommandPalette *m_palette;
    FileOpener *m_opener;
};

} // namespace lathe::desktop
