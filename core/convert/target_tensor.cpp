// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/convert/target_tensor.h"

#include "core/base/checked.h"

#include <algorithm>
#include <array>
#include <set>

namespace lathe {

namespace {

bool isLayered(const TensorRule &rule)
{
    return tensorName(0, rule.role).starts_with("blk.");
}

bool isTurned(Role role)
{
    return role == Role::Query || role == Role::Key || role == Role::QueryBias || role == Role::KeyBias;
}

/// Llama's GGUF files have rotary pairs side by side, folders have them in halves.
RowOrder orderOf(const ConvertInput &input, Role role)
{
    if (!isTurned(role) || input.architecture.ggufRope != RopeStyle::Interleaved || input.isSameFormat())
        return {};
    return {input.config().headDim, input.config().rope.dim, input.fromGguf()};
}

Result<> forRules(const ConvertInput &input, std::string_view TensorRule::*name, int layer,
                  const PiecesWork &work)
{
    std::set<std::string_view> done;
    for (const TensorRule &first : input.architecture.tensors) {
        if (isLayered(first) != (layer >= 0) || (first.*name).empty() || !done.insert(first.*name).second)
            continue;
        std::vector<Piece> pieces;
        for (const TensorRule &rule : input.architecture.tensors) {
            const auto found =
                rule.*name == first.*name ? input.weights.find(layer, rule.role) : std::nullopt;
            if (found)
                pieces.push_back({&rule, &input.weights.entry(*found), orderOf(input, rule.role)});
        }
        const auto isChanged = [&](const Piece &piece) { return input.isChanged(*piece.entry); };
        if (!pieces.empty() && (!input.isSameFormat() || std::ranges::any_of(pieces, isChanged)))
            LATHE_TRY(work(layer, pieces));
    }
    return {};
}

} // namespace

bool ConvertInput::isChanged(const WeightTable::Entry &entry) const
{
    const auto own = model.weights().find(entry.layer, entry.role);
    return own && model.weights().entry(*own).source.loader != entry.source.loader;
}

uint64_t TargetTensor::bytes() const
{
    Checked bytes = rowBytes(type, shape.back());
    for (size_t i = 0; i + 1 < shape.size(); ++i)
        bytes = bytes * shape[i];
    return bytes.value().value_or(0); // shapes are products of checked sizes
}

std::string lossName(DType type)
{
    const std::string_view name = dtypeInfo(type).name;
    return std::string(name.substr(0, name.find("_SPLIT")));
}

bool isAlwaysF32(const TensorRule &rule)
{
    return rule.rows == Extent::One || rule.rows == Extent::OneRow || rule.role == Role::Router ||
           rule.role == Role::PositionEmbedding;
}

DType mainType(const ConvertInput &input)
{
    std::array<uint64_t, size_t(DType::Count)> bytes{};
    for (const TensorRule &rule : input.architecture.tensors) {
        for (int layer = -1; layer < int(input.config().layers.size()) && !isAlwaysF32(rule); ++layer) {
            if (const auto found = input.weights.find(layer, rule.role)) {
                const WeightSource &source = input.weights.entry(*found).source;
                bytes[size_t(source.type)] += source.bytes();
            }
        }
    }
    const auto most = DType(std::ranges::max_element(bytes) - bytes.begin());
    return most == DType::F16 || most == DType::BF16 ? most : DType::F32;
}

Result<> forTensors(const ConvertInput &input, std::string_view TensorRule::*name, const PiecesWork &work)
{
    for (int layer = -1; layer < int(input.config().layers.size()); ++layer)
        LATHE_TRY(forRules(input, name, layer, work));
    return {};
}

DType commonType(const std::vector<Piece> &pieces)
{
    const DType type = pieces.front().entry->source.type;
    const bool same =
        std::ranges::all_of(pieces, [type](const Piece &piece) { return piece.entry->source.type == type; });
    return same ? type : DType::F32;
}

uint64_t rowsOf(const std::vector<Piece> &pieces)
{
    uint64_t rows = 0;
    for (const Piece &piece : pieces)
        rows += piece.entry->source.rows;
    return rows;
}

Result<std::vector<std::byte>> joined(const std::vector<Piece> &pieces, DType type)
{
    std::vector<std::byte> all;
    for (const Piece &piece : pieces) {
        LATHE_ASSIGN(std::vector<std::byte> rows, readRows(piece.entry->source, type, piece.order));
        if (all.empty())
            all = std::move(rows);
        else
            all.insert(all.end(), rows.begin(), rows.end());
    }
    return all;
}

} // namespace lathe
