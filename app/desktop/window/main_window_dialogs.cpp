// SPDX-License-Identifier: GPL-3.0-or-later
// The dialogs that the main window opens. None blocks: each answers by a signal.
#include "app/desktop/window/main_window.h"

#include "app/desktop/dialogs/about_dialog.h"
#include "app/desktop/dialogs/device_picker.h"
#include "app/desktop/dialogs/help_dialog.h"
#include "app/desktop/dialogs/keys_dialog.h"
#include "app/desktop/dialogs/open_dialog.h"
#include "app/desktop/dialogs/trash_dialog.h"
#include "app/desktop/style/numbers.h"
#include "app/desktop/window/file_opener.h"

#include <QFileDialog>
#include <QFileInfo>

namespace lathe::desktop {

void MainWindow::openFile()
{
    auto *dialog = new QFileDialog(this, tr("Open model"), m_services.modelsFolder.path(),
                                   tr("Models (*.gguf *.safetensors config.json);;All files (*)"));
    dialog->setObjectName("openFileDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::open);
    dialog->open();
}

void MainWindow::openFolder()
{
    auto *dialog = new QFileDialog(this, tr("Open model folder"), m_services.modelsFolder.path());
    dialog->setObjectName("openFolderDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::open);
    dialog->open();
}

void MainWindow::chooseAdapter()
{
    const CurrentModel *model = m_services.models.current();
    auto *dialog = new QFileDialog(
        this, tr("Add adapter"), model ? QFileInfo(model->path).path() : m_services.modelsFolder.path(),
        tr("Adapters (*.gguf adapter_config.json adapter_model.safetensors);;All files (*)"));
    dialog->setObjectName("addAdapterDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, m_opener, &FileOpener::addAdapter);
    dialog->open();
}

void MainWindow::showOpenDialog(const Inspection &model, const OpenChoice &proposal)
{
    auto *dialog = new OpenDialog(model, proposal, &m_services.devices, m_services.settings.askOpen(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::finished, this, [this, dialog](int result) {
        if (result == QDialog::Accepted) {
            m_services.settings.setAskOpen(dialog->askEveryTime());
            m_services.models.answerOpen(dialog->choice());
        } else {
            m_services.models.answerOpen(std::nullopt);
        }
    });
    dialog->open();
}

void MainWindow::showDevicePicker()
{
    auto *dialog = new DevicePicker(&m_services.devices, &m_services.settings, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { useDevice(dialog->chosen()); });
    dialog->open();
}

void MainWindow::showTrash()
{
    auto *dialog = new TrashDialog(&m_services.workspace, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::showAbout()
{
    const QJsonObject engine = m_services.engine.engineInfo()["engine"].toObject();
    auto *dialog = new AboutDialog(engine["version"].toString(numbers::unknown()), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::showKeys()
{
    auto *dialog = new KeysDialog(m_commands, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::showHelp()
{
    const bool chatting = m_services.models.current();
    auto *dialog = new HelpDialog(currentPage() == "settings" ? "settings"
                                  : chatting                  ? "chat"
                                                              : "start",
                                  m_commands, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show(); // beside the page, which stays usable
}

} // namespace lathe::desktop
