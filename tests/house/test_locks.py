"""Do the locks pin everything that pyproject asks for, from any registry?"""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

LOCKS = ("requirements.lock", "requirements-dev.lock")
PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^\s;\\]+)(?P<rest>.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
LINE = re.compile(r"#.*|[a-z0-9-]+==\S+( ; [\w .'<>=!()]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")


@pytest.fixture(scope="module")
def wanted(root: Path) -> dict[str, list[Requirement]]:
    """What pyproject asks for, by lock."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    runtime = [Requirement(line) for line in project["project"]["dependencies"]]
    tools = [Requirement(line) for line in project["dependency-groups"]["dev"] + project["build-system"]["requires"]]
    return {"requirements.lock": runtime, "requirements-dev.lock": runtime + tools}


def pins(root: Path, lock: str) -> dict[str, Version]:
    """Read the version of each package of a lock."""
    text = (root / lock).read_text(encoding="utf-8")
    return {found["name"]: Version(found["version"]) for found in PIN.finditer(text)}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_pins_and_hashes_and_no_address(root, lock):
    """No index, no folder, no host: a clone installs from whatever registry its machine knows."""
    lines = (root / lock).read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if not LINE.fullmatch(line)] == []
    assert [line for line in lines if "/" in line or ":" in line.replace("sha256:", "").replace("command:", "")] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash(root, lock):
    text = (root / lock).read_text(encoding="utf-8")

    assert [found["name"] for found in PIN.finditer(text) if "--hash=sha256:" not in found["rest"]] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_what_pyproject_asks_for(root, wanted, lock):
    """Someone who changes pyproject runs `make lock`."""
    pinned = pins(root, lock)

    unmet = [
        str(requirement)
        for requirement in wanted[lock]
        if (version := pinned.get(canonicalize_name(requirement.name))) is None
        or not requirement.specifier.contains(version, prereleases=True)
    ]

    assert unmet == []


def test_tests_run_on_the_versions_that_users_get(root):
    runtime, tools = (pins(root, lock) for lock in LOCKS)

    assert runtime
    assert runtime.items() <= tools.items()
