"""The one door: load -> decide -> keep, in one transaction, answered once it lasts.

    1  the id: was this command accepted already?          the first answer again
    2  the dyad as it is kept, its program by digest       NotFound, Conflict
    3  the context: shared roles, profiles, the time       an unknown person is a refusal
    4  decide                                              Decision | Refusal
    5  keep, then commit: records, dyad, next due instant, messages, the id, all or none

A refusal leaves nothing but what time did before it.
"""

from __future__ import annotations

from collections.abc import Callable

from dyade.errors import CommandReused, Conflict, NotFound
from dyade.flow.decide import decide
from dyade.flow.dyad import new
from dyade.flow.messages import SYSTEM, ChangeAttributes, Command, Reveal, Revealed, Start, Tick
from dyade.flow.outcome import Context, Decision, Reason, Refusal
from dyade.flow.telling.confidential import GLASS
from dyade.service import anonymising
from dyade.service.answers import again, asked, spelled, to_remember
from dyade.service.attaching import NO_FILES, Contents, NotAttached, detached, too_much, with_files
from dyade.service.context import UnknownPerson, gathered, takes_part
from dyade.service.counting import counters_for
from dyade.service.desk import Desk
from dyade.service.enrolling import follow
from dyade.service.journal import Lives
from dyade.service.keep import Before, kept
from dyade.service.looking_on import Seen, during, kind_of, seen, tell
from dyade.service.notices import wording
from dyade.service.ports import Answer, StoredDyad, Writing
from dyade.service.programs import Known

ATTEMPTS = 10
"""How often a command that expects no revision is tried again after someone else's."""


def act(desk: Desk, dyad_id: str, command: Command, id_: str | None, expects: int | None) -> Decision | Refusal:
    """Do what a command asks of a dyad, or say why not."""
    command, files = detached(command)
    if files and (refusal := too_much(files)) is not None:
        return refusal
    command = spelled(command)
    request = None if id_ is None else asked(dyad_id, command)
    attempt = 1
    while True:
        try:
            return desk.write(lambda t: _Work(desk, t, command, id_, request, files=files).on(dyad_id, expects))
        except Conflict as conflict:
            # A store that does not queue its writers may find out only as it keeps. What dyads share moves too:
            # the dyad is then at the revision that was expected.
            if attempt == ATTEMPTS or (expects is not None and conflict.expected != conflict.actual):
                raise
            attempt += 1


def start(desk: Desk, program: str, command: Start, id_: str | None) -> Decision | Refusal:
    """Begin a dyad, or say why not."""
    command, files = detached(command)
    if files and (refusal := too_much(files)) is not None:
        return refusal
    command = spelled(command)
    request = None if id_ is None else asked(program, command)
    attempt = 1
    while True:
        try:
            return desk.write(lambda t: _Work(desk, t, command, id_, request, files=files).begun(program))
        except Conflict:
            # What dyads share may have been taken meanwhile.
            if attempt == ATTEMPTS:
                raise
            attempt += 1


def act_within(
    desk: Desk, transaction: Writing, row: StoredDyad, command: Command, now: int, *, remembers: bool = True
) -> tuple[Decision | Refusal, Callable[[], None]]:
    """Do what a command asks, as a part of a transaction that someone else commits; then they call what is given.

    The dyads that a work on many goes through need not be remembered: they would take the places of those that commands
    come back to.
    """
    work = _Work(desk, transaction, command, None, None, now, remembers=remembers)
    with during(desk, "act", kind_of(command), row.id):
        return work.upon(*desk.opened(row, remembers=remembers)), work.lasts


