// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bytes.h"
#include "core/formats/gguf.h"
#include "core/formats/gguf_writer.h"
#include "core/formats/printable.h"
#include "core/generate/session.h"
#include "core/graph/host_backend.h"
#include "tests/core/formats/hostile_cases.h"

#include <QElapsedTimer>
#include <QTest>
#include <cmath>
#include <functional>
#include <limits>
#include <sys/resource.h>

using namespace lathe;

namespace {

std::filesystem::path hostilePath(const std::string &file)
{
    return std::filesystem::path(LATHE_TEST_DATA) / "hostile" / file;
}

/// What is wrong with an error that a user sees; empty if nothing is.
std::string faultOf(const Error &error)
{
    const std::string message = error.message();
    if (message != printable(message, SIZE_MAX))
        return "not one printable line: " + message;
    if (error.subject.empty() || error.what.size() < 8)
        return "names no file and fault: " + message;
    return {};
}

/// Everything a chat does with a file that was opened: weights up, a prompt, a few sampled tokens. Errors are
/// fine; `fault` is filled if one of them is no message for a user.
void useModel(const std::shared_ptr<const ModelFile> &file, const std::shared_ptr<Backend> &backend,
              std::string &fault)
{
    const auto note = [&](const Error &error) {
        if (fault.empty())
            fault = faultOf(error);
    };
    if (!file->tokenizer())
        note(file->tokenizer().error());
    if (!file->chatTemplate())
        note(file->chatTemplate().error());
    const auto model = DeviceModel::load(file, backend, {});
    if (!model)
        return note(model.error());
    const auto session = Session::create(*model, {});
    if (!session)
        return note(session.error());
    std::vector<float> logits(file->config().vocabulary);
    for (uint32_t position = 0; position < std::min(3u, (*session)->context()); ++position) {
        const StepToken token{file->config().vocabulary - 1, position, 0};
        const uint32_t row = 0;
        const auto done = (*session)->runner().step(std::span(&token, 1), std::span(&row, 1), logits, {});
        if (!done)
            note(done.error());
    }
    GenerateRequest request;
    request.prompt = {0, 1 % file->config().vocabulary};
    request.sampler.temperature = 1.5;
    request.sampler.topP = 0.9;
    request.maxTokens = 6;
    request.ignoreEos = true;
    if (const auto answer = (*session)->generate(request, {}, {}); !answer)
        note(answer.error());
}

} // namespace

/// Malformed GGUF files through everything that opening and running a model does, within 2 s and 1 GB.
class TestModelHostile : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_backend = createHostBackend(HostRung::Cpu, 2);
#ifndef __SANITIZE_ADDRESS__ // which reserves terabytes
        const rlimit limit{uint64_t(1) << 30, uint64_t(1) << 30};
        QCOMPARE(setrlimit(RLIMIT_AS, &limit), 0);
