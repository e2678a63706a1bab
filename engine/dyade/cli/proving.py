"""What is shown of proofs: how they are asked for, the room before each deadline, how many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from dyade.cli.paper import Span, flow
from dyade.cli.words import lang, say
from dyade.errors import ExtraMissing

if TYPE_CHECKING:
    from dyade.authoring.checked import Checked
    from dyade.authoring.proofs.inquiry import Heard
    from dyade.authoring.proofs.prove import Proofs


def prover(heard: Heard) -> Callable[..., Checked]:
    """What checks a program and proves what can be; raise `ExtraMissing` where nothing can."""
    try:
        from dyade.authoring.proofs.prove import prove_program
    except ModuleNotFoundError as missing:
        if missing.name != "z3":
            raise
        raise ExtraMissing("proofs") from None
    return partial(prove_program, lang=lang(), heard=heard)


def margins(proofs: Proofs) -> Iterator[str]:
    """How much room there is before each deadline."""
    for margin in proofs.margins:
        yield from flow(margin.sentence, lead=(Span("= ", "quiet"),), hang=2)
    if proofs.margins:
        yield ""


def summary(proofs: Proofs) -> Iterator[str]:
    """How many questions there were, and how many of them had an answer in time."""
    from dyade.flow.telling.words import figures

    seconds = f"{proofs.seconds:.1f}"
    asked, proved = proofs.proved + proofs.untold, proofs.proved
    told = say("check.proofs", asked, proved=proved, untold=proofs.untold, seconds=figures(seconds, lang()))
    yield from flow(Span(told, "quiet"), lead=("  ",), hang=2)
