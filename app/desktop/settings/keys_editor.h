// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QAction;
class QKeySequenceEdit;
class QLabel;
class QTableWidget;

namespace lathe::desktop {

class Commands;

/// The table of commands with their keys, and an editor for the chosen one. Keys of another command are
/// refused with its name.
class KeysEditor : public QWidget
{
    Q_OBJECT
public:
    explicit KeysEditor(Commands *commands, QWidget *parent = nullptr);

private:
    void fill();
    void assign(const QString &keys);
    QAction *current() const;

    Commands *m_commands;
    QTableWidget *m_table;
    QKeySequenceEdit *m_edit;
    QLabel *m_error;
};

} // namespace lathe::desktop
