"""How does SQLAlchemy spell what the migrations say? Every text is sorted by its code points, as in SQLite.

The order of the database would be that of some language, on one server and not on the next.
"""

from __future__ import annotations

from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine
from sqlalchemy.dialects.postgresql.base import PGTypeCompiler
from sqlalchemy.pool import StaticPool


class ByCodePoints(PGTypeCompiler):
    """Spells the types of columns."""

    def visit_TEXT(self, type_: Any, **given: Any) -> str:  # noqa: ARG002, N802 (SQLAlchemy's own signature)
        """A text, whatever the order of the database."""
        return 'TEXT COLLATE "C"'


def engine_on(driver: psycopg.Connection[Any]) -> Engine:
    """An engine of SQLAlchemy on one connection."""
    engine = create_engine("postgresql+psycopg://", creator=lambda: driver, poolclass=StaticPool)
    engine.dialect.type_compiler_instance = ByCodePoints(engine.dialect)
    return engine
