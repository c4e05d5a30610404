"""HTTP/1.1 on a connection of one request: h11 keeps the rules of the protocol, and leaves the sending to others.

httpcore, which drives it for httpx, would take a seventh of what a first picture costs, and hands on each chunk of a
body alone; here those that one read brought come together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import h11

from nbgemini.net.seam import Address
from nbgemini.net.sockets import Stream, WriteFailed

__all__ = ["Http11", "fields"]

_LONGEST_HEAD = 100 * 1024  # bytes


class Http11:
    """One request and its answer. `silence` is how many seconds the other side may say nothing, in either direction.

    All of it raises what the connection raises, and h11's `LocalProtocolError` and `RemoteProtocolError` for what is no
    HTTP.
    """

    def __init__(self, stream: Stream, silence: float) -> None:
        self._stream, self._silence = stream, silence
        self._rules = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)
        self.status_code = 0
        self.headers: dict[str, str] = {}

    def ask(
        self, method: str, address: Address, headers: Sequence[tuple[bytes, bytes]], pieces: Iterable[bytes]
    ) -> None:
        """Send it, each of the `pieces` when the one before has left, and wait for the head of the answer.

        A server may refuse before it has read everything: that some of it could not be sent is no failure yet.
        """
        try:
            self._send(h11.Request(method=method, target=address.target, headers=list(headers)))
            for piece in pieces:
                self._send(h11.Data(piece))
            self._send(h11.EndOfMessage())
        except WriteFailed:
            pass
        while not isinstance(event := self._rules.next_event(), h11.Response):
            if event is h11.NEED_DATA:
                self._receive()
        self.status_code, self.headers = event.status_code, fields(event.headers)

    def iter_raw(self) -> Iterator[bytes]:
        """The body. Nothing that came is held back while more is waited for, nor when that fails."""
        held: list[bytes] = []  # what one read brought
        while True:
            try:
                event = self._rules.next_event()
            except h11.RemoteProtocolError:
                yield b"".join(held)
                raise
            if isinstance(event, h11.Data):
                held.append(event.data)
                continue
            yield b"".join(held)
            held.clear()
            if event is not h11.NEED_DATA:
                return
            self._receive()

    def close(self) -> None:
        """End the connection."""
        self._stream.close()

    def _send(self, event: h11.Event) -> None:
        self._stream.write(self._rules.send(event) or b"", self._silence)

    def _receive(self) -> None:
        data = self._stream.read(self._silence)
        if not data and self._rules.their_state is h11.SEND_RESPONSE:
            raise h11.RemoteProtocolError("The server left without an answer.")
        self._rules.receive_data(data)


def fields(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by their names in small letters; those that are there several times are joined."""
    found: dict[str, str] = {}
    for raw, value in headers:
        name = _text(raw).lower()
        found[name] = f"{found[name]}, {_text(value)}" if name in found else _text(value)
    return found


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("iso-8859-1")
