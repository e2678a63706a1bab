"""Does a clause let less through than it did, or more? By proof, where its words do not tell: S009."""

from __future__ import annotations

from dyade.authoring.proofs.encoding import Encoding
from dyade.authoring.proofs.lengths import Lengths
from dyade.authoring.proofs.meaning import conj, neg
from dyade.authoring.proofs.solver import Solver
from dyade.authoring.proofs.variables import Frame
from dyade.authoring.strictness import CHANGED, LOOSER, SAME, STRICTER
from dyade.flow.plan import calendar_of
from dyade.program.conditions.tree import Call, Node, Read, reads, walk
from dyade.program.names import SiteScope
from dyade.program.program import Program
from dyade.program.typed import Leaf

_COMPUTED = frozenset(("deadlines", "series", "quotas", "budgets"))


class Comparer:
    """Compares the clauses of two versions of one program."""

    def __init__(self, new: Program) -> None:
        self.program = new
        self.lengths = Lengths(calendar_of(new))
        self.solver = Solver()

    def __call__(self, was: Leaf, now: Leaf) -> str:
        """`same`, `stricter` or `looser`; `changed` where neither is proved."""
        if not (self._is_common(was.when, now) and self._is_common(now.when, now)):
            return CHANGED
        stricter, looser = self._implies(now, was, now), self._implies(was, now, now)
        if stricter and looser:
            return SAME
        return STRICTER if stricter else LOOSER if looser else CHANGED

    def _implies(self, one: Leaf, other: Leaf, at: Leaf) -> bool:
        """Whether the other is yes wherever the one is."""
        encoding = Encoding(self.program, self.lengths)
        frame = Frame()
        holds = encoding.condition(one.when, at.site, frame).yes
        fails = neg(encoding.condition(other.when, at.site, frame).yes)
        return self.solver.ask([*encoding.axioms, conj(holds, fails)], None, encoding.refine).holds is False

    def _is_common(self, node: Node, at: Leaf) -> bool:
        """Whether a condition means the same in both versions: what it reads is the same thing in the new one."""
        if any(
            isinstance(part, Call) and part.name in ("tables", "is_in", "visited", "days_in") for part in walk(node)
        ):
            return False
        scope = SiteScope(self.program.declared, at.site)
        return all(read.constant is not None or self._is_read_here(scope, read) for read in reads(node))

    def _is_read_here(self, scope: SiteScope, read: Read) -> bool:
        if read.parts[0] in _COMPUTED:
            return False
        field = self.program.model.fields.get(read.parts[-1]) if read.parts[0] == "fields" else None
        return scope.resolve(read.parts) == read and (field is None or field.formula is None)