#endif
        auto control = GgufFile::open(hostilePath("gguf/000_control_valid.gguf"));
        QVERIFY(control);
        m_control = std::make_unique<GgufFile>(std::move(*control));
    }

    void cases_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("expect");
        for (const HostileCase &row : hostileCases("gguf"))
            QTest::newRow(row.file.c_str()) << QByteArray(row.file.c_str()) << QByteArray(row.expect.c_str());
    }
    void cases()
    {
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, expect);
        const auto path = hostilePath(file.toStdString());
        QElapsedTimer timer;
        timer.start();
        const auto opened = ModelFile::open(path);
        std::string fault;
        if (opened) {
            QVERIFY(isValidUtf8((*opened)->config().name));
            useModel(*opened, m_backend, fault);
        } else {
            fault = faultOf(opened.error());
        }
        QVERIFY2(fault.empty(), fault.c_str());
        QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
        if (expect == "accept")
            QVERIFY2(opened, opened ? "" : opened.error().message().c_str());
        else if (expect == "reject")
            QVERIFY(!opened);
        if (!opened)
            QCOMPARE(opened.error().subject, path.string());
    }

    void faultsAreNamed_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("fault");
        const auto row = [](const char *file, const char *fault) {
            QTest::newRow(file) << QByteArray(file) << QByteArray(fault);
        };
        row("091_arch_4c4c414d41", "unsupported: architecture \"LLAMA\"; supported: llama");
        row("095_arch_missing", "general.architecture");
        row("096_missing_llama.block_count", "llama.block_count");
        row("102_block_count_2", "blk.1.attn_norm.weight is missing");
        row("104_block_count_1000000", "llama.block_count is 1000000, allowed are 1 to 512");
        row("106_embedding_length_17", "token_embd.weight is 32 × 16, the settings ask for 32 × 17");
        row("114_attention.head_count_kv_3", "2 is not a multiple of 3 key/value heads");
        row("126_feed_forward_length_23", "blk.0.ffn_gate.weight is 24 × 16");
        row("122_rope.dimension_count_3", "llama.rope.dimension_count is odd");
        row("132_rope_base_nan", "llama.rope.freq_base is not a finite number");
        row("183_extra_tensor", "unsupported: tensor");
    }
    void faultsAreNamed()
    {
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, fault);
        const auto opened = ModelFile::open(hostilePath("gguf/" + file.toStdString() + ".gguf"));
        QVERIFY(!opened);
        const std::string message = opened.error().message();
        QVERIFY2(message.find(fault.toStdString()) != std::string::npos, message.c_str());
        QVERIFY2(!opened.error().remedy.empty(), message.c_str());
    }

    /// NaN weights are an error that names the layer; zeros and huge numbers must only end.
    void numbersThatAreNone_data()
    {
        QTest::addColumn<QByteArray>("file");
        for (const char *file : {"184_weights_nan", "185_weights_inf"})
            QTest::newRow(file) << QByteArray(file);
    }
    void numbersThatAreNone()
    {
        QFETCH(QByteArray, file);
        const auto opened = ModelFile::open(hostilePath("gguf/" + file.toStdString() + ".gguf"));
        QVERIFY2(opened, opened ? "" : opened.error().message().c_str());
        const auto session = Session::create(*DeviceModel::load(*opened, m_backend, {}), {});
        GenerateRequest request;
        request.prompt = {1};
        const auto answer = (*session)->generate(request, {}, {});
        QVERIFY(!answer);
        QCOMPARE(answer.error().code, Errc::Numeric);
        QCOMPARE(answer.error().subject, std::string("embedding"));
    }

    void settings_data()
    {
        QTest::addColumn<QByteArray>("fault");
        QTest::addColumn<std::function<void(GgufWriter &)>>("change");
        const auto row = [](const char *name, const char *fault, std::function<void(GgufWriter &)> change) {
            QTest::newRow(name) << QByteArray(fault) << change;
        };
        const float nan = std::numeric_limits<float>::quiet_NaN();
        const auto i32s = [](const char *key, std::vector<int32_t> values) {
            return [key, values](GgufWriter &w) { w.setI32s(key, values); };
        };
        const auto f32 = [](const char *key, float value) {
            return [key, value](GgufWriter &w) { w.setF32(key, value); };
        };
        const auto u64 = [](const char *key, uint64_t value) {
            return [key, value](GgufWriter &w) { w.setU64(key, value); };
        };
        row("control", "", [](GgufWriter &) {});
        row("heads per layer", "", i32s("llama.attention.head_count", {2}));
        row("heads of two layers", "has 2 entries for 1 layers", i32s("llama.attention.head_count", {2, 2}));
        row("heads of no layer", "has 0 entries for 1 layers", i32s("llama.attention.head_count", {}));
        row("negative heads", "is -2 in layer 0", i32s("llama.attention.head_count", {-2}));
        row("zero FFN", "is 0 in layer 0", i32s("llama.feed_forward_length", {0}));
        row("key length 2^63", "llama.attention.key_length is 9223372036854775808",
            u64("llama.attention.key_length", uint64_t(1) << 63));
        row("key length 4096", "blk.0.attn_q.weight is 16 × 16", u64("llama.attention.key_length", 4096));
        row("value length", "unsupported: llama.attention.value_length",
            u64("llama.attention.value_length", 4));
        row("context 2^40", "llama.context_length is 1099511627776",
            u64("llama.context_length", uint64_t(1) << 40));
        row("context 2^26", "", u64("llama.context_length", uint64_t(1) << 26));
        row("layers 2^40", "llama.block_count is 1099511627776", u64("llama.block_count", uint64_t(1) << 40));
        row("window 2^64 - 1", "", u64("llama.attention.sliding_window", UINT64_MAX));
        row("negative window", "llama.attention.sliding_window",
            [](GgufWriter &w) { w.setI32("llama.attention.sliding_window", -1); });
        row("rope dimensions over the head", "llama.rope.dimension_count is 10, allowed are 1 to 8",
            u64("llama.rope.dimension_count", 10));
        row("part of the head rotated", "", u64("llama.rope.dimension_count", 2));
        row("unknown scaling", "unsupported: rope scaling \"longrope\\x0a\"",
            [](GgufWriter &w) { w.setString("llama.rope.scaling.type", "longrope\n"); });
        row("scaling of a wrong type", "llama.rope.scaling.type",
            [](GgufWriter &w) { w.setU32("llama.rope.scaling.type", 1); });
        row("factor 0", "llama.rope.scaling.factor must be above 0", f32("llama.rope.scaling.factor", 0));
        row("factor NaN", "llama.rope.scaling.factor is not a finite", f32("llama.rope.scaling.factor", nan));
        row("factor tiny", "", f32("llama.rope.scaling.factor", 1e-38f));
        const auto yarn = [](const char *key, float value) {
            return [key, value](GgufWriter &w) {
                w.setString("llama.rope.scaling.type", "yarn");
                w.setF32("llama.rope.scaling.factor", 4);
                w.setF32(key, value);
            };
        };
        row("yarn", "", yarn("llama.rope.scaling.attn_factor", 1));
        row("yarn beta 0", "yarn_beta_fast and _slow must be above 0",
            yarn("llama.rope.scaling.yarn_beta_fast", 0));
        row("yarn beta negative", "yarn_beta_fast and _slow must be above 0",
            yarn("llama.rope.scaling.yarn_beta_slow", -1));
        row("yarn betas crossed", "", yarn("llama.rope.scaling.yarn_beta_slow", 1e30f));
        row("yarn attention factor", "attn_factor must be above 0",
            yarn("llama.rope.scaling.attn_factor", -1));
        row("yarn context 0", "original_context_length is out of range", [](GgufWriter &w) {
            w.setString("llama.rope.scaling.type", "yarn");
            w.setU32("llama.rope.scaling.original_context_length", 0);
        });
        row("experts without their number used", "llama.expert_used_count", u64("llama.expert_count", 8));
        row("experts without a router", "blk.0.ffn_gate_inp.weight is missing", [](GgufWriter &w) {
            w.setU32("llama.expert_count", 8);
            w.setU32("llama.expert_used_count", 2);
        });
        row("more experts used than there are", "llama.expert_used_count is 9, allowed are 1 to 8",
            [](GgufWriter &w) {
                w.setU32("llama.expert_count", 8);
                w.setU32("llama.expert_used_count", 9);
            });
        row("too many experts", "llama.expert_count is 65536, allowed are 1 to 1024",
            u64("llama.expert_count", 65536));
        row("other gates of experts", "unsupported: llama.expert_gating_func",
            u64("llama.expert_gating_func", 2));
        row("soft caps", "", [](GgufWriter &w) {
            w.setF32("llama.attn_logit_softcapping", 50);
            w.setF32("llama.final_logit_softcapping", 30);
        });
        row("soft cap below 0", "attn_logit_softcapping is not in", f32("llama.attn_logit_softcapping", -1));
        row("soft cap huge", "final_logit_softcapping is not in",
            f32("llama.final_logit_softcapping", 1e30f));
        row("attention scale", "", f32("llama.attention.scale", 0.125f));
        row("clamped values", "unsupported: llama.attention.clamp_kqv", f32("llama.attention.clamp_kqv", 8));
        row("window", "", u64("llama.attention.sliding_window", 2));
        row("window beyond 32 bits", "", u64("llama.attention.sliding_window", 1ull << 40));
        row("window pattern", "", [](GgufWriter &w) {
            w.setU32("llama.attention.sliding_window", 2);
            w.setU32("llama.attention.sliding_window_pattern", 2);
        });
        row("local rope", "", [](GgufWriter &w) {
            w.setU32("llama.attention.sliding_window", 2);
            w.setF32("llama.rope.freq_base_swa", 100);
        });
        row("local rope base", "rope.freq_base_swa must be above 1", f32("llama.rope.freq_base_swa", 0.5f));
        row("eps 1", "layer_norm_rms_epsilon is missing or not in 0…1",
            f32("llama.attention.layer_norm_rms_epsilon", 1));
        row("name of a wrong type", "general.name", [](GgufWriter &w) { w.setU32("general.name", 7); });
    }
    void settings()
    {
        QFETCH(QByteArray, fault);
        QFETCH(std::function<void(GgufWriter &)>, change);
        checkChanged(fault, change, {});
    }

    void tensors_data()
    {
        QTest::addColumn<QByteArray>("fault");
        QTest::addColumn<QByteArray>("tensor");
        QTest::addColumn<int>("type");
        QTest::addColumn<QByteArray>("shape");
        const auto row = [](const char *fault, const char *tensor, DType type, const char *shape) {
            QTest::addRow("%s %s %s", tensor, dtypeInfo(type).name.data(), shape)
                << QByteArray(fault) << QByteArray(tensor) << int(type) << QByteArray(shape);
        };
        row("has integers where weights are due", "blk.0.attn_q.weight", DType::I32, "16 16");
        row("has integers where weights are due", "output_norm.weight", DType::I32, "16");
        row("has integers where weights are due", "rope_freqs.weight", DType::I32, "4");
        row("rope_freqs.weight has factors that are not above 0", "rope_freqs.weight", DType::F32, "4");
        row("rope_freqs.weight is 1 × 5", "rope_freqs.weight", DType::F32, "5");
        row("", "blk.0.attn_q.weight", DType::F16, "16 16");
        row("", "blk.0.attn_norm.weight", DType::BF16, "16");
        row("", "blk.0.attn_q.bias", DType::F32, "16");
        row("blk.0.attn_k.bias is 1 × 15", "blk.0.attn_k.bias", DType::F32, "15");
        row("unsupported: tensor blk.1.attn_q.weight", "blk.1.attn_q.weight", DType::F32, "16 16");
        row("unsupported: tensor blk.00.attn_q.weight", "blk.00.attn_q.weight", DType::F32, "16 16");
        row("unsupported: tensor token_embd.bias", "token_embd.bias", DType::F32, "16");
        row("the settings ask for 16 × 16", "blk.0.attn_q.weight", DType::F32, "16 8 2 2");
    }
    void tensors()
    {
        QFETCH(QByteArray, fault);
        QFETCH(QByteArray, tensor);
        QFETCH(int, type);
        QFETCH(QByteArray, shape);
        NewTensor added{tensor.toStdString(), DType(type), {}, {}};
        uint64_t elements = 1;
        for (const QByteArray &extent : shape.split(' ')) {
            added.shape.push_back(extent.toULongLong());
            elements *= added.shape.back();
        }
        added.bytes.resize(rowBytes(added.type, elements));
        checkChanged(
            fault, [](GgufWriter &) {}, added);
    }

    /// LongRoPE needs both of its tensors, fused q, k and v all of their rows.
    void incompletePhi3_data()
    {
        QTest::addColumn<QByteArray>("without");
        QTest::addColumn<QByteArray>("fault");
        for (const char *name : {"rope_factors_long.weight", "rope_factors_short.weight",
                                 "blk.1.attn_qkv.weight", "blk.0.ffn_up.weight", "output_norm.weight"})
            QTest::newRow(name) << QByteArray(name) << QByteArray(name) + " is missing";
        QTest::newRow("none") << QByteArray() << QByteArray();
    }
    void incompletePhi3()
    {
        QFETCH(QByteArray, without);
        QFETCH(QByteArray, fault);
        const auto file = GgufFile::open(std::filesystem::path(LATHE_TEST_DATA) /
                                         "models/phi3_long/gguf/phi3_long-F32.gguf");
        QVERIFY2(file, file ? "" : file.error().message().c_str());
        GgufWriter writer;
        for (const auto &[key, value] : file->metadata())
            writer.setValue(key, value);
        for (const GgufTensor &tensor : file->tensors())
            if (tensor.name != without.toStdString())
                writer.addTensor(tensor.name, tensor.type, tensor.shape, tensor.data);
        const auto bytes = writer.toBytes("changed");
        QVERIFY2(bytes, bytes ? "" : bytes.error().message().c_str());
        const auto opened = ModelFile::parse(std::as_bytes(std::span(*bytes)), "changed");
        const std::string message = opened ? std::string() : opened.error().message();
        QVERIFY2(opened.has_value() == fault.isEmpty(), message.c_str());
        QVERIFY2(message.find(fault.toStdString()) != std::string::npos, message.c_str());
    }

    /// Any byte of the header, changed: an error for a user, or a model that runs or says why not.
    void changedBytes()
    {
        const auto bytes = readText(hostilePath("gguf/000_control_valid.gguf"));
        QVERIFY(bytes);
        const size_t headerEnd = m_control->tensors().front().offset;
        int opened = 0, refused = 0;
        for (size_t at = 0; at < headerEnd; ++at) {
            for (const uint8_t change : {0x01, 0x80, 0xFF}) {
                std::string changed = *bytes;
                changed[at] = char(uint8_t(changed[at]) ^ change);
                const auto file = ModelFile::parse(std::as_bytes(std::span(changed)), "changed");
                std::string fault = file ? std::string() : faultOf(file.error());
                if (file)
                    useModel(*file, m_backend, fault);
                ++(file ? opened : refused);
                QVERIFY2(fault.empty(), qPrintable(QString("byte %1: ").arg(at) + fault.c_str()));
            }
        }
        QVERIFY(opened > 0 && refused > 0);
    }

    void vocabularyOnly()
    {
        const auto opened =
            ModelFile::open(hostilePath("gguf/044_tensor_count_zero.gguf"), ModelFile::Need::Vocabulary);
        QVERIFY2(opened, opened ? "" : opened.error().message().c_str());
        QVERIFY((*opened)->tokenizer());
        QCOMPARE((*opened)->weights().count(), 0u);
    }

