// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/session.h"

#include "core/generate/text_stream.h"
#include "core/model/memory_estimate.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace lathe {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

} // namespace

std::string_view finishName(Finish finish)
{
    static constexpr std::array<std::string_view, 3> kNames{"stop", "length", "cancelled"};
    return kNames[size_t(finish)];
}

double GenerateResult::promptTps() const
{
    return promptSeconds > 0 ? computedTokens / promptSeconds : 0;
}

double GenerateResult::tps() const
{
    return ids.size() > 1 && generateSeconds > 0 ? double(ids.size() - 1) / generateSeconds : 0;
}

Session::Session(std::unique_ptr<Runner> runner) : m_runner(std::move(runner)) {}

Result<std::unique_ptr<Session>> Session::create(std::shared_ptr<const DeviceModel> model,
                                                 const SessionOptions &options, const TaskContext &task)
{
    const uint32_t trained = model->config().contextTrained;
    const uint32_t context = options.context == 0 ? defaultContext(model->config()) : options.context;
    if (context > trained)
        return fail(Errc::BadInput, "--ctx",
                    std::to_string(context) + " is over the model's context of " + std::to_string(trained),
                    "give at most " + std::to_string(trained));
    RunnerOptions runnerOptions;
    runnerOptions.cache = {options.cacheType, 1, context};
    runnerOptions.fused = options.fused;
    runnerOptions.int8 = options.int8;
    LATHE_ASSIGN(auto runner, Runner::create(std::move(model), runnerOptions));
    LATHE_TRY(runner->setAdapters(options.adapters));
    LATHE_TRY(runner->warmUp(task));
    return std::unique_ptr<Session>(new Session(std::move(runner)));
}

Result<> Session::setAdapters(std::vector<std::shared_ptr<const DeviceAdapter>> adapters)
{
    LATHE_TRY(m_runner->setAdapters(std::move(adapters)));
    reset();
    return {};
}

uint32_t Session::contextUsed() const
{
    const std::lock_guard lock(m_mutex);
    return uint32_t(m_cached.size());
}

void Session::keepPrefix(size_t count)
{
    const std::lock_guard lock(m_mutex);
    m_cached.resize(std::min(m_cached.size(), count));
}

uint32_t Session::cachedPrefix(std::span<const uint32_t> prompt) const
{
    const std::lock_guard lock(m_mutex);
    const auto end = std::mismatch(m_cached.begin(), m_cached.end(), prompt.begin(), prompt.end()).second;
    const uint32_t same = uint32_t(end - prompt.begin());
    // The last token is always computed: its logits are wanted.
    return prompt.empty() ? 0 : std::min(same, uint32_t(prompt.size()) - 1);
}

/// Computes `ids` behind the cached ones, in chunks; `logits` are those of the last.
Result<> Session::feed(std::span<const uint32_t> ids, std::span<float> logits, const GenerateEvents &events,
                       const TaskContext &task)
{
    const uint32_t cachedBefore = contextUsed();
    const uint32_t total = cachedBefore + uint32_t(ids.size());
    while (!ids.empty()) {
        const size_t count = std::min<size_t>(ids.size(), m_runner->options().chunk);
        std::vector<StepToken> step;
        for (size_t i = 0; i < count; ++i)
            step.push_back({ids[i], contextUsed() + uint32_t(i), 0});
        const bool last = count == ids.size();
        const uint32_t lastRow = uint32_t(count) - 1;
        LATHE_TRY(m_runner->step(step, std::span(&lastRow, last ? 1 : 0), last ? logits : std::span<float>(),
                                 task));
        {
            const std::lock_guard lock(m_mutex);
            m_cached.insert(m_cached.end(), ids.begin(), ids.begin() + ptrdiff_t(count));
        }
        ids = ids.subspan(count);
        if (events.prompt)
            events.prompt(contextUsed(), total, cachedBefore);
    }
    return {};
}

/// Drops the older half of what stands between keepFirst and the end; returns how many. What follows moves to
/// other positions, so only what the cache has in common with the shorter history stays in it.
uint32_t Session::shift(std::vector<uint32_t> &history, const GenerateRequest &request,
                        const GenerateEvents &events)
{
    const size_t keep = std::min<size_t>(request.keepFirst, context() / 2);
    const size_t wanted = std::max<size_t>(keep + 1, context() / 2);
    const size_t dropped = history.size() - std::min(history.size(), wanted);
    if (dropped == 0)
        return 0;
    history.erase(history.begin() + ptrdiff_t(keep), history.begin() + ptrdiff_t(keep + dropped));
    keepPrefix(cachedPrefix(history));
    if (events.shifted)
        events.shifted(uint32_t(dropped));
    return uint32_t(dropped);
}

