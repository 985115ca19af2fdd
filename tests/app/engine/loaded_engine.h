// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine_process.h"
#include "golden_models.h"

inline QJsonArray userSays(const QString &text)
{
    return {QJsonObject{{"role", "user"}, {"content", text}}};
}

/// An engine with the tiny model and one session on the cpu device.
struct Loaded {
    EngineProcess engine;
    QString model, session;
    QJsonObject sampler; ///< what the model asks for

    explicit Loaded(int context = 512, const QString &path = kTiny)
    {
        engine.greet();
        const QJsonObject loaded =
            engine.call("model.load", {{"path", path}, {"device", "cpu"}})["result"].toObject();
        model = loaded["model"].toString();
        sampler = loaded["sampler"].toObject();
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
