"""What a base URL may be: what people paste is read as what they mean, and the rest is refused."""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple

from nbgemini.core.redact import bare_address, redact
from nbgemini.errors import OptionError, SettingsError

__all__ = ["GOOGLE", "check_encrypted", "is_googles", "is_loopback", "parse_base_url"]

GOOGLE = "https://generativelanguage.googleapis.com"
_EXAMPLE = f"Write it like `{GOOGLE}`."
_AROUND = "\"'“”‘’«»`<> \t\r\n"
_SLIP = r"(?i)h{0,2}t{1,3}p{1,2}s{0,3}[:;/\\\s]+(?=[\w\[])"
_HOST = r"\[[0-9a-fA-F:.]+(?:%[\w.]+)?\]|[^\s/\\:@?#\[\]<>{}()|^\"'`$,;*=&!+%~]+"
_ADDRESS = re.compile(rf"(?P<scheme>https?)://(?P<host>{_HOST})(?::(?P<port>\d{{1,5}}))?(?P<path>/[^\s?#\\]*)?", re.I)
_NO_SCHEME = rf"(?P<host>{_HOST})(?P<port>:\d+)?(?P<path>/.*)?"
# The end that requests bring themselves: a version, and a whole endpoint behind it.
_ENDPOINT = (
    r"(?:(?:/upload)?/v\d+(?:(?:alpha|beta)\d*)?"
    r"(?:/(?:models|tunedModels|files|projects|publishers|openai|chat|images|responses|messages)(?:/.*)?)?"
    r"|/models/[^/]+:\w+)/*$"
)


def is_googles(address: str | None) -> bool:
    """Whether requests to this base URL go to Google itself, as they do without one; not so with gateways."""
    host = (address or GOOGLE).partition("://")[2].partition("/")[0].partition(":")[0]
    return host.lower().endswith(".googleapis.com")


class _Parts(NamedTuple):
    scheme: str
    host: str
    port: str
    path: str


def parse_base_url(value: object) -> str | None:
    """The address without quotes around it, a slash, a version or an endpoint at its end; None where nothing is left.

    An address without a scheme gets one where there is no doubt. Raises OptionError, which shows no user name or query.
    """
    text = str(value).strip(_AROUND)
    if not text:
        return None
    parts = _read(text if "://" in text else _with_scheme(text))
    path = parts.path.rstrip("/") and re.sub(_ENDPOINT, "", parts.path).rstrip("/")
    return f"{parts.scheme}://{parts.host}{parts.port}{path}"


def _read(text: str) -> _Parts:
    if re.match(r"https?://[^/]*@|[^#]*[?#](?!alt=sse$|$)", text, re.IGNORECASE):
        said = f"`{_shown(text)}` contains a user name, a query or a fragment, which a base URL may not have."
        raise OptionError(said, hint=_EXAMPLE)
    found = _ADDRESS.fullmatch(re.sub(r"\?(?:alt=sse)?$", "", text))
    if found is None or not text.isprintable() or not _is_host(found["host"]) or int(found["port"] or 1) not in _PORTS:
        raise _refused(text)
    port = f":{found['port']}" if found["port"] else ""
    return _Parts(found["scheme"].lower(), found["host"].lower(), port, found["path"] or "")


_PORTS = range(1, 65536)


def _with_scheme(text: str) -> str:
    """`text` with the scheme that was left out: http to this machine, https to a public name without a port."""
    found = re.fullmatch(_NO_SCHEME, text)
    if found is None or re.match(_SLIP, text) or not ("." in text or ":" in text):
        raise _refused(text)
    host = found["host"]
    if is_loopback(host.strip("[]")):
        return f"http://{text}"
    if "." in host and not found["port"] and not _number(host):
        return f"https://{text}"
    raise OptionError(f"`{_shown(text)}` has no `https://` in front.", hint=f"Write `https://{_shown(text)}`.")


def _is_host(host: str) -> bool:
    if host.startswith("["):
        return _number(host.strip("[]")) is not None
    name = host.removesuffix(".")
    if name.isascii():  # as the codec has it, whose tables most addresses need not load
        *labels, last = name.split(".")
        return bool(name) and all(0 < len(label) < 64 for label in labels) and len(last) < 64
    try:
        return bool(name.encode("idna"))
    except UnicodeError:
        return False


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _refused(text: str) -> OptionError:
    """The address is named; where the beginning is a slip, so is what was probably meant."""
    slip = re.match(_SLIP, text)
    rest = text[slip.end() :] if slip else ""
    plain = is_loopback(re.split(r"[:/]", rest)[0])  # this machine's own servers speak http
    meant = f"{'http' if plain else 'https'}://{rest}"
    found = _ADDRESS.fullmatch(meant)
    fits = found is not None and _is_host(found["host"]) and int(found["port"] or 1) in _PORTS
    hint = f"Did you mean `{_shown(meant)}`?" if rest and fits and meant != text else _EXAMPLE
    return OptionError(f"`{_shown(text)}` is not an http address.", hint=hint)


def _shown(text: str) -> str:
    """What may be said of an address that may hold anything."""
    text = re.sub(r"^(\w+:/+)?.*@", r"\1…@", re.sub(r"[?#].*", "", text, flags=re.DOTALL), flags=re.DOTALL)
    return bare_address(redact("".join(c if c.isprintable() else "·" for c in text[:200])))


def check_encrypted(url: str, *, allow_http: bool) -> None:
    """Raises SettingsError for an address where anybody on the way could read the key, unless that is allowed."""
    found = _ADDRESS.fullmatch(url)
    if allow_http or found is None or found["scheme"] == "https" or is_loopback(found["host"].strip("[]")):
        return
    raise SettingsError(
        f"The base URL `{url}` is not encrypted: anyone on the way could read the key.",
        hint="Use https; in a network that you trust, `%config NbGemini.allow_http = True` or NBGEMINI_ALLOW_HTTP=1.",
    )


def is_loopback(host: str) -> bool:
    """Whether a host's name or number leads to this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    number = _number(host)
    return number is not None and number.is_loopback
