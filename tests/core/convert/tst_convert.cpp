// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/gguf_writer.h"
#include "core/graph/host_backend.h"
#include "tests/core/convert/converted.h"
#include "tests/core/model/golden_model.h"

#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using namespace lathe::testing;

/// Models from one format to the other and back: the same tensors bit for bit, the same logits, settings and
/// text.
class TestConvert : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_scratch.emplace();
        QVERIFY(m_scratch->isValid());
        m_path = m_scratch->path().toStdString();
        m_backend = createHostBackend(HostRung::Cpu);
    }

    void fileToFolderAndBack_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("file");
        for (const fs::path &model : models())
            for (const auto &entry : fs::directory_iterator(model / "gguf"))
                QTest::addRow("%s", entry.path().stem().c_str()) << model.c_str() << entry.path().c_str();
    }
    void fileToFolderAndBack()
    {
        QFETCH(QString, file);
        convertOrThrow(file.toStdString(), m_path / "folder");
        convertOrThrow(m_path / "folder", m_path / "back.gguf");
        QCOMPARE(differingTensor(file.toStdString(), m_path / "back.gguf"), std::string());
        compareLogits(file.toStdString(), m_path / "folder");
        compareText(file.toStdString(), m_path / "folder");
        compareText(file.toStdString(), m_path / "back.gguf");
    }

    void folderToFileAndBack_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("variant");
        for (const fs::path &model : models())
            for (const char *variant : {"hf", "hf_sharded", "hf_bf16"})
                if (golden::hasFolder(model, variant))
                    QTest::addRow("%s %s", model.filename().c_str(), variant) << model.c_str() << variant;
    }
    void folderToFileAndBack()
    {
        QFETCH(QString, variant);
        const fs::path folder = golden::folderOf(fetchModel(), variant.toStdString(), m_path / "source");
        convertOrThrow(folder, m_path / "file.gguf");
        convertOrThrow(m_path / "file.gguf", m_path / "back");
        QCOMPARE(differingTensor(folder, m_path / "back"), std::string());
        compareLogits(folder, m_path / "file.gguf");
        compareText(folder, m_path / "file.gguf");
        // The folder's files come back as they were.
        for (const auto &entry : fs::directory_iterator(folder)) {
            const std::string name = entry.path().filename().string();
            if (name.ends_with(".safetensors") || name.ends_with(".index.json") || name == "config.v4.json")
                continue;
            QCOMPARE(textOf(m_path / "back" / name), textOf(entry.path()));
        }
    }

    /// A GGUF file that another converter made of the same folder: the same tensors and, for every setting
    /// that both say, the same value.
    void asOthersDo_data() { addBoth(); }
    void asOthersDo()
    {
        const fs::path model = fetchModel();
        convertOrThrow(golden::folderOf(model, "hf", m_path / "source"), m_path / "own.gguf");
        const GgufFile own = GgufFile::open(m_path / "own.gguf").value();
        const GgufFile theirs = GgufFile::open(ggufOf(model)).value();
        QCOMPARE(differingTensor(ggufOf(model), m_path / "own.gguf"), std::string());
        const auto prefix = std::string(*theirs.getString("general.architecture")) + ".";
        size_t compared = 0;
        for (const auto &[key, value] : theirs.metadata()) {
            const GgufValue *found = key.starts_with(prefix) ? own.find(key) : nullptr;
            if (!found)
                continue;
            QVERIFY2(std::ranges::equal(found->bytes(), value.bytes()), std::string(key).c_str());
            ++compared;
        }
        QVERIFY(compared >= 8);
    }

    /// 1 + w in F32 forgets small w; types differ within a folder: both come back.
    void normsComeBackBitForBit()
    {
        const fs::path source = golden::dataPath("models/gemma2/hf"), folder = m_path / "folder";
        fs::create_directories(folder);
        fs::copy_file(source / "config.json", folder / "config.json");
        const golden::File file(source / "model.safetensors");
        const std::vector<float> odd = oddValues(48);
        std::vector<uint16_t> narrow;
        for (const float value : odd)
            narrow.push_back(floatToBfloat(value));
        std::vector<SafetensorsTensor> tensors = file.tensors();
        for (SafetensorsTensor &tensor : tensors) {
            if (tensor.name == "model.norm.weight")
                tensor.data = std::as_bytes(std::span(odd));
            if (tensor.name == "model.layers.1.input_layernorm.weight")
                tensor = {tensor.name, "BF16", tensor.shape, std::as_bytes(std::span(narrow))};
        }
        golden::writeOrThrow(folder / "model.safetensors", tensors);
        convertOrThrow(folder, m_path / "file.gguf");
        convertOrThrow(m_path / "file.gguf", m_path / "back");
        QCOMPARE(differingTensor(folder, m_path / "back"), std::string());
    }

    /// A file whose settings were changed after the folder was kept in it.
    void keptSettingsThatDoNotFitAreMadeAnew()
    {
        const fs::path folder =
            golden::folderOf(golden::dataPath("models/llama_gqa_tied"), "hf_sharded", m_path / "source");
        convertOrThrow(folder, m_path / "file.gguf");
        const GgufFile file = GgufFile::open(m_path / "file.gguf").value();
        GgufWriter writer;
        for (const auto &[key, value] : file.metadata())
            writer.setValue(key, value);
        writer.setF32("llama.rope.freq_base", 12345);
        for (const GgufTensor &tensor : file.tensors())
            writer.addTensor(tensor.name, tensor.type, tensor.shape, tensor.data);
        QVERIFY(writer.write(m_path / "changed.gguf", false));
        convertOrThrow(m_path / "changed.gguf", m_path / "back");
        QCOMPARE(nlohmann::json::parse(textOf(m_path / "back/config.json")).at("rope_theta").get<double>(),
                 12345.0);
        QCOMPARE(textOf(m_path / "back/tokenizer.json"), textOf(folder / "tokenizer.json"));
    }

    /// What a GGUF file says of its origin goes through a folder; the folder's own name does not replace it.
    void originIsKept()
    {
        const GgufFile file =
            GgufFile::open(golden::dataPath("models/mistral/gguf/mistral-F32.gguf")).value();
        GgufWriter writer;
        for (const auto &[key, value] : file.metadata())
            writer.setValue(key, value);
        writer.setString("general.license", "apache-2.0");
        writer.setStrings("general.tags", std::vector<std::string>{"a \"b\"", "ç"});
        writer.setU32("general.base_model.count", 3);
        for (const GgufTensor &tensor : file.tensors())
            writer.addTensor(tensor.name, tensor.type, tensor.shape, tensor.data);
        QVERIFY(writer.write(m_path / "file.gguf", false));
        convertOrThrow(m_path / "file.gguf", m_path / "folder");
        convertOrThrow(m_path / "folder", m_path / "back.gguf");
        const GgufFile back = GgufFile::open(m_path / "back.gguf").value();
        for (const char *key :
             {"general.name", "general.license", "general.tags", "general.base_model.count"})
            QVERIFY2(std::ranges::equal(back.find(key)->bytes(),
                                        GgufFile::open(m_path / "file.gguf")->find(key)->bytes()),
                     key);
    }

    /// The parts of a folder in one file, the rest as it is.
    void sameFormat()
    {
        const fs::path folder =
            golden::folderOf(golden::dataPath("models/llama_gqa_tied"), "hf_sharded", m_path / "source");
        convertOrThrow(folder, m_path / "one");
        QVERIFY(fs::exists(m_path / "one/model.safetensors"));
        QVERIFY(!fs::exists(m_path / "one/model.safetensors.index.json"));
        QCOMPARE(differingTensor(folder, m_path / "one"), std::string());
        QCOMPARE(textOf(m_path / "one/config.json"), textOf(folder / "config.json"));
        const fs::path file = ggufOf(golden::dataPath("models/llama_gqa_tied"));
        convertOrThrow(file, m_path / "copy.gguf");
        QVERIFY(textOf(m_path / "copy.gguf") == textOf(file));
    }

