// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/session.h"
#include "core/graph/host_backend.h"
#include "core/graph/vulkan_backend.h"
#include "tests/core/golden.h"
#include "tests/core/gpu/gpu_fixture.h"

#include <algorithm>

using namespace lathe;
using Ids = std::vector<uint32_t>;

/// A conversation on the tiny goldens: what is reused, where it ends, what is dropped, what cancelling
/// leaves.
class TestSession : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_device = m_fixture.open();
        QVERIFY2(m_device, "no Vulkan device: install mesa-vulkan-drivers");
        m_backends["cpu"] = createHostBackend(HostRung::Cpu);
        m_backends["vulkan"] = createVulkanBackend(m_device, "vulkan:0");
    }
    void cleanupTestCase()
    {
        m_models.clear();
        m_backends.clear();
        m_device.reset();
    }
    void cleanup() { VERIFY_SILENT(m_fixture); }

    void greedyEqualsTheGolden_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("device");
        for (const char *model : {"llama_gqa_tied", "llama_rope3", "llama_untied"})
            for (const char *device : {"cpu", "vulkan"})
                QTest::addRow("%s %s", model, device) << model << device;
    }
    void greedyEqualsTheGolden()
    {
        QFETCH(QString, model);
        QFETCH(QString, device);
        for (const char *which : {"A", "B"}) {
            auto session = makeSession(device, 0, model);
            GenerateRequest request = greedy(golden(model, std::string("ids_") + which), 24);
            const GenerateResult result = answer(*session, request);
            QCOMPARE(result.ids, golden(model, std::string("greedy_") + which));
            QCOMPARE(result.finish, Finish::Length);
            QVERIFY(!result.contextFull);
            QCOMPARE(result.promptTokens, uint32_t(request.prompt.size()));
            QCOMPARE(result.cachedTokens, 0u);
            QVERIFY(result.ttftSeconds >= result.promptSeconds && result.promptTps() > 0);
            QCOMPARE(session->contextUsed(), uint32_t(request.prompt.size()) + 23);
        }
    }

    void aSharedPrefixIsNotComputedAgain_data() { addDevices(); }
    void aSharedPrefixIsNotComputedAgain()
    {
        QFETCH(QString, device);
        auto session = makeSession(device, 0);
        const Ids first = longIds(40);
        GenerateRequest request = greedy(first, 6);
        const GenerateResult one = answer(*session, request);
        // The conversation goes on: prompt, answer (whose last token was never computed), new message.
        Ids second = first;
        second.insert(second.end(), one.ids.begin(), one.ids.end());
        const Ids message = longIds(60);
        second.insert(second.end(), message.begin() + 40, message.end());
        QCOMPARE(session->cachedPrefix(second), 45u);
        request.prompt = second;
        request.probabilities = 5;
        std::vector<std::tuple<uint32_t, uint32_t, uint32_t>> progress;
        GenerateEvents events;
        events.prompt = [&](uint32_t done, uint32_t total, uint32_t cached) {
            progress.emplace_back(done, total, cached);
        };
        const auto [two, twoScores] = answerWithScores(*session, request, events);
        QCOMPARE(two.cachedTokens, 45u);
        QCOMPARE(two.promptTokens, 66u);
        QCOMPARE(progress.size(), size_t(1));
        QCOMPARE(progress.front(), std::make_tuple(66u, 66u, 45u));
        const auto [fresh, freshScores] = answerWithScores(*makeSession(device, 0), request, {});
        QCOMPARE(fresh.cachedTokens, 0u);
        QCOMPARE(two.ids, fresh.ids);
        compareScores(device, twoScores, freshScores);
        // The same prompt again: only its last token is computed.
        const auto [again, againScores] = answerWithScores(*session, request, {});
        QCOMPARE(again.cachedTokens, 65u);
        QCOMPARE(again.ids, fresh.ids);
        compareScores(device, againScores, freshScores);
        // A prompt that departs early, and one that is a prefix of what is there.
        Ids other = second;
        other[7] ^= 1;
        QCOMPARE(session->cachedPrefix(other), 7u);
        request.prompt = other;
        QCOMPARE(answer(*session, request).ids, answer(*makeSession(device, 0), request).ids);
        request.prompt = Ids(other.begin(), other.begin() + 20);
        const GenerateResult shorter = answer(*session, request);
        QCOMPARE(shorter.cachedTokens, 19u);
        QCOMPARE(shorter.ids, answer(*makeSession(device, 0), request).ids);
        session->reset();
        QCOMPARE(session->cachedPrefix(other), 0u);
    }

    void stopStrings_data() { addDevices(); }
    void stopStrings()
    {
        QFETCH(QString, device);
        auto session = makeSession(device, 0);
        const GenerateRequest whole = greedy(longIds(30), 20);
        const GenerateResult free = answer(*session, whole);
        // Stops that begin inside one token's text and end inside a later one's.
        for (const auto &[begin, length] : {std::pair<size_t, size_t>{4, 5}, {9, 3}, {1, 1}}) {
            GenerateRequest request = whole;
            const std::string stop = sliceOfText(free.text, begin, length);
            request.stop = {"never\x01seen", stop};
            std::string streamed;
            GenerateEvents events;
            events.token = [&](const TokenEvent &event) { streamed += event.text; };
            const GenerateResult result = answer(*session, request, events);
            QCOMPARE(result.finish, Finish::Stop);
            QCOMPARE(result.text, free.text.substr(0, free.text.find(stop)));
            QCOMPARE(streamed, result.text);
            QVERIFY(result.ids.size() <= free.ids.size());
            QVERIFY(std::equal(result.ids.begin(), result.ids.end(), free.ids.begin()));
        }
    }

    void reasoningIsParted_data() { addDevices(); }
    void reasoningIsParted()
    {
        QFETCH(QString, device);
        auto session = makeSession(device, 0);
        const GenerateRequest whole = greedy(longIds(30), 20);
        const GenerateResult free = answer(*session, whole);
        QCOMPARE(free.reasoningTokens, 0u);
        // Parts of what the model writes anyway serve as tags that begin and end inside tokens.
        const std::string open = sliceOfText(free.text, 0, 3);
        const std::string close = sliceOfText(free.text, 9, 4);
        const size_t closeAt = free.text.find(close, open.size());
        GenerateRequest request = whole;
        for (const bool opened : {false, true}) {
            request.reasoning = ReasoningTags{opened ? "\x01" : std::string_view(open), close};
            request.reasoningBegin =
                opened ? ReasoningStream::Begin::Reasoning : ReasoningStream::Begin::Undecided;
            std::string text, reasoning;
            GenerateEvents events;
            events.token = [&](const TokenEvent &event) {
                text += event.text;
                reasoning += event.reasoning;
            };
            const GenerateResult result = answer(*session, request, events);
            QCOMPARE(result.ids, free.ids);
            const size_t begin = opened ? 0 : open.size();
            QCOMPARE(trimmed(result.reasoning), trimmed(free.text.substr(begin, closeAt - begin)));
            QCOMPARE(trimmed(result.text), trimmed(free.text.substr(closeAt + close.size())));
            QVERIFY(result.text.starts_with(text) && result.reasoning.starts_with(reasoning));
            // The tokens up to the one that completes the closing tag.
            GenerateRequest shorter = whole;
            shorter.maxTokens = result.reasoningTokens;
            QVERIFY(answer(*session, shorter).text.find(close, open.size()) != std::string::npos);
            --shorter.maxTokens;
            QVERIFY(answer(*session, shorter).text.find(close, open.size()) == std::string::npos);
        }
        request.reasoning = ReasoningTags{"\x01", "\x02"};
        const GenerateResult unclosed = answer(*session, request);
        QCOMPARE(unclosed.reasoningTokens, uint32_t(unclosed.ids.size()));
        QCOMPARE(unclosed.text, std::string());
    }

    void lengthAndEnd_data() { addDevices(); }
    void lengthAndEnd()
    {
        QFETCH(QString, device);
        auto session = makeSession(device, 0);
        GenerateRequest request = greedy(longIds(12), 0);
        GenerateResult result = answer(*session, request);
        QCOMPARE(result.ids.size(), size_t(0));
        QCOMPARE(result.finish, Finish::Length);
        request.maxTokens = 1;
        QCOMPARE(answer(*session, request).ids.size(), size_t(1));
        // Hot sampling meets an end token sooner or later; ignored, it is a token as any other.
        request.maxTokens = 200;
        request.sampler.temperature = 8;
        const Tokenizer &tokenizer = **session->model().file().tokenizer();
        bool ended = false;
        for (request.seed = 0; request.seed < 60 && !ended; ++request.seed) {
            request.ignoreEos = false;
            result = answer(*session, request);
            ended = result.finish == Finish::Stop;
            if (!ended)
                continue;
            for (const uint32_t id : result.ids)
                QVERIFY(!tokenizer.isEndOfGeneration(id));
            request.ignoreEos = true;
            request.maxTokens = uint32_t(result.ids.size()) + 5;
            const GenerateResult longer = answer(*session, request);
            QCOMPARE(longer.ids.size(), size_t(request.maxTokens));
            QVERIFY(std::equal(result.ids.begin(), result.ids.end(), longer.ids.begin()));
            QVERIFY(tokenizer.isEndOfGeneration(longer.ids[result.ids.size()]));
        }
        QVERIFY(ended);
    }

    void aSeedGivesOneAnswer_data() { addDevices(); }
    void aSeedGivesOneAnswer()
    {
        QFETCH(QString, device);
        GenerateRequest request = greedy(longIds(20), 16);
        request.sampler = {.temperature = 1.3, .topK = 80, .topP = 0.95, .repeatPenalty = 1.2};
        request.seed = 7;
        const GenerateResult one = answer(*makeSession(device, 0), request);
        QCOMPARE(answer(*makeSession(device, 0), request).ids, one.ids);
        request.seed = 8;
        QVERIFY(answer(*makeSession(device, 0), request).ids != one.ids);
    }

    void aFullContextStops_data() { addDevices(); }
    void aFullContextStops()
    {
        QFETCH(QString, device);
        auto session = makeSession(device, 32);
        GenerateRequest request = greedy(longIds(20), 100);
        const GenerateResult result = answer(*session, request);
        QVERIFY(result.contextFull);
        QCOMPARE(result.finish, Finish::Length);
        // 12 tokens fill the cache; the thirteenth needs no room.
        QCOMPARE(result.ids.size(), size_t(13));
        QCOMPARE(session->contextUsed(), 32u);
        request.maxTokens = 13;
        const GenerateResult exact = answer(*session, request);
        QVERIFY(!exact.contextFull);
        QCOMPARE(exact.ids, result.ids);

        request.prompt = longIds(32);
        const auto tooLong = session->generate(request, {}, {});
        QVERIFY(!tooLong);
        QCOMPARE(tooLong.error().message(),
                 std::string("context: the prompt has 32 tokens, the context holds 32; give a larger context "
                             "or a shorter prompt, or choose to shift"));
        request.prompt.clear();
        QVERIFY(!session->generate(request, {}, {}));
        request = greedy(longIds(3), 2);
        request.sampler.topP = 2;
        QVERIFY(!session->generate(request, {}, {}));
        QVERIFY(!Session::create(model(device), {.context = 100000}));
    }

    void aFullContextShifts_data() { addDevices(); }
    void aFullContextShifts()
    {
        QFETCH(QString, device);
        constexpr uint32_t kContext = 32, kKeep = 5;
        GenerateRequest request = greedy(longIds(20), 40);
        request.overflow = Overflow::Shift;
        request.keepFirst = kKeep;
        auto session = makeSession(device, kContext);
        Ids history = request.prompt, seen;
        std::vector<uint32_t> droppedAt;
        GenerateEvents events;
        events.token = [&](const TokenEvent &event) {
            seen.push_back(event.id);
            history.push_back(event.id);
        };
        events.shifted = [&](uint32_t dropped) {
            QVERIFY(dropped > 0 && history.size() - dropped >= kContext / 2);
            history.erase(history.begin() + kKeep, history.begin() + kKeep + dropped);
            droppedAt.push_back(uint32_t(seen.size()));
            m_shifted = history;
        };
        const GenerateResult result = answer(*session, request, events);
        QCOMPARE(result.ids.size(), size_t(40));
        QCOMPARE(result.ids, seen);
        QCOMPARE(result.droppedTokens, 34u);
        QCOMPARE(result.computedTokens, 20u);
        QVERIFY(!result.contextFull);
        // 33 tokens shift to 16: after 13 answer tokens, then after every 17 more.
        QCOMPARE(droppedAt, (std::vector<uint32_t>{13, 30}));
        QVERIFY(std::equal(m_shifted.begin(), m_shifted.begin() + kKeep, request.prompt.begin()));
        // What comes after the last shift is what a fresh session says to the shifted history.
        const GenerateResult fresh = answer(*makeSession(device, kContext), greedy(m_shifted, 10));
        QCOMPARE(fresh.ids, Ids(seen.begin() + 30, seen.end()));
    }

    /// The cache holds another conversation when a prompt that is too long comes.
    void aLongPromptShifts_data() { addDevices(); }
    void aLongPromptShifts()
    {
        QFETCH(QString, device);
        auto session = makeSession(device, 32);
        Ids other = longIds(25);
        std::reverse(other.begin(), other.end());
        answer(*session, greedy(other, 4));
        GenerateRequest request = greedy(longIds(70), 8);
        request.overflow = Overflow::Shift;
        request.keepFirst = 4;
        uint32_t droppedTokens = 0;
        GenerateEvents events;
        events.shifted = [&](uint32_t dropped) { droppedTokens += dropped; };
        const GenerateResult result = answer(*session, request, events);
        QCOMPARE(droppedTokens, 54u);
        Ids shifted = request.prompt;
        shifted.erase(shifted.begin() + 4, shifted.begin() + 4 + 54);
        const GenerateResult fresh = answer(*makeSession(device, 32), greedy(shifted, 8));
        QCOMPARE(result.ids, fresh.ids);
        QCOMPARE(result.cachedTokens, 0u);
        QCOMPARE(result.droppedTokens, 54u);
        QCOMPARE(result.computedTokens, 16u); // what the rate is of: 54 of the 70 were never computed
        QCOMPARE(result.promptTps(), 16 / result.promptSeconds);
    }

    void cancelling_data() { addDevices(); }
    void cancelling()
    {
        QFETCH(QString, device);
        const GenerateRequest request = greedy(longIds(150), 12);
        const GenerateResult whole = answer(*makeSession(device, 0), request);
        auto session = makeSession(device, 0);
        // In the prompt: after the first chunk.
        TaskContext task;
        GenerateEvents events;
        events.prompt = [&](uint32_t done, uint32_t, uint32_t) {
            if (done >= 64)
                task.cancel.cancel();
        };
        auto result = session->generate(request, events, task);
        QVERIFY2(result, result ? "" : result.error().message().c_str());
        QCOMPARE(result->finish, Finish::Cancelled);
        QVERIFY(result->ids.empty() && result->text.empty());
        QCOMPARE(session->contextUsed(), 64u);
        // In the answer: what was made is there.
        TaskContext second;
        events = {};
        uint32_t tokens = 0;
        events.token = [&](const TokenEvent &) {
            if (++tokens == 5)
                second.cancel.cancel();
        };
        result = session->generate(request, events, second);
        QVERIFY(result);
        QCOMPARE(result->cachedTokens, 64u);
        QCOMPARE(result->finish, Finish::Cancelled);
        QCOMPARE(result->ids, Ids(whole.ids.begin(), whole.ids.begin() + 5));
        // Before anything began, and then as if nothing had been.
        result = session->generate(request, {}, second);
        QVERIFY(result && result->ids.empty() && result->finish == Finish::Cancelled);
        const GenerateResult after = answer(*session, request);
        QCOMPARE(after.ids, whole.ids);
        QCOMPARE(after.text, whole.text);
        QCOMPARE(after.cachedTokens, 149u);
    }

