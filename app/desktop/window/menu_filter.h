// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QMenu;
class QString;

namespace lathe::desktop {

/// Puts a field at the top of `menu`, with the focus while the menu is open: what is typed there hides the
/// actions that are marked by `markFiltered` and do not have it in their text; Enter takes the first one
/// left.
void addMenuFilter(QMenu *menu, const QString &objectName, const QString &label);

/// Marks the last action of `menu` as one that the filter may hide; without `always` it is shown only while
/// something is typed.
void markFiltered(QMenu *menu, bool always = true);

} // namespace lathe::desktop
