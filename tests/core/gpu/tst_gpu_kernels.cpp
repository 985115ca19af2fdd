// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/gpu/gpu_fixture.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <bit>
#include <thread>

using namespace lathe;
using namespace lathe::gpu;

class TestGpuKernels : public QObject
{
    Q_OBJECT

private slots:
    void constantsPushAndBindings_data()
    {
        QTest::addColumn<uint32_t>("localSize");
        QTest::addColumn<float>("scale");
        QTest::addColumn<int>("count");
        QTest::newRow("one") << uint32_t(1) << 2.0f << 1;
        QTest::newRow("odd count") << uint32_t(32) << -0.5f << 1000;
        QTest::newRow("other constants") << uint32_t(64) << 3.0f << 4096;
    }

    void constantsPushAndBindings()
    {
        QFETCH(uint32_t, localSize);
        QFETCH(float, scale);
        QFETCH(int, count);
        const auto device = m_vulkan.open();
        QVERIFY(device);
        const auto kernel = device->kernel({"test_scale", {localSize, std::bit_cast<uint32_t>(scale)}, 0});
        VERIFY_RESULT(kernel);
        QCOMPARE((*kernel)->localSize()[0], localSize);
        std::vector<float> values(size_t(count), 0.0f);
        for (int i = 0; i < count; ++i)
            values[size_t(i)] = float(i);
        const Buffer inputs = bufferOf(*device, Pool::Arena, values);
        const Buffer params = bufferOf(*device, Pool::Staging, std::vector<uint32_t>{7});
        const Buffer outputs =
            bufferOf(*device, Pool::Readback, std::vector<float>(size_t(count) + 1, -1.0f));
        const struct {
            uint32_t count;
            float offset;
        } push{uint32_t(count), 0.25f};
        const BufferView views[] = {inputs.view(), params.view(), outputs.view()};
        Recorder recorder(*device);
        VERIFY_RESULT(recorder.dispatch({.kernel = *kernel,
                                         .bindings = views,
                                         .push = bytesOf(push),
                                         .groups = {(uint32_t(count) + localSize - 1) / localSize, 1, 1}}));
        const auto recording = recorder.finish();
        VERIFY_RESULT(recording);
        VERIFY_RESULT(device->submit(*recording));
        auto expected = values;
        for (float &value : expected)
            value = value * scale + 0.25f + 7.0f;
        expected.push_back(-1.0f);
        QCOMPARE(read<float>(*device, outputs.view()), expected);
        VERIFY_SILENT(m_vulkan);
    }

    void kernelsAreCompiledOnce()
    {
        const auto device = m_vulkan.open();
        QVERIFY(device);
        std::vector<std::thread> threads;
        std::array<const Kernel *, 4> kernels{};
        for (const Kernel *&slot : kernels)
            threads.emplace_back([&] { slot = device->kernel({"test_add", {}, 0}).value_or(nullptr); });
        for (std::thread &thread : threads)
            thread.join();
        QVERIFY(kernels[0]);
        for (const Kernel *kernel : kernels)
            QCOMPARE(kernel, kernels[0]);
        QCOMPARE(device->counters().kernelsCompiled, uint64_t(1));
        const Kernel *small = device->kernel({"test_scale", {1}, 0}).value();
        QVERIFY(small != device->kernel({"test_scale", {2}, 0}).value());
        QCOMPARE(small, device->kernel({"test_scale", {1}, 0}).value());
        QCOMPARE(device->counters().kernelsCompiled, uint64_t(3));
        VERIFY_SILENT(m_vulkan);
    }

