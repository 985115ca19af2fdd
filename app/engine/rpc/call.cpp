// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/rpc/call.h"

#include "app/engine/rpc/framing.h"

#include <algorithm>

namespace lathe::rpc {

namespace {

/// Before this much is done or has passed, a time left would be a guess.
constexpr double kEtaFromShare = 0.03;
constexpr double kEtaFromSeconds = 1.0;
constexpr auto kBetweenReports = std::chrono::milliseconds(33);

} // namespace

Call::Call(Json id, Json params, std::vector<std::byte> binary, Channel &channel)
    : m_id(std::move(id)), m_params(std::move(params)), m_binary(std::move(binary)), m_channel(channel)
{
}

TaskContext Call::task()
{
    return {m_cancel, [this](const Progress &progress) { report(progress); }};
}

Result<> Call::notify(const char *method, Json fields)
{
    std::unique_lock lock(m_mutex);
    m_room.wait(lock, [&] { return cancelled() || m_sent - m_acknowledged < kWindow; });
    if (cancelled())
        return fail(Errc::Cancelled, {}, "cancelled");
    post(method, std::move(fields));
    return {};
}

void Call::cancel()
{
    m_cancel.cancel();
    const std::lock_guard lock(m_mutex); // else a waiter between its check and its sleep would miss it
    m_room.notify_all();
}

void Call::acknowledge(uint64_t sequence)
{
    const std::lock_guard lock(m_mutex);
    m_acknowledged = std::max(m_acknowledged, std::min(sequence, m_sent));
    m_room.notify_all();
}

void Call::report(const Progress &progress)
{
    const std::lock_guard lock(m_mutex);
    const auto now = Clock::now();
    if (progress.stage != m_stage) {
        m_stage = progress.stage;
        m_stageStart = now;
    } else if (now - m_lastReport < kBetweenReports && progress.done != progress.total) {
        return;
    }
    if (m_sent - m_acknowledged >= kWindow)
        return;
    m_lastReport = now;
    Json fields{{"stage", progress.stage}, {"done", progress.done}, {"total", progress.total}};
    fields["fraction"] = nullptr;
    fields["etaSeconds"] = nullptr;
    if (progress.total > 0) {
        const double fraction = std::min(1.0, double(progress.done) / double(progress.total));
        const double seconds = std::chrono::duration<double>(now - m_stageStart).count();
        fields["fraction"] = fraction;
        if (fraction >= kEtaFromShare && seconds >= kEtaFromSeconds)
            fields["etaSeconds"] = seconds / fraction * (1 - fraction);
    }
    post("progress", std::move(fields));
}

void Call::post(const char *method, Json fields)
{
    Json params{{"id", m_id}, {"seq", ++m_sent}};
    params.update(fields);
    const Json message{{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}};
    m_channel.send(encodeFrame(message.dump(-1, ' ', false, Json::error_handler_t::replace)));
}

} // namespace lathe::rpc
