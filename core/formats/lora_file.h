// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/formats/gguf.h"
#include "core/formats/safetensors.h"
#include "core/tensor/dtype.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lathe {

/// One matrix of a LoRA file: `rows` rows of rowBytes(type, cols) bytes.
struct LoraMatrix {
    std::string name; ///< in the file
    DType type = DType::F32;
    uint64_t rows = 0;
    uint64_t cols = 0;
    std::span<const std::byte> data;
};

/// What an adapter adds to one matrix W: scale · B · A.
struct LoraPair {
    std::string target; ///< W as the file names it: "blk.3.attn_q.weight", "model.layers.3.self_attn.q_proj"
    LoraMatrix a;       ///< (rank, inputs of W)
    LoraMatrix b;       ///< (outputs of W, rank)
    double scale = 1;   ///< what training fixed, before the user's scale
};

/// A LoRA adapter on disk (Hu et al. 2021): a GGUF file as llama.cpp writes it, or a PEFT folder
/// (adapter_config.json and adapter_model.safetensors). Checked when opened: every pair whole and of one
/// rank, settings that change the computation in a way this build does not do refused by name
/// ("unsupported: use_dora"). Which matrices of a model the targets are is not looked at. The tensors of a
/// PEFT folder say what is adapted, not its `target_modules`.
class LoraFile
{
public:
    enum class Kind : uint8_t { Gguf, Peft };

    /// A folder is read as PEFT's, anything else as GGUF.
    static Result<std::shared_ptr<const LoraFile>> open(const std::filesystem::path &path);
    /// The same from memory that outlives the object; `name` stands for the file or folder in messages.
    static Result<std::shared_ptr<const LoraFile>> parseGguf(std::span<const std::byte> bytes,
                                                             std::string name);
    static Result<std::shared_ptr<const LoraFile>>
    parsePeft(std::string_view config, std::span<const std::byte> tensors, std::string name);

    Kind kind() const { return m_kind; }
    const std::string &name() const { return m_name; }
    /// general.architecture of a GGUF file; empty for a PEFT folder.
    const std::string &architecture() const { return m_architecture; }
    /// The model it was trained for as the file names it; empty if it does not say.
    const std::string &base() const { return m_base; }
    /// What scales are made of, unless a pair has its own: alpha / rank, or alpha / √rank (rank-stabilised).
    /// Nothing: the file has no scale of its own.
    std::optional<double> alpha() const { return m_alpha; }
    bool rankStabilised() const { return m_rankStabilised; }
    /// By target name; at least one.
    const std::vector<LoraPair> &pairs() const { return m_pairs; }

private:
    LoraFile() = default;
    static Result<std::shared_ptr<const LoraFile>> fromGguf(GgufFile file);
    static Result<std::shared_ptr<const LoraFile>> fromPeft(std::string_view config, SafetensorsFile file,
                                                            std::string name);

    Kind m_kind = Kind::Gguf;
    std::string m_name;
    std::string m_architecture;
    std::string m_base;
    std::optional<double> m_alpha;
    bool m_rankStabilised = false;
    std::optional<GgufFile> m_gguf; // the matrices point into one of these
    std::optional<SafetensorsFile> m_safetensors;
    std::vector<LoraPair> m_pairs;
};

} // namespace lathe
