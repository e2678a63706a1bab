"""The small program, its people and its clock."""

from tests.service.lives import again, clock, engine, file, folder, url

__all__ = ["again", "clock", "engine", "file", "folder", "url"]
