// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/settings/choose_folder.h"

#include "app/desktop/settings/settings.h"
#include "app/desktop/settings/settings_page.h"

#include <QFileDialog>

namespace lathe::desktop {

void chooseModelsFolder(QWidget *parent, const QString &from, Settings *settings)
{
    auto *dialog = new QFileDialog(parent, SettingsPage::tr("Models folder"), from);
    dialog->setObjectName("modelsFolderDialog");
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(dialog, &QFileDialog::fileSelected, settings, &Settings::setModelsFolder);
    dialog->open();
}

} // namespace lathe::desktop
