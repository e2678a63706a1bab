"""How do our places and findings look on the wire? Lines from 0, columns in the units that both agreed on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lsprotocol import types as lsp

from dyade.authoring.editing.outline import Listed
from dyade.authoring.editing.proposals import Proposal
from dyade.program.diagnostics import Diagnostic, Fix, Place, Severity
from dyade.program.report import to_json

WIDTHS = {lsp.PositionEncodingKind.Utf8: "utf-8", lsp.PositionEncodingKind.Utf16: "utf-16-le"}
UNITS = {"utf-8": 1, "utf-16-le": 2}
SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.INFO: lsp.DiagnosticSeverity.Information,
}
SECTIONS = {
    "roles": lsp.SymbolKind.Class,
    "fields": lsp.SymbolKind.Field,
    "forms": lsp.SymbolKind.Struct,
    "entry": lsp.SymbolKind.Field,
    "attributes": lsp.SymbolKind.Field,
    "states": lsp.SymbolKind.EnumMember,
    "tracks": lsp.SymbolKind.Enum,
    "transitions": lsp.SymbolKind.Function,
    "steps": lsp.SymbolKind.Function,
    "params": lsp.SymbolKind.Constant,
    "reminders": lsp.SymbolKind.Event,
    "templates": lsp.SymbolKind.String,
    "scenarios": lsp.SymbolKind.Function,
}
KINDS = {
    "key": lsp.CompletionItemKind.Property,
    "value": lsp.CompletionItemKind.EnumMember,
    "word": lsp.CompletionItemKind.Keyword,
    "function": lsp.CompletionItemKind.Function,
    "read": lsp.CompletionItemKind.Field,
    "role": lsp.CompletionItemKind.Class,
    "state": lsp.CompletionItemKind.EnumMember,
    "form": lsp.CompletionItemKind.Struct,
    "param": lsp.CompletionItemKind.Constant,
    "transition": lsp.CompletionItemKind.Function,
    "event": lsp.CompletionItemKind.Event,
}


class Lines:
    """The lines of a text, and how its places are counted on the wire."""

    def __init__(self, text: str, encoding: str | None = None) -> None:
        self._lines = text.replace("\r\n", "\n").split("\n")
        self._codec = WIDTHS.get(encoding or lsp.PositionEncodingKind.Utf16)  # type: ignore[call-overload]

    def _line(self, number: int) -> str:
        return self._lines[number] if 0 <= number < len(self._lines) else ""

    def _units(self, text: str) -> int:
        return len(text.encode(self._codec, "surrogatepass")) // UNITS[self._codec] if self._codec else len(text)

    def position(self, line: int, column: int) -> lsp.Position:
        """A line and a column from 1, on the wire."""
        return lsp.Position(line - 1, self._units(self._line(line - 1)[: column - 1]))

    def range(self, place: Place) -> lsp.Range:
        """A place on the wire."""
        return lsp.Range(self.position(*place[:2]), self.position(*place[2:]))

    def place(self, position: lsp.Position) -> tuple[int, int]:
        """A line and a column from 1, of a position on the wire; past the end of a line, its end."""
        units = 0
        line = self._line(position.line)
        for at, letter in enumerate(line):
            if units >= position.character:
                return position.line + 1, at + 1
            units += self._units(letter)
        return position.line + 1, len(line) + 1


def diagnostic(found: Diagnostic, lines: Lines, uri: str, lang: str) -> lsp.Diagnostic:
    """A finding, with what would help and the other places that matter."""
    told: dict[str, Any] = to_json(found, "", lang)
    others = zip(found.related, told["related"], strict=True)
    related = [
        lsp.DiagnosticRelatedInformation(lsp.Location(uri, lines.range(place)), one["message"])
        for (place, _), one in others
    ]
    return lsp.Diagnostic(
        range=lines.range(found.place),
        message="\n".join([told["message"], *told["help"]]),
        severity=SEVERITIES[found.severity],
        code=f"{found.code} {found.slug}",
        source="dyade",
        related_information=related or None,
        data={"code": found.code, "slug": found.slug, "path": found.path},
    )


def edits(fixes: Iterable[Fix], lines: Lines) -> list[lsp.TextEdit]:
    """Edits of a text, each place once."""
    return [lsp.TextEdit(lines.range(fix.place), fix.text) for fix in fixes]


def symbol(listed: Listed, lines: Lines) -> lsp.DocumentSymbol:
    """A part of the outline."""
    return lsp.DocumentSymbol(
        # Editors refuse a name that is empty.
        name=listed.name or "…",
        kind=SECTIONS.get(listed.section, lsp.SymbolKind.Property),
        range=lines.range(listed.whole),
        selection_range=lines.range(listed.place),
        detail=listed.detail or None,
        children=[symbol(part, lines) for part in listed.parts],
    )


def item(proposal: Proposal, number: int, place: lsp.Range) -> lsp.CompletionItem:
    """Something that is proposed, in our order."""
    about = lsp.MarkupContent(lsp.MarkupKind.Markdown, proposal.about) if proposal.about else None
    return lsp.CompletionItem(
        label=proposal.label,
        kind=KINDS.get(proposal.kind, lsp.CompletionItemKind.Variable),
        detail=proposal.detail or None,
        documentation=about,
        sort_text=f"{number:04}",
        filter_text=proposal.label,
        text_edit=lsp.TextEdit(place, proposal.text),
    )
