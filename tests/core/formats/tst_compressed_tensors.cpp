// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/formats/compressed_tensors.h"
#include "tests/core/formats/tensor_set.h"

#include <QTest>
#include <functional>
#include <limits>

using namespace lathe;

namespace {

Result<CompressedTensorsConfig> readConfig(const nlohmann::json &settings)
{
    return readCompressedTensorsConfig(JsonObject(settings, "config.json", "quantization_config."));
}

nlohmann::json settingsOf(const std::string &file)
{
    return nlohmann::json::parse(*readText(golden::dataPath("quant/" + file + ".json")));
}

/// Two rows of four codes of 8 bits in groups of two, by hand.
TensorSet plain()
{
    TensorSet set;
    set.set("a.weight", "I8", {2, 4}, std::vector<int8_t>{1, -2, 3, -4, 5, 6, 7, -128});
    set.set("a.weight_scale", "F32", {2, 2}, std::vector<float>{0.5f, 2, 4, 8});
    return set;
}

/// The same in words, with zero points.
TensorSet packed()
{
    TensorSet set;
    set.set("a.weight_packed", "I32", {2, 1}, std::vector<uint32_t>{0x7c837e81, 0x00878685});
    set.set("a.weight_shape", "I64", {2}, std::vector<int64_t>{2, 4});
    set.set("a.weight_scale", "F32", {2, 2}, std::vector<float>{0.5f, 2, 4, 8});
    // Down each column: rows 0 and 1 of the group, 128 added.
    set.set("a.weight_zero_point", "I32", {1, 2}, std::vector<uint32_t>{0x8081, 0x7f82});
    return set;
}

const CompressedTensorsConfig kPlain{
    .packed = false, .bits = 8, .symmetric = true, .reach = ScaleReach::Group, .groupSize = 2, .ignored = {}};
const CompressedTensorsConfig kPacked{
    .packed = true, .bits = 8, .symmetric = false, .reach = ScaleReach::Group, .groupSize = 2, .ignored = {}};

std::vector<float> decoded(const AffineWeight &weight)
{
    std::vector<float> out(weight.rows * weight.cols);
    weight.decode(0, out);
    return out;
}

using Damage = std::function<void(TensorSet &, CompressedTensorsConfig &)>;

} // namespace

class TestCompressedTensors : public QObject
{
    Q_OBJECT

private slots:
    void filesOfThePackage_data()
    {
        QTest::addColumn<QString>("file");
        QTest::newRow("0.20: codes across words") << "compressed_tensors";
        QTest::newRow("0.12: words with padding") << "compressed_tensors_0_12";
    }

    /// Every case that the package packed, against what it decodes, bit for bit.
    void filesOfThePackage()
    {
        QFETCH(QString, file);
        const golden::File tensors("quant/" + file.toStdString() + ".safetensors");
        int compared = 0;
        const nlohmann::json cases = settingsOf(file.toStdString());
        for (const auto &[name, settings] : cases.items()) {
            const Result<CompressedTensorsConfig> config = readConfig(settings);
            QVERIFY2(config, config ? "" : config.error().message().c_str());
            QCOMPARE(config->ignored, std::vector<std::string>{"lm_head"});
            const TensorSet set(tensors, name + ".");
            const QuantizedParts parts = set.parts();
            QVERIFY(isAffineWeight(parts, "weight"));
            const Result<AffineWeight> weight = readAffineWeight(parts, "weight", *config);
            QVERIFY2(weight, weight ? "" : weight.error().message().c_str());
            const std::string difference =
                firstDifference(decoded(*weight), tensors.floats(name + ".decoded"));
            QVERIFY2(difference.empty(), (name + ": " + difference).c_str());
            ++compared;
        }
        QCOMPARE(compared, file.endsWith("12") ? 8 : 25);
    }

    void byHand()
    {
        const TensorSet set = plain();
        const auto weight = readAffineWeight(set.parts(), "a.weight", kPlain);
        QVERIFY(weight);
        QCOMPARE(decoded(*weight), (std::vector<float>{0.5f, -1, 6, -8, 20, 24, 56, -1024}));
        const TensorSet words = packed();
        const auto zeroed = readAffineWeight(words.parts(), "a.weight", kPacked);
        QVERIFY2(zeroed, zeroed ? "" : zeroed.error().message().c_str());
        // Zero points: row 0: 1, 2; row 1: 0, −1.
        QCOMPARE(decoded(*zeroed), (std::vector<float>{0, -1.5f, 2, -12, 20, 24, 64, -1016}));
        std::vector<float> piece(3);
        zeroed->decode(3, piece);
        QCOMPARE(piece, (std::vector<float>{-12, 20, 24}));
    }

