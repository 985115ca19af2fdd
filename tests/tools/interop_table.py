# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens what `lathe` writes with the field's own programs and prints a table. Run by scripts/interop:
    python interop_table.py LATHE MODELS SCRATCH
MODELS is a folder like tests/data/models. Needs torch, transformers, peft, safetensors; without llama-cpp-python its column
stays empty. Each figure is the largest difference of logits to the recorded ones (expected.safetensors), or, for adapters,
between PEFT and lathe. llama.cpp's GELU is a table of half-precision numbers: its figures of gpt2, gpt_neox and gemma are
near 1e-2. It ignores mistral's window of 8 tokens and gemma2's query scale, which is not the usual one here: large."""
import json
import os
import subprocess
import sys

import numpy as np
import torch
import transformers
from peft import LoraConfig, get_peft_model
from safetensors.numpy import load_file

try:
    import llama_cpp
except (ImportError, RuntimeError, FileNotFoundError) as error:
    llama_cpp = None
    print("no llama.cpp:", error, file=sys.stderr)


def lathe(program, *arguments):
    subprocess.run([program, *arguments, "--quiet"], check=True, stdout=subprocess.DEVNULL)


def lathe_logits(program, model, ids, scratch, *more):
    with open(os.path.join(scratch, "ids.json"), "w") as file:
        json.dump([int(i) for i in ids], file)
    out = os.path.join(scratch, "logits.safetensors")
    lathe(program, "logits", model, "--ids", file.name, "--out", out, "--force", "--device", "cpu", *more)
    return load_file(out)["logits"]


def llama_logits(path, ids):
    if llama_cpp is None:
        return None
    model = llama_cpp.Llama(path, n_ctx=512, n_batch=512, logits_all=True, verbose=False, n_threads=1,
                            type_k=llama_cpp.GGML_TYPE_F32, type_v=llama_cpp.GGML_TYPE_F32)
    model.eval([int(i) for i in ids])
    return np.array(model.scores[: len(ids)])


@torch.no_grad()
def torch_logits(model, ids):
    return model(torch.tensor(np.array(ids, np.int64))[None]).logits[0].float().numpy()


def load(folder):
    return transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32,
                                                             attn_implementation="eager").eval()


def worst(a, b):
    return "-" if a is None else f"{np.abs(a - b).max():.1e}"


def tokens_equal(folder, recorded):
    """The recorded strings whose ids transformers gives again, of all."""
    if not os.path.exists(recorded) or not os.path.exists(os.path.join(folder, "tokenizer.json")):
        return "-"
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    rows = json.load(open(recorded))["rows"]
    same = sum(tokenizer(row["text"], add_special_tokens=False)["input_ids"] == row["ids"] for row in rows)
    return f"{same}/{len(rows)}"


def adapter_rows(program, folder, ids, scratch):
    """A random adapter by PEFT: lathe with it at run time, and what lathe merges, opened by transformers."""
    torch.manual_seed(1)
    base = load(folder)
    # Of a mixture of experts transformers 5 has the experts as one parameter, which has no linears.
    targets = "all-linear" if getattr(base.config, "num_experts_per_tok", None) is None else r".*_attn\.[qkvo]_proj"
    model = get_peft_model(base, LoraConfig(r=4, lora_alpha=8, target_modules=targets, init_lora_weights=False)).eval()
    adapter = os.path.join(scratch, "adapter")
    model.save_pretrained(adapter)
    theirs = torch_logits(model, ids)
    ours = lathe_logits(program, folder, ids, scratch, "--adapter", adapter)
    merged = os.path.join(scratch, "merged")
    lathe(program, "merge", folder, "--adapter", adapter, merged, "--force")
    return worst(ours, theirs), worst(torch_logits(load(merged), ids), theirs)


def main(program, models, scratch):
    header = ["model", "GGUF by llama.cpp", "folder by transformers", "ids by transformers", "adapter of PEFT", "merged"]
    print("| " + " | ".join(header) + " |\n|" + "---|" * len(header))
    failed = 0
    for number, name in enumerate(sorted(os.listdir(models))):
        home = os.path.join(models, name)
        source = os.path.join(home, "gguf", name + "-F32.gguf")
        if not os.path.exists(source):
            continue
        expected = load_file(os.path.join(home, "expected.safetensors"))
        ids, logits = expected["ids_B"], expected["logits_B"]
        row = [name]
        try:
            # Not by their names: llama.cpp expects a model called phi3 to have Phi-3's special tokens.
            folder, again = (os.path.join(scratch, f"model{number}{end}") for end in ("", ".gguf"))
            lathe(program, "convert", source, folder, "--force")
            lathe(program, "convert", folder, again, "--force")
            row.append(worst(llama_logits(again, ids), logits))
            row.append(worst(torch_logits(load(folder), ids), logits))
            row.append(tokens_equal(folder, os.path.join(home, "tokenization.json")))
            row += adapter_rows(program, folder, ids, scratch)
        except Exception as error:  # a table with one row broken says more than none
            failed += 1
            row.append(f"{type(error).__name__}: {str(error).splitlines()[0][:90] if str(error) else ''}")
        print("| " + " | ".join(row + [""] * (len(header) - len(row))) + " |", flush=True)
    print(f"\ntransformers {transformers.__version__}, torch {torch.__version__}, "
          f"llama.cpp {'of llama-cpp-python ' + llama_cpp.__version__ if llama_cpp else 'not there'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
