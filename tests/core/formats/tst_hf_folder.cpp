// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bytes.h"
#include "core/base/json.h"
#include "core/formats/gguf.h"
#include "core/formats/gguf_writer.h"
#include "core/formats/hf_folder.h"

#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
namespace fs = std::filesystem;

namespace {

void write(const fs::path &path, std::string_view text)
{
    const auto written = writeAtomically(path, text, true);
    QVERIFY2(written, written ? "" : written.error().message().c_str());
}

void writeShard(const fs::path &path, const std::vector<std::string> &names)
{
    static const std::vector<float> values{1, 2};
    std::vector<SafetensorsTensor> tensors;
    for (const std::string &name : names)
        tensors.push_back({name, "F32", {2}, std::as_bytes(std::span(values))});
    QVERIFY(writeSafetensors(path, tensors, {}, true));
}

std::string message(const fs::path &folder, HfFolder::Weights need = HfFolder::Weights::Required)
{
    const auto opened = HfFolder::open(folder, need);
    return opened ? std::string() : opened.error().message();
}

} // namespace

/// JSON from files, the files of a folder, a GGUF model in parts.
class TestHfFolder : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_scratch = std::make_unique<QTemporaryDir>();
        m_folder = m_scratch->path().toStdString();
    }

    void jsonFaults_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("fault");
        const auto row = [](const char *name, QByteArray text, const char *fault) {
            QTest::newRow(name) << text << QByteArray(fault);
        };
        row("empty", "", "is not JSON at byte");
        row("cut", "{\"a\":", "is not JSON at byte");
        row("rest", "{} {}", "is not JSON at byte");
        row("NaN", "[NaN]", "is not JSON at byte");
        row("comment", "[1] // x", "is not JSON at byte");
        row("UTF-8", "[\"\xff\"]", "is not JSON at byte");
        row("NUL", QByteArray("{}\0x", 4), "it has a NUL");
        row("twice", R"({"a":1,"b":{"a":2},"a":3})", "has a name twice");
        row("deep", QByteArray(70, '['), "is nested deeper than 64");
        row("deep objects", QByteArray("{\"a\":").repeated(30000), "is nested deeper than 64");
        row("many", "[" + QByteArray("0,").repeated(300) + "0]", "has more than 200 values");
        row("long", QByteArray(2001, ' '), "has 2001 bytes, at most 2000 are read");
    }
    void jsonFaults()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, fault);
        const bool deepObjects = text.size() > 100000;
        const JsonLimits limits{deepObjects ? size_t(1) << 20 : 2000, 200, 64};
        const auto parsed = parseJson(text.toStdString(), "a.json", limits);
        QVERIFY(!parsed);
        QVERIFY2(parsed.error().what.find(fault.toStdString()) != std::string::npos,
                 parsed.error().what.c_str());
        QCOMPARE(parsed.error().subject, std::string("a.json"));
    }

    void jsonValues()
    {
        const std::string text = R"( {"a":[1,-2,2.5,true,null,"é\u00e9"],"b":{"c":{}}} )";
        const auto parsed = parseJson(text, "a.json");
        QVERIFY(parsed);
        QVERIFY(*parsed == nlohmann::json::parse(text));
        const JsonObject object(*parsed, "a.json");
        QVERIFY(object.find("a") && !object.find("c"));
        QVERIFY(!object.string("a"));
        QCOMPARE(object.string("a").error().message(),
                 std::string("a.json: a is an array, not a string; get the file again, or correct it"));
        QVERIFY(*object.object("b"));
        QCOMPARE((*object.object("b"))->label("c"), std::string("b.c"));
    }

    void neededFiles()
    {
        QVERIFY(message(m_folder).find("has no config.json; give a folder with") != std::string::npos);
        write(m_folder / "model.Q4_1.gguf", "x");
        QVERIFY(message(m_folder).ends_with("give one of its GGUF files, such as model.Q4_1.gguf"));
        write(m_folder / "adapter_config.json", "{}");
        QVERIFY(message(m_folder).find("is an adapter, not a model") != std::string::npos);
        write(m_folder / "config.json", "[1]");
        QVERIFY(message(m_folder).find("config.json: is no JSON object") != std::string::npos);
        write(m_folder / "config.json", "{\"a\":1}");
        QVERIFY(message(m_folder).find("has a config.json and no weights") != std::string::npos);
        QCOMPARE(message(m_folder, HfFolder::Weights::Optional), std::string());
        write(m_folder / "generation_config.json", "{");
        QVERIFY(message(m_folder, HfFolder::Weights::Optional).find("generation_config.json: is not JSON") !=
                std::string::npos);
        write(m_folder / "generation_config.json", "{\"eos_token_id\":[1,2]}");
        writeShard(m_folder / "part.safetensors", {"a"});
        QVERIFY(message(m_folder).find("has part.safetensors, but neither model.safetensors nor") !=
                std::string::npos);
        writeShard(m_folder / "model.safetensors", {"a", "b"});
        const auto folder = HfFolder::open(m_folder, HfFolder::Weights::Required);
        QVERIFY(folder);
        QVERIFY(folder->find("b") && !folder->find("c"));
        QCOMPARE(folder->files().size(), size_t(1));
        QCOMPARE(folder->generationConfig().at("eos_token_id").size(), size_t(2));
    }

    void picklesAreRefused_data()
    {
        QTest::addColumn<QString>("name");
        for (const char *name : {"pytorch_model.bin", "model.pt", "consolidated.00.pth", "x.ckpt", "w.pkl"})
            QTest::newRow(name) << name;
    }
    void picklesAreRefused()
    {
        QFETCH(QString, name);
        write(m_folder / "config.json", "{}");
        write(m_folder / name.toStdString(), "PK");
        for (const auto need : {HfFolder::Weights::Required, HfFolder::Weights::Optional}) {
            const std::string text = message(m_folder, need);
            QVERIFY2(text.find(name.toStdString() + ": unsupported: weights as a Python pickle") !=
                         std::string::npos,
                     text.c_str());
            QVERIFY(text.find("convert to safetensors: ") != std::string::npos);
        }
        writeShard(m_folder / "model.safetensors", {"a"});
        QCOMPARE(message(m_folder), std::string());
    }

    void shards_data()
    {
        QTest::addColumn<QByteArray>("map");
        QTest::addColumn<QByteArray>("fault");
        const auto row = [](const char *name, const char *map, const char *fault) {
            QTest::newRow(name) << QByteArray(map) << QByteArray(fault);
        };
        row("good", R"({"a":"1.safetensors","b":"1.safetensors","c":"2.safetensors"})", "");
        row("not all", R"({"a":"1.safetensors","c":"2.safetensors"})",
            "has 2 tensors, the index names 1 of them");
        row("not there",
            R"({"a":"1.safetensors","b":"1.safetensors","d":"1.safetensors","c":"2.safetensors"})",
            "has no tensor \"d\", the index says");
        row("wrong shard", R"({"a":"1.safetensors","b":"2.safetensors","c":"2.safetensors"})",
            "the index names 1 of them");
        row("in two", R"({"a":"1.safetensors","b":"1.safetensors","c":"2.safetensors","e":"3.safetensors"})",
            "3.safetensors: has no tensor \"e\"");
        row("missing", R"({"a":"4.safetensors"})", "4.safetensors: is not there");
        row("above", R"({"a":"../1.safetensors"})", "which is no safetensors file of this folder");
        row("root", R"({"a":"/etc/x.safetensors"})", "which is no safetensors file of this folder");
        row("backslash", R"({"a":"..\\x.safetensors"})", "which is no safetensors file of this folder");
        row("dots", R"({"a":".."})", "which is no safetensors file of this folder");
        row("other kind", R"({"a":"config.json"})", "which is no safetensors file of this folder");
        row("NUL", R"({"a":"1.safetensors\u0000.safetensors"})", "which is no safetensors file");
        row("number", R"({"a":5})", "gives no file for \"a\"");
        row("empty", "{}", "weight_map is missing or empty");
        row("list", "[]", "weight_map is an array, not an object");
    }
    void shards()
    {
        QFETCH(QByteArray, map);
        QFETCH(QByteArray, fault);
        write(m_folder / "config.json", "{}");
        writeShard(m_folder / "1.safetensors", {"a", "b"});
        writeShard(m_folder / "2.safetensors", {"c"});
        writeShard(m_folder / "3.safetensors", {"a"});
        write(m_folder / "model.safetensors.index.json", "{\"weight_map\":" + map.toStdString() + "}");
        const std::string text = message(m_folder);
        QCOMPARE(text.empty(), fault.isEmpty());
        QVERIFY2(text.find(fault.toStdString()) != std::string::npos, text.c_str());
    }

    void tensorInTwoShards()
    {
        write(m_folder / "config.json", "{}");
        writeShard(m_folder / "1.safetensors", {"a"});
        writeShard(m_folder / "2.safetensors", {"b", "a"});
        write(m_folder / "model.safetensors.index.json",
              R"({"weight_map":{"a":"1.safetensors","b":"2.safetensors"}})");
        QVERIFY(message(m_folder).find("2.safetensors: has 2 tensors, the index names 1") !=
                std::string::npos);
    }

    /// A GGUF model in three files.
    void ggufParts()
    {
        writePart(1, {"a", "b"});
        writePart(2, {"c"});
        writePart(3, {});
        for (int number = 1; number <= 3; ++number) {
            const auto file = GgufFile::open(part(number));
            QVERIFY2(file, file ? "" : file.error().message().c_str());
            QCOMPARE(file->tensors().size(), size_t(3));
            QCOMPARE(file->parts().size(), size_t(3));
            QCOMPARE(*file->getString("general.architecture"), std::string_view("llama"));
            QVERIFY(file->findTensor("c") && !file->findTensor("d"));
            QCOMPARE(loadLe<float>(file->findTensor("c")->data.data()), 2.0f);
        }
        const fs::path renamed = m_folder / "renamed.gguf";
        fs::copy_file(part(1), renamed);
        QVERIFY(error(renamed).find("is split into 3 parts, and its name does not say which") !=
                std::string::npos);
        fs::rename(part(2), m_folder / "away.gguf");
        QVERIFY2(error(part(1)).find("is part 1 of 3, m-00002-of-00003.gguf is not there") !=
                     std::string::npos,
                 error(part(1)).c_str());
        fs::copy_file(part(3), part(2));
        QVERIFY(error(part(1)).find("m-00002-of-00003.gguf: says that it is part 3 of 3") !=
                std::string::npos);
        writePart(2, {"a"});
        QVERIFY(error(part(1)).find("tensor \"a\" is in two parts") != std::string::npos);
        writePart(2, {});
        QVERIFY(error(part(1)).find("the parts have 2 tensors, the first says 3") != std::string::npos);
    }

    void ggufPartNames()
    {
        const auto name = parseGgufPartName("a-b-00002-of-00010.gguf");
        QVERIFY(name);
        QCOMPARE(name->stem, std::string("a-b"));
        QCOMPARE(name->number, 2u);
        QCOMPARE(name->of(10), std::string("a-b-00010-of-00010.gguf"));
        for (const char *other :
             {"-00001-of-00002.gguf", "a-00003-of-00002.gguf", "a-00000-of-00002.gguf",
              "a-0001-of-00002.gguf", "a-00001-of-0000x.gguf", "a-00001-of-00002.bin", "a"})
            QVERIFY2(!parseGgufPartName(other), other);
    }

private:
    fs::path part(int number) const
    {
        return m_folder / ("m-0000" + std::to_string(number) + "-of-00003.gguf");
    }

    static std::string error(const fs::path &path)
    {
        const auto file = GgufFile::open(path);
        return file ? std::string() : file.error().message();
    }

    void writePart(int number, const std::vector<std::string> &names) const
    {
        const float value = float(number);
        GgufWriter writer;
        if (number == 1)
            writer.setString("general.architecture", "llama");
        writer.setU32("split.no", uint32_t(number - 1));
        writer.setU32("split.count", 3);
        writer.setI32("split.tensors.count", 3);
        for (const std::string &name : names)
            writer.addTensor(name, DType::F32, {1}, std::as_bytes(std::span(&value, 1)));
        const auto written = writer.write(part(number), true);
        QVERIFY2(written, written ? "" : written.error().message().c_str());
    }

    std::unique_ptr<QTemporaryDir> m_scratch;
    fs::path m_folder;
};

QTEST_GUILESS_MAIN(TestHfFolder)
#include "tst_hf_folder.moc"
