// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/window/region_walk.h"

#include <QApplication>
#include <QWidget>

namespace lathe::desktop {

/// The widget inside `region` that takes the focus first, or null.
static QWidget *entrance(QWidget *region)
{
    if (!region || !region->isVisible())
        return nullptr;
    if (region->focusPolicy() & Qt::TabFocus && region->isEnabled())
        return region;
    QWidget *widget = region;
    // The focus chain is a ring through the whole window, in the order of the tab key.
    do {
        widget = widget->nextInFocusChain();
        if (region->isAncestorOf(widget) && widget->focusPolicy() & Qt::TabFocus && widget->isVisible() &&
            widget->isEnabled())
            return widget;
    } while (widget != region);
    return nullptr;
}

void focusRegion(const QList<QWidget *> &regions, int direction)
{
    const QWidget *focus = QApplication::focusWidget();
    qsizetype at = 0;
    for (qsizetype i = 0; i < regions.size(); ++i) {
        if (regions[i] && focus && (regions[i] == focus || regions[i]->isAncestorOf(focus)))
            at = i;
    }
    for (qsizetype step = 1; step <= regions.size(); ++step) {
        const qsizetype next = (at + direction * step + 2 * regions.size()) % regions.size();
        if (QWidget *widget = entrance(regions[next])) {
            widget->setFocus(Qt::ShortcutFocusReason);
            return;
        }
    }
}

} // namespace lathe::desktop
