// SPDX-License-Identifier: GPL-3.0-or-later
// The engine client against the fake engine: requests, flow control, death, restart, end.
#include "app/desktop/engine_client/engine_client.h"
#include "tests/app/fair_timer.h"

#include <QFile>
#include <QJsonArray>
#include <QProcess>
#include <QSignalSpy>
#include <QTest>

#include <csignal>
#include <memory>

using namespace lathe::desktop;

namespace {

const QString kFake = QStringLiteral(LATHE_FAKE_ENGINE);

/// Whether a process runs; one that has ended and waits to be collected does not.
bool alive(qint64 pid)
{
    QFile status(QStringLiteral("/proc/%1/stat").arg(pid));
    if (!status.open(QIODevice::ReadOnly))
        return false;
    const QByteArray text = status.readAll();
    return text.mid(text.lastIndexOf(')') + 2, 1) != "Z";
}

QJsonObject asking(const QString &text, int maxTokens = 512)
{
    return {{"session", "s1"},
            {"messages", QJsonArray{QJsonObject{{"role", "user"}, {"content", text}}}},
            {"maxTokens", maxTokens}};
}

} // namespace

class TestEngineClient : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void answersAndQueues();
    void errorHasItsParts();
    void tokensInOrder();
    void acknowledges();
    void cancels();
    void cancelsBeforeSending();
    void deathIsNoticed_data();
    void deathIsNoticed();
    void givesUpAfterThree();
    void deathOfOldAgeDoesNotCount();
    void cannotBeStarted();
    void tooOld();
    void stopIsNoDeath();
    void leavesNoProcess_data();
    void leavesNoProcess();
    void childDiesWithParent();
    void keepsTheLog();

private:
    void startWith(const QStringList &arguments = {});
    std::unique_ptr<EngineClient> m_client;
};

void TestEngineClient::init()
{
    startWith();
}

void TestEngineClient::cleanup()
{
    m_client.reset();
}

void TestEngineClient::startWith(const QStringList &arguments)
{
    m_client = std::make_unique<EngineClient>(kFake, arguments);
}

void TestEngineClient::answersAndQueues()
{
    QCOMPARE(m_client->state(), EngineClient::State::Dead);
    m_client->start();
    QCOMPARE(m_client->state(), EngineClient::State::Starting);
    EngineCall *call = m_client->request("engine.echo", {{"x", 1}}); // before hello is answered
    QSignalSpy finished(call, &EngineCall::finished);
    QSignalSpy gone(call, &QObject::destroyed);
    QVERIFY(finished.wait());
    QCOMPARE(m_client->state(), EngineClient::State::Ready);
    QCOMPARE(m_client->engineInfo().value("engine").toObject().value("name").toString(), QString("fake"));
    QCOMPARE(finished[0][0].toJsonObject().value("params").toObject().value("x").toInt(), 1);
    QTRY_COMPARE(gone.size(), 1);
}

void TestEngineClient::errorHasItsParts()
{
    m_client->start();
    QSignalSpy failed(m_client->request("no.such"), &EngineCall::failed);
    QVERIFY(failed.wait());
    const auto error = failed[0][0].value<EngineError>();
    QCOMPARE(error, (EngineError{"method", "no.such", "no such method", ""}));
    QCOMPARE(error.message(), QString("no.such: no such method"));
}

void TestEngineClient::tokensInOrder()
{
    m_client->start();
    EngineCall *call = m_client->request("session.generate", asking("hello"));
    QString text;
    QList<qint64> order;
    connect(call, &EngineCall::notified, this, [&](const QJsonObject &params, const QString &method) {
        order.append(params.value("seq").toInteger());
        if (method == "token")
            text += params.value("text").toString();
    });
    QSignalSpy finished(call, &EngineCall::finished);
    QVERIFY(finished.wait());
    QCOMPARE(text, QString("Answer 1 to: hello."));
    QCOMPARE(finished[0][0].toJsonObject().value("text").toString(), text);
    for (qsizetype i = 0; i < order.size(); ++i)
        QCOMPARE(order[i], i + 1);
}

