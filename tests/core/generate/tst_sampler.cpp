// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/os.h"
#include "core/generate/portable_exp.h"
#include "core/generate/sampler.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

using namespace lathe;

namespace
{

constexpr float kInfinity = std::numeric_limits<float>::infinity();

using Settings = SamplerSettings;

/// logits whose softmax is `shares`; 0 is masked.
std::vector<float> logitsOf(const std::vector<double> &shares)
{
    std::vector<float> logits;
    for (double share : shares)
        logits.push_back(share > 0 ? float(std::log(share)) : -kInfinity);
    return logits;
}

/// How often each token comes in `draws` draws.
std::vector<int> histogram(const Settings &settings, const std::vector<float> &logits, int draws,
                           const std::vector<int32_t> &history = {})
{
    Sampler sampler(settings, 20261123);
    std::vector<int> counts(logits.size());
    for (int i = 0; i < draws; ++i)
        ++counts[size_t(sampler.sample(logits, history)->token)];
    return counts;
}

/// Large random logits, as a model's.
std::vector<float> vocabulary(size_t size)
{
    Random random(7);
    std::vector<float> logits(size);
    for (float &logit : logits) {
        const double u = random.uniform() + random.uniform() + random.uniform() + random.uniform() - 2;
        logit = float(6 * u);
    }
    return logits;
}

} // namespace

class TestSampler : public QObject
{
    Q_OBJECT

private slots:
    void randomNumbersAreThePublishedOnes();
    void exponentialIsExact();
    void greedy_data();
    void greedy();
    void distribution_data();
    void distribution();
    void penalties_data();
    void penalties();
    void logprobAndCandidates();
    void stageOrder();
    void sameSeedSameTokens();
    void badLogits_data();
    void badLogits();
    void badSettings_data();
    void badSettings();
    void fast();
};

void TestSampler::randomNumbersAreThePublishedOnes()
{
    // splitmix64 from seed 0, and xoshiro256++ from state 1, 2, 3, 4: the reference implementations' first
    // outputs.
    uint64_t seed = 0;
    QCOMPARE(Random::splitMix64(seed), 0xe220a8397b1dcdafU);
    QCOMPARE(Random::splitMix64(seed), 0x6e789e6aa1b965f4U);
    Random random(std::array<uint64_t, 4>{1, 2, 3, 4});
    for (uint64_t expected : {41943041U, 58720359U})
        QCOMPARE(random.next(), expected);
    QCOMPARE(random.next(), 3588806011781223U);
    QCOMPARE(random.next(), 3591011842654386U);
    QCOMPARE(random.next(), 9228616714210784205U);
}

void TestSampler::exponentialIsExact()
{
    QCOMPARE(portableExp(0), 1.0);
    QCOMPARE(portableExp(-std::numeric_limits<double>::infinity()), 0.0);
    double worst = 0;
    for (double x = 0; x > -707; x -= 0.00917)
        worst = std::max(worst, std::fabs(portableExp(x) / std::exp(x) - 1));
    QVERIFY2(worst < 4.5e-16, qPrintable(QString::number(worst))); // 2 ulp
}

void TestSampler::greedy_data()
{
    QTest::addColumn<std::vector<float>>("logits");
    QTest::addColumn<int>("token");
    QTest::newRow("largest") << std::vector<float>{-1, 3, 2} << 1;
    QTest::newRow("tie: lowest id") << std::vector<float>{0, 5, 5, 5} << 1;
    QTest::newRow("one token") << std::vector<float>{-7} << 0;
    QTest::newRow("all but one masked") << std::vector<float>{-kInfinity, -kInfinity, -3e38F} << 2;
    QTest::newRow("extreme") << std::vector<float>{-3e38F, 3e38F, 0} << 1;
}

void TestSampler::greedy()
{
    QFETCH(std::vector<float>, logits);
    QFETCH(int, token);
    const Settings cases[] = {{},
                              {.topK = 2, .topP = 0.5, .minP = 0.5},
                              {.temperature = 1, .topK = 1},
                              {.temperature = 1, .topP = 0},
                              {.temperature = 1e-300}};
    for (const Settings &settings : std::span(cases).first(token == 1 && logits.size() == 4 ? 4 : 5))
        QCOMPARE(Sampler(settings, 1).sample(logits, {})->token, token);
}

