"""Takes the body of an answer apart while it arrives: long strings go to disk, the rest of the JSON stays."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable

from nbgemini._dataclass import dataclass
from nbgemini.core.seams import Objects
from nbgemini.core.skeleton import Skeleton, StoredText
from nbgemini.wire.strings import LongString

__all__ = ["SHORT", "Caps", "Splitter"]

SHORT = 2048  # bytes: strings up to here stay in the text
LONG_TEXT = 64 * 1024  # bytes of words that stay in the text, too

# In JSON an unescaped quote, a name, a quote and a colon can only be a key: inside a string the quotes have
# backslashes before them. The quote stands first in the pattern, so that it is looked for at the speed of memchr.
_NAMES = rb"data|thoughtSignature|thought_signature|b64_json|bytesBase64Encoded"
_OPENS = rb'"\s{0,64}:\s{0,64}"'
# A text that plainly ends soon is passed over: a stream has hundreds of thousands of them.
_KEY = re.compile(rb'"(?<!\\")(?:(?:' + _NAMES + rb")" + _OPENS + rb"|(text)" + _OPENS + rb'(?![^"\\]{0,256}"))')
_KEY_OF_PICTURE = re.compile(rb'"(?<!\\")(?:' + _NAMES + rb")" + _OPENS)
_LONGEST_KEY = 160  # bytes that a key cut in two may need from the piece before
_INSIDE = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Caps:
    """What one answer may hold: bytes of pictures and signatures, bytes of JSON beside them, and long strings.

    The JSON is what a parser holds in memory. 1,024 strings are 256 pictures with their signatures, twice. Where
    there is no room for the text any more, pictures are looked for behind so much more of it (`beyond`).
    """

    decoded: int = 64 * 2**20
    text: int = 8 * 2**20
    strings: int = 1024
    beyond: int = 16 * 2**20


class Splitter:
    """Feed it the body in pieces of any size; `finish` returns the skeleton that, with the objects, rebuilds them.

    Whatever arrives, the rebuilt bytes equal those that were fed. `full` says which cap was passed, or is empty. What
    comes after that is ignored, but for the pictures behind too much text.
    """

    def __init__(self, objects: Objects, caps: Caps | None = None) -> None:
        self._objects = objects
        self._caps = caps or Caps()
        self._text = bytearray()
        self._holes: list[tuple[int, StoredText]] = []
        self._held = b""  # bytes whose meaning depends on what follows
        self._scan: Callable[[bytes, int], int] = self._between
        self._short = bytearray()  # the beginning of a string that may stay short
        self._long: LongString | None = None
        self._decoded = 0
        self._most_short = SHORT  # bytes of the string that arrives
        self._dropped = 0  # bytes of text for which there was no room
        self.received = 0  # bytes
        self.full = ""
        self.ended = False  # whether nothing that may come matters any more

    def feed(self, data: bytes) -> None:
        """Take the next bytes. Raises StoreError when they cannot be written."""
        if self.ended:
            return
        self.received += len(data)
        data = self._held + data
        self._held = b""
        at = 0
        while at < len(data) and not self.ended:
            at = self._scan(data, at)

    def _between(self, data: bytes, at: int) -> int:
        """Outside of the strings that matter: text, up to and including the next one's opening quote."""
        key = (_KEY_OF_PICTURE if self.full else _KEY).search(data, at)
        if key:
            self._keep(data[at : key.end()])
            self._most_short = LONG_TEXT if key.re is _KEY and key[1] else SHORT
            self._scan = self._inside
            return key.end()
        kept = max(at, len(data) - _LONGEST_KEY)
        self._keep(data[at:kept])
        self._held = data[kept:]
        return len(data)

    def _keep(self, text: bytes | bytearray) -> None:
        if self.full:  # only pictures still count
            self._dropped += len(text)
            self.ended = self.ended or self._dropped > self._caps.beyond
            return
        self._text += text
        if len(self._text) > self._caps.text:
            self.full = f"more than {self._caps.text / 2**20:.3g} MB of text"
            self.ended = not self._caps.beyond

    def _end(self, full: str) -> None:
        self.full = self.full or full
        self.ended = True

    def _inside(self, data: bytes, at: int) -> int:
        """Inside a string that may be long; the closing quote is left to the text."""
        end, closed = _string_end(data, at)
        self._take(data[at:end])
        if closed:
            self._close()
            self._scan = self._between
            return end
        self._held = data[end:]  # the beginning of an escape
        return len(data)

    def _take(self, raw: bytes) -> None:
        if self._long is None:
            self._short += raw
            if len(self._short) <= self._most_short:
                return
            if len(self._holes) >= self._caps.strings:
                self._end(f"more than {self._caps.strings:,} pictures and signatures")
                return
            self._long = LongString(self._objects)
            raw, self._short = bytes(self._short), bytearray()
        self._long.write(raw)
        if self._decoded + max(self._long.decoded, self._long.taken // 2) > self._caps.decoded:
            self._end(f"more than {self._caps.decoded / 2**20:.3g} MB of pictures")

    def _close(self, *, complete: bool = True) -> None:
        if self._long is None and self.full and self._most_short == SHORT and len(self._holes) < self._caps.strings:
            self._long = LongString(self._objects)  # there is no text that it could stand in
            self._long.write(bytes(self._short))
        if self._long is None:
            self._keep(self._short)
            self._short = bytearray()
            return
        self._short = bytearray()
        string, self._long = self._long, None
        try:
            leaf, rest = string.close(complete=complete)
        except BaseException:
            string.discard()
            raise
        self._decoded += string.decoded
        self._holes.append((len(self._text), leaf))
        self._keep(rest)

    def lines(self, start: int) -> Skeleton | None:
        """The whole lines that stand in the text from byte `start` on, also those still held; None without one."""
        held = self._held if self._scan == self._between else b""
        end = len(self._text) + held.rfind(b"\n") + 1 if b"\n" in held else self._text.rfind(b"\n", start) + 1
        if end <= start:
            return None
        text = bytes(self._text[start:end])
        first = bisect_left(self._holes, start, key=lambda hole: hole[0])
        holes = tuple((at - start, leaf) for at, leaf in self._holes[first:] if at <= end)
        behind = max(0, start - len(self._text))  # what was read of the held bytes already
        return Skeleton(text + held[behind : max(0, end - len(self._text))], holes)

    def finish(self) -> Skeleton:
        """What was fed so far. A string that was still arriving is kept as far as it came."""
        self._close(complete=False)
        self._text += b"" if self.full else self._held
        self._held = b""
        return Skeleton(bytes(self._text), tuple(self._holes))

    def discard(self) -> None:
        """Give up: throw away what was not ended; never raises."""
        if self._long:
            self._long.discard()
            self._long = None


def _string_end(data: bytes, at: int) -> tuple[int, bool]:
    """(where the string ends or is cut, whether a closing quote stands there)."""
    quote = data.find(b'"', at)
    if data.find(b"\\", at, quote if quote >= 0 else len(data)) < 0:
        return (quote, True) if quote >= 0 else (len(data), False)
    inside = _INSIDE.match(data, at)
    end = inside.end() if inside else at
    return end, data[end : end + 1] == b'"'
