// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QString>

inline const QString kModels = QStringLiteral(LATHE_TEST_DATA "/models/");
inline const QString kTiny = kModels + "llama_gqa_tied/gguf/llama_gqa_tied-F32.gguf";

inline const QJsonObject golden(const QString &model)
{
    QFile file(kModels + model + "/expected.json");
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}
