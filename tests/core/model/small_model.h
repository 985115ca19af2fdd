// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formats/gguf_writer.h"
#include "core/model/model_file.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace lathe {

/// A llama of one layer: hidden 32, feed-forward 48, two heads on one, 32 tokens, tied. The sizes of
/// tests/data/hostile/hf_config/control_valid, which the hostile PEFT folders are for.
inline std::shared_ptr<const ModelFile> smallModel()
{
    const std::vector<float> values(48 * 32, 0.02f);
    GgufWriter writer;
    writer.setString("general.architecture", "llama");
    constexpr std::array<std::pair<const char *, uint32_t>, 7> kSizes{{{"embedding_length", 32},
                                                                       {"feed_forward_length", 48},
                                                                       {"block_count", 1},
                                                                       {"attention.head_count", 2},
                                                                       {"attention.head_count_kv", 1},
                                                                       {"context_length", 64},
                                                                       {"vocab_size", 32}}};
    for (const auto &[key, value] : kSizes)
        writer.setU32(std::string("llama.") + key, value);
    writer.setF32("llama.attention.layer_norm_rms_epsilon", 1e-5f);
    const auto add = [&](const char *name, std::vector<uint64_t> shape) {
        const uint64_t count = shape.size() == 1 ? shape[0] : shape[0] * shape[1];
        writer.addTensor(name, DType::F32, std::move(shape),
                         std::as_bytes(std::span(values).first(size_t(count))));
    };
    for (const char *norm : {"output_norm.weight", "blk.0.attn_norm.weight", "blk.0.ffn_norm.weight"})
        add(norm, {32});
    for (const char *square : {"token_embd.weight", "blk.0.attn_q.weight", "blk.0.attn_output.weight"})
        add(square, {32, 32});
    for (const char *half : {"blk.0.attn_k.weight", "blk.0.attn_v.weight"})
        add(half, {32, 16});
    for (const char *wide : {"blk.0.ffn_gate.weight", "blk.0.ffn_up.weight"})
        add(wide, {32, 48});
    add("blk.0.ffn_down.weight", {48, 32});
    static const std::string bytes = writer.toBytes("small").value();
    return ModelFile::parse(std::as_bytes(std::span(bytes)), "small").value();
}

} // namespace lathe
