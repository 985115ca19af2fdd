// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>

namespace lathe::desktop {

/// The widgets of a window that the tab key can reach now. Parts that Qt puts into its own widgets (names
/// that begin with "qt_") belong to those.
QList<QWidget *> focusableWidgets(const QWidget *window);

/// What is wrong with the visible widgets for those who do not see them, one line each: a focusable widget
/// without name, role or unique object name; a field whose label says another name; an icon-only button
/// without tooltip or smaller than 26×26; a disabled button that does not say why is not judged here.
QStringList accessibilityFaults(const QWidget *window);

/// Labels and buttons whose text does not fit, one line each. A label that elides is judged by its tooltip.
QStringList clippedTexts(const QWidget *window);

} // namespace lathe::desktop