void TestSampler::distribution_data()
{
    QTest::addColumn<Settings>("settings");
    QTest::addColumn<std::vector<double>>("shares");
    QTest::addColumn<std::vector<double>>("expected");
    const std::vector<double> p{0.1, 0.4, 0.05, 0.25, 0.2};
    const auto row = [&](const char *name, Settings settings, std::vector<double> expected) {
        QTest::newRow(name) << settings << p << expected;
    };
    row("temperature 1", {.temperature = 1}, p);
    row("temperature 0.5: squares", {.temperature = 0.5}, {0.01, 0.16, 0.0025, 0.0625, 0.04});
    row("temperature 2: roots", {.temperature = 2},
        {std::sqrt(0.1), std::sqrt(0.4), std::sqrt(0.05), 0.5, std::sqrt(0.2)});
    row("top-k 2", {.temperature = 1, .topK = 2}, {0, 0.4, 0, 0.25, 0});
    row("top-k beyond the vocabulary", {.temperature = 1, .topK = 99}, p);
    row("top-p takes in the one that crosses it", {.temperature = 1, .topP = 0.7}, {0, 0.4, 0, 0.25, 0.2});
    row("top-p below the best", {.temperature = 1, .topP = 0.1}, {0, 1, 0, 0, 0});
    row("top-p 0 keeps one", {.temperature = 1, .topP = 0}, {0, 1, 0, 0, 0});
    row("min-p: at least 0.2", {.temperature = 1, .minP = 0.49}, {0, 0.4, 0, 0.25, 0.2});
    row("min-p 1 keeps the best", {.temperature = 1, .minP = 1}, {0, 1, 0, 0, 0});
    // Entropy 1.4150: -ln p = 2.303, 0.916, 2.996, 1.386, 1.609; nearest to it 0.25 (0.029), 0.2 (0.194), 0.4
    // (0.499).
    row("typical-p 0.25 keeps the most typical", {.temperature = 1, .typicalP = 0.2}, {0, 0, 0, 1, 0});
    row("typical-p 0.45 drops the best", {.temperature = 1, .typicalP = 0.44}, {0, 0, 0, 0.25, 0.2});
    row("typical-p 0.5 takes the best in", {.temperature = 1, .typicalP = 0.5}, {0, 0.4, 0, 0.25, 0.2});
    // After top-k 3 the shares are 0.471, 0.294, 0.235; 0.7 of that needs two.
    row("top-p works on what top-k left", {.temperature = 1, .topK = 3, .topP = 0.7}, {0, 0.4, 0, 0.25, 0});
    row("cuts come before the temperature", {.temperature = 0.5, .topP = 0.7}, {0, 0.16, 0, 0.0625, 0.04});
    row("cuts that keep all", {.temperature = 1, .topK = 5, .topP = 0.999999, .minP = 0.001}, p);
    QTest::newRow("masked tokens never come")
        << Settings{.temperature = 1} << std::vector<double>{0.5, 0, 0.5} << std::vector<double>{0.5, 0, 0.5};
    QTest::newRow("top-k on a tie: lower ids")
        << Settings{.temperature = 1, .topK = 2} << std::vector<double>{0.25, 0.25, 0.25, 0.25}
        << std::vector<double>{0.5, 0.5, 0, 0};
}

void TestSampler::distribution()
{
    QFETCH(Settings, settings);
    QFETCH(std::vector<double>, shares);
    QFETCH(std::vector<double>, expected);
    constexpr int kDraws = 40000;
    const std::vector<int> counts = histogram(settings, logitsOf(shares), kDraws);
    double total = 0;
    for (double share : expected)
        total += share;
    double chiSquare = 0;
    for (size_t i = 0; i < expected.size(); ++i) {
        const double due = expected[i] / total * kDraws;
        if (due == 0)
            QCOMPARE(counts[i], 0);
        else
            chiSquare += (counts[i] - due) * (counts[i] - due) / due;
    }
    // 99.9 % quantile of chi-square with 4 degrees of freedom; the seed is fixed.
    QVERIFY2(chiSquare < 18.47, qPrintable(QString::number(chiSquare)));
}

