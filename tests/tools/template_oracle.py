#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Renders our template corpus with PyPI's Jinja2, set up as transformers sets it up, and writes the golden files
tests/data/templates/snippets.json and rendered.json.

    python3 -m venv V && V/bin/pip install jinja2==3.1.6 && V/bin/python tests/tools/template_oracle.py
"""
import json
from datetime import datetime
from pathlib import Path

import jinja2
import jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from template_snippets import MESSAGES, SNIPPETS, VARIABLES

DATA = Path(__file__).resolve().parent.parent / "data" / "templates"
NOW = datetime(2026, 3, 5, 7, 8, 9)


class Generation(jinja2.ext.Extension):
    """{% generation %}…{% endgeneration %}: the body as it stands."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_body"), [], [], body).set_lineno(line)

    def _body(self, caller):
        return caller()


def environment():
    def raise_exception(message):
        raise jinja2.exceptions.TemplateError(message)

    def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

    env = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols]
    )
    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = raise_exception
    env.globals["strftime_now"] = NOW.strftime
    return env


def render(source, variables):
    try:
        text = environment().from_string(source).render(**variables)
        assert " at 0x" not in text, source  # an address: not the same twice
        return {"text": text}
    except AssertionError:
        raise
    except Exception as error:  # whatever Python raises counts as a refusal
        return {"error": f"{type(error).__name__}: {error}"}


def base(bos="", eos=""):
    return {"bos_token": bos, "eos_token": eos, "tools": None, "documents": None, "add_generation_prompt": True}


def write(name, document):
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    (DATA / name).write_text(text, encoding="utf-8")


def snippets():
    rows = []
    for template in SNIPPETS:
        row = {"template": template} | render(template, base() | {"messages": MESSAGES} | VARIABLES)
        rows.append(row)
    write("snippets.json", {"jinja2": jinja2.__version__, "messages": MESSAGES, "variables": VARIABLES, "rows": rows})
    return rows


def corpus():
    conversations = json.loads((DATA / "conversations.json").read_text(encoding="utf-8"))
    rows = []
    for path in sorted((DATA / "corpus").glob("*.jinja")):
        source = path.read_bytes().decode("utf-8")
        for one in conversations:
            for prompt in (True, False):
                variables = base("<s>", "</s>") | {"messages": one["messages"], "add_generation_prompt": prompt}
                variables |= {"tools": one.get("tools")} | one.get("extra", {})
                row = {"file": path.name, "conversation": one["name"], "add_generation_prompt": prompt}
                rows.append(row | render(source, variables))
    write("rendered.json", {"jinja2": jinja2.__version__, "now": "2026-03-05T07:08:09Z", "rows": rows})
    return rows


if __name__ == "__main__":
    for name, rows in (("snippets", snippets()), ("corpus", corpus())):
        refused = [row for row in rows if "error" in row]
        print(f"{name}: {len(rows)} rows, {len(refused)} refused")
        for row in refused:
            print("   ", row.get("template", row.get("file")), row.get("conversation", ""), "->", row["error"])
