// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/window/models_folder.h"

#include <QAbstractTableModel>

namespace lathe::desktop {

/// The models in the models folder: name, size, when the file was changed.
class FolderTable : public QAbstractTableModel
{
    Q_OBJECT
public:
    explicit FolderTable(ModelsFolder *folder, QObject *parent = nullptr);

    enum Column { Name, Size, Changed, ColumnCount };

    QString pathAt(int row) const { return m_models.value(row).path; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void reload();

    ModelsFolder *m_folder;
    QList<FolderModel> m_models;
};

} // namespace lathe::desktop