void TestSampler::penalties_data()
{
    QTest::addColumn<Settings>("settings");
    QTest::addColumn<std::vector<int32_t>>("history");
    QTest::addColumn<int>("token");
    const auto row = [](const char *name, Settings settings, std::vector<int32_t> history, int token) {
        QTest::newRow(name) << settings << history << token;
    };
    // Logits 2, 1.5, −1, −1.5.
    row("none", {}, {0, 0}, 0);
    row("repetition divides a positive score: 2/1.3 > 1.5", {.repeatPenalty = 1.3}, {0}, 0);
    row("repetition 1.4: 1.43 < 1.5", {.repeatPenalty = 1.4}, {0}, 1);
    row("repetition counts once", {.repeatPenalty = 1.3}, {0, 0, 0}, 0);
    row("repetition multiplies a negative score", {.repeatPenalty = 3}, {0, 1, 2}, 0);
    row("presence 0.6", {.presencePenalty = 0.6}, {0}, 1);
    row("presence counts once", {.presencePenalty = 0.4}, {0, 0, 0}, 0);
    row("frequency counts each", {.frequencyPenalty = 0.2}, {0, 0, 0}, 1);
    row("frequency twice", {.frequencyPenalty = 0.2}, {0, 0}, 0);
    row("outside the window", {.presencePenalty = 0.6, .repeatWindow = 2}, {0, 3, 3}, 0);
    row("inside the window", {.presencePenalty = 0.6, .repeatWindow = 3}, {0, 3, 3}, 1);
    row("window 0: none", {.presencePenalty = 2, .repeatWindow = 0}, {0, 0, 0}, 0);
    row("window -1: all", {.presencePenalty = 2, .repeatWindow = -1}, std::vector<int32_t>(500, 0), 1);
    row("ids outside the vocabulary are passed over", {.presencePenalty = 2}, {-5, 99, 0}, 1);
    row("a bonus", {.presencePenalty = -2}, {1}, 1);
}

void TestSampler::penalties()
{
    QFETCH(Settings, settings);
    QFETCH(std::vector<int32_t>, history);
    QFETCH(int, token);
    const std::vector<float> logits{2, 1.5F, -1, -1.5F};
    QCOMPARE(Sampler(settings, 1).sample(logits, history)->token, token);
}

void TestSampler::logprobAndCandidates()
{
    const std::vector<double> shares{0.1, 0.4, 0.05, 0.25, 0.2};
    const Settings settings{.temperature = 0.3, .topK = 1, .presencePenalty = 2};
    const SampledToken sampled = *Sampler(settings, 1).sample(logitsOf(shares), std::vector<int32_t>{1}, 3);
    QCOMPARE(sampled.token, 3);                                  // 0.4 is penalised
    QVERIFY(std::fabs(sampled.logprob - std::log(0.25)) < 1e-6); // of the model, not of the sampler
    QCOMPARE(sampled.top.size(), size_t(3));
    const int order[] = {1, 3, 4};
    for (size_t i = 0; i < 3; ++i) {
        QCOMPARE(sampled.top[i].token, order[i]);
        QVERIFY(std::fabs(sampled.top[i].logprob - std::log(shares[size_t(order[i])])) < 1e-6);
    }
    QCOMPARE(Sampler({}, 1).sample(std::vector<float>{1, 2}, {}, 64)->top.size(), size_t(2));
}

void TestSampler::stageOrder()
{
    const std::vector<std::string_view> expected{"penalties", "top-k", "typical-p",
                                                 "top-p",     "min-p", "temperature"};
    const auto names = samplerStageNames();
    QVERIFY(std::equal(names.begin(), names.end(), expected.begin(), expected.end()));
}

