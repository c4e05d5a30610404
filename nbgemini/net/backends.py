"""Where requests go: the base URL, the paths and the headers of a backend."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Protocol, TypeAlias
from urllib.parse import quote

from nbgemini._dataclass import dataclass, field
from nbgemini.core.base_url import GOOGLE, check_encrypted, is_googles, parse_base_url
from nbgemini.core.cloud import EVERYWHERE, parse_location, parse_project
from nbgemini.core.exchange import Backend
from nbgemini.core.redact import Secret, redact
from nbgemini.errors import OptionError, SettingsError

__all__ = ["Endpoint", "Headers", "Tokens"]

Headers: TypeAlias = Mapping[str, "str | Secret"]


class Tokens(Protocol):
    """Access tokens that come and go; none of these shows one."""

    @property
    def held(self) -> Secret | None:
        """The token of late, for texts that must not hold it. Asks nobody."""

    @property
    def kind(self) -> str:
        """Whose they are, in a word or two for people; empty before one was wanted."""

    @property
    def quota_project(self) -> str | None:
        """Who pays for what a user's own login asks."""

    def fresh(self, within: float) -> Secret | None:
        """A token that is good for a while; None: nobody is logged in, and nobody need be. Takes `within` seconds.

        Raises SettingsError, AuthenticationFailed, NotSent.
        """

    def renew(self, within: float) -> bool:
        """Get another one in place of the token of late, which was refused. False: there is none to be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One backend at one address. Raises SettingsError for an address that a key must not be sent to.

    `origin` names the setting that the address comes from; empty for Google's own. `allow_http` lets it be http
    beyond this machine. `more` are headers of the user's own, by their names in lower case, and `covered` what else
    no text may show. On Vertex AI, a `project` is asked with `tokens`; without one it is express mode, which takes a
    key.
    """

    backend: Backend = "gemini"
    base_url: str = GOOGLE
    origin: str = ""
    allow_http: bool = False
    api_version: str = "v1beta"
    key: Secret | None = field(default=None, repr=False)
    project: str | None = None
    location: str = EVERYWHERE
    tokens: Tokens | None = field(default=None, repr=False)
    more: Mapping[str, Secret] = field(default_factory=dict, repr=False)
    covered: tuple[Secret, ...] = field(default=(), repr=False)
    sample: int = 0  # which of a request's pictures the emulator is to draw; Google draws another each time by itself

    def __post_init__(self) -> None:
        object.__setattr__(self, "base_url", _checked(self.base_url))
        check_encrypted(self.base_url, allow_http=self.allow_http)
        object.__setattr__(self, "project", parse_project(self.project or ""))
        object.__setattr__(self, "location", parse_location(self.location) or EVERYWHERE)
        if self.key is not None:
            _check_key(self.key)

    @property
    def is_own_address(self) -> bool:
        """Whether a user named an address that is not Google's: a gateway, or a class's server."""
        return not is_googles(self.base_url)

    def url(self, model: str, verb: str = "generateContent") -> str:
        """Where a model takes its requests."""
        return f"{self._root(with_project=True)}/models/{quote(model, safe='')}:{verb}"

    def models_url(self, page_token: str = "") -> str:
        """The list of models, 1,000 a page; on Vertex AI those of Google, which belong to no project."""
        token = f"&pageToken={quote(page_token, safe='')}" if page_token else ""
        return f"{self._root(with_project=False)}/models?pageSize=1000{token}"

    def upload_url(self) -> str:
        """Where an upload begins. Only the Gemini API has one."""
        return f"{self.base_url}/upload/{self.api_version}/files"

    def file_url(self, name: str) -> str:
        """Where an uploaded file (`files/…`) is looked at and deleted."""
        return f"{self.base_url}/{self.api_version}/files/{quote(name.removeprefix('files/'), safe='')}"

    def _root(self, *, with_project: bool) -> str:
        if self.backend != "vertex":
            return f"{self.base_url}/{self.api_version}"
        # What the Gemini API calls v1beta is v1beta1 here; it is also what Google's own SDK sends by default.
        version = "v1beta1" if self.api_version == "v1beta" else self.api_version
        place = f"/projects/{self.project}/locations/{self.location}" if self.project and with_project else ""
        return f"{self.base_url}/{version}{place}/publishers/google"

    def headers(self, within: float = 30.0) -> dict[str, str | Secret]:
        """The key or a token, still covered, where it belongs, and who asks. Getting a token takes `within` seconds.

        Raises what getting a token raises.
        """
        shown: dict[str, str | Secret] = {"x-goog-api-client": "nbgemini", "user-agent": "nbgemini"}
        if self.key is not None:
            shown["x-goog-api-key"] = self.key
        if self.sample and self.backend == "emulator":
            shown["x-nbgemini-sample"] = str(self.sample)
        token = self.tokens.fresh(within) if self.tokens else None
        if token is not None:
            shown["authorization"] = Secret(lambda: f"Bearer {token.reveal()}")
        if token is not None and self.tokens and self.tokens.quota_project:
            shown["x-goog-user-project"] = self.tokens.quota_project
        return {**shown, **self.more}

    def mark(self, salt: str) -> str:
        """By what this key is known again, to whom has the same salt; it does not tell the key. Empty without one."""
        if self.key is None:
            return ""
        return hashlib.sha256(f"nbgemini {salt} {self.key.reveal()}".encode()).hexdigest()[:12]

    def renew(self, within: float) -> bool:
        """After a 401: whether there is a new token to try with. Raises what getting one raises."""
        return self.tokens is not None and self.tokens.renew(within)

    @property
    def _secrets(self) -> tuple[Secret, ...]:
        own = self.key or (self.tokens.held if self.tokens else None)
        return (*self.covered, *([own] if own else []))

    def redact(self, text: str) -> str:
        """`text` without this endpoint's key, token or headers, and without anything shaped like a key."""
        return redact(text, [secret.reveal() for secret in self._secrets])

    def masked(self, data: bytes) -> bytes:
        """`data` with stars in place of this endpoint's key, token or headers."""
        for secret in self._secrets:
            data = secret.masked(data)
        return data


def _checked(url: str) -> str:
    """The base URL as requests begin with it."""
    try:
        if parsed := parse_base_url(url):
            return parsed
    except OptionError as problem:
        raise SettingsError(f"The base URL cannot be used: {problem.message}", hint=problem.hint) from None
    raise SettingsError("The base URL is empty.")


def _check_key(key: Secret) -> None:
    """A header takes visible ASCII only; the key itself is not named in the error."""
    text = key.reveal()
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        del text
        raise SettingsError(
            "The key contains characters that no key has.", hint="Set it again, without quotes or spaces."
        )
