"""Where requests go: the base URL, the paths and the headers of a backend."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import quote, urlsplit

from nbgemini.core.exchange import Backend
from nbgemini.core.redact import Secret, redact
from nbgemini.errors import SettingsError

__all__ = ["GOOGLE", "Endpoint", "Headers"]

GOOGLE = "https://generativelanguage.googleapis.com"

Headers: TypeAlias = Mapping[str, "str | Secret"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One backend at one address. Raises SettingsError for an address that a key must not be sent to."""

    backend: Backend = "gemini"
    base_url: str = GOOGLE
    api_version: str = "v1beta"
    key: Secret | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "base_url", _checked(self.base_url))
        if self.key is not None:
            _check_key(self.key)

    def url(self, model: str, verb: str = "generateContent") -> str:
        """Where a model takes its requests."""
        return f"{self.base_url}/{self.api_version}/models/{quote(model, safe='')}:{verb}"

    def models_url(self, page_token: str = "") -> str:
        """The list of models, 1,000 a page."""
        token = f"&pageToken={quote(page_token, safe='')}" if page_token else ""
        return f"{self.base_url}/{self.api_version}/models?pageSize=1000{token}"

    def headers(self) -> dict[str, str | Secret]:
        """The key, still covered, where it belongs, and who asks."""
        shown: dict[str, str | Secret] = {"x-goog-api-client": "nbgemini", "user-agent": "nbgemini"}
        return shown if self.key is None else {**shown, "x-goog-api-key": self.key}

    def redact(self, text: str) -> str:
        """`text` without this endpoint's key and without anything shaped like one."""
        return self.key.redact(text) if self.key else redact(text)

    def masked(self, data: bytes) -> bytes:
        """`data` with stars in place of this endpoint's key."""
        return self.key.masked(data) if self.key else data


def _checked(url: str) -> str:
    """The base URL without a trailing slash."""
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise SettingsError("The base URL is not an address.", hint=_EXAMPLE) from None
    if parts.scheme not in ("http", "https") or not host:
        raise SettingsError(f"The base URL `{redact(url)}` is not an http address.", hint=_EXAMPLE)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise SettingsError("The base URL may hold neither a user name nor a query.", hint=_EXAMPLE)
    if parts.scheme == "http" and not _is_loopback(host):
        raise SettingsError(f"The base URL http://{host} is not encrypted.", hint="Use https; http is for loopback.")
    return url.strip().rstrip("/")


_EXAMPLE = f"Write it like `{GOOGLE}`."


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_key(key: Secret) -> None:
    """A header takes visible ASCII only; the key itself is not named in the error."""
    text = key.reveal()
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        del text
        raise SettingsError("The key holds characters that no key has.", hint="Set it again, without quotes or blanks.")
