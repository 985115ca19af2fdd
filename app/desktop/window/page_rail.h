// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QActionGroup>
#include <QToolBar>

namespace lathe::desktop {

/// The column of pages at the left edge: checkable actions in one exclusive group.
class PageRail : public QToolBar
{
    Q_OBJECT
public:
    explicit PageRail(QWidget *parent = nullptr);

    /// Puts a page's action (checkable, with text and icon) into the rail; `bottom`: at the lower end.
    void addPage(QAction *action, bool bottom = false);

private:
    void applySizes();
    void changeEvent(QEvent *event) override;

    QActionGroup *m_group;
    QAction *m_gap;
};

} // namespace lathe::desktop
