// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/gpu/gpu_fixture.h"

#include <functional>
#include <thread>

using namespace lathe;
using namespace lathe::gpu;

namespace {

constexpr uint32_t kCount = 512;
constexpr uint32_t kHugeFlops = 1u << 31; // more than any segment of a software driver may have

/// Four buffers of kCount floats (1, 2, 4 and 8 throughout) and the kernel accumulator += inputs.
struct Adding {
    explicit Adding(std::shared_ptr<Device> opened) : device(std::move(opened)), recorder(*device)
    {
        kernel = device->kernel({"test_add", {}, 0}).value();
        for (int i = 0; i < 4; ++i)
            buffers.push_back(bufferOf(*device, Pool::Arena, std::vector<float>(kCount, float(1 << i))));
    }

    Result<> add(const BufferView &inputs, const BufferView &accumulator, std::string_view label = {})
    {
        const BufferView views[] = {inputs, accumulator};
        return recorder.dispatch({.kernel = kernel,
                                  .bindings = views,
                                  .groups = {uint32_t(accumulator.bytes / 4 + 31) / 32, 1, 1},
                                  .label = label});
    }
    Result<> add(size_t from, size_t to) { return add(buffers[from].view(), buffers[to].view()); }
    float first(size_t index) { return read<float>(*device, buffers[index].view())[0]; }

    std::shared_ptr<Device> device;
    Recorder recorder;
    const Kernel *kernel = nullptr;
    std::vector<Buffer> buffers;
};

using Steps = std::function<Result<>(Adding &)>;

/// visits[group] += 1 over a grid.
struct Visiting {
    explicit Visiting(std::shared_ptr<Device> opened, std::array<uint32_t, 3> size)
        : device(std::move(opened)), grid(size), recorder(*device)
    {
        visits = bufferOf(*device, Pool::Arena, std::vector<uint32_t>(grid[0] * grid[1] * grid[2], 0));
    }

    Result<> visit(uint64_t flops)
    {
        const struct {
            uint32_t width, height;
        } push{grid[0], grid[1]};
        const BufferView views[] = {visits.view()};
        LATHE_ASSIGN(const Kernel *kernel, device->kernel({"test_groups", {}, 0}));
        return recorder.dispatch({.kernel = kernel,
                                  .bindings = views,
                                  .push = bytesOf(push),
                                  .groups = {grid[0], grid[1], grid[2]},
                                  .flops = flops});
    }

    std::shared_ptr<Device> device;
    std::array<uint32_t, 3> grid;
    Recorder recorder;
    Buffer visits;
};

} // namespace

Q_DECLARE_METATYPE(Steps)

class TestGpuRecording : public QObject
{
    Q_OBJECT

private slots:
    void barriersOnlyWhereNeeded_data()
    {
        QTest::addColumn<Steps>("steps");
        QTest::addColumn<uint32_t>("barriers");
        QTest::addColumn<QList<float>>("expected"); // first value of each buffer

        const auto row = [](const char *name, uint32_t barriers, QList<float> expected, Steps steps) {
            QTest::newRow(name) << steps << barriers << expected;
        };
        row("one", 0, {1, 3, 4, 8}, [](Adding &a) { return a.add(0, 1); });
        row("independent", 0, {1, 3, 4, 12}, [](Adding &a) -> Result<> {
            LATHE_TRY(a.add(0, 1));
            return a.add(2, 3);
        });
        row("readers share", 0, {1, 3, 5, 9}, [](Adding &a) -> Result<> {
            LATHE_TRY(a.add(0, 1));
            LATHE_TRY(a.add(0, 2));
            return a.add(0, 3);
        });
        row("read after write", 1, {1, 3, 7, 8}, [](Adding &a) -> Result<> {
            LATHE_TRY(a.add(0, 1));
            return a.add(1, 2);
        });
        row("write after read", 1, {1, 6, 4, 10}, [](Adding &a) -> Result<> {
            LATHE_TRY(a.add(1, 3));
            return a.add(2, 1);
        });
        row("write after write", 1, {1, 7, 4, 8}, [](Adding &a) -> Result<> {
            LATHE_TRY(a.add(0, 1));
            return a.add(2, 1);
        });
        row("one barrier for a group", 1, {1, 3, 5, 11}, [](Adding &a) -> Result<> {
            LATHE_TRY(a.add(0, 1));
            LATHE_TRY(a.add(0, 2));
            LATHE_TRY(a.add(a.buffers[1].view(0, 1024), a.buffers[3].view(0, 1024)));
            return a.add(a.buffers[2].view(1024, 1024), a.buffers[3].view(1024, 1024));
        });
        row("halves of one buffer", 0, {1, 2, 4, 9}, [](Adding &a) -> Result<> {
            LATHE_TRY(a.add(a.buffers[0].view(0, 1024), a.buffers[3].view(0, 1024)));
            return a.add(a.buffers[0].view(1024, 1024), a.buffers[3].view(1024, 1024));
        });
        row("copy after write", 1, {1, 3, 3, 8}, [](Adding &a) -> Result<> {
            LATHE_TRY(a.add(0, 1));
            return a.recorder.copy(a.buffers[1].view(), a.buffers[2].view());
        });
        row("read after fill", 1, {0, 2, 4, 8}, [](Adding &a) -> Result<> {
            LATHE_TRY(a.recorder.fill(a.buffers[0].view(), 0));
            return a.add(0, 1);
        });
        row("fill beside", 0, {0, 2, 4, 12}, [](Adding &a) -> Result<> {
            LATHE_TRY(a.recorder.fill(a.buffers[0].view(), 0));
            return a.add(2, 3);
        });
    }

