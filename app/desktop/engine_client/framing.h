// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QString>

namespace lathe::desktop
{

/// One message of the protocol: a JSON object and the binary part that may follow it.
struct Frame {
    QJsonObject json;
    QByteArray binary;
};

/// `json` as bytes on the wire: "Content-Length: N", an empty line, N bytes of UTF-8 (docs/protocol.md
/// section 1).
QByteArray encodeFrame(const QJsonObject &json);

/// Cuts a byte stream into messages. After a fault it yields nothing more: the stream cannot be trusted.
class FrameReader
{
public:
    static constexpr qint64 kMaxHeaderBytes = 4096;
    static constexpr qint64 kMaxPartBytes = 64 * 1024 * 1024; ///< of the body and of the binary part

    void append(const QByteArray &bytes);
    /// The next whole message into `frame`; false if there is none yet or the stream is broken.
    bool next(Frame *frame);
    /// What is wrong with the stream; empty while it is well-formed.
    QString fault() const { return m_fault; }
    void clear();

private:
    bool readHeader();

    QByteArray m_buffer;
    qint64 m_at = 0;         ///< consumed bytes at the front of m_buffer
    qint64 m_jsonBytes = -1; ///< −1: the header is not read yet
    qint64 m_binaryBytes = 0;
    QString m_fault;
};

} // namespace lathe::desktop
