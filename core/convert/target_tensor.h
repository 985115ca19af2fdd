// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"
#include "core/convert/losses.h"
#include "core/convert/weight_rows.h"
#include "core/model/architecture.h"
#include "core/model/model_file.h"

#include <functional>
#include <string>
#include <vector>

namespace lathe {

/// A tensor as the new file has it; its bytes are made while the file is written, from weights that must live
/// as long.
struct TargetTensor {
    std::string name;
    DType type = DType::F32;
    std::vector<uint64_t> shape; ///< rows first
    ProduceBytes produce;

    uint64_t bytes() const;
};

/// One weight of those that make up a tensor, with the rule that says so.
struct Piece {
    const TensorRule *rule = nullptr;
    const WeightTable::Entry *entry = nullptr;
    RowOrder order;
};

/// A model to be written. The weights are the model's own, or those with adapters merged into them.
struct ConvertInput {
    const ModelFile &model;
    const WeightTable &weights;
    const Architecture &architecture;
    bool toGguf = false;

    bool fromGguf() const { return model.source().gguf() != nullptr; }
    /// The same format: what is not changed is copied.
    bool isSameFormat() const { return fromGguf() == toGguf; }
    bool isChanged(const WeightTable::Entry &entry) const;
    const ModelConfig &config() const { return model.config(); }
};

/// What --allow-loss calls a type; the ways in which one format's values lie in files have one name.
std::string lossName(DType type);

/// Vectors, and what llama.cpp has as one or computes with in F32 only: a GGUF file holds them in F32.
bool isAlwaysF32(const TensorRule &rule);

/// F32, F16 or BF16: the one that most bytes of the other weights have, F32 if they are quantized.
DType mainType(const ConvertInput &input);

/// Calls `work` with the pieces of each tensor that has a name under `name`: first those outside the layers,
/// then layer by layer (−1: outside). Tensors without a weight in the model are left out, and in the same
/// format those that are not changed.
using PiecesWork = std::function<Result<>(int layer, const std::vector<Piece> &pieces)>;
Result<> forTensors(const ConvertInput &input, std::string_view TensorRule::*name, const PiecesWork &work);

/// The type of a tensor that consists of these weights: theirs, or F32 where they differ.
DType commonType(const std::vector<Piece> &pieces);
uint64_t rowsOf(const std::vector<Piece> &pieces);

/// All pieces one after another in `type`.
Result<std::vector<std::byte>> joined(const std::vector<Piece> &pieces, DType type);

} // namespace lathe
