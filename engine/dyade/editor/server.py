"""What does the server answer an editor? Each request to the desk, each answer on the wire.

What fails is logged on the standard error, and the next request is answered all the same.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls import uris
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from dyade.authoring.editing.completion import completion, completion_in_stories
from dyade.authoring.editing.drafts import legible
from dyade.authoring.editing.hover import hover, hover_in_stories, mention_at
from dyade.authoring.editing.mentions import Mention, Mentions
from dyade.authoring.editing.outline import outline
from dyade.authoring.editing.places import declaration, provision_at, references
from dyade.authoring.editing.renaming import Refused, renamed
from dyade.authoring.editing.stories import Told
from dyade.editor.desk import Desk, Open
from dyade.editor.mending import mends
from dyade.editor.wire import Lines, diagnostic, edits, item, symbol
from dyade.program.diagnostics import Fix
from dyade.texts import languages, sentence

PAUSE = 0.15
"""Seconds without a keystroke after which what is written is judged."""
TRIGGERS = (".", "{", "[", " ", '"', "(")
log = logging.getLogger(__name__)


class Server(LanguageServer):
    """An editor's way to what dyade knows of programs."""

    def __init__(self, lang: str, asked: str | None, today: Callable[[], int]) -> None:
        super().__init__("dyade", version("dyade"), text_document_sync_kind=lsp.TextDocumentSyncKind.Full)
        self.lang = lang
        self.asked = asked
        self.desk = Desk(today)
        self._later: dict[str, asyncio.TimerHandle] = {}
        """What waits to be judged, by the file that was written."""
        self._faulty: set[str] = set()
        """The files that the editor was told something of."""

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log it: whoever writes is shown nothing that they can do nothing about."""
        log.error("%s: %s", source, error)

    # ------------------------------------------------------------------------------------------------------- the wire

    def begins(self, params: lsp.InitializeParams) -> None:
        """Choose the language: what the editor is set to say, what the command was told, what the editor speaks."""
        options = params.initialization_options
        said = options.get("lang") if isinstance(options, dict) else None
        spoken = (params.locale or "")[:2].lower()
        self.lang = next((one for one in (said, self.asked, spoken) if one in languages()), self.lang)

    def lines(self, file: str, text: str | None = None) -> Lines:
        """The lines of a text, as the editor counts them."""
        return Lines((self.desk.text(file) or "") if text is None else text, self.server_capabilities.position_encoding)

    def edit(self, changes: dict[str, tuple[Fix, ...]]) -> lsp.WorkspaceEdit:
        """Edits of several files; where the editor can, of those versions of them alone."""
        told = {file: edits(fixes, self.lines(file)) for file, fixes in changes.items() if fixes}
        ability = self.client_capabilities.workspace and self.client_capabilities.workspace.workspace_edit
        if ability and ability.document_changes:
            whole: list[Any] = [
                lsp.TextDocumentEdit(
                    lsp.OptionalVersionedTextDocumentIdentifier(uri_of(file), self.desk.version(file)), list(one)
                )
                for file, one in told.items()
            ]
            return lsp.WorkspaceEdit(document_changes=whole)
        return lsp.WorkspaceEdit(changes={uri_of(file): one for file, one in told.items()})

    # -------------------------------------------------------------------------------------------------------- judging

    def written(self, file: str) -> None:
        """Judge a text a little later, unless more is written meanwhile."""
        self._forget(self.pair(file))
        self._later[file] = asyncio.get_running_loop().call_later(PAUSE, self._judge, file)

    def closed(self, file: str) -> None:
        """Forget a text: nothing more is told of it; a partner that is open is judged by what the disk has."""
        before = self.pair(file)
        self.desk.open.pop(file, None)
        pair = before | self.pair(file)
        self._forget(pair)
        partners = [one for one in pair if one in self.desk.open]
        self._told(file, [])
        for partner in partners:
            self.publish(partner, open_only=True)
        for left in pair & self._faulty if not partners else ():
            self._told(left, [])

    def pair(self, file: str) -> set[str]:
        """A file, and those that are judged with it."""
        return {file, *filter(None, (self.desk.program_of(file), self.desk.scenarios_of(file)))}

    def _forget(self, files: set[str]) -> None:
        """Judge none of these later."""
        for one in files:
            if (waiting := self._later.pop(one, None)) is not None:
                waiting.cancel()

    def _judge(self, file: str) -> None:
        try:
            self.publish(file)
        except Exception:
            log.exception("%s could not be judged", file)

    def publish(self, file: str, *, open_only: bool = False) -> None:
        """Tell all that is wrong in a program and in its scenarios; of a file that can be judged no more, nothing."""
        self._forget({file})
        found = self.desk.judged(file) if self.desk.is_ours(file) else ()
        for judged in found:
            if judged.file in self.desk.open or not open_only:
                lines, uri = self.lines(judged.file, judged.text), uri_of(judged.file)
                self._told(judged.file, [diagnostic(one, lines, uri, self.lang) for one in judged.findings])
        if file in self._faulty and all(judged.file != file for judged in found):
            self._told(file, [])

    def _told(self, file: str, found: list[lsp.Diagnostic]) -> None:
        self.text_document_publish_diagnostics(
            lsp.PublishDiagnosticsParams(uri_of(file), found, self.desk.version(file))
        )
        (self._faulty.add if found else self._faulty.discard)(file)

    # ---------------------------------------------------------------------------------------------------------- names

    def named(self, params: Any) -> tuple[str, Mentions, Told | None, Mention | None]:
        """The file of a request, what is known of it, and the name under its position."""
        file = file_of(params.text_document.uri)
        mentions, told = self.desk.mentions(self.desk.program_of(file)), self.desk.told(file)
        if mentions is None or not self.desk.is_ours(file):
            raise nothing(self.lang)
        line, column = self.lines(file).place(params.position)
        where: Mentions | Told | None = told if self.desk.tells(file) else mentions
        found = mention_at(where.all, where.place, line, column) if where is not None else None
        return file, mentions, told, found


def file_of(uri: str) -> str:
    """The path of a file; what has none keeps its address."""
    return (uris.to_fs_path(uri) if uri.startswith("file:") else None) or uri


def uri_of(file: str) -> str:
    """The address of a file."""
    return file if "://" in file or file.startswith("untitled:") else (uris.from_fs_path(file) or file)


def nothing(lang: str) -> JsonRpcException:
    """The answer where no name is."""
    return refusal(sentence("faces", "editing.rename.nothing", lang))


def refusal(message: str) -> JsonRpcException:
    """An answer that says why not."""
    return JsonRpcException(message, code=lsp.LSPErrorCodes.RequestFailed.value)


def served(server: Server) -> Server:
    """Give a server all that it can do."""
    _texts(server)
    _reading(server)
    _writing(server)
    return server


def _texts(server: Server) -> None:
    @server.feature(lsp.INITIALIZE)
    def _begin(ls: Server, params: lsp.InitializeParams) -> None:
        ls.begins(params)

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def _open(ls: Server, params: lsp.DidOpenTextDocumentParams) -> None:
        file = file_of(params.text_document.uri)
        ls.desk.open[file] = Open(params.text_document.text, params.text_document.version)
        ls.publish(file)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def _change(ls: Server, params: lsp.DidChangeTextDocumentParams) -> None:
        file = file_of(params.text_document.uri)
        for change in params.content_changes[-1:]:
            ls.desk.open[file] = Open(change.text, params.text_document.version)
        ls.written(file)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def _save(ls: Server, params: lsp.DidSaveTextDocumentParams) -> None:
        ls.written(file_of(params.text_document.uri))

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def _close(ls: Server, params: lsp.DidCloseTextDocumentParams) -> None:
        ls.closed(file_of(params.text_document.uri))


def _reading(server: Server) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def _hover(ls: Server, params: lsp.HoverParams) -> lsp.Hover | None:
        file = file_of(params.text_document.uri)
        if not ls.desk.is_ours(file):
            return None
        telling, told = ls.desk.telling(file, ls.lang), ls.desk.told(file)
        lines = ls.lines(file)
        at = lines.place(params.position)
        if ls.desk.tells(file):
            shown = hover_in_stories(telling, told, *at, ls.lang) if told is not None else None
        else:
            shown = hover(telling, told, *at) if telling is not None else None
        if shown is None:
            return None
        return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, shown.markdown), lines.range(shown.place))

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def _definition(ls: Server, params: lsp.DefinitionParams) -> lsp.Location | None:
        file, mentions, _told, found = ls.named(params)
        if found is not None:
            program = ls.desk.program_of(file) or file
            place = declaration(mentions, found.name)
            return lsp.Location(uri_of(program), ls.lines(program).range(place))
        return _provision(ls, file, params)

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    def _references(ls: Server, params: lsp.ReferenceParams) -> list[lsp.Location]:
        file, mentions, told, found = ls.named(params)
        if found is None:
            return []
        files = ((ls.desk.program_of(file), mentions), (ls.desk.scenarios_of(file), told))
        return [
            lsp.Location(uri_of(one), ls.lines(one).range(place))
            for one, where in files
            if one is not None
            for place in references(where, found.name, declared=params.context.include_declaration)
        ]

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def _outline(ls: Server, params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        file = file_of(params.text_document.uri)
        tree = legible(ls.desk.text(file) or "") if ls.desk.is_ours(file) else None
        lines = ls.lines(file)
        return [symbol(one, lines) for one in outline(tree, ls.lang)] if tree is not None else []


def _provision(ls: Server, file: str, params: lsp.DefinitionParams) -> lsp.Location | None:
    """Where a provision stands in its catalogue."""
    telling = ls.desk.telling(file, ls.lang)
    found = provision_at(telling, *ls.lines(file).place(params.position)) if telling is not None else None
    if found is None:
        return None
    catalogue = str(Path(file).parent / found.file)
    return lsp.Location(uri_of(catalogue), ls.lines(catalogue).range(found.place))


def _writing(server: Server) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=list(TRIGGERS)))
    def _complete(ls: Server, params: lsp.CompletionParams) -> lsp.CompletionList:
        file = file_of(params.text_document.uri)
        text = ls.desk.text(file)
        found = None
        if text is not None and ls.desk.is_ours(file):
            line, column = ls.lines(file).place(params.position)
            if ls.desk.tells(file):
                found = completion_in_stories(text, line, column, ls.desk.telling(file, ls.lang), ls.lang)
            else:
                known = ls.desk.mentions(file)
                found = completion(text, line, column, ls.desk.read_file(file), ls.lang, known)
        if found is None:
            return lsp.CompletionList(is_incomplete=False, items=[])
        word = ls.lines(file).range(found.place)
        return lsp.CompletionList(
            is_incomplete=False, items=[item(one, number, word) for number, one in enumerate(found.proposals)]
        )

    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    def _may_rename(ls: Server, params: lsp.PrepareRenameParams) -> lsp.PrepareRenamePlaceholder:
        file, mentions, told, found = ls.named(params)
        where: Mentions | Told | None = told if ls.desk.tells(file) else mentions
        if found is None or where is None:
            raise nothing(ls.lang)
        return lsp.PrepareRenamePlaceholder(ls.lines(file).range(where.place(found)), found.name.word)

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    def _rename(ls: Server, params: lsp.RenameParams) -> lsp.WorkspaceEdit:
        file, mentions, told, found = ls.named(params)
        if found is None:
            raise nothing(ls.lang)
        answer = renamed(mentions, told, found.name, params.new_name, ls.desk.read_file(file))
        if isinstance(answer, Refused):
            raise refusal(sentence("faces", answer.key, ls.lang, **answer.facts))
        changes = ((ls.desk.program_of(file), answer.program), (ls.desk.scenarios_of(file), answer.scenarios))
        return ls.edit({one: fixes for one, fixes in changes if one is not None})

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix])
    )
    def _mend(ls: Server, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        file = file_of(params.text_document.uri)
        judged = (
            next((one for one in ls.desk.judged(file) if one.file == file), None) if ls.desk.is_ours(file) else None
        )
        if judged is None:
            return []
        lines, uri = ls.lines(file, judged.text), uri_of(file)
        span = lines.place(params.range.start)[0], lines.place(params.range.end)[0]
        found = mends(judged.text, judged.findings, *span, lambda text: ls.desk.judge(file, text))
        return [
            lsp.CodeAction(
                title=_title(one.shown, one.finding.code, one.finding.slug, ls.lang),
                kind=lsp.CodeActionKind.QuickFix,
                diagnostics=[diagnostic(one.finding, lines, uri, ls.lang)],
                is_preferred=one.sure,
                edit=ls.edit({file: one.fixes}),
            )
            for one in found
        ]


def _title(shown: str, code: str, slug: str, lang: str) -> str:
    if shown:
        return sentence("faces", "editing.fix.meant", lang, meant=shown)
    return sentence("faces", "editing.fix", lang, code=code, slug=slug)


def serve(lang: str, asked: str | None, today: Callable[[], int]) -> None:
    """Serve one editor, until it has had enough."""
    wire = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What a library would print is no message: it joins the log.
    with redirect_stdout(sys.stderr):
        served(Server(lang, asked, today)).start_io(stdout=wire)
