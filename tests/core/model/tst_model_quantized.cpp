// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/quantized_matrix.h"
#include "tests/core/formats/tensor_set.h"
#include "tests/core/model/golden_devices.h"
#include "tests/core/model/golden_folder.h"
#include "tests/core/model/golden_model.h"

#include <QTemporaryDir>

using namespace lathe;
using golden::Ids;
using golden::Rows;

namespace {

namespace fs = std::filesystem;

constexpr const char *kKinds[] = {"nf4", "nf4-dq", "fp4", "w4a16", "w4a16-asym", "w8a16", "int8"};
constexpr uint32_t kPrompts = 2;

fs::path folderOf(const std::string &kind)
{
    return golden::dataPath("quantized") / kind;
}

/// The last rows of each prompt, as many as are recorded.
std::vector<float> tail(const Rows &rows, size_t count)
{
    std::vector<float> out;
    for (size_t i = rows.size() - count; i < rows.size(); ++i)
        out.insert(out.end(), rows[i].begin(), rows[i].end());
    return out;
}

double worst(const std::vector<float> &got, const std::vector<float> &want)
{
    double difference = got.size() == want.size() ? 0 : INFINITY;
    for (size_t i = 0; i < got.size() && i < want.size(); ++i) {
        const double error = std::abs(double(got[i]) - want[i]);
        difference = error <= difference ? difference : error; // NaN stays
    }
    return difference;
}

} // namespace

