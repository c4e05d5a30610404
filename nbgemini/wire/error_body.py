"""Google's error envelope: what the body of an error status says, if it is Google's at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from nbgemini.core.redact import redact
from nbgemini.core.skeleton import Json, Skeleton
from nbgemini.wire.events import is_stream, read_stream
from nbgemini.wire.patient import NotJson, read
from nbgemini.wire.typed import Hide, mapping, word

__all__ = ["Fault", "parse"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What an error body says. `from_google` is False for web pages, empty bodies and garbage."""

    status: int
    reason: str = ""
    message: str = ""
    details: tuple[Mapping[str, Json], ...] = ()
    from_google: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)

    def detail(self, kind: str) -> Mapping[str, Json]:
        """The first detail of a google.rpc type such as `RetryInfo`, or an empty one."""
        return next(self.every(kind), {})

    def every(self, kind: str) -> Iterator[Mapping[str, Json]]:
        """All details of a google.rpc type."""
        return (detail for detail in self.details if word(detail.get("@type"), 200).endswith(f".{kind}"))


def parse(status: int, headers: Mapping[str, str], body: bytes, hide: Hide = redact) -> Fault:
    """Read an error body: Google's envelope, also in an array or an event; anything else leaves only the status."""
    try:
        page = Skeleton(body)
        value = list(read_stream(page).responses) if is_stream(body) else read(page)
    except NotJson:
        value = None
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, Mapping) and "error" in item), None)
    error = mapping(value).get("error")
    lower = {name.lower(): text for name, text in headers.items()}
    if not isinstance(error, Mapping):
        return Fault(status, headers=lower)
    details = error.get("details")
    found = tuple(item for item in details if isinstance(item, Mapping)) if isinstance(details, list) else ()
    return Fault(
        status,
        reason=word(error.get("status"), 100, hide),
        message=word(error.get("message"), 4000, hide),
        details=found,
        from_google="message" in error or "status" in error,
        headers=lower,
    )
