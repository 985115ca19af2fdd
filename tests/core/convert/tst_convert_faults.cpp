// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/convert/converted.h"

#include "core/formats/gguf_writer.h"

#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using namespace lathe::testing;

/// What cannot be kept is named, and nothing is left behind where a conversion fails.
class TestConvertFaults : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_scratch.emplace();
        QVERIFY(m_scratch->isValid());
        m_path = m_scratch->path().toStdString();
    }

    void quantizedWeightsAreNamed()
    {
        const fs::path file = m_path / "mixed.gguf";
        writeMixed(file);
        const fs::path out = m_path / "out";
        QCOMPARE(convert(file, out).error().message(),
                 file.string() +
                     ": unsupported: model.layers.0.mlp.down_proj.weight of type Q8_0 in a folder; "
                     "give --allow-loss Q8_0 if its values as F32 will do");
        QVERIFY(isEmptyBut("mixed.gguf"));
        const auto written = convert(file, out, writeOptions({"Q8_0"}));
        QVERIFY2(written, written ? "" : written.error().message().c_str());
        QCOMPARE(written->losses, std::vector<std::string>{"Q8_0: its values as F32"});
        QVERIFY(textOf(out / "README.md").find("- Q8_0: its values as F32\n") != std::string::npos);
        const auto model = ModelFile::open(out).value();
        const auto number = model->weights().find(0, Role::Down);
        const WeightSource &down = model->weights().entry(*number).source;
        QCOMPARE(down.type, DType::F32);
        const auto original = ModelFile::open(file).value();
        const WeightSource &was = original->weights().entry(*original->weights().find(0, Role::Down)).source;
        std::vector<float> values(size_t(was.rows) * was.cols);
        dtypeInfo(was.type).decode(was.data.data(), values.data(), values.size() / 32);
        QVERIFY(std::ranges::equal(down.data, std::as_bytes(std::span(values))));
    }

    /// A GGUF file holds no setting for the activation.
    void settingsAreNamed()
    {
        const fs::path folder = copiedFolder("mistral");
        auto config = nlohmann::json::parse(textOf(folder / "config.json"));
        config["hidden_act"] = "gelu";
        put(folder / "config.json", config.dump());
        QCOMPARE(convert(folder, m_path / "x.gguf").error().message(),
                 folder.string() + ": unsupported: the activation in a GGUF file; keep the model as it is");
        QVERIFY(!fs::exists(m_path / "x.gguf"));
    }

    void tokenizersAreNamed()
    {
        const fs::path folder = copiedFolder("mistral");
        put(folder / "tokenizer.json", R"({"version":"1.0","model":{"type":"WordPiece","vocab":{"a":0}}})");
        const auto refused = convert(folder, m_path / "x.gguf");
        QVERIFY(!refused && refused.error().message().find("WordPiece") != std::string::npos);
        QVERIFY(refused.error().remedy.find("--allow-loss tokenizer") != std::string::npos);
        QVERIFY(!fs::exists(m_path / "x.gguf"));
        const auto written = convert(folder, m_path / "x.gguf", writeOptions({"tokenizer"}));
        QVERIFY2(written, written ? "" : written.error().message().c_str());
        const GgufFile file = GgufFile::open(m_path / "x.gguf").value();
        QCOMPARE(file.getStrings("lathe.losses").value().size(), size_t(1));
        QVERIFY(!file.find("tokenizer.ggml.tokens"));
    }

    /// GGUF has no key for a token that takes the white space behind it (Phi-3's do).
    void nearTokenizersAreNamed()
    {
        const fs::path folder =
            golden::folderOf(golden::dataPath("models/llama_gqa_tied"), "hf_sharded", m_path / "source");
        auto json = nlohmann::ordered_json::parse(textOf(folder / "tokenizer.json"));
        for (auto &token : json["added_tokens"])
            token["rstrip"] = true;
        put(folder / "tokenizer.json", json.dump());
        const auto refused = convert(folder, m_path / "x.gguf");
        QVERIFY(!refused);
        QVERIFY(
            refused.error().what.starts_with("unsupported: the tokenizer in a GGUF file, which changes "));
        QCOMPARE(refused.error().remedy,
                 std::string("give --allow-loss tokenizer if the nearest that it has will do"));
        convertOrThrow(folder, m_path / "x.gguf", writeOptions({"tokenizer"}));
        const auto file = ModelFile::open(m_path / "x.gguf").value();
        QVERIFY(file->tokenizer());
        // The way back still has the folder's own.
        convertOrThrow(m_path / "x.gguf", m_path / "back");
        QCOMPARE(textOf(m_path / "back/tokenizer.json"), textOf(folder / "tokenizer.json"));
    }

    void targets()
    {
        const fs::path file = golden::dataPath("models/mistral/gguf/mistral-F32.gguf");
        const auto fault = [&](const fs::path &from, const fs::path &out, bool force = false) {
            const auto written = convert(from, out, writeOptions({}, force));
            return written ? "written" : written.error().what;
        };
        const fs::path out = m_path / "out";
        convertOrThrow(file, out);
        QCOMPARE(fault(file, out), std::string("exists already"));
        QCOMPARE(fault(file, out, true), std::string("written"));
        QCOMPARE(fault(out, m_path / "out", true), std::string("is the model that is read"));
        put(out / "notes.txt", "mine");
        QCOMPARE(fault(file, out, true),
                 std::string("holds notes.txt, which is no part of a model and would be lost"));
        QCOMPARE(textOf(out / "notes.txt"), std::string("mine"));
        fs::remove(out / "notes.txt");
        put(m_path / "plain", "mine");
        QCOMPARE(fault(file, m_path / "plain", true), std::string("is a file and cannot become a folder"));
        fs::create_directories(m_path / "folder.gguf");
        QCOMPARE(fault(out, m_path / "folder.gguf", true), std::string("is no file"));
        QCOMPARE(fault(file, m_path / "missing/out"),
                 std::string("cannot be written: No such file or directory"));
        QCOMPARE(fault(file, "/dev/full/out"), std::string("cannot be written: Not a directory"));
        QCOMPARE(fault(out, "/dev/full"), std::string("exists already"));
        // Nothing is left of what failed.
        for (const auto &entry : fs::directory_iterator(m_path))
            QVERIFY2(!entry.path().filename().string().starts_with('.'), entry.path().c_str());
    }

    void cancelled()
    {
        const auto model = ModelFile::open(golden::dataPath("models/gpt2/gguf/gpt2-F32.gguf")).value();
        TaskContext task;
        task.progress = [&](const Progress &) { task.cancel.cancel(); };
        const auto written = convertModel(*model, m_path / "out", writeOptions(), task);
        QVERIFY(!written && written.error().code == Errc::Cancelled);
        QVERIFY(fs::is_empty(m_path));
    }

