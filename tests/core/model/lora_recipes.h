// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/core/model/lora_maker.h"

namespace lathe::golden {

/// Adapters of families whose files order or fuse rows differently.
inline const std::vector<LoraRecipe> &recipes()
{
    static const std::vector<LoraRecipe> kAll{
        {"llama_gqa_tied",
         "model.layers.",
         {{"self_attn.q_proj", {"attn_q"}, RowsOf::Pairs},
          {"self_attn.k_proj", {"attn_k"}, RowsOf::Pairs},
          {"self_attn.v_proj", {"attn_v"}},
          {"self_attn.o_proj", {"attn_output"}},
          {"mlp.gate_proj", {"ffn_gate"}},
          {"mlp.up_proj", {"ffn_up"}},
          {"mlp.down_proj", {"ffn_down"}}}},
        {"phi3",
         "model.layers.",
         {{"self_attn.qkv_proj", {"attn_q", "attn_k", "attn_v"}, RowsOf::Plain, "attn_qkv"},
          {"self_attn.o_proj", {"attn_output"}},
          {"mlp.gate_up_proj", {"ffn_gate", "ffn_up"}, RowsOf::Plain, "ffn_up"},
          {"mlp.down_proj", {"ffn_down"}}}},
        {"gpt_neox",
         "gpt_neox.layers.",
         {{"attention.query_key_value", {"attn_q", "attn_k", "attn_v"}, RowsOf::PerHead, "attn_qkv"},
          {"attention.dense", {"attn_output"}},
          {"mlp.dense_h_to_4h", {"ffn_up"}},
          {"mlp.dense_4h_to_h", {"ffn_down"}}}},
        {"gpt2",
         "transformer.h.",
         {{"attn.c_attn", {"attn_q", "attn_k", "attn_v"}, RowsOf::Plain, "attn_qkv"},
          {"attn.c_proj", {"attn_output"}},
          {"mlp.c_fc", {"ffn_up"}},
          {"mlp.c_proj", {"ffn_down"}}}},
    };
    return kAll;
}

} // namespace lathe::golden
