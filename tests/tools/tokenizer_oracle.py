#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random strings with the ids that PyPI's tokenizers (0.23.3) gives them: tokenizer_oracle.py TOKENIZER.json OUT.json

The strings mix what tokenizers stumble over: spaces of all kinds, contractions in odd case, digits of other
scripts, combining marks, control characters, spellings of special tokens and beginnings of them."""
import json
import random
import sys

from tokenizers import Tokenizer

POOL = list(" \n\t\r'\u00a0\u3000\u180e\u200b\u2028\u0085!?.,abcdefgABC0123456789\u00e9\u00df\u017f\u0130\u0131"
            "\u041a\u6f22\u5b57\u3042\ud55c\u0663\u2167\u00bd\u00b2\u0301\u0327\U0001F600_-+=<>|`~^$\\/\"\x04\x7f")
POOL += ["'s", "'LL", "'re", "'\u017f", " the", " a", "  ", "\r\n", "<|im_start|>", "<|im_end|>", "<|endoftext|>",
         "<s>", "</s>", "<unk>", "<|im", "\u2581", "\u0120"]


def text(rng):
    count = rng.randint(1, 24)
    if rng.random() < 0.8:
        return "".join(rng.choice(POOL) for _ in range(count))
    return "".join(chr(c) for c in (rng.randrange(1, 0x20000) for _ in range(count)) if not 0xD800 <= c < 0xE000)


def main():
    rng = random.Random(20261123)
    tokenizer = Tokenizer.from_file(sys.argv[1])
    rows = []
    for _ in range(150):
        string = text(rng)
        rows.append({"text": string, "ids": tokenizer.encode(string, add_special_tokens=False).ids})
    with open(sys.argv[2], "w") as out:
        out.write('{"rows": [\n' + ",\n".join(json.dumps(row) for row in rows) + "\n]}\n")


if __name__ == "__main__":
    main()
