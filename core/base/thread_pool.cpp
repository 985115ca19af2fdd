// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/thread_pool.h"

#include "core/base/os.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace lathe {

struct ThreadPool::State {
    std::vector<std::thread> workers;
    std::mutex mutex;
    std::condition_variable wake;
    std::condition_variable finished;
    const std::function<void(uint64_t, uint64_t)> *body = nullptr;
    uint64_t count = 0;
    uint64_t grain = 1;
    std::atomic<uint64_t> next{0};
    uint64_t generation = 0;
    unsigned busy = 0;
    bool stop = false;

    void drain()
    {
        for (;;) {
            const uint64_t begin = next.fetch_add(grain);
            if (begin >= count)
                return;
            (*body)(begin, std::min(count, begin + grain));
        }
    }

    void work()
    {
        uint64_t seen = 0;
        std::unique_lock lock(mutex);
        for (;;) {
            wake.wait(lock, [&] { return stop || generation != seen; });
            if (stop)
                return;
            seen = generation;
            lock.unlock();
            drain();
            lock.lock();
            if (--busy == 0)
                finished.notify_one();
        }
    }
};

ThreadPool::ThreadPool(unsigned threads) : m_state(std::make_unique<State>())
{
    const unsigned total = threads == 0 ? os::processorCount() : threads;
    for (unsigned i = 1; i < total; ++i)
        m_state->workers.emplace_back([state = m_state.get()] { state->work(); });
}

ThreadPool::~ThreadPool()
{
    {
        const std::lock_guard lock(m_state->mutex);
        m_state->stop = true;
    }
    m_state->wake.notify_all();
    for (std::thread &worker : m_state->workers)
        worker.join();
}

unsigned ThreadPool::threads() const
{
    return unsigned(m_state->workers.size()) + 1;
}

void ThreadPool::parallelFor(uint64_t count, uint64_t grain,
                             const std::function<void(uint64_t, uint64_t)> &body)
{
    State &state = *m_state;
    grain = std::max<uint64_t>(grain, 1);
    if (count == 0)
        return;
    if (state.workers.empty() || count <= grain) {
        for (uint64_t begin = 0; begin < count; begin += grain)
            body(begin, std::min(count, begin + grain));
        return;
    }
    {
        const std::lock_guard lock(state.mutex);
        state.body = &body;
        state.count = count;
        state.grain = grain;
        state.next = 0;
        state.busy = unsigned(state.workers.size());
        ++state.generation;
    }
    state.wake.notify_all();
    state.drain();
    std::unique_lock lock(state.mutex);
    state.finished.wait(lock, [&] { return state.busy == 0; });
}

} // namespace lathe
