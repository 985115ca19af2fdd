// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/services/bandwidth.h"

#include "core/base/os.h"
#include "core/base/thread_pool.h"
#include "core/gpu/recorder.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <numeric>
#include <vector>

namespace lathe {

namespace {

constexpr int kRepetitions = 6; // the best one: other programs take their share too
constexpr uint64_t kHostBytes = uint64_t(256) << 20;
constexpr uint64_t kDeviceBytes = uint64_t(128) << 20;
constexpr int kCopies = 4; // of one submission

template <class Work> Result<double> bestRate(uint64_t bytes, const TaskContext &task, Work work)
{
    double best = 0;
    for (int i = 0; i <= kRepetitions; ++i) { // the first one touches the memory and does not count
        LATHE_TRY(task.checkCancelled());
        const auto start = std::chrono::steady_clock::now();
        LATHE_TRY(work());
        const double seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        if (i > 0)
            best = std::max(best, double(bytes) / seconds);
    }
    return best;
}

} // namespace

Result<double> copyBandwidth(gpu::Device &device, const TaskContext &task)
{
    const gpu::MemoryStats memory = device.memory();
    const uint64_t free = memory.budget > memory.total ? memory.budget - memory.total : 0;
    const uint64_t bytes = std::min(kDeviceBytes, free / 4) / gpu::kBufferAlignment * gpu::kBufferAlignment;
    if (bytes == 0)
        return fail(Errc::OutOfMemory, device.info().name, "has no room to measure its bandwidth");
    LATHE_ASSIGN(const gpu::Buffer from, device.allocate(gpu::Pool::Arena, bytes, "bandwidth"));
    LATHE_ASSIGN(const gpu::Buffer to, device.allocate(gpu::Pool::Arena, bytes, "bandwidth"));
    gpu::Recorder recorder(device);
    for (int i = 0; i < kCopies; ++i)
        LATHE_TRY(i % 2 == 0 ? recorder.copy(from.view(), to.view()) : recorder.copy(to.view(), from.view()));
    LATHE_ASSIGN(const gpu::Recording recording, recorder.finish());
    return bestRate(2 * kCopies * bytes, task, [&] { return device.submit(recording, &task); });
}

Result<double> readBandwidth(unsigned threads, const TaskContext &task)
{
    if (os::availableMemoryBytes() < 2 * kHostBytes)
        return fail(Errc::OutOfMemory, "cpu", "has no room to measure its bandwidth");
    const std::vector<uint64_t> words(kHostBytes / sizeof(uint64_t), 1);
    constexpr uint64_t kGrain = 1 << 17; // 1 MiB
    ThreadPool pool(threads);
    std::atomic<uint64_t> sum{0}; // so that the reads are needed
    return bestRate(kHostBytes, task, [&]() -> Result<> {
        pool.parallelFor(words.size(), kGrain, [&](uint64_t begin, uint64_t end) {
            sum += std::accumulate(words.begin() + ptrdiff_t(begin), words.begin() + ptrdiff_t(end),
                                   uint64_t(0));
        });
        return {};
    });
}

uint64_t bytesPerToken(const DeviceModel &model, DType cacheType, double depth)
{
    uint64_t bytes = 0;
    const WeightTable &table = model.file().weights();
    const Backend &backend = *model.parts().front().backend;
    for (uint32_t i = 0; i < table.count(); ++i) {
        const Role role = table.entry(i).role;
        const bool oneRow =
            role == Role::PositionEmbedding || (role == Role::Embedding && !model.config().tied);
        // Of the experts only those that the token was routed to.
        const ExpertConfig &experts = model.config().experts;
        const bool chosen = role == Role::GateExperts || role == Role::UpExperts || role == Role::DownExperts;
        if (!oneRow)
            bytes += backend.weightBytes(table.entry(i).source) / (chosen ? experts.count : 1) *
                     (chosen ? experts.used : 1);
    }
    for (const LayerConfig &layer : model.config().layers)
        bytes += uint64_t((layer.window > 0 ? std::min(depth, double(layer.window)) : depth) * 2 *
                          double(rowBytes(cacheType, uint64_t(layer.kvHeads) * model.config().headDim)));
    return bytes;
}

} // namespace lathe
