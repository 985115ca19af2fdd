// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/workspace/workspace.h"

#include <QDialog>

class QListWidget;
class QPushButton;

namespace lathe::desktop {

/// Chats that were thrown away: restore them, or delete them for good.
class TrashDialog : public QDialog
{
    Q_OBJECT
public:
    explicit TrashDialog(Workspace *workspace, QWidget *parent = nullptr);

private:
    void fill();

    Workspace *m_workspace;
    QListWidget *m_list;
    QPushButton *m_restore, *m_erase;
};

} // namespace lathe::desktop
