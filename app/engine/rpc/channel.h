// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/os_engine.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace lathe::rpc {

/// Frames on their way out, written in order by a thread of its own, so that a reader that has stopped blocks
/// nobody who only wants to answer. What may wait here is bounded by those who send: 64 notifications per
/// running request, one response each. Thread-safe.
class Channel
{
public:
    /// `broken` is called once, on the writer's thread, when the reader is gone.
    Channel(int descriptor, std::function<void()> broken);
    /// Gives up what is not written yet.
    ~Channel();

    /// `leaving` is called on the writer's thread just before the frame is written.
    void send(std::string frame, std::function<void()> leaving = {});
    /// Waits until fewer than `count` frames wait, or the reader is gone.
    void waitBelow(size_t count);
    /// Waits until everything is written, at most so long.
    void flush(std::chrono::milliseconds atMost);

private:
    struct Item {
        std::string frame;
        std::function<void()> leaving;
    };
    void writeLoop();

    int m_descriptor;
    std::function<void()> m_broken;
    os::Bell m_giveUp;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<Item> m_queue;
    bool m_writing = false;
    bool m_stopping = false;
    bool m_isBroken = false;
    std::thread m_writer;
};

} // namespace lathe::rpc
