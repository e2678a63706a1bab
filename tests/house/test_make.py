"""Does `make` alone tell a newcomer what there is?"""

import re
import subprocess
from pathlib import Path


def test_make_alone_lists_every_target_with_one_line(root: Path):
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[0].split()

    told = subprocess.run(["make", "--silent"], cwd=root, capture_output=True, text=True, check=True).stdout

    listed = dict(re.findall(r"^  make (\S+) +(\S.*)$", told, re.MULTILINE))
    assert sorted(listed) == sorted(targets)
    assert len(told.splitlines()) == len(targets)


def test_make_alone_sets_nothing_up(root: Path):
    planned = subprocess.run(
        ["make", "--dry-run", "VENV=elsewhere"], cwd=root, capture_output=True, text=True, check=True
    ).stdout

    assert "venv" not in planned
    assert "install" not in planned
