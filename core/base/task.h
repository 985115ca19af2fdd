// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace lathe {

/// Set by whoever started a piece of work, read by the work at least once per layer. Copies share one flag.
class CancelToken
{
public:
    void cancel() { m_flag->store(true, std::memory_order_relaxed); }
    bool cancelled() const { return m_flag->load(std::memory_order_relaxed); }

private:
    std::shared_ptr<std::atomic<bool>> m_flag = std::make_shared<std::atomic<bool>>(false);
};

/// How far a piece of work is. `total` 0: unknown.
struct Progress {
    std::string stage; ///< "Loading weights", "Reading the prompt", …
    uint64_t done = 0;
    uint64_t total = 0;
};

/// What every long core call takes: where to report progress, and how it is told to stop.
/// The callback runs on the worker's thread; senders throttle with ProgressThrottle.
struct TaskContext {
    CancelToken cancel;
    std::function<void(const Progress &)> progress;

    void report(std::string stage, uint64_t done, uint64_t total) const
    {
        if (progress)
            progress({std::move(stage), done, total});
    }

    /// The error that a cancelled call returns.
    Result<> checkCancelled() const
    {
        if (cancel.cancelled())
            return fail(Errc::Cancelled, {}, "cancelled");
        return {};
    }
};

} // namespace lathe
