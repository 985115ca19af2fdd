# SPDX-License-Identifier: GPL-3.0-or-later
"""What lathe writes, read by the packages of the formats' makers: tensors by gguf and safetensors, ids by tokenizers,
the chat template by jinja2.
    python read_written.py LATHE TESTS_DATA"""
import json
import os
import subprocess
import sys
import tempfile

import gguf
import jinja2
import numpy as np
import tokenizers
from safetensors import safe_open

MESSAGES = [{"role": "user", "content": " Two  words, 1234 naïve 世界! "}, {"role": "assistant", "content": "yes"},
            {"role": "user", "content": "and?"}]


def lathe(program, *arguments):
    return subprocess.run([program, *arguments, "--quiet"], check=True, stdout=subprocess.PIPE).stdout


def gguf_tensors(path):
    return {tensor.name: (tensor.tensor_type.name, [int(n) for n in tensor.shape], tensor.data.tobytes())
            for tensor in gguf.GGUFReader(path).tensors}


def folder_tensors(folder):
    with safe_open(os.path.join(folder, "model.safetensors"), "numpy") as file:
        assert file.metadata()["format"] == "pt", file.metadata()
        return {name: file.get_tensor(name) for name in file.keys()}


def check_tensors(program, home, name, scratch):
    source = os.path.join(home, "gguf", name + "-F32.gguf")
    folder, again = os.path.join(scratch, name), os.path.join(scratch, name + ".gguf")
    lathe(program, "convert", source, folder)
    lathe(program, "convert", folder, again)
    assert gguf_tensors(source) == gguf_tensors(again), "tensors of the GGUF file"
    fields, original = gguf.GGUFReader(again).fields, gguf.GGUFReader(source).fields
    architecture = original["general.architecture"].contents()
    same = [key for key in original if key.startswith(architecture + ".") and key in fields]
    assert len(same) >= 7
    for key in same:
        assert fields[key].contents() == original[key].contents(), key
    tensors = folder_tensors(folder)
    hf = os.path.join(home, "hf")
    if os.path.exists(os.path.join(hf, "model.safetensors")):
        check_folder(program, hf, tensors, os.path.join(scratch, name + "-hf"))
    return folder, again


def check_folder(program, hf, tensors, scratch):
    """A folder that transformers wrote, to a GGUF file and back."""
    lathe(program, "convert", hf, scratch + ".gguf")
    lathe(program, "convert", scratch + ".gguf", scratch)
    back = folder_tensors(scratch)
    with safe_open(os.path.join(hf, "model.safetensors"), "numpy") as file:
        assert set(file.keys()) == set(tensors) == set(back), "names in the folder"
        for key in file.keys():
            assert np.array_equal(file.get_tensor(key), back[key]), key


def check_text(program, home, folder, again, scratch):
    tokenizer = tokenizers.Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
    rows = json.load(open(os.path.join(home, "tokenization.json")))["rows"]
    for row in rows:
        assert tokenizer.encode(row["text"], add_special_tokens=False).ids == row["ids"], row["text"]
        assert tokenizer.encode(row["text"]).ids == row["ids_with_special"], row["text"]
    config = json.load(open(os.path.join(folder, "tokenizer_config.json")))
    spelled = {key: config.get(key) for key in ("bos_token", "eos_token")}
    messages = os.path.join(scratch, "messages.json")
    with open(messages, "w") as file:
        json.dump(MESSAGES, file)
    source = open(os.path.join(folder, "chat_template.jinja")).read()
    assert gguf.GGUFReader(again).fields["tokenizer.chat_template"].contents() == source
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)
    theirs = environment.from_string(source).render(messages=MESSAGES, add_generation_prompt=True, **spelled)
    for model in (folder, again):
        ours = json.loads(lathe(program, "render", model, "--messages", messages, "--json"))["text"]
        assert ours == theirs, (ours, theirs)
    return len(rows)


def main(program, data):
    models = os.path.join(data, "models")
    counted = {"models": 0, "tokenizers": 0}
    with tempfile.TemporaryDirectory() as scratch:
        for name in sorted(os.listdir(models)):
            home = os.path.join(models, name)
            if not os.path.exists(os.path.join(home, "gguf", name + "-F32.gguf")):
                continue
            folder, again = check_tensors(program, home, name, scratch)
            counted["models"] += 1
            if os.path.exists(os.path.join(home, "tokenization.json")):
                assert check_text(program, home, folder, again, scratch) >= 40
                counted["tokenizers"] += 1
            print("same:", name)
    assert counted["models"] >= 14 and counted["tokenizers"] >= 3, counted


if __name__ == "__main__":
    main(*sys.argv[1:])
