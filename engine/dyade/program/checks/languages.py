"""Is each text said in each language of the program, and in no other?"""

from __future__ import annotations

from dyade.program import model as m
from dyade.program.checks.ground import Ground
from dyade.program.checks.parts import marked

BARE = "*"
"""Where the model keeps a text that is written without a language."""


def check(ground: Ground) -> None:
    """Tell the languages that are missing, or unknown."""
    wanted = ground.model.locales
    for path, part in ground.parts:
        for where, texts in marked(path, part, "text"):
            if isinstance(part, m.Series) and where[-1] == "place" and part.place_field:
                continue
            said = wanted[:1] if BARE in texts else list(texts)
            for language in wanted:
                if language not in said:
                    ground.tell("T001", where, lang=language)
            for language in said:
                if language not in wanted:
                    ground.tell("T002", (*where, language), at_key=True, lang=language)
