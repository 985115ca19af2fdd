# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes small weights in the layouts of bitsandbytes and compressed-tensors, with what those packages decode them to:
tests/data/quant/bitsandbytes.safetensors and compressed_tensors.safetensors, and the settings of the latter in
compressed_tensors.json. Run by hand:
    python make_quantized_weights.py bitsandbytes OUT
    python make_quantized_weights.py compressed-tensors OUT   (0.20: codes packed across words)
    python make_quantized_weights.py compressed-tensors-0.12 OUT   (that release: words with padding)
Needs torch, safetensors and the package named. Every seed is fixed."""
import json
import pathlib
import sys

import torch
from safetensors.torch import save_file


def random_weight(seed, rows, cols):
    generator = torch.Generator().manual_seed(seed)
    weight = torch.randn(rows, cols, generator=generator) * 0.05
    weight[rows // 2, cols // 3] = 0.9
    return weight


def bitsandbytes_cases():
    """Widths are multiples of 64: elsewhere its dequantize_4bit on the CPU is wrong."""
    import bitsandbytes as bnb

    tensors = {}
    for kind in ("nf4", "fp4"):
        for double in (False, True):
            for rows, cols in ((3, 64), (132, 128)) if double else ((3, 64),):
                name = f"{kind}{'_dq' if double else ''}_{rows}x{cols}"
                layer = bnb.nn.Linear4bit(cols, rows, bias=False, quant_type=kind, compress_statistics=double)
                layer.weight.data = random_weight(rows, rows, cols)
                layer = layer.to("cpu")
                layer.weight = layer.weight._quantize("cpu") if not layer.weight.bnb_quantized else layer.weight
                for key, value in layer.state_dict().items():
                    tensors[f"{name}.{key}"] = value.contiguous()
                decoded = bnb.functional.dequantize_4bit(layer.weight.data, layer.weight.quant_state)
                tensors[f"{name}.decoded"] = decoded.contiguous()
    layer = bnb.nn.Linear8bitLt(77, 24, bias=False, has_fp16_weights=False, threshold=6.0)
    codes, scales, _ = bnb.functional.int8_vectorwise_quant(random_weight(8, 24, 77).half())
    layer.weight = bnb.nn.Int8Params(codes, requires_grad=False, has_fp16_weights=False, CB=codes, SCB=scales)
    for key, value in layer.state_dict().items():
        tensors[f"int8_24x77.{key}"] = value.contiguous()
    tensors["int8_24x77.decoded"] = bnb.functional.int8_vectorwise_dequant(codes, scales)
    return tensors, {}


def schemes(bits):
    """Strategy, group size, symmetric."""
    yield "group", 16, True
    yield "group", 16, False
    if bits in (4, 8):
        yield "channel", None, True
        yield "channel", None, False
        yield "tensor", None, True


def compressed_cases(pack, widths, config_of):
    from compressed_tensors.quantization import QuantizationArgs
    from compressed_tensors.quantization.lifecycle.forward import dequantize, quantize
    from compressed_tensors.quantization.utils import calculate_qparams

    tensors, settings = {}, {}
    for bits in widths:
        for strategy, size, symmetric in schemes(bits):
            for layout in ("pack-quantized", "int-quantized") if bits == 8 else ("pack-quantized",):
                args = QuantizationArgs(num_bits=bits, strategy=strategy, group_size=size, symmetric=symmetric)
                rows, cols = (5, 96) if strategy == "group" else (5, 37)
                weight = random_weight(bits, rows, cols)
                shaped = weight.reshape(rows, -1, size or cols) if strategy != "tensor" else weight.reshape(1, 1, -1)
                scale, zero = calculate_qparams(shaped.amin(-1), shaped.amax(-1), args)
                if strategy == "tensor":
                    scale, zero = scale.reshape(1), zero.reshape(1)
                zero = None if symmetric else zero.to(torch.int8)
                codes = quantize(x=weight, scale=scale, zero_point=zero, args=args, dtype=torch.int8)
                name = f"{layout.split('-')[0]}{bits}_{strategy}{'' if symmetric else '_asym'}"
                if layout == "pack-quantized":
                    tensors[name + ".weight_packed"] = pack(codes, bits).contiguous()
                    tensors[name + ".weight_shape"] = torch.tensor(weight.shape)
                else:
                    tensors[name + ".weight"] = codes
                tensors[name + ".weight_scale"] = scale
                if zero is not None:
                    packed = layout == "pack-quantized"
                    tensors[name + ".weight_zero_point"] = pack(zero, bits, packed_dim=0).contiguous() if packed else zero
                tensors[name + ".decoded"] = dequantize(x_q=codes, scale=scale, zero_point=zero, args=args)
                settings[name] = config_of(args, layout)
    codes = torch.arange(48).remainder(8).sub(4).to(torch.int8).reshape(1, 48)
    tensors["narrow3.weight_packed"] = pack(codes, 3).contiguous()
    tensors["narrow3.weight_shape"] = torch.tensor(codes.shape)
    tensors["narrow3.weight_scale"] = torch.ones(1, 1)
    return tensors, settings


def config_of(args, layout):
    from compressed_tensors.quantization import QuantizationConfig, QuantizationScheme

    config = QuantizationConfig(config_groups={"group_0": QuantizationScheme(targets=["Linear"], weights=args)},
                                format=layout, quantization_status="compressed", ignore=["lm_head"])
    return config.to_dict()


def main(package, out):
    if package == "bitsandbytes":
        tensors, settings = bitsandbytes_cases()
    elif package == "compressed-tensors":
        from compressed_tensors.compressors.pack_quantized.helpers import pack_to_int32

        tensors, settings = compressed_cases(pack_to_int32, range(2, 9), config_of)
    else:
        from compressed_tensors.compressors.quantized_compressors.pack_quantized import pack_to_int32

        tensors, settings = compressed_cases(pack_to_int32, (3, 5, 6, 7), config_of)
    stem = pathlib.Path(out) / package.replace("-", "_").replace(".", "_")
    save_file(tensors, stem.with_suffix(".safetensors"))
    if settings:
        stem.with_suffix(".json").write_text(json.dumps(settings, indent=1, sort_keys=True, default=str) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
