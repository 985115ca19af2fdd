// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/settings/settings.h"

#include <QAbstractTableModel>

namespace lathe::desktop {

/// The models that were opened before, newest first: name, size, when.
class RecentTable : public QAbstractTableModel
{
    Q_OBJECT
public:
    explicit RecentTable(Settings *settings, QObject *parent = nullptr);

    enum Column { Name, Size, Opened, ColumnCount };

    QString pathAt(int row) const { return m_models.value(row).path; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void reload();

    Settings *m_settings;
    QList<RecentModel> m_models;
};

/// "today", "yesterday", "20 Nov", "3 May 2025".
QString dayText(const QDate &day, const QDate &today);

} // namespace lathe::desktop