/// Folders that bitsandbytes and compressed-tensors wrote (tests/tools/make_quantized_models.py), against the
/// logits that those packages compute with them. The bounds are the issue's.
class TestModelQuantized : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_devices.open(); }
    void cleanupTestCase() { m_devices.close(); }

    void logits_data() { golden::GoldenDevices::addRows("kind", {std::begin(kKinds), std::end(kKinds)}); }
    void logits()
    {
        QFETCH(QString, kind);
        const auto runner = makeRunner(kind, {});
        const double bound = kind == "int8" ? 2e-2 : 1e-3;
        double alone = 0, batched = 0, stepped = 0;
        const std::vector<Rows> together = batch(*runner);
        for (uint32_t i = 0; i < kPrompts; ++i) {
            const std::vector<float> want =
                m_expected.floats(kind.toStdString() + ".logits." + std::to_string(i));
            const size_t rows = want.size() / together[i][0].size();
            const Rows whole = golden::logitsOf(*runner, ids(i));
            alone = std::max(alone, worst(tail(whole, rows), want));
            batched = std::max(batched, worst(tail(together[i], rows), want));
            if (kind == "int8") // its rounding is that of a step
                continue;
            const Ids prompt = ids(i);
            for (uint32_t t = 0; t < prompt.size(); ++t)
                stepped = std::max(stepped, worst(golden::stepOf(*runner, prompt[t], t), whole[t]));
        }
        qInfo("largest error %.2g, in a batch %.2g, token by token %.2g", alone, batched, stepped);
        QVERIFY2(alone < bound && batched < bound && stepped < bound, qPrintable(QString::number(alone)));
        m_devices.checkValidation();
    }

    /// bitsandbytes' rule: one set of outlier columns for all rows of a batch.
    void columnsOfABatch_data() { golden::GoldenDevices::addRows("kind", {"int8"}); }
    void columnsOfABatch()
    {
        QFETCH(QString, kind);
        Int8Rounding rule;
        rule.columnsOfBatch = true;
        const std::vector<Rows> ofBatch = batch(*makeRunner(kind, rule));
        for (uint32_t i = 0; i < kPrompts; ++i) {
            const std::vector<float> want = m_expected.floats("int8.batch.logits." + std::to_string(i));
            const std::vector<float> alone = m_expected.floats("int8.logits." + std::to_string(i));
            const double error = worst(tail(ofBatch[i], want.size() / ofBatch[i][0].size()), want);
            QVERIFY2(error < 2e-2, qPrintable(QString::number(error)));
            QVERIFY(worst(alone, want) > 5e-2); // or the rule makes no difference here
        }
    }

    /// Without rounding, and with a threshold that nothing reaches.
    void int8Options()
    {
        Int8Rounding off, none;
        off.activations = false;
        none.threshold = 0;
        const auto plain = makeRunnerOn("int8", "cpu", {}), exact = makeRunnerOn("int8", "cpu", off),
                   all = makeRunnerOn("int8", "cpu", none);
        const Rows rounded = golden::logitsOf(*plain, ids(0));
        QVERIFY(golden::largestDifference(golden::logitsOf(*exact, ids(0)), rounded) > 1e-2);
        QVERIFY(golden::largestDifference(golden::logitsOf(*all, ids(0)), rounded) > 1e-2);
    }

    /// What lies in memory and what a folder is said to hold.
    void staysQuantized_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("type");
        QTest::addColumn<double>("bits"); ///< of an element of a matrix of 64 columns, with scales, at most
        QTest::newRow("nf4") << "nf4"
                             << "NF4" << 4.5;
        QTest::newRow("nf4-dq") << "nf4-dq"
                                << "NF4-DQ" << 4.5;
        QTest::newRow("fp4") << "fp4"
                             << "FP4" << 4.5;
        QTest::newRow("w4a16") << "w4a16"
                               << "AFFINE-4-sym-group=32" << 5.0;
        QTest::newRow("w4a16-asym") << "w4a16-asym"
                                    << "AFFINE-4-group=32" << 5.25;
        QTest::newRow("w8a16") << "w8a16"
                               << "AFFINE-8-sym-channel" << 8.5;
        QTest::newRow("int8") << "int8"
                              << "INT8" << 8.5;
    }
    void staysQuantized()
    {
        QFETCH(QString, kind);
        QFETCH(QString, type);
        QFETCH(double, bits);
        const auto file = golden::need(ModelFile::open(folderOf(kind.toStdString())));
        QCOMPARE(QString::fromUtf8(file->quantization().data(), qsizetype(file->quantization().size())),
                 type);
        QCOMPARE(file->parameters(), uint64_t(119104));
        for (uint32_t i = 0; i < file->weights().count(); ++i) {
            const WeightTable::Entry &entry = file->weights().entry(i);
            if (entry.role != Role::Query && entry.role != Role::Gate)
                continue;
            QCOMPARE(QString::fromStdString(entry.source.storedAs), type);
            QCOMPARE(double(entry.source.bytes()) * 8 / entry.source.rows / entry.source.cols, bits);
        }
        size_t quantized = 0;
        for (const ModelTensor &tensor : file->tensors()) {
            QVERIFY2(tensor.name.ends_with(".weight"), tensor.name.c_str());
            if (tensor.name.ends_with("down_proj.weight")) {
                QCOMPARE(QString::fromStdString(tensor.type), type);
                QCOMPARE(tensor.shape, (std::vector<uint64_t>{64, 160}));
                ++quantized;
            }
        }
        QCOMPARE(quantized, size_t(2));
    }

    /// Repacked rows have the values that the readers give, bit for bit: rows of any length with
    /// bitsandbytes' blocks across them, and every width, reach and zero point of compressed-tensors.
    void packsExactly_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("prefix");
        QTest::addColumn<QString>("shape");
        for (const char *kind : {"nf4_3x64", "nf4_dq_3x64", "fp4_3x64"})
            for (const char *shape : {"[3, 64]", "[4, 48]", "[2, 96]", "[8, 24]", "[64, 3]", "[1, 192]"})
                QTest::addRow("%s %s", kind, shape) << "bitsandbytes" << kind << shape;
        for (const char *file : {"compressed_tensors", "compressed_tensors_0_12"}) {
            const nlohmann::json settings = settingsOf(file);
            for (const auto &[name, config] : settings.items())
                QTest::addRow("%s %s", file, name.c_str()) << file << QString::fromStdString(name) << "";
        }
    }
    void packsExactly()
    {
        QFETCH(QString, file);
        QFETCH(QString, prefix);
        QFETCH(QString, shape);
        const std::string name = "weight";
        const golden::File data("quant/" + file.toStdString() + ".safetensors");
        TensorSet set(data, prefix.toStdString() + ".");
        std::vector<float> want;
        QuantizationConfig config = BitsAndBytesConfig{};
        if (!shape.isEmpty()) {
            const std::string state =
                std::string("weight.quant_state.bitsandbytes__") + (prefix.startsWith("fp4") ? "fp4" : "nf4");
            std::string text = set.text(state);
            const std::string old = "[3, 64]";
            set.setText(state, text.replace(text.find(old), old.size(), shape.toStdString()));
            want.resize(192);
            golden::need(readFourBitWeight(set.parts(), name)).decode(0, want);
        } else {
            const nlohmann::json all = settingsOf(file.toStdString());
            const JsonObject settings(all.at(prefix.toStdString()), "settings");
            const auto affine = golden::need(readCompressedTensorsConfig(settings));
            const AffineWeight weight = golden::need(readAffineWeight(set.parts(), name, affine));
            want.resize(weight.rows * weight.cols);
            weight.decode(0, want);
            config = affine;
        }
        const auto matrix = golden::need(QuantizedMatrix::read(set.parts(), config, name));
        QVERIFY(matrix && matrix->rows() * matrix->cols() == want.size());
        const uint64_t bytes = rowBytes(matrix->type(), matrix->cols());
        std::vector<std::byte> packed(matrix->rows() * bytes);
        matrix->pack(0, matrix->rows(), packed.data());
        std::vector<float> got(want.size());
        for (uint64_t row = 0; row < matrix->rows(); ++row)
            decodeColumns(matrix->type(), packed.data() + row * bytes, matrix->cols(),
                          got.data() + row * matrix->cols());
        const std::string difference = firstDifference(got, want);
        QVERIFY2(difference.empty(), difference.c_str());
    }

    /// Each damage is one line that names the folder, and the tensor or setting.
    void hostile_data();
    void hostile();

