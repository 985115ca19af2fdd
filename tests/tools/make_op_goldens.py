#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/ops/pytorch.json: small cases of each op with PyTorch's answer.

Inputs are float32 (or float16 in a cache); PyTorch computes in float64 and the answer is rounded to float32 once.
    python3 -m venv V && V/bin/pip install torch==2.5.1 'numpy<2'
    V/bin/python tests/tools/make_op_goldens.py
"""
import json
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(20261123)
CASES = []


def normal(rows, cols):
    return torch.randn(rows, cols)


def tensor(value, kind="F32"):
    """A JSON tensor; float32 numbers as the shortest decimals that give them back."""
    value = value.detach()
    if kind != "I32":
        value = value.to(torch.float32)
    flat = [float(f"{x:.9g}") if kind != "I32" else int(x) for x in value.flatten().tolist()]
    return {"type": kind, "rows": value.shape[0], "cols": value.shape[1], "values": flat}


def case(op, name, params, inputs, outputs, start=None):
    """start: what state tensors among the outputs hold before."""
    entry = {"op": op, "name": name, "params": params, "in": inputs, "out": outputs}
    if start:
        entry["start"] = start
    CASES.append(entry)


ACTIVATIONS = {
    0: F.silu,
    1: lambda x: F.gelu(x, approximate="tanh"),
    2: F.gelu,
    3: F.relu,
}
NORM, BIAS, RESIDUAL, GLU = 1, 2, 4, 8


def linear(name, tokens, cols, rows, flags, activation=0, eps=1e-5):
    x = normal(tokens, cols)
    inputs = [tensor(x)]
    h = x.double()
    if flags & NORM:
        g = torch.rand(1, cols) + 0.5
        inputs.append(tensor(g))
        h = F.rms_norm(h, (cols,), g[0].double(), eps)
    weights = [normal(n, cols) * 0.3 for n in rows]
    inputs += [tensor(w) for w in weights]
    biases = [normal(1, n) for n in rows] if flags & BIAS else [None] * len(rows)
    inputs += [tensor(b) for b in biases if b is not None]
    ys = [F.linear(h, w.double(), b[0].double() if b is not None else None) for w, b in zip(weights, biases)]
    if flags & RESIDUAL:
        residual = normal(tokens, rows[0])
        inputs.append(tensor(residual))
        ys[0] = ys[0] + residual.double()
    if flags & GLU:
        ys = [ACTIVATIONS[activation](ys[0]) * ys[1]]
    params = {"count": len(rows), "flags": flags, "eps": eps, "activation": activation}
    case("linear", name, params, inputs, [tensor(y) for y in ys])


def linears():
    linear("plain", 3, 33, [7], 0)
    linear("bias", 2, 16, [5], BIAS)
    linear("norm", 3, 20, [6], NORM)
    linear("residual", 2, 33, [9], RESIDUAL)
    linear("norm bias three", 2, 24, [8, 4, 3], NORM | BIAS)
    for activation, name in enumerate(["silu", "gelu-tanh", "gelu-erf", "relu"]):
        linear(f"{name} pair", 2, 24, [10, 10], NORM | GLU, activation)


def linear_dx():
    x = normal(3, 20).double().requires_grad_()
    w, dy = normal(9, 20), normal(3, 9)
    F.linear(x, w.double()).backward(dy.double())
    case("linear_dx", "autograd", {}, [tensor(dy), tensor(w)], [tensor(x.grad)])


def rows_ops():
    x, g, b = normal(3, 33) * 4 + 1, torch.rand(1, 33) + 0.5, normal(1, 33)
    for eps in (1e-5, 0.1):
        case("rms_norm", f"eps {eps}", {"eps": eps}, [tensor(x), tensor(g)],
             [tensor(F.rms_norm(x.double(), (33,), g[0].double(), eps))])
        case("layer_norm", f"eps {eps}", {"eps": eps}, [tensor(x), tensor(g), tensor(b)],
             [tensor(F.layer_norm(x.double(), (33,), g[0].double(), b[0].double(), eps))])
    gate, up = normal(2, 40) * 3, normal(2, 40)
    for activation, act in ACTIVATIONS.items():
        case("glu", f"activation {activation}", {"activation": activation}, [tensor(gate), tensor(up)],
             [tensor(act(gate.double()) * up.double())])
    case("add", "rows", {"broadcast": 0}, [tensor(x), tensor(x * 3)], [tensor(x + (x * 3))])
    case("add", "one row", {"broadcast": 1}, [tensor(x), tensor(b)], [tensor(x + b)])
    logits = normal(3, 65) * 3
    for scale in (1.0, 0.25):
        case("softmax", f"scale {scale}", {"scale": scale}, [tensor(logits)],
             [tensor(F.softmax(logits.double() * scale, dim=-1))])
    ties = torch.tensor([[1.0, 5.0, 5.0, 2.0, 5.0], [-3.0, -3.0, -7.0, -3.0, -9.0]])
    case("argmax", "random", {}, [tensor(logits)], [tensor(logits.argmax(-1, keepdim=True), "I32")])
    case("argmax", "first of equals", {}, [tensor(ties)], [tensor(torch.tensor([[1], [0]]), "I32")])
    top = torch.topk(logits, 10, dim=-1)
    case("top_k", "random", {"k": 10}, [tensor(logits)], [tensor(top.values), tensor(top.indices, "I32")])
    order = torch.sort(ties, dim=-1, descending=True, stable=True)
    case("top_k", "equals by index", {"k": 4}, [tensor(ties)],
         [tensor(order.values[:, :4]), tensor(order.indices[:, :4], "I32")])
    labels = torch.tensor([[64], [-100], [0]])
    loss = F.cross_entropy(logits.double(), labels[:, 0], reduction="none", ignore_index=-100)
    case("cross_entropy", "with an ignored row", {}, [tensor(logits), tensor(labels, "I32")], [tensor(loss[:, None])])
    table, ids = normal(11, 18), torch.tensor([[3], [10], [0], [3]])
    case("embed", "scaled", {"scale": 2.5}, [tensor(table), tensor(ids, "I32")],
         [tensor(F.embedding(ids[:, 0], table.double()) * 2.5)])
    case("gather_rows", "rows", {}, [tensor(table), tensor(ids, "I32")], [tensor(table[ids[:, 0]])])


def rotated(x, table, heads, head_dim, rope_dim, style):
    """Interleaved: product of complex numbers; halves: x·cos + rotate_half(x)·sin, as transformers has it."""
    x = x.double().view(len(x), heads, head_dim)
    cos, sin = (t.double()[:, None, :] for t in table.split(rope_dim // 2, dim=-1))
    turned, kept = x[..., :rope_dim], x[..., rope_dim:]
    if style == 0:
        pairs = torch.view_as_complex(turned.reshape(*turned.shape[:-1], -1, 2).contiguous())
        y = torch.view_as_real(pairs * torch.complex(cos, sin)).flatten(-2)
    else:
        a, b = turned.chunk(2, dim=-1)
        y = turned * torch.cat([cos, cos], -1) + torch.cat([-b, a], -1) * torch.cat([sin, sin], -1)
    return torch.cat([y, kept], -1).flatten(1)


def angles(positions, rope_dim):
    frequencies = 10000.0 ** (-torch.arange(0, rope_dim, 2).double() / rope_dim)
    angle = positions.double()[:, None] * frequencies
    return torch.cat([angle.cos(), angle.sin()], -1).float()


def token_table(positions, slots):
    zeros = torch.zeros_like(positions)
    return torch.stack([zeros, positions, slots, zeros], -1)


def ropes():
    positions, slots = torch.tensor([5, 0, 17]), torch.tensor([1, 0, 1])
    tokens, context = token_table(positions, slots), 20
    row = slots * context + positions
    for style in (0, 1):
        for heads, head_dim, rope_dim in ((2, 16, 16), (3, 10, 6)):
            x, table = normal(3, heads * head_dim), angles(positions, rope_dim)
            params = {"heads": heads, "head_dim": head_dim, "rope_dim": rope_dim, "style": style}
            case("rope", f"{heads} heads of {head_dim}, {rope_dim}, style {style}", params,
                 [tensor(x), tensor(table)], [tensor(rotated(x, table, heads, head_dim, rope_dim, style))])
    q, k, v, table = normal(3, 24), normal(3, 12), normal(3, 12), angles(positions, 4)
    for kind in ("F32", "F16"):
        keep = torch.float16 if kind == "F16" else torch.float32
        keys, values = normal(40, 12).to(keep), normal(40, 12).to(keep)
        start = [tensor(keys, kind), tensor(values, kind)]
        case("cache_write", kind, {"context": context}, [tensor(k), tensor(v), tensor(tokens, "I32")],
             [tensor(keys.index_copy(0, row, k.to(keep)), kind), tensor(values.index_copy(0, row, v.to(keep)), kind)],
             start)
        turned = rotated(k, table, 2, 6, 4, 1).float().to(keep)
        params = {"heads": 4, "head_dim": 6, "rope_dim": 4, "style": 1, "kv_heads": 2, "context": context}
        case("rope_cache", kind, params,
             [tensor(q), tensor(k), tensor(v), tensor(table), tensor(tokens, "I32")],
             [tensor(rotated(q, table, 4, 6, 4, 1)), tensor(keys.index_copy(0, row, turned), kind),
              tensor(values.index_copy(0, row, v.to(keep)), kind)],
             [None] + start)


def attention(name, heads, kv_heads, dim, positions, slots, kind="F32", window=0, softcap=0.0):
    context, slot_count = 24, int(slots.max()) + 1
    keep = torch.float16 if kind == "F16" else torch.float32
    q = normal(len(positions), heads * dim)
    keys, values = (normal(slot_count * context, kv_heads * dim).to(keep) for _ in range(2))
    scale = float(torch.tensor(dim ** -0.5, dtype=torch.float32))
    ys = []
    for t, (position, slot) in enumerate(zip(positions.tolist(), slots.tolist())):
        rows = slice(slot * context, (slot + 1) * context)
        split = lambda x, n: x.double().view(-1, n, dim).transpose(0, 1)
        qs, ks, vs = split(q[t:t + 1], heads), split(keys[rows], kv_heads), split(values[rows], kv_heads)
        j = torch.arange(context)
        seen = (j <= position) & ((j > position - window) if window else torch.tensor(True))
        if softcap:
            ks, vs = (x.repeat_interleave(heads // kv_heads, 0) for x in (ks, vs))
            scores = softcap * torch.tanh(scale * (qs @ ks.transpose(1, 2)) / softcap)
            y = F.softmax(scores.masked_fill(~seen, float("-inf")), -1) @ vs
        else:
            y = F.scaled_dot_product_attention(qs[None], ks[None], vs[None], attn_mask=seen[None, None, None],
                                               scale=scale, enable_gqa=True)[0]
        ys.append(y.transpose(0, 1).reshape(1, -1))
    params = {"heads": heads, "kv_heads": kv_heads, "head_dim": dim, "context": context,
              "key_bound": int(positions.max()) + 1, "window": window, "scale": scale, "softcap": softcap}
    case("attention", name, params,
         [tensor(q), tensor(keys, kind), tensor(values, kind), tensor(token_table(positions, slots), "I32")],
         [tensor(torch.cat(ys))])


def attentions():
    positions, slots = torch.tensor([3, 4, 5, 23]), torch.tensor([0, 0, 0, 0])
    attention("equal heads", 2, 2, 16, positions, slots)
    attention("grouped", 6, 2, 10, positions, slots)
    attention("one key head, F16", 4, 1, 18, positions, slots, kind="F16")
    attention("slots", 3, 1, 16, torch.tensor([0, 9, 22, 10]), torch.tensor([1, 0, 2, 0]))
    attention("window", 4, 2, 8, positions, slots, window=4)
    attention("softcap", 4, 2, 8, positions, slots, softcap=1.5)


def unaries():
    x = normal(2, 33) * 3
    for activation, act in ACTIVATIONS.items():
        case("unary", f"activation {activation}", {"function": activation, "value": 0}, [tensor(x)],
             [tensor(act(x.double()))])
    case("unary", "softcap", {"function": 4, "value": 1.5}, [tensor(x)], [tensor(1.5 * torch.tanh(x.double() / 1.5))])


def routed(name, tokens, experts, used, normalise, scale, cols, rows, shared):
    """A layer of experts: its router, the experts' two linear layers, their weighted sum."""
    logits = normal(tokens, experts) * 2
    weights, numbers = torch.topk(F.softmax(logits.double(), dim=-1), used, dim=-1)
    if normalise:
        weights = weights / weights.sum(-1, keepdim=True)
    routes = torch.cat([numbers.double(), weights * scale], dim=1)
    case("router", name, {"used": used, "normalise": normalise, "scale": scale}, [tensor(logits)], [tensor(routes)])

    x, up, down = normal(tokens, cols), normal(experts * rows, cols) * 0.3, normal(experts * cols, rows) * 0.3
    chosen = lambda w, n: w.double().view(experts, n, -1)[numbers]
    h = torch.einsum("tjnk,tk->tjn", chosen(up, rows), x.double()).reshape(tokens, -1)
    params = {"experts": experts, "used": used, "per_slot": 0}
    case("expert_linear", f"{name}, one row for all", params, [tensor(x), tensor(up), tensor(routes)], [tensor(h)])
    h = h.float()
    z = torch.einsum("tjnk,tjk->tjn", chosen(down, cols), h.double().view(tokens, used, rows)).reshape(tokens, -1)
    case("expert_linear", f"{name}, a share for each", params | {"per_slot": 1},
         [tensor(h), tensor(down), tensor(routes)], [tensor(z)])

    z, w = z.float(), routes.float()[:, used:]
    inputs, y = [tensor(z), tensor(routes)], torch.einsum("tjn,tj->tn", z.double().view(tokens, used, cols), w.double())
    if shared:
        s, g = normal(tokens, cols), normal(tokens, 1)
        inputs += [tensor(s), tensor(g)]
        y = y + torch.sigmoid(g.double()) * s.double()
    case("expert_sum", name, {"used": used, "shared": shared}, inputs, [tensor(y)])


