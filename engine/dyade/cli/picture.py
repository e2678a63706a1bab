"""How is an explanation drawn: what is open, what blocks, with which numbers, and the way out?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from dyade.cli.paper import Span, Text, flow, mark, pad, room, width
from dyade.cli.words import lang, say
from dyade.texts import sentence

if TYPE_CHECKING:
    from dyade.flow.telling.explain import ClauseView, Explanation, TransitionView

WIDE = 80
"""From this width on, what a clause says stands beside its name."""
LONGEST_NAME = 26
SOON = 3
"""What time will do that is told beside the way out; `due` tells the rest."""
DOT = Span(" · ", "quiet")

ORDER = ("open", "waiting", "blocked", "automatic", "not_allowed", "not_available")
"""What one can do comes first."""
STATUS_STYLES = {
    "open": "yes",
    "blocked": "no",
    "waiting": "warn",
    "automatic": "name",
    "not_allowed": "quiet",
    "not_available": "quiet",
}


def picture(explanation: Explanation) -> list[str]:
    """One transition wholly, or all of them."""
    one = explanation.transitions[0] if len(explanation.transitions) == 1 else None
    title = say("quoted", text=one.label) if one else explanation.program
    head: list[Text] = [
        Span(say("why.dyad", dyad=explanation.dyad), "title"),
        DOT,
        Span(title, "title"),
        DOT,
        explanation.day,
    ]
    lines = flow(*head)
    if one is not None:
        return lines + _transition(one, alone=True) + way_out(explanation)
    lines += standing(explanation.states)
    for transition in sorted(explanation.transitions, key=lambda view: ORDER.index(view.status)):
        if transition.status != "not_available":
            lines += _transition(transition, alone=False)
    return lines + _elsewhere(explanation.transitions) + way_out(explanation)


def _elsewhere(transitions: Iterable[TransitionView]) -> list[str]:
    """What is not to be done from here, in a few lines: each has its own picture, for who asks."""
    others = [f"{view.label} ({view.id})" for view in transitions if view.status == "not_available"]
    if not others:
        return []
    return ["", *flow(Span(", ".join(others), "quiet"), lead=[Span(say("why.elsewhere"), "quiet"), " "], hang=2)]


def standing(states: Iterable[tuple[str, str]]) -> list[str]:
    """Where the dyad is, track by track."""
    said = [say("why.track", track=region, state=state) if region else state for region, state in states]
    return flow(DOT.text.join(said), lead=["  ", Span(pad(say("why.state"), 8), "quiet"), " "])


def _transition(view: TransitionView, alone: bool) -> list[str]:
    lines: list[str] = []
    if not alone:
        sign, style = sign_of(view.status)
        told: list[Text] = [Span(view.label, "strong"), " ", Span(f"({view.event})", "quiet")]
        if view.target:
            told += [Span(f" {mark('→', '->')} {view.target}", "quiet")]
        told += ["  ", Span(say(f"status.{view.status}"), style)]
        lines += ["", *flow(*told, lead=[Span(sign, style), " "])]
    elif view.status in ("not_available", "not_allowed"):
        lines += flow(Span(say(f"status.{view.status}"), "no"), lead=["  "])
    lines += _who(view)
    if view.status == "not_available" and view.from_:
        lines += _fact("why.from", ", ".join(view.from_))
    if view.when:
        lines += _fact("why.when", view.when)
    name = min(LONGEST_NAME, max((width(clause.id) for clause in view.clauses), default=0))
    for clause in view.clauses:
        lines += _clause(clause, name)
    return lines


def sign_of(status: str) -> tuple[str, str]:
    """The sign of a transition, and its style."""
    signs = {"open": mark("●", "*"), "waiting": mark("◐", "~"), "automatic": mark("◌", "o")}
    return signs.get(status, mark("○", "-")), STATUS_STYLES.get(status, "")


def _who(view: TransitionView) -> list[str]:
    """Who may act, who has agreed already, and who is wanted still."""
    if not view.who:
        return []
    said = say("why.together", who=listed(view.who)) if view.together else ", ".join(view.who)
    if view.assents:
        agreed = ", ".join(say("why.agreed", person=person, day=day) for person, day in view.assents)
        said += f" — {agreed}"
        if view.until:
            said += f" ({say('why.until', until=view.until)})"
    if view.missing_assents:
        said += (", " if view.assents else " — ") + say("why.missing", people=listed(view.missing_assents))
    return _fact("why.who", said)


def listed(items: Sequence[str]) -> str:
    """Several, all of them: "a, b et c"."""
    if len(items) < 2:
        return "".join(items)
    return say("list.and", shown=", ".join(items[:-1]), last=items[-1])


def _fact(key: str, text: str) -> list[str]:
    return flow(text, lead=["  ", Span(pad(say(key), 8), "quiet"), " "])


def _clause(clause: ClauseView, name: int) -> list[str]:
    if clause.op:
        return flow(Span(clause.sentence, "quiet"), lead=["  " * (clause.depth + 1)])
    sign, style = _verdict(clause)
    said = _said(clause)
    indent = "  " * (clause.depth + 1)
    lead: list[Text] = [indent, Span(sign, style), " ", Span(pad(clause.level, 6), "quiet"), " "]
    wide = room() >= WIDE
    start = width(indent) + (11 + name if wide else 2)
    todo = clause.todo if clause.verdict in ("no", "unknown") else ""
    beside = start + sum(width(piece if isinstance(piece, str) else piece.text) for piece in said) + 2 + width(todo)
    if todo and beside <= room():
        said += ["  ", Span(todo, "quiet")]
        todo = ""
    lines = flow(*said, lead=[*lead, pad(clause.id, name), "  "] if wide else [indent, "  "])
    if not wide:
        lines = flow(clause.id, lead=lead) + lines
    if clause.verdict in ("yes", "waived", "hidden"):
        return lines
    return lines + _more(clause, todo, indent + "           " if wide else indent + "    ")


def _verdict(clause: ClauseView) -> tuple[str, str]:
    """The sign of a clause: what only should be is warned about, never red."""
    if clause.verdict == "no" and clause.level == "should":
        return "!", "warn"
    return {
        "yes": (mark("✔", "+"), "yes"),
        "no": (mark("✘", "x"), "no"),
        "unknown": ("?", "warn"),
        "waived": ("~", "name"),
    }.get(clause.verdict, (mark("·", "."), "quiet"))


def _said(clause: ClauseView) -> list[Text]:
    said: list[Text] = [clause.sentence]
    if clause.missing:
        said.append(f" ({clause.missing})")
    if clause.verdict == "waived":
        said.append(Span(f"  {say('why.waived')}", "name"))
    return said


def _more(clause: ClauseView, todo: str, indent: str) -> list[str]:
    """What was read, what is unknown, what helps, and where it is written."""
    lines: list[str] = []
    unsaid = [f"{label} = {value}" for label, value in clause.values if _tells_more(value, clause.sentence)]
    if unsaid:
        lines += flow(Span(DOT.text.join(unsaid), "quiet"), lead=[indent])
    if any(label not in clause.sentence for label in clause.unknown):
        lines += flow(Span(say("why.unknown", what=", ".join(clause.unknown)), "warn"), lead=[indent])
    for help_ in (todo, clause.hint):
        if help_:
            lines += flow(help_, lead=[indent, Span(f"{mark('→', '->')} ", "name")])
    if clause.waivable_by:
        lines += flow(Span(say("why.waivable", who=", ".join(clause.waivable_by)), "quiet"), lead=[indent])
    for name, said in clause.provisions:
        lines += flow(Span(said, "quiet"), lead=[indent, Span(name, "name"), "  " if said else ""])
    return lines


def _tells_more(value: str, told: str) -> bool:
    """Whether a value that was read adds to the sentence: a bare yes, no or nothing does not."""
    bare = {sentence("answers", f"value.{word}", lang()) for word in ("yes", "no", "empty")}
    return value not in bare and value not in told


def way_out(explanation: Explanation) -> list[str]:
    """The shortest way out, and what time will do if nobody does anything."""
    lines: list[str] = []
    if explanation.todo:
        lines += flow(*_steps(explanation.todo), lead=[Span(say("why.at_least"), "strong"), " "], hang=2)
    if explanation.upcoming:
        said = "; ".join(f"{when.removesuffix(' 00:00')} {what}" for when, what in explanation.upcoming[:SOON])
        others = len(explanation.upcoming) - SOON
        said += f"; {say('why.more', others, dyad=explanation.dyad)}" if others > 0 else "."
        lines += flow(said, lead=[Span(say("why.otherwise"), "strong"), " "], hang=2)
    return ["", *lines] if lines and len(explanation.transitions) != 1 else lines


def _steps(todo: Sequence[str]) -> list[Text]:
    return ["  ".join(f"{n})\u00a0{step}" for n, step in enumerate(todo, 1))]
