// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

namespace lathe {

/// Workers for data-parallel loops of the `cpu` backend. One loop at a time; the caller takes part in it.
class ThreadPool
{
public:
    /// `threads` 0: one per processor this process may use.
    explicit ThreadPool(unsigned threads = 0);
    ~ThreadPool();
    ThreadPool(const ThreadPool &) = delete;
    ThreadPool &operator=(const ThreadPool &) = delete;

    unsigned threads() const;

    /// Calls body(begin, end) for consecutive ranges of at most `grain` items that cover 0…count exactly once, and
    /// returns when all are done. The ranges depend on count and grain only, never on the number of threads.
    void parallelFor(uint64_t count, uint64_t grain, const std::function<void(uint64_t, uint64_t)> &body);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace lathe
