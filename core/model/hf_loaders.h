// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/weight_source.h"

namespace lathe {

/// Pieces of files, one after another: experts that lie apart, the q rows of each head.
class PiecesLoader final : public WeightLoader
{
public:
    explicit PiecesLoader(std::vector<std::span<const std::byte>> pieces) : m_pieces(std::move(pieces)) {}
    Result<std::vector<std::byte>> load() const override;

private:
    std::vector<std::span<const std::byte>> m_pieces;
};

/// Columns first … first + rows − 1 of a (cols, stride) matrix as rows: GPT-2's Conv1D, which lies (input,
/// output). `type` has one element per block.
class TransposedLoader final : public WeightLoader
{
public:
    TransposedLoader(DType type, std::span<const std::byte> data, uint64_t stride, uint64_t first,
                     uint64_t rows, uint64_t cols)
        : m_type(type), m_data(data), m_stride(stride), m_first(first), m_rows(rows), m_cols(cols)
    {
    }
    Result<std::vector<std::byte>> load() const override;

private:
    DType m_type;
    std::span<const std::byte> m_data; // (cols, stride)
    uint64_t m_stride, m_first, m_rows, m_cols;
};

/// 1 + w in F32 (Gemma's norms).
class PlusOneLoader final : public WeightLoader
{
public:
    PlusOneLoader(DType type, std::span<const std::byte> data) : m_type(type), m_data(data) {}
    Result<std::vector<std::byte>> load() const override;

private:
    DType m_type;
    std::span<const std::byte> m_data;
};

} // namespace lathe
