// SPDX-License-Identifier: GPL-3.0-or-later
// A task is up to 8 consecutive tokens of one slot and one key/value head. It walks the keys in blocks of 64
// that start at multiples of 64; a block is decoded once for all query heads and tokens of the task. A
// query's sums run over its own keys only, so they do not depend on which tokens share the task.
#include "core/ops/attention/attention_host.h"
#include "core/ops/cpu/rows.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lathe {

namespace {

constexpr uint32_t kTaskTokens = 8;
constexpr uint64_t kKeyBlock = 64;

/// Key or value rows of one head, columns padded with zeros.
struct Block {
    const float *data;
    size_t stride;
};

/// One query's running maximum, sum of exponentials, and (in the task's buffers) its query and output.
struct Query {
    KeyRange keys;
    float *q;
    float *y;
    float best = -std::numeric_limits<float>::infinity();
    float total = 0;
};

class AttentionTask
{
public:
    AttentionTask(const HostCall &call, const AttentionParams &params, uint32_t kvHead)
        : m_call(call), m_params(params), m_kvHead(kvHead), m_share(params.heads / params.kvHeads),
          m_padded(padLanes(params.headDim)), m_keys(kKeyBlock * m_padded), m_values(kKeyBlock * m_padded)
    {
    }

    void run(uint32_t token0, uint32_t tokens)
    {
        loadQueries(token0, tokens);
        uint64_t begin = m_queries[0].keys.begin, end = 0;
        for (const Query &query : m_queries) {
            begin = std::min(begin, query.keys.begin);
            end = std::max(end, query.keys.end);
        }
        for (uint64_t key = begin / kKeyBlock * kKeyBlock; key < end; key += kKeyBlock) {
            const uint64_t first = std::max(key, begin), last = std::min(key + kKeyBlock, end);
            const Block k = decode(m_call.in[1], first, last, m_keys);
            const Block v = decode(m_call.in[2], first, last, m_values);
            for (Query &query : m_queries)
                attend(query, k, v, first, last);
        }
        storeOutputs(token0);
    }

private:
    void loadQueries(uint32_t token0, uint32_t tokens)
    {
        const uint32_t count = tokens * m_share;
        m_state.assign(2 * count * m_padded, 0.0f);
        m_queries.resize(count);
        for (uint32_t i = 0; i < count; ++i) {
            const uint32_t t = token0 + i / m_share;
            Query &query = m_queries[i];
            query = {visibleKeys(m_params, m_call.in[3].i32(t)), m_state.data() + 2 * i * m_padded,
                     m_state.data() + (2 * i + 1) * m_padded};
            const float *from = m_call.in[0].f32(t) + headColumn(i);
            std::copy(from, from + m_params.headDim, query.q);
        }
    }

    uint64_t headColumn(uint32_t query) const
    {
        return uint64_t(m_kvHead * m_share + query % m_share) * m_params.headDim;
    }

    Block decode(const HostTensor &cache, uint64_t first, uint64_t last, std::vector<float> &buffer) const
    {
        const DTypeInfo &info = dtypeInfo(cache.type);
        const uint64_t row0 = m_queries[0].keys.slotRow + first;
        const std::byte *from =
            cache.rowData(uint32_t(row0)) + uint64_t(m_kvHead) * m_params.headDim * info.blockBytes;
        if (cache.type == DType::F32 && m_padded == m_params.headDim)
            return {reinterpret_cast<const float *>(from), cache.cols};
        for (uint64_t i = 0; i < last - first; ++i)
            info.decode(from + i * cache.cols * info.blockBytes, buffer.data() + i * m_padded,
                        m_params.headDim);
        return {buffer.data(), m_padded};
    }

    void attend(Query &query, Block k, Block v, uint64_t first, uint64_t last) const
    {
        const uint64_t begin = std::max(first, query.keys.begin), end = std::min(last, query.keys.end);
        if (begin >= end)
            return;
        const CpuKernels &kernels = cpuKernels();
        const size_t keys = end - begin;
        float scores[kKeyBlock];
        kernels.scores(query.q, k.data + (begin - first) * k.stride, k.stride, keys, m_padded, m_params.scale,
                       scores);
        for (size_t j = 0; m_params.softcap > 0 && j < keys; ++j)
            scores[j] = m_params.softcap * std::tanh(scores[j] / m_params.softcap);
        const float best = std::max(query.best, kernels.maximum(scores, keys));
        const float decay = std::exp(query.best - best);
        query.total = query.total * decay + kernels.expSum(scores, 1, best, scores, keys);
        query.best = best;
        kernels.blendRows(query.y, decay, scores, v.data + (begin - first) * v.stride, v.stride, keys,
                          m_padded);
    }

    void storeOutputs(uint32_t token0) const
    {
        for (uint32_t i = 0; i < m_queries.size(); ++i) {
            float *to = m_call.out[0].f32(token0 + i / m_share) + headColumn(i);
            for (uint32_t d = 0; d < m_params.headDim; ++d)
                to[d] = m_queries[i].y[d] / m_queries[i].total;
        }
    }

    const HostCall &m_call;
    const AttentionParams &m_params;
    uint32_t m_kvHead;
    uint32_t m_share; ///< query heads of one key/value head
    size_t m_padded;
    std::vector<float> m_keys, m_values; // (kKeyBlock, m_padded)
    std::vector<float> m_state;          // per query: q, y (m_padded each)
    std::vector<Query> m_queries;
};

struct TokenRange {
    uint32_t first;
    uint32_t count;
};

/// Consecutive tokens of one slot, at most kTaskTokens together.
std::vector<TokenRange> tokenRanges(const HostTensor &tokens)
{
    std::vector<TokenRange> ranges;
    for (uint32_t t = 0; t < tokens.rows; ++t) {
        if (!ranges.empty() && ranges.back().count < kTaskTokens &&
            tokens.i32(ranges.back().first)[kTokenSlot] == tokens.i32(t)[kTokenSlot])
            ++ranges.back().count;
        else
            ranges.push_back({t, 1});
    }
    return ranges;
}

} // namespace

void attentionCpu(const HostCall &call)
{
    const auto params = call.params.as<AttentionParams>();
    const std::vector<TokenRange> ranges = tokenRanges(call.in[3]);
    cpu::forTasks(call, ranges.size() * params.kvHeads, [&](uint64_t task) {
        const TokenRange &range = ranges[task / params.kvHeads];
        AttentionTask(call, params, uint32_t(task % params.kvHeads)).run(range.first, range.count);
    });
}

} // namespace lathe
