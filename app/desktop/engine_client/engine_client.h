// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/engine_client/engine_call.h"
#include "app/desktop/engine_client/framing.h"

#include <QHash>
#include <QList>
#include <QProcess>
#include <QStringList>
#include <QTimer>

#include <functional>

namespace lathe::desktop
{

/// What is known about an engine that ended without being asked to.
struct EngineDeath {
    QString reason;           ///< "signal 9 (killed)", "exit status 1", "cannot be started: …"
    QStringList lastLines;    ///< the end of its log, at most 200 lines, no chat text
    bool wasBusy = false;     ///< requests were running; each has failed with code EngineError::kEngineDied
    bool willRestart = false; ///< false after the third death in 5 minutes
};

/// The engine process `lathe rpc` and the conversation with it: JSON-RPC 2.0 with Content-Length framing over
/// its stdin and stdout (docs/protocol.md). Starts it, notices its death, starts it again, ends it with the
/// window. Main thread only; nothing here waits for the engine except the destructor (at most about half a
/// second).
class EngineClient : public QObject
{
    Q_OBJECT
public:
    enum class State {
        Starting, ///< process started, versions not yet exchanged; requests are queued
        Ready,
        Dead, ///< no engine: not started, stopped, or given up; requests fail with EngineError::kEngineDied
    };
    Q_ENUM(State)

    /// `program` empty: `lathe` beside this executable. `arguments` replace {"rpc"}.
    explicit EngineClient(QString program = {}, QStringList arguments = {QStringLiteral("rpc")},
                          QObject *parent = nullptr);
    ~EngineClient() override;

    /// Starts the engine if none is there; also after it was given up (forgets the earlier deaths).
    void start();
    /// Ends the engine on purpose: no `died`, no restart. Running requests fail with
    /// EngineError::kEngineDied.
    void stop();

    /// What the next engine is started with in place of the present arguments.
    void setArguments(const QStringList &arguments) { m_arguments = arguments; }

    /// Sends a request, or queues it while the engine starts. The call is this object's; connect to it at
    /// once.
    EngineCall *request(const QString &method, const QJsonObject &params = {});

    State state() const { return m_state; }
    QString program() const { return m_program; }
    /// Process id of the engine, 0 without one.
    qint64 processId() const { return m_process ? m_process->processId() : 0; }
    /// What the engine answered to `hello`: versions and abilities. Empty before Ready.
    QJsonObject engineInfo() const { return m_info; }
    /// The last 200 lines of the engine's log, for Copy diagnostics.
    QStringList logLines() const { return m_log; }

    /// For tests: the time in ms by which deaths are counted.
    void setClock(std::function<qint64()> clock) { m_clock = std::move(clock); }

    static constexpr int kDeathsUntilGivingUp = 3;
    static constexpr qint64 kDeathWindowMs = 5 * 60 * 1000;

signals:
    void stateChanged(lathe::desktop::EngineClient::State state);
    /// The engine ended without being asked to. Emitted once per death, after the running calls have failed.
    void died(const lathe::desktop::EngineDeath &death);
    /// A notification that belongs to no request (memory in use, …).
    void notified(const QJsonObject &params, const QString &method);
    void logLine(const QString &line);

private:
    friend class EngineCall;

    void launch();
    void sayHello();
    void setState(State state);
    void send(const QJsonObject &message);
    void readOutput();
    void readLog();
    void handle(const Frame &frame);
    void handleReply(const Frame &frame);
    void handleNotification(const Frame &frame);
    void sendAcks();
    void finish(EngineCall *call, const QJsonObject &result, const QByteArray &binary);
    void fail(EngineCall *call, const EngineError &error);
    void failAll(const QString &reason);
    void cancelCall(EngineCall *call);
    void onProcessEnded(const QString &reason);
    void dropProcess();

    QString m_program;
    QStringList m_arguments;
    QProcess *m_process = nullptr;
    FrameReader m_reader;
    State m_state = State::Dead;
    QJsonObject m_info;
    QStringList m_log;
    QByteArray m_logTail;
    qint64 m_nextId = 1;
    QHash<qint64, EngineCall *> m_calls; ///< every call that has not ended
    QList<QJsonObject> m_queue;          ///< requests that wait for Ready
    QHash<qint64, qint64> m_acks;        ///< request id → highest sequence number not yet acknowledged
    std::function<qint64()> m_clock;
    QList<qint64> m_deaths; ///< times of deaths in the window, by m_clock
};

} // namespace lathe::desktop

Q_DECLARE_METATYPE(lathe::desktop::EngineDeath)
