// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/gpu/gpu_fixture.h"

using namespace lathe;
using namespace lathe::gpu;

namespace {

constexpr uint64_t kMiB = uint64_t(1) << 20;

std::vector<uint32_t> pattern(size_t words, uint32_t seed)
{
    std::vector<uint32_t> values(words);
    for (size_t i = 0; i < words; ++i)
        values[i] = uint32_t(i) * 2654435761u + seed;
    return values;
}

} // namespace

class TestGpuMemory : public QObject
{
    Q_OBJECT

private slots:
    void devicesAreDescribed()
    {
        QVERIFY(m_vulkan.instance());
        const auto devices = m_vulkan.instance()->devices();
        QVERIFY(!devices.empty());
        QCOMPARE(m_vulkan.instance()->preferredOrder().size(), devices.size());
        for (uint32_t i = 0; i < devices.size(); ++i) {
            const DeviceInfo &info = devices[i];
            QCOMPARE(info.index, i);
            QVERIFY(!info.name.empty() && !info.driver.empty() && !info.cacheKey.empty());
            QVERIFY(info.cacheKey.find_first_not_of("0123456789abcdef-") == std::string::npos);
            QVERIFY(info.budgetBytes <= info.memoryBytes);
            QVERIFY(info.features.maxPushBytes >= 128);
            QVERIFY(info.features.maxBindingBytes >= 128 * kMiB);
            QVERIFY(256 % info.features.offsetAlignment == 0);
        }
        const auto missing = Device::open(m_vulkan.instance(), uint32_t(devices.size()), {});
        QCOMPARE(missing.error().code, Errc::NotFound);
        VERIFY_SILENT(m_vulkan);
    }

    void suballocationCountsAndGivesBack()
    {
        const auto device = m_vulkan.open();
        QVERIFY(device);
        QCOMPARE(device->memory().total, uint64_t(0));
        {
            std::vector<Buffer> buffers;
            for (int i = 0; i < 20; ++i)
                buffers.push_back(device->allocate(Pool::Arena, 1000, "a").value());
            const Buffer weights = device->allocate(Pool::Weights, 3 * kMiB, "w").value();
            const MemoryStats stats = device->memory();
            QCOMPARE(stats.inUse[size_t(Pool::Arena)], uint64_t(20 * 1024));
            QCOMPARE(stats.inUse[size_t(Pool::Weights)], 3 * kMiB);
            QCOMPARE(stats.total, 20 * 1024 + 3 * kMiB);
            QVERIFY(stats.blocks >= stats.total && stats.blocks <= 8 * kMiB);
            QCOMPARE(weights.bytes(), 3 * kMiB);
            QCOMPARE(weights.pool(), Pool::Weights);
            QCOMPARE(weights.label(), std::string_view("w"));
            const Buffer second = weights;
            QCOMPARE(device->memory().total, stats.total);
        }
        const MemoryStats after = device->memory();
        QCOMPARE(after.total, uint64_t(0));
        QCOMPARE(after.blocks, uint64_t(0));
        QCOMPARE(after.peak, 20 * 1024 + 3 * kMiB);
        device->resetPeak();
        QCOMPARE(device->memory().peak, uint64_t(0));
        VERIFY_SILENT(m_vulkan);
    }

    void buffersOfOneBlockKeepTheirContents()
    {
        const auto device = m_vulkan.open();
        QVERIFY(device);
        std::vector<Buffer> buffers;
        for (uint32_t i = 0; i < 8; ++i)
            buffers.push_back(bufferOf(*device, Pool::State, pattern(100 + i, i)));
        buffers.erase(buffers.begin() + 3);
        buffers.insert(buffers.begin() + 3, bufferOf(*device, Pool::State, pattern(103, 3)));
        for (uint32_t i = 0; i < 8; ++i)
            QCOMPARE(read<uint32_t>(*device, buffers[i].view()), pattern(100 + i, i));
        VERIFY_SILENT(m_vulkan);
    }

