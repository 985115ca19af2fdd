// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QDateTime>

namespace lathe::desktop {

/// One model of a list on the start page.
struct ModelLine {
    QString name, path;
    quint64 bytes = 0; ///< 0: not known
    QDateTime when;
};

/// Models in a table: name, size, day. What the list is of, and what its day means, say the titles.
class ModelTable : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Name, Size, Day, ColumnCount };

    QString pathAt(int row) const { return m_lines.value(row).path; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

protected:
    /// `titles`: one per column; `unknownSize`: stands where the bytes are not known.
    ModelTable(QStringList titles, QString unknownSize, QObject *parent);
    void setLines(QList<ModelLine> lines);

private:
    QStringList m_titles;
    QString m_unknownSize;
    QList<ModelLine> m_lines;
};

/// "today", "yesterday", "20 Nov", "3 May 2025".
QString dayText(const QDate &day, const QDate &today);

} // namespace lathe::desktop
