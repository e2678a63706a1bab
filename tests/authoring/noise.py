"""The same data written carelessly: any order, any style, any quotes, any indent, comments everywhere."""

import json
from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import Any

from dyade.authoring.starting.writing import scalar as plainly

ODD = ("# why", "# a: b, {c}", "#no space", "# « l'entente » : - x", "# 'quote", '# "double', "#", "# é | > [")


class Careless:
    """Writes data in as many ways as YAML has, by a seed."""

    def __init__(self, seed: int, *, shuffled: bool = True) -> None:
        self.random = Random(seed)
        self.shuffled = shuffled
        self.count = 0

    def text(self, data: dict[str, Any]) -> str:
        return "\n".join([*self.lead(0), *self.block(data, 0), *self.lead(0)]) + "\n"

    def some(self, share: float) -> bool:
        return self.random.random() < share

    def comment(self) -> str:
        self.count += 1
        return f"{self.random.choice(ODD)} {self.count}"

    def lead(self, indent: int) -> list[str]:
        lines = [""] * (self.random.randint(1, 3) if self.some(0.1) else 0)
        if self.some(0.12):
            lines.append(" " * (indent if self.some(0.7) else self.random.randint(0, indent + 3)) + self.comment())
        return lines + [""] * self.some(0.05)

    def end(self) -> str:
        return " " * self.random.randint(1, 9) + self.comment() if self.some(0.1) else " " * self.some(0.05)

    def block(self, value: Any, indent: int) -> list[str]:
        if isinstance(value, dict):
            items = list(value.items())
            if self.shuffled:
                self.random.shuffle(items)
            return [line for key, one in items for line in (*self.lead(indent), *self.keyed(key, one, indent))]
        return [line for one in value for line in (*self.lead(indent), *self.item(one, indent))]

    def keyed(self, key: str, value: Any, indent: int) -> list[str]:
        head = f"{' ' * indent}{self.key(key)}:"
        if not value and isinstance(value, dict | list):
            return [f"{head} {'{}' if isinstance(value, dict) else '[]'}{self.end()}"]
        if isinstance(value, dict | list) and not self.some(0.3):
            deeper = indent + (0 if isinstance(value, list) and self.some(0.2) else self.random.randint(1, 4))
            return [f"{head}{self.end()}", *self.block(value, deeper)]
        return self.beside(f"{head} ", value, indent)

    def item(self, value: Any, indent: int) -> list[str]:
        gap = " " * self.random.randint(1, 3)
        if isinstance(value, dict | list) and value and not self.some(0.3):
            inside = self.block(value, indent + 1 + len(gap))
            first = next(number for number, line in enumerate(inside) if line.strip() and line.lstrip()[0] != "#")
            if first == 0:
                return [f"{' ' * indent}-{gap}{inside[0].lstrip()}", *inside[1:]]
            return [f"{' ' * indent}-", *inside]
        return self.beside(f"{' ' * indent}-{gap}", value, indent)

    def beside(self, head: str, value: Any, indent: int) -> list[str]:
        if isinstance(value, dict | list):
            lines = self.flow(value, indent)
            return (
                [f"{head}{lines[0]}", *lines[1:-1], f"{lines[-1]}{self.end()}"]
                if len(lines) > 1
                else [f"{head}{lines[0]}{self.end()}"]
            )
        if isinstance(value, str):
            spoken = self.spoken(head, value, indent)
            if spoken:
                return spoken
        return [f"{head}{self.scalar(value)}{self.end()}"]

    def spoken(self, head: str, value: str, indent: int) -> list[str]:
        """A text over several lines."""
        deeper = " " * (indent + self.random.randint(1, 4))
        if (
            value.strip("\n")
            and not value.startswith((" ", "\n"))
            and value.isprintable() is False
            and value.endswith("\n")
        ):
            body = value.rstrip("\n")
            if value == f"{body}\n" and all(line == "" or line.isprintable() for line in body.split("\n")):
                return [f"{head}|", *(f"{deeper}{line}" if line else "" for line in body.split("\n"))]
        words = value.split(" ")
        if plainly(value) == value and len(words) > 3 and all(words) and self.some(0.2):
            at = self.random.randint(1, len(words) - 2)
            if words[at][0] not in "-#?:":
                return [f"{head}{' '.join(words[:at])}", f"{deeper}{' '.join(words[at:])}{self.end()}"]
        return []

    def flow(self, value: Any, indent: int) -> list[str]:
        """A group between brackets, on one line or on several."""
        if not isinstance(value, dict | list):
            return [self.scalar(value, flow=True)]
        pairs: Iterator[tuple[str, Any]]
        if isinstance(value, dict):
            items = list(value.items())
            if self.shuffled:
                self.random.shuffle(items)
            pairs = ((f"{self.key(key, flow=True)}: ", one) for key, one in items)
        else:
            pairs = (("", one) for one in value)
        begin, end = "{}" if isinstance(value, dict) else "[]"
        parts = [(name, self.flow(one, indent + 2)) for name, one in pairs]
        deeper = " " * (indent + 2)
        if all(len(lines) == 1 for _, lines in parts) and not self.some(0.15):
            space = " " * self.some(0.2)
            return [begin + space + ", ".join(name + lines[0] for name, lines in parts) + space + end]
        told = [f"{begin}{self.end()}"]
        for number, (name, lines) in enumerate(parts):
            told += [f"{deeper}{self.comment()}"] if self.some(0.1) else []
            comma = "," if number < len(parts) - 1 or self.some(0.3) else ""
            told += [f"{deeper}{name}{lines[0]}", *lines[1:]]
            told[-1] += comma + self.end()
        return [*told, f"{deeper}{end}"]

    def key(self, key: str, *, flow: bool = False) -> str:
        written = plainly(key, flow=flow)
        return f'"{key}"' if written == key and self.some(0.05) else written

    def scalar(self, value: Any, *, flow: bool = False) -> str:
        if value is None:
            return "null"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | Decimal):
            return str(value)
        if not value.isprintable() or self.some(0.2):
            return json.dumps(value, ensure_ascii=False)
        if self.some(0.2):
            return "'" + value.replace("'", "''") + "'"
        return plainly(value, flow=flow)