private:
    static std::vector<fs::path> models()
    {
        std::vector<fs::path> folders;
        for (const auto &entry : fs::directory_iterator(golden::dataPath("models")))
            if (fs::exists(entry.path() / "gguf"))
                folders.push_back(entry.path());
        std::ranges::sort(folders);
        return folders;
    }
    static void addBoth()
    {
        QTest::addColumn<QString>("model");
        for (const fs::path &model : models())
            if (golden::hasFolder(model, "hf"))
                QTest::addRow("%s", model.filename().c_str()) << model.c_str();
    }
    static fs::path fetchModel()
    {
        QFETCH(QString, model);
        return model.toStdString();
    }
    static fs::path ggufOf(const fs::path &model)
    {
        return model / "gguf" / (model.filename().string() + "-F32.gguf");
    }
    static std::vector<float> oddValues(size_t count)
    {
        const float kOdd[] = {1e-9f, -1e-9f, -0.0f, 3.1e-5f, 0.1f, -0.3f, -0.99f, 1e-30f, 2.7f, 1.1f};
        std::vector<float> values;
        for (size_t i = 0; i < count; ++i)
            values.push_back(kOdd[i % std::size(kOdd)] * (i < 20 ? 1.0f : 0.37f));
        return values;
    }

    /// Sums within a head have another order where rows changed places.
    void compareLogits(const fs::path &a, const fs::path &b) const
    {
        const golden::Model model(fetchModel());
        const golden::Ids ids = model.ids("ids_long");
        const golden::Rows left = golden::logitsOf(*golden::makeRunner(a, m_backend), ids);
        const golden::Rows right = golden::logitsOf(*golden::makeRunner(b, m_backend), ids);
        double worst = 0;
        for (size_t t = 0; t < left.size(); ++t)
            for (size_t v = 0; v < left[t].size(); ++v)
                worst = std::max(worst, double(std::abs(left[t][v] - right[t][v])));
        QVERIFY2(worst < 1e-4, qPrintable(QString::number(worst)));
    }

    static std::string rendered(const ModelFile &model, const std::string &text)
    {
        const nlohmann::ordered_json messages{{{"role", "system"}, {"content", "Be brief."}},
                                              {{"role", "user"}, {"content", text}}};
        ChatTemplate::Options options;
        const Tokenizer &tokenizer = **model.tokenizer();
        if (tokenizer.bos())
            options.bosToken = tokenizer.spelling(*tokenizer.bos());
        if (tokenizer.eos())
            options.eosToken = tokenizer.spelling(*tokenizer.eos());
        return golden::need((*model.chatTemplate())->render(messages, options));
    }

    static void compareText(const fs::path &a, const fs::path &b)
    {
        const auto left = golden::need(ModelFile::open(a)), right = golden::need(ModelFile::open(b));
        QCOMPARE(right->tokenizer().has_value(), left->tokenizer().has_value());
        QCOMPARE(right->chatTemplate().has_value(), left->chatTemplate().has_value());
        if (!left->tokenizer())
            return;
        const Tokenizer &x = **left->tokenizer(), &y = **right->tokenizer();
        std::string text = "<|im_start|>user\nTwo  words, 1234 naïve 世界!<|im_end|>\n";
        if (left->chatTemplate()) {
            const std::string one = rendered(*left, text);
            QCOMPARE(rendered(*right, text), one);
            text += one;
        }
        for (const auto special :
             {Tokenizer::Special::Add, Tokenizer::Special::Read, Tokenizer::Special::Plain})
            QVERIFY(x.encode(text, special).value() == y.encode(text, special).value());
        QVERIFY(x.eos() == y.eos() && x.bos() == y.bos());
    }

    std::optional<QTemporaryDir> m_scratch;
    fs::path m_path;
    std::shared_ptr<Backend> m_backend;
};

QTEST_GUILESS_MAIN(TestConvert)
#include "tst_convert.moc"
