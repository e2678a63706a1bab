"""Do reading and deciding get the time, ids and files from their caller, never from the machine?"""

import ast
from pathlib import Path

import pytest

PURE = ("program", "flow")
CALLS = {"open", "print", "input", "eval", "exec", "__import__", "breakpoint", "globals", "id", "hash"}
"""Builtins that read or tell the world, run text, or differ from one process to the next."""
READS = {
    *("now", "today", "utcnow", "localtime", "monotonic", "perf_counter", "time_ns"),
    *("uuid1", "uuid4", "urandom", "getrandbits", "environ", "getenv"),
    *("read_text", "write_text", "read_bytes", "write_bytes"),
}
"""Names of modules' and classes' members that do the same."""
CLASSES = {"date", "datetime", "dt", "time", "uuid", "os", "Path", "pathlib", "random", "secrets"}
"""What those members belong to: a field of ours may be called `now`."""


def impurities(source: str) -> list[str]:
    """Say what a module takes from the machine."""
    return [name for node in ast.walk(ast.parse(source)) for name in _taken(node)]


def _taken(node: ast.AST) -> list[str]:
    match node:
        case ast.Call(func=ast.Name(id=name)) if name in CALLS:
            return [f"{name}()"]
        case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner in CLASSES and name in READS:
            return [f"{owner}.{name}"]
        case ast.Attribute(value=ast.Attribute(attr=owner), attr=name) if owner in CLASSES and name in READS:
            return [f"{owner}.{name}"]
        case ast.ImportFrom(module=module, names=names):
            return [f"from {module} import {alias.name}" for alias in names if alias.name in READS]
        case _:
            return []


def test_reading_and_deciding_take_nothing_from_the_machine(engine: Path):
    modules = [path for floor in PURE for path in sorted((engine / floor).rglob("*.py"))]

    found = {str(path.relative_to(engine)): impurities(path.read_text(encoding="utf-8")) for path in modules}

    assert found
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\nat = datetime.now()",
        "import datetime as dt\nday = dt.date.today()",
        "import datetime\nat = datetime.datetime.now(datetime.UTC)",
        "from uuid import uuid4",
        "import uuid\nname = uuid.uuid4()",
        "def later():\n    return open('x')",
        "import os\nzone = os.environ['TZ']",
        "print('here')",
        "order = hash('text')",
        "value = eval('1')",
    ],
)
def test_a_module_that_takes_from_the_machine_is_seen(source):
    assert impurities(source)


@pytest.mark.parametrize(
    "source",
    ["later = context.now", "day = date.fromordinal(1)", "import re2\nshape = re2.compile('a')", "now = state.now()"],
)
def test_what_a_caller_gives_is_pure(source):
    assert impurities(source) == []
