"""Keeps keys out of sight: a holder that shows nothing, and texts with everything that looks like a key taken out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NoReturn

__all__ = ["REDACTED", "Secret", "bare_address", "hidden", "last_word", "looks_like_key", "redact"]

REDACTED = "[redacted]"
_SHORTEST = 6  # characters: a shorter secret would blot out ordinary words

# Google's API keys (`AIza…`, since 2026 also `AQ.…`) and OAuth tokens (`ya29.…`).
_KEY = re.compile(r"AIza[0-9A-Za-z_-]{20,}|\bAQ\.[0-9A-Za-z_-]{20,}|ya29\.[0-9A-Za-z_.-]{8,}")
_BEARER = re.compile(r"(?i)\b(bearer\s+)[0-9a-z._~+/=-]{8,}")


class Secret:
    """A key, held as a callable: it shows nothing of itself and can be neither pickled nor copied."""

    __slots__ = ("_reveal",)

    def __init__(self, reveal: Callable[[], str]) -> None:
        self._reveal = reveal

    @classmethod
    def of(cls, key: str) -> Secret:
        """Hold `key`."""
        return cls(lambda: key)

    def reveal(self) -> str:
        """The key itself: to be put into a header and nowhere else."""
        return self._reveal()

    def redact(self, text: str) -> str:
        """`text` without this key and without anything shaped like one."""
        return redact(text, (self._reveal(),))

    def masked(self, data: bytes) -> bytes:
        """`data` with stars in place of this key: its length stays."""
        key = self._reveal().encode()
        return data.replace(key, b"*" * len(key)) if len(key) >= _SHORTEST else data

    def __repr__(self) -> str:
        return f"Secret({REDACTED})"

    def __format__(self, specification: str) -> str:
        return repr(self)

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError("a key is neither pickled nor copied")

    __reduce__ = __copy__ = __deepcopy__ = _refuse

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        self._refuse()


def last_word(secret: Secret) -> Secret:
    """What stands behind the last blank: the token of `Bearer TOKEN`."""
    return Secret(lambda: secret.reveal().rpartition(" ")[2])


def hidden(text: str, secrets: Iterable[str]) -> str:
    """`text` without the given secrets."""
    for secret in sorted((secret for secret in secrets if len(secret) >= _SHORTEST), key=len, reverse=True):
        text = text.replace(secret, REDACTED)
    return text


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without the given secrets and without anything shaped like a key or token."""
    return _BEARER.sub(rf"\1{REDACTED}", _KEY.sub(REDACTED, hidden(text, secrets)))


def bare_address(text: str) -> str:
    """An address without user name, password and query, any of which may be secret."""
    return re.sub(r"//[^/@\s]*@|\?.*", lambda found: "//…@" if found[0].startswith("//") else "?…", text)


def looks_like_key(text: str) -> bool:
    """Whether something in `text` is shaped like an API key or an access token."""
    return bool(_KEY.search(text) or _BEARER.search(text))
