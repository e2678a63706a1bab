"""dyade runs the life of mentoring pairs from programs that administrators write in YAML.

    from dyade import Engine, Refusal

Importing it loads nothing else: each name is found when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dyade.flow.outcome import Decision, Reason, Refusal
    from dyade.service.attaching import Attachment
    from dyade.wiring import Engine

__all__ = ["Attachment", "Decision", "Engine", "Reason", "Refusal"]

_HOMES = {
    "Attachment": "dyade.service.attaching",
    "Decision": "dyade.flow.outcome",
    "Engine": "dyade.wiring",
    "Reason": "dyade.flow.outcome",
    "Refusal": "dyade.flow.outcome",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
