// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pages/start/model_table.h"

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

ModelTable::ModelTable(QStringList titles, QString unknownSize, QObject *parent)
    : QAbstractTableModel(parent), m_titles(std::move(titles)), m_unknownSize(std::move(unknownSize))
{
}

void ModelTable::setLines(QList<ModelLine> lines)
{
    beginResetModel();
    m_lines = std::move(lines);
    endResetModel();
}

int ModelTable::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_lines.size());
}

int ModelTable::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ModelTable::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const ModelLine &line = m_lines[index.row()];
    if (role == Qt::ToolTipRole)
        return index.column() == Size && line.bytes > 0 ? numbers::bytesExact(line.bytes) : line.path;
    if (role == Qt::TextAlignmentRole && index.column() == Size)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Name:
        return line.name;
    case Size:
        return line.bytes > 0 ? numbers::bytes(line.bytes) : m_unknownSize;
    default:
        return dayText(line.when.date(), QDate::currentDate());
    }
}

QVariant ModelTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == Size ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    return role == Qt::DisplayRole ? m_titles[section] : QVariant();
}

} // namespace lathe::desktop
