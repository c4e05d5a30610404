"""Which client answers: the embedded emulator, or HTTP to the Gemini API; one per setting, built when first needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from nbgemini.core.redact import Secret
from nbgemini.errors import NotYetAvailable
from nbgemini.net.backends import GOOGLE, Endpoint
from nbgemini.net.backoff import RetryBudget
from nbgemini.net.client import Client
from nbgemini.net.inprocess import InProcess
from nbgemini.net.seam import Transport, http
from nbgemini.settings import Settings

__all__ = ["Wiring"]


class Wiring:
    """Builds clients; the retry budget and the emulator are shared by the whole kernel."""

    def __init__(self, transport: Transport | None = None) -> None:
        self._given = transport
        self._http: Transport | None = None
        self._budget = RetryBudget()
        self._emulator: Any = None

    def client(self, settings: Settings) -> Client:
        """The client for the settings of this moment. Raises SettingsError, NotYetAvailable."""
        if settings.served_by == "vertex":
            raise NotYetAvailable("Vertex AI comes with a later version of nbgemini; unset `backend`.")
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

    def _emulated(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], Iterable[bytes]]:
        from nbgemini.emulator import Request, Service

        if self._emulator is None:
            self._emulator = Service()
        response = self._emulator.handle(Request(method, target, headers, body))
        return response.status, response.headers, response.body
