// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/generate/sampler.h"
#include "core/model/runner.h"
#include "core/text/reasoning.h"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace lathe {

/// What happens when the context is full: the user's choice, never silent.
enum class Overflow : uint8_t {
    Stop,  ///< the answer ends, `contextFull` is set; a prompt that does not fit is an error
    Shift, ///< the oldest tokens behind `keepFirst` are dropped and the rest is computed again
};

struct GenerateRequest {
    std::vector<uint32_t> prompt;
    SamplerSettings sampler;
    uint64_t seed = 0;
    uint32_t maxTokens = UINT32_MAX;
    std::vector<std::string> stop; ///< the answer ends before the first of these
    bool ignoreEos = false;
    Overflow overflow = Overflow::Stop;
    uint32_t keepFirst =
        0; ///< prompt tokens that a shift keeps (the system prompt); at most half the context
    uint32_t probabilities = 0; ///< candidates per token event
    /// How the reasoning part of the answer is marked; nothing: all is answer.
    std::optional<ReasoningTags> reasoning = {};
    ReasoningStream::Begin reasoningBegin = ReasoningStream::Begin::Undecided;
};

struct TokenEvent {
    uint32_t id = 0;
    std::string text;      ///< valid UTF-8 that is certain now; what is held back comes with a later event
    std::string reasoning; ///< the same of the reasoning part
    double logprob = 0;
    std::vector<TokenCandidate> candidates;
    double tps = 0; ///< tokens per second so far
};

struct GenerateEvents {
    std::function<void(uint32_t done, uint32_t total, uint32_t cached)> prompt;
    std::function<void(const TokenEvent &)> token;
    std::function<void(uint32_t dropped)> shifted;
};

enum class Finish : uint8_t { Stop, Length, Cancelled };
std::string_view finishName(Finish finish); ///< "stop", "length", "cancelled"

struct GenerateResult {
    std::string text;             ///< the answer, without its reasoning
    std::string reasoning;        ///< without its tags
    uint32_t reasoningTokens = 0; ///< of `ids`: up to and with the closing tag
    std::vector<uint32_t> ids;    ///< without the end token
    Finish finish = Finish::Stop;
    bool contextFull = false;
    uint32_t promptTokens = 0;
    uint32_t cachedTokens = 0; ///< of the prompt, taken from the session's cache
    uint32_t computedTokens =
        0;                      ///< of the prompt, computed: without the cached ones and what a shift dropped
    uint32_t droppedTokens = 0; ///< by all shifts
    double ttftSeconds = 0;     ///< from the call to the first token
    double promptSeconds = 0;
    double generateSeconds = 0; ///< from the first token to the last

    /// Computed prompt tokens per second; 0 if none were computed.
    double promptTps() const;
    /// Tokens per second without the prompt; 0 for fewer than two tokens.
    double tps() const;
};

struct SessionOptions {
    uint32_t context = 0; ///< 0: defaultContext()
    DType cacheType = DType::F32;
    bool fused = true;
    std::vector<std::shared_ptr<const DeviceAdapter>> adapters = {}; ///< of the first answer
    Int8Rounding int8 = {};
};

/// One conversation's cache on one model. It remembers which ids it has computed: a prompt that begins like
/// them computes only the rest. One call at a time; the readers at the end may be called at any time.
class Session
{
public:
    /// Makes the cache and compiles the programs of a chat, so that all memory of MemoryEstimate is taken
    /// here and not in the first answer. Errors: a context over the model's, memory, a device fault,
    /// cancelled.
    static Result<std::unique_ptr<Session>> create(std::shared_ptr<const DeviceModel> model,
                                                   const SessionOptions &options,
                                                   const TaskContext &task = {});

    /// Errors: an empty prompt, a setting out of range, a prompt over the context (Overflow::Stop), a device
    /// fault. Cancelling is no error: the result holds what was made.
    Result<GenerateResult> generate(const GenerateRequest &request, const GenerateEvents &events,
                                    const TaskContext &task);

    void reset() { keepPrefix(0); }
    /// The adapters of the following answers; none: the model alone. Forgets the cache, which others made.
    Result<> setAdapters(std::vector<std::shared_ptr<const DeviceAdapter>> adapters);
    /// Tokens of `prompt` that need no computing.
    uint32_t cachedPrefix(std::span<const uint32_t> prompt) const;

    uint32_t context() const { return m_runner->options().cache.context; }
    uint32_t contextUsed() const;
    Runner &runner() { return *m_runner; }
    const DeviceModel &model() const { return m_runner->model(); }

private:
    explicit Session(std::unique_ptr<Runner> runner);
    Result<> feed(std::span<const uint32_t> ids, std::span<float> logits, const GenerateEvents &events,
                  const TaskContext &task);
    uint32_t shift(std::vector<uint32_t> &history, const GenerateRequest &request,
                   const GenerateEvents &events);

    void keepPrefix(size_t count);

    std::unique_ptr<Runner> m_runner;
    mutable std::mutex m_mutex; ///< guards m_cached against the readers; only generate() and reset() write it
    std::vector<uint32_t> m_cached; ///< ids whose keys and values are in the cache, by position
};

} // namespace lathe
