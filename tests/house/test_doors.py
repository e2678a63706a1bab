"""Does each library enter the engine by its own door, and is it declared?"""

import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import grimp
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

DOORS = {
    "alembic": ("dyade.store",),
    "apscheduler": ("dyade.clock",),
    "click": ("dyade.cli",),
    "cryptography": ("dyade.store.vault",),
    "icalendar": ("dyade.delivery.invitations",),
    "joserfc": ("dyade.certificates",),
    "jsonschema": ("dyade.program.shape", "dyade.flow.given"),
    "lsprotocol": ("dyade.editor",),
    "numpy": ("dyade.service.matrix",),
    "opentelemetry": ("dyade.watching.spans",),
    "prometheus_client": ("dyade.watching.figures",),
    "procrastinate": ("dyade.workers",),
    "psycopg": ("dyade.store.postgres", "dyade.workers"),
    "pydantic": ("dyade.program.model", "dyade.authoring.scenario_model"),
    "pygls": ("dyade.editor",),
    "re2": ("dyade.program.patterns",),
    "referencing": ("dyade.program.shape", "dyade.flow.given"),
    "rich": ("dyade.cli",),
    "scipy": ("dyade.service.matrix",),
    "sqlalchemy": ("dyade.store",),
    "transitions": ("dyade.flow.machine",),
    "yaml": ("dyade.program.text",),
    "z3": ("dyade.authoring.proofs",),
}
"""Library -> the modules, or packages, that may import it."""


@pytest.fixture(scope="module")
def imports() -> tuple[tuple[str, str], ...]:
    """Every (module of the engine, library) that stands in an import, lazy ones included."""
    graph = grimp.build_graph("dyade", include_external_packages=True, cache_dir=None)
    return tuple(sorted(_libraries(graph)))


def _libraries(graph: grimp.ImportGraph) -> Iterator[tuple[str, str]]:
    known = packages_distributions()
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            if imported in known and imported != "dyade":
                yield module, imported


def strangers(imports: tuple[tuple[str, str], ...]) -> list[str]:
    """Say which imports come in by another way than the library's door."""
    return [
        f"{module} imports {library}"
        for module, library in imports
        if not any(f"{module}.".startswith(f"{door}.") for door in DOORS.get(library, ()))
    ]


def test_a_library_enters_by_one_door(imports):
    assert imports
    assert strangers(imports) == []


def test_a_library_that_comes_in_elsewhere_is_told():
    found = (
        ("dyade.store.people", "sqlalchemy"),
        ("dyade.storekeeper", "sqlalchemy"),
        ("dyade.flow.decide", "yaml"),
        ("dyade.flow.decide", "numpy"),
    )

    assert strangers(found) == [
        "dyade.storekeeper imports sqlalchemy",
        "dyade.flow.decide imports yaml",
        "dyade.flow.decide imports numpy",
    ]


def test_a_library_that_the_engine_imports_is_declared(root: Path, imports):
    """What only the tools bring in would be missing from an installed wheel."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [
        *project["dependencies"],
        *(line for more in project["optional-dependencies"].values() for line in more),
    ]
    names = {canonicalize_name(Requirement(line).name) for line in declared}
    known = packages_distributions()

    undeclared = {library for _, library in imports if not names & {canonicalize_name(name) for name in known[library]}}

    assert undeclared == set()
