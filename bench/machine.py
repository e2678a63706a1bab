"""On what was it measured? Processor, load, Python, SQLite, the file system of a folder."""

from __future__ import annotations

import os
import platform
import sqlite3
from pathlib import Path
from typing import Any


def described() -> dict[str, Any]:
    """The machine and what is common to all measures."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "sqlite": sqlite3.sqlite_version,
    }


def load() -> tuple[float, ...] | None:
    """The average number of processes that wanted a core, over 1, 5 and 15 minutes."""
    try:
        return tuple(round(number, 2) for number in os.getloadavg())
    except OSError:
        return None


def file_system(folder: Path) -> str:
    """The kind of file system that a folder is on."""
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "unknown"
    place = str(folder.resolve())
    best, kind = "", "unknown"
    for line in mounts.splitlines():
        _, mount, found, *_ = line.split(" ")
        if f"{place}/".startswith(f"{mount.rstrip('/')}/") and len(mount) >= len(best):
            best, kind = mount, found
    return kind


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
