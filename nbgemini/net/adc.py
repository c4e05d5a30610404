"""Access tokens of Application Default Credentials: what Google's login library finds on this machine.

It is the only module that imports `google.auth`, which is optional and is imported when a token is first wanted.
"""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from nbgemini.core.redact import Secret, redact
from nbgemini.errors import AuthenticationFailed, NbgeminiError, NotSent, SettingsError, TransportError
from nbgemini.net.body import Plain
from nbgemini.net.flight import Flight
from nbgemini.net.held_tokens import watch
from nbgemini.net.seam import HttpRequest, Page, Transport, read_page

__all__ = ["Adc", "Load"]

Load = Callable[[Any], "tuple[Any, str | None]"]
"""(what reaches the network, for google-auth) → (credentials, the project that they name)."""

_SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)
_LONGEST = 20.0  # seconds for a token; a login server answers within one
_LOGIN = (
    "Run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS to a file of credentials;"
    " a key alone does where neither GOOGLE_CLOUD_PROJECT nor GOOGLE_CLOUD_LOCATION is set."
)
_QUOTED = 160  # characters of Google's text
_KINDS = {
    "google.oauth2.service_account": "a service account",
    "google.oauth2.credentials": "a user's login",
    "google.auth.compute_engine": "the metadata server",
    "google.auth.external_account": "workload identity federation",
    "google.auth.identity_pool": "workload identity federation",
    "google.auth.impersonated_credentials": "an impersonated service account",
}


def _default(request: Any) -> tuple[Any, str | None]:
    import google.auth

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a user's login names no quota project is the doctor's to tell
        credentials, project = google.auth.default(scopes=list(_SCOPES), request=request)
    return credentials, project


class Adc:
    """Finds credentials when first asked, refreshes their token before it expires, and once when it was refused.

    `optional`: where nobody is logged in, requests go without a token (a gateway may know us otherwise). Any thread may
    ask; those that come while a token is fetched wait for it.
    """

    def __init__(self, transport: Transport, *, optional: bool = False, load: Load = _default) -> None:
        self._transport = transport
        self._optional = optional
        self._load = load
        self._lock = threading.Lock()
        self._found: tuple[Any, str | None] | None = None
        watch(self)

    @property
    def held(self) -> Secret | None:
        """The token of late; see `backends.Tokens`."""
        found = self._found
        return Secret.of(found[0].token) if found and found[0].token else None

    @property
    def quota_project(self) -> str | None:
        """Who pays, where the credentials say so."""
        return getattr(self._found[0], "quota_project_id", None) if self._found else None

    @property
    def kind(self) -> str:
        """What sort of credentials these are, for people; empty before they are found."""
        if self._found is None:
            return ""
        module = type(self._found[0]).__module__
        known = (name for start, name in _KINDS.items() if module.startswith(start))
        return next(known, f"credentials of {module}")

    def project(self) -> str | None:
        """The project that the credentials name. Raises SettingsError where there are none."""
        with self._lock:
            found = self._credentials(_LONGEST)
        return found[1] if found else None

    def fresh(self, within: float) -> Secret | None:
        """A token that is good for a few minutes yet; see `backends.Tokens`."""
        with self._lock:
            found = self._credentials(within)
            if found is None:
                return None
            if found[0].token_state.name != "FRESH":
                self._refresh(found[0], within)
            return self.held

    def renew(self, within: float) -> bool:
        """Another token in place of the one of late; see `backends.Tokens`."""
        refused = self.held
        with self._lock:
            if self._found is None or refused is None:
                return False
            if self._is_held(refused):  # else another thread was here before
                self._refresh(self._found[0], within, was_good=False)
            return True

    def _is_held(self, token: Secret) -> bool:
        held = self.held
        return held is not None and held.reveal() == token.reveal()

    def _credentials(self, within: float) -> tuple[Any, str | None] | None:
        failure: NbgeminiError | None = None
        if self._found is None:
            try:
                self._found = self._load(_Request(self._transport, min(within, _LONGEST)))
            except Exception as problem:
                if not (self._optional and _is_nobody(problem)):
                    failure = _unfound(problem)
        if failure is not None:
            raise failure
        return self._found

    def _refresh(self, credentials: Any, within: float, *, was_good: bool = True) -> None:
        """A new token. One that is old but not expired does while none can be had."""
        failure: NbgeminiError | None = None
        try:
            credentials.refresh(_Request(self._transport, min(within, _LONGEST)))
        except Exception as problem:
            if was_good and credentials.token_state.name == "STALE":
                return
            failure = _unrefreshed(problem)
        if isinstance(failure, AuthenticationFailed):
            self._found = None  # a new login is found the next time
        if failure is not None:
            raise failure


_EXTRA = "`pip install 'nbgemini[vertex]'`; or set GOOGLE_API_KEY and no project: express mode needs no login."


def _is_nobody(problem: Exception) -> bool:
    """Whether there are no credentials at all, rather than some that cannot be used."""
    if isinstance(problem, ImportError):
        return True
    return type(problem).__name__ == "DefaultCredentialsError" and "were not found" in str(problem)


def _unfound(problem: Exception) -> NbgeminiError:
    if isinstance(problem, ImportError):
        return SettingsError("Vertex AI needs Google's login library, which is not installed.", hint=_EXTRA)
    if _is_nobody(problem):
        return SettingsError("No Google Cloud credentials were found on this machine.", hint=_LOGIN)
    return SettingsError(f"The Google Cloud credentials cannot be used{_quoted(problem)}.", hint=_LOGIN)


def _unrefreshed(problem: Exception) -> NbgeminiError:
    if type(problem).__name__ == "TransportError" or isinstance(problem, OSError):
        return NotSent(f"No access token could be fetched{_quoted(problem)}.", hint="Check the network and its proxy.")
    if type(problem).__name__ in ("RefreshError", "ReauthFailError", "ReauthSamlChallengeFailError"):
        said = f"Google Cloud refuses the credentials of this machine{_quoted(problem)}."
        return AuthenticationFailed(said, reason="UNAUTHENTICATED", hint=_LOGIN, charged="nothing sent")
    return SettingsError(f"The Google Cloud credentials cannot be used{_quoted(problem)}.", hint=_LOGIN)


def _quoted(problem: Exception) -> str:
    """The library's own words: the first argument only, since others may hold what the server answered."""
    text = " ".join(redact(str(problem.args[0] if problem.args else type(problem).__name__)).split()).rstrip(".")
    return f": “{text[:_QUOTED]}{'…' * (len(text) > _QUOTED)}”"


class _Request:
    """What google-auth calls to reach the network: our transport, with its proxies and certificates, for a while."""

    def __init__(self, transport: Transport, seconds: float) -> None:
        self._transport = transport
        self._until = time.monotonic() + seconds

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **_: object,
    ) -> _Response:
        left = self._until - time.monotonic()
        content = body.encode() if isinstance(body, str) else body or b""
        said = "there was no time left"
        if left > 0:
            try:
                carried = Plain(content) if content or method == "POST" else None
                request = HttpRequest(method, url, headers or {}, carried)
                return _Response(read_page(self._transport, request, Flight(min(left, timeout or left))))
            except TransportError as failed:
                said = failed.message
        from google.auth import exceptions

        raise exceptions.TransportError(said)  # type: ignore[no-untyped-call]


class _Response:
    """An answer as google-auth reads it."""

    def __init__(self, page: Page) -> None:
        self.status = page.status
        self.headers = page.headers
        self.data = page.body
