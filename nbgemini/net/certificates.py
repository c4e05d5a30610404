"""Whom the environment says to trust: the context, which variable is at fault, and which one would help."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from nbgemini.errors import SettingsError

if TYPE_CHECKING:
    import ssl

__all__ = ["VARIABLES", "at_fault", "context_of", "distrust", "prepare"]

_ELSEWHERE = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT", "NODE_EXTRA_CA_CERTS", "AWS_CA_BUNDLE")
VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE", *_ELSEWHERE)
"""Those that count here, and those of other programs, which people take for them."""
_prepared: list[tuple[dict[str, str], ssl.SSLContext]] = []


def context_of(variables: Mapping[str, str]) -> ssl.SSLContext:
    """A context that trusts whom httpx would trust; one that was prepared is given away once. Raises OSError."""
    given, context = _prepared.pop() if _prepared else ({}, None)
    return _made(variables) if context is None or given != variables else context


def prepare(variables: Mapping[str, str]) -> None:
    """Make it before it is needed: reading the certificates takes 50 ms. What fails now will fail again, and say so."""
    with suppress(OSError):
        _prepared[:] = [(dict(variables), _made(variables))]


def _made(variables: Mapping[str, str]) -> ssl.SSLContext:
    import ssl  # which a kernel without a request does without

    if file := variables.get("SSL_CERT_FILE"):
        return ssl.create_default_context(cafile=file)
    if folder := variables.get("SSL_CERT_DIR"):
        return ssl.create_default_context(capath=folder)
    import certifi

    return ssl.create_default_context(cafile=certifi.where())


def at_fault(problem: OSError, variables: Mapping[str, str]) -> SettingsError:
    """What kept the certificates from being loaded, by the name of its variable."""
    why = problem.strerror or type(problem).__name__
    log = variables.get("SSLKEYLOGFILE")
    if log and problem.filename == log:
        return SettingsError(
            f"The file that `SSLKEYLOGFILE` names cannot be written: {why}.",
            hint="Unset it, or name a file that you may write to: it logs the keys of connections.",
        )
    name = _trusting(variables)
    if not name:
        return SettingsError(
            f"The certificates that come with Python's certifi cannot be used: {why}.",
            hint="`%pip install --force-reinstall certifi`, or name a file of certificates in SSL_CERT_FILE.",
        )
    return SettingsError(
        f"The certificates that `{name}` names cannot be used: {why}.",
        hint="It must name certificates in PEM; correct it, or unset it.",
    )


def distrust(variables: Mapping[str, str]) -> str:
    """What to do about a certificate that nobody vouches for."""
    if name := _trusting(variables):
        return f"Only the certificates in `{name}` are trusted: add the missing one, or unset it."
    elsewhere = next((name for name in _ELSEWHERE if variables.get(name)), "")
    if elsewhere:
        return f"`{elsewhere}` is not read here: set SSL_CERT_FILE to the same file."
    return "Behind a proxy or a gateway, set SSL_CERT_FILE to a file with its certificate in PEM."


def _trusting(variables: Mapping[str, str]) -> str:
    """The variable that says whom to trust; a file wins over a folder."""
    return next((name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if variables.get(name)), "")
