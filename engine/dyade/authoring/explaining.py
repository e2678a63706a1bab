"""What does a diagnostic mean, why does it matter, and what is right instead? A page for each code.

The examples are files of the product, `explained/wrong` and `explained/right`; the tests read the same ones. A page
shows the lines that differ, under the keys that hold them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Final, NamedTuple

from dyade.errors import FactMissing
from dyade.program.codes import CODES, MENDED, Severity
from dyade.program.nearest import nearest
from dyade.texts import keys, sentence

EXAMPLES: Final = Path(__file__).parent / "explained"
AROUND: Final = 1
"""Lines that are shown on each side of one that differs."""
CUT: Final = "…"


class Explanation(NamedTuple):
    """The page of a code."""

    code: str
    slug: str
    severity: Severity
    strict: bool
    """Whether it is an error in a program that is `active`."""
    says: tuple[str, ...]
    """Its sentences, with blanks for what they name."""
    why: str
    wrong: tuple[str, ...]
    right: tuple[str, ...]
    mends: str
    """`sure` where `check --fix` always may, `unsure` where it may with `--unsafe-fixes`, nothing elsewhere."""

    def to_json(self) -> dict[str, Any]:
        """The page as data."""
        return {
            "code": self.code,
            "slug": self.slug,
            "severity": self.severity.value,
            "strict": self.strict,
            "says": list(self.says),
            "why": self.why,
            "wrong": "\n".join(self.wrong),
            "right": "\n".join(self.right),
            "mends": self.mends,
        }


UNSURE: Final = frozenset(
    ("D001", "D002", "D007", "D010", "D011", "D012", "D013", "D014", "D016", "D020", "E100", "E101", "E102", "E103")
) | frozenset(("D021", "E106", "E110", "E111", "M006", "P001", "T005", "Y010", "Y011"))
"""The codes for which what was probably meant can be written, on demand."""


def known(name: str) -> str | None:
    """The code that a code or a slug names, however it is written."""
    wanted = name.strip()
    by_slug = {code.slug: one for one, code in CODES.items()}
    return wanted.upper() if wanted.upper() in CODES else by_slug.get(wanted.lower())


def near(name: str) -> str | None:
    """The code or the slug that was probably meant."""
    wanted = name.strip()
    return nearest(wanted.upper(), CODES) or nearest(wanted.lower(), (code.slug for code in CODES.values()))


def explain(code: str, lang: str) -> Explanation:
    """Write the page of a code that exists."""
    kind = CODES[code]
    wrong, right = (_lines(example(code, side)) for side in ("wrong", "right"))
    return Explanation(
        code=code,
        slug=kind.slug,
        severity=kind.severity,
        strict=kind.strict,
        says=says(code, lang),
        why=sentence("explanations", code, lang),
        wrong=tuple(_shown(wrong, right)),
        right=tuple(_shown(right, wrong)),
        mends="sure" if code in MENDED else "unsure" if code in UNSURE else "",
    )


def says(code: str, lang: str) -> tuple[str, ...]:
    """Every sentence of a code, without the remedies."""
    mine = [key for key in keys("diagnostics", lang) if key == code or key.startswith(f"{code}.")]
    return tuple(_with_blanks("diagnostics", key, lang) for key in mine if not key.endswith(".help"))


def _with_blanks(domain: str, key: str, lang: str) -> str:
    """A sentence whose facts are left blank."""
    blanks: dict[str, str | int] = {}
    while True:
        try:
            return sentence(domain, key, lang, **blanks)
        except FactMissing as missing:
            fact = str(missing.facts["fact"])
            blanks[fact] = 2 if fact == "n" else CUT


def example(code: str, side: str) -> Path | None:
    """The file of an example, `wrong` or `right`; a few codes would need one that is too long."""
    name = f"{code}-{CODES[code].slug}"
    paths = (EXAMPLES / side / f"{name}{suffix}" for suffix in (".yaml", ".scenarios.yaml"))
    return next((path for path in paths if path.is_file()), None)


# ---------------------------------------------------------------------------------------------------- lines that differ


def _lines(path: Path | None) -> list[str]:
    return path.read_text(encoding="utf-8").rstrip("\n").split("\n") if path is not None else []


def _shown(mine: Sequence[str], other: Sequence[str]) -> Iterator[str]:
    """The lines that differ from the other example, with a few around, and the keys that hold them."""
    if not mine:
        return
    kept: set[int] = set()
    for tag, start, end, _, _ in SequenceMatcher(None, mine, other, autojunk=False).get_opcodes():
        if tag != "equal":
            kept |= set(range(max(0, start - AROUND), end))
            kept |= set(_beside(mine, start, end))
    for at in sorted(kept):
        kept |= set(_holders(mine, at))
    last = -1
    for at in sorted(kept):
        if at > last + 1 and _indent(mine[at]):
            yield " " * _indent(mine[at]) + CUT
        yield mine[at]
        last = at


def _beside(lines: Sequence[str], start: int, end: int) -> Iterator[int]:
    """The lines after those that differ, as long as they are of the same block."""
    indent = _indent(lines[min(start, len(lines) - 1)])
    for at in range(end, min(len(lines), max(end, start + 1) + AROUND)):
        if _indent(lines[at]) < indent:
            return
        yield at


def _holders(lines: Sequence[str], at: int) -> Iterator[int]:
    """The lines of the keys that hold a line."""
    indent = _indent(lines[at])
    for above in range(at - 1, -1, -1):
        if lines[above].strip() and _indent(lines[above]) < indent:
            indent = _indent(lines[above])
            yield above
        if indent == 0:
            return


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
