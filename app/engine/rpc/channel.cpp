// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/rpc/channel.h"

namespace lathe::rpc {

Channel::Channel(int descriptor, std::function<void()> broken)
    : m_descriptor(descriptor), m_broken(std::move(broken)), m_writer([this] { writeLoop(); })
{
}

Channel::~Channel()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_giveUp.ring();
    m_changed.notify_all();
    m_writer.join();
}

void Channel::send(std::string frame, std::function<void()> leaving)
{
    const std::lock_guard lock(m_mutex);
    if (m_isBroken)
        return;
    m_queue.push_back({std::move(frame), std::move(leaving)});
    m_changed.notify_all();
}

void Channel::waitBelow(size_t count)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [&] { return m_isBroken || m_queue.size() < count; });
}

void Channel::flush(std::chrono::milliseconds atMost)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait_for(lock, atMost, [&] { return m_isBroken || (m_queue.empty() && !m_writing); });
}

void Channel::writeLoop()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_changed.wait(lock, [&] { return m_stopping || !m_queue.empty(); });
        if (m_stopping)
            return;
        Item item = std::move(m_queue.front());
        m_queue.pop_front();
        m_writing = true;
        lock.unlock();
        if (item.leaving)
            item.leaving();
        const bool written =
            os::writeEverything(m_descriptor, std::as_bytes(std::span(item.frame)), m_giveUp);
        lock.lock();
        m_writing = false;
        if (!written) {
            m_isBroken = true;
            m_queue.clear();
        }
        m_changed.notify_all();
        if (!written && !m_stopping) {
            lock.unlock();
            m_broken();
            return;
        }
    }
}

} // namespace lathe::rpc
