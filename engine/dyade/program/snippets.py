"""What may an editor offer, beyond the models' own sentences? Pieces to start from, and what each choice means.

Every sentence here has its French in the catalogue `language`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FRAGMENTS: Mapping[str, str] = {
    "text": "A text in each language: {fr: …, en: …}.",
    "condition": "A condition: something that is true or false, such as `forms.agreement.signed`.",
    "expression": "An expression: a value computed from others, such as `fields.end - 2 weeks`.",
    "duration": "A duration, such as `6 months` or `10 business days`, or a param that holds one.",
    "scalar": "A value: a number, a text, a date, true or false.",
    "identifier": "An identifier: small letters without accents, digits and underscores.",
    "state": "A state: its last name where that is unique, or its full path.",
    "datum_type": "A type of data: text, date, list<text>…",
    "name": "A name of the program, or `$name` for a value of the matrix.",
    "where": "A state or an item of the program, or `$name` for a value of the matrix.",
    "value": "What a form, a field or an attribute is given; empty is a value.",
    "values": "{name: value}: what a form, an input or a person is given.",
}

ENUMS: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("stated", "interpretation", "assumed"): (
        "The source says it.",
        "You read it so: add a note.",
        "Your own choice: no source says it.",
    ),
    ("none", "personal", "sensitive"): (
        "Says nothing of a person.",
        "Kept apart, and can be erased.",
        "Kept apart, can be erased, and is shown to those who are named only.",
    ),
    ("must", "should"): ("Blocks while it does not hold.", "Advises, and never blocks."),
    ("dyad", "program"): ("Held in each dyad by its own persons.", "Held by the same persons for all the dyads."),
    ("draft", "active", "retired"): (
        "Being written: gaps are warnings.",
        "In use: gaps are errors.",
        "No new dyads; running ones go on.",
    ),
    ("run", "pause", "restart"): (
        "They go on counting.",
        "They stop, and resume where they were.",
        "They begin again on return.",
    ),
    ("success", "failure", "withdrawn", "expired", "rejected"): (
        "The mentoring reached its end.",
        "It ended without reaching it.",
        "Someone left.",
        "Time ran out.",
        "It was never accepted.",
    ),
    ("once", "all", "skip"): ("The last of the late ones.", "All of the late ones.", "None of the late ones."),
    ("next_business_day", "previous_business_day", "none"): (
        "The business day after.",
        "The business day before.",
        "It stays on its day.",
    ),
    ("normal", "urgent"): ("May wait for a digest.", "Goes out at once."),
    ("quebec_public", "quebec_private", "ontario", "none"): (
        "A public body of Quebec.",
        "A private organisation of Quebec.",
        "An organisation of Ontario.",
        "No legal minimum is applied.",
    ),
    ("quebec", "ontario"): ("The statutory holidays of Quebec.", "The statutory holidays of Ontario."),
    ("once", "many"): ("One entry.", "As many entries as wanted."),
    ("keep", "recompute"): ("What has begun keeps its day.", "It begins anew."),
    ("migrate", "finish_on_old", "ask"): (
        "Every dyad.",
        "None: they end on the version they have.",
        "Those that are named.",
    ),
}
"""The choices of a key, and what each means."""

_LABEL = {"fr": "${2:…}", "en": "${3:…}"}

SNIPPETS: Mapping[str, tuple[tuple[str, Any], ...]] = {
    "Transition": (
        (
            "A step that someone takes",
            {"id": "${1:step}", "label": _LABEL, "from": "${4:state}", "to": "${5:state}", "by": ["${6:role}"]},
        ),
        (
            "A step that happens by itself as soon as its guard holds",
            {
                "id": "${1:step}",
                "label": _LABEL,
                "from": "${4:state}",
                "to": "${5:state}",
                "auto": True,
                "guard": [{"id": "${6:clause}", "when": "${7:forms.x.signed}"}],
            },
        ),
        (
            "A step that time takes",
            {
                "id": "${1:step}",
                "label": _LABEL,
                "from": "${4:state}",
                "to": "${5:state}",
                "at": "${6:fields.end}",
            },
        ),
    ),
    "Form": (
        (
            "A form filled once",
            {
                "label": {"fr": "${1:…}", "en": "${2:…}"},
                "entry": {"${3:datum}": {"type": "${4:text}", "label": {"fr": "${5:…}", "en": "${6:…}"}}},
                "filled_by": ["${7:role}"],
                "available_in": ["${8:state}"],
            },
        ),
        (
            "A log: as many entries as wanted",
            {
                "label": {"fr": "${1:…}", "en": "${2:…}"},
                "entry": {"date": {"type": "date", "label": {"fr": "Date", "en": "Date"}}},
                "filled_by": ["${3:role}"],
                "available_in": ["${4:state}"],
                "repeat": "many",
                "dated_by": "date",
            },
        ),
    ),
    "Clause": (
        (
            "A clause that blocks",
            {"id": "${1:clause}", "when": "${4:condition}", "message": _LABEL, "source": "${5:provision}"},
        ),
        (
            "A clause that advises",
            {"id": "${1:clause}", "level": "should", "when": "${4:condition}", "message": _LABEL},
        ),
    ),
    "Reminder": (
        (
            "A reminder before a day",
            {
                "id": "${1:reminder}",
                "to": ["${2:role}"],
                "while": "${3:state}",
                "at": "${4:fields.end} - ${5:2 weeks}",
                "template": "${6:template}",
            },
        ),
        (
            "A reminder that is repeated, then escalated",
            {
                "id": "${1:reminder}",
                "to": ["${2:role}"],
                "while": "${3:state}",
                "after": "${4:10 business days}",
                "every": "${5:5 business days}",
                "max": 3,
                "template": "${6:template}",
                "escalate": {"after": 3, "to": ["${7:role}"], "template": "${8:template}"},
            },
        ),
    ),
}
"""Pieces to start from, by the part that they make."""
