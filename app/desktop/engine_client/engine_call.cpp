// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/engine_client/engine_call.h"

#include "app/desktop/engine_client/engine_client.h"

namespace lathe::desktop {

QString EngineError::message() const
{
    const QString line = subject.isEmpty() ? what : subject + QStringLiteral(": ") + what;
    return remedy.isEmpty() ? line : line + QStringLiteral("; ") + remedy;
}

EngineCall::EngineCall(EngineClient *client, qint64 id, QString method)
    : QObject(client), m_client(client), m_id(id), m_method(std::move(method))
{
}

void EngineCall::cancel()
{
    m_client->cancelCall(this);
}

EngineError EngineError::died(const QString &reason)
{
    return {QLatin1String(EngineError::kEngineDied),
            QStringLiteral("engine"),
            QStringLiteral("it ended: ") + reason,
            {}};
}

EngineError EngineError::fromJson(const QJsonObject &error)
{
    const QJsonObject data = error.value(QLatin1String("data")).toObject();
    EngineError out{
        data.value(QLatin1String("kind")).toString(), data.value(QLatin1String("subject")).toString(),
        data.value(QLatin1String("what")).toString(), data.value(QLatin1String("remedy")).toString()};
    if (out.what.isEmpty())
        out.what = error.value(QLatin1String("message")).toString();
    if (out.code.isEmpty())
        out.code = QStringLiteral("request");
    return out;
}

} // namespace lathe::desktop