    void barriersOnlyWhereNeeded()
    {
        QFETCH(Steps, steps);
        QFETCH(uint32_t, barriers);
        QFETCH(QList<float>, expected);
        Adding adding(m_vulkan.open());
        VERIFY_RESULT(steps(adding));
        const auto recording = adding.recorder.finish();
        VERIFY_RESULT(recording);
        QCOMPARE(recording->barrierCount(), barriers);
        QCOMPARE(recording->segmentCount(), uint32_t(1));
        VERIFY_RESULT(adding.device->submit(*recording));
        for (int i = 0; i < 4; ++i)
            QCOMPARE(adding.first(size_t(i)), expected[i]);
        QCOMPARE(adding.device->counters().barriersRecorded, uint64_t(barriers));
        VERIFY_SILENT(m_vulkan);
    }

    void aBarrierLeftOutIsReported_data()
    {
        QTest::addColumn<int64_t>("dropped");
        QTest::addColumn<bool>("reported");
        QTest::newRow("none") << int64_t(-1) << false;
        QTest::newRow("first") << int64_t(0) << true;
        QTest::newRow("second") << int64_t(1) << true;
        QTest::newRow("one that is not there") << int64_t(2) << false;
    }

    void aBarrierLeftOutIsReported()
    {
        QFETCH(int64_t, dropped);
        QFETCH(bool, reported);
        Device::Options options;
        options.dropBarrier = dropped;
        Adding adding(m_vulkan.open(options));
        VERIFY_RESULT(adding.add(0, 1));
        VERIFY_RESULT(adding.add(1, 2));
        VERIFY_RESULT(adding.add(2, 3));
        VERIFY_RESULT(adding.recorder.finish());
        const auto messages = m_vulkan.takeMessages();
        QCOMPARE(!messages.empty(), reported);
        if (reported)
            QVERIFY2(messages[0].find("SYNC-HAZARD-READ-AFTER-WRITE") != std::string::npos,
                     messages[0].c_str());
    }

    void aBrokenKernelIsLeftOut_data()
    {
        QTest::addColumn<QString>("broken");
        QTest::addColumn<bool>("left");
        QTest::newRow("none") << "" << false;
        QTest::newRow("this") << "test_format.Q4_1" << true;
        QTest::newRow("all variants") << "test_format" << true;
        QTest::newRow("another variant") << "test_format.F32" << false;
        QTest::newRow("a prefix only") << "test_form" << false;
    }

