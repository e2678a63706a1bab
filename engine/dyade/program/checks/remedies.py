"""How would a condition be written otherwise? Two clauses for two ideas, a parameter for a bare number.

What is proposed says the same thing; it gives names, though, that only the author can find well.
"""

from __future__ import annotations

import re

from dyade.program.accidents import quoted
from dyade.program.checks.ground import Ground
from dyade.program.conditions.tree import Logic
from dyade.program.diagnostics import Fix, Place
from dyade.program.tree import Path
from dyade.program.typed import BadCondition


def remedies(ground: Ground, bad: BadCondition, place: Place) -> tuple[Fix, ...]:
    """The edits that would mend a condition; none, where an author would do it better."""
    error = bad.error
    if error.code == "E114":  # one of several people cannot be chosen by writing another name
        return ()
    if error.suggestion:
        return (Fix(place=place, text=error.suggestion),)
    clause = ground.tree.value(bad.place[:-1])
    if bad.place[-1:] != ("when",) or not isinstance(clause, dict) or not isinstance(clause.get("id"), str):
        return ()
    if error.code == "E111":
        return _split(ground, bad.place, clause)
    if error.code == "E110":
        return _named(ground, clause, str(error.facts["number"]), place)
    return ()


# Two clauses.


def _split(ground: Ground, when: Path, clause: dict[str, object]) -> tuple[Fix, ...]:
    tree, of = ground.tree, when[:-1]
    parts = _parts(ground, when)
    written = tree.written(tree.place(of))
    # A waiver lifts a clause by its name, and a comment is about one of the two: the author must choose.
    if len(parts) < 2 or "waivable_by" in clause or "#" in written or not isinstance(of[-1], int):
        return ()
    name = str(clause["id"])
    names = [name, *(f"{name}_{n}" for n in range(2, len(parts) + 1))]
    if ground.clause_ids & set(names[1:]):
        return ()
    copies = [
        _copy(ground, of, dict(zip(("id", "when"), pair, strict=True))) for pair in zip(names, parts, strict=True)
    ]
    start = tree.place(of)
    before = tree.lines[start.line - 1][: start.column - 1]
    between = "\n" + before if before.strip() == "-" else ", "
    return (Fix(place=start, text=between.join(copies)),)


def _parts(ground: Ground, when: Path) -> list[str]:
    text = ground.tree.value(when)
    leaf = ground.leaves.get(when) or ground.leaves.get(when[:-1])
    node = leaf.when if leaf is not None else None
    if not isinstance(node, Logic) or not isinstance(text, str):
        return []
    return [text[item.start : item.end] for item in node.items]


def _copy(ground: Ground, of: Path, values: dict[str, str]) -> str:
    """A clause as it is written, with other values under some of its keys."""
    tree, extent = ground.tree, ground.tree.place(of)
    text, at = [], extent
    for key in sorted(values, key=lambda key: tree.place((*of, key))):
        place = tree.place((*of, key))
        text.append(tree.written(Place(at.line, at.column, place.line, place.column)))
        text.append(_as_written(tree.written(place), values[key]))
        at = Place(place.end_line, place.end_column, extent.end_line, extent.end_column)
    return "".join((*text, tree.written(Place(at.line, at.column, extent.end_line, extent.end_column))))


def _as_written(before: str, value: str) -> str:
    return quoted(value) if before[:1] in ("'", '"', "|", ">") else value


# A parameter.


def _named(ground: Ground, clause: dict[str, object], number: str, place: Place) -> tuple[Fix, ...]:
    """A parameter of the clause's name, in its words, first of its section; none for a clause without words."""
    tree, name = ground.tree, str(clause["id"])
    params, label = tree.value(("params",)), _label(ground, clause)
    if not label or not isinstance(params, dict) or not params or name in params:
        return ()
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        return ()
    first = tree.key_place(("params", next(iter(params))))
    before = tree.lines[first.line - 1][: first.column - 1]
    if before.strip():
        return ()
    line = f"{before}{name}: {{value: {number}, label: {label}, basis: assumed}}\n"
    return Fix(place=place, text=f"params.{name}"), Fix(place=Place(first.line, 1, first.line, 1), text=line)


def _label(ground: Ground, clause: dict[str, object]) -> str:
    """What the clause says of itself in every language, as it is written between braces."""
    said = clause.get("label", clause.get("message"))
    words = said if isinstance(said, dict) else dict.fromkeys(ground.model.locales, said)
    texts = {locale: _worded(words.get(locale)) for locale in ground.model.locales}
    if not all(texts.values()):
        return ""
    if len(set(texts.values())) == 1:
        return next(iter(texts.values()))
    return "{" + ", ".join(f"{locale}: {text}" for locale, text in texts.items()) + "}"


def _worded(text: object) -> str:
    """A sentence as a label, quoted where it must be; nothing for one that shows a value."""
    if not isinstance(text, str) or "{" in text or "\n" in text:
        return ""
    plain = text.strip().removesuffix(".")
    return plain if re.fullmatch(r"[^\W\d_][\w '’()-]*", plain) else quoted(plain)
