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
    "G011": Code("duplicate-transition", _W),
    "G012": Code("misplaced-state", _E),
    # Roles.
    "R001": Code("nobody-may-fire", _E),
    "R002": Code("actor-not-assigned", _E),
    "R003": Code("self-approval", _W, strict=True),
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
    "M004": Code("endless-reminder", _W),
    "M007": Code("clock-unspecified", _E, each="state"),
    "M008": Code("past-absolute-date", _W),
    "M009": Code("escalate-unreachable", _E),
    "M011": Code("flip-not-computed", _I),
    "M012": Code("clock-read-here", _E),
    # Texts.
    "T001": Code("missing-text", _W, strict=True, each="lang"),
    "T002": Code("unknown-language", _E, each="lang"),
    "T003": Code("placeholder-mismatch", _W),
    "T004": Code("unknown-placeholder", _E),
    # Provenance.
    "P001": Code("unknown-source", _E),
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
    "C005": Code("migration-elsewhere", _E),
    "C006": Code("migration-twice", _E),
    # What nothing uses.
    "U001": Code("role-unused", _W),
    "U002": Code("param-unused", _W),
    "U003": Code("template-unused", _W),
    "U005": Code("aggregate-unused", _I),
    "U006": Code("certificate-unissued", _W, strict=True),
    # Scenarios, and rules that compete.
    "K003": Code("impossible-step", _E),
    "K006": Code("clock-backwards", _E),
    "K007": Code("wrong-beginning", _E),
    "K008": Code("too-many-holders", _E),
    "K009": Code("other-program", _E),
    "S002": Code("overlapping-guards", _W),
}
