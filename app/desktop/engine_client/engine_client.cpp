// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/engine_client/engine_client.h"

#include "app/desktop/os_process.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QJsonValue>

#include <algorithm>
#include <utility>

namespace lathe::desktop {

namespace {

constexpr int kLogLines = 200;
constexpr int kGoodbyeMs = 400; // an idle engine ends within a few ms of the end of its input

} // namespace

EngineClient::EngineClient(QString program, QStringList arguments, QObject *parent)
    : QObject(parent), m_program(std::move(program)), m_arguments(std::move(arguments))
{
    if (m_program.isEmpty())
        m_program =
            QDir(QCoreApplication::applicationDirPath()).filePath(os::programName(QStringLiteral("lathe")));
    QElapsedTimer since;
    since.start();
    m_clock = [since] { return since.elapsed(); };
}

EngineClient::~EngineClient()
{
    if (!m_process)
        return;
    m_process->disconnect(this);
    m_process->closeWriteChannel();
    if (m_process->state() != QProcess::NotRunning && !m_process->waitForFinished(kGoodbyeMs)) {
        m_process->kill();
        m_process->waitForFinished(-1);
    }
}

void EngineClient::start()
{
    if (m_process)
        return;
    m_deaths.clear();
    launch();
}

void EngineClient::stop()
{
    QProcess *process = m_process;
    dropProcess();
    if (process) {
        process->closeWriteChannel();
        QTimer::singleShot(kGoodbyeMs, process, &QProcess::kill);
        connect(process, &QProcess::finished, process, &QObject::deleteLater);
        if (process->state() == QProcess::NotRunning)
            process->deleteLater();
    }
    failAll(QStringLiteral("it was stopped"));
    setState(State::Dead);
}

void EngineClient::launch()
{
    m_reader.clear();
    m_acks.clear();
    m_info = {};
    m_process = new QProcess(this);
    os::endWithParent(*m_process);
    connect(m_process, &QProcess::started, this, &EngineClient::sayHello);
    connect(m_process, &QProcess::readyReadStandardOutput, this, &EngineClient::readOutput);
    connect(m_process, &QProcess::readyReadStandardError, this, &EngineClient::readLog);
    connect(m_process, &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
        readOutput();
        onProcessEnded(status == QProcess::CrashExit ? os::crashReason(code)
                                                     : QStringLiteral("exit status %1").arg(code));
    });
    connect(m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            onProcessEnded(QStringLiteral("cannot be started: ") + m_process->errorString());
    });
    setState(State::Starting);
    m_process->start(m_program, m_arguments);
}

void EngineClient::setState(State state)
{
    if (m_state == state)
        return;
    m_state = state;
    emit stateChanged(state);
}

EngineCall *EngineClient::request(const QString &method, const QJsonObject &params)
{
    auto *call = new EngineCall(this, m_nextId++, method);
    if (m_state == State::Dead) {
        QTimer::singleShot(
            0, call, [this, call] { fail(call, EngineError::died(QStringLiteral("no engine is running"))); });
        return call;
    }
    m_calls.insert(call->id(), call);
    const QJsonObject message{{QStringLiteral("jsonrpc"), QStringLiteral("2.0")},
                              {QStringLiteral("id"), call->id()},
                              {QStringLiteral("method"), method},
                              {QStringLiteral("params"), params}};
    if (m_state == State::Ready || method == QLatin1String("hello"))
        send(message);
    else
        m_queue.append(message);
    return call;
}

void EngineClient::cancelCall(EngineCall *call)
{
    if (!m_calls.contains(call->id()))
        return;
    for (qsizetype i = 0; i < m_queue.size(); ++i) {
        if (m_queue.at(i).value(QLatin1String("id")).toInteger() != call->id())
            continue;
        m_queue.removeAt(i);
        QTimer::singleShot(0, call, [this, call] {
            fail(call, {QLatin1String(EngineError::kCancelled), {}, QStringLiteral("cancelled"), {}});
        });
        return;
    }
    send({{QStringLiteral("jsonrpc"), QStringLiteral("2.0")},
          {QStringLiteral("method"), QStringLiteral("$/cancel")},
          {QStringLiteral("params"), QJsonObject{{QStringLiteral("id"), call->id()}}}});
}

void EngineClient::sayHello()
{
    const QJsonObject client{{QStringLiteral("name"), QStringLiteral("lathe-desktop")},
                             {QStringLiteral("version"), QStringLiteral(LATHE_VERSION)}};
    EngineCall *hello = request(QStringLiteral("hello"),
                                {{QStringLiteral("protocol"), 1}, {QStringLiteral("client"), client}});
    connect(hello, &EngineCall::finished, this, [this](const QJsonObject &info) {
        m_info = info;
        for (const QJsonObject &message : std::exchange(m_queue, {}))
            send(message);
        setState(State::Ready);
    });
    connect(hello, &EngineCall::failed, this, [this](const EngineError &error) {
        if (error.engineDied())
            return;
        // Another engine of the same program would answer the same: do not start it again.
        m_deaths.fill(m_clock(), kDeathsUntilGivingUp);
        onProcessEnded(error.message());
    });
}

