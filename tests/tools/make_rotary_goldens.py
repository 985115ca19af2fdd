#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/ops/rotary.json: inverse frequencies and attention factors as transformers makes them.

    pip install torch transformers
    python3 tests/tools/make_rotary_goldens.py tests/data/ops/rotary.json
"""
import json
import sys

import torch
import transformers
from transformers import LlamaConfig
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

ROWS = [
    ("plain", 64, 10000.0, 2048, {"rope_type": "default"}),
    ("linear by 4", 64, 10000.0, 8192, {"rope_type": "linear", "factor": 4.0}),
    ("linear by 2.5, small head", 18, 500000.0, 8192, {"rope_type": "linear", "factor": 2.5}),
    ("llama 3.1", 128, 500000.0, 131072,
     {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
      "original_max_position_embeddings": 8192}),
    ("llama 3.2", 64, 500000.0, 131072,
     {"rope_type": "llama3", "factor": 32.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
      "original_max_position_embeddings": 8192}),
    ("yarn by 4", 128, 1000000.0, 131072,
     {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768}),
    ("yarn by 16, other betas", 64, 10000.0, 65536,
     {"rope_type": "yarn", "factor": 16.0, "original_max_position_embeddings": 4096, "beta_fast": 16.0,
      "beta_slow": 2.0}),
    ("yarn by 8, attention factor", 96, 10000.0, 32768,
     {"rope_type": "yarn", "factor": 8.0, "original_max_position_embeddings": 4096,
      "attention_factor": 1.25}),
    ("yarn, every pair within one turn", 32, 10000.0, 64,
     {"rope_type": "yarn", "factor": 2.0, "original_max_position_embeddings": 16}),
]


def plain(config):
    dim = config.head_dim
    steps = torch.arange(0, dim, 2, dtype=torch.int64).float() / dim
    return 1.0 / (config.rope_parameters["rope_theta"] ** steps), 1.0


def row(name, dim, base, context, parameters):
    config = LlamaConfig(hidden_size=4 * dim, num_attention_heads=4, head_dim=dim,
                         max_position_embeddings=context, rope_parameters={"rope_theta": base, **parameters})
    kind = parameters["rope_type"]
    inverse, factor = plain(config) if kind == "default" else ROPE_INIT_FUNCTIONS[kind](config, "cpu")
    return {"name": name, "dim": dim, "base": base, "context": context, "parameters": parameters,
            "inverse": [float(x) for x in inverse], "attention_factor": float(factor)}


def main():
    data = {"source": f"transformers {transformers.__version__}, torch {torch.__version__}",
            "rows": [row(*r) for r in ROWS]}
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        json.dump(data, out, indent=1)
        out.write("\n")


if __name__ == "__main__":
    main()
