// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pages/start/model_table.h"

#include "app/desktop/style/icons.h"
#include "app/desktop/style/numbers.h"
#include "app/desktop/style/theme.h"
#include "app/desktop/window/fit_index.h"

#include <QApplication>
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

ModelTable::ModelTable(QStringList titles, QString unknownSize, FitIndex *fits, QObject *parent)
    : QAbstractTableModel(parent), m_titles(std::move(titles)), m_unknownSize(std::move(unknownSize)),
      m_fits(fits)
{
    m_titles.append(tr("This machine"));
    if (fits)
        connect(fits, &FitIndex::changed, this, [this] {
            if (!m_lines.isEmpty())
                emit dataChanged(index(0, Size), index(rowCount() - 1, Machine));
        });
}

void ModelTable::setLines(QList<ModelLine> lines)
{
    beginResetModel();
    m_lines = std::move(lines);
    endResetModel();
    QStringList paths, versions;
    for (const ModelLine &line : std::as_const(m_lines)) {
        paths.append(line.path);
        versions.append(QString::number(line.bytes));
    }
    if (m_fits)
        m_fits->want(paths, versions);
}

int ModelTable::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_lines.size());
}

int ModelTable::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_fits ? ColumnCount : Machine;
}

QVariant ModelTable::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const ModelLine &line = m_lines[index.row()];
    if (index.column() == Machine)
        return noteData(line, role);
    // A folder's bytes are known once its files are read.
    const quint64 bytes = line.bytes > 0 || !m_fits ? line.bytes : m_fits->note(line.path).bytes;
    if (role == Qt::ToolTipRole)
        return index.column() == Size && bytes > 0 ? numbers::bytesExact(bytes) : line.path;
    if (role == Qt::TextAlignmentRole && index.column() == Size)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Name:
        return line.name;
    case Size:
        return bytes > 0 ? numbers::bytes(bytes) : m_unknownSize;
    default:
        return dayText(line.when.date(), QDate::currentDate());
    }
}

QVariant ModelTable::noteData(const ModelLine &line, int role) const
{
    const FitNote note = m_fits->note(line.path);
    switch (role) {
    case Qt::DisplayRole:
        return note.text;
    case Qt::DecorationRole:
        return note.icon.isEmpty() ? QVariant() : QVariant(icon(note.icon, note.tone));
    case Qt::ForegroundRole:
        return tokensFor(QApplication::palette()).ink(note.tone);
    case Qt::ToolTipRole:
        return note.tip;
    default:
        return {};
    }
}

QVariant ModelTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == Size ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role == Qt::SizeHintRole && section == Machine)
        return QSize(scaled(200), scaled(28)); // before the first verdict is there
    return role == Qt::DisplayRole ? m_titles[section] : QVariant();
}

} // namespace lathe::desktop
