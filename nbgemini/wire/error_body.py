"""What the body of an error status says: Google's envelope, a gateway's JSON, a text or a web page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nbgemini._dataclass import dataclass, field
from nbgemini.core.redact import redact
from nbgemini.core.skeleton import Json, Skeleton
from nbgemini.wire.events import is_stream, read_stream
from nbgemini.wire.page_text import as_text, title_of
from nbgemini.wire.patient import NotJson, read
from nbgemini.wire.statements import Statement, stated
from nbgemini.wire.typed import Hide, mapping, mappings, word

__all__ = ["Fault", "parse"]

_OF_OTHERS = ("type", "param", "metadata")  # in an `error`: OpenAI's way, and OpenRouter's
_LONGEST = 4000  # characters of a message


@dataclass(frozen=True, slots=True)
class Fault:
    """What an error says. `from_google` is False for web pages, texts, empty bodies and the JSON of others.

    `status` is the one that counts: a gateway may wrap Google's refusal into another (`sent`). `is_page`: the body is a
    web page, and `message` what stands on it.
    """

    status: int
    reason: str = ""
    message: str = ""
    details: tuple[Mapping[str, Json], ...] = ()
    from_google: bool = False
    is_page: bool = False
    sent: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)

    def detail(self, kind: str) -> Mapping[str, Json]:
        """The first detail of a google.rpc type such as `RetryInfo`, or an empty one."""
        return next(self.every(kind), {})

    def every(self, kind: str) -> Iterator[Mapping[str, Json]]:
        """All details of a google.rpc type."""
        return (detail for detail in self.details if word(detail.get("@type"), 200).endswith(f".{kind}"))


def parse(status: int, headers: Mapping[str, str], body: bytes, hide: Hide = redact) -> Fault:
    """Read an error body, whatever it is; one that says nothing leaves only the status."""
    lower = {name.lower(): text for name, text in headers.items()}
    title = title_of(body, lower.get("content-type", ""))
    if title is not None:
        return Fault(status, message=word(title, _LONGEST, hide), is_page=True, sent=status, headers=lower)
    value = _value(body)
    is_json = body[:64].lstrip()[:1] in (b"{", b"[")
    text = "" if is_json and (status == 200 or b'"candidates"' in body) else as_text(body)  # an answer is not quoted
    said = stated(text if value is None else value)
    error = mapping(mapping(value).get("error"))
    wrapped = (said.wrapped or status == 200) and 400 <= said.code <= 599
    from_google = (
        ("message" in error or "status" in error)
        and error.keys().isdisjoint(_OF_OTHERS)
        and (not said.wrapped or said.code == status)
    )
    return Fault(
        said.code if wrapped else status,
        reason=word(said.reason, 100, hide),
        message=word(said.message or _of_details(said) or ("" if error else text), _LONGEST, hide),
        details=said.details,
        from_google=from_google,
        sent=status,
        headers=lower,
    )


def _value(body: bytes) -> Json:
    """The JSON of a body, of an array or a stream the item that holds an error; None without any."""
    try:
        page = Skeleton(body)
        value = list(read_stream(page).responses) if is_stream(body) else read(page)
    except NotJson:
        return None
    if isinstance(value, list):
        return next((item for item in value if isinstance(item, Mapping) and "error" in item), value or None)
    return value


def _of_details(said: Statement) -> str:
    """What stands beside an empty message: a text in the user's language, or the fields that are wrong."""
    for detail in said.details:
        if text := word(detail.get("message"), _LONGEST):
            return text
        rows = [word(row.get("description"), 200) for row in mappings(detail.get("fieldViolations"))]
        if any(rows):
            return "; ".join(filter(None, rows))
    return ""