private:
    static nlohmann::json settingsOf(const std::string &file)
    {
        std::ifstream stream(golden::dataPath("quant/" + file + ".json"));
        return nlohmann::json::parse(stream);
    }

    Ids ids(uint32_t prompt) const
    {
        const auto values = m_expected.ints("ids." + std::to_string(prompt));
        return {values.begin(), values.end()};
    }

    std::unique_ptr<Runner> makeRunner(const QString &kind, const Int8Rounding &int8)
    {
        QFETCH(QString, device);
        return makeRunnerOn(kind.toStdString(), device.toStdString(), int8);
    }

    std::unique_ptr<Runner> makeRunnerOn(const std::string &kind, const std::string &device,
                                         const Int8Rounding &int8)
    {
        const auto file = golden::need(ModelFile::open(folderOf(kind)));
        auto model = golden::need(DeviceModel::load(file, m_devices[QString::fromStdString(device)], {}));
        RunnerOptions options;
        options.cache = {DType::F32, kPrompts, 64};
        options.int8 = int8;
        return golden::need(Runner::create(std::move(model), options));
    }

    std::vector<Rows> batch(Runner &runner) const
    {
        std::vector<Rows> rows(kPrompts);
        const auto sink = [&](size_t list, uint32_t, std::span<const float> row) {
            rows[list].emplace_back(row.begin(), row.end());
        };
        const auto done = evaluateLogits(runner, {ids(0), ids(1)}, false, sink, {});
        if (!done)
            throw std::runtime_error(done.error().message());
        return rows;
    }

    golden::GoldenDevices m_devices;
    golden::File m_expected{"quantized/logits.safetensors"};
};

