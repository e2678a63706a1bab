"""Does a process that is killed, at any call that may change the disk, leave each command done wholly or not at all?

Each time, the next process opens the store without a manual step, finds it whole, keeps what was answered, and asks for
the command again, under the same id: it is done once. Attached files, keys, counters, certificates and messages agree.
"""

import pytest

from tests.faults.script import NAMES

GROUPS = (("person", "enrol", "start", "notify"), ("hide", "attach", "place"), ("certify", "remind", "end"))
ERASING = ("purge", "erase")


def test_the_whole_script_is_killed():
    assert (*(name for group in GROUPS for name in group), *ERASING) == NAMES


@pytest.mark.parametrize("names", [*GROUPS, ERASING], ids=" ".join)
def test_killed_at_any_call_a_process_leaves_each_command_done_or_not(staged, names):
    kills = staged("killing", names=names)["kills"]

    assert set(kills) == set(names)
    assert min(kills.values()) > 10


def test_killed_as_it_opens_or_closes_the_store_a_process_leaves_it_whole(staged):
    kills = staged("killing", names=["notify"], whole=True)["kills"]

    assert kills["notify"] > 50


def test_a_write_of_which_half_was_done_is_as_none(staged):
    """As by the power: some sectors of what was written, and nothing after."""
    kills = staged("killing", names=["hide"], how="TEAR")["kills"]

    assert kills["hide"] > 20


def test_a_store_whose_making_is_killed_is_made_by_the_next(staged):
    assert staged("making")["kills"] > 20


@pytest.mark.parametrize(
    ("planted", "name"),
    [
        ("in two transactions", "notify"),
        ("answered before it lasts", "notify"),
    ],
)
def test_a_fault_in_the_product_is_found(run, planted, name):
    ran = run("killing", names=[name], planted=planted)

    assert ran.returncode == 1
    assert f"{name}, call" in ran.stderr
