"""Can each certificate be issued, to one person, by someone, under a number that no other bears?"""

from __future__ import annotations

import re

from dyade.program import model as m
from dyade.program.checks.ground import Ground, Path
from dyade.program.checks.roles import possible


def check(ground: Ground) -> None:
    """Tell certificates that nothing issues, that nobody or several would receive, whose numbers may be alike."""
    model = ground.model
    if not model.certificates:
        return
    issued = set()
    for path, effect in ground.of(m.Effect):
        if effect.certificate is not None:
            issued.add(effect.certificate)
            _where(ground, path, effect)
    shapes: dict[str, str] = {}
    for name, certificate in model.certificates.items():
        place: Path = ("certificates", name)
        _to(ground, place, certificate)
        _issuer(ground, place, certificate)
        if certificate.issued_by is None and model.owner is None:
            ground.tell("D006", place, at_key=True, variant="here", key="issued_by")
        first = shapes.setdefault(shape(certificate.number), certificate.number)
        if first != certificate.number:
            ground.tell("D033", (*place, "number"), number=certificate.number, other=first)
        if name not in issued and name not in ground.meant and name not in ground.left_out_words:
            ground.tell("U006", place, at_key=True, certificate=name)


def shape(number: str) -> str:
    """What two numbers have alike where they may be taken for each other: all but the figures."""
    return re.sub(r"(?:\{year\}|\{seq(?::[1-9])?\}|[0-9])+", "#", number)


def _where(ground: Ground, path: Path, effect: m.Effect) -> None:
    """What a certificate asks for is judged with a transition: nothing else may issue one, nor only perhaps."""
    if path[0] != "transitions":
        ground.tell("D009", (*path, "certificate"), at_key=True, variant="certificate", name="certificate")
    elif effect.only_if is not None:
        ground.tell("D009", (*path, "only_if"), at_key=True, variant="certain", name="only_if")


def _issuer(ground: Ground, place: Path, certificate: m.Certificate) -> None:
    """Somebody can hold the role in whose name it is given, and it is not whoever receives it."""
    role = certificate.issuer
    if role is None or role not in ground.model.roles:
        return
    if role == certificate.to:
        ground.tell("R003", (*place, "issuer"), variant="certificate", role=role)
    elif role not in possible(ground):
        ground.tell("R002", (*place, "issuer"), variant="certificate", role=role)


def _to(ground: Ground, place: Path, certificate: m.Certificate) -> None:
    role = ground.model.roles.get(certificate.to)
    if role is not None and (role.scope == "program" or role.count.max > 1):
        ground.tell("R008", (*place, "to"), role=certificate.to)