private:
    static void put(const fs::path &path, const std::string &text)
    {
        const auto written = writeAtomically(path, text, true);
        if (!written)
            throw std::runtime_error(written.error().message());
    }

    fs::path copiedFolder(const std::string &model) const
    {
        const fs::path folder = m_path / model;
        fs::create_directories(folder);
        for (const char *name : {"config.json", "model.safetensors"})
            fs::copy_file(golden::dataPath("models/" + model + "/hf/" + name), folder / name);
        return folder;
    }

    bool isEmptyBut(const std::string &name) const
    {
        return std::ranges::all_of(fs::directory_iterator(m_path),
                                   [&](const auto &entry) { return entry.path().filename() == name; });
    }

    /// The tied Llama with one matrix in Q8_0.
    static void writeMixed(const fs::path &path)
    {
        const GgufFile file =
            GgufFile::open(golden::dataPath("models/llama_gqa_tied/gguf/llama_gqa_tied-F32.gguf")).value();
        GgufWriter writer;
        for (const auto &[key, value] : file.metadata())
            writer.setValue(key, value);
        std::vector<std::byte> blocks;
        for (const GgufTensor &tensor : file.tensors()) {
            if (tensor.name != "blk.0.ffn_down.weight") {
                writer.addTensor(tensor.name, tensor.type, tensor.shape, tensor.data);
                continue;
            }
            blocks.resize(tensor.rows * rowBytes(DType::Q8_0, tensor.cols));
            for (size_t i = 0; i < blocks.size(); ++i) // half-precision scales of 0.0026…
                blocks[i] = i % 34 == 1 ? std::byte(0x19) : std::byte(i * 7);
            writer.addTensor(tensor.name, DType::Q8_0, tensor.shape, blocks);
        }
        if (!writer.write(path, false))
            throw std::runtime_error("cannot write");
    }

    std::optional<QTemporaryDir> m_scratch;
    fs::path m_path;
};

QTEST_GUILESS_MAIN(TestConvertFaults)
#include "tst_convert_faults.moc"