void TestSampler::sameSeedSameTokens()
{
    const std::vector<float> logits = vocabulary(1000);
    const Settings settings{.temperature = 0.9, .topK = 200, .topP = 0.98};
    const auto tokens = [&](uint64_t seed) {
        Sampler sampler(settings, seed);
        std::vector<int32_t> out;
        for (int i = 0; i < 64; ++i)
            out.push_back(sampler.sample(logits, {})->token);
        return out;
    };
    QCOMPARE(tokens(5), tokens(5));
    QVERIFY(tokens(5) != tokens(6));
    const std::vector<int32_t> once = tokens(5);
    QVERIFY(std::set<int32_t>(once.begin(), once.end()).size() > 20);
    // The largest seed is a seed like any other.
    QCOMPARE(tokens(std::numeric_limits<uint64_t>::max()), tokens(std::numeric_limits<uint64_t>::max()));
}

void TestSampler::badLogits_data()
{
    QTest::addColumn<std::vector<float>>("logits");
    QTest::addColumn<QString>("what");
    QTest::newRow("NaN") << std::vector<float>{1, std::nanf(""), 2} << "NaN for token 1";
    QTest::newRow("infinity") << std::vector<float>{1, 2, kInfinity} << "infinity for token 2";
    QTest::newRow("all masked") << std::vector<float>{-kInfinity, -kInfinity}
                                << "no token is possible: all are minus infinity";
    QTest::newRow("empty") << std::vector<float>{} << "no token is possible: all are minus infinity";
}

void TestSampler::badLogits()
{
    QFETCH(std::vector<float>, logits);
    QFETCH(QString, what);
    for (double temperature : {0.0, 1.0}) {
        const auto sampled = Sampler({.temperature = temperature}, 1).sample(logits, {});
        QVERIFY(!sampled);
        QCOMPARE(int(sampled.error().code), int(Errc::Numeric));
        QCOMPARE(QString::fromStdString(sampled.error().what), what);
    }
}

void TestSampler::badSettings_data()
{
    QTest::addColumn<Settings>("settings");
    QTest::addColumn<QString>("message");
    QTest::newRow("temperature") << Settings{.temperature = -1}
                                 << "temperature: -1 is out of range; give a value from 0 to 100";
    QTest::newRow("NaN") << Settings{.topP = std::nan("")}
                         << "top-p: nan is out of range; give a value from 0 to 1";
    QTest::newRow("min-p") << Settings{.minP = 1.5} << "min-p: 1.5 is out of range; give a value from 0 to 1";
    QTest::newRow("repetition") << Settings{.repeatPenalty = 0}
                                << "repeat-penalty: 0 is out of range; give a value from 0.01 to 100";
    QTest::newRow("presence") << Settings{.presencePenalty = 3}
                              << "presence-penalty: 3 is out of range; give a value from -2 to 2";
}

void TestSampler::badSettings()
{
    QFETCH(Settings, settings);
    QFETCH(QString, message);
    const Result<> valid = validate(settings);
    QVERIFY(!valid);
    QCOMPARE(QString::fromStdString(valid.error().message()), message);
    QVERIFY(validate(Settings{}));
}

void TestSampler::fast()
{
    const std::vector<float> logits = vocabulary(49152);
    const Settings cases[] = {
        {},
        {.temperature = 0.7, .topK = 40, .topP = 0.95, .minP = 0.05, .repeatPenalty = 1.05},
        {.temperature = 1, .topP = 0.95},
        {.temperature = 1, .typicalP = 0.9}};
    std::vector<int32_t> history(64, 3);
    for (const Settings &settings : cases) {
        Sampler sampler(settings, 1);
        const double start = os::processCpuSeconds();
        for (int i = 0; i < 20; ++i)
            QVERIFY(sampler.sample(logits, history, 10));
        const double ms = (os::processCpuSeconds() - start) / 20 * 1000;
        qInfo("T %.1f top-k %d top-p %.2f typical %.2f: %.3f ms", settings.temperature, settings.topK,
              settings.topP, settings.typicalP, ms);
#if !defined(__SANITIZE_ADDRESS__)
        QVERIFY2(ms < 5, "sampling takes a noticeable share of a token"); // wide: shared machines are noisy
#endif
    }
}

QTEST_GUILESS_MAIN(TestSampler)
#include "tst_sampler.moc"
