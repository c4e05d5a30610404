"""What went wrong as our own exception: a connection that failed, or a server that refuses.

Foreign exceptions are told by their names and causes, so that no network library is imported here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from nbgemini.core.phrases import AGAIN
from nbgemini.core.redact import redact
from nbgemini.errors import (
    ApiError,
    DeadlinePassed,
    NbgeminiError,
    NotSent,
    OutcomeUnknown,
    SettingsError,
    TransportError,
)
from nbgemini.net.backends import Endpoint
from nbgemini.net.flight import Flight
from nbgemini.net.seam import HttpRequest

__all__ = ["arrive", "explain", "interrupted", "refusal"]

_NETWORK = "Check the network and the proxy settings; `%imagine doctor` tests them."
_PROXIED = "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names the proxy; NO_PROXY names hosts to reach without it."
_LOGIN = "A proxy's login is part of its address: `HTTPS_PROXY=http://user:password@host:port`."
_LATER = "Run the cell again."
_LONGER = "Allow more time with `--timeout`, or ask for a smaller size."


def explain(
    problem: BaseException, request: HttpRequest, flight: Flight, *, via: str = "", distrust: str = ""
) -> BaseException:
    """The exception to raise for `problem`: ours, without the frames and causes that may hold headers.

    `via` is the proxy's host, if there is one; `distrust` says what to do about a certificate that is not trusted.
    What is ours already, and what is no error at all (an interrupt), comes back itself, its traceback removed.
    """
    advice = _Advice(_PROXIED if via else _reaching(request.origin), distrust)
    failure = _explained(problem, flight, request.url, via, advice)
    if request.paid or not isinstance(failure, TransportError):
        return failure
    return _unanswered(failure, flight, request.url, advice)


class _Advice(NamedTuple):
    """What to do where a host cannot be reached, and where its certificate is not trusted."""

    network: str
    distrust: str


def _reaching(origin: str) -> str:
    """An address that the user has set is looked at before the network."""
    return (
        f"`{origin}` sets this address: correct it, or start the server that should answer there."
        if origin
        else _NETWORK
    )


def arrive(pieces: Iterator[bytes], request: HttpRequest, flight: Flight) -> Iterator[bytes]:
    """The pieces of an answer, each told to the flight; what they raise is raised as `explain` says."""
    failure: BaseException | None = None
    while failure is None:
        piece = b""
        try:
            piece = next(pieces, b"")
            if not piece:
                return
        except BaseException as problem:
            failure = explain(problem, request, flight)
        if piece:
            flight.arrived(len(piece))
            yield piece
    raise failure


def _explained(problem: BaseException, flight: Flight, url: str, via: str, advice: _Advice) -> BaseException:
    if flight.is_cut and isinstance(problem, Exception):
        return interrupted(flight)
    if isinstance(problem, NbgeminiError) or not isinstance(problem, Exception):
        problem.__cause__ = problem.__context__ = None
        return problem.with_traceback(None)
    host = urlsplit(url).netloc
    host = f"{host} through the proxy {via}" if via else host
    names = {type(cause).__name__ for cause in _causes(problem)}
    detail = _detail(problem)
    if flight.sent:
        return _after(names, detail, host, flight)
    return _before(names, detail, host, flight, advice)


def interrupted(flight: Flight) -> TransportError:
    """What a cut by ourselves means."""
    if not flight.sent:
        if flight.held:
            return NotSent("Held back before anything was sent: another request hit a limit.")
        said = "Cancelled before the request was sent." if flight.cancelled else "No time was left to send the request."
        return NotSent(said, begun=flight.begun, hint="" if flight.cancelled else _LONGER)
    if flight.cancelled:
        return OutcomeUnknown("Cancelled after the request was sent, without waiting for its answer.", hint=_LATER)
    return DeadlinePassed("No complete answer came within the time allowed.", hint=_LONGER)


def _unanswered(failed: TransportError, flight: Flight, url: str, advice: _Advice) -> TransportError:
    """The same for what costs nothing, whether it left or not."""
    said = f"No answer from {urlsplit(url).netloc} in time." if flight.expired else failed.message
    hint = "" if isinstance(failed, OutcomeUnknown) else failed.hint  # which speaks of paying twice
    return TransportError(said, hint=hint or advice.network, charged="no")


def refusal(
    endpoint: Endpoint,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    now: Callable[[], float] = time.time,
) -> ApiError:
    """What an error status says; its text may quote the key or token that it was sent. `now` is in epoch seconds."""
    from nbgemini.wire.refusals import fault  # most requests need none of its words

    return fault(status, headers, body, now=now(), hide=endpoint.redact)


def _before(names: set[str], detail: str, host: str, flight: Flight, advice: _Advice) -> NbgeminiError:
    """The body did not leave completely: nothing was charged."""
    if names & {"InvalidURL", "UnsupportedProtocol", "LocalProtocolError", "UnicodeEncodeError"}:
        return SettingsError("The request cannot be sent in this form.", hint="Check the key and the base URL.")
    if "SSLCertVerificationError" in names:
        said, hint = f"The certificate of {host} is not trusted{detail}.", advice.distrust
    elif "gaierror" in names:
        said, hint = f"The name {host} cannot be found.", advice.network
    elif names & {"ProxyError"}:
        said, hint = f"The proxy does not let the request through{detail}: {host}.", _LOGIN
    elif names & {"ConnectTimeout", "PoolTimeout"}:
        said, hint = f"{host} cannot be reached: no connection in time.", advice.network
    elif flight.begun:
        said, hint = f"The connection to {host} broke while the request was being sent{detail}.", _LATER
    else:
        said, hint = f"No connection to {host}{detail}.", advice.network
    return NotSent(said, begun=flight.begun, hint=hint)


def _after(names: set[str], detail: str, host: str, flight: Flight) -> OutcomeUnknown:
    """The whole body left: it may have been charged."""
    if names & {"ReadTimeout", "WriteTimeout"} and flight.remaining() <= 0:
        return DeadlinePassed("No complete answer came within the time allowed.", hint=_LONGER)
    if flight.received:
        return OutcomeUnknown(f"The answer from {host} broke off after {flight.received:,} bytes{detail}.", hint=AGAIN)
    return OutcomeUnknown(f"The request was sent, but {host} did not answer{detail}.", hint=AGAIN)


def _causes(problem: BaseException) -> Iterator[BaseException]:
    """The exception and what lies behind it."""
    seen: set[int] = set()
    at: BaseException | None = problem
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        yield at
        at = at.__cause__ or at.__context__


def _detail(problem: BaseException) -> str:
    """The system's own word for it (`Connection refused`) in brackets, or nothing. Other texts may quote a header."""
    for cause in _causes(problem):
        if isinstance(cause, OSError) and cause.strerror and isinstance(cause.strerror, str):
            return f" ({redact(cause.strerror.strip())})"
    return ""
