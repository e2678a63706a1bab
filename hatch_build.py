"""What a build makes: the compiled catalogues of sentences always; where it is asked for, machine code too.

python hatch_build.py              the catalogues, beside the sources
python hatch_build.py compiled/    dyade as a folder of modules to import from, those of `COMPILED` in machine code
DYADE_COMPILE=1 pip install .      the same, installed
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = Path("engine")
LOCALE = SOURCES / "dyade" / "locale"
COMPILED = {
    "flow": (
        "advancing", "calendar", "clockwork", "codec", "decide", "draft", "effects", "evolve", "figures", "filling",
        "firing", "forms", "granting", "guards", "moves", "pairs", "quotas", "reads", "recording", "reminders",
        "schedule", "sending", "sharing", "signing", "snapshot", "stepping", "tagged", "telling/templates",
    ),
    "service": ("answers", "context", "counting", "desk", "door", "keep", "notices", "programs"),
    "store": ("binding", "store", "sums", "vault"),
}  # fmt: skip
"""The way of an event, by room: what mypyc makes machine code of. The rest would gain little; where a value that
was erased may stand for a text, it is read as `Any`, for what is compiled holds each value to what is declared."""


class CustomBuildHook(BuildHookInterface[Any]):
    """Puts the compiled sentences in the wheel, and beside the sources of an editable install."""

    def dependencies(self) -> list[str]:
        """What only a build in machine code needs."""
        return ["mypy>=2.1,<3", "setuptools>=78"] if _is_asked() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the files are collected."""
        compile_catalogues(Path(self.root) / LOCALE)
        if self.target_name == "wheel" and version != "editable" and _is_asked():
            made = compile_modules(Path(self.root) / SOURCES, Path(self.root) / "build" / "compiled")
            build_data["force_include"].update({str(path): str(name) for name, path in made.items()})
            build_data["pure_python"], build_data["infer_tag"] = False, True


def _is_asked() -> bool:
    return os.environ.get("DYADE_COMPILE", "") not in ("", "0")


def compile_modules(sources: Path, target: Path) -> dict[Path, Path]:
    """Compile the modules on an event's way: where each belongs in the package, and where it lies now."""
    from mypyc.build import mypycify
    from setuptools import Distribution
    from setuptools.command.build_ext import build_ext

    sources, target = sources.resolve(), target.resolve()
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    plain = target / "mypy.ini"  # the project's own settings check more, with plugins that compiling has no use for
    plain.write_text("[mypy]\nignore_missing_imports = true\n", encoding="utf-8")
    here = Path.cwd()
    os.chdir(sources)
    try:
        modules = [f"dyade/{room}/{name}.py" for room, names in COMPILED.items() for name in names]
        extensions = mypycify(
            ["--config-file", str(plain), *modules],
            group_name="dyade",
            multi_file=True,
            target_dir=str(target / "c"),
        )
        order = build_ext(Distribution({"name": "dyade", "ext_modules": extensions}))
        order.build_lib, order.build_temp, order.parallel = str(target / "lib"), str(target / "o"), True
        order.ensure_finalized()
        order.run()
    finally:
        os.chdir(here)
    lib = target / "lib"
    return {path.relative_to(lib): path for path in sorted(lib.rglob("*")) if path.is_file()}


def lay_out(sources: Path, target: Path) -> None:
    """Lay out dyade as an install would: its sources, and those compiled beside them."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(sources / "dyade", target / "dyade", ignore=shutil.ignore_patterns("__pycache__"))
    with tempfile.TemporaryDirectory() as folder:
        for name, path in compile_modules(sources, Path(folder)).items():
            shutil.copy2(path, target / name)


def compile_catalogues(locale: Path) -> list[Path]:
    """Compile every catalogue whose compiled form is missing or stale, and say which."""
    return [target for source in sorted(locale.glob("*/LC_MESSAGES/*.po")) if (target := _compile(source))]


def _compile(source: Path) -> Path | None:
    target = source.with_suffix(".mo")
    wanted = io.BytesIO()
    with source.open("rb") as text:
        write_mo(wanted, read_po(text, locale=source.parts[-3], abort_invalid=True))
    if target.exists() and target.read_bytes() == wanted.getvalue():
        return None
    _replace(target, wanted.getvalue())
    return target


def _replace(target: Path, content: bytes) -> None:
    """Two test processes may compile at once: a reader never meets half a file."""
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".tmp")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).chmod(0o644)
    Path(name).replace(target)


if __name__ == "__main__":
    root = Path(__file__).parent
    for made in compile_catalogues(root / LOCALE):
        print(made)
    if len(sys.argv) > 1:
        lay_out(root / SOURCES, Path(sys.argv[1]))
