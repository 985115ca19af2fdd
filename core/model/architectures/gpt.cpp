// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/architectures/architectures.h"
#include "core/model/architectures/rules.h"

namespace lathe {

namespace {

/// Tensors that GPT-2 and GPT-NeoX have in GGUF files alike, with the names that their folders give them: q,
/// k and v in one tensor, everything with a bias, a plain feed-forward part.
struct HfNames {
    std::string_view embedding, outputNorm, outputNormBias, output;
    std::string_view attentionNorm, attentionNormBias, qkv, qkvBias, attentionOutput, attentionOutputBias;
    std::string_view feedForwardNorm, feedForwardNormBias, up, upBias, down, downBias;
};

constexpr auto gptTensors(const HfNames &hf, HfForm matrix, HfForm qkv)
{
    using enum Extent;
    const HfForm qkvBias = qkv == HfForm::PerHead ? qkv : HfForm::Plain;
    return std::array{
        TensorRule{"token_embd.weight", hf.embedding, Role::Embedding, Vocabulary, Hidden},
        TensorRule{"output_norm.weight", hf.outputNorm, Role::OutputNorm, One, Hidden},
        TensorRule{"output_norm.bias", hf.outputNormBias, Role::OutputNormBias, One, Hidden},
        TensorRule{"output.weight", hf.output, Role::Output, Vocabulary, Hidden, false},
        TensorRule{"blk.{}.attn_norm.weight", hf.attentionNorm, Role::AttentionNorm, One, Hidden},
        TensorRule{"blk.{}.attn_norm.bias", hf.attentionNormBias, Role::AttentionNormBias, One, Hidden},
        TensorRule{"blk.{}.attn_qkv.weight", hf.qkv, Role::Query, QueryWidth, Hidden, true, Part::Query, qkv},
        TensorRule{"blk.{}.attn_qkv.weight", hf.qkv, Role::Key, KvWidth, Hidden, true, Part::Key, qkv},
        TensorRule{"blk.{}.attn_qkv.weight", hf.qkv, Role::Value, KvWidth, Hidden, true, Part::Value, qkv},
        TensorRule{"blk.{}.attn_qkv.bias", hf.qkvBias, Role::QueryBias, One, QueryWidth, false, Part::Query,
                   qkvBias},
        TensorRule{"blk.{}.attn_qkv.bias", hf.qkvBias, Role::KeyBias, One, KvWidth, false, Part::Key,
                   qkvBias},
        TensorRule{"blk.{}.attn_qkv.bias", hf.qkvBias, Role::ValueBias, One, KvWidth, false, Part::Value,
                   qkvBias},
        TensorRule{"blk.{}.attn_output.weight", hf.attentionOutput, Role::AttentionOutput, Hidden, QueryWidth,
                   true, Part::Whole, matrix},
        TensorRule{"blk.{}.attn_output.bias", hf.attentionOutputBias, Role::AttentionOutputBias, One, Hidden,
                   false},
        TensorRule{"blk.{}.ffn_norm.weight", hf.feedForwardNorm, Role::FeedForwardNorm, One, Hidden},
        TensorRule{"blk.{}.ffn_norm.bias", hf.feedForwardNormBias, Role::FeedForwardNormBias, One, Hidden},
        TensorRule{"blk.{}.ffn_up.weight", hf.up, Role::Up, FeedForward, Hidden, true, Part::Whole, matrix},
        TensorRule{"blk.{}.ffn_up.bias", hf.upBias, Role::UpBias, One, FeedForward, false},
        TensorRule{"blk.{}.ffn_down.weight", hf.down, Role::Down, Hidden, FeedForward, true, Part::Whole,
                   matrix},
        TensorRule{"blk.{}.ffn_down.bias", hf.downBias, Role::DownBias, One, Hidden, false},
    };
}

constexpr std::array kPositions{
    TensorRule{"position_embd.weight", "transformer.wpe.weight", Role::PositionEmbedding, Extent::Positions,
               Extent::Hidden},
};
constexpr HfNames kGpt2Names{"transformer.wte.weight",
                             "transformer.ln_f.weight",
                             "transformer.ln_f.bias",
                             "lm_head.weight",
                             "transformer.h.{}.ln_1.weight",
                             "transformer.h.{}.ln_1.bias",
                             "transformer.h.{}.attn.c_attn.weight",
                             "transformer.h.{}.attn.c_attn.bias",
                             "transformer.h.{}.attn.c_proj.weight",
                             "transformer.h.{}.attn.c_proj.bias",
                             "transformer.h.{}.ln_2.weight",
                             "transformer.h.{}.ln_2.bias",
                             "transformer.h.{}.mlp.c_fc.weight",
                             "transformer.h.{}.mlp.c_fc.bias",
                             "transformer.h.{}.mlp.c_proj.weight",
                             "transformer.h.{}.mlp.c_proj.bias"};
constexpr auto kGpt2Tensors =
    rules::join(gptTensors(kGpt2Names, HfForm::Transposed, HfForm::Transposed), kPositions);

constexpr std::array kGpt2Spellings{
    HfSpelling{"hidden_size", "n_embd"},
    HfSpelling{"num_hidden_layers", "n_layer"},
    HfSpelling{"num_attention_heads", "n_head"},
    HfSpelling{"max_position_embeddings", "n_positions"},
    HfSpelling{"intermediate_size", "n_inner"},
    HfSpelling{"rms_norm_eps", "layer_norm_epsilon"},
    HfSpelling{"hidden_activation", "activation_function"},
};
constexpr std::array kGpt2Defaults{HfDefault{"rms_norm_eps", 1e-5}, HfDefault{"tie_word_embeddings", 1},
                                   HfDefault{"max_position_embeddings", 1024}};
constexpr std::array kGpt2Families{HfFamily{.modelType = "gpt2",
                                            .className = "GPT2LMHeadModel",
                                            .spellings = kGpt2Spellings,
                                            .defaults = kGpt2Defaults,
                                            .qkvBiases = HfBiases::Always,
                                            .outputBiases = HfBiases::Always,
                                            .mlpBiases = HfBiases::Always,
                                            .feedForwardFactor = 4}};

constexpr HfNames kNeoxNames{"gpt_neox.embed_in.weight",
                             "gpt_neox.final_layer_norm.weight",
                             "gpt_neox.final_layer_norm.bias",
                             "embed_out.weight",
                             "gpt_neox.layers.{}.input_layernorm.weight",
                             "gpt_neox.layers.{}.input_layernorm.bias",
                             "gpt_neox.layers.{}.attention.query_key_value.weight",
                             "gpt_neox.layers.{}.attention.query_key_value.bias",
                             "gpt_neox.layers.{}.attention.dense.weight",
                             "gpt_neox.layers.{}.attention.dense.bias",
                             "gpt_neox.layers.{}.post_attention_layernorm.weight",
                             "gpt_neox.layers.{}.post_attention_layernorm.bias",
                             "gpt_neox.layers.{}.mlp.dense_h_to_4h.weight",
                             "gpt_neox.layers.{}.mlp.dense_h_to_4h.bias",
                             "gpt_neox.layers.{}.mlp.dense_4h_to_h.weight",
                             "gpt_neox.layers.{}.mlp.dense_4h_to_h.bias"};
constexpr auto kNeoxTensors = gptTensors(kNeoxNames, HfForm::Plain, HfForm::PerHead);

constexpr std::array kNeoxSpellings{
    HfSpelling{"rms_norm_eps", "layer_norm_eps"},
    HfSpelling{"hidden_activation", "hidden_act"},
    HfSpelling{"rope_theta", "rotary_emb_base"},
    HfSpelling{"partial_rotary_factor", "rotary_pct"},
};
constexpr std::array kGptNeoxDefaults{HfDefault{"rms_norm_eps", 1e-5},
                                      HfDefault{"rope_theta", 1e4},
                                      HfDefault{"partial_rotary_factor", 0.25},
                                      HfDefault{"tie_word_embeddings", 0},
                                      HfDefault{"max_position_embeddings", 2048},
                                      HfDefault{"use_parallel_residual", 1},
                                      HfDefault{"attention_bias", 1}};
constexpr std::array kNeoxFamilies{HfFamily{.modelType = "gpt_neox",
                                            .className = "GPTNeoXForCausalLM",
                                            .spellings = kNeoxSpellings,
                                            .defaults = kGptNeoxDefaults,
                                            .qkvBiases = HfBiases::AttentionBias,
                                            .outputBiases = HfBiases::AttentionBias,
                                            .mlpBiases = HfBiases::Always}};

/// Causal masks and frequencies that old transformers wrote.
constexpr std::array<std::string_view, 5> kIgnored{".attn.bias", ".attn.masked_bias", ".attention.bias",
                                                   ".attention.masked_bias", "rotary_emb.inv_freq"};

} // namespace

/// Radford et al. 2019: learned positions.
const Architecture kGpt2{.ggufName = "gpt2",
                         .hfFamilies = kGpt2Families,
                         .tensors = kGpt2Tensors,
                         .activation = Activation::GeluTanh,
                         .norm = NormKind::Layer,
                         .rotary = false,
                         .refused = rules::kRefusedDense,
                         .hfIgnored = kIgnored,
                         .hfPrefix = "transformer."};

/// Black et al. 2022; Pythia (Biderman et al. 2023): a part of each head turns.
const Architecture kGptNeox{.ggufName = "gptneox",
                            .hfFamilies = kNeoxFamilies,
                            .tensors = kNeoxTensors,
                            .activation = Activation::GeluErf,
                            .norm = NormKind::Layer,
                            .parallelResidual = true,
                            .refused = rules::kRefusedDense,
                            .hfIgnored = kIgnored};

} // namespace lathe
