// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/bytes.h"
#include "core/formats/gguf.h"
#include "tests/core/golden.h"

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

namespace lathe::golden {

namespace fs = std::filesystem;

/// Tensors of a Llama folder as the GGUF file has them: other names, rows of q and k in the order of halves.
class LlamaFolderTensors
{
public:
    explicit LlamaFolderTensors(const GgufFile &file)
        : m_heads(*file.getU64("llama.attention.head_count")),
          m_kvHeads(*file.getU64("llama.attention.head_count_kv"))
    {
        for (const GgufTensor &tensor : file.tensors()) {
            const std::string name = folderName(std::string(tensor.name));
            if (name.empty())
                continue; // rope_freqs: config.json says it
            std::span<const std::byte> data = tensor.data;
            if (name.ends_with("q_proj.weight") || name.ends_with("k_proj.weight"))
                data = halves(tensor, name.ends_with("q_proj.weight") ? m_heads : m_kvHeads);
            tensors.push_back({name, "F32", {tensor.shape.rbegin(), tensor.shape.rend()}, data});
        }
    }

    std::vector<SafetensorsTensor> tensors;

private:
    static std::string folderName(const std::string &name)
    {
        static const std::map<std::string, std::string> kNames{
            {"token_embd", "model.embed_tokens"},
            {"output_norm", "model.norm"},
            {"output", "lm_head"},
            {"attn_norm", "input_layernorm"},
            {"attn_q", "self_attn.q_proj"},
            {"attn_k", "self_attn.k_proj"},
            {"attn_v", "self_attn.v_proj"},
            {"attn_output", "self_attn.o_proj"},
            {"ffn_norm", "post_attention_layernorm"},
            {"ffn_gate", "mlp.gate_proj"},
            {"ffn_up", "mlp.up_proj"},
            {"ffn_down", "mlp.down_proj"},
        };
        const size_t end = name.rfind('.');
        if (!name.starts_with("blk.")) {
            const auto found = kNames.find(name.substr(0, end));
            return found == kNames.end() ? "" : found->second + name.substr(end);
        }
        const size_t dot = name.find('.', 4);
        return "model.layers." + name.substr(4, dot - 4) + "." +
               kNames.at(name.substr(dot + 1, end - dot - 1)) + name.substr(end);
    }

    /// Row 2i + j of a head becomes row j · dim/2 + i.
    std::span<const std::byte> halves(const GgufTensor &tensor, uint64_t heads)
    {
        const uint64_t dim = tensor.rows / heads, rowBytes = tensor.data.size() / tensor.rows;
        std::vector<std::byte> &out = m_kept.emplace_back(tensor.data.size());
        for (uint64_t head = 0; head < heads; ++head)
            for (uint64_t i = 0; i < dim / 2; ++i)
                for (uint64_t j = 0; j < 2; ++j)
                    std::memcpy(out.data() + (head * dim + j * dim / 2 + i) * rowBytes,
                                tensor.data.data() + (head * dim + 2 * i + j) * rowBytes, rowBytes);
        return out;
    }

    uint64_t m_heads, m_kvHeads;
    std::vector<std::vector<std::byte>> m_kept;
};

/// `tensors` rounded to BF16; `kept` owns the bytes.
inline std::vector<SafetensorsTensor> asBf16(const std::vector<SafetensorsTensor> &tensors,
                                             std::vector<std::vector<uint16_t>> &kept)
{
    std::vector<SafetensorsTensor> out;
    for (const SafetensorsTensor &tensor : tensors) {
        std::vector<uint16_t> &bits = kept.emplace_back();
        for (size_t at = 0; at < tensor.data.size(); at += sizeof(float))
            bits.push_back(floatToBfloat(loadLe<float>(tensor.data.data() + at)));
        out.push_back({tensor.name, "BF16", tensor.shape, std::as_bytes(std::span(bits))});
    }
    return out;
}

inline void writeOrThrow(const fs::path &path, const std::vector<SafetensorsTensor> &tensors)
{
    const auto written = writeSafetensors(path, tensors, {{"format", "pt"}}, true);
    if (!written)
        throw std::runtime_error(written.error().message());
}

/// The shards that the index in `out`, which transformers wrote, names.
inline void writeShards(const fs::path &out, const std::vector<SafetensorsTensor> &tensors)
{
    std::ifstream stream(out / "model.safetensors.index.json");
    const std::map<std::string, std::string> files = nlohmann::json::parse(stream).at("weight_map");
    std::map<std::string, std::vector<SafetensorsTensor>> shards;
    for (const SafetensorsTensor &tensor : tensors)
        shards[files.at(tensor.name)].push_back(tensor);
    for (const auto &[file, members] : shards)
        writeOrThrow(out / file, members);
}

/// A Llama golden's folder is there without its weights, which are those of the GGUF file.
inline bool isMade(const fs::path &model)
{
    return model.filename().string().starts_with("llama_") && !exists(model / "hf/model.safetensors");
}

/// Whether a golden has a folder of this kind: "hf", "hf_sharded", "hf_bf16".
inline bool hasFolder(const fs::path &model, const std::string &variant)
{
    if (isMade(model) && variant == "hf_bf16")
        return File(model / "expected.safetensors").has("logits_A_bf16w");
    return exists(model / variant / "config.json") &&
           (isMade(model) || exists(model / variant / "model.safetensors") || variant.ends_with("_sharded"));
}

/// That folder: itself where it has weights, else a copy with weights in `scratch`.
inline fs::path folderOf(const fs::path &model, const std::string &variant, const fs::path &scratch)
{
    if (!isMade(model))
        return model / variant;
    const fs::path out = scratch / model.filename() / variant;
    if (exists(out))
        return out;
    fs::create_directories(out);
    fs::copy(model / (variant == "hf_bf16" ? "hf" : variant), out);
    const auto file = GgufFile::open(model / "gguf" / (model.filename().string() + "-F32.gguf"));
    if (!file)
        throw std::runtime_error(file.error().message());
    const LlamaFolderTensors made(*file);
    std::vector<std::vector<uint16_t>> kept;
    if (variant == "hf_sharded")
        writeShards(out, made.tensors);
    else
        writeOrThrow(out / "model.safetensors",
                     variant == "hf_bf16" ? asBf16(made.tensors, kept) : made.tensors);
    return out;
}

/// A copy of `folder` in which config.v4.json of `configs` is the config.
inline fs::path withOldConfig(const fs::path &folder, const fs::path &configs, const fs::path &scratch)
{
    const fs::path out = scratch / (configs.parent_path().filename().string() + ".v4");
    fs::create_directories(out);
    fs::copy_file(configs / "config.v4.json", out / "config.json", fs::copy_options::overwrite_existing);
    fs::copy_file(folder / "model.safetensors", out / "model.safetensors",
                  fs::copy_options::overwrite_existing);
    return out;
}

} // namespace lathe::golden
