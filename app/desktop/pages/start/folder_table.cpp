// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pages/start/folder_table.h"

#include "app/desktop/pages/start/recent_table.h"
#include "app/desktop/style/numbers.h"

namespace lathe::desktop {

FolderTable::FolderTable(ModelsFolder *folder, QObject *parent)
    : QAbstractTableModel(parent), m_folder(folder), m_models(folder->models())
{
    connect(folder, &ModelsFolder::changed, this, &FolderTable::reload);
}

void FolderTable::reload()
{
    beginResetModel();
    m_models = m_folder->models();
    endResetModel();
}

int FolderTable::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_models.size());
}

int FolderTable::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant FolderTable::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const FolderModel &model = m_models[index.row()];
    if (role == Qt::ToolTipRole)
        return index.column() == Size && model.bytes > 0 ? numbers::bytesExact(model.bytes) : model.path;
    if (role == Qt::TextAlignmentRole && index.column() == Size)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Name:
        return model.name;
    case Size:
        return model.bytes > 0 ? numbers::bytes(model.bytes) : tr("folder");
    default:
        return dayText(model.changed.date(), QDate::currentDate());
    }
}

QVariant FolderTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == Size ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    const QString titles[] = {tr("Model"), tr("Size"), tr("Changed")};
    return role == Qt::DisplayRole ? titles[section] : QVariant();
}

} // namespace lathe::desktop
