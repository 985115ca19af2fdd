// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QObject>
#include <QString>

namespace lathe::desktop {

class EngineClient;

/// A fault that the engine reported, or that befell the engine. The texts are the engine's (one line each, no
/// final stop); `code` is the protocol's `kind` ("badInput", "cancelled", "outOfMemory", …; docs/protocol.md
/// section 2) or kEngineDied.
struct EngineError {
    static constexpr char kCancelled[] = "cancelled";
    static constexpr char kEngineDied[] = "engineDied";

    QString code;
    QString subject; ///< the file, setting or device as it was given
    QString what;
    QString remedy;

    bool operator==(const EngineError &) const = default;

    /// Of an engine that is gone.
    static EngineError died(const QString &reason);
    /// The error object of a reply.
    static EngineError fromJson(const QJsonObject &error);

    bool cancelled() const { return code == QLatin1String(kCancelled); }
    bool engineDied() const { return code == QLatin1String(kEngineDied); }
    /// "subject: what; remedy"
    QString message() const;
};

/// One request on its way. Belongs to its EngineClient and deletes itself after `finished` or `failed`,
/// exactly one of which is emitted, never from inside EngineClient::request(). Main thread only.
class EngineCall : public QObject
{
    Q_OBJECT
public:
    /// Asks the engine to stop the work. The end still arrives as `failed` (code "cancelled") or, where the
    /// method says so, as `finished` with what was done so far. A call that was not sent yet fails at once.
    void cancel();

    qint64 id() const { return m_id; }
    QString method() const { return m_method; }
    /// The binary part of the message being delivered, inside a slot of `notified` or `finished`.
    QByteArray binary() const { return m_binary; }

signals:
    /// A notification of this request in the order sent; `method` is its name ("progress", "token", …).
    void notified(const QJsonObject &params, const QString &method);
    void finished(const QJsonObject &result);
    void failed(const lathe::desktop::EngineError &error);

private:
    friend class EngineClient;
    EngineCall(EngineClient *client, qint64 id, QString method);

    EngineClient *m_client;
    qint64 m_id;
    QString m_method;
    QByteArray m_binary;
};

} // namespace lathe::desktop

Q_DECLARE_METATYPE(lathe::desktop::EngineError)