class _Work:
    """One command in one transaction."""

    __slots__ = (
        "_command", "_desk", "_files", "_fresh", "_id", "_now", "_published", "_remembers", "_request", "_seen", "_t",
    )  # fmt: skip

    def __init__(
        self,
        desk: Desk,
        transaction: Writing,
        command: Command,
        id_: str | None,
        request: str | None,
        now: int | None = None,
        files: Contents = NO_FILES,
        *,
        remembers: bool = True,
    ) -> None:
        self._desk = desk
        self._remembers = remembers
        self._files = files
        self._t = transaction
        self._command = command
        self._id = id_
        self._request = request
        # Asked once the transaction is open, so that instants follow the order of the journal.
        self._now = desk.now() if now is None else now
        self._fresh: list[Before] = []
        self._published: list[Known] = []
        self._seen: Seen | None = None

    def on(self, dyad_id: str, expects: int | None) -> Decision | Refusal:
        answer = self._answered()
        if answer is not None:
            return answer
        found = self._desk.found(self._t, dyad_id)
        if found is None:
            raise NotFound("dyad", dyad_id)
        known, before = found
        if expects is not None and before.row.revision != expects:
            raise Conflict(dyad_id, expects, before.row.revision)
        outcome = self.upon(known, before)
        self._commit()
        return outcome

    def begun(self, program: str) -> Decision | Refusal:
        outcome = self._begin(program)
        if isinstance(outcome, Refusal) and self._desk.onlookers:
            # Nothing is to last of it.
            self._told(program, "", outcome, None)
            self._tell()
        return outcome

    def _begin(self, program: str) -> Decision | Refusal:
        answer = self._answered()
        if answer is not None:
            return answer
        known = self._desk.programs.current(program)
        withdrawn = next((w for w in self._t.withdrawals(program) if w.behaviour == known.behaviour), None)
        if withdrawn is not None:
            facts = {"version": withdrawn.version, "reason": withdrawn.reason}
            return Refusal((Reason("withdrawn", program, facts),))
        closed = self._t.closed(program)
        if closed is not None:
            return Refusal((Reason("program_closed", program, {"reason": closed}),))
        number = self._t.next_number()
        outcome = self._decide(known, None, f"D-{number}")
        if isinstance(outcome, Decision):
            try:
                self._keep(known, None, number, outcome)
            except NotAttached as lacking:
                return Refusal((lacking.reason,))
            self._remember(0, outcome)
            if self._desk.onlookers:
                self._told(program, outcome.dyad.id, outcome, None)
            self._commit()
        return outcome

    def upon(self, known: Known, before: Before) -> Decision | Refusal:
        """Decide upon a dyad and keep what follows, without committing."""
        row = before.row
        outcome = self._decide(known, before, row.id)
        decision = outcome if isinstance(outcome, Decision) else outcome.time
        if decision is not None:
            if decision.records:
                try:
                    self._keep(known, before, row.number, decision)
                except NotAttached as lacking:
                    # Time will do again, with its own instants, what it had done before.
                    return Refusal((lacking.reason,))
            elif decision.next_due != row.next_due:
                self._t.set_next_due(row, decision.next_due)
        if isinstance(outcome, Decision):
            self._remember(row.revision, outcome)
        if self._desk.onlookers:
            self._told(known.program.id, row.id, outcome, row.next_due)
        return outcome

    def _told(self, program: str, dyad: str, outcome: Decision | Refusal, due: int | None) -> None:
        """Let those who look on hear what is decided; they hear of it again once it lasts."""
        self._seen = seen(program, dyad, self._command, outcome, due, self._now)
        tell(self._desk, self._seen, lasts=False)

    def _answered(self) -> Decision | None:
        """The first answer, when this command was accepted already."""
        if self._id is None:
            return None
        found = self._t.answered(self._command.actor, self._id)
        if found is None:
            return None
        if found.request != self._request:
            raise CommandReused(self._id)
        return self._again(found)

    def _again(self, found: Answer) -> Decision:
        row = self._t.dyad(found.dyad)
        if row is None:
            raise NotFound("dyad", found.dyad)
        return again(self._t, Lives.of(self._t, self._desk.programs, row), found)

    def _decide(self, known: Known, before: Before | None, dyad_id: str) -> Decision | Refusal:
        try:
            counters = counters_for(self._desk, self._t, known)
            context = gathered(self._t, known, before, self._command, self._now, counters)
        except UnknownPerson as unknown:
            if before is not None and unknown.person == self._command.actor:
                raise NotFound("dyad", dyad_id) from None
            return Refusal((Reason("unknown_person", unknown.person, {"person": unknown.person}),))
        if before is not None and self._is_stranger(before, context):
            # One answer for "not yours" and for "does not exist".
            raise NotFound("dyad", dyad_id)
        return decide(known.program, None if before is None else before.snapshot.dyad, self._command, context, dyad_id)

    def _is_stranger(self, before: Before, context: Context) -> bool:
        actor = self._command.actor
        if actor == SYSTEM or isinstance(self._command, (Tick, ChangeAttributes)):
            return False
        return not takes_part(before.snapshot.dyad, context.program_roles, actor)

    def _keep(self, known: Known, before: Before | None, number: int, decision: Decision) -> None:
        words = wording(self._t, known.program)
        keep, snapshot = kept(known, before, number, decision, self._desk.salt, words)
        if known.attached:
            keep = with_files(self._t, keep, known.attached, self._files)
        self._publish(known)
        self._t.keep(keep)
        if known.program.model.enrolments:
            follow(self._t, known, decision.records, self._now)
        if isinstance(self._command, Reveal):
            self._note(decision)
        rule = anonymising.asked(decision) if keep.purges else None
        if rule is not None:
            self._fresh.append(anonymising.anonymise(self._desk, self._t, keep.dyad, rule, self._now))
            return
        if self._remembers:
            self._fresh.append(new(Before, (keep.dyad, snapshot)))

    def _note(self, decision: Decision) -> None:
        """Note in the log of readings that something was opened."""
        for record in decision.records:
            if isinstance(record, Revealed):
                what = " ".join((GLASS, *record.items))
                self._t.note_access(self._now, record.head.actor, decision.dyad.id, what)

    def _publish(self, known: Known) -> None:
        """Keep the versions that the store lacks: this one, and the one on the shelf, so as not to read it again."""
        unkept = self._desk.programs.unkept(known.program.id)
        if known.is_kept and unkept is None:
            return
        for version in (known, unkept):
            if version is not None and not version.is_kept and version not in self._published:
                self._t.publish(version.publication(self._now))
                self._published.append(version)

    def _remember(self, before: int, decision: Decision) -> None:
        if self._id is not None and self._request is not None:
            answer = to_remember(self._id, self._command, self._request, before, decision, self._now)
            self._t.remember(answer)

    def _commit(self) -> None:
        self._t.commit()
        self.lasts()

    def lasts(self) -> None:
        """Remember what was kept, now that it lasts."""
        for version in self._published:
            version.is_kept = True
        for one in self._fresh:
            self._desk.recent.put(one)
        self._tell()

    def _tell(self) -> None:
        if self._seen is not None:
            tell(self._desk, self._seen)
