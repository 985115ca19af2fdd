// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/case_runner.h"
#include "core/ops/cases.h"
#include "core/tensor/device_layout.h"
#include "tests/core/golden.h"
#include "tests/core/gpu/gpu_fixture.h"

#include <QTest>
#include <algorithm>

using namespace lathe;
using namespace lathe::gpu;

namespace {

constexpr uint32_t kRows = 13; // no multiple of the 8 rows of a group

/// kRows rows of the blocks that ggml decoded for tests/data/quant, in an order that differs from row to row.
std::vector<std::byte> goldenRows(DType type, uint32_t blocksPerRow)
{
    const golden::File file("quant/ggml/random_blocks.safetensors");
    const DTypeInfo &info = dtypeInfo(type);
    const std::span<const std::byte> blocks = file.bytes(std::string(info.name) + ".bytes");
    std::vector<std::byte> rows;
    for (uint32_t i = 0; i < kRows * blocksPerRow; ++i) {
        const size_t from = size_t(i) * 7 % (blocks.size() / info.blockBytes) * info.blockBytes;
        rows.insert(rows.end(), blocks.begin() + ptrdiff_t(from),
                    blocks.begin() + ptrdiff_t(from + info.blockBytes));
    }
    return rows;
}

/// Random blocks with sane scales.
std::vector<std::byte> randomRows(DType type, uint32_t cols)
{
    OpCase row;
    row.in = {cases::weight(type, kRows, cols)};
    return fillCase(row, 5).buffers.front();
}

/// Rows of a type without blocks, with every exponent that is finite.
std::vector<std::byte> plainRows(DType type, uint32_t cols)
{
    std::vector<std::byte> rows(kRows * rowBytes(type, cols));
    for (uint32_t i = 0; i < kRows * cols; ++i) {
        const float value = std::ldexp(float(i % 97) - 48.0f, int(i % 17) - 12);
        const uint32_t bits = type == DType::F32   ? std::bit_cast<uint32_t>(value)
                              : type == DType::F16 ? floatToHalf(value)
                                                   : floatToBfloat(value);
        std::memcpy(rows.data() + i * dtypeInfo(type).blockBytes, &bits, dtypeInfo(type).blockBytes);
    }
    return rows;
}

} // namespace

/// Layout and shader include of each weight format together give what the host's decoder gives.
class TestDeviceFormats : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_device = m_validated.open();
        QVERIFY(m_device);
    }

    void unpacksExactly_data()
    {
        QTest::addColumn<int>("type");
        for (const DType type : weightTypes())
            QTest::newRow(dtypeInfo(type).name.data()) << int(type);
    }

    void unpacksExactly()
    {
        QFETCH(int, type);
        const DTypeInfo &info = dtypeInfo(DType(type));
        const bool plain = info.blockElements == 1, ours = info.ggufType < 0;
        // An incomplete unit, where units hold several blocks; of our types an incomplete block.
        const uint32_t cols = plain ? 37 : 3 * info.blockElements - (ours ? 7 : 0);
        const std::vector<std::byte> rows = plain  ? plainRows(DType(type), cols)
                                            : ours ? randomRows(DType(type), cols)
                                                   : goldenRows(DType(type), 3);
        std::vector<float> expected(size_t(kRows) * cols);
        for (uint32_t r = 0; r < kRows; ++r)
            decodeColumns(DType(type), rows.data() + r * rowBytes(DType(type), cols), cols,
                          expected.data() + size_t(r) * cols);
        const std::vector<float> got = unpackOnDevice(DType(type), rows, cols);
        QCOMPARE(got.size(), expected.size());
        for (size_t i = 0; i < got.size(); ++i)
            QCOMPARE(got[i] + 0.0f, expected[i] + 0.0f); // −0 counts as 0
        VERIFY_SILENT(m_validated);
    }

private:
    std::vector<float> unpackOnDevice(DType type, const std::vector<std::byte> &rows, uint32_t cols)
    {
        const DeviceLayout &layout = deviceLayout(type);
        std::vector<uint32_t> packed(layout.packedBytes(kRows, cols) / sizeof(uint32_t));
        packRows(type, rows.data(), kRows, cols, packed);
        const Buffer weight = bufferOf(*m_device, Pool::Weights, packed);
        const Buffer out = bufferOf(*m_device, Pool::Arena, std::vector<float>(size_t(kRows) * cols, NAN));
        const auto kernel = m_device->kernel({"test_unpack." + std::string(dtypeInfo(type).name)});
        if (!weight || !out || !kernel)
            return {};
        const uint32_t units = layout.units(cols), push[3] = {kRows, cols, units};
        const BufferView views[2] = {weight.view(), out.view()};
        Dispatch dispatch;
        dispatch.kernel = *kernel;
        dispatch.bindings = views;
        dispatch.push = std::as_bytes(std::span(push));
        dispatch.groups[0] = (units + 7) / 8;
        dispatch.groups[1] = (kRows + 3) / 4;
        Recorder recorder(*m_device);
        if (!recorder.dispatch(dispatch))
            return {};
        const auto recording = recorder.finish();
        if (!recording || !m_device->submit(*recording))
            return {};
        return read<float>(*m_device, out.view());
    }

    ValidatedDevice m_validated;
    std::shared_ptr<Device> m_device;
};

QTEST_GUILESS_MAIN(TestDeviceFormats)
#include "tst_device_formats.moc"
