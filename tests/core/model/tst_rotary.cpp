// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/model/rotary.h"

#include <QTest>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

using namespace lathe;

/// Inverse frequencies against transformers (tests/tools/make_rotary_goldens.py), which computes them in F32,
/// and the table against its closed form.
class TestRotary : public QObject
{
    Q_OBJECT

private slots:
    void transformers_data()
    {
        QTest::addColumn<int>("index");
        const nlohmann::json &rows = goldens().at("rows");
        for (size_t i = 0; i < rows.size(); ++i)
            QTest::newRow(rows[i].at("name").get<std::string>().c_str()) << int(i);
    }
    void transformers()
    {
        QFETCH(int, index);
        const nlohmann::json &row = goldens().at("rows").at(size_t(index));
        const Rotary rotary(configOf(row));
        const auto expected = row.at("inverse").get<std::vector<double>>();
        QCOMPARE(rotary.inverseFrequencies().size(), expected.size());
        for (size_t i = 0; i < expected.size(); ++i) {
            const double error = std::abs(rotary.inverseFrequencies()[i] / expected[i] - 1);
            // A power and two or three more operations, each rounded to F32.
            QVERIFY2(error < 2e-6, qPrintable(QString("pair %1: %2").arg(i).arg(error)));
        }
        // Position 0 has cos 0 = 1 and sin 0 = 0, times the attention factor.
        std::vector<float> table(2 * expected.size());
        const int32_t zero = 0;
        rotary.fill(std::span(&zero, 1), table);
        for (size_t i = 0; i < expected.size(); ++i) {
            QVERIFY(std::abs(table[i] - row.at("attention_factor").get<double>()) < 1e-6);
            QCOMPARE(table[expected.size() + i], 0.0f);
        }
    }

    void angles()
    {
        RopeConfig config;
        config.base = 10000;
        config.dim = 4; // inverse frequencies 1 and 1/100
        const std::vector<int32_t> positions{0, 1, 100, 65535};
        std::vector<float> table(positions.size() * 4);
        Rotary(config).fill(positions, table);
        for (size_t t = 0; t < positions.size(); ++t) {
            const double p = positions[t];
            for (const auto &[at, value] : {std::pair<size_t, double>{0, std::cos(p)},
                                            {1, std::cos(p / 100)},
                                            {2, std::sin(p)},
                                            {3, std::sin(p / 100)}})
                QVERIFY(std::abs(table[t * 4 + at] - value) < 1e-7);
        }
    }

    /// GGUF's rope_freqs.weight divides: with the divisors of Llama 3 the result is its scaling.
    void frequencyFactors()
    {
        for (const nlohmann::json &row : goldens().at("rows")) {
            if (row.at("parameters").at("rope_type") != "llama3")
                continue;
            const RopeConfig scaled = configOf(row);
            RopeConfig plain;
            plain.base = scaled.base;
            plain.dim = scaled.dim;
            const auto unscaled = Rotary(plain).inverseFrequencies();
            const auto expected = Rotary(scaled).inverseFrequencies();
            for (size_t i = 0; i < expected.size(); ++i)
                plain.frequencyFactors.push_back(float(unscaled[i] / expected[i]));
            const auto divided = Rotary(plain).inverseFrequencies();
            for (size_t i = 0; i < expected.size(); ++i)
                QVERIFY(std::abs(divided[i] / expected[i] - 1) < 1e-7); // the factor is an F32
        }
    }

    /// LongRoPE: the short factors in a cache of the original context, the long ones beyond it.
    void longFactors()
    {
        RopeConfig config;
        config.base = 100;
        config.dim = 4;
        config.originalContext = 64;
        config.frequencyFactors = {1, 2};
        config.longFactors = {4, 8};
        config.attentionFactor = 1.5;
        QCOMPARE(Rotary(config, 64).inverseFrequencies(), (std::vector<double>{1, 0.1 / 2}));
        QCOMPARE(Rotary(config, 65).inverseFrequencies(), (std::vector<double>{0.25, 0.1 / 8}));
        std::vector<float> table(4);
        const int32_t zero = 0;
        Rotary(config, 65).fill(std::span(&zero, 1), table);
        QCOMPARE(table, (std::vector<float>{1.5f, 1.5f, 0, 0}));
    }

    void yarnFactor()
    {
        QCOMPARE(yarnAttentionFactor(1), 1.0);
        QCOMPARE(yarnAttentionFactor(0.5), 1.0);
        QCOMPARE(yarnAttentionFactor(std::numbers::e), 1.1);
    }

private:
    static const nlohmann::json &goldens()
    {
        static const nlohmann::json all = [] {
            const auto text = readText(std::filesystem::path(LATHE_TEST_DATA) / "ops/rotary.json");
            if (!text)
                throw std::runtime_error(text.error().message());
            return nlohmann::json::parse(*text);
        }();
        return all;
    }

    static RopeConfig configOf(const nlohmann::json &row)
    {
        const nlohmann::json &parameters = row.at("parameters");
        const auto number = [&](const char *key, double fallback) { return parameters.value(key, fallback); };
        RopeConfig config;
        config.base = row.at("base");
        config.dim = row.at("dim");
        config.factor = number("factor", 1);
        config.originalContext = uint32_t(number("original_max_position_embeddings", 0));
        config.lowFrequency = number("low_freq_factor", 1);
        config.highFrequency = number("high_freq_factor", 4);
        config.betaFast = number("beta_fast", 32);
        config.betaSlow = number("beta_slow", 1);
        config.attentionFactor = number("attention_factor", 0);
        const std::string type = parameters.at("rope_type");
        config.scaling = type == "linear"   ? RopeScaling::Linear
                         : type == "llama3" ? RopeScaling::Llama3
                         : type == "yarn"   ? RopeScaling::Yarn
                                            : RopeScaling::None;
        return config;
    }
};

QTEST_GUILESS_MAIN(TestRotary)
#include "tst_rotary.moc"
