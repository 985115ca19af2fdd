// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/pages/start/model_table.h"
#include "app/desktop/window/models_folder.h"

namespace lathe::desktop {

/// The models in the models folder: name, size, when the file was changed.
class FolderTable : public ModelTable
{
    Q_OBJECT
public:
    FolderTable(ModelsFolder *folder, FitIndex *fits, QObject *parent = nullptr);

private:
    void reload();

    ModelsFolder *m_folder;
};

} // namespace lathe::desktop