    /// weight_g_idx names the group of each column; −1 everywhere: none.
    void order()
    {
        TensorSet set = plain();
        set.set("a.weight_g_idx", "I32", {4}, std::vector<int32_t>{1, 0, 0, 1});
        const auto weight = readAffineWeight(set.parts(), "a.weight", kPlain);
        QVERIFY(weight);
        QCOMPARE(decoded(*weight), (std::vector<float>{2, -1, 1.5f, -8, 40, 24, 28, -1024}));
        set.set("a.weight_g_idx", "I32", {4}, std::vector<int32_t>{-1, -1, -1, -1});
        QCOMPARE(decoded(*readAffineWeight(set.parts(), "a.weight", kPlain)),
                 (std::vector<float>{0.5f, -1, 6, -8, 20, 24, 56, -1024}));
    }

    /// 48 codes of 3 bits take five words in both packings, in which they lie differently.
    void ambiguousWidth()
    {
        const golden::File file("quant/compressed_tensors.safetensors");
        const TensorSet set(file, "narrow3.");
        CompressedTensorsConfig config{.bits = 3, .reach = ScaleReach::Channel};
        const auto weight = readAffineWeight(set.parts(), "weight", config);
        QVERIFY(!weight && weight.error().code == Errc::Unsupported);
        QVERIFY(weight.error().message().find("tensor weight_packed may be packed across words or not") !=
                std::string::npos);
    }

