# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes tiny random models of mistral, gemma2, olmo2, mixtral, qwen2_moe and a phi3 of long context (LongRoPE) with what
transformers computes with them, in the layout of tests/data/models. Run by hand:
    python make_family_goldens.py tests/data/models [NAME…]
Needs torch, transformers 4.57, gguf and safetensors. Every seed is fixed; the settings are chosen so that each one
shows: windows shorter than the prompts, soft caps within the range of the scores, a query scale that is not the head
size's, heads of 40 and 80, groupings of 7:1."""
import json
import math
import os
import sys

import gguf
import numpy as np
import torch
import transformers
from safetensors.torch import save_file

VOCABULARY = 160
COMMON = dict(vocab_size=VOCABULARY, max_position_embeddings=512, bos_token_id=0, eos_token_id=1, pad_token_id=1)

MODELS = {
    "mistral": transformers.MistralConfig(
        hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=7, num_key_value_heads=1,
        head_dim=40, sliding_window=8, rms_norm_eps=1e-5, rope_theta=10000.0, tie_word_embeddings=False, **COMMON),
    "gemma2": transformers.Gemma2Config(
        hidden_size=48, intermediate_size=64, num_hidden_layers=4, num_attention_heads=4, num_key_value_heads=2,
        head_dim=16, query_pre_attn_scalar=24, sliding_window=8, attn_logit_softcapping=2.0,
        final_logit_softcapping=3.0, rms_norm_eps=1e-6, rope_theta=10000.0, **COMMON),
    "olmo2": transformers.Olmo2Config(
        hidden_size=80, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1,
        rms_norm_eps=1e-6, rope_theta=500000.0, tie_word_embeddings=False, **COMMON),
    "mixtral": transformers.MixtralConfig(
        hidden_size=48, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
        num_local_experts=5, num_experts_per_tok=2, sliding_window=None, rms_norm_eps=1e-5, rope_theta=1000000.0,
        tie_word_embeddings=False, **COMMON),
    "qwen2_moe": transformers.Qwen2MoeConfig(
        hidden_size=48, intermediate_size=72, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=4,
        num_experts=6, num_experts_per_tok=3, moe_intermediate_size=24, shared_expert_intermediate_size=40,
        norm_topk_prob=False, rms_norm_eps=1e-6, rope_theta=1000000.0, tie_word_embeddings=False, **COMMON),
    "phi3_long": transformers.Phi3Config(
        hidden_size=48, intermediate_size=64, num_hidden_layers=2, num_attention_heads=3, num_key_value_heads=1,
        partial_rotary_factor=0.75, original_max_position_embeddings=8, sliding_window=None, rms_norm_eps=1e-5,
        rope_theta=10000.0, tie_word_embeddings=True,
        rope_scaling={"type": "longrope", "short_factor": [1.0, 1.05, 1.1, 1.2, 1.4, 1.6],
                      "long_factor": [1.1, 1.5, 2.0, 4.0, 9.0, 30.0]}, **COMMON),
}

# GGUF architecture and what its settings and names are called there, where they are not Llama's.
ARCHITECTURES = {"mistral": "llama", "mixtral": "llama", "qwen2_moe": "qwen2moe", "phi3_long": "phi3"}
LAYER_NAMES = {
    "input_layernorm.weight": "attn_norm.weight",
    "post_attention_layernorm.weight": "ffn_norm.weight",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "self_attn.qkv_proj": "attn_qkv",
    "mlp.gate_up_proj": "ffn_up",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "block_sparse_moe.gate": "ffn_gate_inp",
    "mlp.gate.weight": "ffn_gate_inp.weight",
    "mlp.shared_expert_gate": "ffn_gate_inp_shexp",
    "mlp.shared_expert.gate_proj": "ffn_gate_shexp",
    "mlp.shared_expert.up_proj": "ffn_up_shexp",
    "mlp.shared_expert.down_proj": "ffn_down_shexp",
}
POST_NORMS = {
    "gemma2": {"post_attention_layernorm": "post_attention_norm", "pre_feedforward_layernorm": "ffn_norm",
               "post_feedforward_layernorm": "post_ffw_norm"},
    "olmo2": {"post_attention_layernorm": "post_attention_norm", "post_feedforward_layernorm": "post_ffw_norm"},
}
EXPERTS = {"w1": "gate", "w3": "up", "w2": "down", "gate_proj": "gate", "up_proj": "up", "down_proj": "down"}


def gguf_name(model, name):
    ends = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight",
            "lm_head.weight": "output.weight"}
    if name in ends:
        return ends[name]
    _, _, layer, rest = name.split(".", 3)
    names = {**LAYER_NAMES, **POST_NORMS.get(model, {})}
    if model in POST_NORMS:
        names.pop("post_attention_layernorm.weight")
    for theirs, ours in names.items():
        if rest.startswith(theirs):
            return f"blk.{layer}.{ours}{rest[len(theirs):]}"
    raise KeyError(name)


