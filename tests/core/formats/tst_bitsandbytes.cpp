// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/bitsandbytes.h"
#include "tests/core/formats/tensor_set.h"

#include <QTest>
#include <functional>
#include <limits>

using namespace lathe;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// One case of tests/data/quant/bnb as a file of transformers would hold it; the golden data name their parts
/// otherwise.
TensorSet asInFile(const golden::File &file, const std::string &name, const std::string &kind, uint64_t rows,
                   uint64_t cols, bool nested)
{
    TensorSet out;
    const auto packed = file.bytes(name + ".packed");
    out.set("weight", "U8", {packed.size(), 1}, packed);
    out.set("weight.quant_map", "F32", {16}, file.bytes("codebook"));
    std::string state = R"({"quant_type": ")" + kind +
                        R"(", "blocksize": 64, "dtype": "float32", "shape": [)" + std::to_string(rows) +
                        ", " + std::to_string(cols) + "]";
    if (nested) {
        const auto copy = [&](const std::string &to, const std::string &from) {
            const SafetensorsTensor &tensor = file.tensor(from);
            out.set(to, tensor.dtype, tensor.shape, tensor.data);
        };
        copy("weight.absmax", name + ".nested_absmax_u8");
        copy("weight.nested_absmax", name + ".nested_absmax2");
        copy("weight.nested_quant_map", "dynamic_map_8bit");
        const float offset = file.floats(name + ".nested_offset").at(0);
        state += R"(, "nested_blocksize": 256, "nested_dtype": "float32", "nested_offset": )" +
                 QByteArray::number(double(offset), 'g', 17).toStdString();
    } else {
        const SafetensorsTensor &absmax = file.tensor(name + ".absmax");
        out.set("weight.absmax", absmax.dtype, absmax.shape, absmax.data);
    }
    out.setText("weight.quant_state.bitsandbytes__" + kind, state + "}");
    return out;
}

/// "dequant_rows_0_1_64_129" → those rows; "dequant" → all.
std::vector<uint64_t> rowsIn(const std::string &name, uint64_t rows)
{
    std::vector<uint64_t> out;
    const size_t at = name.find("_rows_");
    if (at == std::string::npos) {
        for (uint64_t row = 0; row < rows; ++row)
            out.push_back(row);
        return out;
    }
    for (const QByteArray &number : QByteArray(name.c_str() + at + 6).split('_'))
        out.push_back(number.toULongLong());
    return out;
}

TensorSet doubleQuantized()
{
    static const golden::File file("quant/bitsandbytes.safetensors");
    return TensorSet(file, "nf4_dq_3x64.");
}

std::string replaced(std::string text, const std::string &from, const std::string &to)
{
    return text.replace(text.find(from), from.size(), to);
}

} // namespace

