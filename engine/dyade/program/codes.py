"""Which mistakes can be told? Every code, with its name, its severity and what a finished program makes of it.

The sentences stand in the catalogue of diagnostics under the code, and their {places} are the facts that a check gives.
"""

from __future__ import annotations

import enum
from typing import Final, NamedTuple


class Severity(enum.StrEnum):
    """How much a finding matters; an error alone stops a program."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Code(NamedTuple):
    """One kind of mistake."""

    slug: str
    severity: Severity
    strict: bool = False
    """Becomes an error in a program whose status is `active`."""
    each: str = ""
    """The fact that tells two mistakes of this code at one place apart; without it, a place is told once."""


MENDED: Final = frozenset(
    ("Y002", "Y008", "Y012", "Y014", "D005", "E104", "U010"),
)
"""The codes whose remedy is sure: it changes nothing of what was meant."""

_E, _W, _I = Severity.ERROR, Severity.WARNING, Severity.INFO

CODES: Final[dict[str, Code]] = {
    # The file and its YAML.
    "Y001": Code("file-too-large", _E),
    "Y002": Code("yaml-syntax", _E),
    "Y003": Code("duplicate-key", _E),
    "Y004": Code("several-documents", _E),
    "Y005": Code("anchor-alias", _E),
    "Y006": Code("yaml-tag", _E),
    "Y007": Code("too-deep", _E),
    "Y008": Code("odd-character", _E),
    "Y009": Code("more-problems", _I),
    "Y010": Code("looks-boolean", _W),
    "Y011": Code("leading-zero", _E),
    "Y012": Code("comma-in-braces", _E),
    "Y013": Code("bad-date", _E),
    "Y014": Code("stale-schema-line", _I),
    # Names and structure.
    "D001": Code("unknown-section", _E),
    "D002": Code("unknown-key", _E),
    "D003": Code("duplicate-id", _E),
    "D004": Code("trigger-count", _E),
    "D005": Code("bad-identifier", _E),
    "D006": Code("required-missing", _E, each="key"),
    "D007": Code("wrong-value", _E),
    "D008": Code("out-of-bounds", _E),
    "D009": Code("misplaced-key", _E),
    "D010": Code("unknown-role", _E),
    "D011": Code("unknown-state", _E),
    "D012": Code("unknown-template", _E),
    "D013": Code("unknown-field", _E),
    "D014": Code("unknown-form", _E),
    "D015": Code("ambiguous-state", _E),
    "D016": Code("unknown-reference", _E),
    "D020": Code("bad-duration", _E),
    "D021": Code("wrong-type", _E),
    "D030": Code("cyclic-formula", _E),
    "D031": Code("newer-language", _E),
    "D032": Code("newer-minor", _W),
    "D033": Code("numbers-alike", _E),
    # Conditions.
    "E100": Code("expr-syntax", _E),
    "E101": Code("expr-type", _E),
    "E102": Code("unknown-name", _E),
    "E103": Code("unknown-enum-value", _E),
    "E104": Code("date-minus-date", _E),
    "E105": Code("month-duration-compare", _E),
    "E106": Code("not-boolean", _E),
    "E107": Code("always-same", _W, strict=True),
    "E108": Code("read-too-early", _W, strict=True),
    "E109": Code("may-be-unknown", _I),
    "E110": Code("magic-number", _I),
    "E111": Code("compound-clause", _I),
    "E112": Code("private-in-guard", _W),
    "E113": Code("no-order", _E),
    "E114": Code("several-holders", _E),
    # The graph of states.
    "G001": Code("unreachable-state", _E),
    "G002": Code("dead-end", _E),
    "G003": Code("final-with-exit", _E),
    "G004": Code("no-way-to-end", _E),
    "G005": Code("automatic-loop", _E),
    "G006": Code("history-never-set", _W),
    "G007": Code("only-time-leaves", _W),
    "G008": Code("crosses-tracks", _E),
    "G009": Code("no-failure-exit", _W),
    "G010": Code("single-approver", _I),
    "G011": Code("duplicate-transition", _W),
    "G012": Code("misplaced-state", _E),
    # Roles.
    "R001": Code("nobody-may-fire", _E),
    "R002": Code("actor-not-assigned", _E),
    "R003": Code("self-approval", _W, strict=True),
    "R004": Code("joint-impossible", _E),
    "R005": Code("role-cannot-see", _W),
    "R006": Code("acceptance-not-awaited", _W, strict=True),
    "R007": Code("never-assigned-there", _W, strict=True),
    "R008": Code("several-certified", _E),
    # Forms and tables.
    "F001": Code("nobody-completes", _E),
    "F002": Code("form-never-available", _E),
    "F003": Code("signature-impossible", _E, each="role"),
    "F004": Code("form-unread", _W, strict=True),
    "F005": Code("sets-wrong-type", _E),
    "F007": Code("due-outside-window", _W, strict=True),
    "F010": Code("table-gap", _E, each="key"),
    "F011": Code("series-never-held", _E),
    "F012": Code("file-misplaced", _E),
    "F013": Code("period-never-begins", _E),
    # Quotas and budgets.
    "Q001": Code("quota-never-released", _W),
    "Q002": Code("quota-not-checked", _W, strict=True),
    "Q003": Code("nobody-to-wait", _E),
    "Q004": Code("budget-figure", _E),
    "Q005": Code("limit-type", _E),
    # Pairs.
    "Q006": Code("pair-of-program-role", _E),
    "Q007": Code("score-no-number", _E),
    "Q008": Code("weight-zero", _W),
    "Q009": Code("matching-tells-too-much", _E),
    "Q010": Code("offer-names-nobody", _E),
    "Q011": Code("decision-without-effect", _E),
    "Q012": Code("nobody-begins", _E),
    # Time and reminders.
    "M001": Code("reminder-never-sent", _E),
    "M002": Code("timer-after-deadline", _W, strict=True),
    "M003": Code("reminder-after-stop", _W, strict=True),
    "M004": Code("endless-reminder", _W),
    "M005": Code("no-reminder-before-timeout", _I),
    "M006": Code("weekend-date", _I),
    "M007": Code("clock-unspecified", _E, each="state"),
    "M008": Code("past-absolute-date", _W),
    "M009": Code("escalate-unreachable", _E),
    "M010": Code("no-timeout", _I),
    "M011": Code("flip-not-computed", _I),
    "M012": Code("clock-read-here", _E),
    "M013": Code("message-to-nobody", _W, strict=True),
    "M014": Code("relay-to-the-same", _W),
    # Texts.
    "T001": Code("missing-text", _W, strict=True, each="lang"),
    "T002": Code("unknown-language", _E, each="lang"),
    "T003": Code("placeholder-mismatch", _W),
    "T004": Code("unknown-placeholder", _E),
    "T005": Code("plural-missing", _I),
    "T006": Code("same-in-both", _I, each="lang"),
    "T007": Code("leaks-id", _W),
    "T008": Code("same-label", _W),
    # Provenance.
    "P001": Code("unknown-source", _E),
    "P002": Code("quote-not-found", _E),
    "P003": Code("no-basis", _I, strict=True),
    "P004": Code("interpretation-without-note", _W),
    "P007": Code("provision-forgotten", _W, strict=True),
    "P008": Code("catalogue-unread", _W),
    "P009": Code("provision-incomplete", _W, strict=True),
    "P010": Code("carried-and-excused", _W),
    # Privacy.
    "V001": Code("personal-without-retention", _W, strict=True),
    "V002": Code("wider-than-parent", _E),
    "V003": Code("purge-while-active", _E),
    "V004": Code("certificate-after-purge", _W),
    "V010": Code("retention-unfit", _E),
    "V006": Code("kept-too-briefly", _I),
    "V007": Code("file-in-the-open", _E),
    "V005": Code("sensitive-without-default", _W, strict=True),
    "V008": Code("opens-nothing", _W, strict=True, each="role"),
    "V009": Code("opened-unheard", _E),
    "V011": Code("sensitive-in-message", _E),
    # One version after another.
    "C001": Code("state-removed", _E),
    "C002": Code("field-retyped", _E),
    "C003": Code("guard-stricter", _W),
    "C004": Code("version-not-raised", _E),
    "C005": Code("migration-elsewhere", _E),
    "C006": Code("migration-twice", _E),
    # What nothing uses.
    "U001": Code("role-unused", _W),
    "U002": Code("param-unused", _W),
    "U003": Code("template-unused", _W),
    "U005": Code("aggregate-unused", _I),
    "U006": Code("certificate-unissued", _W, strict=True),
    "U007": Code("clause-unused", _W),
    "U008": Code("table-unused", _W),
    "U009": Code("field-never-set", _I),
    "U010": Code("unused-suppression", _W, each="name"),
    "U011": Code("unknown-suppression", _W, strict=True, each="name"),
    # Scenarios, and rules that compete.
    "K001": Code("half-tested", _I),
    "K002": Code("untested", _I),
    "K003": Code("impossible-step", _E),
    "K004": Code("day-off", _I),
    "K006": Code("clock-backwards", _E),
    "K007": Code("wrong-beginning", _E),
    "K008": Code("too-many-holders", _E),
    "K009": Code("other-program", _E),
    # What is proved; S002 is suspected without it.
    "S001": Code("guard-unsatisfiable", _E),
    "S002": Code("overlapping-guards", _W),
    "S003": Code("guard-gap", _W),
    "S004": Code("shadowed-branch", _W, strict=True),
    "S005": Code("redundant-clause", _I),
    "S006": Code("infeasible-in-time", _W, strict=True, each="what"),
    "S007": Code("reminder-never-true", _E),
    "S008": Code("unreachable-by-data", _E),
    "S010": Code("invariant-broken-by-time", _W),
    "S011": Code("form-accepts-nothing", _E),
    "S012": Code("no-pair-possible", _E),
}
