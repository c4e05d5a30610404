"""Decompresses a body that came compressed although it was not asked for, in pieces of bounded size."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

__all__ = ["Damaged", "inflated"]

_PIECE = 256 * 1024  # bytes: a bomb never gets more memory than this at a time
_WINDOWS = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


class Damaged(ConnectionError):
    """The compression is broken or ends too early."""


def inflated(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """`chunks` without their Content-Encoding, none of them empty; an unknown one is passed through. Raises Damaged."""
    window = _WINDOWS.get(encoding.strip().lower())
    if window is None:
        yield from filter(None, chunks)
        return
    stream = zlib.decompressobj(window)
    for chunk in chunks:
        held = chunk
        while held and not stream.eof:
            if piece := _step(stream, held):
                yield piece
            held = stream.unconsumed_tail
    if not stream.eof:
        raise Damaged(0, "the compressed body ends too early")


def _step(stream: zlib._Decompress, data: bytes) -> bytes:
    try:
        return stream.decompress(data, _PIECE)
    except zlib.error:
        reason = "the compressed body is damaged"
    raise Damaged(0, reason)