    void damaged_data()
    {
        QTest::addColumn<Damage>("damage");
        QTest::addColumn<QString>("fault");
        const auto row = [](const char *name, Damage damage, const char *fault) {
            QTest::newRow(name) << damage << QString::fromUtf8(fault);
        };
        const float nan = std::numeric_limits<float>::quiet_NaN();
        row(
            "no scale", [](TensorSet &s, auto &) { s.remove("a.weight_scale"); },
            "tensor a.weight_scale is missing");
        row(
            "no words", [](TensorSet &s, auto &) { s.remove("a.weight_packed"); },
            "tensor a.weight_packed is missing");
        row(
            "no shape", [](TensorSet &s, auto &) { s.remove("a.weight_shape"); },
            "tensor a.weight_shape is missing");
        row(
            "no zero points", [](TensorSet &s, auto &) { s.remove("a.weight_zero_point"); },
            "tensor a.weight_zero_point is missing");
        row(
            "NaN scale",
            [=](TensorSet &s, auto &) {
                s.set("a.weight_scale", "F32", {2, 2}, std::vector<float>{1, nan, 1, 1});
            },
            "tensor a.weight_scale holds a number that is NaN or infinite");
        row(
            "infinite F16 scale",
            [=](TensorSet &s, auto &) {
                s.set("a.weight_scale", "F16", {2, 2}, std::vector<uint16_t>{0x7c00, 0, 0, 0});
            },
            "tensor a.weight_scale holds a number that is NaN or infinite");
        row(
            "scales of the channel",
            [](TensorSet &s, auto &) {
                s.set("a.weight_scale", "F32", {2, 1}, std::vector<float>(2));
            },
            "tensor a.weight_scale is 2 × 1, not 2 × 2");
        row(
            "scales of integers",
            [](TensorSet &s, auto &) {
                s.set("a.weight_scale", "I8", {2, 2}, std::vector<int8_t>(4));
            },
            "tensor a.weight_scale is of type I8, not F32, F16 or BF16");
        row(
            "too many words",
            [](TensorSet &s, auto &) {
                s.set("a.weight_packed", "I32", {2, 2}, std::vector<int32_t>(4));
            },
            "tensor a.weight_packed is I32 2 × 2, not I32 2 × 1");
        row(
            "too few rows",
            [](TensorSet &s, auto &) {
                s.set("a.weight_packed", "I32", {1, 1}, std::vector<int32_t>(1));
            },
            "tensor a.weight_packed is I32 1 × 1, not I32 2 × 1");
        row(
            "words of F32",
            [](TensorSet &s, auto &) {
                s.set("a.weight_packed", "F32", {2, 1}, std::vector<float>(2));
            },
            "tensor a.weight_packed is F32 2 × 1, not I32 2 × 1");
        row(
            "shape of three",
            [](TensorSet &s, auto &) {
                s.set("a.weight_shape", "I64", {3}, std::vector<int64_t>{2, 4, 1});
            },
            "tensor a.weight_shape is I64 3, not two numbers of I64");
        row(
            "shape of 0",
            [](TensorSet &s, auto &) {
                s.set("a.weight_shape", "I64", {2}, std::vector<int64_t>{2, 0});
            },
            "tensor a.weight_shape holds a number that is not above 0");
        row(
            "negative shape",
            [](TensorSet &s, auto &) {
                s.set("a.weight_shape", "I32", {2}, std::vector<int32_t>{-2, 4});
            },
            "tensor a.weight_shape holds a number that is not above 0");
        row(
            "shape overflows",
            [](TensorSet &s, auto &) {
                s.set("a.weight_shape", "I64", {2}, std::vector<int64_t>{INT64_MAX, INT64_MAX});
            },
            "tensor a.weight_shape is too large");
        row(
            "other shape",
            [](TensorSet &s, auto &) {
                s.set("a.weight_shape", "I64", {2}, std::vector<int64_t>{2, 5});
            },
            "tensor a.weight_packed is I32 2 × 1, not I32 2 × 2");
        row(
            "other zero points",
            [](TensorSet &s, auto &) {
                s.set("a.weight_zero_point", "I32", {2, 2}, std::vector<int32_t>(4));
            },
            "tensor a.weight_zero_point is I32 2 × 2, which does not fit the scales");
        row(
            "few zero points",
            [](TensorSet &s, auto &) {
                s.set("a.weight_zero_point", "I8", {2, 1}, std::vector<int8_t>(2));
            },
            "tensor a.weight_zero_point is 2 × 1, which does not fit the scales");
        row(
            "zero points of F32",
            [](TensorSet &s, auto &) {
                s.set("a.weight_zero_point", "F32", {1, 2}, std::vector<float>(2));
            },
            "tensor a.weight_zero_point is F32 1 × 2, which does not fit the scales");
        row(
            "zero point out of range",
            [](TensorSet &s, CompressedTensorsConfig &c) {
                c.bits = 4;
                s.set("a.weight_zero_point", "I8", {2, 2}, std::vector<int8_t>{0, 8, 0, 0});
            },
            "tensor a.weight_zero_point holds 8, out of range for 4 bits");
        row(
            "order of uneven groups",
            [](TensorSet &s, auto &) {
                s.set("a.weight_g_idx", "I32", {4}, std::vector<int32_t>{0, 0, 0, 1});
            },
            "unsupported: tensor a.weight_g_idx with groups that have not 2 columns each");
        row(
            "order out of range",
            [](TensorSet &s, auto &) {
                s.set("a.weight_g_idx", "I32", {4}, std::vector<int32_t>{0, 0, 1, 9});
            },
            "unsupported: tensor a.weight_g_idx");
        row(
            "short order",
            [](TensorSet &s, auto &) {
                s.set("a.weight_g_idx", "I32", {3}, std::vector<int32_t>{0, 0, 1});
            },
            "tensor a.weight_g_idx is 3, not 4");
        row(
            "order of a channel",
            [](TensorSet &s, CompressedTensorsConfig &c) {
                c.reach = ScaleReach::Channel;
                s.set("a.weight_scale", "F32", {2, 1}, std::vector<float>(2));
                s.set("a.weight_zero_point", "I8", {2, 1}, std::vector<int8_t>(2));
                s.set("a.weight_g_idx", "I32", {4}, std::vector<int32_t>{0, 0, 0, 0});
            },
            "unsupported: tensor a.weight_g_idx without groups");
        row(
            "plain weight of F16",
            [](TensorSet &s, CompressedTensorsConfig &c) {
                c.packed = false;
                s.set("a.weight", "F16", {2, 4}, std::vector<uint16_t>(8));
            },
            "tensor a.weight is F16 2 × 4, not a matrix of I8");
        row(
            "no plain weight", [](TensorSet &, CompressedTensorsConfig &c) { c.packed = false; },
            "tensor a.weight is missing");
    }

    void damaged()
    {
        QFETCH(Damage, damage);
        QFETCH(QString, fault);
        TensorSet set = packed();
        CompressedTensorsConfig config = kPacked;
        damage(set, config);
        const auto weight = readAffineWeight(set.parts(), "a.weight", config);
        QVERIFY(!weight);
        const QString message = QString::fromStdString(weight.error().message());
        QVERIFY2(message.startsWith("folder: ") && message.contains(fault) && !message.contains('\n'),
                 qPrintable(message));
    }

