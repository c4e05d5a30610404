"""Decompresses a body that came compressed although it was not asked for, in pieces of bounded size.

What a body is, its first bytes tell: gateways say gzip and send plain JSON, or compress without a word.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

__all__ = ["Damaged", "inflated"]

_PIECE = 256 * 1024  # bytes: a bomb never gets more memory than this at a time
_LAYERS = 3
_GZIP = 16 + zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"
_TEXT = b"{[ \t\r\n\xef<"  # what JSON, a mark before it or a page begins with


class Damaged(ConnectionError):
    """The compression is broken or ends too early."""


def inflated(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """`chunks` without their Content-Encoding, none of them empty; an unknown one is passed through. Raises Damaged."""
    pieces: Iterator[bytes] = filter(None, chunks)
    for layer in range(_LAYERS):
        pieces = _layer(pieces, encoding.lower() if layer == 0 or "," in encoding else "")
    yield from pieces


def _layer(chunks: Iterator[bytes], said: str) -> Iterator[bytes]:
    """The chunks with one compression undone, or as they are."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) > 1:
            break
    window = _window(head, said)
    if window is not None:
        yield from _undone(head, chunks, window)
        return
    if head:
        yield head
    yield from chunks


def _window(head: bytes, said: str) -> int | None:
    """How zlib undoes what begins like this, None: not at all. Only gzip is told by its bytes alone."""
    if head[:2] == _GZIP_MAGIC:
        return _GZIP
    if len(head) < 2 or not ("gzip" in said or "deflate" in said) or head[:1] in _TEXT:
        return None
    if head[0] & 15 == 8 and int.from_bytes(head[:2], "big") % 31 == 0:
        return zlib.MAX_WBITS
    return -zlib.MAX_WBITS if "deflate" in said else None


def _undone(head: bytes, chunks: Iterator[bytes], window: int) -> Iterator[bytes]:
    stream: zlib._Decompress | None = zlib.decompressobj(window)
    held: bytes = head
    while True:
        while stream is not None and held:
            before = stream.copy()
            try:
                piece = stream.decompress(held, _PIECE)
            except zlib.error:
                yield from _until_damage(before, held)
                return
            held = stream.unused_data if stream.eof else stream.unconsumed_tail
            if piece:
                yield piece
            if stream.eof:
                stream = None
        if stream is None and (window != _GZIP or not _GZIP_MAGIC.startswith(held[:2])):
            return  # what stands behind the end is not ours
        if stream is None and len(held) > 1:  # a further member
            stream = zlib.decompressobj(window)
            continue
        chunk = next(chunks, b"")
        if not chunk:
            break
        held += chunk
    if stream is not None:
        raise Damaged(0, "the compressed body ends too early")


def _until_damage(stream: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    """Byte by byte, so that nothing before the damage is lost. A wrong checksum at the end is not one."""
    reason = "the compressed body is damaged"
    for at in range(len(data)):
        try:
            piece = stream.decompress(data[at : at + 1])
        except zlib.error as problem:
            if "incorrect" in str(problem) and "check" in str(problem) and "header" not in str(problem):
                return
            break
        if piece:
            yield piece
    raise Damaged(0, reason)
