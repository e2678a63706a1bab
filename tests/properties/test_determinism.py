"""Do the same commands make the same lives in every process? No order of a set, no hash, no clock, no locale enters."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from dyade.flow.outcome import Context, Refusal
from dyade.flow.telling.explain import explain
from dyade.flow.telling.refusals import refusal_sentences
from dyade.flow.telling.timeline import timeline
from tests.flow.living import shipped
from tests.properties.programs import drawn
from tests.properties.walks import Walk

ROOT = Path(__file__).parents[2]


def lived() -> str:
    """A digest of some lives: everything decided, refused, told and planned."""
    digest = sha256()
    for program in (shipped(), drawn(2), drawn(9)):
        digest.update(f"{program.behaviour}{program.text}".encode())
        for seed in range(4):
            walk = Walk(program, seed)
            for step in walk.steps(150):
                digest.update(repr(step.outcome).encode())
                if isinstance(step.outcome, Refusal):
                    digest.update("".join(refusal_sentences(program, step.outcome.reasons, "fr", {})).encode())
            if walk.dyad is not None:
                context = Context(walk.now, walk.shared, walk.profiles)
                digest.update(repr(explain(program, walk.dyad, context, "ana", "en")).encode())
                digest.update(repr(timeline(program, walk.dyad, walk.records, context, None, "fr")).encode())
    return digest.hexdigest()


def _in_a_process(**surroundings: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", "from tests.properties.test_determinism import lived; print(lived())"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'engine'}{os.pathsep}{ROOT}", **surroundings},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.strip()


def test_a_life_is_the_same_in_every_process():
    """Whatever the seed of hashes, the zone and the language of the machine."""
    here = lived()
    assert len(here) == 64
    assert _in_a_process(PYTHONHASHSEED="1", TZ="Asia/Tokyo", LC_ALL="C") == here
    assert _in_a_process(PYTHONHASHSEED="4242", TZ="America/St_Johns", LANGUAGE="fr_CA", PYTHONOPTIMIZE="1") == here
