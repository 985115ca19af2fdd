// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/convert/folder_tensors.h"

#include "core/convert/kept.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace lathe {

namespace {

bool isSame(float a, float b)
{
    return std::bit_cast<uint32_t>(a) == std::bit_cast<uint32_t>(b);
}

/// (rows, cols) elements of `width` bytes as (cols, rows).
std::vector<std::byte> transposed(std::span<const std::byte> data, uint64_t rows, uint64_t cols, size_t width)
{
    std::vector<std::byte> out(data.size());
    for (uint64_t row = 0; row < rows; ++row)
        for (uint64_t col = 0; col < cols; ++col)
            std::memcpy(out.data() + (col * rows + row) * width, data.data() + (row * cols + col) * width,
                        width);
    return out;
}

/// q, k and v one after another, `headBytes` a head, as head by head.
std::vector<std::byte> byHead(std::span<const std::byte> data, uint64_t headBytes)
{
    std::vector<std::byte> out(data.size());
    const uint64_t heads = data.size() / 3 / headBytes;
    for (uint64_t part = 0; part < 3; ++part)
        for (uint64_t head = 0; head < heads; ++head)
            std::memcpy(out.data() + (head * 3 + part) * headBytes,
                        data.data() + (part * heads + head) * headBytes, headBytes);
    return out;
}

class Planner
{
public:
    Planner(const ConvertInput &input, const FolderTensorNotes &notes, Losses &losses)
        : m_input(input), m_notes(notes), m_losses(losses), m_main(mainType(input))
    {
        const auto &rules = input.architecture.tensors;
        const std::string_view name = std::ranges::find(rules, Role::Embedding, &TensorRule::role)->hfName;
        m_base = name.substr(0, name.find('.') + 1);
        m_newBase = notes.prefix.empty() ? std::string(m_base) : notes.prefix.substr(1);
    }

    Result<std::vector<TargetTensor>> plan()
    {
        LATHE_TRY(
            forTensors(m_input, &TensorRule::hfName,
                       [this](int layer, const std::vector<Piece> &pieces) { return add(layer, pieces); }));
        return std::move(m_out);
    }

private:
    std::string nameOf(const TensorRule &rule, int layer) const
    {
        std::string name = numbered(rule.hfName, uint64_t(std::max(layer, 0)));
        return name.starts_with(m_base) ? m_newBase + name.substr(m_base.size()) : name;
    }

    Result<> add(int layer, const std::vector<Piece> &pieces)
    {
        const TensorRule &rule = *pieces.front().rule;
        const std::string name = nameOf(rule, layer);
        if (rule.hfForm == HfForm::PlusOne)
            return addOffset(name, pieces);
        LATHE_ASSIGN(const DType type, typeOf(name, pieces));
        if (name.find("{}") != std::string::npos)
            return addExperts(name, pieces, type);
        const bool vector = rule.rows == Extent::One;
        const uint64_t cols = pieces.front().entry->source.cols, rows = rowsOf(pieces);
        if (vector) {
            uint64_t length = 0;
            for (const Piece &piece : pieces)
                length += piece.entry->source.cols;
            push({name, type, {length}, {}}, pieces, headBytes(rule, type, 1));
        } else if (rule.hfForm == HfForm::Transposed) {
            push({name, type, {cols, rows}, {}}, pieces, 0);
        } else {
            push({name, type, {rows, cols}, {}}, pieces, headBytes(rule, type, cols));
        }
        return {};
    }

    /// Of tensors that have q, k and v head by head; else 0.
    uint64_t headBytes(const TensorRule &rule, DType type, uint64_t cols) const
    {
        return rule.hfForm == HfForm::PerHead ? m_input.config().headDim * rowBytes(type, cols) : 0;
    }

    void push(TargetTensor tensor, const std::vector<Piece> &pieces, uint64_t perHead)
    {
        const bool turned = pieces.front().rule->hfForm == HfForm::Transposed && tensor.shape.size() == 2;
        const DType type = tensor.type;
        const std::vector<uint64_t> shape = tensor.shape;
        tensor.produce = [=](const AppendBytes &append) -> Result<> {
            LATHE_ASSIGN(std::vector<std::byte> bytes, joined(pieces, type));
            if (turned)
                bytes = transposed(bytes, shape[1], shape[0], dtypeInfo(type).blockBytes);
            if (perHead > 0)
                bytes = byHead(bytes, perHead);
            return append(bytes);
        };
        m_out.push_back(std::move(tensor));
    }

