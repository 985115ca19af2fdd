// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pages/start/recent_table.h"

#include "app/desktop/style/numbers.h"

#include <QCoreApplication>
#include <QLocale>

namespace lathe::desktop {

QString dayText(const QDate &day, const QDate &today)
{
    if (day == today)
        return QCoreApplication::translate("RecentTable", "today");
    if (day.addDays(1) == today)
        return QCoreApplication::translate("RecentTable", "yesterday");
    return QLocale().toString(day, day.year() == today.year() ? "d MMM" : "d MMM yyyy");
}

RecentTable::RecentTable(Settings *settings, QObject *parent)
    : QAbstractTableModel(parent), m_settings(settings)
{
    connect(settings, &Settings::recentChanged, this, &RecentTable::reload);
    m_models = settings->recent();
}

void RecentTable::reload()
{
    beginResetModel();
    m_models = m_settings->recent();
    endResetModel();
}

int RecentTable::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_models.size());
}

int RecentTable::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RecentTable::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const RecentModel &model = m_models[index.row()];
    if (role == Qt::ToolTipRole)
        return index.column() == Size ? numbers::bytesExact(model.bytes) : model.path;
    if (role == Qt::TextAlignmentRole && index.column() == Size)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Name:
        return model.name;
    case Size:
        return numbers::bytes(model.bytes);
    default:
        return dayText(model.opened.date(), QDate::currentDate());
    }
}

QVariant RecentTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == Size ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    const QString titles[] = {tr("Recent"), tr("Size"), tr("Opened")};
    return role == Qt::DisplayRole ? titles[section] : QVariant();
}

} // namespace lathe::desktop
