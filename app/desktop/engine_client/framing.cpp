// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/engine_client/framing.h"

#include <QJsonDocument>

namespace lathe::desktop
{

QByteArray encodeFrame(const QJsonObject &json)
{
    const QByteArray body = QJsonDocument(json).toJson(QJsonDocument::Compact);
    return "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

void FrameReader::append(const QByteArray &bytes)
{
    if (m_at > 0) {
        m_buffer.remove(0, m_at);
        m_at = 0;
    }
    m_buffer += bytes;
}

void FrameReader::clear()
{
    *this = FrameReader();
}

bool FrameReader::next(Frame *frame)
{
    if (!m_fault.isEmpty())
        return false;
    if (m_jsonBytes < 0 && !readHeader())
        return false;
    if (m_buffer.size() - m_at < m_jsonBytes + m_binaryBytes)
        return false;
    QJsonParseError error;
    const QByteArray body = QByteArray::fromRawData(m_buffer.constData() + m_at, m_jsonBytes);
    const QJsonDocument document = QJsonDocument::fromJson(body, &error);
    if (!document.isObject()) {
        m_fault = QStringLiteral("a message is not a JSON object (%1)").arg(error.errorString());
        return false;
    }
    frame->json = document.object();
    frame->binary = m_buffer.mid(m_at + m_jsonBytes, m_binaryBytes);
    m_at += m_jsonBytes + m_binaryBytes;
    m_jsonBytes = -1;
    m_binaryBytes = 0;
    return true;
}

/// Reads the header lines up to the empty one; false while they are incomplete or wrong.
bool FrameReader::readHeader()
{
    const qint64 crlf = m_buffer.indexOf("\n\r\n", m_at);
    const qint64 lone = m_buffer.indexOf("\n\n", m_at);
    const bool loneFeeds = lone >= 0 && (crlf < 0 || lone < crlf);
    const qint64 end = loneFeeds ? lone : crlf;
    if (end < 0 || end - m_at > kMaxHeaderBytes) {
        if (m_buffer.size() - m_at > kMaxHeaderBytes)
            m_fault = QStringLiteral("a message has no header within %1 bytes").arg(kMaxHeaderBytes);
        return false;
    }
    qint64 json = -1;
    qint64 binary = 0;
    for (const QByteArray &line : m_buffer.mid(m_at, end - m_at).split('\n')) {
        const qint64 colon = line.indexOf(':');
        const QByteArray name = line.left(colon).trimmed().toLower();
        bool ok = false;
        const qint64 value = line.mid(colon + 1).trimmed().toLongLong(&ok);
        if (name != "content-length" && name != "binary-length")
            continue;
        if (colon < 0 || !ok || value < 0 || value > kMaxPartBytes) {
            m_fault = QStringLiteral("a message announces a length of “%1”")
                          .arg(QString::fromLatin1(line.mid(colon + 1).trimmed().left(40)));
            return false;
        }
        (name == "content-length" ? json : binary) = value;
    }
    if (json < 0) {
        m_fault = QStringLiteral("a message has no Content-Length");
        return false;
    }
    m_at = end + (loneFeeds ? 2 : 3);
    m_jsonBytes = json;
    m_binaryBytes = binary;
    return true;
}

} // namespace lathe::desktop
