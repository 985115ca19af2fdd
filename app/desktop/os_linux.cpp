// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/os_process.h"

#include <QProcess>

#include <csignal>
#include <cstring>
#include <sys/prctl.h>
#include <unistd.h>

namespace lathe::desktop::os
{

void endWithParent(QProcess &process)
{
    const pid_t parent = getpid();
    process.setChildProcessModifier([parent] {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) // the parent ended between fork and prctl
            _exit(1);
    });
}

QString crashReason(int exitCode)
{
    const char *name = strsignal(exitCode); // QProcess on Unix: the signal's number
    return QStringLiteral("signal %1 (%2)")
        .arg(exitCode)
        .arg(QString::fromLocal8Bit(name ? name : "unknown"));
}

QString programName(const QString &name)
{
    return name;
}

} // namespace lathe::desktop::os
