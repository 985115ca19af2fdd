// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine_process.h"

#include <QFile>

inline const QString kModels = QStringLiteral(LATHE_TEST_DATA "/models/");
inline const QString kTiny = kModels + "llama_gqa_tied/gguf/llama_gqa_tied-F32.gguf";

inline QJsonObject golden(const QString &model)
{
    QFile file(kModels + model + "/expected.json");
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

inline QJsonArray userSays(const QString &text)
{
    return {QJsonObject{{"role", "user"}, {"content", text}}};
}

/// An engine with the tiny model and one session on the cpu device.
struct Loaded {
    EngineProcess engine;
    QString model, session;

    explicit Loaded(int context = 512)
    {
        engine.greet();
        model = engine.call("model.load", {{"path", kTiny}, {"device", "cpu"}})["result"]["model"].toString();
        session = open(context);
    }
    QString open(int context)
    {
        return engine.call("session.create", {{"model", model}, {"context", context}})["result"]["session"]
            .toString();
    }
    QJsonObject generate(QJsonObject params)
    {
        engine.notifications.clear();
        params["session"] = session;
        return engine.call("session.generate", params)["result"].toObject();
    }
    QString streamed() const
    {
        QString text;
        for (const QJsonObject &note : engine.notifications) {
            if (note["method"] == "token")
                text += note["params"]["text"].toString();
        }
        return text;
    }
};
