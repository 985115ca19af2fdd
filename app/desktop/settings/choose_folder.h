// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QWidget;

namespace lathe::desktop {

class Settings;

/// Asks for the models folder in a dialog that begins at `from`, and puts what is chosen into the settings.
void chooseModelsFolder(QWidget *parent, const QString &from, Settings *settings);

} // namespace lathe::desktop
