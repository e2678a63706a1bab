"""Does a whole life, told by the command line, read as it did? The transcripts are reviewed as diffs.

`DYADE_REWRITE=1 pytest tests/faces/test_transcripts.py` writes them anew.
"""

import os
import shlex
from pathlib import Path

import pytest

TRANSCRIPTS = Path(__file__).with_name("transcripts")
LIFE = """\
start jumelage mentore=amelie --as gilles
why D-1 jumeler --as gilles
advance D-1 jumeler --as gilles
assign D-1 mentor bruno experimente=oui --as gilles
accept D-1 --as bruno
set D-1 motif=projet --as amelie
advance D-1 jumeler --as gilles
fill D-1 entente objectifs=Écouter objectifs=Rédiger fin=2026-12-01 --as bruno
sign D-1 entente --as bruno
show D-1
@ 2026-09-18T14:00:00+00:00
tick
sign D-1 entente --as amelie
fill D-1 rencontres date=2026-09-17 minutes=60 utile=oui --as amelie
confirm D-1 rencontres --as gilles
advance D-1 terminer --as bruno
why D-1 terminer
why D-1 --as amelie
show D-1 --as amelie
due
list
advance D-1 prolonger nouvelle_fin=2026-11-01 --as gilles
advance D-1 terminer --as amelie
show D-1
advance D-1 fermer --as gilles
history D-1
list
verify
doctor
"""


COORDINATING = """\
start jumelage mentore=amelie motif=projet --as gilles
start jumelage mentore=bruno motif=arrivee --as gilles
assign D-1 mentor bruno --as gilles
todo --as bruno
accept D-1 --as bruno
todo --as gilles
bulk advance jumelage jumeler --state besoin --as gilles
bulk advance jumelage jumeler --state besoin --as gilles --apply
bulk advance jumelage jumeler --state besoin --as gilles --apply --id lot-1
todo --as amelie
@ 2026-11-18T14:00:00+00:00
todo --idle 20
programs close jumelage --reason Complet.
start jumelage mentore=amelie --as gilles
programs list
bulk advance jumelage fermer --where motif=arrivee --as gilles --apply --id lot-2
report jumelage --by motif
programs reopen jumelage
"""


WATCHING = """\
preview jumelage --from 2026-09-01
start jumelage mentore=amelie motif=projet --as gilles
assign D-1 mentor bruno --as gilles
accept D-1 --as bruno
outbox list
deliver
advance D-1 jumeler --as gilles
outbox list
outbox show 4b456a45
outbox show 0000
deliver --show
outbox list --status sent
outbox endpoints
outbox retry
outbox drop --failed
@ 2026-09-18T14:00:00+00:00
health
doctor
tick
health
due --until 2026-12-31
privacy accesses
privacy incident --what "Courriel au mauvais destinataire" --people 1 --risk low
privacy incidents
privacy erasures
"""


STORIES = {"life": LIFE, "coordinating": COORDINATING, "watching": WATCHING}


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize(("lang", "columns"), [("fr", 100), ("en", 60)])
def test_a_story_reads_as_it_did(peopled, lang, columns, name):
    told = "".join(_lines(peopled, STORIES[name], lang, columns))
    file = TRANSCRIPTS / f"{name}.{lang}.txt"
    if os.environ.get("DYADE_REWRITE"):
        file.write_text(told, encoding="utf-8")

    assert told == file.read_text(encoding="utf-8")


def _lines(dyade, story, lang, columns):
    for line in story.splitlines():
        if line.startswith("@ "):
            dyade.at(line[2:])
            yield f"# {line[2:]}\n\n"
            continue
        ran = dyade(*shlex.split(line), env={"DYADE_LANG": lang, "COLUMNS": str(columns)})
        yield f"$ dyade {line}\n{ran.out}{ran.err}" + (f"[{ran.code}]\n" if ran.code else "") + "\n"
