// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/convert/gguf_tensors.h"

#include "core/model/rotary.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace lathe {

namespace {

/// w of Gemma's norms, which the model has as 1 + w.
Result<std::vector<float>> offsetValues(const SafetensorsTensor &tensor)
{
    const auto type = dtypeFromName(tensor.dtype);
    if (!type || !dtypeInfo(*type).decode || dtypeInfo(*type).blockElements != 1)
        return fail(Errc::Unsupported, tensor.name, "unsupported: type " + tensor.dtype,
                    "give a folder with F32, F16 or BF16 weights");
    return decoded(*type, tensor.data);
}

bool givenBack(std::span<const float> offsets)
{
    return std::ranges::all_of(offsets, [](float w) {
        const float weight = 1 + w;
        return std::bit_cast<uint32_t>(weight - 1) == std::bit_cast<uint32_t>(w);
    });
}

class Planner
{
public:
    Planner(const ConvertInput &input, Losses &losses)
        : m_input(input), m_losses(losses), m_main(mainType(input))
    {
    }

    Result<GgufTensors> plan()
    {
        LATHE_TRY(
            forTensors(m_input, &TensorRule::ggufName,
                       [this](int layer, const std::vector<Piece> &pieces) { return add(layer, pieces); }));
        LATHE_TRY(addRopeFactors());
        return std::move(m_out);
    }

private:
    Result<> add(int layer, const std::vector<Piece> &pieces)
    {
        const TensorRule &rule = *pieces.front().rule;
        TargetTensor tensor;
        tensor.name = numbered(rule.ggufName, uint64_t(std::max(layer, 0)));
        tensor.shape = shapeOf(rule, pieces);
        if (isAlwaysF32(rule)) {
            LATHE_TRY(noteVector(*pieces.front().entry, rule));
        } else {
            LATHE_ASSIGN(tensor.type, typeOf(tensor.name, pieces));
        }
        const DType type = tensor.type;
        tensor.produce = [pieces, type](const AppendBytes &append) -> Result<> {
            LATHE_ASSIGN(const std::vector<std::byte> bytes, joined(pieces, type));
            return append(bytes);
        };
        m_out.tensors.push_back(std::move(tensor));
        return {};
    }

    std::vector<uint64_t> shapeOf(const TensorRule &rule, const std::vector<Piece> &pieces) const
    {
        const uint64_t rows = rowsOf(pieces), cols = pieces.front().entry->source.cols;
        if (rule.rows == Extent::One) {
            uint64_t length = 0;
            for (const Piece &piece : pieces)
                length += piece.entry->source.cols;
            return {length};
        }
        if (rule.rows == Extent::OneRow)
            return {cols};
        const bool stacked = rule.rows == Extent::ExpertFeedForward || rule.rows == Extent::ExpertHidden;
        const uint64_t experts = stacked ? m_input.config().experts.count : 1;
        return stacked ? std::vector<uint64_t>{experts, rows / experts, cols}
                       : std::vector<uint64_t>{rows, cols};
    }

    Result<DType> typeOf(const std::string &name, const std::vector<Piece> &pieces)
    {
        const DType type = commonType(pieces);
        if (dtypeInfo(type).ggufType >= 0)
            return type;
        const std::string typeName = lossName(type);
        LATHE_TRY(
            m_losses.meet(typeName, name + " of type " + typeName + " in a GGUF file", "its values as F32"));
        return DType::F32;
    }

    /// What F32 does not say of a folder's tensor.
    Result<> noteVector(const WeightTable::Entry &entry, const TensorRule &rule)
    {
        const HfFolder *folder = m_input.model.source().folder();
        const std::string &name = entry.source.nameInFile();
        const SafetensorsTensor *tensor = folder ? folder->find(name) : nullptr;
        if (!tensor)
            return {};
        if (tensor->dtype != dtypeInfo(m_main).name)
            m_out.types.push_back(tensor->dtype + " " + name);
        if (rule.hfForm != HfForm::PlusOne)
            return {};
        LATHE_ASSIGN(std::vector<float> offsets, offsetValues(*tensor));
        if (!givenBack(offsets))
            m_out.exact.emplace_back(name, std::move(offsets));
        return {};
    }

    Result<> addRopeFactors()
    {
        const RopeConfig &rope = m_input.config().rope;
        const bool isLlama3 = rope.scaling == RopeScaling::Llama3;
        const bool isLong = !rope.longFactors.empty();
        const std::vector<float> factors = isLlama3 ? llama3Factors(rope) : rope.frequencyFactors;
        if (!factors.empty())
            LATHE_TRY(addFactors(isLong ? Role::RopeShortFactors : Role::RopeFactors, factors));
        return isLong ? addFactors(Role::RopeLongFactors, rope.longFactors) : Result<>();
    }

    Result<> addFactors(Role role, std::vector<float> factors)
    {
        const auto known = std::ranges::find(m_input.architecture.tensors, role, &TensorRule::role);
        if (known == m_input.architecture.tensors.end())
            return fail(Errc::Unsupported, m_losses.subject(),
                        "unsupported: this rope scaling in a GGUF file of architecture " +
                            m_input.config().architecture,
                        "keep the model in a folder");
        TargetTensor tensor{std::string(known->ggufName), DType::F32, {factors.size()}, {}};
        tensor.produce = [factors = std::move(factors)](const AppendBytes &append) {
            return append(std::as_bytes(std::span(factors)));
        };
        m_out.tensors.push_back(std::move(tensor));
        return {};
    }

    const ConvertInput &m_input;
    Losses &m_losses;
    DType m_main;
    GgufTensors m_out;
};

} // namespace

std::vector<float> llama3Factors(const RopeConfig &rope)
{
    RopeConfig plain = rope;
    plain.scaling = RopeScaling::None;
    const Rotary scaled(rope), unscaled(plain);
    std::vector<float> factors;
    for (size_t i = 0; i < scaled.inverseFrequencies().size(); ++i)
        factors.push_back(float(unscaled.inverseFrequencies()[i] / scaled.inverseFrequencies()[i]));
    return factors;
}

Result<GgufTensors> ggufTensors(const ConvertInput &input, Losses &losses)
{
    return Planner(input, losses).plan();
}

} // namespace lathe
