// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/rpc/channel.h"
#include "app/engine/rpc/params.h"
#include "core/base/task.h"

#include <chrono>
#include <memory>
#include <vector>

namespace lathe::rpc {

/// How many notifications of one request may be on their way.
constexpr uint64_t kWindow = 64;

/// One running request, as its method and the reader see it. The method runs on its job's thread; cancel and
/// acknowledge come from the reader's.
class Call
{
public:
    Call(Json id, Json params, std::vector<std::byte> binary, Channel &channel);

    const Json &id() const { return m_id; }
    Params params() const { return Params(m_params); }
    const Json &rawParams() const { return m_params; }
    const std::vector<std::byte> &binary() const { return m_binary; }

    /// Cancel token and progress for core calls; progress becomes `progress` notifications, at most one in
    /// 33 ms per stage, left out while the window is full.
    TaskContext task();
    bool cancelled() const { return m_cancel.cancelled(); }
    /// Sends a notification, waiting while kWindow are not acknowledged. Error: Cancelled.
    Result<> notify(const char *method, Json fields);

    void cancel();
    void acknowledge(uint64_t sequence);

private:
    void report(const Progress &progress);
    void post(const char *method, Json fields);

    using Clock = std::chrono::steady_clock;

    Json m_id;
    Json m_params;
    std::vector<std::byte> m_binary;
    Channel &m_channel;
    CancelToken m_cancel;

    std::mutex m_mutex; // guards the counters and the order of sending
    std::condition_variable m_room;
    uint64_t m_sent = 0;
    uint64_t m_acknowledged = 0;

    std::string m_stage;
    Clock::time_point m_stageStart;
    Clock::time_point m_lastReport;
};

} // namespace lathe::rpc
