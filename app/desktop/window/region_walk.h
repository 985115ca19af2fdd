// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>

class QWidget;

namespace lathe::desktop {

/// F6: gives the focus to the region `direction` places (1 or −1) after the one that has it, at the widget
/// there that the tab key reaches first. Regions that are null, hidden or without such a widget are passed
/// over.
void focusRegion(const QList<QWidget *> &regions, int direction);

} // namespace lathe::desktop
