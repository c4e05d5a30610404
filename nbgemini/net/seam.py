"""The seam between the client and whatever carries its requests: a request in, a reply out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from nbgemini._dataclass import dataclass, field
from nbgemini.net.backends import Headers
from nbgemini.net.body import Content
from nbgemini.net.flight import Flight

__all__ = ["Address", "HttpRequest", "Page", "Reply", "Transport", "is_emulator", "read_page"]

_PAGE_CAP = 8 * 2**20  # bytes of an answer to what costs nothing


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What is sent, once. Its answer may be charged where it is `paid`: then who sent it must know whether it left.

    `origin` names the setting that its address comes from, where a user has set it.
    """

    method: str
    url: str
    headers: Headers = field(repr=False)
    body: Content | None = field(default=None, repr=False)
    paid: bool = False
    origin: str = ""


class Address(NamedTuple):
    """A URL as it is sent: the `port` where it is not the scheme's own, the `target` with the query."""

    scheme: str
    host: str
    port: int | None
    target: bytes


class Reply(Protocol):
    """An answer whose status and headers (names in lower case) are here; its body is still arriving.

    That breaks off with the exceptions of the transport.
    """

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    def chunks(self) -> Iterator[bytes]:
        """The body as it arrives, decompressed."""


def is_emulator(reply: Reply) -> bool:
    """Whether an emulator answers, which says so in each of its answers: nothing of it is charged."""
    return reply.headers.get("x-nbgemini-emulator", "") not in ("", "0")


@dataclass(frozen=True, slots=True)
class Page:
    """A whole answer to what costs nothing; the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    """Carries requests; raises TransportError and its kinds, and nothing that holds a header."""

    def send(self, request: HttpRequest, flight: Flight) -> AbstractContextManager[Reply]:
        """Send once; cutting the flight ends it.

        Where it is paid, raises NotSent when the body did not leave completely and OutcomeUnknown when it did;
        otherwise a TransportError that says that nothing was charged.
        """


def read_page(transport: Transport, request: HttpRequest, flight: Flight) -> Page:
    """Do what costs nothing (a list, a login, an upload), and read the answer: 8 MB of it at most."""
    body = bytearray()
    with transport.send(request, flight) as reply:
        for chunk in reply.chunks():
            body += chunk
            if len(body) > _PAGE_CAP:
                break
        return Page(reply.status, reply.headers, bytes(body))