    void whatIsNotThereIsRefused()
    {
        Device::Options noSubgroups;
        noSubgroups.subgroups = false;
        const auto device = m_vulkan.open(noSubgroups);
        QVERIFY(device);
        const auto missing = device->kernel({"no_such", {}, 0});
        QCOMPARE(missing.error().code, Errc::NotFound);
        QCOMPARE(missing.error().subject, std::string("kernel no_such"));
        QCOMPARE(device->kernel({"test_scale", {1u << 20}, 0}).error().code, Errc::Unsupported);
        QCOMPARE(device->kernel({"test_scale", {0}, 0}).error().code, Errc::Unsupported);
        QCOMPARE(device->kernel({"test_scale", {1}, 8}).error().code, Errc::Unsupported); // the tier is off
        QCOMPARE(m_vulkan.open()->kernel({"test_scale", {1}, 3}).error().code, Errc::Unsupported);
        VERIFY_SILENT(m_vulkan);
    }

    void requiredSubgroupSize()
    {
        const auto device = m_vulkan.open();
        QVERIFY(device);
        const Features &f = device->features();
        QVERIFY(f.subgroupArithmetic);
        const uint32_t size = f.subgroupSizeControl ? f.minSubgroup : f.subgroupSize;
        const auto kernel = device->kernel({"test_subgroup", {}, f.subgroupSizeControl ? size : 0});
        VERIFY_RESULT(kernel);
        const Buffer outputs = bufferOf(*device, Pool::Readback, std::vector<uint32_t>(2, 0));
        const BufferView views[] = {outputs.view()};
        Recorder recorder(*device);
        VERIFY_RESULT(recorder.dispatch({.kernel = *kernel, .bindings = views}));
        VERIFY_RESULT(device->submit(recorder.finish().value()));
        QCOMPARE(read<uint32_t>(*device, outputs.view()),
                 (std::vector<uint32_t>{size, size * (size - 1) / 2}));
        VERIFY_SILENT(m_vulkan);
    }

    void tiersCanBeSwitchedOff()
    {
        Device::Options options;
        options.fp16 = options.integerDot = options.subgroups = false;
        options.maxBindingBytes = 1 << 20;
        const Features off = m_vulkan.open(options)->features();
        QVERIFY(!off.fp16 && !off.storage16 && !off.integerDot && !off.subgroupArithmetic &&
                !off.subgroupShuffle);
        QCOMPARE(off.maxBindingBytes, uint64_t(1 << 20));
        const auto device = m_vulkan.open();
        QCOMPARE(device->features().fp16, device->info().features.fp16);
        VERIFY_SILENT(m_vulkan);
    }

    void pipelineCacheFileIsKeptAndDamageIsNoticed()
    {
        QTemporaryDir folder;
        Device::Options options;
        options.cacheFolder = std::filesystem::path(folder.path().toStdString()) / "made" / "here";
        Log log;
        const auto use = [&] {
            const auto device = m_vulkan.open(options, &log);
            return device && device->kernel({"test_add", {}, 0}).has_value();
        };
        QVERIFY(use());
        const QDir inside(QString::fromStdString(options.cacheFolder.string()));
        QCOMPARE(inside.entryList(QDir::Files).size(), 1);
        const std::string key = m_vulkan.instance()->devices()[0].cacheKey;
        QFile file(inside.filePath(QString::fromStdString(key) + ".pipelines"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray first = file.readAll();
        file.close();
        QVERIFY(first.size() >= 64); // our sum and Vulkan's header of 32 bytes
        QVERIFY(use());
        QVERIFY(log.lastLines().empty());

        QVERIFY(file.open(QIODevice::WriteOnly));
        QByteArray damaged = first;
        damaged[40] = char(damaged[40] ^ 1);
        file.write(damaged);
        file.close();
        QVERIFY(use());
        QCOMPARE(log.lastLines().size(), size_t(1));
        QVERIFY(log.lastLines()[0].find("not a whole pipeline cache") != std::string::npos);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), first);
        VERIFY_SILENT(m_vulkan);
    }

private:
    ValidatedDevice m_vulkan;
};

QTEST_GUILESS_MAIN(TestGpuKernels)
#include "tst_gpu_kernels.moc"
