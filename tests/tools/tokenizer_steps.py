#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small tokenizer.json files with every kind of step, and what PyPI's tokenizers (0.23.3) makes of random strings:
tokenizer_steps.py TEXT OUT.json, or with a seed and a count of strings behind them for another draw.

The models are trained on TEXT; a variant names its model and its other parts, so that the file stays small."""
import json
import random
import sys
import unicodedata

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from tokenizer_oracle import text

SPECIALS = ["<unk>", "<s>", "</s>"]
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
          r"|\s+(?!\S)|\s+")
BYTES = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
BYTES_CUT = dict(BYTES, use_regex=True)
BYTES_BACK = BYTES_CUT
MARK = {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}
PREPEND = {"type": "Prepend", "prepend": "\u2581"}
LLAMA_BACK = {"type": "Sequence", "decoders": [
    {"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"},
    {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}


def sequence(kind, steps):
    return {"type": "Sequence", kind: steps}


def metaspace(scheme, split):
    return {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": scheme, "split": split}


def split(pattern, behavior, invert=False):
    return {"type": "Split", "pattern": pattern, "behavior": behavior, "invert": invert}


def added(identity, content, **flags):
    base = {"id": identity, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
            "normalized": False, "special": False}
    return dict(base, **flags)


def train(lines):
    made = {}

    def keep(name, tokenizer, changes=None):
        model = json.loads(tokenizer.to_str())["model"]
        model.update(changes or {})
        made[name] = model

    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.train_from_iterator(lines, trainers.BpeTrainer(
        vocab_size=500, special_tokens=SPECIALS, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False))
    keep("bytes", bpe)
    keep("bytes whole", bpe, {"ignore_merges": True})

    fallback = ["<0x%02X>" % b for b in range(256)]
    spm = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    spm.normalizer = normalizers.Replace(" ", "\u2581")
    spm.pre_tokenizer = pre_tokenizers.Metaspace()
    spm.train_from_iterator(lines, trainers.BpeTrainer(vocab_size=600, special_tokens=SPECIALS + fallback,
                                                       show_progress=False))
    keep("fallback", spm)

    for name, fuse in (("chars", False), ("chars fused", True)):
        chars = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=fuse))
        chars.pre_tokenizer = pre_tokenizers.Whitespace()
        chars.train_from_iterator(lines, trainers.BpeTrainer(vocab_size=200, special_tokens=SPECIALS,
                                                             show_progress=False))
        keep(name, chars)

    unigram = Tokenizer(models.Unigram())
    unigram.pre_tokenizer = pre_tokenizers.Metaspace()
    unigram.train_from_iterator(lines, trainers.UnigramTrainer(vocab_size=300, special_tokens=SPECIALS,
                                                               unk_token="<unk>", show_progress=False))
    keep("unigram", unigram)
    with_bytes = json.loads(unigram.to_str())["model"]
    with_bytes["vocab"] += [[token, -12.0] for token in fallback]
    with_bytes["byte_fallback"] = True
    made["unigram bytes"] = with_bytes
    return made


def variants(made):
    specials = [added(i, token, special=True) for i, token in enumerate(SPECIALS)]
    template = {"type": "TemplateProcessing",
                "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                           {"SpecialToken": {"id": "</s>", "type_id": 0}}],
                "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
                "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]},
                                   "</s>": {"id": "</s>", "ids": [2], "tokens": ["</s>"]}}}
    roberta = {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 1], "trim_offsets": True,
               "add_prefix_space": False}

    def variant(name, model, pre=None, normalizer=None, decoder=None, more=(), post=None):
        known = made[model]["vocab"]
        tokens = specials + [dict(token, id=known.get(token["content"], len(known) + i)) for i, token in enumerate(more)]
        return {"name": name, "model": model, "parts": {"normalizer": normalizer, "pre_tokenizer": pre,
                                                        "decoder": decoder, "post_processor": post,
                                                        "added_tokens": tokens}}

    def regex(pattern, behavior="Isolated", invert=False):
        return sequence("pretokenizers", [split({"Regex": pattern}, behavior, invert), BYTES])

    out = [variant("gpt2", "bytes", BYTES_CUT, decoder=BYTES_BACK, post=template),
           variant("gpt2 prefix", "bytes", dict(BYTES_CUT, add_prefix_space=True), decoder=BYTES_BACK, post=roberta),
           variant("llama3", "bytes whole", regex(LLAMA3), decoder=BYTES_BACK),
           variant("falcon", "bytes", sequence("pretokenizers", [
               {"type": "Punctuation", "behavior": "Contiguous"}, BYTES_CUT,
               {"type": "Digits", "individual_digits": False}, split({"Regex": "[0-9][0-9][0-9]"}, "Isolated")]),
               decoder=BYTES_BACK),
           variant("digits", "bytes", sequence("pretokenizers", [{"type": "Digits", "individual_digits": True},
                                                                 BYTES_CUT]), decoder=BYTES_BACK),
           variant("bytes first", "bytes", normalizer={"type": "ByteLevel"}, decoder=BYTES_BACK),
           variant("words", "bytes", regex(r"[\w']+|\s+|[^\w\s']+"), decoder=BYTES_BACK),
           variant("empty matches", "bytes", regex(r"x*|\n"), decoder=BYTES_BACK),
           variant("hexadecimal", "bytes", regex(r"\h{2}|[^\S\n]+|\d{2,3}+|\H"), decoder=BYTES_BACK),
           variant("lines", "bytes", regex(r"(?m:a.)|^[^a]|.$"), decoder=BYTES_BACK),
           variant("scripts", "bytes", regex(r"\p{Han}+|[\p{Latin}\u0041]+|\p{^L}{,3}|\P{L}?+"), decoder=BYTES_BACK),
           variant("any case", "bytes", regex(r"(?i)the|\x20s|k"), decoder=BYTES_BACK)]
    for behavior in ("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"):
        out.append(variant(behavior, "bytes", regex(r"\p{Lu}|\s", behavior), decoder=BYTES_BACK))
        out.append(variant(behavior + " inverted", "bytes", regex(r"\p{L}|\s", behavior, True), decoder=BYTES_BACK))
    # Those that the vocabulary lacks come first: their ids follow it.
    flagged = [added(0, "<|im_start|>", lstrip=True), added(0, "<|im_end|>", rstrip=True, special=True),
               added(0, "B\u00e9", normalized=True), added(0, "'S", single_word=True, lstrip=True, rstrip=True),
               added(0, "the!", normalized=True), added(0, "a", single_word=True)]
    out += [variant("added", "bytes", BYTES_CUT, decoder=BYTES_BACK, more=flagged, post=template),
            variant("added normalized", "bytes", BYTES_CUT,
                    sequence("normalizers", [{"type": "NFD"}, {"type": "Lowercase"}]), BYTES_BACK, flagged),
            variant("added fallback", "fallback", None, sequence("normalizers", [PREPEND, MARK]), LLAMA_BACK, flagged)]
    for form in ("NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Nmt"):
        out.append(variant(form, "bytes", BYTES_CUT, {"type": form}, BYTES_BACK))
    out += [variant("strip", "bytes", BYTES_CUT, {"type": "Strip", "strip_left": True, "strip_right": False},
                    BYTES_BACK),
            variant("strip both", "bytes", BYTES_CUT, {"type": "Strip", "strip_left": True, "strip_right": True},
                    BYTES_BACK),
            variant("replace", "bytes", BYTES_CUT, sequence("normalizers", [
                {"type": "Replace", "pattern": {"Regex": r"\s+|\d"}, "content": " "},
                {"type": "Replace", "pattern": {"String": "ab"}, "content": "ba"}]), BYTES_BACK),
            variant("llama", "fallback", None, sequence("normalizers", [PREPEND, MARK]), LLAMA_BACK, post=template),
            variant("gemma", "fallback", split({"String": " "}, "MergedWithPrevious"), MARK,
                    sequence("decoders", LLAMA_BACK["decoders"][:3]))]
    for scheme in ("always", "first", "never"):
        for cut in (True, False):
            name = scheme + (" cut" if cut else "")
            out.append(variant("fallback " + name, "fallback", metaspace(scheme, cut), decoder=LLAMA_BACK))
            out.append(variant("unigram " + name, "unigram", metaspace(scheme, cut), decoder=metaspace(scheme, cut)))
    out += [variant("unigram bytes", "unigram bytes", metaspace("always", True), {"type": "NFKC"}, LLAMA_BACK,
                    post=template),
            variant("unigram plain", "unigram", None, MARK, metaspace("never", True))]
    for model in ("chars", "chars fused"):
        for step in ("Whitespace", "WhitespaceSplit", "Punctuation"):
            pre = {"type": step, "behavior": "Isolated"} if step == "Punctuation" else {"type": step}
            out.append(variant(f"{model} {step}", model, pre))
        out.append(variant(model + " delimiter", model, {"type": "CharDelimiterSplit", "delimiter": "a"}))
        out.append(variant(model + " whole", model))
    return out


def main():
    lines = open(sys.argv[1]).read().splitlines()
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 20261123
    count = int(sys.argv[4]) if len(sys.argv) > 4 else 20
    made = train(lines)
    rng = random.Random(seed)
    words = " ".join(lines).split(" ")
    out = variants(made)
    for variant in out:
        whole = dict({"version": "1.0", "truncation": None, "padding": None}, **variant["parts"],
                     model=made[variant["model"]])
        tokenizer = Tokenizer.from_str(json.dumps(whole))
        variant["rows"] = []
        for i in range(count):
            string = text(rng) if i % 3 else " ".join(rng.choices(words, k=5)) + text(rng)[:4]
            # Characters that are newer than this Python are newer than some Unicode library too.
            string = "".join(c for c in string if unicodedata.category(c) != "Cn")
            plain = tokenizer.encode(string, add_special_tokens=False).ids
            row = {"text": string, "ids": plain, "decoded": tokenizer.decode(plain, skip_special_tokens=False)}
            if variant["parts"]["post_processor"]:
                row["ids_with_special"] = tokenizer.encode(string).ids
            variant["rows"].append(row)
    with open(sys.argv[2], "w") as file:
        file.write('{"models": ' + json.dumps(made) + ',\n"variants": [\n' +
                   ",\n".join(json.dumps(variant) for variant in out) + "\n]}\n")


main()
