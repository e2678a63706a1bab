"""When time acts in many dyads in one go, is each done wholly and once, whatever becomes of the others?"""

import signal
from threading import Thread

import pytest

from dyade.flow.messages import Reminded
from dyade.service import tick
from dyade.store.postgres import gathering
from dyade.store.postgres.asking import PostgresTransaction
from dyade.store.postgres.driver import Postgres
from dyade.store.postgres.gathering import GatheringTransaction
from dyade.store.writing import Transaction
from tests.service.lives import behind, breaking_after, done, running
from tests.store.test_processes import nursed

MANY = 7


@pytest.fixture
def keeper(store_kind):
    """What writes in this kind of store."""
    return Transaction if store_kind == "sqlite" else GatheringTransaction


@pytest.fixture
def due(engine, clock):
    """Dyads that are due."""
    found = [running(engine) for _ in range(MANY)]
    clock.pass_days(3)
    return found


def reminded(engine, dyad):
    """The occurrences of the reminders of a dyad, with what became of each."""
    return [(kept.record.n, kept.record.status) for kept in engine.history(dyad) if isinstance(kept.record, Reminded)]


def sent(engine, dyad):
    """The reminders that wait to leave."""
    return [one.id for one in engine.outbox(dyad) if one.kind == "reminder"]


def once(engine, dyads):
    """Whether each was reminded once, in the store and in what leaves it."""
    return all(reminded(engine, dyad) == [(0, "sent")] and len(sent(engine, dyad)) == 1 for dyad in dyads)


def test_all_are_done_with_their_records_and_messages(engine, due):
    found = engine.tick()

    assert [one.dyad for one in found.done] == due
    assert once(engine, due)
    assert engine.due_count() == 0
    assert engine.verify().sound