namespace {

using Damage = std::function<void(TensorSet &, nlohmann::json &)>;

constexpr const char *kQuery = "model.layers.0.self_attn.q_proj.weight";

struct HostileFolder {
    const char *name;
    const char *kind;
    const char *says; ///< in the message, beside the folder
    Damage damage;
};

std::string query(const char *end)
{
    return std::string(kQuery) + end;
}

/// The quant_state of the first query matrix with one text in the place of another.
Damage stateWith(const std::string &from, const std::string &to)
{
    return [from, to](TensorSet &set, nlohmann::json &) {
        const std::string name = query(".quant_state.bitsandbytes__nf4");
        std::string text = set.text(name);
        set.setText(name, text.replace(text.find(from), from.size(), to));
    };
}

Damage without(const std::string &name)
{
    return [name](TensorSet &set, nlohmann::json &) { set.remove(name); };
}

Damage setting(const std::string &pointer, const nlohmann::json &value)
{
    return [pointer, value](TensorSet &, nlohmann::json &config) {
        config[nlohmann::json::json_pointer(pointer)] = value;
    };
}

const std::vector<HostileFolder> &hostileFolders()
{
    static const std::string weights = "/quantization_config/config_groups/group_0/weights/";
    static const std::vector<HostileFolder> rows{
        {"no quant_state", "nf4", kQuery, without(query(".quant_state.bitsandbytes__nf4"))},
        {"no absmax", "nf4", "q_proj.weight.absmax is missing", without(query(".absmax"))},
        {"block size of 0", "nf4", "blocksize", stateWith("\"blocksize\": 64", "\"blocksize\": 0")},
        {"absurd block size", "nf4", "blocksize",
         stateWith("\"blocksize\": 64", "\"blocksize\": 18446744073709551615")},
        {"another shape", "nf4", "q_proj.weight", stateWith("[64, 64]", "[32, 128]")},
        {"shape that overflows", "nf4", "q_proj.weight", stateWith("[64, 64]", "[4294967296, 4294967296]")},
        {"quant_state is no JSON", "nf4", "quant_state", stateWith("{", "[")},
        {"other levels", "nf4", "quant_map with other values than those of NF4",
         [](TensorSet &set, nlohmann::json &) {
             set.set(query(".quant_map"), "F32", {16}, std::vector<float>(16, 0.5f));
         }},
        {"infinite scale", "nf4", "q_proj.weight.absmax",
         [](TensorSet &set, nlohmann::json &) {
             set.set(query(".absmax"), "F32", {64}, std::vector<float>(64, INFINITY));
         }},
        {"no nested map", "nf4-dq", "nested_quant_map", without(query(".nested_quant_map"))},
        {"no row scales", "int8", kQuery, without("model.layers.0.self_attn.q_proj.SCB")},
        {"too few row scales", "int8", "q_proj.SCB",
         [](TensorSet &set, nlohmann::json &) {
             set.set("model.layers.0.self_attn.q_proj.SCB", "F32", {63}, std::vector<float>(63, 1));
         }},
        {"negative threshold", "int8", "llm_int8_threshold",
         setting("/quantization_config/llm_int8_threshold", -1)},
        {"groups of 0", "w4a16", "group_size", setting(weights + "group_size", 0)},
        {"other groups", "w4a16", "q_proj.weight_scale", setting(weights + "group_size", 64)},
        {"9 bits", "w4a16", "num_bits", setting(weights + "num_bits", 9)},
        {"no scales", "w4a16", "weight_scale is missing", without(query("_scale"))},
        {"no zero points", "w4a16-asym", "weight_zero_point is missing", without(query("_zero_point"))},
        {"another method", "w4a16", "unsupported: quantization_config.quant_method",
         setting("/quantization_config/quant_method", "gptq")},
        {"no method", "w4a16", "quant_method", setting("/quantization_config", nlohmann::json::object())},
        {"config is a list", "w4a16", "quantization_config",
         setting("/quantization_config", nlohmann::json::array())},
        {"not said to be quantized", "nf4", "U8",
         [](TensorSet &, nlohmann::json &config) { config.erase("quantization_config"); }},
    };
    return rows;
}

} // namespace

void TestModelQuantized::hostile_data()
{
    QTest::addColumn<int>("row");
    for (size_t i = 0; i < hostileFolders().size(); ++i)
        QTest::newRow(hostileFolders()[i].name) << int(i);
}

void TestModelQuantized::hostile()
{
    QFETCH(int, row);
    const HostileFolder &damaged = hostileFolders()[size_t(row)];
    const fs::path from = folderOf(damaged.kind);
    TensorSet set;
    for (const char *shard : {"model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"}) {
        const golden::File file(from / shard);
        for (const SafetensorsTensor &tensor : file.tensors())
            set.set(tensor.name, tensor.dtype, tensor.shape, tensor.data);
    }
    std::ifstream stream(from / "config.json");
    nlohmann::json config = nlohmann::json::parse(stream);
    damaged.damage(set, config);
    const QTemporaryDir scratch;
    const fs::path to = scratch.path().toStdString();
    std::ofstream(to / "config.json") << config;
    golden::writeOrThrow(to / "model.safetensors", set.all());
    const auto opened = ModelFile::open(to);
    QVERIFY(!opened);
    const std::string message = opened.error().message();
    QVERIFY2(message.find(to.string()) != std::string::npos, message.c_str());
    QVERIFY2(message.find(damaged.says) != std::string::npos, message.c_str());
    QVERIFY2(message.find('\n') == std::string::npos, message.c_str());
}

QTEST_GUILESS_MAIN(TestModelQuantized)
#include "tst_model_quantized.moc"
