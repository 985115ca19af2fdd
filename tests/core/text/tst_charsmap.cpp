// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/base64.h"
#include "core/base/bytes.h"
#include "core/base/files.h"
#include "core/text/pipeline/charsmap.h"
#include "core/text/pipeline/normalizers.h"

#include <QTest>

#include <random>

using namespace lathe;

/// The normalizer Precompiled against what PyPI's tokenizers makes of the same rules, and on broken ones.
class TestCharsmap : public QObject
{
    Q_OBJECT

private slots:
    void base64_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("good");
        // RFC 4648, section 10.
        const std::pair<const char *, const char *> kVectors[] = {{"", ""},
                                                                  {"Zg==", "f"},
                                                                  {"Zm8=", "fo"},
                                                                  {"Zm9v", "foo"},
                                                                  {"Zm9vYg==", "foob"},
                                                                  {"Zm9vYmE=", "fooba"},
                                                                  {"Zm9vYmFy", "foobar"}};
        for (const auto &[text, bytes] : kVectors)
            QTest::addRow("\"%s\"", text) << QByteArray(text) << QByteArray(bytes) << true;
        for (const char *text : {"Zg=", "Zg", "Z===", "====", "Zm9v=", "Zm 9", "Zm9-", "Zh==", "Zg==Zg=="})
            QTest::addRow("bad \"%s\"", text) << QByteArray(text) << QByteArray() << false;
    }
    void base64()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, bytes);
        const auto decoded = decodeBase64(text.toStdString());
        QTEST(decoded.has_value(), "good");
        if (decoded)
            QCOMPARE(QByteArray(reinterpret_cast<const char *>(decoded->data()), qsizetype(decoded->size())),
                     bytes);
    }

    void equalsTokenizers_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        for (const nlohmann::json &one : recorded()["cases"]) {
            const std::string text = one[0].get<std::string>();
            QTest::newRow(QString::fromStdString(text).toUtf8().toPercentEncoding().constData())
                << QString::fromStdString(text) << QString::fromStdString(one[1].get<std::string>());
        }
    }
    void equalsTokenizers()
    {
        QFETCH(QString, text);
        const auto steps = stepsOf(recorded()["charsmap"].get<std::string>());
        QVERIFY2(steps, steps ? "" : steps.error().message().c_str());
        std::string out = text.toStdString();
        QVERIFY(steps->front()->apply(out, {}, 1 << 16).has_value());
        QTEST(QString::fromStdString(out), "expected");
        // What a text may grow to is bounded.
        std::string again = text.toStdString();
        QCOMPARE(steps->front()->apply(again, {}, out.size()).has_value(), true);
        if (!out.empty())
            QCOMPARE(steps->front()->apply(again = text.toStdString(), {}, out.size() - 1).has_value(),
                     false);
    }

    /// Bytes changed at random: refused, or a map whose results are UTF-8.
    void brokenMaps()
    {
        const auto good = decodeBase64(recorded()["charsmap"].get<std::string>());
        QVERIFY(good && Charsmap::parse(*good).has_value());
        std::mt19937 random(1);
        int parsed = 0;
        for (int i = 0; i < 3000; ++i) {
            std::vector<std::byte> bytes = *good;
            for (int n = 1 + i % 5; n > 0; --n)
                bytes[random() % bytes.size()] = std::byte(random());
            bytes.resize(bytes.size() - (i % 3 == 0 ? random() % bytes.size() : 0));
            const auto map = Charsmap::parse(bytes);
            if (!map) {
                QVERIFY(!map.error().what.empty());
                continue;
            }
            ++parsed;
            for (const nlohmann::json &one : recorded()["cases"]) {
                const auto found = map->find(one[0].get_ref<const std::string &>());
                QVERIFY(!found || isValidUtf8(*found));
            }
        }
        QVERIFY(parsed > 100);
    }

private:
    static const nlohmann::json &recorded()
    {
        static const nlohmann::json json =
            nlohmann::json::parse(readText(LATHE_TEST_DATA "/tokenizers/precompiled.json").value_or("{}"));
        return json;
    }

    static Result<NormalizerSteps> stepsOf(const std::string &charsmap)
    {
        const nlohmann::json json{{"type", "Precompiled"}, {"precompiled_charsmap", charsmap}};
        const std::string file = "x";
        return normalizersFromJson(JsonPlace(json, file));
    }
};

QTEST_GUILESS_MAIN(TestCharsmap)
#include "tst_charsmap.moc"
