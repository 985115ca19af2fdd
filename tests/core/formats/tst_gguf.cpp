// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/gguf.h"
#include "core/formats/gguf_writer.h"
#include "tests/core/golden.h"

#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <numeric>

using namespace lathe;

namespace {

constexpr std::string_view kOddText("a\xFF\0b", 4); // neither UTF-8 nor without NUL

Result<GgufFile> parseText(const std::string &bytes)
{
    return GgufFile::parse(std::as_bytes(std::span(bytes)), "memory");
}

std::string faultOf(const GgufWriter &writer)
{
    const Result<std::string> bytes = writer.toBytes("out.gguf");
    return bytes ? std::string() : bytes.error().message();
}

bool contains(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

/// All keys and tensors of `file`, to be written again.
GgufWriter copyOf(const GgufFile &file)
{
    GgufWriter writer;
    for (const auto &[key, value] : file.metadata())
        writer.setValue(key, value);
    for (const GgufTensor &tensor : file.tensors())
        writer.addTensor(tensor.name, tensor.type, tensor.shape, tensor.data);
    return writer;
}

} // namespace

class TestGguf : public QObject
{
    Q_OBJECT

private slots:
    void valuesRoundTrip()
    {
        GgufWriter writer;
        writer.setString("s", kOddText);
        writer.setBool("b", true);
        writer.setU32("u", 1);
        writer.setU64("big", UINT64_MAX);
        writer.setI32("i", -3);
        writer.setF32("f", 0.1f);
        writer.setStrings("ss", std::vector<std::string>{"x", "", "é"});
        writer.setI32s("is", std::vector<int32_t>{-1, 7});
        writer.setF32s("fs", std::vector<float>{1.5f, -INFINITY});
        writer.setStrings("none", {});
        writer.setU32("u", 4'000'000'000u); // keeps its place
        const std::string bytes = *writer.toBytes("memory");
        const GgufFile file = *parseText(bytes);
        QCOMPARE(file.version(), 3u);
        QCOMPARE(file.metadata()[2].first, std::string_view("u"));
        QCOMPARE(*file.getString("s"), kOddText);
        QCOMPARE(*file.getBool("b"), true);
        QCOMPARE(*file.getU64("u"), uint64_t(4'000'000'000));
        QCOMPARE(*file.getU64("big"), UINT64_MAX);
        QVERIFY(!file.find("big")->asI64());
        QCOMPARE(*file.find("i")->asI64(), int64_t(-3));
        QCOMPARE(*file.getF32("f"), 0.1f);
        QCOMPARE(*file.getStrings("ss"), (std::vector<std::string_view>{"x", "", "é"}));
        QCOMPARE(*file.getIntegers("is"), (std::vector<int64_t>{-1, 7}));
        QCOMPARE(*file.getFloats("fs"), (std::vector<float>{1.5f, -INFINITY}));
        QVERIFY(file.getStrings("none")->empty());
        QVERIFY(file.tensors().empty());
    }

    void integersOfEveryWidth()
    {
        const auto value = [](GgufType type, const auto &number) {
            return GgufValue::scalar(type, std::as_bytes(std::span(&number, 1)));
        };
        QCOMPARE(value(GgufType::U8, uint8_t(200)).asU64().value(), uint64_t(200));
        QCOMPARE(value(GgufType::I8, int8_t(-5)).asI64().value(), int64_t(-5));
        QVERIFY(!value(GgufType::I8, int8_t(-5)).asU64());
        QCOMPARE(value(GgufType::U16, uint16_t(65535)).asU64().value(), uint64_t(65535));
        QCOMPARE(value(GgufType::I16, int16_t(-300)).asI64().value(), int64_t(-300));
        QCOMPARE(value(GgufType::I64, int64_t(INT64_MIN)).asI64().value(), INT64_MIN);
        QCOMPARE(value(GgufType::F64, 0.5).asF32().value(), 0.5f);
        QVERIFY(!value(GgufType::F32, 1.0f).asU64());
        QVERIFY(!value(GgufType::U32, 1u).asF32());
        QVERIFY(!value(GgufType::U8, uint8_t(1)).asBool());
    }

    void gettersNameTheKey()
    {
        GgufWriter writer;
        writer.setString("name", "x");
        writer.setI32("negative", -1);
        writer.setI32s("list", std::vector<int32_t>{1});
        const std::string bytes = *writer.toBytes("memory");
        const GgufFile file = *parseText(bytes);
        QCOMPARE(
            file.getU64("absent").error().message(),
            std::string(
                "memory: has no metadata key \"absent\"; get the file again, or convert the model again"));
        QVERIFY(contains(file.getU64("name").error().message(),
                         "\"name\" is not an integer of 0 or more (string)"));
        QVERIFY(!file.getU64("negative"));
        QVERIFY(contains(file.getString("list").error().message(), "\"list\" is not a string (i32 array)"));
        QVERIFY(!file.getStrings("list"));
        QCOMPARE(*file.getU64("absent", 7), uint64_t(7));
        QCOMPARE(*file.getString("absent", "y"), std::string_view("y"));
        QCOMPARE(*file.getF32("absent", 2.0f), 2.0f);
        QCOMPARE(*file.getBool("absent", true), true);
        QVERIFY(!file.getBool("name", true)); // there, but of another type
    }

    void tensorsRoundTrip_data()
    {
        QTest::addColumn<uint32_t>("alignment");
        QTest::newRow("default") << 0u;
        QTest::newRow("64") << 64u;
        QTest::newRow("4096") << 4096u;
    }

    void tensorsRoundTrip()
    {
        QFETCH(uint32_t, alignment);
        std::vector<float> floats(15);
        std::iota(floats.begin(), floats.end(), 1.0f);
        const std::vector<std::byte> quants(2 * 3 * 20, std::byte(0x5A));
        GgufWriter writer;
        if (alignment)
            writer.setU32("general.alignment", alignment);
        writer.addTensor("a.weight", DType::F32, {5, 3}, std::as_bytes(std::span(floats)));
        writer.addTensor("b.weight", DType::Q4_1, {64, 1, 3}, quants);
        QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("m.gguf").toStdString();
        QVERIFY(writer.write(path, false));
        QVERIFY(!writer.write(path, false));
        GgufFile moved = *GgufFile::open(path);
        const GgufFile file = std::move(moved);
        const GgufTensor *a = file.findTensor("a.weight"), *b = file.findTensor("b.weight");
        QVERIFY(a && b && !file.findTensor("c.weight"));
        QCOMPARE(a->rows, uint64_t(3));
        QCOMPARE(a->cols, uint64_t(5));
        QCOMPARE(loadLe<float>(a->data.data() + 14 * 4), 15.0f);
        QCOMPARE(b->shape, (std::vector<uint64_t>{64, 1, 3}));
        QCOMPARE(b->rows, uint64_t(3));
        QCOMPARE(b->type, DType::Q4_1);
        QVERIFY(std::equal(b->data.begin(), b->data.end(), quants.begin(), quants.end()));
        for (const GgufTensor *tensor : {a, b})
            QCOMPARE(tensor->offset % (alignment ? alignment : 32), uint64_t(0));
    }

    void writerRefuses()
    {
        const std::vector<std::byte> data(64);
        GgufWriter twice;
        twice.addTensor("t", DType::F32, {16}, data);
        QCOMPARE(faultOf(twice), std::string());
        twice.addTensor("t", DType::F32, {16}, data);
        QCOMPARE(faultOf(twice), std::string("out.gguf: tensor \"t\" is given twice"));
        const auto fault = [&](std::string_view name, DType type, std::vector<uint64_t> shape) {
            GgufWriter writer;
            writer.addTensor(name, type, std::move(shape), data);
            return faultOf(writer);
        };
        QVERIFY(contains(fault("t", DType::F32, {17}), "does not fit its shape"));
        QVERIFY(contains(fault("t", DType::F32, {4, uint64_t(1) << 62}), "does not fit its shape"));
        QVERIFY(contains(fault("t", DType::F32, {}), "1 to 4 dimensions"));
        QVERIFY(contains(fault("t", DType::Q4_0, {16}), "cannot store"));
        QVERIFY(contains(fault(std::string(65, 'x'), DType::F32, {16}), "does not allow"));
        QVERIFY(contains(fault("a\nb", DType::F32, {16}), "does not allow"));
        GgufWriter aligned;
        aligned.setU32("general.alignment", 48);
        QVERIFY(contains(faultOf(aligned), "general.alignment"));
        aligned.setU64("general.alignment", 64);
        QVERIFY(contains(faultOf(aligned), "general.alignment"));
        aligned.remove("general.alignment");
        QCOMPARE(faultOf(aligned), std::string());
    }

    void readsVersion2()
    {
        GgufWriter writer;
        writer.setU32("k", 5);
        std::string bytes = *writer.toBytes("memory");
        bytes[4] = 2;
        const GgufFile file = *parseText(bytes);
        QCOMPARE(file.version(), 2u);
        QCOMPARE(*file.getU64("k"), uint64_t(5));
    }

    /// Files that the format's own Python package wrote, read and written again, come out bit for bit.
    void rewritesModels_data()
    {
        QTest::addColumn<QString>("file");
        for (const char *name :
             {"llama_gqa_tied/gguf/llama_gqa_tied-F32", "llama_gqa_tied/gguf/llama_gqa_tied-F16",
              "llama_rope3/gguf/llama_rope3-F32", "llama_untied/gguf/llama_untied-F32"})
            QTest::newRow(name) << QString("models/%1.gguf").arg(name);
    }

    void rewritesModels()
    {
        QFETCH(QString, file);
        const std::filesystem::path path = golden::dataPath(file.toStdString());
        const Result<GgufFile> opened = GgufFile::open(path);
        QVERIFY2(opened, opened ? "" : opened.error().message().c_str());
        QVERIFY(*copyOf(*opened).toBytes("copy") == *readText(path));
    }

    /// The F16 file holds the F32 file's matrices rounded to nearest even, its vectors unchanged.
    void halvesOfTheSameModel()
    {
        const GgufFile full =
            *GgufFile::open(golden::dataPath("models/llama_gqa_tied/gguf/llama_gqa_tied-F32.gguf"));
        const GgufFile half =
            *GgufFile::open(golden::dataPath("models/llama_gqa_tied/gguf/llama_gqa_tied-F16.gguf"));
        QCOMPARE(*full.getString("general.architecture"), std::string_view("llama"));
        QCOMPARE(full.tensors().size(), half.tensors().size());
        size_t halves = 0;
        for (const GgufTensor &a : full.tensors()) {
            const GgufTensor *b = half.findTensor(a.name);
            QVERIFY(b);
            QCOMPARE(b->shape, a.shape);
            halves += b->type == DType::F16;
            for (uint64_t i = 0; i < a.rows * a.cols; ++i) {
                const float value = loadLe<float>(a.data.data() + i * 4);
                if (b->type == DType::F16)
                    QCOMPARE(loadLe<uint16_t>(b->data.data() + i * 2), floatToHalf(value));
                else
                    QCOMPARE(loadLe<float>(b->data.data() + i * 4), value);
            }
        }
        QVERIFY(halves > 0);
    }
};

QTEST_GUILESS_MAIN(TestGguf)
#include "tst_gguf.moc"
