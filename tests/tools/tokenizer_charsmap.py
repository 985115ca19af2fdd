#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small precompiled_charsmap that sentencepiece (0.2.3) makes of rules, and what PyPI's tokenizers (0.23.3) make of
strings with it: tokenizer_charsmap.py TEXT OUT.json. TEXT is what sentencepiece wants to be trained on."""
import base64
import json
import random
import sys
import tempfile
import unicodedata

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import normalizers

# From, to: compositions, compatibility forms of one and of many characters, one that vanishes, one that grows.
RULES = [("\u0041\u0300", "\u00c0"), ("e\u0301", "\u00e9"), ("\u212b", "\u00c5"), ("\ufb01", "fi"), ("\ufb03", "ffi"),
         ("\u2460", "1"), ("\u3000", " "), ("\u00a0", " "), ("\t", " "), ("\u200b", ""), ("\u00ad", ""), ("\u0001", ""),
         ("\u2026", "..."), ("\uff21", "A"), ("\uff76\uff9e", "\u30ac"), ("\u1100\u1161", "\uac00"), ("\u33c7", "Co."),
         ("\ufdfa", "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064a\u0647 \u0648\u0633\u0644\u0645"),
         ("\U0001d400", "A"), ("abc", "x"), ("ab", "y"), ("\r\n", "\n"), ("\u0e33", "\u0e4d\u0e32")]
OTHERS = ["a", "b", "c", "e", "\u0300", "\u0301", "\u0308", "\u200d", "\r", "\n", " ", "\u00e9", "\u65e5", "\uff9e",
          "\U0001f468", "\U0001f469", "\U0001f3fd", "\U0001f1e9", "\U0001f1ea", "\u1161", "\u11a8", "\u0e01", "\ufe0f", "0"]


def charsmap(text):
    with tempfile.TemporaryDirectory() as folder:
        with open(folder + "/rules.tsv", "w", encoding="utf-8", newline="\n") as out:
            for old, new in RULES:
                print(" ".join(f"{ord(c):X}" for c in old), " ".join(f"{ord(c):X}" for c in new), sep="\t", file=out)
        sentencepiece.SentencePieceTrainer.train(
            input=text, model_prefix=folder + "/m", vocab_size=60, model_type="bpe", hard_vocab_limit=False,
            normalization_rule_tsv=folder + "/rules.tsv", character_coverage=0.99, minloglevel=2)
        model = sentencepiece_model_pb2.ModelProto()
        with open(folder + "/m.model", "rb") as file:
            model.ParseFromString(file.read())
    return model.normalizer_spec.precompiled_charsmap


def main():
    compiled = charsmap(sys.argv[1])
    normalizer = normalizers.Precompiled(compiled)
    draw = random.Random(20261124)
    parts = [old for old, _ in RULES] + OTHERS
    texts = [old for old, _ in RULES] + ["", "plain", "A\u0300\u0301", "\U0001f468\u200d\U0001f469", "aabcab"]
    texts += ["".join(draw.choice(parts) for _ in range(draw.randint(2, 12))) for _ in range(60)]
    cases = [[text, normalizer.normalize_str(text)] for text in texts]
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        json.dump({"unicode": unicodedata.unidata_version, "charsmap": base64.b64encode(compiled).decode(),
                   "cases": cases}, out, ensure_ascii=True)
        out.write("\n")


main()
