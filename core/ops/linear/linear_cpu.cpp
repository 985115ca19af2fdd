// SPDX-License-Identifier: GPL-3.0-or-later
// A task is 32 rows of one matrix (of both for a gated pair). It decodes 8 rows at a time, 1,024 columns at a
// time, into 32 kB that stay in the first-level cache, and multiplies them with up to 64 tokens. The sum of
// one output runs over its columns in order, lane by lane, so that it depends neither on these sizes nor on
// the other tokens of the batch.
#include "core/ops/cpu/rows.h"
#include "core/ops/cpu/tile.h"
#include "core/ops/linear/linear_host.h"

#include <algorithm>

namespace lathe {

namespace {

constexpr uint32_t kTaskRows = 32;
using cpu::kTileRows, cpu::kTokenBlock;
using Rows = cpu::InputRows;

class LinearRun
{
public:
    explicit LinearRun(const HostCall &call)
        : m_call(call), m_params(call.params.as<LinearParams>()), m_at(m_params), m_x(prepareInput())
    {
        uint64_t tasks = 0;
        for (uint32_t i = 0; i < m_at.outputs; ++i) {
            m_taskEnd[i] = tasks += (weight(i).rows + kTaskRows - 1) / kTaskRows;
        }
        m_tasks = m_x.count == 0 ? 0 : tasks;
    }

    void run()
    {
        cpu::forTasks(m_call, m_tasks, [this](uint64_t task) { runTask(task); });
    }

private:
    const HostTensor &weight(uint32_t i) const { return m_call.in[m_at.weight + i]; }
    bool has(uint32_t flag) const { return m_params.flags & flag; }

    Rows prepareInput()
    {
        const HostTensor &x = m_call.in[0];
        const size_t padded = padLanes(x.cols);
        if (!has(kLinearNorm) && padded == x.cols)
            return {x.f32(), x.cols, x.rows};
        m_buffer.resize(padded * x.rows);
        cpu::forRows(m_call, x.rows, x.cols, [&](uint64_t begin, uint64_t end) {
            for (uint64_t t = begin; t < end; ++t) {
                const float *from = x.f32(uint32_t(t));
                float *to = m_buffer.data() + t * padded;
                if (has(kLinearNorm))
                    cpu::rmsNormRow(from, m_call.in[m_at.norm].f32(), x.cols, m_params.eps, to);
                else
                    std::copy(from, from + x.cols, to);
            }
        });
        return {m_buffer.data(), padded, x.rows};
    }

    void runTask(uint64_t task) const
    {
        uint32_t i = 0;
        while (task >= m_taskEnd[i])
            ++i;
        const uint32_t row0 = uint32_t(task - (i ? m_taskEnd[i - 1] : 0)) * kTaskRows;
        const uint32_t rows = std::min(kTaskRows, weight(i).rows - row0);
        for (uint32_t t = 0; t < m_x.count; t += kTokenBlock) {
            const Rows x{m_x.data + t * m_x.stride, m_x.stride, std::min(kTokenBlock, m_x.count - t)};
            float first[kTaskRows * kTokenBlock];
            multiply(i, row0, rows, x, first);
            if (has(kLinearGlu)) {
                float second[kTaskRows * kTokenBlock];
                multiply(1, row0, rows, x, second);
                storeGated(row0, rows, t, x.count, first, second);
            } else {
                storePlain(i, row0, rows, t, x.count, first);
            }
        }
    }

    /// out (x.count, kTaskRows) = x · W_iᵀ + bias_i
    void multiply(uint32_t i, uint32_t row0, uint32_t rows, const Rows &x, float *out) const
    {
        const float *bias = has(kLinearBias) ? m_call.in[m_at.bias + i].f32() + row0 : nullptr;
        for (uint32_t r0 = 0; r0 < rows; r0 += kTileRows) {
            const uint32_t tileRows = std::min(kTileRows, rows - r0);
            float tile[kTileRows * kTokenBlock];
            cpu::multiplyTile(weight(i), row0 + r0, tileRows, x, tile);
            for (uint32_t t = 0; t < x.count; ++t)
                for (uint32_t r = 0; r < tileRows; ++r)
                    out[t * kTaskRows + r0 + r] = tile[r * x.count + t] + (bias ? bias[r0 + r] : 0.0f);
        }
    }

    void storePlain(uint32_t i, uint32_t row0, uint32_t rows, uint32_t token0, uint32_t tokens,
                    const float *values) const
    {
        for (uint32_t t = 0; t < tokens; ++t) {
            float *y = m_call.out[i].f32(token0 + t) + row0;
            const float *residual =
                has(kLinearResidual) ? m_call.in[m_at.residual].f32(token0 + t) + row0 : nullptr;
            for (uint32_t r = 0; r < rows; ++r)
                y[r] = values[t * kTaskRows + r] + (residual ? residual[r] : 0.0f);
        }
    }

    void storeGated(uint32_t row0, uint32_t rows, uint32_t token0, uint32_t tokens, const float *gate,
                    const float *up) const
    {
        for (uint32_t t = 0; t < tokens; ++t)
            cpu::gateRow(m_params.activation, gate + t * kTaskRows, up + t * kTaskRows,
                         m_call.out[0].f32(token0 + t) + row0, rows);
    }

    const HostCall &m_call;
    LinearParams m_params;
    LinearLayout m_at;
    std::vector<float> m_buffer;
    Rows m_x;
    std::array<uint64_t, 3> m_taskEnd{};
    uint64_t m_tasks = 0;
};

} // namespace

void linearCpu(const HostCall &call)
{
    LinearRun(call).run();
}

} // namespace lathe
