"""How an answer travels: late, cut, dripping, compressed, wrapped in something else."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from .traffic import ConnectionCut, Response, whole_response

HTML_PAGE = (
    b"<html><head><title>502 Bad Gateway</title></head>\r\n"
    b"<body><center><h1>502 Bad Gateway</h1></center><hr><center>proxy</center></body></html>\r\n"
)


@dataclass(frozen=True)
class Delivery:
    """The faults of the way; the default has none. Seconds and bytes throughout."""

    wait: float = 0.0
    drop: bool = False
    cut: int | None = None
    drip: float = 0.0
    piece: int = 1024
    gzip: bool = False
    endless: float = 0.0
    wrap: str = ""
    status: int | None = None
    retry_after: str | None = None

    def carry(self, response: Response, sleep: Callable[[float], None]) -> Response:
        """The response as it arrives; ConnectionCut if nothing of it does."""
        if self.wait:
            sleep(self.wait)
        if self.drop:
            raise ConnectionCut("the connection was closed before the answer began")
        response = self._wrapped(response)
        headers, body = dict(response.headers), response.body
        if self.retry_after is not None:
            headers["retry-after"] = self.retry_after
        if self.gzip:
            body = [gzip.compress(b"".join(body), mtime=0)]
            headers |= {"content-encoding": "gzip", "content-length": str(len(body[0]))}
        if self.endless:
            headers.pop("content-length", None)
            body = _endless(self.endless, sleep)
        if self.drip:
            body = _dripping(body, self.piece, self.drip, sleep)
        if self.cut is not None:
            body = _cut(body, self.cut)
        return Response(self.status or response.status, headers, body)

    def _wrapped(self, response: Response) -> Response:
        if not self.wrap:
            return response
        body, kind, status = b"".join(response.body), response.headers["content-type"], response.status
        if self.wrap == "html":
            return whole_response(HTML_PAGE, "text/html; charset=UTF-8", status=502 if status == 200 else status)
        if self.wrap == "text":
            return whole_response(b"upstream connect error", "text/plain", status=status)
        return whole_response(_WRAPPED[self.wrap](body), kind, status=status)


_WRAPPED: dict[str, Callable[[bytes], bytes]] = {
    "array": lambda body: b"[" + body.strip() + b"\n]\n",
    "nothing": lambda _: b"",
    "torn": lambda body: body[: len(body) // 2],  # the length fits, the JSON does not
}
WRAPS = ("html", "text", *_WRAPPED)


def _cut(body: Iterable[bytes], after: int) -> Iterator[bytes]:
    left = after
    for piece in body:
        if len(piece) >= left:
            yield piece[:left]
            break
        left -= len(piece)
        yield piece
    raise ConnectionCut(f"the connection was cut after {after} bytes of the body")


def _dripping(body: Iterable[bytes], size: int, pause: float, sleep: Callable[[float], None]) -> Iterator[bytes]:
    for piece in body:
        for start in range(0, len(piece), size):
            yield piece[start : start + size]
            sleep(pause)


def _endless(pause: float, sleep: Callable[[float], None]) -> Iterator[bytes]:
    """White space for ever, which JSON allows, and the answer never: only a deadline ends it."""
    while True:
        yield b" \n"
        sleep(pause)
