// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/engine_client/engine_client.h"

#include <QString>
#include <functional>

namespace lathe::desktop {

/// Collects what a report of a fault needs: versions of the window and of the engine, devices and drivers,
/// self-tests, the last 200 log lines. No chat text, no messages. An engine that does not answer within two
/// seconds is left out, with its log as far as the window has seen it. `then` is called once, on the main
/// thread.
void collectDiagnostics(EngineClient *engine, QObject *context, std::function<void(const QString &)> then);

} // namespace lathe::desktop
