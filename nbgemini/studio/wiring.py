"""Which client answers: the embedded emulator, or HTTP to the Gemini API; one per setting, built when first needed."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from nbgemini.core.redact import Secret
from nbgemini.errors import NotYetAvailable
from nbgemini.net.backends import GOOGLE, Endpoint
from nbgemini.net.backoff import RetryBudget
from nbgemini.net.client import Client
from nbgemini.net.inprocess import InProcess
from nbgemini.net.seam import Transport, http
from nbgemini.settings import Settings

if TYPE_CHECKING:
    from nbgemini.studio.embedded import Embedded

__all__ = ["Wiring"]


class Wiring:
    """Builds clients; the retry budget and the emulator are shared by the whole kernel."""

    def __init__(self, transport: Transport | None = None) -> None:
        self._given = transport
        self._http: Transport | None = None
        self._budget = RetryBudget()
        self._emulator: Embedded | None = None
        self._first = threading.Lock()

    def client(self, settings: Settings) -> Client:
        """The client for the settings of this moment. Raises SettingsError, NotYetAvailable."""
        if settings.served_by == "vertex":
            chosen = settings.values["backend"].variable or "backend"
            raise NotYetAvailable(f"Vertex AI comes with a later version of nbgemini; unset `{chosen}`.")
        emulated = settings.served_by == "emulator"
        key = None if settings.key is None else Secret(settings.key)
        endpoint = Endpoint(
            backend=settings.served_by,
            base_url=settings.base_url or GOOGLE,
            api_version=settings.api_version,
            key=key,
        )
        transport = self._given or (InProcess(self._emulated) if emulated else self._over_http())
        return Client(endpoint, transport, budget=self._budget)

    def _over_http(self) -> Transport:
        self._http = self._http or http()
        return self._http

    def embed(self, emulator: Embedded) -> None:
        """Let this emulator answer from now on."""
        self._emulator = emulator

    def _emulated(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], Iterable[bytes]]:
        with self._first:
            if self._emulator is None:
                from nbgemini.studio.embedded import Embedded

                self._emulator = Embedded()
        return self._emulator.handle(method, target, headers, body)