/// The fake engine stops at 64 notifications that are not acknowledged, so 10,000 arrive only if they are.
void TestEngineClient::acknowledges()
{
    m_client->start();
    EngineCall *call = m_client->request("session.generate", asking("flood"));
    qint64 tokens = 0;
    connect(call, &EngineCall::notified, this,
            [&](const QJsonObject &, const QString &method) { tokens += method == "token"; });
    QSignalSpy finished(call, &EngineCall::finished);
    QVERIFY(finished.wait(20000));
    QCOMPARE(tokens, 10000);
}

void TestEngineClient::cancels()
{
    m_client->start();
    EngineCall *call = m_client->request("session.generate", asking("slow"));
    QSignalSpy notified(call, &EngineCall::notified);
    QSignalSpy finished(call, &EngineCall::finished);
    QTRY_VERIFY(notified.size() > 5);
    call->cancel();
    QVERIFY(finished.wait());
    QCOMPARE(finished[0][0].toJsonObject().value("finish").toString(), QString("cancelled"));
}

void TestEngineClient::cancelsBeforeSending()
{
    m_client->start();
    EngineCall *call = m_client->request("model.load", {{"path", "x"}});
    QSignalSpy failed(call, &EngineCall::failed);
    call->cancel();
    QCOMPARE(failed.size(), 0); // never from inside the call
    QVERIFY(failed.wait());
    QVERIFY(failed[0][0].value<EngineError>().cancelled());
}

void TestEngineClient::deathIsNoticed_data()
{
    QTest::addColumn<QString>("how");
    QTest::addColumn<QString>("reason");
    QTest::newRow("killed by itself") << "die"
                                      << "signal 9";
    QTest::newRow("ends with an error") << "exit"
                                        << "exit status 1";
    QTest::newRow("prints on the protocol") << "garbage"
                                            << "it broke the protocol";
    QTest::newRow("killed from outside") << "slow"
                                         << "signal 9";
}

void TestEngineClient::deathIsNoticed()
{
    QFETCH(QString, how);
    QFETCH(QString, reason);
    m_client->start();
    EngineCall *call = m_client->request("session.generate", asking(how));
    QStringList events;
    connect(call, &EngineCall::failed, this, [&](const EngineError &error) {
        QVERIFY(error.engineDied());
        events.append("failed");
    });
    EngineDeath death;
    connect(m_client.get(), &EngineClient::died, this, [&](const EngineDeath &d) {
        death = d;
        events.append("died");
    });
    connect(m_client.get(), &EngineClient::stateChanged, this, [&](EngineClient::State state) {
        if (!events.isEmpty() && state == EngineClient::State::Ready)
            events.append("ready");
    });
    QSignalSpy notified(call, &EngineCall::notified);
    QTRY_VERIFY(notified.size() >= 5);
    FairTimer since;
    if (how == "slow") {
        ::kill(pid_t(m_client->processId()), SIGKILL);
        since.start();
        QTRY_VERIFY(events.contains("died"));
        QVERIFY2(since.elapsed() <= 500, qPrintable(QString::number(since.elapsed())));
    }
    QTRY_COMPARE(events, (QStringList{"failed", "died", "ready"}));
    QVERIFY2(death.reason.startsWith(reason), qPrintable(death.reason));
    QVERIFY(death.wasBusy);
    QVERIFY(death.willRestart);
    QSignalSpy finished(m_client->request("engine.echo"), &EngineCall::finished);
    QVERIFY(finished.wait());
}

void TestEngineClient::givesUpAfterThree()
{
    startWith({"--die-at-start"});
    QList<bool> restarts;
    connect(m_client.get(), &EngineClient::died, this, [&](const EngineDeath &d) {
        restarts.append(d.willRestart);
        QVERIFY(d.reason.startsWith("exit status 3"));
        QCOMPARE(d.lastLines.last(), QString("no driver"));
    });
    m_client->start();
    QTRY_COMPARE(restarts, (QList<bool>{true, true, false}));
    QCOMPARE(m_client->state(), EngineClient::State::Dead);
    QSignalSpy failed(m_client->request("engine.echo"), &EngineCall::failed);
    QVERIFY(failed.wait());
    QVERIFY(failed[0][0].value<EngineError>().engineDied());
    m_client->start(); // the user asks again: three more tries
    QTRY_COMPARE(restarts.size(), 6);
}

