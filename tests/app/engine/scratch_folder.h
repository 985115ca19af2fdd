// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QTemporaryDir>

/// A folder that goes with the test.
class ScratchFolder : public QTemporaryDir
{
public:
    /// Writes a file; its path, or nothing when that failed.
    QString write(const QString &name, const QByteArray &bytes)
    {
        QFile file(filePath(name));
        return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() ? file.fileName()
                                                                                    : QString();
    }
};