def interleaved(rows, heads):
    """The rows of q or k in the order of GGUF's llama: pairs (i, i + half) side by side."""
    return rows.reshape(heads, 2, rows.shape[0] // heads // 2, -1).swapaxes(1, 2).reshape(rows.shape)


def write_gguf(path, model, config, tensors):
    arch = ARCHITECTURES.get(model, model)
    writer = gguf.GGUFWriter(path, arch)
    writer.add_name("golden tiny " + model)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(config.rope_theta)
    writer.add_vocab_size(VOCABULARY)
    head = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    writer.add_key_length(head)
    writer.add_value_length(head)
    if arch == "llama":
        writer.add_rope_dimension_count(head)
    if model in ("mistral", "gemma2"):
        writer.add_sliding_window(config.sliding_window)
    if model == "gemma2":
        writer.add_attn_logit_softcapping(config.attn_logit_softcapping)
        writer.add_final_logit_softcapping(config.final_logit_softcapping)
        writer.add_float32(f"{arch}.attention.scale", config.query_pre_attn_scalar ** -0.5)
    if model == "phi3_long":
        original = config.original_max_position_embeddings
        scale = config.max_position_embeddings / original
        writer.add_rope_dimension_count(int(head * config.partial_rotary_factor))
        writer.add_rope_scaling_orig_ctx_len(original)
        writer.add_rope_scaling_attn_factors((1 + math.log(scale) / math.log(original)) ** 0.5)
        for kind in ("long", "short"):
            factors = np.array(config.rope_scaling[kind + "_factor"], np.float32)
            writer.add_tensor(f"rope_factors_{kind}.weight", factors)
    if model == "mixtral":
        writer.add_expert_count(config.num_local_experts)
        writer.add_expert_used_count(config.num_experts_per_tok)
    if model == "qwen2_moe":
        writer.add_expert_count(config.num_experts)
        writer.add_expert_used_count(config.num_experts_per_tok)
        writer.add_expert_feed_forward_length(config.moe_intermediate_size)
        writer.add_expert_shared_feed_forward_length(config.shared_expert_intermediate_size)
    writer.add_tokenizer_model("none")
    experts = {}
    for name, tensor in tensors.items():
        values = tensor.numpy()
        if ".experts." in name:
            front, rest = name.split(".experts.")
            number, part, _ = rest.split(".")
            key = f"blk.{front.split('.')[2]}.ffn_{EXPERTS[part]}_exps.weight"
            experts.setdefault(key, {})[int(number)] = values
            continue
        if arch == "llama" and ("q_proj" in name or "k_proj" in name):
            heads = config.num_attention_heads if "q_proj" in name else config.num_key_value_heads
            values = interleaved(values, heads)
        if model == "gemma2" and "norm" in name:
            values = values + np.float32(1)
        if "shared_expert_gate" in name:
            values = values.reshape(-1)
        writer.add_tensor(gguf_name(model, name), np.ascontiguousarray(values))
    for key, rows in experts.items():
        writer.add_tensor(key, np.stack([rows[i] for i in range(len(rows))]))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def fill(model, seed):
    """Weights large enough that attention, gates and experts are far from uniform."""
    random = torch.Generator().manual_seed(seed)
    for name, weight in model.named_parameters():
        noise = torch.randn(weight.shape, generator=random)
        if weight.dim() == 1 and "norm" in name:
            base = 0.0 if model.config.model_type == "gemma2" else 1.0
            weight.data = base + 0.2 * noise
        elif weight.dim() == 1:
            weight.data = 0.2 * noise
        elif "embed" in name or "lm_head" in name:
            weight.data = 0.3 * noise
        else:
            weight.data = noise * 1.4 / weight.shape[-1] ** 0.5


@torch.no_grad()
def expect(model, seed):
    random = torch.Generator().manual_seed(seed)
    ids = {"A": torch.randint(VOCABULARY, (13,), generator=random),
           "B": torch.randint(VOCABULARY, (37,), generator=random),
           "long": torch.randint(VOCABULARY, (150,), generator=random)}
    tensors, margins = {"ids_" + k: v for k, v in ids.items()}, {}
    for which in ("A", "B"):
        tensors["logits_" + which] = model(ids[which][None]).logits[0]
        sequence, gaps = ids[which].tolist(), []
        for _ in range(24):
            logits = model(torch.tensor([sequence])).logits[0, -1]
            best = logits.topk(2).values
            gaps.append(round(float(best[0] - best[1]), 5))
            sequence.append(int(logits.argmax()))
        tensors["greedy_" + which] = torch.tensor(sequence[-24:])
        margins[f"greedy_{which}_margin_top1_top2"] = gaps
    tensors["logits_long_last8"] = model(ids["long"][None]).logits[0, -8:]
    return tensors, margins


def main(out, only):
    for number, (name, config) in enumerate(MODELS.items()):
        if only and name not in only:
            continue
        config.dtype = torch.float32
        config._attn_implementation = "eager"
        model = transformers.AutoModelForCausalLM.from_config(config, attn_implementation="eager").eval()
        fill(model, 100 + number)
        folder = os.path.join(out, name)
        os.makedirs(os.path.join(folder, "gguf"), exist_ok=True)
        model.save_pretrained(os.path.join(folder, "hf"), safe_serialization=True)
        os.remove(os.path.join(folder, "hf", "generation_config.json"))
        weights = {k: v for k, v in model.state_dict().items() if not (k == "lm_head.weight" and config.tie_word_embeddings)}
        write_gguf(os.path.join(folder, "gguf", name + "-F32.gguf"), name, config, weights)
        tensors, margins = expect(model, 200 + number)
        save_file({k: v.contiguous() for k, v in tensors.items()}, os.path.join(folder, "expected.safetensors"))
        with open(os.path.join(folder, "expected.json"), "w") as file:
            json.dump(margins, file, indent=1)
        print(name, sum(p.numel() for p in model.parameters()), "smallest margin", min(map(min, margins.values())),
              "logits to", float(tensors["logits_B"].abs().max()))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