    Result<> addExperts(const std::string &pattern, const std::vector<Piece> &pieces, DType type)
    {
        const WeightSource &source = pieces.front().entry->source;
        const uint64_t count = m_input.config().experts.count, rows = source.rows / count;
        for (uint64_t expert = 0; expert < count; ++expert) {
            TargetTensor tensor{numbered(pattern, expert), type, {rows, source.cols}, {}};
            tensor.produce = [&source, rows, expert, type](const AppendBytes &append) -> Result<> {
                WeightSource own = source;
                const uint64_t size = rows * rowBytes(source.type, source.cols);
                LATHE_ASSIGN(const WeightBytes all, readWeight(source));
                own.loader = nullptr;
                own.rows = uint32_t(rows);
                own.data = all.view().subspan(expert * size, size);
                LATHE_ASSIGN(const std::vector<std::byte> bytes, readRows(own, type));
                return append(bytes);
            };
            m_out.push_back(std::move(tensor));
        }
        return {};
    }

    Result<DType> typeOf(const std::string &name, const std::vector<Piece> &pieces)
    {
        const TensorRule &rule = *pieces.front().rule;
        const DType type = commonType(pieces);
        if (isAlwaysF32(rule) && type == DType::F32) {
            LATHE_ASSIGN(const std::vector<float> values, readValues(pieces.front().entry->source));
            return vectorType(name, values);
        }
        if (dtypeInfo(type).blockElements == 1)
            return type;
        const std::string typeName = lossName(type);
        LATHE_TRY(
            m_losses.meet(typeName, name + " of type " + typeName + " in a folder", "its values as F32"));
        return DType::F32;
    }

    /// What the folder had, else the type of the matrices, where it holds the values.
    DType vectorType(const std::string &name, std::span<const float> values) const
    {
        const auto noted = m_notes.types.find(name);
        for (const DType type : {noted == m_notes.types.end() ? m_main : noted->second, m_main}) {
            if (holdsExactly(type, values))
                return type;
        }
        return DType::F32;
    }

    /// w of a norm that the model has as 1 + w: what the folder had, as far as it still gives the norm.
    Result<> addOffset(const std::string &name, const std::vector<Piece> &pieces)
    {
        LATHE_ASSIGN(const std::vector<float> norm, readValues(pieces.front().entry->source));
        std::vector<float> offsets;
        for (const float value : norm)
            offsets.push_back(value - 1);
        const auto noted = m_notes.exact.find(name);
        if (noted != m_notes.exact.end() && noted->second.size() == norm.size() && gives(noted->second, norm))
            offsets = noted->second;
        if (!gives(offsets, norm))
            LATHE_TRY(
                m_losses.meet("norms", name + ", whose values no 1 + w gives, in a folder", "the nearest w"));
        TargetTensor tensor{name, vectorType(name, offsets), {offsets.size()}, {}};
        tensor.produce = [type = tensor.type, offsets = std::move(offsets)](const AppendBytes &append) {
            return append(encoded(type, offsets));
        };
        m_out.push_back(std::move(tensor));
        return {};
    }

    static bool gives(std::span<const float> offsets, std::span<const float> norm)
    {
        return std::ranges::equal(offsets, norm, [](float w, float v) { return isSame(1 + w, v); });
    }

    const ConvertInput &m_input;
    const FolderTensorNotes &m_notes;
    Losses &m_losses;
    DType m_main;
    std::string_view m_base;
    std::string m_newBase;
    std::vector<TargetTensor> m_out;
};

} // namespace

std::string folderPrefix(const ConvertInput &input)
{
    const auto embedding = input.weights.find(-1, Role::Embedding);
    const std::string_view usual =
        std::ranges::find(input.architecture.tensors, Role::Embedding, &TensorRule::role)->hfName;
    const std::string_view rest = usual.substr(usual.find('.') + 1);
    const std::string &own = input.weights.entry(*embedding).source.nameInFile();
    return own == usual || !own.ends_with(rest) ? "" : "=" + own.substr(0, own.size() - rest.size());
}

FolderTensorNotes folderTensorNotes(const ConvertInput &input)
{
    FolderTensorNotes notes;
    const GgufFile *file = input.model.source().gguf();
    if (!file) {
        notes.prefix = folderPrefix(input);
        return notes;
    }
    notes.prefix = file->getString(kept::kPrefix, "").value_or("");
    if (const auto types = file->getStrings(kept::kTypes)) {
        for (const std::string_view entry : *types) {
            const size_t space = entry.find(' ');
            const auto type = dtypeFromName(entry.substr(0, space));
            const bool isPlain = type == DType::F32 || type == DType::F16 || type == DType::BF16;
            if (isPlain && space != entry.npos)
                notes.types.emplace(entry.substr(space + 1), *type);
        }
    }
    for (const auto &[key, value] : file->metadata()) {
        if (key.starts_with(kept::kExact))
            if (auto values = value.asFloats())
                notes.exact.emplace(key.substr(kept::kExact.size()), std::move(*values));
    }
    return notes;
}

Result<std::vector<TargetTensor>> folderTensors(const ConvertInput &input, const FolderTensorNotes &notes,
                                                Losses &losses)
{
    return Planner(input, notes, losses).plan();
}

} // namespace lathe
