// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QDateTime>

namespace lathe::desktop {

class FitIndex;

/// One model of a list on the start page.
struct ModelLine {
    QString name, path;
    quint64 bytes = 0; ///< 0: not known
    QDateTime when;
};

/// Models in a table: name, size, day, and whether they fit this machine. What the list is of, and what its
/// day means, say the titles.
class ModelTable : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Name, Size, Day, Machine, ColumnCount };

    QString pathAt(int row) const { return m_lines.value(row).path; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

protected:
    /// `titles`: of name, size and day; `unknownSize`: stands where the bytes are not known. `fits` may be
    /// null.
    ModelTable(QStringList titles, QString unknownSize, FitIndex *fits, QObject *parent);
    void setLines(QList<ModelLine> lines);

private:
    QVariant noteData(const ModelLine &line, int role) const;

    QStringList m_titles;
    QString m_unknownSize;
    FitIndex *m_fits;
    QList<ModelLine> m_lines;
};

/// "today", "yesterday", "20 Nov", "3 May 2025".
QString dayText(const QDate &day, const QDate &today);

} // namespace lathe::desktop
