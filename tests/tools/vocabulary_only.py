#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a copy of a GGUF file (version 3) without its tensors: vocabulary_only.py IN.gguf OUT.gguf"""
import struct
import sys

SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}  # bytes by value type


def skip_value(data, at, kind):
    if kind == 8:  # string
        return at + 8 + struct.unpack_from("<Q", data, at)[0]
    if kind == 9:  # array
        element, count = struct.unpack_from("<IQ", data, at)
        at += 12
        if element in SIZES:
            return at + SIZES[element] * count
        for _ in range(count):
            at = skip_value(data, at, element)
        return at
    return at + SIZES[kind]


def main():
    data = open(sys.argv[1], "rb").read()
    magic, version, _, keys = struct.unpack_from("<4sIQQ", data)
    assert magic == b"GGUF" and version == 3, "not a GGUF file of version 3"
    at = 24
    for _ in range(keys):
        at += 8 + struct.unpack_from("<Q", data, at)[0]
        kind = struct.unpack_from("<I", data, at)[0]
        at = skip_value(data, at + 4, kind)
    with open(sys.argv[2], "wb") as out:
        out.write(struct.pack("<4sIQQ", magic, version, 0, keys) + data[24:at])


main()
