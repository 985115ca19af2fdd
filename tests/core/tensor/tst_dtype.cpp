// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/dtype.h"
#include "tests/core/golden.h"

#include <QTest>
#include <bit>
#include <cmath>

using namespace lathe;

namespace {

/// Equal bits, or both NaN (payloads may differ).
bool identical(float a, float b)
{
    return std::bit_cast<uint32_t>(a) == std::bit_cast<uint32_t>(b) || (std::isnan(a) && std::isnan(b));
}

std::vector<float> decodeAll(DType type, std::span<const std::byte> bytes)
{
    const DTypeInfo &info = dtypeInfo(type);
    const size_t blocks = bytes.size() / info.blockBytes;
    std::vector<float> out(blocks * info.blockElements);
    info.decode(bytes.data(), out.data(), blocks);
    return out;
}

/// The rows of "<input>.dequant_rows_0_1_63"; empty when the tensor holds all rows.
std::vector<size_t> listedRows(const std::string &name)
{
    std::vector<size_t> rows;
    const std::string marker = ".dequant_rows_";
    size_t at = name.find(marker);
    if (at == name.npos)
        return rows;
    for (at += marker.size(); at < name.size(); ++at) {
        rows.push_back(std::stoul(name.substr(at)));
        at = std::min(name.find('_', at), name.size());
    }
    return rows;
}

const SafetensorsTensor &bytesFor(const golden::File &file, const std::string &input)
{
    return file.tensor(file.has(input + ".bytes") ? input + ".bytes" : input + ".bytes_rows_0_63");
}

} // namespace

class TestDType : public QObject
{
    Q_OBJECT

private slots:
    void table()
    {
        for (const DType type : weightTypes()) {
            const DTypeInfo &info = dtypeInfo(type);
            QVERIFY(info.decode != nullptr);
            QCOMPARE(dtypeFromName(info.name).value(), type);
            if (info.ggufType >= 0)
                QCOMPARE(dtypeFromGguf(uint32_t(info.ggufType)).value(), type);
        }
        QCOMPARE(weightTypes().size(), size_t(23));
        QCOMPARE(dtypeFromGguf(26).value(), DType::I32);
        QVERIFY(!dtypeFromGguf(4)); // removed from the format
        QVERIFY(!dtypeFromGguf(UINT32_MAX));
        QVERIFY(!dtypeFromName("q4_1"));
        QCOMPARE(rowBytes(DType::Q4_1, 576), uint64_t(360));
        QCOMPARE(rowBytes(DType::Q6_K, 512), uint64_t(420));
    }

    void decodesAsGgml_data()
    {
        QTest::addColumn<int>("type");
        for (const DType type : weightTypes())
            if (dtypeInfo(type).blockElements > 1 && dtypeInfo(type).ggufType >= 0)
                QTest::newRow(dtypeInfo(type).name.data()) << int(type);
    }

    void decodesAsGgml()
    {
        QFETCH(int, type);
        const DTypeInfo &info = dtypeInfo(DType(type));
        const golden::File file("quant/ggml/" + std::string(info.name) + ".safetensors");
        size_t compared = 0;
        for (const SafetensorsTensor &tensor : file.tensors()) {
            const size_t dot = tensor.name.find(".dequant");
            if (dot == tensor.name.npos)
                continue;
            const SafetensorsTensor &bytes = bytesFor(file, tensor.name.substr(0, dot));
            compareRows(DType(type), bytes, listedRows(tensor.name), file.floats(tensor.name),
                        tensor.shape[1]);
            if (QTest::currentTestFailed())
                QFAIL(tensor.name.c_str());
            ++compared;
        }
        QVERIFY(compared >= 10);
    }

    void decodesRandomBlocksAsGgml_data() { decodesAsGgml_data(); }

    void decodesRandomBlocksAsGgml()
    {
        QFETCH(int, type);
        const std::string name(dtypeInfo(DType(type)).name);
        const golden::File file("quant/ggml/random_blocks.safetensors");
        compareRows(DType(type), file.tensor(name + ".bytes"), {}, file.floats(name + ".dequant"),
                    dtypeInfo(DType(type)).blockElements);
    }

    void halvesByFormula()
    {
        for (uint32_t bits = 0; bits < 0x10000; ++bits) {
            const uint16_t half = uint16_t(bits);
            const int exponent = int(bits >> 10 & 31), mantissa = int(bits & 1023);
            const float magnitude = exponent == 31  ? (mantissa ? NAN : INFINITY)
                                    : exponent == 0 ? std::ldexp(float(mantissa), -24)
                                                    : std::ldexp(float(mantissa + 1024), exponent - 25);
            const float expected = bits & 0x8000 ? -magnitude : magnitude;
            QVERIFY(identical(decodeAll(DType::F16, std::as_bytes(std::span(&half, 1)))[0], expected));
        }
    }

    void halfTables()
    {
        const golden::File file("quant/f16_bf16.safetensors");
        const std::vector<float> values = decodeAll(DType::F32, file.bytes("f32_bits"));
        const std::vector<int64_t> halves = file.ints("f16_bits");
        const std::vector<int64_t> bfloats = file.ints("bf16_bits_gguf");
        const std::vector<float> decoded = decodeAll(DType::BF16, file.bytes("bf16_bits_gguf"));
        QVERIFY(values.size() == 8228 && halves.size() == values.size() && bfloats.size() == values.size());
        for (size_t i = 0; i < values.size(); ++i) {
            QVERIFY(identical(decoded[i], std::bit_cast<float>(uint32_t(bfloats[i]) << 16)));
            if (std::isnan(values[i])) {
                QVERIFY(std::isnan(halfToFloat(uint16_t(halves[i]))) && std::isnan(decoded[i]));
                continue;
            }
            QCOMPARE(floatToHalf(values[i]), uint16_t(halves[i]));
            QCOMPARE(floatToBfloat(values[i]), uint16_t(bfloats[i]));
        }
    }

private:
    /// `rows` lists which rows of `bytes` `expected` holds; empty: all of them.
    static void compareRows(DType type, const SafetensorsTensor &bytes, std::vector<size_t> rows,
                            const std::vector<float> &expected, size_t cols)
    {
        const size_t rowSize = bytes.shape[1];
        QCOMPARE(uint64_t(rowSize), rowBytes(type, cols));
        if (rows.empty())
            for (size_t row = 0; row < bytes.shape[0]; ++row)
                rows.push_back(row);
        QCOMPARE(expected.size(), rows.size() * cols);
        for (size_t r = 0; r < rows.size(); ++r) {
            const std::vector<float> got = decodeAll(type, bytes.data.subspan(rows[r] * rowSize, rowSize));
            QCOMPARE(got.size(), cols);
            for (size_t c = 0; c < cols; ++c)
                if (!identical(got[c], expected[r * cols + c]))
                    QFAIL(qPrintable(QString("row %1, column %2: %3, expected %4")
                                         .arg(rows[r])
                                         .arg(c)
                                         .arg(double(got[c]), 0, 'g', 9)
                                         .arg(double(expected[r * cols + c]), 0, 'g', 9)));
        }
    }
};

QTEST_GUILESS_MAIN(TestDType)
#include "tst_dtype.moc"