    void settings_data()
    {
        QTest::addColumn<QString>("patch"); // RFC 7386, onto settings of the package
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("fault");
        const auto weights = [](const char *text) {
            return QString(R"({"config_groups":{"group_0":{"weights":%1}}})").arg(text);
        };
        QTest::newRow("as it is") << "{}"
                                  << "AFFINE-4-sym-group=16"
                                  << "";
        QTest::newRow("channel") << weights(R"({"strategy":"channel","group_size":-1})")
                                 << "AFFINE-4-sym-channel"
                                 << "";
        QTest::newRow("inferred") << weights(R"({"strategy":null,"symmetric":false})") << "AFFINE-4-group=16"
                                  << "";
        QTest::newRow("tensor") << weights(R"({"strategy":"tensor"})") << "AFFINE-4-sym"
                                << "";
        QTest::newRow("dense")
            << R"({"sparsity_config":{"format":"dense"},"transform_config":{},"version":"0.12"})"
            << "AFFINE-4-sym-group=16"
            << "";
        QTest::newRow("bits 0") << weights(R"({"num_bits":0})") << ""
                                << "weights.num_bits is 0, not 2 … 8";
        QTest::newRow("bits 9") << weights(R"({"num_bits":9})") << ""
                                << "num_bits is 9, not 2 … 8";
        QTest::newRow("group size 0") << weights(R"({"group_size":0})") << ""
                                      << "group_size is not above 0";
        QTest::newRow("group size text") << weights(R"({"group_size":"a"})") << ""
                                         << "group_size is a string";
        QTest::newRow("floats")
            << weights(R"({"type":"float"})") << ""
            << "unsupported: quantization_config.config_groups.group_0.weights.type float";
        QTest::newRow("block") << weights(R"({"strategy":"block"})") << ""
                               << "weights.strategy block";
        QTest::newRow("dynamic") << weights(R"({"dynamic":true})") << ""
                                 << "unsupported: quantization_config.config_groups.group_0.weights.dynamic";
        QTest::newRow("unknown")
            << weights(R"({"levels":3})") << ""
            << "unsupported: the setting quantization_config.config_groups.group_0.weights.levels";
        QTest::newRow("activations")
            << R"({"config_groups":{"group_0":{"input_activations":{"num_bits":8}}}})"
            << ""
            << "unsupported: quantization_config.config_groups.group_0.input_activations";
        QTest::newRow("two groups")
            << R"({"config_groups":{"group_1":{"targets":[],"weights":{"num_bits":8}}}})"
            << ""
            << "unsupported: quantization_config.config_groups that differ";
        QTest::newRow("no groups") << R"({"config_groups":null})"
                                   << ""
                                   << "config_groups is missing";
        QTest::newRow("group is null") << R"({"config_groups":{"group_0":3}})"
                                       << ""
                                       << "group_0 is a number, not an object";
        QTest::newRow("format") << R"({"format":"marlin-24"})"
                                << ""
                                << "unsupported: quantization_config.format marlin-24";
        QTest::newRow("sparse")
            << R"({"sparsity_config":{"format":"sparse-24-bitmask"}})"
            << ""
            << "unsupported: quantization_config.sparsity_config.format sparse-24-bitmask";
        QTest::newRow("cache") << R"({"kv_cache_scheme":{"num_bits":8}})"
                               << ""
                               << "unsupported: quantization_config.kv_cache_scheme";
        QTest::newRow("frozen") << R"({"quantization_status":"frozen"})"
                                << ""
                                << "quantization_status frozen";
        QTest::newRow("ignore") << R"({"ignore":[1]})"
                                << ""
                                << "ignore is not a list of names";
        QTest::newRow("ignore text") << R"({"ignore":"lm_head"})"
                                     << ""
                                     << "ignore is not a list of names";
    }

    void settings()
    {
        QFETCH(QString, patch);
        QFETCH(QString, type);
        QFETCH(QString, fault);
        nlohmann::json settings = settingsOf("compressed_tensors").at("pack4_group");
        settings.merge_patch(nlohmann::json::parse(patch.toStdString()));
        const Result<CompressedTensorsConfig> config = readConfig(settings);
        if (fault.isEmpty()) {
            QVERIFY2(config, config ? "" : config.error().message().c_str());
            QCOMPARE(QString::fromStdString(config->typeName()), type);
        } else {
            QVERIFY(!config);
            QVERIFY2(QString::fromStdString(config.error().message()).contains(fault),
                     config.error().message().c_str());
        }
    }
};

QTEST_APPLESS_MAIN(TestCompressedTensors)
#include "tst_compressed_tensors.moc"
