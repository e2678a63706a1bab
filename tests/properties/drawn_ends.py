"""What a drawn program leaves: certificates, and how long it keeps what concerns people."""

from __future__ import annotations

from tests.properties.drawing import Data, Drawing
from tests.properties.drawn_shared import guarded

ATTESTED = ("certificates.badge.issued", "not certificates.badge.issued", "is_set(certificates.badge.number)")


def certificates(d: Drawing, program: Data) -> None:
    """Add a certificate, with what issues it; one person at most holds the role that receives it."""
    alone = [role for role in d.roles if d.many[role] == 1]
    if not alone:
        return
    badge: Data = {
        "title": "Badge",
        "to": d.one(*alone),
        "issued_by": "The office",
        "number": d.one("B-{year}-{seq:4}", "{year}/{seq}"),
        **d.maybe(0.9, revoked_by=d.some(d.roles)),
        **d.maybe(0.3, visibility=d.some(d.roles)),
        **d.maybe(0.3, text="Has come this far."),
        **d.maybe(0.3, guard=[d.clause()]),
    }
    program["certificates"] = {"badge": badge}
    for rule in d.some(program["transitions"])[:3]:
        rule["effects"] = [*rule.get("effects", []), {"certificate": "badge"}]
    guarded(d, program, ATTESTED)


def retention(d: Drawing, program: Data) -> None:
    """Add how long it is kept: all of it, or what one form gave; soon gone, so that a walk sees it go."""
    forms = [f"forms.{form}" for form in d.forms]
    spared = ["certificate", *forms] if "certificates" in program else forms
    badly = {program["states"]["lost"]["outcome"]}
    program["retention"] = [
        {
            "id": d.id("gone"),
            **d.one(
                {"what": d.one(d.one(*forms), d.some(forms))},
                {"what": "dyad", **d.maybe(0.5, keep=d.some(spared))},
                {"what": "dyad", "then": "anonymise", "purpose": "To count"},
            ),
            **d.one({"in_state": d.one("won", ["won", "lost"])}, {"outcome": ["success", *badly]}),
            **d.maybe(0.2, **{"from": d.one("fields.ends", "fields.starts")}),
            "keep_for": d.one("1 day", "3 days", "36 hours", "1 week"),
            **d.maybe(0.3, label="Kept so long"),
        }
        for _ in range(d.one(1, 2))
    ]
