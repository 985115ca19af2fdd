// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/convert/merge.h"
#include "core/convert/weight_rows.h"
#include "tests/core/convert/converted.h"
#include "tests/core/model/lora_recipes.h"

#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using namespace lathe::testing;
using golden::LoraMaker;

/// Adapters merged into the weights against the products of the test's own making, which know the order of
/// rows in files apart from the code under test; what the adapters do not touch stays as it is.
class TestMerge : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_scratch.emplace();
        QVERIFY(m_scratch->isValid());
        m_path = m_scratch->path().toStdString();
    }

    void weights_data()
    {
        QTest::addColumn<int>("recipe");
        QTest::addColumn<bool>("toFolder");
        for (int i = 0; i < int(golden::recipes().size()); ++i)
            for (const bool toFolder : {false, true})
                QTest::addRow("%s to a %s", golden::recipes()[size_t(i)].model.c_str(),
                              toFolder ? "folder" : "file")
                    << i << toFolder;
    }
    void weights()
    {
        QFETCH(int, recipe);
        QFETCH(bool, toFolder);
        const golden::LoraRecipe &chosen = golden::recipes()[size_t(recipe)];
        const fs::path base =
            golden::dataPath("models/" + chosen.model + "/gguf/" + chosen.model + "-F32.gguf");
        const auto model = golden::need(ModelFile::open(base));
        const LoraMaker first(*model, chosen, 1), second(*model, chosen, 2);
        first.writePeft(m_path / "peft");
        const std::string bytes = second.ggufBytes();
        const auto peft = golden::need(LoraFile::open(m_path / "peft"));
        const auto gguf = golden::need(LoraFile::parseGguf(std::as_bytes(std::span(bytes)), "second"));
        const std::vector adapters{golden::need(Adapter::create(*model, peft, 1)),
                                   golden::need(Adapter::create(*model, gguf, -0.5))};
        const fs::path out = m_path / (toFolder ? "merged" : "merged.gguf");
        const auto written = mergeModel(*model, adapters, out, writeOptions(), {});
        QVERIFY2(written, written ? "" : written.error().message().c_str());

        // A folder of the plain model has the rows where one of the merged model has them.
        fs::path plain = base;
        if (toFolder) {
            plain = m_path / "plain";
            convertOrThrow(base, plain);
            convertOrThrow(out, m_path / "merged.gguf");
            QVERIFY(textOf(out / "README.md").find("- Merged the adapter second at scale -0.5\n") !=
                    std::string::npos);
        }
        std::map<std::string, std::vector<float>> expected;
        first.mergeInto(expected, 1);
        second.mergeInto(expected, -0.5f);
        const auto merged = golden::need(ModelFile::open(m_path / "merged.gguf"));
        size_t compared = 0;
        for (uint32_t i = 0; i < merged->weights().count(); ++i) {
            const WeightSource &source = merged->weights().entry(i).source;
            const std::vector<float> values = golden::need(readValues(source));
            const auto found = expected.find(source.name);
            const std::vector<float> was = golden::need(readValues(model->weights().entry(i).source));
            if (found == expected.end()) {
                QVERIFY2(values == was, source.name.c_str());
                continue;
            }
            ++compared;
            for (size_t k = 0; k < values.size(); ++k)
                QVERIFY2(std::abs(values[k] - found->second[k]) <= 1e-6f * (1 + std::abs(values[k])),
                         source.name.c_str());
            QVERIFY(values != was);
        }
        QCOMPARE(compared, expected.size());
    }

    /// In the same format all else is copied; the base may lie in a folder.
    void folderInFolder()
    {
        const golden::LoraRecipe &chosen = golden::recipes().front();
        const fs::path base =
            golden::folderOf(golden::dataPath("models/" + chosen.model), "hf_sharded", m_path / "source");
        const auto file = golden::need(ModelFile::open(
            golden::dataPath("models/" + chosen.model + "/gguf/" + chosen.model + "-F32.gguf")));
        LoraMaker(*file, chosen, 5).writePeft(m_path / "peft");
        const auto lora = golden::need(LoraFile::open(m_path / "peft"));
        const auto merged = [&](const fs::path &from, const fs::path &to) {
            const auto model = golden::need(ModelFile::open(from));
            const std::vector adapters{golden::need(Adapter::create(*model, lora, 1))};
            golden::need(mergeModel(*model, adapters, to, writeOptions(), {}));
        };
        merged(base, m_path / "merged");
        merged(file->path(), m_path / "merged.gguf");
        convertOrThrow(m_path / "merged", m_path / "again.gguf");
        QCOMPARE(differingTensor(m_path / "merged.gguf", m_path / "again.gguf"), std::string());
        QCOMPARE(textOf(m_path / "merged/tokenizer.json"), textOf(base / "tokenizer.json"));
        QCOMPARE(textOf(m_path / "merged/config.json"), textOf(base / "config.json"));
    }

    /// The sum has the type of the base.
    void roundedToTheStoredType()
    {
        const golden::LoraRecipe &chosen = golden::recipes().front();
        const auto model = golden::need(
            ModelFile::open(golden::dataPath("models/llama_gqa_tied/gguf/llama_gqa_tied-F16.gguf")));
        const LoraMaker maker(*model, chosen, 6);
        maker.writePeft(m_path / "peft");
        const std::vector adapters{
            golden::need(Adapter::create(*model, golden::need(LoraFile::open(m_path / "peft")), 1))};
        golden::need(mergeModel(*model, adapters, m_path / "merged.gguf", writeOptions(), {}));
        std::map<std::string, std::vector<float>> expected;
        maker.mergeInto(expected, 1);
        const auto merged = golden::need(ModelFile::open(m_path / "merged.gguf"));
        for (uint32_t i = 0; i < merged->weights().count(); ++i) {
            const WeightSource &source = merged->weights().entry(i).source;
            QCOMPARE(source.type, model->weights().entry(i).source.type);
            const auto found = expected.find(source.name);
            if (found == expected.end())
                continue;
            QCOMPARE(source.type, DType::F16);
            const std::vector<float> values = golden::need(readValues(source));
            for (size_t k = 0; k < values.size(); ++k) // half a unit in the last place of F16
                QVERIFY(std::abs(values[k] - found->second[k]) <=
                        4.9e-4f * std::abs(found->second[k]) + 1e-7f);
        }
    }

private:
    std::optional<QTemporaryDir> m_scratch;
    fs::path m_path;
};

QTEST_GUILESS_MAIN(TestMerge)
#include "tst_merge.moc"
