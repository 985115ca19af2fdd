// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/rpc/call.h"
#include "app/engine/rpc/engine_state.h"
#include "app/engine/rpc/framing.h"
#include "app/engine/rpc/server.h"
#include "core/base/json.h"
#include "core/base/result.h"

#include <QTest>

#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <thread>
#include <unistd.h>

using namespace lathe;
using rpc::Json;

namespace {

/// A pipe whose reading end nobody reads unless asked.
struct Pipe {
    int read = -1, write = -1;
    Pipe()
    {
        int ends[2];
        if (::pipe(ends) == 0) {
            read = ends[0];
            write = ends[1];
        }
    }
    ~Pipe()
    {
        ::close(read);
        ::close(write);
    }
};

/// Until `condition`, at most 10 s.
template <class Condition> bool reached(Condition condition)
{
    for (int i = 0; i < 10000 && !condition(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return condition();
}

} // namespace

class TestRpcFlow : public QObject
{
    Q_OBJECT

private slots:
    void stopsAt64AndGoesOn();
    void cancelWakesTheSender();
    void progressIsLeftOutWhenFull();
    void brokenReaderIsTold();
    void framesComeBack();
    void aGreeterThatDoesNotReadWaits();
};

void TestRpcFlow::stopsAt64AndGoesOn()
{
    Pipe pipe;
    rpc::Channel channel(pipe.write, [] {});
    rpc::Call call(1, Json::object(), {}, channel);
    std::atomic<int> sent{0};
    std::thread sender([&] {
        for (int i = 0; i < 10000 && call.notify("token", {{"text", std::string(4000, 'x')}}); ++i)
            ++sent;
    });
    QVERIFY(reached([&] { return sent == 64; }));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    QCOMPARE(sent.load(), 64); // the reader has stopped: neither the pipe nor memory takes more
    call.acknowledge(10);
    QVERIFY(reached([&] { return sent == 74; }));
    call.acknowledge(5);       // an old one takes nothing back
    call.acknowledge(1000000); // more than was sent counts as all
    QVERIFY(reached([&] { return sent == 138; }));
    call.cancel();
    sender.join();
    QCOMPARE(sent.load(), 138);
}

void TestRpcFlow::cancelWakesTheSender()
{
    Pipe pipe;
    rpc::Channel channel(pipe.write, [] {});
    rpc::Call call("x", Json::object(), {}, channel);
    Result<> last;
    std::thread sender([&] {
        while (last)
            last = call.notify("token", Json::object());
    });
    call.cancel();
    sender.join();
    QCOMPARE(int(last.error().code), int(Errc::Cancelled));
    QVERIFY(call.task().cancel.cancelled());
}

void TestRpcFlow::progressIsLeftOutWhenFull()
{
    Pipe pipe;
    rpc::Channel channel(pipe.write, [] {});
    rpc::Call call(1, Json::object(), {}, channel);
    for (int i = 0; i < 64; ++i)
        QVERIFY(call.notify("token", Json::object()));
    call.task().report("Loading weights", 1, 1); // returns at once
    call.acknowledge(64);
    call.task().report("Loading weights", 1, 1);
    channel.flush(std::chrono::milliseconds(5000));
    std::vector<std::byte> bytes(65536);
    const ssize_t got = ::read(pipe.read, bytes.data(), bytes.size());
    rpc::FrameReader reader;
    reader.feed(std::span(bytes).first(size_t(got)));
    Json last;
    for (int i = 1; i <= 65; ++i) {
        const auto frame = reader.next();
        QVERIFY(frame && *frame);
        last = Json::parse((*frame)->body);
        QCOMPARE(last["params"]["seq"].get<int>(), i); // without gaps
    }
    QCOMPARE(last["method"].get<std::string>(), std::string("progress"));
    QCOMPARE(last["params"]["fraction"].get<double>(), 1.0);
    QVERIFY(!*reader.next());
}

void TestRpcFlow::brokenReaderIsTold()
{
    ::signal(SIGPIPE, SIG_IGN);
    int ends[2];
    QCOMPARE(::pipe(ends), 0);
    ::close(ends[0]);
    std::atomic<bool> broken{false};
    {
        rpc::Channel channel(ends[1], [&] { broken = true; });
        channel.send("text");
        QVERIFY(reached([&] { return broken.load(); }));
        channel.send("more"); // is dropped
        channel.waitBelow(1); // does not hang
    }
    ::close(ends[1]);
}

void TestRpcFlow::framesComeBack()
{
    const std::string body = R"({"a":"é"})";
    const std::vector<std::byte> binary(300, std::byte(7));
    const std::string encoded = rpc::encodeFrame(body, binary) + rpc::encodeFrame("{}");
    rpc::FrameReader reader;
    int frames = 0;
    for (const char c : encoded) { // any split of the stream is the same
        reader.feed(std::as_bytes(std::span(&c, 1)));
        const auto frame = reader.next();
        QVERIFY(frame.has_value());
        if (!*frame)
            continue;
        QCOMPARE((*frame)->body, frames == 0 ? body : std::string("{}"));
        QCOMPARE((*frame)->binary.size(), size_t(frames == 0 ? 300 : 0));
        ++frames;
    }
    QCOMPARE(frames, 2);
    const std::string nested = "{\"a\":[\"]]]\",\"\\\"[[\",[{}]]}";
    QCOMPARE(jsonDepth(nested), size_t(4));
}

void TestRpcFlow::aGreeterThatDoesNotReadWaits()
{
    // A client that says hello for ever and reads nothing: the server stops reading instead of keeping
    // answers.
    constexpr int kFrames = 20000;
    const std::string frame =
        rpc::encodeFrame(R"({"jsonrpc":"2.0","id":1,"method":"hello","params":{"protocol":1}})");
    Pipe in, out;
    QCOMPARE(::fcntl(in.write, F_SETFL, O_NONBLOCK), 0);
    rpc::EngineState state{DeviceOptions()};
    int status = -1;
    std::thread server([&] { status = rpc::Server(state, in.read, out.write).run(); });
    int sent = 0;
    for (int idleMs = 0; idleMs < 500 && sent < kFrames;) {
        if (::write(in.write, frame.data(), frame.size()) == ssize_t(frame.size())) {
            ++sent;
            idleMs = 0;
        } else {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            ++idleMs;
        }
    }
    std::thread reader([&] {
        char buffer[65536];
        while (::read(out.read, buffer, sizeof buffer) > 0) {
        }
    });
    ::close(std::exchange(in.write, -1));
    server.join();
    ::close(std::exchange(out.write, -1));
    reader.join();
    QCOMPARE(status, 0);
    // Two pipes of 64 KiB, one buffer of 64 KiB, and 256 answers that wait.
    QVERIFY2(sent < 5000, qPrintable(QString::number(sent)));
}

QTEST_GUILESS_MAIN(TestRpcFlow)
#include "tst_rpc_flow.moc"