    void aBrokenKernelIsLeftOut()
    {
        QFETCH(QString, broken);
        QFETCH(bool, left);
        Device::Options options;
        options.breakKernel = broken.toStdString();
        const auto device = m_vulkan.open(options);
        QVERIFY(device);
        const Buffer outputs = bufferOf(*device, Pool::Arena, std::vector<uint32_t>(4, 0));
        const BufferView views[] = {outputs.view()};
        Recorder recorder(*device);
        VERIFY_RESULT(recorder.dispatch({.kernel = device->kernel({"test_format.Q4_1", {}, 0}).value(),
                                         .bindings = views,
                                         .groups = {4, 1, 1}}));
        QCOMPARE(recorder.dispatchCount(), uint32_t(left ? 0 : 1));
        VERIFY_RESULT(device->submit(recorder.finish().value()));
        QCOMPARE(read<uint32_t>(*device, outputs.view()), std::vector<uint32_t>(4, left ? 0 : 2));
        VERIFY_SILENT(m_vulkan);
    }

    void wrongDispatchesAreRefused()
    {
        Device::Options options;
        options.maxBindingBytes = 1024;
        Adding adding(m_vulkan.open(options));
        const BufferView fine = adding.buffers[0].view(0, 1024);
        const BufferView twice[] = {fine, adding.buffers[1].view(0, 1024)};
        const auto what = [&](const Dispatch &dispatch) {
            const auto result = adding.recorder.dispatch(dispatch);
            return result ? QString() : QString::fromStdString(result.error().message());
        };
        const auto base = [&] {
            return Dispatch{.kernel = adding.kernel, .bindings = twice, .label = "layer 3"};
        };
        QCOMPARE(what(base()), QString());

        Dispatch dispatch = base();
        dispatch.loopIterations = kMaxLoopIterations + 1;
        QCOMPARE(what(dispatch),
                 "kernel test_add (layer 3): 32769 loop iterations per invocation, more than 32768: "
                 "split the row");
        dispatch = base();
        dispatch.groups[0] = 65536;
        QCOMPARE(what(dispatch),
                 "kernel test_add (layer 3): 65536 workgroups in dimension 0, more than 65535");
        dispatch = base();
        dispatch.bindings = std::span(twice).first(1);
        QCOMPARE(what(dispatch), "kernel test_add (layer 3): has 2 bindings, got 1");
        dispatch = base();
        dispatch.push = bytesOf(uint32_t(1));
        QCOMPARE(what(dispatch), "kernel test_add (layer 3): has 0 bytes of push constants, got 4");
        const BufferView large[] = {fine, adding.buffers[1].view()};
        dispatch.push = {};
        dispatch.bindings = large;
        QCOMPARE(what(dispatch),
                 "kernel test_add (layer 3): binding 1: 2048 bytes, more than 1024: bind slices");
        const BufferView outside[] = {adding.buffers[0].view(1536, 1024), fine};
        dispatch.bindings = outside;
        QVERIFY(
            what(dispatch).startsWith("kernel test_add (layer 3): binding 0: test: bytes 1536 + 1024 leave"));
        const BufferView odd[] = {adding.buffers[0].view(4, 64), fine};
        dispatch.bindings = odd;
        QVERIFY(
            what(dispatch).startsWith("kernel test_add (layer 3): binding 0: offset 4 is no multiple of "));
        QVERIFY(!adding.recorder.copy(fine, adding.buffers[0].view(512, 1024)));
        QVERIFY(!adding.recorder.copy(fine, adding.buffers[1].view(0, 512)));
        QVERIFY(!adding.recorder.fill(adding.buffers[0].view(0, 3), 1));

        dispatch = base();
        dispatch.groups[1] = 0;
        QCOMPARE(what(dispatch), QString());
        QCOMPARE(adding.recorder.dispatchCount(), uint32_t(1));
        VERIFY_SILENT(m_vulkan);
    }

    void nothingRecordedIsFine()
    {
        const auto device = m_vulkan.open();
        QVERIFY(device);
        const Recording recording = Recorder(*device).finish().value();
        QCOMPARE(recording.segmentCount(), uint32_t(0));
        VERIFY_RESULT(device->submit(recording));
        QVERIFY(!device->submit(Recording()));
        QVERIFY(!m_vulkan.open()->submit(recording)); // of another device
        VERIFY_SILENT(m_vulkan);
    }

    void longDispatchesAreSplit_data()
    {
        QTest::addColumn<QList<uint32_t>>("grid");
        QTest::newRow("x") << QList<uint32_t>{1000, 1, 1};
        QTest::newRow("y") << QList<uint32_t>{3, 70, 2};
        QTest::newRow("z") << QList<uint32_t>{1, 5, 31};
        QTest::newRow("fewer groups than parts") << QList<uint32_t>{2, 1, 1};
        QTest::newRow("one group") << QList<uint32_t>{1, 1, 1};
    }

