// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QList>
#include <QProcess>

/// Which program, where and with what environment; the default is the one that was built, as we are.
struct EnginePlace {
    QString program = QStringLiteral(LATHE_PROGRAM);
    QString folder; ///< empty: ours
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
};

/// The real `lathe rpc` at the other end of two pipes, spoken to byte by byte. Every wait has a deadline.
class EngineProcess
{
public:
    static constexpr int kDeadlineMs = 20000;

    explicit EngineProcess(const EnginePlace &place = EnginePlace());
    ~EngineProcess();

    /// Sends hello and takes its answer.
    void greet();
    void sendRaw(const QByteArray &bytes);
    void send(const QJsonObject &message, const QByteArray &binary = {});
    /// Sends a request with the next id; returns the id.
    int request(const QString &method, const QJsonObject &params = {});
    void notify(const QString &method, const QJsonObject &params);
    /// (Messages are const, so that a[x][y] reads.) The next message, or an empty object at the deadline or
    /// the end.
    const QJsonObject next(int deadlineMs = kDeadlineMs);
    /// The response to `id`; notifications before it go to `notifications`, each acknowledged if
    /// `acknowledge`.
    const QJsonObject response(int id, bool acknowledge = true);
    /// request() and response().
    const QJsonObject call(const QString &method, const QJsonObject &params = {});

    QByteArray lastBinary() const { return m_lastBinary; }
    void closeInput() { m_process.closeWriteChannel(); }
    /// Exit status, or −1 when it does not end in time.
    int waitForEnd(int deadlineMs = kDeadlineMs);
    QProcess &process() { return m_process; }
    /// Resident bytes of the engine.
    qint64 residentBytes() const;

    QList<QJsonObject> notifications;

private:
    QProcess m_process;
    QByteArray m_buffer;
    QByteArray m_lastBinary;
    int m_lastId = 0;
};

/// The code of a response's error, 0 for a result.
int errorCode(const QJsonObject &response);
/// data.kind, subject, what or remedy of a response's error.
QString errorPart(const QJsonObject &response, const char *part);
