// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/engine_client/engine_client.h"
#include "app/desktop/settings/settings.h"
#include "app/desktop/style/theme.h"
#include "app/desktop/window/default_model.h"
#include "app/desktop/window/device_list.h"
#include "app/desktop/window/fit_index.h"
#include "app/desktop/window/model_controller.h"
#include "app/desktop/window/models_folder.h"
#include "app/desktop/workspace/workspace.h"

namespace lathe::desktop {

/// What lives longer than the window: settings, look, the engine and what is open in it. The window can be
/// built anew (another language) without the engine noticing. In the order of construction: later ones use
/// earlier ones.
struct Services {
    /// `engineProgram` empty: `lathe` beside this program. `basePixels`: see Theme.
    explicit Services(const QString &engineProgram = {}, int basePixels = 0);

    /// Theme and zoom as the settings say.
    void applyTheme();
    /// A theme for this run, which the settings neither learn nor change.
    void overrideTheme(const QString &theme);

    QString themeOverride;
    Settings settings;
    Theme theme;
    EngineClient engine;
    DeviceList devices;
    ModelController models;
    DefaultModel defaultModel;
    ModelsFolder modelsFolder;
    FitIndex fits;
    Workspace workspace;
};

} // namespace lathe::desktop
