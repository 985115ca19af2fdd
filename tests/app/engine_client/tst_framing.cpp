// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/engine_client/framing.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QTest>

using namespace lathe::desktop;

class TestFraming : public QObject
{
    Q_OBJECT
private slots:
    void roundTrip();
    void anyCut();
    void binaryPart();
    void loneLineFeeds();
    void faults_data();
    void faults();
};

void TestFraming::roundTrip()
{
    const QJsonObject message{
        {"id", 7}, {"text", QString::fromUtf8("é 猫 \0 |", 10)}, {"list", QJsonArray{1, 2}}};
    const QByteArray bytes = encodeFrame(message);
    const QByteArray body = bytes.mid(bytes.indexOf("\r\n\r\n") + 4);
    QCOMPARE(bytes.left(bytes.indexOf("\r\n")), "Content-Length: " + QByteArray::number(body.size()));
    FrameReader reader;
    reader.append(bytes);
    Frame frame;
    QVERIFY(reader.next(&frame));
    QCOMPARE(frame.json, message);
    QVERIFY(!reader.next(&frame));
    QVERIFY(reader.fault().isEmpty());
}

/// Pipes cut where they like: byte by byte, the same messages come out.
void TestFraming::anyCut()
{
    const QByteArray bytes =
        encodeFrame({{"id", 1}}) + encodeFrame({{"id", 2}}) + encodeFrame({{"text", "ä"}});
    FrameReader reader;
    QList<QJsonObject> got;
    Frame frame;
    for (const char byte : bytes) {
        reader.append(QByteArray(1, byte));
        while (reader.next(&frame))
            got.append(frame.json);
    }
    const QList<QJsonObject> expected{{{"id", 1}}, {{"id", 2}}, {{"text", QString::fromUtf8("ä")}}};
    QCOMPARE(got, expected);
}

void TestFraming::binaryPart()
{
    FrameReader reader;
    const QByteArray part("\r\n\r\n\0x", 6);
    reader.append("Content-Length: 8\r\nBinary-Length: 6\r\nX-Other: yes\r\n\r\n{\"id\":3}" + part +
                  encodeFrame({{"id", 4}}));
    Frame frame;
    QVERIFY(reader.next(&frame));
    QCOMPARE(frame.binary, part);
    QVERIFY(reader.next(&frame));
    QCOMPARE(frame.json.value("id").toInt(), 4);
    QVERIFY(frame.binary.isEmpty());
}

void TestFraming::loneLineFeeds()
{
    FrameReader reader;
    reader.append("content-length: 8\n\n{\"id\":3}Content-Length: 8\r\n\r\n{\"id\":4}");
    Frame frame;
    QVERIFY(reader.next(&frame));
    QCOMPARE(frame.json.value("id").toInt(), 3);
    QVERIFY(reader.next(&frame));
    QCOMPARE(frame.json.value("id").toInt(), 4);
}

void TestFraming::faults_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("no length") << QByteArray("Content-Type: x\r\n\r\n{}");
    QTest::newRow("negative") << QByteArray("Content-Length: -1\r\n\r\n");
    QTest::newRow("not a number") << QByteArray("Content-Length: many\r\n\r\n");
    QTest::newRow("over 64 bits") << QByteArray("Content-Length: 99999999999999999999\r\n\r\n");
    QTest::newRow("over the limit") << QByteArray("Content-Length: 67108865\r\n\r\n");
    QTest::newRow("binary over the limit")
        << QByteArray("Content-Length: 2\r\nBinary-Length: 67108865\r\n\r\n{}");
    QTest::newRow("not JSON") << QByteArray("Content-Length: 4\r\n\r\nnone");
    QTest::newRow("an array") << QByteArray("Content-Length: 2\r\n\r\n[]");
    QTest::newRow("printed text") << QByteArray("Segmentation fault\r\n\r\n");
    QTest::newRow("endless header") << QByteArray(5000, 'x');
}

void TestFraming::faults()
{
    QFETCH(QByteArray, bytes);
    FrameReader reader;
    reader.append(bytes);
    Frame frame;
    QVERIFY(!reader.next(&frame));
    QVERIFY(!reader.fault().isEmpty());
    reader.append(encodeFrame({{"id", 1}})); // what follows cannot be trusted
    QVERIFY(!reader.next(&frame));
}

QTEST_GUILESS_MAIN(TestFraming)
#include "tst_framing.moc"
