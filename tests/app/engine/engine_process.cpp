// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine_process.h"

#include <QElapsedTimer>
#include <QFile>

EngineProcess::EngineProcess(const EnginePlace &place)
{
    m_process.setProcessEnvironment(place.environment);
    m_process.setWorkingDirectory(place.folder);
    // What an engine of ours logs is the test's to show; another one's stays with it.
    m_process.setProcessChannelMode(place.folder.isEmpty() ? QProcess::ForwardedErrorChannel
                                                           : QProcess::SeparateChannels);
    m_process.start(place.program, {QStringLiteral("rpc")});
    m_process.waitForStarted(kDeadlineMs);
}

EngineProcess::~EngineProcess()
{
    m_process.kill();
    m_process.waitForFinished(kDeadlineMs);
}

void EngineProcess::greet()
{
    call(QStringLiteral("hello"), {{"protocol", 1}});
}

void EngineProcess::sendRaw(const QByteArray &bytes)
{
    m_process.write(bytes);
    while (m_process.bytesToWrite() > 0 && m_process.waitForBytesWritten(kDeadlineMs)) {
    }
}

void EngineProcess::send(const QJsonObject &message, const QByteArray &binary)
{
    const QByteArray body = QJsonDocument(message).toJson(QJsonDocument::Compact);
    QByteArray frame = "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
    if (!binary.isEmpty())
        frame += "Binary-Length: " + QByteArray::number(binary.size()) + "\r\n";
    sendRaw(frame + "\r\n" + body + binary);
}

int EngineProcess::request(const QString &method, const QJsonObject &params)
{
    send({{"jsonrpc", "2.0"}, {"id", ++m_lastId}, {"method", method}, {"params", params}});
    return m_lastId;
}

void EngineProcess::notify(const QString &method, const QJsonObject &params)
{
    send({{"jsonrpc", "2.0"}, {"method", method}, {"params", params}});
}

const QJsonObject EngineProcess::next(int deadlineMs)
{
    QElapsedTimer timer;
    timer.start();
    for (;;) {
        const qsizetype end = m_buffer.indexOf("\r\n\r\n");
        if (end >= 0) {
            qsizetype body = 0, binary = 0;
            for (const QByteArray &line : m_buffer.left(end).split('\n')) {
                if (line.startsWith("Content-Length:"))
                    body = line.mid(15).trimmed().toLongLong();
                else if (line.startsWith("Binary-Length:"))
                    binary = line.mid(14).trimmed().toLongLong();
            }
            if (m_buffer.size() >= end + 4 + body + binary) {
                const QByteArray text = m_buffer.mid(end + 4, body);
                m_lastBinary = m_buffer.mid(end + 4 + body, binary);
                m_buffer.remove(0, end + 4 + body + binary);
                return QJsonDocument::fromJson(text).object();
            }
        }
        const qint64 left = deadlineMs - timer.elapsed();
        if (left <= 0 || (m_process.bytesAvailable() == 0 && !m_process.waitForReadyRead(int(left))))
            return {};
        m_buffer += m_process.readAllStandardOutput();
    }
}

const QJsonObject EngineProcess::response(int id, bool acknowledge)
{
    for (;;) {
        const QJsonObject message = next();
        if (message.isEmpty() || (message.contains("id") && message["id"].toInt() == id))
            return message;
        if (!message.contains("method"))
            continue;
        notifications.append(message);
        const QJsonObject params = message["params"].toObject();
        if (acknowledge)
            notify(QStringLiteral("$/ack"), {{"id", params["id"]}, {"seq", params["seq"]}});
    }
}

const QJsonObject EngineProcess::call(const QString &method, const QJsonObject &params)
{
    return response(request(method, params));
}

int EngineProcess::waitForEnd(int deadlineMs)
{
    if (m_process.state() != QProcess::NotRunning && !m_process.waitForFinished(deadlineMs))
        return -1;
    return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -2;
}

qint64 EngineProcess::residentBytes() const
{
    QFile file(QStringLiteral("/proc/%1/statm").arg(m_process.processId()));
    if (!file.open(QIODevice::ReadOnly))
        return -1;
    const QList<QByteArray> fields = file.readAll().split(' ');
    return fields.size() > 1 ? fields[1].toLongLong() * 4096 : -1;
}

int errorCode(const QJsonObject &response)
{
    return response["error"].toObject()["code"].toInt();
}

QString errorPart(const QJsonObject &response, const char *part)
{
    return response["error"].toObject()["data"].toObject()[QLatin1String(part)].toString();
}
