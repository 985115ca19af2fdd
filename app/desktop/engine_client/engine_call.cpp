// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/engine_client/engine_call.h"

#include "app/desktop/engine_client/engine_client.h"

namespace lathe::desktop
{

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

} // namespace lathe::desktop
