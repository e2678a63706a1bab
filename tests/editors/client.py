"""An editor, as far as a test needs one: it starts a server, opens files, asks, and hears what is wrong."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

PATIENCE = 60
"""Seconds after which a server is taken for dead."""


class Editor:
    """A client of a server that runs in a process of its own, over its standard input and output."""

    versioned = True
    """Whether the server says of which version of a text it speaks."""

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        self.command = command
        self.folder = folder
        self.environment = environment
        self.told: dict[str, lsp.PublishDiagnosticsParams] = {}
        self.versions: dict[str, int] = {}
        self._written = 0
        self._heard = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.client = LanguageClient("tests", "1")
        self.settings: Mapping[str, Any] = {}

        @self.client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def _hear(params: lsp.PublishDiagnosticsParams) -> None:
            with self._heard:
                self.told[params.uri] = params
                self._heard.notify_all()

        @self.client.feature(lsp.WORKSPACE_CONFIGURATION)
        def _configured(params: lsp.ConfigurationParams) -> list[Any]:
            return [self.settings.get(one.section or "") for one in params.items]

    # ------------------------------------------------------------------------------------------------------ the server

    def start(self, options: Mapping[str, Any] | None = None, locale: str | None = None, **able: Any) -> Any:
        """Start the server, and agree with it on what each can do."""
        self._wait(self.client.start_io(*self.command, cwd=self.folder, env=dict(self.environment)))
        asked = lsp.InitializeParams(
            capabilities=lsp.ClientCapabilities(
                text_document=lsp.TextDocumentClientCapabilities(
                    hover=lsp.HoverClientCapabilities(content_format=[lsp.MarkupKind.Markdown]),
                    completion=lsp.CompletionClientCapabilities(
                        completion_item=lsp.ClientCompletionItemOptions(
                            snippet_support=True, documentation_format=[lsp.MarkupKind.Markdown]
                        )
                    ),
                    publish_diagnostics=lsp.PublishDiagnosticsClientCapabilities(
                        related_information=True, version_support=True
                    ),
                ),
                workspace=lsp.WorkspaceClientCapabilities(configuration=True, **able),
            ),
            root_uri=self.folder.as_uri(),
            workspace_folders=[lsp.WorkspaceFolder(self.folder.as_uri(), "programs")],
            initialization_options=dict(options) if options else None,
            locale=locale,
        )
        begun = self.ask(lsp.INITIALIZE, asked)
        self.client.protocol.notify(lsp.INITIALIZED, lsp.InitializedParams())
        return begun

    def stop(self) -> int | None:
        """Have had enough; return how the server ended."""
        self.ask(lsp.SHUTDOWN, None)
        self.client.protocol.notify(lsp.EXIT, None)
        server = self.client._server
        code = self._wait(server.wait()) if server is not None else None
        self._wait(self.client.stop())
        self.close()
        return code

    def close(self) -> None:
        """Leave nothing behind, whatever happened."""
        server = self.client._server
        if server is not None and server.returncode is None:
            self._loop.call_soon_threadsafe(server.kill)
            self._wait(server.wait())
        if self._loop.is_running():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(PATIENCE)
            self._loop.close()

    def ask(self, method: str, params: Any) -> Any:
        """Ask, and wait for the answer."""

        async def asked() -> Any:
            return await self.client.protocol.send_request_async(method, params)

        return self._wait(asked())

    def notify(self, method: str, params: Any) -> None:
        """Tell."""
        self._loop.call_soon_threadsafe(self.client.protocol.notify, method, params)

    def _wait(self, waited: Awaitable[Any]) -> Any:
        async def done() -> Any:
            return await waited

        return asyncio.run_coroutine_threadsafe(done(), self._loop).result(PATIENCE)

    # -------------------------------------------------------------------------------------------------------- the texts

    def uri(self, name: str) -> str:
        """The address of a file of the folder."""
        return (self.folder / name).as_uri()

    def open(self, name: str, text: str | None = None) -> lsp.PublishDiagnosticsParams:
        """Open a file, and wait until the server has judged it."""
        self.opens(name, (self.folder / name).read_text(encoding="utf-8") if text is None else text)
        version = self.versions[name]
        return self.hears(name, lambda told: told.version == version or not self.versioned)

    def opens(self, name: str, text: str) -> None:
        """Open a file, and wait for nothing."""
        opened = lsp.TextDocumentItem(self.uri(name), "yaml", self._next(name), text)
        self.told.pop(self.uri(name), None)
        self.notify(lsp.TEXT_DOCUMENT_DID_OPEN, lsp.DidOpenTextDocumentParams(opened))

    def write(self, name: str, text: str, until: Callable[[list[lsp.Diagnostic]], bool] | None = None) -> Any:
        """Write another text; wait until the server has judged it, and as `until` says."""
        version = self._next(name)
        changed = lsp.DidChangeTextDocumentParams(
            lsp.VersionedTextDocumentIdentifier(version, self.uri(name)),
            [lsp.TextDocumentContentChangeWholeDocument(text)],
        )
        self.notify(lsp.TEXT_DOCUMENT_DID_CHANGE, changed)

        def wanted(told: lsp.PublishDiagnosticsParams) -> bool:
            return (told.version == version or not self.versioned) and (until is None or until([*told.diagnostics]))

        return self.hears(name, wanted)

    def _next(self, name: str) -> int:
        """A version that no text of any test had: a server may keep what it made of one."""
        self._written += 1
        self.versions[name] = self._written
        return self._written

    def close_all(self) -> None:
        """Close every file that is open."""
        for name in self.versions:
            closed = lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(self.uri(name)))
            self.notify(lsp.TEXT_DOCUMENT_DID_CLOSE, closed)
        self.versions.clear()
        with self._heard:
            self.told.clear()

    def hears(self, name: str, wanted: Callable[[lsp.PublishDiagnosticsParams], bool] = bool) -> Any:
        """What the server said is wrong, once it is as wanted."""
        uri = self.uri(name)
        with self._heard:
            heard = self._heard.wait_for(lambda: uri in self.told and wanted(self.told[uri]), PATIENCE)
        assert heard, f"{name}: {self.told.get(uri)}"
        return self.told[uri]

    def at(self, name: str, line: int, character: int) -> dict[str, Any]:
        """A position of a file, both counted from 0, as requests have it."""
        return {
            "text_document": lsp.TextDocumentIdentifier(self.uri(name)),
            "position": lsp.Position(line, character),
        }
