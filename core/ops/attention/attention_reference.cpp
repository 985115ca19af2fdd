// SPDX-License-Identifier: GPL-3.0-or-later
// Two passes over the scores of one query, all in double: no online softmax, so that it checks one.
#include "core/ops/attention/attention_host.h"

#include <algorithm>
#include <cmath>

namespace lathe {

namespace {

class Reference
{
public:
    explicit Reference(const HostCall &call)
        : m_call(call), m_params(call.params.as<AttentionParams>()), m_row(m_params.headDim)
    {
    }

    void attend(uint32_t t, uint32_t head)
    {
        const uint32_t dim = m_params.headDim;
        const uint32_t column = head / (m_params.heads / m_params.kvHeads) * dim;
        const float *q = m_call.in[0].f32(t) + uint64_t(head) * dim;
        const KeyRange range = visibleKeys(m_params, m_call.in[3].i32(t));
        m_scores.clear();
        for (uint64_t key = range.begin; key < range.end; ++key) {
            const float *k = decodeHead(m_call.in[1], range.slotRow + key, column);
            double score = 0;
            for (uint32_t d = 0; d < dim; ++d)
                score += double(q[d]) * k[d];
            score *= m_params.scale;
            if (m_params.softcap > 0)
                score = m_params.softcap * std::tanh(score / m_params.softcap);
            m_scores.push_back(score);
        }
        const double best = *std::max_element(m_scores.begin(), m_scores.end());
        double total = 0;
        std::vector<double> sum(dim);
        for (uint64_t key = range.begin; key < range.end; ++key) {
            const double weight = std::exp(m_scores[key - range.begin] - best);
            const float *v = decodeHead(m_call.in[2], range.slotRow + key, column);
            total += weight;
            for (uint32_t d = 0; d < dim; ++d)
                sum[d] += weight * v[d];
        }
        for (uint32_t d = 0; d < dim; ++d)
            m_call.out[0].f32(t)[uint64_t(head) * dim + d] = float(sum[d] / total);
    }

private:
    const float *decodeHead(const HostTensor &cache, uint64_t row, uint32_t column)
    {
        const DTypeInfo &info = dtypeInfo(cache.type);
        info.decode(cache.rowData(uint32_t(row)) + uint64_t(column) * info.blockBytes, m_row.data(),
                    m_params.headDim);
        return m_row.data();
    }

    const HostCall &m_call;
    AttentionParams m_params;
    std::vector<float> m_row;
    std::vector<double> m_scores;
};

} // namespace

void attentionReference(const HostCall &call)
{
    Reference reference(call);
    for (uint32_t t = 0; t < call.out[0].rows; ++t)
        for (uint32_t head = 0; head < call.params.as<AttentionParams>().heads; ++head)
            reference.attend(t, head);
}

} // namespace lathe
