"""What came of the stories? For people, each with its first difference and its line; for tools, as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from dyade.authoring.coverage import Coverage
from dyade.authoring.notation import Difference
from dyade.program import report
from dyade.program.diagnostics import Diagnostic, Place, Severity
from dyade.texts import sentence

INVALID, FAILED, PASSED = "invalid", "failed", "passed"


class Said(NamedTuple):
    """A failure in one language."""

    message: str
    reasons: tuple[str, ...]
    """The sentences of a refusal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The first step of a story that is not as it should be."""

    key: str
    place: Place
    step: int | None
    """From 1; `None` where the story could not begin."""
    said: Mapping[str, Said]
    differences: tuple[tuple[Place, Difference], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """One story, lived."""

    name: str
    place: Place
    failure: Failure | None
    transcript: str

    @property
    def ok(self) -> bool:
        """Whether all was as the scenario says."""
        return self.failure is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came of a scenarios file."""

    file: str
    source: str
    lang: str
    findings: tuple[Diagnostic, ...]
    """Mistakes in the file itself; where one is an error, nothing is lived."""
    lived: tuple[Lived, ...] = ()
    only: str | None = None
    coverage: Coverage | None = None
    """What the stories touch of the program, where it was looked at."""

    @property
    def outcome(self) -> str:
        """`passed`, `failed`, or `invalid` where the file has mistakes."""
        if any(finding.severity is Severity.ERROR for finding in self.findings):
            return INVALID
        return PASSED if self.lived and all(one.ok for one in self.lived) else FAILED

    @property
    def ok(self) -> bool:
        """Whether every story was as it says; a selection that selects nothing was not."""
        return self.outcome == PASSED

    def render(self, lang: str | None = None) -> str:
        """The report for people: mistakes, or each story, the differences of those that fail, and a count."""
        lang = lang or self.lang
        lines = report.render_all(self.findings, self.source, self.file, lang).split("\n") if self.findings else []
        for one in self.lived:
            if one.ok:
                lines.append(f"✔ {one.name}")
            else:
                lines += ["", *_failed(one, self, lang), ""]
        if self.outcome != INVALID:
            lines += ["", self._count(lang)] if self.lived else [self._nothing(lang)]
        if self.coverage is not None:
            lines += ["", *self.coverage.render(lang)]
        return "\n".join(line for line, before in zip(lines, ["", *lines], strict=False) if line or before)

    def to_json(self, lang: str | None = None) -> dict[str, Any]:
        """The report for tools; its sentences are in the reader's language."""
        lang = lang or self.lang
        told = {
            "file": self.file,
            "outcome": self.outcome,
            "diagnostics": [report.to_json(finding, self.file, lang) for finding in self.findings],
            "scenarios": [_as_json(one, lang) for one in self.lived],
        }
        return told if self.coverage is None else {**told, "coverage": self.coverage.to_json(lang)}

    def _count(self, lang: str) -> str:
        failed = sum(not one.ok for one in self.lived)
        passed = sentence("scenarios", "report.passed", lang, len(self.lived) - failed)
        if not failed:
            return passed
        return f"{sentence('scenarios', 'report.failed', lang, failed)}, {passed}"

    def _nothing(self, lang: str) -> str:
        if self.only is None:
            return sentence("scenarios", "report.none", lang)
        return sentence("scenarios", "report.none_named", lang, only=self.only)


def _failed(one: Lived, whole: Report, lang: str) -> list[str]:
    failure = one.failure
    assert failure is not None
    said = failure.said[lang]
    place = failure.place
    where = f"{whole.file}:{place.line}:{place.column}"
    return [
        f"✘ {one.name}",
        f"  {where}: {said.message}",
        *(f"  {text}" for text in report.excerpt(whole.source.split("\n"), place)),
        *(f"    {reason}" for reason in said.reasons),
        *(f"  {text}" for text in _compared(failure, lang)),
    ]


def _compared(failure: Failure, lang: str) -> Iterator[str]:
    """Expected and found, in two lines that stand under one another."""
    words = [sentence("scenarios", f"report.{word}", lang) for word in ("expected", "got")]
    width = max(map(len, words))
    for place, difference in failure.differences:
        for sign, word, told in zip("-+", words, (difference.expected, difference.got), strict=True):
            for text in told:
                yield f"{place.line} {sign} {word.ljust(width)}  {text}"


def _as_json(one: Lived, lang: str) -> dict[str, Any]:
    failure = one.failure
    return {
        "name": one.name,
        "line": one.place.line,
        "ok": one.ok,
        "failure": _failure_as_json(failure, lang) if failure is not None else None,
        "transcript": one.transcript,
    }


def _failure_as_json(failure: Failure, lang: str) -> dict[str, Any]:
    said = failure.said[lang]
    return {
        "kind": failure.key.removeprefix("failed."),
        "step": failure.step,
        "line": failure.place.line,
        "column": failure.place.column,
        "message": said.message,
        "reasons": list(said.reasons),
        "differences": [
            {"line": place.line, "expected": list(one.expected), "got": list(one.got)}
            for place, one in failure.differences
        ],
    }
