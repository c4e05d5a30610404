"""Which client answers: the embedded emulator, or HTTP to Google; one per setting, built when first needed."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from nbgemini.core.base_url import GOOGLE
from nbgemini.core.cloud import EVERYWHERE, vertex_host
from nbgemini.core.redact import Secret
from nbgemini.errors import SettingsError
from nbgemini.net.backends import Endpoint
from nbgemini.net.backoff import RetryBudget, RetryPolicy
from nbgemini.net.client import Client
from nbgemini.net.inprocess import InProcess
from nbgemini.net.routing import Files
from nbgemini.net.seam import Transport
from nbgemini.settings import Settings, certificate_variables
from nbgemini.studio.silence import quiet

if TYPE_CHECKING:
    from nbgemini.net.adc import Adc
    from nbgemini.studio.surroundings.embedded import Embedded

__all__ = ["Wiring"]

_PROJECT = "Set GOOGLE_CLOUD_PROJECT; or GOOGLE_API_KEY and no project, for express mode."


class Wiring:
    """Builds clients; the retry budget and the emulator are shared by the whole kernel."""

    def __init__(self, transport: Transport | None, policy: RetryPolicy | None, place: Callable[[bool], str]) -> None:
        self._place = place  # where the emulator keeps files and batch jobs
        self._given = transport
        self._policy = policy
        self._http: Transport | None = None
        self._budget = RetryBudget()
        self._emulator: Embedded | None = None
        self._adc: tuple[tuple[object, ...], Adc] | None = None
        self._files: dict[tuple[str, str], Files] = {}
        self._salt = secrets.token_bytes(16)
        self._first = threading.Lock()

    def client(self, settings: Settings) -> Client:
        """The client for the settings of this moment. Raises SettingsError."""
        emulated = settings.served_by == "emulator"
        transport = self._given or (InProcess(self._emulate) if emulated else self._over_http())
        endpoint = self._endpoint(settings, transport)
        files = self._files_of(endpoint)
        return Client(
            endpoint, transport, policy=self._policy, budget=self._budget, files=files, uploads=settings.uploads
        )

    def _files_of(self, endpoint: Endpoint) -> Files:
        """The uploaded pictures of this key at this address: another key may not see them."""
        key = endpoint.key.reveal().encode() if endpoint.key else b""
        owner = hashlib.blake2b(key, key=self._salt, digest_size=16).hexdigest()
        return self._files.setdefault((endpoint.base_url, owner), Files())

    def _endpoint(self, settings: Settings, transport: Transport) -> Endpoint:
        key = None if settings.key is None else Secret(settings.key)
        if settings.served_by == "vertex":
            return self._vertex(settings, key if settings.express else None, transport)
        return Endpoint(
            backend=settings.served_by,
            base_url=settings.base_url or GOOGLE,
            origin=settings.values["base_url"].origin("base_url"),
            allow_http=settings.allow_http,
            api_version=settings.api_version,
            key=key,
        )

    def _vertex(self, settings: Settings, key: Secret | None, transport: Transport) -> Endpoint:
        """Vertex AI: with a key alone express mode, else a project's, which the credentials may name.

        A gateway may know who we are without a project and without credentials; those that are named go along.
        """
        base, location = settings.base_url, settings.location or EVERYWHERE
        project, tokens = settings.project, None
        if key is None and (project or settings.location or settings.credentials or not base):
            own = base is not None and not (urlsplit(base).hostname or "").endswith(".googleapis.com")
            tokens = self._credentials(transport, settings.credentials, optional=own)
            project = project or tokens.project()
            if project is None:
                raise SettingsError("Vertex AI needs a project, and your credentials do not name one.", hint=_PROJECT)
        return Endpoint(
            backend="vertex",
            base_url=base or vertex_host(location),
            origin=settings.values["base_url"].origin("base_url"),
            allow_http=settings.allow_http,
            api_version=settings.api_version,
            key=key,
            project=project,
            location=location,
            tokens=tokens,
        )

    def _credentials(self, transport: Transport, *known: object, optional: bool) -> Adc:
        """Those of this kernel; looked for anew when another file is named."""
        from nbgemini.net.adc import Adc

        with self._first:
            if self._adc is None or self._adc[0] != (*known, optional):
                self._adc = (*known, optional), Adc(transport, optional=optional)
            return self._adc[1]

    def _over_http(self) -> Transport:
        if self._http is None:
            from nbgemini.net.transport import HttpTransport  # it brings httpx, which the emulator does not need

            self._http = HttpTransport(variables=certificate_variables)
        return self._http

    def scripted(self, settings: Settings) -> bool:
        """Whether the next request is answered by a step of the embedded emulator's script."""
        return settings.served_by == "emulator" and self._emulator is not None and self._emulator.scripted

    def counted(self, settings: Settings) -> bool:
        """Whether budgets count the requests: Google's always, the emulator's where it was told to."""
        return settings.served_by != "emulator" or (self._emulator is not None and self._emulator.billing)

    def embed(self, emulator: Embedded) -> None:
        """Let this emulator answer from now on."""
        emulator.keep_in(self._place)
        self._emulator = emulator

    def _emulate(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], Iterable[bytes]]:
        with self._first:
            if self._emulator is None:
                from nbgemini.studio.surroundings.embedded import Embedded

                self._emulator = Embedded(place=self._place)
        with quiet():  # it looks at pictures as Google does, and has no say about their notes
            status, told, pieces = self._emulator.handle(method, target, headers, body)
        return status, told, _quietly(pieces)


def _quietly(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same pieces, some of which are only drawn when they are taken."""
    left = iter(pieces)
    while True:
        with quiet():
            piece = next(left, None)
        if piece is None:
            return
        yield piece