void TestEngineClient::deathOfOldAgeDoesNotCount()
{
    QCOMPARE(EngineClient::kDeathWindowMs, 300000);
    m_client->start();
    QTRY_COMPARE(m_client->state(), EngineClient::State::Ready);
    qint64 clock = 0;
    m_client->setClock([&] { return clock; });
    QList<bool> restarts;
    connect(m_client.get(), &EngineClient::died, this,
            [&](const EngineDeath &d) { restarts.append(d.willRestart); });
    for (int i = 0; i < 4; ++i) {
        QTRY_COMPARE(m_client->state(), EngineClient::State::Ready);
        m_client->request("test.die");
        QTRY_COMPARE(restarts.size(), i + 1);
        clock += 200000; // two within five minutes, never three
    }
    QCOMPARE(restarts, (QList<bool>{true, true, true, true}));
}

void TestEngineClient::cannotBeStarted()
{
    m_client = std::make_unique<EngineClient>("/nowhere/lathe");
    QSignalSpy died(m_client.get(), &EngineClient::died);
    m_client->start();
    QTRY_COMPARE(died.size(), 3);
    QVERIFY(died[0][0].value<EngineDeath>().reason.startsWith("cannot be started"));
}

void TestEngineClient::tooOld()
{
    startWith({"--old-protocol"});
    QSignalSpy died(m_client.get(), &EngineClient::died);
    m_client->start();
    QVERIFY(died.wait());
    const auto death = died[0][0].value<EngineDeath>();
    QVERIFY(!death.willRestart); // the same program would answer the same
    QCOMPARE(death.reason, QString("protocol: no common version; update Lathe"));
    QCOMPARE(m_client->state(), EngineClient::State::Dead);
}

void TestEngineClient::stopIsNoDeath()
{
    m_client->start();
    QTRY_COMPARE(m_client->state(), EngineClient::State::Ready);
    const qint64 pid = m_client->processId();
    QSignalSpy died(m_client.get(), &EngineClient::died);
    QSignalSpy failed(m_client->request("session.generate", asking("slow")), &EngineCall::failed);
    m_client->stop();
    QCOMPARE(failed.size(), 1);
    QCOMPARE(m_client->state(), EngineClient::State::Dead);
    QTRY_VERIFY(!alive(pid));
    QCOMPARE(died.size(), 0);
    m_client->start();
    QTRY_COMPARE(m_client->state(), EngineClient::State::Ready);
}

void TestEngineClient::leavesNoProcess_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("ends with its input") << QStringList{};
    QTest::newRow("must be killed") << QStringList{"--ignore-end"};
}

void TestEngineClient::leavesNoProcess()
{
    QFETCH(QStringList, arguments);
    startWith(arguments);
    m_client->start();
    QTRY_COMPARE(m_client->state(), EngineClient::State::Ready);
    m_client->request("session.generate", asking("slow"));
    const qint64 pid = m_client->processId();
    QVERIFY(alive(pid));
    FairTimer since;
    since.start();
    m_client.reset();
    QVERIFY(!alive(pid));
    QVERIFY(since.elapsed() < 2000);
}

/// A window that is killed cannot clean up; the engine ends all the same.
void TestEngineClient::childDiesWithParent()
{
    QProcess window;
    window.start(QCoreApplication::applicationFilePath(), {"--as-window"});
    QVERIFY(window.waitForReadyRead());
    const qint64 engine = window.readLine().trimmed().toLongLong();
    QVERIFY(engine > 0);
    QVERIFY(alive(engine));
    window.kill();
    QVERIFY(window.waitForFinished());
    QTRY_VERIFY(!alive(engine));
}

void TestEngineClient::keepsTheLog()
{
    m_client->start();
    for (int i = 0; i < 250; ++i)
        m_client->request("test.log", {{"text", QString("line %1").arg(i)}});
    QTRY_COMPARE(m_client->logLines().value(m_client->logLines().size() - 1), QString("line 249"));
    QCOMPARE(m_client->logLines().size(), 200);
}

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    if (app.arguments().contains("--as-window")) {
        EngineClient client(kFake, {"--ignore-end"});
        QObject::connect(&client, &EngineClient::stateChanged, [&](EngineClient::State state) {
            if (state == EngineClient::State::Ready) {
                std::printf("%lld\n", client.processId());
                std::fflush(stdout);
            }
        });
        client.start();
        return app.exec();
    }
    TestEngineClient test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_engine_client.moc"
