// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/model/config_hf.h"
#include "core/model/model_file.h"
#include "core/model/rotary.h"
#include "core/model/weights_hf.h"
#include "tests/core/formats/hostile_cases.h"
#include "tests/core/golden.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace lathe;
using nlohmann::json;

namespace {

json llama()
{
    return json::parse(R"({"model_type":"llama","hidden_size":32,"intermediate_size":48,
        "num_hidden_layers":4,"num_attention_heads":4,"num_key_value_heads":2,"vocab_size":32,
        "rms_norm_eps":1e-5,"rope_theta":10000.0,"max_position_embeddings":64,"tie_word_embeddings":true})");
}

/// `base` with the members of `patch` in place of its own.
Result<HfConfig> read(json base, const char *patch)
{
    base.update(json::parse(patch));
    return readHfConfig(base, "config.json");
}

} // namespace

/// What config.json may say, and what is refused by name.
class TestConfigHf : public QObject
{
    Q_OBJECT

private slots:
    void refusals_data()
    {
        QTest::addColumn<QByteArray>("patch");
        QTest::addColumn<QByteArray>("message");
        const auto row = [](const char *name, const char *patch, const char *message) {
            QTest::newRow(name) << QByteArray(patch) << QByteArray(message);
        };
        row("type", R"({"model_type":"evil"})",
            "unsupported: architecture \"evil\"; supported: llama, mistral");
        row("no type", R"({"model_type":null})", "model_type is missing");
        row("type is a number", R"({"model_type":5})", "model_type is a number, not a string");
        row("no hidden", R"({"hidden_size":null})", "hidden_size is missing");
        row("hidden text", R"({"hidden_size":"32"})", "hidden_size is a string, not a whole number");
        row("hidden real", R"({"hidden_size":32.5})", "hidden_size is not a whole number");
        row("hidden list", R"({"hidden_size":[32]})", "hidden_size is an array");
        row("layers below 0", R"({"num_hidden_layers":-1})", "num_hidden_layers is -1, less than 0");
        row("layers huge", R"({"num_hidden_layers":2147483648})", "allowed are 1 to 512");
        row("heads", R"({"num_attention_heads":0})", "num_attention_heads is 0");
        row("heads divide", R"({"num_attention_heads":5})", "hidden_size 32 is not a multiple of 5 heads");
        row("kv divide", R"({"num_key_value_heads":3})", "4 is not a multiple of 3 key/value heads");
        row("head size", R"({"head_dim":5000})", "head_dim is 5000");
        row("head size odd", R"({"head_dim":15})", "head_dim times partial_rotary_factor is odd");
        row("vocabulary", R"({"vocab_size":1099511627776})", "vocab_size is 1099511627776");
        row("eps", R"({"rms_norm_eps":2})", "rms_norm_eps is missing or not in");
        row("eps below 0", R"({"rms_norm_eps":-0.1})", "rms_norm_eps is missing or not in");
        row("activation", R"({"hidden_act":"quux"})", "unsupported: activation \"quux\"");
        row("window", R"({"sliding_window":8})", "unsupported: sliding_window in a model of type llama");
        row("quantized", R"({"quantization_config":{"quant_method":"gptq"}})",
            "unsupported: quantization_config");
        row("clip", R"({"clip_qkv":8.0})", "unsupported: clip_qkv");
        row("logit scale", R"({"logit_scale":0.5})", "unsupported: logit_scale");
        row("tie", R"({"tie_word_embeddings":"yes"})", "tie_word_embeddings is a string");
        row("theta", R"({"rope_theta":0.5})", "rope_theta must be above 1");
        row("theta text", R"({"rope_theta":"1e4"})", "rope_theta is a string, not a number");
        row("scaling text", R"({"rope_scaling":"llama3"})", "rope_scaling is a string, not an object");
        row("scaling unknown", R"({"rope_scaling":{"rope_type":"banana","factor":2}})",
            "unsupported: rope scaling \"banana\"");
        row("dynamic", R"({"rope_scaling":{"type":"dynamic","factor":2}})",
            "unsupported: rope scaling \"dynamic\"; supported: default, linear, llama3, yarn, longrope");
        row("longrope", R"({"rope_parameters":{"rope_type":"longrope","rope_theta":10000}})",
            "rope_parameters.short_factor is no list of 4 factors");
        row("longrope factor", R"({"rope_scaling":{"type":"longrope","short_factor":[1,1,1,1],
            "long_factor":[1,1,0,1]}})",
            "rope_scaling.long_factor has a factor that is not above 0");
        row("linear", R"({"rope_scaling":{"rope_type":"linear"}})", "rope_scaling.factor is missing");
        row("linear 0", R"({"rope_scaling":{"rope_type":"linear","factor":0}})", "factor must be above 0");
        row("llama3", R"({"rope_scaling":{"rope_type":"llama3","factor":8,"low_freq_factor":1,
            "high_freq_factor":4}})",
            "rope_scaling.original_max_position_embeddings is missing");
        row("llama3 bounds", R"({"rope_scaling":{"rope_type":"llama3","factor":8,"low_freq_factor":4,
            "high_freq_factor":4,"original_max_position_embeddings":32}})",
            "the high one above the low one");
        row("yarn", R"({"rope_scaling":{"rope_type":"yarn","factor":4,"truncate":false}})",
            "unsupported: rope_scaling.truncate false");
        row("yarn beta", R"({"rope_scaling":{"rope_type":"yarn","factor":4,"beta_slow":0}})",
            "the rope scaling's bounds must be above 0");
        row("share", R"({"partial_rotary_factor":1.5})", "partial_rotary_factor is not above 0");
        row("one kind", R"({"rope_parameters":{"full_attention":{"rope_theta":10000}}})",
            "has not both full_attention and sliding_attention");
        row("nested", R"({"text_config":{"model_type":"llama","hidden_size":"x"}})",
            "text_config.hidden_size is a string");
        row("nested text", R"({"text_config":5})", "text_config is a number, not an object");
    }
    void refusals()
    {
        QFETCH(QByteArray, patch);
        QFETCH(QByteArray, message);
        const auto config = read(llama(), patch);
        QVERIFY(!config);
        const std::string text = config.error().message();
        QVERIFY2(text.starts_with("config.json: "), text.c_str());
        QVERIFY2(text.find(message.toStdString()) != text.npos, text.c_str());
    }

    void defaultsAreTransformers()
    {
        json bare = llama();
        for (const char *key : {"rms_norm_eps", "rope_theta", "tie_word_embeddings", "num_key_value_heads"})
            bare.erase(key);
        const auto config = read(bare, R"({"torch_dtype":"bfloat16","some_unknown_note":[1,2]})");
        QVERIFY2(config, config ? "" : config.error().message().c_str());
        QCOMPARE(config->config.normEps, 1e-6f);
        QCOMPARE(config->config.rope.base, 10000.0);
        QVERIFY(!config->config.tied);
        QCOMPARE(config->config.layers[3].kvHeads, 4u);
        QCOMPARE(config->config.headDim, 8u);
        QCOMPARE(config->stored, DType::BF16);
        QVERIFY(config->biases.none());
        QCOMPARE(config->config.rope.style, RopeStyle::Halves);
    }

    void biases()
    {
        const auto attention = read(llama(), R"({"attention_bias":true})");
        QVERIFY(attention && attention->biases[size_t(Role::QueryBias)] &&
                attention->biases[size_t(Role::AttentionOutputBias)] &&
                !attention->biases[size_t(Role::GateBias)]);
        const auto mlp = read(llama(), R"({"mlp_bias":true})");
        QVERIFY(mlp && !mlp->biases[size_t(Role::QueryBias)] && mlp->biases[size_t(Role::DownBias)]);
        const auto qwen = read(llama(), R"({"model_type":"qwen2"})");
        QVERIFY(qwen && qwen->biases[size_t(Role::ValueBias)] &&
                !qwen->biases[size_t(Role::AttentionOutputBias)]);
    }

    void windows_data()
    {
        QTest::addColumn<QByteArray>("patch");
        QTest::addColumn<QList<uint>>("expected");
        const auto row = [](const char *name, const char *patch, const QList<uint> &expected) {
            QTest::newRow(name) << QByteArray(patch) << expected;
        };
        row("mistral", R"({"model_type":"mistral","sliding_window":8})", {8, 8, 8, 8});
        row("mistral null", R"({"model_type":"mistral","sliding_window":null})", {0, 0, 0, 0});
        row("mistral default", R"({"model_type":"mistral"})", {4096, 4096, 4096, 4096});
        row("qwen2 off", R"({"model_type":"qwen2","sliding_window":8,"use_sliding_window":false})",
            {0, 0, 0, 0});
        row("qwen2 upper",
            R"({"model_type":"qwen2","sliding_window":8,"use_sliding_window":true,"max_window_layers":1})",
            {0, 8, 8, 8});
        row("gemma2", R"({"model_type":"gemma2","sliding_window":8})", {8, 0, 8, 0});
        row("gemma3", R"({"model_type":"gemma3_text","sliding_window":8,"sliding_window_pattern":3})",
            {8, 8, 0, 8});
        row("layer types", R"({"model_type":"gemma3_text","sliding_window":8,"layer_types":
            ["full_attention","sliding_attention","sliding_attention","full_attention"]})",
            {0, 8, 8, 0});
    }
    void windows()
    {
        QFETCH(QByteArray, patch);
        QFETCH(QList<uint>, expected);
        const auto config = read(llama(), patch);
        QVERIFY2(config, config ? "" : config.error().message().c_str());
        for (qsizetype i = 0; i < expected.size(); ++i)
            QCOMPARE(config->config.layers[size_t(i)].window, expected[i]);
    }

    void localRope()
    {
        const auto config = read(llama(), R"({"model_type":"gemma3_text","sliding_window":8,
            "sliding_window_pattern":2,"rope_theta":1e6,"rope_local_base_freq":1e4,
            "rope_scaling":{"rope_type":"linear","factor":8}})");
        QVERIFY2(config, config ? "" : config.error().message().c_str());
        QCOMPARE(config->config.rope.base, 1e6);
        QCOMPARE(config->config.rope.factor, 8.0);
        QVERIFY(config->config.localRope);
        QCOMPARE(config->config.localRope->base, 1e4);
        QCOMPARE(config->config.localRope->scaling, RopeScaling::None);
        QVERIFY(config->config.layers[0].localRope && !config->config.layers[1].localRope);
    }

    /// attention_factor of YaRN as transformers' _compute_yarn_parameters gives it.
    void yarnMagnitude()
    {
        const auto plain = read(llama(), R"({"rope_scaling":{"rope_type":"yarn","factor":4}})");
        QVERIFY(plain);
        QCOMPARE(plain->config.rope.attentionFactor, 0.0); // the rotary's own 0.1 ln(factor) + 1
        QCOMPARE(plain->config.rope.originalContext, 64u);
        const auto scaled = read(llama(), R"({"rope_scaling":{"rope_type":"yarn","factor":40,"mscale":0.707,
            "mscale_all_dim":1.0,"original_max_position_embeddings":16}})");
        QVERIFY(scaled);
        // (0.1 · 0.707 · ln 40 + 1) / (0.1 · ln 40 + 1)
        QVERIFY(std::abs(scaled->config.rope.attentionFactor - 0.9210423553163399) < 1e-7);
        const auto given =
            read(llama(), R"({"rope_scaling":{"type":"yarn","factor":4,"attention_factor":2}})");
        QVERIFY(given);
        QCOMPARE(given->config.rope.attentionFactor, 2.0);
    }

    /// Both key styles of every golden's config say the same.
    void keyStyles_data()
    {
        QTest::addColumn<QString>("model");
        for (const auto &entry : std::filesystem::directory_iterator(golden::dataPath("models"))) {
            if (exists(entry.path() / "hf/config.v4.json"))
                QTest::addRow("%s", entry.path().filename().c_str()) << entry.path().c_str();
        }
    }
    void keyStyles()
    {
        QFETCH(QString, model);
        const std::filesystem::path folder = std::filesystem::path(model.toStdString()) / "hf";
        const auto documents = {readJson(folder / "config.json"), readJson(folder / "config.v4.json")};
        std::vector<HfConfig> read;
        for (const auto &document : documents) {
            QVERIFY(document);
            const auto config = readHfConfig(*document, "config.json");
            QVERIFY2(config, config ? "" : config.error().message().c_str());
            read.push_back(*config);
        }
        const ModelConfig &a = read[0].config, &b = read[1].config;
        QCOMPARE(a.architecture, b.architecture);
        QCOMPARE(a.headDim, b.headDim);
        QCOMPARE(a.normEps, b.normEps);
        QCOMPARE(a.activation, b.activation);
        QCOMPARE(a.tied, b.tied);
        QCOMPARE(a.attentionScale, b.attentionScale);
        QCOMPARE(a.parallelResidual, b.parallelResidual);
        QCOMPARE(a.experts.count, b.experts.count);
        QCOMPARE(a.experts.normalise, b.experts.normalise);
        QCOMPARE(read[0].stored, read[1].stored);
        QCOMPARE(read[0].biases, read[1].biases);
        QCOMPARE(Rotary(a.rope).inverseFrequencies(), Rotary(b.rope).inverseFrequencies());
        QCOMPARE(bool(a.localRope), bool(b.localRope));
        if (a.localRope)
            QCOMPARE(Rotary(*a.localRope).inverseFrequencies(), Rotary(*b.localRope).inverseFrequencies());
        for (size_t i = 0; i < a.layers.size(); ++i) {
            QCOMPARE(a.layers[i].window, b.layers[i].window);
            QCOMPARE(a.layers[i].localRope, b.layers[i].localRope);
            QCOMPARE(a.layers[i].experts, b.layers[i].experts);
        }
    }

    void hostile_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("expect");
        for (const char *folder : {"hf_config", "hf_index", "safetensors"})
            for (const HostileCase &row : hostileCases(folder))
                QTest::newRow(row.file.c_str())
                    << QString::fromStdString(row.file) << QString::fromStdString(row.expect);
    }
    void hostile()
    {
        QFETCH(QString, file);
        QFETCH(QString, expect);
        const std::filesystem::path path = golden::dataPath("hostile/" + file.toStdString());
        // The file itself; what is refused also makes its folder refused.
        const auto opened = ModelFile::open(path, ModelFile::Need::Description);
        if (expect != "either")
            QCOMPARE(bool(opened), expect == "accept");
        if (!opened)
            QVERIFY2(opened.error().message().find(path.parent_path().string()) != std::string::npos,
                     opened.error().message().c_str());
        if (file.startsWith("safetensors/"))
            return;
        const auto folder = ModelFile::open(path.parent_path(), ModelFile::Need::Description);
        if (expect == "reject")
            QVERIFY(!folder);
        QVERIFY(!ModelFile::open(path.parent_path())); // no weights, or a bad index
    }

    /// Whatever a byte becomes, the config is refused with a line that names the file, or describes weights
    /// of some size and frequencies that are finite.
    void everyChangedByte()
    {
        const auto path = golden::dataPath("models/llama_rope3/hf/config.json");
        const auto text = readText(path);
        QVERIFY(text);
        size_t taken = 0;
        for (size_t at = 0; at < text->size(); ++at) {
            for (const char byte : {'0', '9', '-', '.', 'e', '"', '[', '{', ',', '\0', '\xff'}) {
                std::string changed = *text;
                changed[at] = byte;
                const auto document = parseJson(changed, "config.json");
                const auto config = document ? readHfConfig(*document, "config.json")
                                             : Result<HfConfig>(tl::unexpected(document.error()));
                if (!config) {
                    QVERIFY(config.error().subject == "config.json" && !config.error().what.empty());
                    continue;
                }
                ++taken;
                const WeightTable weights = plannedHfWeights(*config);
                for (uint32_t i = 0; i < weights.count(); ++i)
                    QVERIFY(weights.entry(i).source.bytes() > 0);
                const Rotary rotary(config->config.rope);
                for (const double frequency : rotary.inverseFrequencies())
                    QVERIFY(frequency > 0 && std::isfinite(frequency));
            }
        }
        QVERIFY(taken > 100); // changes within numbers and names that mean nothing
    }

    /// Weights that a config asks for are estimated though they are not there.
    void configAlone()
    {
        const auto file = ModelFile::open(golden::dataPath("hostile/hf_config/control_valid"),
                                          ModelFile::Need::Description);
        QVERIFY(file);
        // Embedding and 1 layer: q, o 32·32, k, v 16·32, gate, up, down 48·32, three norms of 32.
        QCOMPARE((*file)->parameters(), uint64_t(32 * 32 + 2 * 32 * 32 + 2 * 16 * 32 + 3 * 48 * 32 + 3 * 32));
        QVERIFY((*file)->tensors().empty());
        const auto whole = ModelFile::open(golden::dataPath("hostile/hf_config/control_valid"));
        QVERIFY(!whole);
        QCOMPARE(whole.error().code, Errc::NotFound);
        QVERIFY(whole.error().what.find("no weights") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestConfigHf)
#include "tst_config_hf.moc"