def test_one_that_cannot_be_done_stops_no_other_and_is_left_whole(engine, due, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(Transaction, "keep", breaking_after(due[3]))
        found = engine.tick()

    others = due[:3] + due[4:]
    assert [one.dyad for one in found.done] == others
    assert [(one.dyad, type(one.error)) for one in found.failures] == [(due[3], ZeroDivisionError)]
    assert once(engine, others)
    assert reminded(engine, due[3]) == sent(engine, due[3]) == []
    engine.tick()
    assert once(engine, due)
    assert engine.verify().sound


def test_what_goes_wrong_as_all_is_kept_is_done_one_by_one(engine, due, keeper, monkeypatch):
    def broken(_self):
        raise ZeroDivisionError

    monkeypatch.setattr(keeper, "keep_together", broken)
    found = engine.tick()

    assert [one.dyad for one in found.done] == due
    assert found.failures == ()
    assert once(engine, due)


def test_the_keys_of_many_dyads_are_brought_in_one_go(again, due, monkeypatch):
    other = again()
    box = other._desk.store.vault._box
    asked = []

    def counted(*, writing=False, opens=box.open):
        asked.append(writing)
        return opens(writing=writing)

    monkeypatch.setattr(box, "open", counted)
    found = other.tick()

    assert [one.dyad for one in found.done] == due
    # Those of the dyads, then that of the one person whom all their messages name.
    assert asked == [False, False]


def told(ticks):
    """What came of each dyad, as a round told it."""
    ticks = list(ticks)
    return sorted(one.dyad for some in ticks for one in some.done), [
        one.dyad for some in ticks for one in some.failures
    ]


def test_several_transactions_at_once_do_each_dyad_once(engine, clock, monkeypatch):
    monkeypatch.setattr(tick, "TOGETHER", 3)
    monkeypatch.setattr(tick, "ABREAST", 1)
    dyads = [running(engine) for _ in range(20)]
    clock.pass_days(3)

    first, failed = told(engine.ticking(limit=8, abreast=True))
    assert (len(first), failed) == (8, [])
    second, failed = told(engine.ticking(abreast=True))
    assert (sorted(first + second), failed) == (sorted(dyads), [])

    assert once(engine, dyads)
    assert told(engine.ticking(abreast=True)) == ([], [])
    assert engine.verify().sound


def test_one_that_cannot_be_done_is_told_once_by_several_transactions_at_once(engine, due, monkeypatch):
    monkeypatch.setattr(tick, "TOGETHER", 2)
    monkeypatch.setattr(tick, "ABREAST", 1)
    with monkeypatch.context() as broken:
        broken.setattr(Transaction, "keep", breaking_after(due[3]))
        done, failed = told(engine.ticking(abreast=True))

    assert (done, failed) == (sorted(due[:3] + due[4:]), [due[3]])
    assert once(engine, due[:3] + due[4:])
    assert told(engine.ticking(abreast=True)) == ([due[3]], [])


def test_who_leaves_in_the_midst_leaves_nothing_half_done(engine, clock, monkeypatch):
    monkeypatch.setattr(tick, "TOGETHER", 2)
    monkeypatch.setattr(tick, "ABREAST", 1)
    dyads = [running(engine) for _ in range(12)]
    clock.pass_days(3)

    for _ in (ticks := engine.ticking(abreast=True)):
        break
    ticks.close()

    reminders = [reminded(engine, dyad) for dyad in dyads]
    assert [] in reminders
    assert [(0, "sent")] in reminders
    assert [len(sent(engine, dyad)) for dyad in dyads] == [len(one) for one in reminders]
    engine.tick()
    assert once(engine, dyads)


@pytest.mark.parametrize("plain", [True, False])
def test_a_message_whose_id_is_taken_gets_another_and_is_not_lost(engine, url, due, plain, monkeypatch):
    if not plain:
        monkeypatch.setattr(gathering, "_is_plain", lambda _: False)
    [expected] = [_foretold(engine, due[2])]
    with behind(url) as other:
        [[seq]] = list(other.execute("SELECT MIN(seq) FROM records"))
        place = "?" if url.startswith("sqlite:") else "%s"
        text = f"""INSERT INTO outbox (id, dyad, seq, n, kind, rule, channel, priority, template, subject, body, status,
            created_at, checksum) VALUES ({place}, 'D-1', {seq}, 9, 'emit', 'x', 'host', 'normal', '', '', '', 'sent',
            0, 0)"""
        other.execute(text, (expected,))

    found = engine.tick()

    assert found.failures == ()
    [named] = sent(engine, due[2])
    assert named != expected
    assert [reminded(engine, dyad) for dyad in due] == [[(0, "sent")]] * MANY


def _foretold(engine, dyad):
    """The id that the reminder of a dyad would have: time acts, and it is all undone."""

    class Undone(Exception):
        pass

    found = {}
    sending = Transaction._sent

    def noting(self, message, seqs):
        found[message.dyad] = message.id
        return sending(self, message, seqs)

    def undone(_self):
        raise Undone

    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(Transaction, "_sent", noting)
        broken.setattr(Transaction, "commit", undone)
        broken.setattr(PostgresTransaction, "commit", undone)
        with pytest.raises(Undone):
            engine.tick()
    return found[dyad]


@pytest.mark.parametrize("after", [1, MANY])
def test_a_process_that_dies_in_the_midst_leaves_all_of_each_dyad_or_nothing(engine, url, folder, due, clock, after):
    found = nursed(url, folder, "dying_in_a_round", now=clock.now, after=after)

    assert found == {"codes": [signal.SIGKILL]}
    assert [reminded(engine, dyad) + sent(engine, dyad) for dyad in due] == [[]] * MANY
    engine.tick()
    assert once(engine, due)
    assert engine.verify().sound


def test_a_command_that_comes_meanwhile_waits_and_is_answered_on_what_time_has_done(
    engine, again, due, keeper, monkeypatch
):
    other = again()
    answers = []
    keep = keeper.keep_together

    def interrupted(self):
        command.start()
        keep(self)

    command = Thread(target=lambda: answers.append(done(other.fire(due[0], "touch", "ana"))))
    monkeypatch.setattr(keeper, "keep_together", interrupted)
    [first, *_] = engine.tick().done
    command.join()

    assert answers[0].dyad.revision == first.revision + 1
    assert once(engine, due)
    assert engine.verify().sound


def test_what_another_process_has_done_since_it_was_looked_for_is_not_done_again(
    engine, again, due, keeper, monkeypatch
):
    other = again()
    claim = keeper.claim_due

    def late(self, *given):
        found = claim(self, *given)
        return [*found, (0, 0, ahead)]

    ahead = running(other)
    monkeypatch.setattr(keeper, "claim_due", late)
    found = engine.tick(limit=MANY + 1)

    assert ahead not in [one.dyad for one in found.done]
    assert reminded(engine, ahead) == []
    assert once(engine, due)


def test_many_take_few_statements(engine, clock, store_kind, monkeypatch):
    dyads = [running(engine) for _ in range(30)]
    clock.pass_days(3)
    asked = []
    execute = Postgres.execute

    def counted(self, text, values=(), /):
        asked.append(text)
        return execute(self, text, values)

    monkeypatch.setattr(Postgres, "execute", counted)
    engine.tick()
    there = len(asked)

    assert once(engine, dyads)
    # In a file, nothing passes here; on a server, nothing is asked for each dyad.
    assert 8 <= there <= len(dyads) if store_kind != "sqlite" else there == 0, "\n".join(asked)