void EngineClient::send(const QJsonObject &message)
{
    if (m_process)
        m_process->write(encodeFrame(message));
}

void EngineClient::readOutput()
{
    QProcess *const process = m_process;
    if (!process)
        return;
    m_reader.append(process->readAllStandardOutput());
    Frame frame;
    // A slot may stop or lose the engine: what is left then belongs to nobody.
    while (m_process == process && m_reader.next(&frame))
        handle(frame);
    if (m_process != process)
        return;
    sendAcks();
    if (!m_reader.fault().isEmpty())
        onProcessEnded(QStringLiteral("it broke the protocol: ") + m_reader.fault());
}

void EngineClient::handle(const Frame &frame)
{
    if (frame.json.contains(QLatin1String("method")))
        handleNotification(frame);
    else
        handleReply(frame);
}

void EngineClient::handleReply(const Frame &frame)
{
    EngineCall *call = m_calls.value(frame.json.value(QLatin1String("id")).toInteger(-1));
    if (!call)
        return;
    if (frame.json.contains(QLatin1String("error")))
        fail(call, EngineError::fromJson(frame.json.value(QLatin1String("error")).toObject()));
    else
        finish(call, frame.json.value(QLatin1String("result")).toObject(), frame.binary);
}

void EngineClient::handleNotification(const Frame &frame)
{
    const QString method = frame.json.value(QLatin1String("method")).toString();
    const QJsonObject params = frame.json.value(QLatin1String("params")).toObject();
    const qint64 id = params.value(QLatin1String("id")).toInteger(-1);
    const qint64 sequence = params.value(QLatin1String("seq")).toInteger(-1);
    if (sequence >= 0)
        m_acks.insert(id, sequence);
    EngineCall *call = m_calls.value(id);
    if (!call) {
        emit notified(params, method);
        return;
    }
    call->m_binary = frame.binary;
    emit call->notified(params, method);
}

/// One acknowledgement per request and read, after its notifications were handled: a window that falls behind
/// slows the engine down instead of growing a queue.
void EngineClient::sendAcks()
{
    for (auto it = m_acks.cbegin(); it != m_acks.cend(); ++it)
        send({{QStringLiteral("jsonrpc"), QStringLiteral("2.0")},
              {QStringLiteral("method"), QStringLiteral("$/ack")},
              {QStringLiteral("params"),
               QJsonObject{{QStringLiteral("id"), it.key()}, {QStringLiteral("seq"), it.value()}}}});
    m_acks.clear();
}

void EngineClient::finish(EngineCall *call, const QJsonObject &result, const QByteArray &binary)
{
    m_calls.remove(call->id());
    call->m_binary = binary;
    emit call->finished(result);
    call->deleteLater();
}

void EngineClient::fail(EngineCall *call, const EngineError &error)
{
    m_calls.remove(call->id());
    emit call->failed(error);
    call->deleteLater();
}

void EngineClient::failAll(const QString &reason)
{
    m_queue.clear();
    QList<EngineCall *> calls = m_calls.values();
    m_calls.clear();
    std::sort(calls.begin(), calls.end(), [](EngineCall *a, EngineCall *b) { return a->id() < b->id(); });
    for (EngineCall *call : calls)
        fail(call, EngineError::died(reason));
}

void EngineClient::readLog()
{
    if (!m_process)
        return;
    m_logTail += m_process->readAllStandardError();
    QList<QByteArray> lines = m_logTail.split('\n');
    m_logTail = lines.takeLast().right(4096); // drivers print without line ends, too
    for (const QByteArray &line : lines) {
        m_log.append(QString::fromUtf8(line));
        emit logLine(m_log.constLast());
    }
    if (m_log.size() > kLogLines)
        m_log.remove(0, m_log.size() - kLogLines);
}

void EngineClient::dropProcess()
{
    if (!m_process)
        return;
    readLog();
    m_process->disconnect(this);
    m_process = nullptr;
}

void EngineClient::onProcessEnded(const QString &reason)
{
    QProcess *process = m_process;
    dropProcess();
    if (process->state() == QProcess::NotRunning) {
        process->deleteLater();
    } else { // deleted before its end it would block
        connect(process, &QProcess::finished, process, &QObject::deleteLater);
        process->kill();
    }

    const qint64 now = m_clock();
    m_deaths.append(now);
    m_deaths.removeIf([now](qint64 at) { return now - at > kDeathWindowMs; });
    EngineDeath death{reason, m_log, !m_calls.isEmpty(), m_deaths.size() < kDeathsUntilGivingUp};
    setState(State::Dead);
    failAll(reason);
    emit died(death);
    if (death.willRestart && !m_process && m_state == State::Dead)
        launch();
}

} // namespace lathe::desktop
