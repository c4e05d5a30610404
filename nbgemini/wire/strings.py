"""One long JSON string on its way to disk: base64 as decoded bytes, anything else as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nbgemini.core.seams import Objects, ObjectWriter
from nbgemini.core.skeleton import ENDING, Form, StoredText
from nbgemini.wire.b64 import Alphabet, decode, encode, is_data_url, lenient

__all__ = ["LongString", "store_string"]

_ODD_IN_MEMORY = 64 * 1024  # bytes of a not quite canonical end (`\u003d`) that wait for the end of the string
_ODD_END = rb"([A-Za-z0-9+/_-]{0,4})(%s)" % ENDING.pattern.encode("ascii")
_OUTSIDE: dict[Alphabet, re.Pattern[bytes]] = {
    "base64": re.compile(rb"[^A-Za-z0-9+/]"),
    "base64url": re.compile(rb"[^A-Za-z0-9_-]"),
}


class LongString:
    """Takes the raw bytes between the quotes, piece by piece, and leaves one or two objects.

    As long as the string is canonical base64, only decoded bytes are written; where nothing but its padding is odd
    (escaped, or missing), it is noted how that was spelled. From any other oddity on (an escape, a blank, bits after
    the end) the rest is kept as it came, so that the whole can be spelled out again verbatim, with the decoded bytes as
    an object of their own where they make sense.
    """

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._writer: ObjectWriter | None = objects.writer()
        self._alphabet: Alphabet | None = None  # None: nothing has told yet
        self._held = b""  # canonical so far, not decoded yet: the last group may be padded
        self._odd: bytearray | None = None
        self._verbatim: ObjectWriter | None = None
        self.decoded = 0  # bytes
        self.taken = 0  # bytes, as they stand between the quotes

    def write(self, raw: bytes) -> None:
        """Take the next bytes of the string; an escape is never cut."""
        self.taken += len(raw)
        if self._verbatim:
            self._verbatim.write(raw)
        elif self._odd is not None:
            self._odd += raw
            if len(self._odd) > _ODD_IN_MEMORY:
                self._spill()
        else:
            self._decode(self._held + raw)

    def _decode(self, text: bytes) -> None:
        if not self.decoded and is_data_url(text):  # no base64 as a whole
            self._odd = bytearray(text)
            return
        usable = max(0, (len(text) - 1) // 4 * 4)
        padding = text.find(b"=", 0, usable)
        if padding >= 0:
            usable = padding // 4 * 4
        try:
            self._take(text[:usable])
        except ValueError:
            alphabet = self._alphabet or ("base64url" if b"-" in text or b"_" in text else "base64")
            odd = _OUTSIDE[alphabet].search(text)
            usable = odd.start() // 4 * 4 if odd else 0
            self._alphabet = alphabet
            self._take(text[:usable])
        self._held = text[usable:]
        if len(self._held) > 4:
            self._odd, self._held = bytearray(self._held), b""

    def _take(self, text: bytes) -> None:
        """Decode whole groups without padding and write them. Raises ValueError, with nothing written."""
        alphabet: Alphabet = self._alphabet or "base64"
        try:
            data = decode(text, alphabet)
        except ValueError:
            if self._alphabet:
                raise
            alphabet = "base64url"
            data = decode(text, alphabet)
        if self._alphabet is None and (alphabet == "base64url" or b"+" in text or b"/" in text):
            self._alphabet = alphabet
        self._put(data)

    def _put(self, data: bytes) -> None:
        assert self._writer is not None
        self._writer.write(data)
        self.decoded += len(data)

    def _spill(self) -> None:
        """The odd rest is long: the string goes on as verbatim text, its beginning spelled out from what is on disk."""
        verbatim = self._objects.writer()
        self._verbatim = verbatim
        for piece in self._spelled():
            verbatim.write(piece)
        verbatim.write(bytes(self._odd or b""))
        self._odd = None

    def _spelled(self) -> Iterator[bytes]:
        """The canonical beginning, as text again; ends its object."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        if not self.decoded:
            writer.discard()
            return
        sha256, _ = writer.finish()
        for piece in self._objects.chunks(sha256):
            yield encode(piece, self._alphabet or "base64")

    def close(self, *, complete: bool = True) -> tuple[StoredText, bytes]:
        """End the string. Returns what stands on disk and the bytes that follow it in the text.

        Only a string that broke off leaves such bytes: the letters of an unfinished group.
        """
        if self._odd is None and self._verbatim is None:
            if self._last_group() if complete or len(self._held) == 4 else False:
                return self._finished(), b""
            if not complete:
                return self._finished(), self._held
            self._odd = bytearray(self._held)
        return (self._close_verbatim() if self._verbatim else self._close_odd()), b""

    def _last_group(self) -> bool:
        """Whether the last letters are a canonical end; if so, they are written."""
        return not self._held or self._take_last(self._held)

    def _take_last(self, letters: bytes) -> bool:
        """Whether these letters are a canonical end; if so, they are written."""
        alphabets: tuple[Alphabet, ...] = (self._alphabet,) if self._alphabet else ("base64", "base64url")
        for alphabet in alphabets:
            try:
                data = decode(letters, alphabet)
            except ValueError:
                continue
            if encode(data, alphabet) == letters:
                self._alphabet = alphabet
                self._put(data)
                return True
        return False

    def _finished(self, ending: str | None = None) -> StoredText:
        assert self._writer is not None
        writer, self._writer = self._writer, None
        sha256, size = writer.finish()
        return StoredText(sha256, size, self._alphabet or "base64", ending=ending)

    def _close_odd(self) -> StoredText:
        """A short odd end: its bytes go to the decoded object, and the text is spelled out from that."""
        odd, canonical, picture = bytes(self._odd or b""), self.decoded, None
        self._odd = None
        if (match := re.fullmatch(_ODD_END, odd)) and (canonical or match[1]):
            letters = match[1] + b"=" * (-len(match[1]) % 4)
            if self._take_last(letters):
                return self._finished(match[2].decode("ascii"))
        try:
            end = b"".join(lenient([odd]))
        except ValueError:
            end = b""
        else:
            picture = ""
        self._put(end)
        assert self._writer is not None
        writer, self._writer = self._writer, None
        decoded, _ = writer.finish()
        self._verbatim = self._objects.writer()
        left = canonical
        for piece in self._objects.chunks(decoded):
            self._verbatim.write(encode(piece[:left], self._alphabet or "base64"))
            left -= min(left, len(piece))
        self._verbatim.write(odd)
        text = self._finished_verbatim()
        return StoredText(text.sha256, text.size, "text", decoded if picture is not None else None)

    def _close_verbatim(self) -> StoredText:
        """A long odd string: decoded from its own text, if it is base64 at all."""
        text = self._finished_verbatim()
        self._writer = self._objects.writer()
        try:
            for data in lenient(self._objects.chunks(text.sha256)):
                self._put(data)
        except ValueError:
            self.discard()
            return text
        return StoredText(text.sha256, text.size, "text", self._finished().sha256)

    def _finished_verbatim(self) -> StoredText:
        assert self._verbatim is not None
        writer, self._verbatim = self._verbatim, None
        sha256, size = writer.finish()
        return StoredText(sha256, size, "text")

    def discard(self) -> None:
        """Throw away what was not ended; never raises."""
        for writer in (self._writer, self._verbatim):
            if writer:
                writer.discard()
        self._writer = self._verbatim = None


def store_string(objects: Objects, text: bytes) -> StoredText:
    """A whole string, as it stands between the quotes, as an object."""
    string = LongString(objects)
    try:
        string.write(text)
        return string.close()[0]
    except BaseException:
        string.discard()
        raise


def spelled(objects: Objects, leaf: StoredText, size: int) -> Iterator[bytes]:
    """What stands between the quotes, in pieces of at most `size` bytes."""
    form: Form = leaf.form
    for piece in objects.chunks(leaf.sha256, size if form == "text" else size // 4 * 3):
        spelt = piece if form == "text" else encode(piece, form)
        yield spelt if leaf.ending is None else spelt.rstrip(b"=")
    if leaf.ending:
        yield leaf.ending.encode("ascii")
