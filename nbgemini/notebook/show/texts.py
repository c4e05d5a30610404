"""Texts made fit to be shown: models, users, servers and files are not trusted to write plain ones."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from nbgemini.core.exchange import Exchange
from nbgemini.core.picture import Picture
from nbgemini.core.redact import redact

__all__ = ["LONGEST", "Read", "Shown", "alt_of", "clean", "in_bytes", "moment", "one_line", "path_text"]

LONGEST = 20_000  # characters of one text that are shown

# Terminal sequences go as a whole, so that no "[31m" is left behind: CSI, then OSC and its kin, then two-byte ones.
_TERMINAL = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[\]PX^_].*?(?:\x07|\x1b\\|\x9c|$)|\x1b[ -/]*[0-~]", re.S)
# Control characters but tab and newline; lone surrogates, which no message can carry; bidirectional overrides,
# embeddings and isolates, which reorder what stands around them. Plain marks and joiners stay: scripts and emoji need
# them.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]")
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def clean(text: str, limit: int = LONGEST) -> str:
    """Without terminal sequences, control characters and keys, cut to `limit` characters with a note of the rest."""
    from nbgemini.settings import secrets_in_use  # late: loading the extension needs no settings

    plain = _CONTROL.sub("", _BREAKS.sub("\n", _TERMINAL.sub("", text[: 4 * limit])))
    plain = redact(plain, secrets_in_use())
    rest = max(len(text) - 4 * limit, 0) + max(len(plain) - limit, 0)
    return f"{plain[:limit]}\n… and {rest:,} more characters" if rest else plain


def one_line(text: str, limit: int = 120) -> str:
    """As one line of at most `limit` characters."""
    flat = " ".join(clean(text, 4 * limit).split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"


def in_bytes(size: int) -> str:
    """A size for people: `812 bytes`, `154 kB`, `7.1 MB`."""
    if size < 1000:
        return f"{size} bytes"
    if size < 999_500:
        return f"{size / 1000:.0f} kB"
    return f"{size / 1e6:.1f} MB"


def path_text(path: Path) -> str:
    """A path as it is written from the working directory where it lies inside, in full elsewhere."""
    with contextlib.suppress(ValueError, OSError):  # it lies elsewhere, or the working directory is gone
        path = path.relative_to(Path.cwd())
    return one_line(str(path), 400)


def moment(iso: str) -> str:
    """`2026-11-22 14:03` of an ISO moment."""
    return one_line(iso, 40).replace("T", " ").removesuffix("Z")[:16]


# The original bytes of a picture. Raises OSError or StoreError.
Read = Callable[[Picture], bytes]


class Shown(Protocol):
    """A result as the display sees it: an exchange, its place in a conversation, and the way to its files.

    `edits` is the turn that it goes on from, None for a beginning. `seconds` is the time from sending to the last byte.
    `variants` are all results of one cell in order, itself included.
    """

    @property
    def exchange(self) -> Exchange: ...
    @property
    def turn(self) -> int: ...
    @property
    def edits(self) -> int | None: ...
    @property
    def conversation_name(self) -> str: ...
    @property
    def notices(self) -> tuple[str, ...]: ...
    @property
    def variants(self) -> Sequence[Shown]: ...
    @property
    def seconds(self) -> float: ...

    def bytes_of(self, picture: Picture, /) -> bytes:
        """The original bytes. Raises OSError or StoreError."""

    def path_of(self, picture: Picture, /) -> Path:
        """Where the original lies."""


def alt_of(exchange: Exchange) -> str:
    """The alternative text of an exchange's picture, fit to be shown."""
    return one_line(exchange.alt_text, 1000) or "picture without a prompt"
