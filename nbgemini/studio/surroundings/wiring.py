"""Which client answers: the embedded emulator, or HTTP to Google; one per setting, built when first needed."""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from nbgemini.core.base_url import GOOGLE, is_googles
from nbgemini.core.cloud import EVERYWHERE, vertex_host
from nbgemini.core.redact import Secret, last_word
from nbgemini.errors import OptionError, SettingsError
from nbgemini.net.backends import Endpoint
from nbgemini.net.backoff import RetryBudget, RetryPolicy
from nbgemini.net.client import Client
from nbgemini.net.held_tokens import Held
from nbgemini.net.routing import Files
from nbgemini.net.seam import Transport
from nbgemini.settings import Settings, certificate_variables, may_be_proxied
from nbgemini.studio.silence import quiet

if TYPE_CHECKING:
    from nbgemini.net.adc import Adc
    from nbgemini.studio.surroundings.embedded import Embedded

__all__ = ["HeaderValue", "Wiring"]

HeaderValue: TypeAlias = "str | Callable[[], str]"
"""The value of a header, or what returns it when a request is sent."""

_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_OURS = {"host", "content-length", "content-type", "transfer-encoding", "accept-encoding", "connection"}
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
        self._emulators: set[str] = set()  # the addresses that were found to be one's
        self._salt = secrets.token_bytes(16)
        self._first = threading.Lock()
        self._headers: dict[str, _Header] = {}  # of the user's own, for a gateway
        self._client: Any = None
        self._own: Transport | None = None
        self._covered: list[Held] = []

    def _in_process(self) -> Transport:
        from nbgemini.net.inprocess import InProcess

        return InProcess(self._emulate)

    def client(self, settings: Settings) -> Client:
        """The client for the settings of this moment. Raises SettingsError."""
        emulated = settings.served_by == "emulator"
        transport = self._given or (self._in_process() if emulated else self._own or self._over_http())
        more = {name: Secret(header.sent) for name, header in self._headers.items()}
        covered = tuple(one.held for one in self._covered if one.held)
        endpoint = replace(self._endpoint(settings), more=more, covered=covered)
        files = self._files_of(endpoint)
        return Client(
            endpoint,
            transport,
            policy=self._policy,
            budget=self._budget,
            files=files,
            uploads=settings.uploads,
            emulators=self._emulators,
        )

    def _files_of(self, endpoint: Endpoint) -> Files:
        """The uploaded pictures of this key at this address: another key may not see them."""
        key = endpoint.key.reveal().encode() if endpoint.key else b""
        owner = hashlib.blake2b(key, key=self._salt, digest_size=16).hexdigest()
        return self._files.setdefault((endpoint.base_url, owner), Files())

    def _endpoint(self, settings: Settings) -> Endpoint:
        key = None if settings.key is None else Secret(settings.key)
        if settings.served_by == "vertex":
            return self._vertex(settings, key if settings.express else None)
        return Endpoint(
            backend=settings.served_by,
            base_url=settings.base_url or GOOGLE,
            origin=settings.values["base_url"].origin("base_url"),
            allow_http=settings.allow_http,
            api_version=settings.api_version,
            key=key,
        )

    def _vertex(self, settings: Settings, key: Secret | None) -> Endpoint:
        """Vertex AI: with a key alone express mode, else a project's, which the credentials may name.

        A gateway may know who we are without a project and without credentials; those that are named go along.
        """
        base, location = settings.base_url, settings.location or EVERYWHERE
        project, tokens = settings.project, None
        if key is None and (project or settings.location or settings.credentials or not base):
            # A login is Google's affair: what a gateway is sent does not go there.
            tokens = self._credentials(
                self._given or self._over_http(), settings.credentials, optional=not is_googles(base)
            )
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

            self._http = HttpTransport(variables=certificate_variables, proxied=may_be_proxied)
        return self._http

    def send_along(self, headers: Mapping[str, HeaderValue]) -> None:
        """Send these headers with each request to the API. Raises OptionError."""
        self._headers = {name.strip().lower(): _Header(name, value) for name, value in headers.items()}
        self._cover()

    def send_by(self, client: Any) -> None:
        """Send requests by this httpx client of the user's; None: by our own. Raises OptionError."""
        if client is not None:
            from nbgemini.net.own_client import OwnClient

            self._own = OwnClient(client)
        else:
            self._own = None
        self._client = client
        self._cover()

    def _cover(self) -> None:
        """No text may show what goes along, wherever it comes from."""
        found = [Secret(partial(getattr, header, "last")) for header in self._headers.values()]
        if self._client is not None:
            from nbgemini.net.own_client import secrets_of

            found += secrets_of(self._client)
        self._covered = [Held(part) for secret in found for part in (secret, last_word(secret))]

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


class _Header:
    """The value of one header. A function is asked for it when a request is sent, and for nothing else."""

    def __init__(self, name: str, value: HeaderValue) -> None:
        """Raises OptionError, which never shows the value."""
        if not re.fullmatch(_NAME, name.strip()):
            raise OptionError(f"`{name[:60]}` is not the name of a header.")
        if name.strip().lower() in _OURS:
            raise OptionError(f"The header `{name}` is set for each request; leave it out.")
        if not callable(value) and not isinstance(value, str):
            raise OptionError(f"The header `{name}` is a text, or a function that returns one.")
        self._name, self._value = name, value
        self.last = "" if callable(value) else _checked(name, value)

    def sent(self) -> str:
        """The value of this moment. Raises SettingsError where a function gives none."""
        if callable(self._value):
            try:
                self.last = _checked(self._name, self._value())
            except Exception as problem:
                why = problem.message if isinstance(problem, OptionError) else f"it raises {type(problem).__name__}"
            else:
                return self.last
            raise SettingsError(f"The function for the header `{self._name}` gives no value: {why}.")
        return self.last


def _checked(name: str, value: object) -> str:
    if not isinstance(value, str) or not value.isascii() or not value.isprintable():
        raise OptionError(f"The value of the header `{name}` has characters that no header has.")
    return value
