// SPDX-License-Identifier: GPL-3.0-or-later
// The pairs of token and slot are sorted by expert; a task is 8 rows of one expert for all of its pairs, so
// that a row is decoded once.
#include "core/ops/cpu/rows.h"
#include "core/ops/cpu/tile.h"
#include "core/ops/expert_linear/expert_linear_host.h"

#include <algorithm>

namespace lathe {

namespace {

class ExpertRun
{
public:
    explicit ExpertRun(const HostCall &call)
        : m_call(call), m_params(call.params.as<ExpertLinearParams>()),
          m_rows(weight().rows / m_params.experts), m_stride(padLanes(weight().cols)), m_end(m_params.experts)
    {
        sortPairs();
    }

    void run()
    {
        const uint64_t tiles = (m_rows + cpu::kTileRows - 1) / cpu::kTileRows;
        cpu::forTasks(m_call, m_pairs.empty() ? 0 : m_params.experts * tiles, [&](uint64_t task) {
            runTile(uint32_t(task / tiles), uint32_t(task % tiles) * cpu::kTileRows);
        });
    }

private:
    struct Pair {
        uint32_t token, slot;
    };
    const HostTensor &weight() const { return m_call.in[1]; }

    void sortPairs()
    {
        const uint32_t tokens = m_call.out[0].rows;
        for (uint32_t e = 0; e < m_params.experts; ++e) {
            for (uint32_t t = 0; t < tokens; ++t)
                for (uint32_t j = 0; j < m_params.used; ++j) {
                    if (uint32_t(m_call.in[2].f32(t)[j]) == e)
                        m_pairs.push_back({t, j});
                }
            m_end[e] = m_pairs.size();
        }
        m_x.resize(m_pairs.size() * m_stride);
        for (size_t i = 0; i < m_pairs.size(); ++i) {
            const float *from = m_call.in[0].f32(m_pairs[i].token) +
                                (m_params.perSlot ? size_t(m_pairs[i].slot) * weight().cols : 0);
            std::copy_n(from, weight().cols, m_x.data() + i * m_stride);
        }
    }

    void runTile(uint32_t expert, uint32_t row0) const
    {
        const uint32_t rows = std::min(cpu::kTileRows, m_rows - row0);
        for (size_t first = expert ? m_end[expert - 1] : 0; first < m_end[expert];
             first += cpu::kTokenBlock) {
            const auto count = uint32_t(std::min<size_t>(cpu::kTokenBlock, m_end[expert] - first));
            float tile[cpu::kTileRows * cpu::kTokenBlock];
            cpu::multiplyTile(weight(), expert * m_rows + row0, rows,
                              {m_x.data() + first * m_stride, m_stride, count}, tile);
            for (uint32_t i = 0; i < count; ++i) {
                const Pair pair = m_pairs[first + i];
                float *y = m_call.out[0].f32(pair.token) + size_t(pair.slot) * m_rows + row0;
                for (uint32_t r = 0; r < rows; ++r)
                    y[r] = tile[r * count + i];
            }
        }
    }

    const HostCall &m_call;
    ExpertLinearParams m_params;
    uint32_t m_rows;
    size_t m_stride;
    std::vector<size_t> m_end; // of each expert's pairs
    std::vector<Pair> m_pairs;
    std::vector<float> m_x; // (pairs, stride), padded with zeros
};

} // namespace

void expertLinearCpu(const HostCall &call)
{
    ExpertRun(call).run();
}

} // namespace lathe
