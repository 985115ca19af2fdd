// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pages/start/folder_table.h"

namespace lathe::desktop {

FolderTable::FolderTable(ModelsFolder *folder, FitIndex *fits, QObject *parent)
    : ModelTable({tr("Model"), tr("Size"), tr("Changed")}, tr("folder"), fits, parent), m_folder(folder)
{
    connect(folder, &ModelsFolder::changed, this, &FolderTable::reload);
    reload();
}

void FolderTable::reload()
{
    QList<ModelLine> lines;
    for (const FolderModel &model : m_folder->models())
        lines.append({model.name, model.path, model.bytes, model.changed});
    setLines(std::move(lines));
}

} // namespace lathe::desktop
