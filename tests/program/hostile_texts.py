"""Files that somebody might send to stop the machine, and what reading each of them costs."""

import json
import sys
import time
from pathlib import Path

from dyade.program.diagnostics import Findings
from dyade.program.report import render_all, to_json
from dyade.program.text import decoded, read

MB = 1_000_000


def fill(piece, size=MB, before="", after=""):
    """A text of about `size` bytes made of one piece."""
    room = size - len(before.encode()) - len(after.encode())
    return before + piece * (room // len(piece.encode("utf-8", "surrogatepass"))) + after


TEXTS = {
    "nested brackets": "[" * 100_000,
    "a megabyte of brackets": fill("["),
    "a megabyte of braces": fill("{"),
    "brackets in pairs": fill("[]"),
    "deep dashes": fill("- "),
    "dashes": fill("-\n"),
    "deep question marks": fill("? "),
    "deep keys": "".join(" " * depth + "a:\n" for depth in range(1000)),
    "nothing but NUL": fill("\0"),
    "control characters": fill("\x07\x1b[2J"),
    "one long key": fill("k", after=": 1"),
    "one long explicit key": fill("k", before="? ", after="\n: 1"),
    "the same key": fill("a: 1\n"),
    "the same key between braces": fill("a: 1, ", before="{", after="}"),
    "keys without values": fill("a b,", before="{", after="}"),
    "a text cut by commas": fill(" c,", before="{a: b,", after="}"),
    "aliases": fill("- *a\n"),
    "anchors": fill("- &a b\n"),
    "one long anchor": fill("x", before="a: &", after=" 1"),
    "tags": fill("- !a b\n"),
    "tag directives": "".join(f"%TAG !a{n}! x\n" for n in range(60_000)),
    "directives": fill("%\n"),
    "a bomb of merge keys": "a: &a {x: 1}\n" + "".join(f"b{n}: &b{n} {{<<: [*a, *a]}}\n" for n in range(30_000)),
    "a bomb of aliases": "a: &a [x]\n" + "".join(f"b{n}: &b{n} [*b{n - 1}, *b{n - 1}]\n" for n in range(30_000)),
    "digits": fill("9", before="a: "),
    "an exponent": fill("9", before="a: 1e"),
    "a short exponent": "a: 1e999999999\nb: -1e-999999999",
    "a long fraction": fill("0", before="a: 0.", after="1"),
    "hexadecimal": fill("f", before="a: 0x"),
    "items": fill("a,", before="[", after="]"),
    "spaces before a colon": fill(" ", before="a: x", after="y: z"),
    "spaces after a colon": fill(" ", before="a:", after="y: z: t"),
    "number signs": fill(" #", before="a: {b"),
    "tabs": fill("\t"),
    "empty lines": fill("\n"),
    "old line ends": fill("\r"),
    "zero-width spaces": fill("\u200b"),
    "line separators": fill("a: b\u2028"),
    "joiners": fill("\u200d"),
    "byte order marks": fill("\ufeff"),
    "no-break spaces": fill("\u00a0: 1\n", 900_000),
    "right to left": fill("\u202ea: \u2066b\n", 900_000),
    "piled accents": fill("\u0301\u0323", 999_000, before="a: e"),
    "accents piled by escapes": fill("\\u0301\\u0323", before='a: "e', after='"'),
    "accents piled around zero widths": fill("\u0301\u0323" * 15 + "\u200b", 999_000, before="a: e"),
    "escapes of what is hidden": fill("\\u200b", before='a: "', after='"'),
    "wide letters": fill("漢", before="a: "),
    "quotes": fill("'"),
    "quotes that close too early": fill("a: 'x' y\n"),
    "quotes that never close": fill("a: 'x\n"),
    "brackets that never close": fill("a: [x\n"),
    "colons": fill("a: b: c\n"),
    "one long line and a mistake": fill("b: c, ", 100_000, before="a: {", after="d: e : f"),
    "a block": fill("  b\n", before="a: |\n"),
    "a folded text": fill("  c\n", before="a: b\n"),
    "dashes in a folded text": fill("  - c\n", before="a: b\n"),
    "comments": fill("#"),
    "two megabytes": fill("a", 2 * MB),
    "a lone surrogate": "a: \ud800\n\udfff: 1",
    "surrogates": fill("\ud800"),
    "every byte": bytes(range(256)) * 3900,
    "Latin": b"\xe9" * MB,
    "cut UTF-8": "é".encode() * 400_000 + b"\xc3",
    "overlong UTF-8": b"\xc0\x80" * 400_000,
    "UTF-16": ("a: 1\n" * 100_000).encode("utf-16"),
    "UTF-16, big end first": b"\xfe\xff" + ("a: 1\n" * 100_000).encode("utf-16-be"),
    "UTF-32": ("a: 1\n" * 60_000).encode("utf-32"),
    "half a byte order mark": b"\xff\xfe\xff",
}


def cost(raw):
    """What a text takes: seconds, bytes shown, the first code, whether a tree came out, findings, raw controls."""
    findings = Findings()
    started = time.process_time()
    tree = read(raw, findings)
    told = findings.sorted()
    shown = render_all(told, decoded(raw), "hostile.yaml", "fr")
    json.dumps([to_json(one, "hostile.yaml", "en") for one in told])
    seconds = time.process_time() - started
    if tree is not None:
        tree.inner((), 0, 1)
    first = told[0].code if told else ""
    raw_controls = sum(letter < " " and letter != "\n" for letter in shown)
    return seconds, len(shown.encode()), first, tree is not None, len(told), raw_controls


def most_memory():
    """The most megabytes that this process held; what its parent held before it began does not count."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise LookupError("VmHWM")


if __name__ == "__main__":
    costs = {name: cost(raw) for name, raw in TEXTS.items()}
    megabytes = most_memory()
    json.dump({"costs": costs, "megabytes": megabytes}, sys.stdout)