class TestBitsAndBytes : public QObject
{
    Q_OBJECT

private slots:
    void goldenBytesDecodeExactly_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::newRow("nf4") << "nf4";
        QTest::newRow("fp4") << "fp4";
    }

    /// Every decoded tensor of the golden file, plain and with double quantization, bit for bit.
    void goldenBytesDecodeExactly()
    {
        QFETCH(QString, kind);
        const golden::File file("quant/bnb/" + kind.toStdString() + ".safetensors");
        int compared = 0;
        for (const SafetensorsTensor &tensor : file.tensors()) {
            const size_t dot = tensor.name.find('.');
            if (dot == std::string::npos || tensor.name.find("dequant", dot) == std::string::npos ||
                tensor.name.ends_with("absmax_dequant"))
                continue;
            const std::string name = tensor.name.substr(0, dot);
            const bool nested = tensor.name.compare(dot, 8, ".nested_") == 0;
            const uint64_t cols = tensor.shape.at(1);
            const bool whole = tensor.name.ends_with("dequant");
            const uint64_t rows = whole ? tensor.shape[0] : file.bytes(name + ".packed").size() * 2 / cols;
            const TensorSet set = asInFile(file, name, kind.toStdString(), rows, cols, nested);
            const QuantizedParts parts = set.parts();
            QVERIFY(isFourBitWeight(parts, "weight"));
            const Result<FourBitWeight> weight = readFourBitWeight(parts, "weight");
            QVERIFY2(weight, weight ? "" : weight.error().message().c_str());
            std::vector<float> decoded;
            for (const uint64_t row : rowsIn(tensor.name, rows)) {
                std::vector<float> values(cols);
                weight->decode(row * cols, values);
                decoded.insert(decoded.end(), values.begin(), values.end());
            }
            const std::string difference = firstDifference(decoded, file.floats(tensor.name));
            QVERIFY2(difference.empty(), (tensor.name + ": " + difference).c_str());
            if (nested) {
                const std::vector<float> scales = file.floats(name + ".nested_absmax_dequant");
                for (size_t block = 0; block < scales.size(); ++block)
                    QCOMPARE(weight->blockScale(block), scales[block]);
            }
            ++compared;
        }
        QVERIFY2(compared >= 10, std::to_string(compared).c_str());
    }

    /// The scales of a weight of QLoRA: those of double quantization are what its record says.
    void qloraScales()
    {
        const golden::File file("quant/bnb/qlora_double.safetensors"), nf4("quant/bnb/nf4.safetensors");
        int compared = 0;
        for (const SafetensorsTensor &tensor : file.tensors()) {
            const std::string end = ".absmax_dequant";
            if (!tensor.name.ends_with(end))
                continue;
            const std::string name = tensor.name.substr(0, tensor.name.size() - end.size());
            const uint64_t count = file.bytes(name + ".packed").size() * 2;
            TensorSet set;
            const auto copy = [&](const std::string &to, const golden::File &from, const std::string &what) {
                const SafetensorsTensor &part = from.tensor(what);
                set.set(to, part.dtype, part.shape, part.data);
            };
            set.set("w", "U8", {count / 2, 1}, file.bytes(name + ".packed"));
            copy("w.quant_map", nf4, "codebook");
            copy("w.absmax", file, name + ".nested_absmax_u8");
            copy("w.nested_absmax", file, name + ".nested_absmax2");
            copy("w.nested_quant_map", nf4, "dynamic_map_8bit");
            const double offset = double(file.floats(name + ".nested_offset").at(0));
            set.setText("w.quant_state.bitsandbytes__nf4",
                        R"({"quant_type":"nf4","blocksize":64,"shape":[64,)" + std::to_string(count / 64) +
                            R"(],"nested_blocksize":256,"nested_offset":)" +
                            QByteArray::number(offset, 'g', 17).toStdString() + "}");
            const Result<FourBitWeight> weight = readFourBitWeight(set.parts(), "w");
            QVERIFY2(weight, weight ? "" : weight.error().message().c_str());
            const std::vector<float> want = file.floats(tensor.name);
            std::vector<float> scales(want.size());
            for (size_t block = 0; block < scales.size(); ++block)
                scales[block] = weight->blockScale(block);
            QCOMPARE(firstDifference(scales, want), std::string());
            const std::vector<float> map = nf4.floats("codebook");
            std::vector<float> decoded(count), expected(count);
            weight->decode(0, decoded);
            for (size_t i = 0; i < count; ++i) {
                const auto byte = uint8_t(file.bytes(name + ".packed")[i / 2]);
                expected[i] = map[i % 2 ? byte & 15 : byte >> 4] * want[i / 64];
            }
            QCOMPARE(firstDifference(decoded, expected), std::string());
            ++compared;
        }
        QVERIFY(compared > 0);
    }

    void filesOfThePackage_data()
    {
        QTest::addColumn<QString>("type");
        QTest::newRow("nf4_3x64") << "NF4";
        QTest::newRow("nf4_dq_3x64") << "NF4-DQ";
        QTest::newRow("nf4_dq_132x128") << "NF4-DQ"; // 264 blocks: two nested groups
        QTest::newRow("fp4_3x64") << "FP4";
        QTest::newRow("fp4_dq_3x64") << "FP4-DQ";
        QTest::newRow("fp4_dq_132x128") << "FP4-DQ";
    }

    /// What bitsandbytes itself wrote, against its dequantize_4bit.
    void filesOfThePackage()
    {
        QFETCH(QString, type);
        const golden::File file("quant/bitsandbytes.safetensors");
        const TensorSet set(file, std::string(QTest::currentDataTag()) + ".");
        const QuantizedParts parts = set.parts();
        QVERIFY(isFourBitWeight(parts, "weight"));
        QVERIFY(!isInt8Weight(parts, "weight"));
        const Result<FourBitWeight> weight = readFourBitWeight(parts, "weight");
        QVERIFY2(weight, weight ? "" : weight.error().message().c_str());
        QCOMPARE(QString::fromUtf8(weight->typeName().data()), type);
        QCOMPARE(weight->dtype, std::string("float32"));
        std::vector<float> decoded(weight->rows * weight->cols);
        weight->decode(0, decoded);
        const std::string prefix = std::string(QTest::currentDataTag()) + ".";
        QCOMPARE(firstDifference(decoded, file.floats(prefix + "decoded")), std::string());
        // A piece that begins within a byte and a block.
        std::vector<float> piece(70);
        weight->decode(61, piece);
        QCOMPARE(firstDifference(piece, {decoded.begin() + 61, decoded.begin() + 131}), std::string());
    }

    void int8OfThePackage()
    {
        const golden::File file("quant/bitsandbytes.safetensors");
        const TensorSet set(file, "int8_24x77.");
        const QuantizedParts parts = set.parts();
        QVERIFY(isInt8Weight(parts, "weight"));
        QVERIFY(!isFourBitWeight(parts, "weight"));
        const Result<Int8Weight> weight = readInt8Weight(parts, "weight");
        QVERIFY2(weight, weight ? "" : weight.error().message().c_str());
        std::vector<float> decoded(24 * 77);
        weight->decode(0, decoded);
        QCOMPARE(firstDifference(decoded, file.floats("int8_24x77.decoded")), std::string());
    }

    void damagedFourBit_data()
    {
        using Damage = std::function<void(TensorSet &)>;
        QTest::addColumn<Damage>("damage");
        QTest::addColumn<QString>("fault");
        const auto row = [](const char *name, Damage damage, const char *fault) {
            QTest::newRow(name) << damage << QString::fromUtf8(fault);
        };
        const std::string state = "weight.quant_state.bitsandbytes__nf4";
        const auto edit = [state](const std::string &from, const std::string &to) {
            return Damage([=](TensorSet &set) { set.setText(state, replaced(set.text(state), from, to)); });
        };
        const auto offset = [state](const std::string &value) {
            return Damage([=](TensorSet &set) {
                const std::string text = set.text(state);
                set.setText(state, text.substr(0, text.find("\"nested_offset\"")) +
                                       "\"nested_offset\": " + value + "}");
            });
        };
        const std::vector<uint8_t> bytes(96);
        const std::vector<float> floats(256, 1.0f);
        row(
            "no absmax", [](TensorSet &s) { s.remove("weight.absmax"); }, "tensor weight.absmax is missing");
        row(
            "no map", [](TensorSet &s) { s.remove("weight.quant_map"); },
            "tensor weight.quant_map is missing");
        row(
            "no weight", [](TensorSet &s) { s.remove("weight"); }, "tensor weight is missing");
        row(
            "no nested map", [](TensorSet &s) { s.remove("weight.nested_quant_map"); },
            "tensor weight.nested_quant_map is missing");
        row(
            "short absmax",
            [=](TensorSet &s) {
                s.set("weight.absmax", "U8", {2}, std::span(std::as_bytes(std::span(bytes))).first(2));
            },
            "tensor weight.absmax is 2, not 3");
        row(
            "absmax of floats",
            [=](TensorSet &s) { s.set("weight.absmax", "F32", {3}, std::vector<float>(3)); },
            "tensor weight.absmax is of type F32, not U8");
        row(
            "short map",
            [=](TensorSet &s) { s.set("weight.quant_map", "F32", {15}, std::vector<float>(15)); },
            "tensor weight.quant_map is 15, not 16");
        row(
            "map of integers",
            [=](TensorSet &s) { s.set("weight.quant_map", "I32", {16}, std::vector<int>(16)); },
            "tensor weight.quant_map is of type I32, not F32, F16 or BF16");
        row(
            "NaN in the map",
            [=](TensorSet &s) { s.set("weight.quant_map", "F32", {16}, std::vector<float>(16, kNan)); },
            "tensor weight.quant_map holds a number that is NaN or infinite");
        row(
            "short nested map",
            [=](TensorSet &s) { s.set("weight.nested_quant_map", "F32", {16}, std::vector<float>(16)); },
            "tensor weight.nested_quant_map is 16, not 256");
        row(
            "two nested scales",
            [=](TensorSet &s) { s.set("weight.nested_absmax", "F32", {2}, std::vector<float>(2)); },
            "tensor weight.nested_absmax is 2, not 1");
        row(
            "NaN scale",
            [=](TensorSet &s) { s.set("weight.nested_absmax", "F32", {1}, std::vector<float>{kNan}); },
            "tensor weight.nested_absmax holds a number that is NaN or infinite");
        row(
            "scale overflows",
            [=](TensorSet &s) {
                s.set("weight.nested_absmax", "F32", {1}, std::vector<float>{3e38f});
                s.set("weight.nested_quant_map", "F32", {256}, std::vector<float>(256, 2.0f));
            },
            "tensor weight.absmax decodes to a number that is infinite");
        row(
            "short weight",
            [=](TensorSet &s) {
                s.set("weight", "U8", {95, 1}, std::as_bytes(std::span(bytes)).first(95));
            },
            "tensor weight has 95 bytes, 3 × 64 in 4 bits takes 96");
        row(
            "flat weight", [=](TensorSet &s) { s.set("weight", "U8", {96}, bytes); },
            "tensor weight is U8 96, not one column of packed U8");
        row(
            "weight of I64",
            [=](TensorSet &s) {
                s.set("weight", "I64", {12, 1}, bytes);
            },
            "tensor weight is I64 12 × 1, not one column of packed U8");
        row(
            "both states", [=](TensorSet &s) { s.setText("weight.quant_state.bitsandbytes__fp4", "{}"); },
            "tensor weight has a quant_state of NF4 and one of FP4");
        row(
            "state of floats", [=](TensorSet &s) { s.set(state, "F32", {256}, floats); },
            "is not a list of U8");
        row(
            "state is no JSON", [=](TensorSet &s) { s.setText(state, "{\"shape\": [1,"); }, "is not JSON");
        row(
            "state is a list", [=](TensorSet &s) { s.setText(state, "[]"); }, "is not a JSON object");
        row(
            "state is empty", [=](TensorSet &s) { s.setText(state, ""); }, "is not JSON");
        row(
            "deep state", [=](TensorSet &s) { s.setText(state, std::string(60000, '[')); },
            "nested deeper than 4");
        row(
            "large state", [=](TensorSet &s) { s.setText(state, std::string(70000, ' ')); },
            "at most 65536 are read");
        row("other type", edit("\"nf4\"", "\"int8\""), "quant_type does not fit the tensor's name");
        row("block size 0", edit("\"blocksize\": 64", "\"blocksize\": 0"),
            "blocksize is 0, not a power of two");
        row("block size 48", edit("\"blocksize\": 64", "\"blocksize\": 48"),
            "blocksize is 48, not a power of two");
        row("block size 2^63", edit("\"blocksize\": 64", "\"blocksize\": 9223372036854775808"),
            "not a power of two");
        row("block size text", edit("\"blocksize\": 64", "\"blocksize\": \"64\""), "blocksize is a string");
        row("block size -1", edit("\"blocksize\": 64", "\"blocksize\": -1"), "blocksize is -1, less than 0");
        row("nested block size 0", edit("\"nested_blocksize\": 256", "\"nested_blocksize\": 0"),
            "nested_blocksize is 0");
        row("NaN offset", offset("NaN"), "is not JSON");
        row("offset too large", offset("1e300"), "nested_offset is out of range");
        row("no offset", edit("\"nested_offset\"", "\"nested_dtyp\""),
            "unsupported: the setting nested_dtyp");
        row("rows 0", edit("[3, 64]", "[0, 64]"), "shape is not two whole numbers above 0");
        row("one dimension", edit("[3, 64]", "[192]"), "shape is not two whole numbers above 0");
        row("negative shape", edit("[3, 64]", "[-3, 64]"), "shape is not two whole numbers above 0");
        row("shape overflows", edit("[3, 64]", "[4294967296, 4294967296]"), "shape is too large");
        row("shape at the edge", edit("[3, 64]", "[9223372036854775807, 1]"), "has 96 bytes");
        row("other shape", edit("[3, 64]", "[64, 4]"),
            "tensor weight has 96 bytes, 64 × 4 in 4 bits takes 128");
    }

    void damagedFourBit()
    {
        QFETCH(std::function<void(TensorSet &)>, damage);
        QFETCH(QString, fault);
        TensorSet set = doubleQuantized();
        damage(set);
        const Result<FourBitWeight> weight = readFourBitWeight(set.parts(), "weight");
        QVERIFY(!weight);
        const QString message = QString::fromStdString(weight.error().message());
        QVERIFY2(message.contains(fault), qPrintable(message));
        QVERIFY2(message.startsWith("folder: ") && message.contains("tensor weight") &&
                     !message.contains('\n'),
                 qPrintable(message));
    }

    void damagedInt8()
    {
        const auto fault = [](const std::function<void(TensorSet &)> &damage) {
            TensorSet set;
            set.set("a.weight", "I8", {2, 3}, std::vector<int8_t>{1, 2, 3, 4, 5, 6});
            set.set("a.SCB", "F32", {2}, std::vector<float>{127, 254});
            damage(set);
            const Result<Int8Weight> weight = readInt8Weight(set.parts(), "a.weight");
            return weight ? std::string() : weight.error().message();
        };
        const auto has = [&](const std::function<void(TensorSet &)> &damage, const char *text) {
            return fault(damage).find(text) != std::string::npos;
        };
        QCOMPARE(fault([](TensorSet &) {}), std::string());
        QVERIFY(has([](TensorSet &s) { s.set("a.SCB", "F32", {3}, std::vector<float>(3)); },
                    "folder: tensor a.SCB is 3, not 2"));
        QVERIFY(has(
            [](TensorSet &s) {
                s.set("a.SCB", "F32", {2}, std::vector<float>{1, kNan});
            },
            "tensor a.SCB holds a number that is NaN or infinite"));
        QVERIFY(has([](TensorSet &s) { s.remove("a.SCB"); }, "tensor a.SCB is missing"));
        QVERIFY(has(
            [](TensorSet &s) {
                s.set("a.weight", "U8", {2, 3}, std::vector<int8_t>(6));
            },
            "tensor a.weight is U8 2 × 3, not a matrix of I8"));
        QVERIFY(has([](TensorSet &s) { s.set("a.weight", "I8", {6}, std::vector<int8_t>(6)); },
                    "not a matrix of I8"));
        QVERIFY(has([](TensorSet &s) { s.set("a.weight_format", "U8", {}, std::vector<uint8_t>{2}); },
                    "unsupported: tensor a.weight_format is 2"));
        QVERIFY(has(
            [](TensorSet &s) {
                s.set("a.weight_format", "U8", {2}, std::vector<uint8_t>{0, 0});
            },
            "tensor a.weight_format is not a single U8"));
    }

    void settings_data()
    {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("fault");
        QTest::newRow("none") << "{}"
                              << "quantization_config.load_in_4bit and load_in_8bit are both false";
        QTest::newRow("both") << R"({"load_in_4bit":true,"load_in_8bit":true})"
                              << "are both true";
        QTest::newRow("type") << R"({"load_in_4bit":true,"bnb_4bit_quant_type":"nf5"})"
                              << "bnb_4bit_quant_type is nf5, not nf4 or fp4";
        QTest::newRow("number") << R"({"load_in_4bit":1})"
                                << "load_in_4bit is a number, not true or false";
        QTest::newRow("threshold") << R"({"load_in_8bit":true,"llm_int8_threshold":-1})"
                                   << "is negative";
        QTest::newRow("halves") << R"({"load_in_8bit":true,"llm_int8_has_fp16_weight":true})"
                                << "unsupported: the setting quantization_config.llm_int8_has_fp16_weight";
        QTest::newRow("skip") << R"({"load_in_8bit":true,"llm_int8_skip_modules":[1]})"
                              << "llm_int8_skip_modules is not a list of names";
        QTest::newRow("unknown") << R"({"load_in_4bit":true,"bnb_3bit":true})"
                                 << "unsupported: the setting quantization_config.bnb_3bit";
    }

    void settings()
    {
        QFETCH(QString, json);
        QFETCH(QString, fault);
        const nlohmann::json object = nlohmann::json::parse(json.toStdString());
        const auto config = readBitsAndBytesConfig(JsonObject(object, "config.json", "quantization_config."));
        QVERIFY(!config);
        QVERIFY2(QString::fromStdString(config.error().message()).contains(fault),
                 config.error().message().c_str());
    }

    /// As transformers writes it.
    void settingsOfTransformers()
    {
        const auto read = [](const char *text) {
            const nlohmann::json object = nlohmann::json::parse(text);
            return readBitsAndBytesConfig(JsonObject(object, "config.json", "quantization_config."));
        };
        const auto nf4 = read(R"({"_load_in_4bit":true,"_load_in_8bit":false,"load_in_4bit":true,
            "load_in_8bit":false,"bnb_4bit_compute_dtype":"float32","bnb_4bit_quant_storage":"uint8",
            "bnb_4bit_quant_type":"nf4","bnb_4bit_use_double_quant":true,"quant_method":"bitsandbytes",
            "llm_int8_enable_fp32_cpu_offload":false,"llm_int8_has_fp16_weight":false,
            "llm_int8_skip_modules":["lm_head"],"llm_int8_threshold":6.0})");
        QVERIFY2(nf4, nf4 ? "" : nf4.error().message().c_str());
        QVERIFY(nf4->kind == BitsAndBytesConfig::Kind::Nf4 && nf4->doubleQuantization);
        QCOMPARE(nf4->skipModules, std::vector<std::string>{"lm_head"});
        const auto int8 =
            read(R"({"_load_in_8bit":true,"llm_int8_threshold":5.5,"llm_int8_skip_modules":null})");
        QVERIFY(int8 && int8->kind == BitsAndBytesConfig::Kind::Int8 && int8->int8Threshold == 5.5);
        const auto fp4 = read(R"({"load_in_4bit":true})");
        QVERIFY(fp4 && fp4->kind == BitsAndBytesConfig::Kind::Fp4 && fp4->int8Threshold == 6.0);
    }
};

QTEST_APPLESS_MAIN(TestBitsAndBytes)
#include "tst_bitsandbytes.moc"
