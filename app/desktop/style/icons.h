// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/style/tokens.h"

#include <QIcon>

namespace lathe::desktop {

/// The icon resources/icons/NAME.svg in the colour of a tone. The colour is taken from the application's
/// palette whenever it is painted, so an icon survives a switch between light and dark; it is rendered at
/// the pixel ratio of the screen it is painted on.
QIcon icon(const QString &name, Tone tone = Tone::Plain);

/// The icon of the program in full colour.
QIcon applicationIcon();

} // namespace lathe::desktop