    void longDispatchesAreSplit()
    {
        QFETCH(QList<uint32_t>, grid);
        Visiting visiting(m_vulkan.open(), {grid[0], grid[1], grid[2]});
        VERIFY_RESULT(visiting.visit(kHugeFlops));
        VERIFY_RESULT(visiting.visit(kHugeFlops));
        QCOMPARE(visiting.recorder.dispatchCount(), uint32_t(2));
        const auto recording = visiting.recorder.finish();
        VERIFY_RESULT(recording);
        const uint32_t longest = *std::ranges::max_element(visiting.grid);
        QVERIFY(recording->dispatchCount() >= 2 * std::min<uint32_t>(longest, 2));
        QVERIFY(recording->dispatchCount() <= 2 * longest);
        QCOMPARE(recording->segmentCount(), recording->dispatchCount());
        VERIFY_RESULT(visiting.device->submit(*recording));
        const size_t groups = size_t(grid[0]) * grid[1] * grid[2];
        QCOMPARE(read<uint32_t>(*visiting.device, visiting.visits.view()), std::vector<uint32_t>(groups, 2));
        VERIFY_SILENT(m_vulkan);
    }

    void aRecordingSeesAChangedParameter()
    {
        const auto device = m_vulkan.open();
        QVERIFY(device);
        const Buffer inputs = bufferOf(*device, Pool::Weights, std::vector<float>{1, 2, 3});
        const Buffer params = bufferOf(*device, Pool::Staging, std::vector<uint32_t>{0});
        const Buffer outputs = device->allocate(Pool::Readback, 12, "outputs").value();
        auto *word = reinterpret_cast<uint32_t *>(device->hostPointer(params.view()));
        const auto *result = reinterpret_cast<const float *>(device->hostPointer(outputs.view()));
        QVERIFY(word && result);
        const struct {
            uint32_t count;
            float offset;
        } push{3, 0};
        const BufferView views[] = {inputs.view(), params.view(), outputs.view()};
        Recorder recorder(*device);
        VERIFY_RESULT(recorder.dispatch({.kernel = device->kernel({"test_scale", {3}, 0}).value(),
                                         .bindings = views,
                                         .push = bytesOf(push)}));
        const Recording recording = recorder.finish().value();
        for (uint32_t step = 0; step < 5; ++step) {
            *word = step * 10;
            VERIFY_RESULT(device->submit(recording));
            QCOMPARE(std::vector(result, result + 3),
                     (std::vector{1.0f + 10 * step, 2.0f + 10 * step, 3.0f + 10 * step}));
        }
        QCOMPARE(device->counters().dispatchesRecorded, uint64_t(1));
        VERIFY_SILENT(m_vulkan);
    }

    void groupsMayComeFromTheDevice()
    {
        Adding adding(m_vulkan.open());
        const Buffer groups = bufferOf(*adding.device, Pool::Arena, std::vector<uint32_t>{9, 9, 9});
        VERIFY_RESULT(adding.recorder.fill(groups.view(), 1));
        const BufferView views[] = {adding.buffers[0].view(), adding.buffers[3].view()};
        VERIFY_RESULT(adding.recorder.dispatch(
            {.kernel = adding.kernel, .bindings = views, .groups = {0, 0, 0}, .indirect = groups.view()}));
        const Recording recording = adding.recorder.finish().value();
        QCOMPARE(recording.barrierCount(), uint32_t(1));
        VERIFY_RESULT(adding.device->submit(recording));
        std::vector<float> expected(kCount, 8.0f);
        std::fill_n(expected.begin(), 32, 9.0f); // one workgroup
        QCOMPARE(read<float>(*adding.device, adding.buffers[3].view()), expected);
        VERIFY_SILENT(m_vulkan);
    }