private:
    using Scores = std::vector<std::vector<TokenCandidate>>;

    static void addDevices()
    {
        QTest::addColumn<QString>("device");
        QTest::newRow("cpu") << "cpu";
        QTest::newRow("vulkan") << "vulkan";
    }

    static GenerateRequest greedy(Ids prompt, uint32_t maxTokens)
    {
        GenerateRequest request;
        request.prompt = std::move(prompt);
        request.maxTokens = maxTokens;
        request.ignoreEos = true;
        return request;
    }

    std::shared_ptr<const DeviceModel> model(const QString &device, const QString &name = "llama_gqa_tied")
    {
        auto &slot = m_models[{device, name}];
        if (!slot) {
            const std::string stem = name.toStdString();
            const auto file =
                ModelFile::open(golden::dataPath("models/" + stem + "/gguf/" + stem + "-F32.gguf"));
            if (!file)
                qFatal("%s", file.error().message().c_str());
            const auto loaded = DeviceModel::load(*file, m_backends[device.toStdString()], {});
            if (!loaded)
                qFatal("%s", loaded.error().message().c_str());
            slot = *loaded;
        }
        return slot;
    }

    std::unique_ptr<Session> makeSession(const QString &device, uint32_t context,
                                         const QString &name = "llama_gqa_tied")
    {
        auto session = Session::create(model(device, name), {.context = context});
        if (!session)
            qFatal("%s", session.error().message().c_str());
        return std::move(*session);
    }

    static GenerateResult answer(Session &session, const GenerateRequest &request,
                                 const GenerateEvents &events = {})
    {
        auto result = session.generate(request, events, {});
        if (!result)
            qFatal("%s", result.error().message().c_str());
        return std::move(*result);
    }

    static std::pair<GenerateResult, Scores>
    answerWithScores(Session &session, const GenerateRequest &request, GenerateEvents events)
    {
        Scores scores;
        events.token = [&](const TokenEvent &event) { scores.push_back(event.candidates); };
        GenerateResult result = answer(session, request, events);
        return {std::move(result), std::move(scores)};
    }

    /// Bit for bit on the CPU; on Vulkan a prompt in other chunks may be summed in another order (the bound
    /// of fused against unfused).
    static void compareScores(const QString &device, const Scores &a, const Scores &b)
    {
        QCOMPARE(a.size(), b.size());
        for (size_t i = 0; i < a.size(); ++i) {
            if (device == "cpu")
                QCOMPARE(a[i], b[i]);
            for (size_t j = 0; j < a[i].size(); ++j)
                QVERIFY(std::abs(a[i][j].logprob - b[i][j].logprob) <= 1e-5);
        }
    }

    /// `length` characters of a text from the given one on, at borders of characters.
    static std::string sliceOfText(const std::string &text, size_t begin, size_t length)
    {
        const QString all = QString::fromStdString(text);
        return all.mid(qsizetype(begin), qsizetype(length)).toStdString();
    }

    static QByteArray trimmed(const std::string &text) { return QByteArray::fromStdString(text).trimmed(); }

    Ids golden(const QString &name, const std::string &tensor)
    {
        const golden::File file("models/" + name.toStdString() + "/expected.safetensors");
        const auto values = file.ints(tensor);
        return {values.begin(), values.end()};
    }

    Ids longIds(size_t count)
    {
        if (m_long.empty())
            m_long = golden("llama_gqa_tied", "ids_long");
        return Ids(m_long.begin(), m_long.begin() + ptrdiff_t(count));
    }

    gpu::ValidatedDevice m_fixture;
    std::shared_ptr<gpu::Device> m_device;
    std::map<std::string, std::shared_ptr<Backend>> m_backends;
    std::map<std::pair<QString, QString>, std::shared_ptr<const DeviceModel>> m_models;
    Ids m_long, m_shifted;
};

QTEST_GUILESS_MAIN(TestSession)
#include "tst_session.moc"
