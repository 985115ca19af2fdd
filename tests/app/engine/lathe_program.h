// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>

/// One run of the real `lathe`.
struct Ran {
    int status = -1; ///< −1: crashed or did not end
    QByteArray out, err;

    /// The one document that --json prints.
    const QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
};

inline Ran runLathe(const QStringList &arguments, const QByteArray &input = {},
                    const QProcessEnvironment &environment = QProcessEnvironment::systemEnvironment())
{
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(LATHE_PROGRAM), arguments);
    process.write(input);
    process.closeWriteChannel();
    const bool ended = process.waitForFinished(50000);
    return {ended && process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            process.readAllStandardOutput(), process.readAllStandardError()};
}
