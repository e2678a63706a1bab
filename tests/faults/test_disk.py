"""What does a process answer whose disk is full, may not be changed, or fails? Nothing is half done, nothing is lost.

What is read goes on; once the disk is mended, the same process does what it was asked, without a new start. But what
the disk did not confirm may be lost: then nothing more is kept until the next start, which finds what is there.
"""

import pytest

WRITING = ["WRITE", "NAME", "REMOVE", "SHAPE"]


def answers(told, *but):
    """What was answered while the disk failed, and then; but for those in which nothing needed it."""
    return {tuple(pair) for pairs in told.values() for pair in pairs} - set(but)


DONE = ("done", "done")


@pytest.mark.parametrize("names", [("attach",), ("erase",)], ids=" ".join)
def test_a_disk_that_is_full_is_told_and_what_was_asked_is_done_once_there_is_room(staged, names):
    told = staged("failing", names=names, error="ENOSPC", calls=["ROOM"], lasting=True)

    assert all(len(pairs) > 10 for pairs in told.values())
    assert answers(told, DONE) == {("full", "done")}


def test_a_disk_that_may_not_be_changed_is_told_and_what_was_asked_is_done_once_it_may(staged):
    names = ["person", "attach", "remind", "purge", "erase"]
    told = staged("failing", names=names, error="EROFS", calls=WRITING, lasting=True, most=1)

    assert set(told) == set(names)
    assert answers(told) == {("read_only", "done")}


def test_a_disk_that_fails_once_is_told_and_what_was_asked_can_be_asked_again(staged):
    told = staged("failing", names=["hide"], error="EIO", calls=WRITING, lasting=False)

    assert len(told["hide"]) > 30
    assert answers(told, DONE) == {("unreachable", "done")}


def test_what_the_disk_does_not_confirm_ends_all_keeping_until_the_next_start(staged):
    """Asked again, a disk says that all is well, although it has lost what it was given: it is not believed."""
    names = ["notify", "attach", "purge", "erase"]
    told = staged("failing", names=names, error="EIO", calls=["SYNC"], lasting=False)

    assert all(["unconfirmed", "unconfirmed"] in pairs for pairs in told.values()), told
    assert answers(told, DONE) == {("unconfirmed", "unconfirmed")}


def test_a_store_that_would_forget_what_was_not_confirmed_is_found(run):
    ran = run(
        "failing", names=["notify"], error="EIO", calls=["SYNC"], lasting=False, planted="unconfirmed and forgotten"
    )

    assert ran.returncode == 0
    assert '["unconfirmed", "done"]' in ran.stdout
