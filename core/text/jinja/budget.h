// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace lathe::jinja {

/// What stops a template. Thrown and caught inside core/text only: ChatTemplate turns it into an Error.
struct Fault {
    uint32_t line = 0; ///< of the template's source, from 1; 0: none
    std::string what;
};

/// What one rendering may use. Steps stand for about 50 ns each, so the whole ends within 2 s on a slow
/// machine and under sanitizers too; bytes count live strings, lists and buffers, so the process stays under
/// 256 MB.
struct Limits {
    uint64_t steps = 1'500'000;
    uint64_t liveBytes = uint64_t(96) << 20;
    size_t textBytes = size_t(16) << 20; ///< of one string, and of the output
    uint32_t depth = 500;                ///< of nested evaluation (a macro call takes about six)
};

inline constexpr size_t kMaxSourceBytes = size_t(1) << 20;
inline constexpr uint32_t kMaxParseDepth = 200; ///< nested expressions and blocks in the source
inline constexpr uint32_t kMaxValueDepth = 100; ///< lists in lists in lists
inline constexpr size_t kMaxItems = 500'000;    ///< of one list
inline constexpr size_t kMaxShortText = 1000;   ///< of an argument's name, a separator, an indent
inline constexpr int64_t kMaxRange = 100'000;   ///< as Jinja's sandbox

/// Counts what a rendering uses and stops it at a limit. Knows the line that is being evaluated.
class Budget
{
public:
    explicit Budget(const Limits &limits) : m_limits(limits) {}

    const Limits &limits() const { return m_limits; }
    uint32_t line() const { return m_line; }
    void setLine(uint32_t line) { m_line = line; }

    /// Throws a Fault at the current line.
    [[noreturn]] void fail(std::string what) const;

    /// Spends `count` steps.
    void step(uint64_t count = 1)
    {
        m_steps += count;
        if (m_steps > m_limits.steps) [[unlikely]]
            failSteps();
    }
    /// Spends the steps of copying or comparing `bytes` bytes.
    void touch(uint64_t bytes) { step(bytes / 256); }
    /// Spends the steps of reading `bytes` bytes character by character.
    void walk(uint64_t bytes) { step(bytes / 32); }

    void take(uint64_t bytes)
    {
        m_live += bytes;
        if (m_live > m_limits.liveBytes) [[unlikely]]
            failBytes(bytes);
    }
    void give(uint64_t bytes) { m_live -= bytes; }

    void enter()
    {
        if (++m_depth > m_limits.depth) [[unlikely]]
            failDepth();
    }
    void leave() { --m_depth; }

    uint64_t steps() const { return m_steps; }

private:
    [[noreturn]] void failSteps() const;
    [[noreturn]] void failBytes(uint64_t bytes);
    [[noreturn]] void failDepth();

    Limits m_limits;
    uint64_t m_steps = 0;
    uint64_t m_live = 0;
    uint32_t m_depth = 0;
    uint32_t m_line = 0;
};

/// Bytes taken from a budget for as long as the object lives.
class Charge
{
public:
    Charge() = default;
    Charge(Budget &budget, uint64_t bytes) : m_budget(&budget), m_bytes(bytes) { budget.take(bytes); }
    Charge(Charge &&other) noexcept
        : m_budget(std::exchange(other.m_budget, nullptr)), m_bytes(std::exchange(other.m_bytes, 0))
    {
    }
    Charge &operator=(Charge &&other) noexcept
    {
        std::swap(m_budget, other.m_budget);
        std::swap(m_bytes, other.m_bytes);
        return *this;
    }
    ~Charge()
    {
        if (m_budget)
            m_budget->give(m_bytes);
    }

    uint64_t bytes() const { return m_bytes; }

private:
    Budget *m_budget = nullptr;
    uint64_t m_bytes = 0;
};

/// One level of nested evaluation.
class DepthGuard
{
public:
    explicit DepthGuard(Budget &budget) : m_budget(budget) { m_budget.enter(); }
    ~DepthGuard() { m_budget.leave(); }
    DepthGuard(const DepthGuard &) = delete;
    DepthGuard &operator=(const DepthGuard &) = delete;

private:
    Budget &m_budget;
};

} // namespace lathe::jinja
