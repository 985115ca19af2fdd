// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/weights_gguf.h"

#include "core/formats/printable.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace lathe {

namespace {

class Matcher
{
public:
    Matcher(const GgufFile &file, const Architecture &architecture, ModelConfig &config)
        : m_file(file), m_architecture(architecture), m_config(config)
    {
    }

    Result<WeightTable> match()
    {
        for (const TensorRule &rule : m_architecture.tensors) {
            if (!rule.ggufName.empty())
                LATHE_TRY(forLayers(rule, [&](int layer) { return add(rule, layer); }));
        }
        for (const TensorRule &rule : m_architecture.tensors) {
            if (rule.required)
                LATHE_TRY(forLayers(rule, [&](int layer) { return require(rule, layer); }));
        }
        const RopeConfig &rope = m_config.rope;
        if (!rope.longFactors.empty() && rope.frequencyFactors.empty())
            return bad(tensorName(-1, Role::RopeShortFactors), "is missing");
        if (m_file.findTensor(tensorName(-1, Role::RopeShortFactors)) && rope.longFactors.empty())
            return bad(tensorName(-1, Role::RopeLongFactors), "is missing");
        LATHE_TRY(refuseUnknown());
        m_config.tied = !m_weights.find(-1, Role::Output);
        return std::move(m_weights);
    }

private:
    tl::unexpected<Error> bad(std::string_view subject, std::string what) const
    {
        return fail(Errc::BadInput, m_file.name(), std::string(subject) + " " + what,
                    "the file is damaged or was made by a faulty converter: get it again");
    }

    /// Calls `work` for each layer that the rule is about, or for −1.
    template <class Work> Result<> forLayers(const TensorRule &rule, Work work)
    {
        if (!tensorName(0, rule.role).starts_with("blk."))
            return work(-1);
        for (size_t layer = 0; layer < m_config.layers.size(); ++layer) {
            const bool experts = m_config.layers[layer].experts;
            if (rule.in == In::AllLayers || (rule.in == In::Experts) == experts)
                LATHE_TRY(work(int(layer)));
        }
        return {};
    }

    Result<> require(const TensorRule &rule, int layer) const
    {
        if (m_weights.find(layer, rule.role))
            return {};
        return bad(numbered(rule.ggufName, uint64_t(std::max(layer, 0))), "is missing");
    }

    Result<> add(const TensorRule &rule, int layer)
    {
        const std::string name = numbered(rule.ggufName, uint64_t(std::max(layer, 0)));
        const GgufTensor *tensor = m_file.findTensor(name);
        if (!tensor || m_weights.find(layer, rule.role))
            return {};
        m_used.insert(tensor->name);
        const bool vector = rule.rows == Extent::One;
        uint64_t rows = extentOf(m_config, layer, rule.rows), cols = extentOf(m_config, layer, rule.cols);
        const PartRows part = partRows(m_config, layer, rule.part, vector ? cols : rows);
        (vector ? cols : rows) = part.total;
        if (tensor->rows != rows || tensor->cols != cols)
            return bad(name, "is " + std::to_string(tensor->rows) + " × " + std::to_string(tensor->cols) +
                                 ", the settings ask for " + std::to_string(rows) + " × " +
                                 std::to_string(cols));
        if (!dtypeInfo(tensor->type).decode)
            return bad(name, "has integers where weights are due");
        if (rule.role == Role::RopeFactors || rule.role == Role::RopeShortFactors)
            return readRopeFactors(*tensor, m_config.rope.frequencyFactors);
        if (rule.role == Role::RopeLongFactors)
            return readRopeFactors(*tensor, m_config.rope.longFactors);
        if (vector && part.count != part.total && dtypeInfo(tensor->type).blockElements != 1)
            return bad(name, "is quantized, which a bias of several parts cannot be");
        (vector ? cols : rows) = part.count;
        const uint64_t skipped =
            vector ? rowBytes(tensor->type, part.first) : part.first * rowBytes(tensor->type, cols);
        const uint64_t bytes = rows * rowBytes(tensor->type, cols);
        WeightSource source{
            tensorName(layer, rule.role),         tensor->type, uint32_t(rows), uint32_t(cols),
            tensor->data.subspan(skipped, bytes), vector};
        if (source.name != name)
            source.fileName = name;
        m_weights.add(layer, rule.role, std::move(source));
        return {};
    }

    Result<> readRopeFactors(const GgufTensor &tensor, std::vector<float> &factors) const
    {
        factors.resize(tensor.cols);
        const DTypeInfo &info = dtypeInfo(tensor.type);
        info.decode(tensor.data.data(), factors.data(), factors.size() / info.blockElements);
        if (std::any_of(factors.begin(), factors.end(),
                        [](float f) { return !(f > 0) || !std::isfinite(f); }))
            return bad(tensor.name, "has factors that are not above 0");
        return {};
    }

    /// A tensor that the graph would leave out changes what the model says: never a guess.
    Result<> refuseUnknown() const
    {
        for (const GgufTensor &tensor : m_file.tensors()) {
            if (!m_used.contains(tensor.name))
                return fail(Errc::Unsupported, m_file.name(),
                            "unsupported: tensor " + printable(tensor.name) + " in a model of architecture " +
                                m_config.architecture,
                            "use a model without it");
        }
        return {};
    }

    const GgufFile &m_file;
    const Architecture &m_architecture;
    ModelConfig &m_config;
    WeightTable m_weights;
    std::set<std::string_view> m_used;
};

} // namespace

Result<WeightTable> ggufWeights(const GgufFile &file, const Architecture &architecture, ModelConfig &config)
{
    return Matcher(file, architecture, config).match();
}

} // namespace lathe