namespace {

Result<> checkRequest(const GenerateRequest &request, uint32_t context)
{
    LATHE_TRY(validate(request.sampler));
    if (request.prompt.empty())
        return fail(Errc::BadInput, "prompt", "is empty", "give at least one token");
    if (request.prompt.size() >= context && request.overflow == Overflow::Stop)
        return fail(Errc::BadInput, "context",
                    "the prompt has " + std::to_string(request.prompt.size()) +
                        " tokens, the context holds " + std::to_string(context),
                    "give a larger context or a shorter prompt, or choose to shift");
    return {};
}

/// What a token adds to the text: a special one nothing, unless it is a tag of the reasoning.
std::string textOf(const Tokenizer &tokenizer, uint32_t id, const std::optional<ReasoningTags> &tags)
{
    if (!tokenizer.isSpecial(id))
        return tokenizer.piece(id);
    const std::string_view spelling = tokenizer.spelling(id);
    return tags && (spelling == tags->open || spelling == tags->close) ? std::string(spelling)
                                                                       : std::string();
}

/// One answer in the making.
struct Answer {
    explicit Answer(const GenerateRequest &request)
        : history(request.prompt), stream(request.stop), parts(request.reasoning, request.reasoningBegin),
          sampler(request.sampler, request.seed)
    {
    }

    /// Takes the text of the last of result.ids.
    void add(std::string_view bytes, TokenEvent &event)
    {
        const bool closedBefore = parts.closed();
        keep(parts.add(stream.add(bytes)), event);
        if (!closedBefore)
            result.reasoningTokens = parts.closed() || parts.inReasoning() ? uint32_t(result.ids.size()) : 0;
    }

    /// What was held back, at the end.
    void flush()
    {
        TokenEvent rest;
        keep(parts.add(stream.flush()), rest);
        keep(parts.flush(), rest);
    }

    GenerateResult result;
    std::vector<uint32_t> history;
    std::vector<int32_t> penalised;
    TextStream stream;
    ReasoningStream parts;
    Sampler sampler;
    Clock::time_point firstToken;

private:
    void keep(ReasoningStream::Parts fresh, TokenEvent &event)
    {
        result.text += fresh.answer;
        result.reasoning += fresh.reasoning;
        event.text = std::move(fresh.answer);
        event.reasoning = std::move(fresh.reasoning);
    }
};

} // namespace

Result<GenerateResult> Session::generate(const GenerateRequest &request, const GenerateEvents &events,
                                         const TaskContext &task)
{
    const auto start = Clock::now();
    LATHE_TRY(checkRequest(request, context()));
    if (!model().file().tokenizer())
        return tl::unexpected<Error>(model().file().tokenizer().error());
    const Tokenizer &tokenizer = **model().file().tokenizer();

    Answer answer(request);
    GenerateResult &result = answer.result;
    result.promptTokens = uint32_t(request.prompt.size());
    std::vector<float> logits(model().config().vocabulary);
    const auto finishWith = [&](Finish finish) -> Result<GenerateResult> {
        result.finish = finish;
        answer.flush();
        return std::move(result);
    };
    const auto ended = [](const Result<> &step) { return !step && step.error().code == Errc::Cancelled; };

    if (answer.history.size() >= context())
        result.droppedTokens = shift(answer.history, request, events);
    result.cachedTokens = cachedPrefix(answer.history);
    keepPrefix(result.cachedTokens);
    const Result<> read = feed(std::span(answer.history).subspan(m_cached.size()), logits, events, task);
    result.promptSeconds = secondsSince(start);
    result.computedTokens = contextUsed() - result.cachedTokens;
    if (ended(read))
        return finishWith(Finish::Cancelled);
    LATHE_TRY(read);
    answer.penalised.assign(answer.history.begin(), answer.history.end());

    while (result.ids.size() < request.maxTokens) {
        LATHE_ASSIGN(const SampledToken sampled,
                     answer.sampler.sample(logits, answer.penalised, request.probabilities));
        const uint32_t id = uint32_t(sampled.token);
        if (result.ids.empty()) {
            answer.firstToken = Clock::now();
            result.ttftSeconds = secondsSince(start);
        }
        if (!request.ignoreEos && tokenizer.isEndOfGeneration(id))
            return finishWith(Finish::Stop);
        result.ids.push_back(id);
        answer.history.push_back(id);
        answer.penalised.push_back(sampled.token);
        result.generateSeconds = secondsSince(answer.firstToken);
        TokenEvent event{id, {}, {}, sampled.logprob, sampled.top, result.tps()};
        answer.add(textOf(tokenizer, id, request.reasoning), event);
        if (events.token)
            events.token(event);
        if (answer.stream.stopped())
            return finishWith(Finish::Stop);
        if (result.ids.size() >= request.maxTokens)
            break;
        if (contextUsed() >= context()) {
            if (request.overflow == Overflow::Stop) {
                result.contextFull = true;
                return finishWith(Finish::Length);
            }
            result.droppedTokens += shift(answer.history, request, events);
        }
        const Result<> next = feed(std::span(answer.history).subspan(m_cached.size()), logits, {}, task);
        if (ended(next))
            return finishWith(Finish::Cancelled);
        LATHE_TRY(next);
    }
    return finishWith(Finish::Length);
}

} // namespace lathe