private:
    struct NewTensor {
        std::string name;
        DType type = DType::F32;
        std::vector<uint64_t> shape;
        std::vector<std::byte> bytes;
    };

    /// The control file with changed settings and one tensor replaced or added: opens with `fault`, or runs.
    void checkChanged(const QByteArray &fault, const std::function<void(GgufWriter &)> &change,
                      const NewTensor &added)
    {
        GgufWriter writer;
        for (const auto &[key, value] : m_control->metadata())
            writer.setValue(key, value);
        change(writer);
        for (const GgufTensor &tensor : m_control->tensors())
            if (tensor.name != added.name)
                writer.addTensor(tensor.name, tensor.type, tensor.shape, tensor.data);
        if (!added.name.empty())
            writer.addTensor(added.name, added.type, added.shape, added.bytes);
        const auto bytes = writer.toBytes("changed");
        QVERIFY2(bytes, bytes ? "" : bytes.error().message().c_str());
        const auto opened = ModelFile::parse(std::as_bytes(std::span(*bytes)), "changed");
        const std::string message = opened ? std::string() : opened.error().message();
        if (fault.isEmpty()) {
            QVERIFY2(opened, message.c_str());
            std::string wrong;
            useModel(*opened, m_backend, wrong);
            QVERIFY2(wrong.empty(), wrong.c_str());
            return;
        }
        QVERIFY2(!opened && message.find(fault.toStdString()) != std::string::npos, message.c_str());
        QVERIFY2(faultOf(opened.error()).empty(), faultOf(opened.error()).c_str());
    }

    std::shared_ptr<Backend> m_backend;
    std::unique_ptr<GgufFile> m_control;
};

QTEST_GUILESS_MAIN(TestModelHostile)
#include "tst_model_hostile.moc"
