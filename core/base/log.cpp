// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/log.h"

#include <deque>
#include <mutex>

namespace lathe {

struct Log::State {
    Sink sink;
    void *sinkData;
    mutable std::mutex mutex;
    std::deque<std::string> lines;
};

Log::Log(Sink sink, void *sinkData) : m_state(new State{sink, sinkData, {}, {}}) {}

Log::~Log()
{
    delete m_state;
}

void Log::write(LogLevel level, std::string text)
{
    constexpr size_t kKeptLines = 200;
    const std::lock_guard lock(m_state->mutex);
    if (m_state->sink)
        m_state->sink(level, text, m_state->sinkData);
    m_state->lines.push_back(std::move(text));
    if (m_state->lines.size() > kKeptLines)
        m_state->lines.pop_front();
}

std::vector<std::string> Log::lastLines() const
{
    const std::lock_guard lock(m_state->mutex);
    return {m_state->lines.begin(), m_state->lines.end()};
}

} // namespace lathe
