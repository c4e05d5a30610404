"""The seam between the client and whatever carries its requests: one verb for what is paid, one for what is free."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from nbgemini.net.backends import Headers
from nbgemini.net.body import Body
from nbgemini.net.flight import Flight

__all__ = ["Page", "Reply", "Transport"]


class Reply(Protocol):
    """An answer whose status and headers (names in lower case) are here; its body is still arriving."""

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    def chunks(self) -> Iterator[bytes]:
        """The body as it arrives, decompressed. Raises OutcomeUnknown when it breaks off."""


@dataclass(frozen=True, slots=True)
class Page:
    """A whole answer to what costs nothing; the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    """Carries requests; raises TransportError and its kinds, and nothing that holds a header."""

    def post(self, url: str, headers: Headers, body: Body, flight: Flight) -> AbstractContextManager[Reply]:
        """Send once. Raises NotSent when the body did not leave completely, OutcomeUnknown when it did."""

    def call(self, method: str, url: str, headers: Headers, content: bytes = b"", *, flight: Flight) -> Page:
        """Do what costs nothing, with any method: a list, a login, an upload. Cutting the flight ends it."""
