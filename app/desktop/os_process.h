// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QProcess;

/// What differs between operating systems in the window: app/desktop/os_*.cpp is the part to port.
namespace lathe::desktop::os
{

/// Before QProcess::start(): the child ends when this process ends, however this process ends.
void endWithParent(QProcess &process);

/// "signal 9 (Killed)" for the exit code that QProcess reports of a crashed child.
QString crashReason(int exitCode);

/// File name of a program: "lathe", "lathe.exe".
QString programName(const QString &name);

} // namespace lathe::desktop::os