def int8_round(name, slots, threshold, of_batch):
    """Per sequence as bitsandbytes' int8_vectorwise_quant (its plain kernel), the outlier columns as they are."""
    x = torch.randn(len(slots), 24, generator=torch.Generator().manual_seed(len(slots)))
    y = torch.empty_like(x, dtype=torch.float64)
    for slot in [slots] if of_batch else [[s] for s in sorted(set(slots))]:
        rows = [t for t, s in enumerate(slots) if s in slot]
        h = x[rows].half().float()
        outliers = h.abs() >= threshold if threshold > 0 else torch.zeros_like(h, dtype=torch.bool)
        largest = h.masked_fill(outliers, 0).abs().amax(1, keepdim=True)
        rounded = torch.round(h * (127.0 / largest)).double() * (largest.double() * 0.00787415748)
        y[rows] = torch.where(outliers.any(0, keepdim=True), x[rows].double(), rounded)
    tokens = torch.tensor([[0, t, s, 0] for t, s in enumerate(slots)])
    case("int8_round", name, {"threshold": threshold, "of_batch": of_batch}, [tensor(x), tensor(tokens, "I32")],
         [tensor(y)])


linears()
linear_dx()
rows_ops()
ropes()
attentions()
unaries()
routed("two of five", 3, 5, 2, 1, 1.0, 12, 7, 0)
routed("three of eight as they are, shared", 2, 8, 3, 0, 2.5, 10, 6, 1)
int8_round("two sequences", [0, 0, 0, 2, 2], 2.0, 0)
int8_round("a batch of sequences", [0, 0, 1, 2], 2.0, 1)
int8_round("without outliers", [1, 1, 1], 0.0, 0)
out = pathlib.Path(__file__).resolve().parents[1] / "data/ops/pytorch.json"
out.parent.mkdir(parents=True, exist_ok=True)
lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in CASES)
out.write_text(f'{{"torch":"{torch.__version__}","cases":[\n{lines}\n]}}\n')
print(f"{out}: {len(CASES)} cases, {out.stat().st_size} bytes")
