# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes small quantized models as other programs write them: the first layers of a Hugging Face folder of F32 weights
through bitsandbytes and compressed-tensors, by way of transformers, and the logits that those packages compute with them.
Run by hand:
    python make_quantized_models.py HF_FOLDER OUT
Needs torch, transformers, accelerate, bitsandbytes, compressed-tensors and safetensors. Its seeds are fixed.

OUT gets rest.safetensors, the tensors that stay as they are (rounded to BF16 before), once; a folder per kind, whose
first shard is a link to it; logits.safetensors with `ids`, and for each kind the logits of its last positions.

bitsandbytes' dequantize_4bit on the CPU is wrong for rows that are no multiple of 64, so its plain PyTorch kernel, which
it has for other devices, computes the logits here."""
import json
import pathlib
import shutil
import sys

import torch
import transformers
from safetensors import safe_open
from safetensors.torch import load_file, save_file

LAYERS = 2
POSITIONS = 2
PROMPT = 11
BNB = {
    "nf4": dict(load_in_4bit=True, bnb_4bit_quant_type="nf4"),
    "nf4-dq": dict(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True),
    "fp4": dict(load_in_4bit=True, bnb_4bit_quant_type="fp4"),
    "int8": dict(load_in_8bit=True),
}
COMPRESSED = {
    "w4a16": ("pack-quantized", dict(num_bits=4, strategy="group", group_size=32, symmetric=True)),
    "w4a16-asym": ("pack-quantized", dict(num_bits=4, strategy="group", group_size=32, symmetric=False)),
    "w8a16": ("int-quantized", dict(num_bits=8, strategy="channel", symmetric=True)),
}


def load(folder, **settings):
    return transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", device_map="cpu", **settings)


def make_base(source, out):
    model = load(source)
    model.model.layers = model.model.layers[:LAYERS]
    model.config.num_hidden_layers = LAYERS
    linears = {id(m.weight) for m in model.model.layers.modules() if isinstance(m, torch.nn.Linear)}
    with torch.no_grad():
        for parameter in model.parameters():
            if id(parameter) not in linears:
                parameter.copy_(parameter.bfloat16().float())
        # A channel that reaches beyond LLM.int8's threshold, as models have them: 6.0 is about 3 deviations of the
        # norm's output here.
        for layer in model.model.layers:
            layer.input_layernorm.weight[5] *= 4
            layer.post_attention_layernorm.weight[40] *= 4
    model.save_pretrained(out)


def use_plain_kernels():
    """bitsandbytes' own PyTorch kernel in the place of its CPU one."""
    from bitsandbytes.backends.default import ops as plain
    import bitsandbytes as bnb

    def forward(self, x):
        state = self.weight.quant_state
        absmax = state.absmax
        if state.nested:
            absmax = bnb.functional.dequantize_blockwise(state.absmax, state.state2) + state.offset
        weight = plain._dequantize_4bit_compute.__wrapped__(
            self.weight.data.reshape(-1), absmax.float(), state.code, state.blocksize, state.shape, torch.float32)
        return torch.nn.functional.linear(x, weight)

    bnb.nn.Linear4bit.forward = forward


def make_bitsandbytes(base, out, settings):
    config = transformers.BitsAndBytesConfig(bnb_4bit_compute_dtype=torch.float32, **settings)
    load(base, quantization_config=config).save_pretrained(out)


def make_compressed(base, out, settings):
    from compressed_tensors.compressors import ModelCompressor
    from compressed_tensors.quantization import (
        QuantizationArgs, QuantizationConfig, QuantizationScheme, QuantizationStatus, apply_quantization_config)
    from compressed_tensors.quantization.utils import calculate_qparams

    layout, args = settings
    args = QuantizationArgs(**args)
    config = QuantizationConfig(
        config_groups={"group_0": QuantizationScheme(targets=["Linear"], weights=args)}, format=layout,
        quantization_status=QuantizationStatus.INITIALIZED, ignore=["lm_head"])
    model = load(base)
    apply_quantization_config(model, config)
    for module in model.model.layers.modules():
        if hasattr(module, "weight_scale"):
            rows = module.weight.reshape(module.weight.shape[0], -1, args.group_size or module.weight.shape[1])
            scale, zero = calculate_qparams(rows.amin(-1), rows.amax(-1), args)
            module.weight_scale.data.copy_(scale)
            if hasattr(module, "weight_zero_point"):
                module.weight_zero_point.data.copy_(zero)
            module.quantization_status = QuantizationStatus.FROZEN
    compressor = ModelCompressor.from_pretrained_model(model, quantization_format=layout)
    compressor.compress_model(model)
    model.save_pretrained(out)
    compressor.update_config(out)