    void cancelStopsBetweenSegments()
    {
        constexpr uint32_t kSegments = 64;
        Visiting visiting(m_vulkan.open(), {256, 256, 1});
        TaskContext task;
        for (uint32_t i = 0; i < kSegments; ++i)
            VERIFY_RESULT(visiting.visit(600'000'000)); // two are more than a segment
        const Recording recording = visiting.recorder.finish().value();
        QVERIFY(recording.segmentCount() >= kSegments);
        std::thread canceller([&] {
            while (visiting.device->counters().segmentsSubmitted == 0)
                std::this_thread::yield();
            task.cancel.cancel();
        });
        const auto stopped = visiting.device->submit(recording, &task);
        canceller.join();
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().code, Errc::Cancelled);
        const uint64_t ran = visiting.device->counters().segmentsSubmitted;
        QVERIFY(ran >= 1 && ran < recording.segmentCount());
        const auto visits = read<uint32_t>(*visiting.device, visiting.visits.view());
        QVERIFY(visits[0] >= 1 && visits[0] < kSegments);
        QCOMPARE(visits, std::vector<uint32_t>(visits.size(), visits[0])); // whole segments only

        QCOMPARE(visiting.device->submit(recording, &task).error().code, Errc::Cancelled);
        QCOMPARE(visiting.device->counters().segmentsSubmitted, ran); // not begun
        VERIFY_SILENT(m_vulkan);
    }

    void aLostDeviceNamesWhatRan()
    {
        Device::Options options;
        options.loseAtSegment = 1;
        Log log;
        Adding adding(m_vulkan.open(options, &log));
        VERIFY_RESULT(adding.add(adding.buffers[0].view(), adding.buffers[1].view(), "layer 1: norm"));
        VERIFY_RESULT(adding.add(adding.buffers[1].view(), adding.buffers[2].view(), "layer 1: down"));
        const Recording recording = adding.recorder.finish().value();
        VERIFY_RESULT(adding.device->submit(recording));
        const auto lost = adding.device->submit(recording);
        QVERIFY(!lost);
        QCOMPARE(lost.error().code, Errc::Device);
        QCOMPARE(lost.error().subject, adding.device->info().name);
        QCOMPARE(lost.error().what,
                 std::string("the device was lost while it ran \"layer 1: norm\" to \"layer 1: down\""));
        QCOMPARE(adding.device->submit(recording).error(), lost.error());
        std::vector<std::byte> bytes(4);
        QCOMPARE(adding.device->download(adding.buffers[0].view(0, 4), bytes).error(), lost.error());
        QCOMPARE(log.lastLines().size(), size_t(1));
        QVERIFY(m_vulkan.open()); // opened anew
        VERIFY_SILENT(m_vulkan);
    }

    void threadsTakeTurns()
    {
        const auto device = m_vulkan.open();
        QVERIFY(device);
        std::vector<std::unique_ptr<Visiting>> works;
        std::vector<Recording> recordings;
        for (int i = 0; i < 4; ++i) {
            works.push_back(std::make_unique<Visiting>(device, std::array<uint32_t, 3>{50, 1, 1}));
            VERIFY_RESULT(works.back()->visit(1));
            recordings.push_back(works.back()->recorder.finish().value());
        }
        std::vector<std::thread> threads;
        std::atomic<int> failed = 0;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&, i] {
                for (int k = 0; k < 20; ++k) // a neighbour's recording too
                    failed += !device->submit(recordings[size_t(i)]) +
                              !device->submit(recordings[size_t(i + 1) % 4]);
            });
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(failed.load(), 0);
        for (const auto &work : works)
            QCOMPARE(read<uint32_t>(*device, work->visits.view()), std::vector<uint32_t>(50, 40));
        VERIFY_SILENT(m_vulkan);
    }

    void aRecordingKeepsWhatItUses()
    {
        auto device = m_vulkan.open();
        QVERIFY(device);
        Recording recording;
        {
            Visiting visiting(device, {8, 1, 1});
            VERIFY_RESULT(visiting.visit(1));
            recording = visiting.recorder.finish().value();
            VERIFY_RESULT(visiting.visit(1)); // the recorder is used again
            QCOMPARE(visiting.recorder.finish()->dispatchCount(), uint32_t(1));
        }
        QCOMPARE(device->memory().total, uint64_t(256));
        VERIFY_RESULT(device->submit(recording));
        device.reset();
        recording = {};
        VERIFY_SILENT(m_vulkan);
    }

private:
    ValidatedDevice m_vulkan;
};

QTEST_GUILESS_MAIN(TestGpuRecording)
#include "tst_gpu_recording.moc"