    void budgetIsRefusedWithFigures()
    {
        Device::Options options;
        options.budgetBytes = 4 * kMiB;
        const auto device = m_vulkan.open(options);
        QVERIFY(device);
        QCOMPARE(device->memory().budget, 4 * kMiB);
        const Buffer first = device->allocate(Pool::Weights, 3 * kMiB, "first").value();
        const auto second = device->allocate(Pool::Arena, 2 * kMiB, "second");
        QVERIFY(!second);
        QCOMPARE(second.error().code, Errc::OutOfMemory);
        QVERIFY2(second.error().what.find("2097152 bytes needed, 1048576 bytes free") != std::string::npos,
                 second.error().what.c_str());
        VERIFY_RESULT(device->allocate(Pool::Arena, kMiB, "third"));
        QCOMPARE(device->allocate(Pool::Arena, 0, "none").error().code, Errc::BadInput);
        QCOMPARE(device->allocate(Pool::Arena, UINT64_MAX - 8, "all").error().code, Errc::BadInput);
        QCOMPARE(device->allocate(Pool::Arena, uint64_t(1) << 60, "all").error().code, Errc::OutOfMemory);
        VERIFY_SILENT(m_vulkan);
    }

    void aBufferAboveTheBlockSizeGetsItsOwn()
    {
        Device::Options options;
        options.maxBlockBytes = kMiB;
        const auto device = m_vulkan.open(options);
        QVERIFY(device);
        const Buffer large = device->allocate(Pool::Arena, 5 * kMiB, "large").value();
        QCOMPARE(device->memory().blocks, 5 * kMiB);
        const Buffer small = device->allocate(Pool::Arena, 256, "small").value();
        QCOMPARE(device->memory().blocks, 6 * kMiB);
        VERIFY_SILENT(m_vulkan);
    }

    void transfers_data()
    {
        QTest::addColumn<bool>("hostVisible");
        QTest::addColumn<int>("pool");
        QTest::addColumn<int>("words");
        for (int pool = 0; pool < int(kPoolCount); ++pool)
            for (int words : {1, 1000, 9 << 20 >> 1})
                for (bool hostVisible : {true, false})
                    QTest::addRow("%s, %d words, %s", poolName(Pool(pool)).data(), words,
                                  hostVisible ? "direct" : "ring")
                        << hostVisible << pool << words;
    }

    void transfers()
    {
        QFETCH(bool, hostVisible);
        QFETCH(int, pool);
        QFETCH(int, words);
        Device::Options options;
        options.hostVisible = hostVisible;
        const auto device = m_vulkan.open(options);
        QVERIFY(device);
        const Buffer buffer = device->allocate(Pool(pool), uint64_t(words) * 4 + 512, "test").value();
        const bool host = pool == int(Pool::Staging) || pool == int(Pool::Readback);
        if (host || !hostVisible)
            QCOMPARE(device->hostPointer(buffer.view()) != nullptr, host);
        const auto whole = pattern(size_t(words) + 128, 5);
        VERIFY_RESULT(device->upload(buffer.view(), std::as_bytes(std::span(whole))));
        const auto part = pattern(size_t(words), 9);
        const BufferView inner = buffer.view(260, uint64_t(words) * 4);
        VERIFY_RESULT(device->upload(inner, std::as_bytes(std::span(part))));
        QCOMPARE(read<uint32_t>(*device, inner), part);
        auto expected = whole;
        std::ranges::copy(part, expected.begin() + 65);
        QCOMPARE(read<uint32_t>(*device, buffer.view()), expected);
        VERIFY_SILENT(m_vulkan);
    }

    void viewsOutsideAreRefused()
    {
        const auto device = m_vulkan.open();
        const auto other = m_vulkan.open();
        QVERIFY(device && other);
        const Buffer buffer = device->allocate(Pool::Arena, 100, "small").value();
        std::vector<std::byte> bytes(64);
        QCOMPARE(device->upload(buffer.view(40, 64), bytes).error().code, Errc::BadInput);
        QCOMPARE(device->upload(buffer.view(UINT64_MAX - 20, 64), bytes).error().code, Errc::BadInput);
        QCOMPARE(device->upload(buffer.view(0, 32), bytes).error().code, Errc::BadInput);
        QCOMPARE(device->download(BufferView{Buffer(), 0, 64}, bytes).error().code, Errc::BadInput);
        QCOMPARE(other->upload(buffer.view(0, 64), bytes).error().code, Errc::BadInput);
        QVERIFY(!device->hostPointer(buffer.view(40, 64)));
        VERIFY_SILENT(m_vulkan);
    }

    void aBufferOutlivesItsDevice()
    {
        auto device = m_vulkan.open();
        QVERIFY(device);
        Buffer buffer = device->allocate(Pool::Weights, 1000, "late").value();
        device.reset();
        QCOMPARE(buffer.bytes(), uint64_t(1000));
        buffer = {};
        VERIFY_SILENT(m_vulkan);
    }

private:
    ValidatedDevice m_vulkan;
};

QTEST_GUILESS_MAIN(TestGpuMemory)
#include "tst_gpu_memory.moc"