def split(out, rest):
    """Moves the tensors that all kinds share to one file."""
    tensors = load_file(out / "model.safetensors")
    with safe_open(out / "model.safetensors", "pt") as file:
        metadata = file.metadata()
    shared = {n: t.bfloat16() for n, t in tensors.items() if "embed_tokens" in n or "norm" in n}
    for name, tensor in shared.items():
        assert torch.equal(tensor.float(), tensors.pop(name).float()), name
    if rest.exists():
        before = load_file(rest)
        assert before.keys() == shared.keys() and all(torch.equal(before[n], shared[n]) for n in shared)
    else:
        save_file(shared, rest, {"format": "pt"})
    (out / "model.safetensors").unlink()
    first, second = "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"
    save_file(tensors, out / second, metadata)
    (out / first).symlink_to(pathlib.Path("..") / rest.name)
    names = {n: first for n in shared} | {n: second for n in tensors}
    index = {"metadata": {}, "weight_map": dict(sorted(names.items()))}
    (out / "model.safetensors.index.json").write_text(json.dumps(index, indent=1) + "\n")


def widen(model):
    """What is not quantized in F32, as it is computed here; a loaded folder keeps it in BF16."""
    model.lm_head.float()
    for module in model.modules():
        if isinstance(module, torch.nn.Embedding) or "Norm" in type(module).__name__:
            module.float()
    return model


def logits_of(model, prompts):
    widen(model)
    with torch.no_grad():
        return [model(torch.tensor([ids])).logits[0, -POSITIONS:].float().contiguous() for ids in prompts]


def batch_of(model, prompts):
    """Both prompts in one batch: bitsandbytes takes its outlier columns over all rows."""
    with torch.no_grad():
        return list(model(torch.tensor(prompts)).logits[:, -POSITIONS:].float().contiguous())


def is_steady(model, prompts):
    """Whether errors in the last digits of what the linears give change the logits by their size only. Where an
    activation lies on the border of two codes they change them by a step of 1/127, so no other program could be
    compared."""
    import bitsandbytes as bnb

    def noise(module, inputs, output):
        return output * (1 + 1e-6 * torch.randn(output.shape))

    alone, batch = logits_of(model, prompts), batch_of(model, prompts)
    hooks = [m.register_forward_hook(noise) for m in model.modules() if isinstance(m, bnb.nn.Linear8bitLt)]
    worst = 0
    for _ in range(8):
        pairs = zip(alone + batch, logits_of(model, prompts) + batch_of(model, prompts))
        worst = max(worst, max(float((a - b).abs().max()) for a, b in pairs))
    for hook in hooks:
        hook.remove()
    return worst < 1e-3 and max(float((a - b).abs().max()) for a, b in zip(alone, batch)) > 5e-2


def choose_prompts(model):
    """The first random prompts that are steady, and whose outlier columns differ alone and in a batch."""
    for seed in range(1000):
        generator = torch.Generator().manual_seed(seed)
        prompts = torch.randint(3, 512, (2, PROMPT), generator=generator).tolist()
        torch.manual_seed(seed)
        if is_steady(model, prompts):
            return prompts
    raise SystemExit("no prompts are steady")


def main(source, out):
    out = pathlib.Path(out)
    base = out / "base"
    make_base(source, base)
    use_plain_kernels()
    make_bitsandbytes(base, out / "int8", BNB["int8"])
    prompts = choose_prompts(load(out / "int8"))
    shutil.rmtree(out / "int8")
    results = {f"ids.{i}": torch.tensor(ids, dtype=torch.int32) for i, ids in enumerate(prompts)}
    reference = logits_of(load(base), prompts)
    for kind, settings in (BNB | COMPRESSED).items():
        folder = out / kind
        (make_bitsandbytes if kind in BNB else make_compressed)(base, folder, settings)
        split(folder, out / "rest.safetensors")
        more = {} if kind in BNB else dict(quantization_config=transformers.CompressedTensorsConfig(run_compressed=False))
        model = load(folder, **more)
        logits = logits_of(model, prompts)
        for i, rows in enumerate(logits):
            results[f"{kind}.logits.{i}"] = rows
        print(kind, "differs from the base by", max(float((a - b).abs().max()) for a, b in zip(logits, reference)))
        if kind == "int8":
            results |= {f"int8.batch.logits.{i}": rows for i, rows in enumerate(batch_of(model, prompts))}
    shutil.rmtree(base)
    save_file(results, out / "logits.safetensors")


if __name__ == "__main__":
    main(*sys.argv[1:])
