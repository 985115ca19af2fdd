// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bytes.h"
#include "core/formats/gguf_writer.h"
#include "core/formats/peft_config.h"
#include "core/formats/printable.h"
#include "core/graph/host_backend.h"
#include "core/model/runner.h"
#include "tests/core/formats/hostile_cases.h"
#include "tests/core/model/small_model.h"

#include <QTemporaryDir>
#include <QTest>
#include <cmath>

using namespace lathe;

namespace {

std::filesystem::path hostilePath(const std::string &file)
{
    return std::filesystem::path(LATHE_TEST_DATA) / "hostile" / file;
}

/// The model that the hostile GGUF adapters are for.
std::shared_ptr<const ModelFile> base()
{
    static const auto file = ModelFile::open(hostilePath("gguf/000_control_valid.gguf"));
    return file.value();
}

} // namespace

/// Reading adapter files: what is accepted, what is refused and how, scales.
class TestAdapterFiles : public QObject
{
    Q_OBJECT

private slots:
    void hostile_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("expect");
        for (const HostileCase &row : hostileCases("adapter")) {
            if (row.file.ends_with("/adapter_config.json"))
                QTest::newRow(row.file.c_str()) << QString::fromStdString(hostilePath(row.file).parent_path())
                                                << QString::fromStdString(row.expect);
        }
        for (const HostileCase &row : hostileCases("gguf_lora"))
            QTest::newRow(row.file.c_str())
                << QString::fromStdString(hostilePath(row.file)) << QString::fromStdString(row.expect);
    }
    void hostile()
    {
        QFETCH(QString, path);
        QFETCH(QString, expect);
        const auto file = path.endsWith(".gguf") ? base() : smallModel();
        const auto model = DeviceModel::load(file, createHostBackend(HostRung::Cpu, 1), {});
        QVERIFY(model);
        const auto adapter = loadAdapter(*model, path.toStdString(), 1, {});
        if (!adapter) {
            const std::string message = adapter.error().message();
            QVERIFY2(expect != "accept", message.c_str());
            QCOMPARE(printable(message, SIZE_MAX), message);
            QVERIFY2(adapter.error().subject.starts_with(path.toStdString()), message.c_str());
            return;
        }
        QVERIFY2(expect != "reject", "was accepted");
        const auto runner = Runner::create(*model, {{DType::F32, 1, 8}, true, 4});
        QVERIFY(runner);
        QVERIFY((*runner)->setAdapters({*adapter}));
        std::vector<float> logits(file->config().vocabulary);
        const StepToken token{1, 0, 0};
        const uint32_t row = 0;
        const auto done = (*runner)->step(std::span(&token, 1), std::span(&row, 1), logits, {});
        QVERIFY2(expect != "accept" || done, done ? "" : done.error().message().c_str());
    }

    void settings_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<double>("scale"); // of model.layers.1.self_attn.q_proj; 0: refused
        QTest::addColumn<QByteArray>("named");
        const auto row = [](const char *name, const char *more, double scale, const char *named = "") {
            QTest::newRow(name) << QByteArray("{\"peft_type\":\"LORA\",\"r\":4,\"lora_alpha\":8") + more + "}"
                                << scale << QByteArray(named);
        };
        row("plain", "", 2);
        row("rank stabilised", ",\"use_rslora\":true", 4);
        row("alpha of a module", ",\"alpha_pattern\":{\"v_proj\":1,\"q_proj\":2,\"self_attn.q_proj\":3}",
            0.5);
        row("rank of a module", ",\"rank_pattern\":{\"layers.1.self_attn.q_proj\":16}", 0.5);
        row("not the end of a name", ",\"alpha_pattern\":{\"_proj\":1}", 2);
        row("nothing of what is off", ",\"use_dora\":false,\"modules_to_save\":null,\"bias\":\"none\"", 2);
        row("DoRA", ",\"use_dora\":true", 0, "use_dora");
        row("biases", ",\"bias\":\"all\"", 0, "bias");
        row("biases of B", ",\"lora_bias\":true", 0, "lora_bias");
        row("modules saved whole", ",\"modules_to_save\":[\"lm_head\"]", 0, "modules_to_save");
        row("unknown setting", ",\"new_math\":{\"a\":1}", 0, "new_math");
        row("expression", ",\"rank_pattern\":{\".*q_proj\":2}", 0, "rank_pattern");
        row("rank as text", ",\"rank_pattern\":{\"q_proj\":\"2\"}", 0, "q_proj");
        row("rslora as text", ",\"use_rslora\":\"yes\"", 0, "use_rslora");
        row("nested", (",\"x\":" + std::string(100000, '[')).c_str(), 0, "JSON");
    }
    void settings()
    {
        QFETCH(QByteArray, json);
        QFETCH(double, scale);
        QFETCH(QByteArray, named);
        const auto config = parsePeftConfig(json.toStdString(), "config");
        if (scale != 0) {
            QVERIFY2(config, config ? "" : config.error().message().c_str());
            QCOMPARE(config->scaleOf("model.layers.1.self_attn.q_proj"), scale);
            return;
        }
        QVERIFY(!config);
        QVERIFY2(config.error().what.find(named.toStdString()) != std::string::npos,
                 config.error().message().c_str());
    }

    void pickleIsRefused()
    {
        QTemporaryDir folder;
        const std::filesystem::path path = folder.path().toStdString();
        QVERIFY(writeAtomically(path / "adapter_config.json", "{\"peft_type\":\"LORA\",\"r\":1}", true));
        QVERIFY(writeAtomically(path / "adapter_model.bin", "PK", true));
        const auto file = LoraFile::open(path);
        QVERIFY(!file);
        QVERIFY(file.error().what.find("pickle") != std::string::npos);
    }

    /// alpha / rank; an alpha of 0 or none is llama.cpp's way to say 1.
    void ggufScale_data()
    {
        QTest::addColumn<double>("alpha");
        QTest::addColumn<double>("scale");
        QTest::newRow("alpha") << 6.0 << 3.0;
        QTest::newRow("zero") << 0.0 << 1.0;
        QTest::newRow("missing") << -1.0 << 1.0;
    }
    void ggufScale()
    {
        QFETCH(double, alpha);
        QFETCH(double, scale);
        const std::vector<float> values(64, 0.5f);
        GgufWriter writer;
        writer.setString("general.type", "adapter");
        writer.setString("general.architecture", "llama");
        writer.setString("adapter.type", "lora");
        if (alpha >= 0)
            writer.setF32("adapter.lora.alpha", float(alpha));
        const auto data = std::as_bytes(std::span(values));
        writer.addTensor("blk.0.attn_q.weight.lora_a", DType::F32, {32, 2}, data);
        writer.addTensor("blk.0.attn_q.weight.lora_b", DType::F32, {2, 32}, data);
        const auto bytes = writer.toBytes("adapter");
        QVERIFY(bytes);
        const auto file = LoraFile::parseGguf(std::as_bytes(std::span(*bytes)), "adapter");
        QVERIFY2(file, file ? "" : file.error().message().c_str());
        QCOMPARE((*file)->pairs().size(), size_t(1));
        QCOMPARE((*file)->pairs().front().scale, scale);
        QCOMPARE((*file)->pairs().front().a.cols, uint64_t(32));
    }

    void aModelIsNoAdapter()
    {
        const auto file = LoraFile::open(hostilePath("gguf/000_control_valid.gguf"));
        QVERIFY(!file);
        QVERIFY(file.error().what.find("no adapter") != std::string::npos);
    }

    void scaleThatIsNoNumber()
    {
        const auto file = LoraFile::open(hostilePath("gguf_lora/control_valid.gguf"));
        QVERIFY2(file, file ? "" : file.error().message().c_str());
        QVERIFY(!Adapter::create(*base(), *file, NAN));
        QVERIFY(!Adapter::create(*base(), *file, 1e300));
        QVERIFY(Adapter::create(*base(), *file, -2));
    }
};

QTEST_GUILESS_MAIN(TestAdapterFiles)
#include "tst_adapter_files.moc"
