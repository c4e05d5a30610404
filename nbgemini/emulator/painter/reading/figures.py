"""Reads charts and diagrams out of a prompt."""

import re

from ..colours import NAMES
from ..scene import Chart, Item

_KINDS: tuple[tuple[str, str], ...] = (
    (r"\b(?:pie|donut|doughnut) (?:chart|graph|diagram)\b|\b(?:kreis|torten)diagramm\b", "pie"),
    (r"\b(?:line|area|curve) (?:chart|graph|plot)\b|\bliniendiagramm\b", "line"),
    (r"\b(?:bar|column) (?:chart|graph|plot|diagram)\b|\bhistogram\b|\b(?:balken|säulen)diagramm\b", "bar"),
    (r"\binfographic of numbers\b", "bar"),
    (r"\btime ?line\b", "timeline"),
    (r"\bvenn\b", "venn"),
    (r"\bflow ?-?(?:chart|diagram)\b|\bprocess diagram\b|\bpipeline diagram\b", "flow"),
    (
        r"\b(?:cycle|circular) ?(?:diagram|chart)\b|\blabell?ed cycle\b|\b(?:water|life|carbon|rock|nitrogen) cycle\b"
        r"|\bcycle of\b|\bdiagram of (?:a|the) [\w ]{0,30}cycle\b",
        "cycle",
    ),
    (r"\b(?:chart|graph|plot)\b", "bar"),
    (r"\bdiagram\b|\binfographic\b", "flow"),
)
_ARROW = re.compile(r"\s*(?:-+>|→|⇒|=>|⟶)\s*")
_TITLE = re.compile(r"(?:titled|called|with the title|title:?)\s*[\"“']([^\"”']{1,80})[\"”']", re.IGNORECASE)
_LEAD = re.compile(
    r"^(?:\W|\b(?:a|an|the|of|for|with|showing|show|that shows|and|labels?|labell?ed|values?|data|from|to|steps?"
    r"|stages?|where|in|about|comparing|diagram|chart|sales of|then|plus)\b)+",
    re.IGNORECASE,
)
_KNOWN = {
    "water cycle": ("evaporation", "condensation", "precipitation", "collection"),
    "life cycle of a butterfly": ("egg", "caterpillar", "chrysalis", "butterfly"),
    "butterfly": ("egg", "caterpillar", "chrysalis", "butterfly"),
    "rock cycle": ("magma", "igneous rock", "sediment", "sedimentary rock", "metamorphic rock"),
    "carbon cycle": ("atmosphere", "plants", "animals", "soil", "ocean"),
    "photosynthesis": ("sunlight", "water + CO2", "chlorophyll", "glucose + oxygen"),
    "scientific method": ("question", "hypothesis", "experiment", "analysis", "conclusion"),
    "seasons": ("spring", "summer", "autumn", "winter"),
    "software": ("plan", "build", "test", "release"),
}


def chart(prompt: str) -> Chart | None:
    """The chart a prompt asks for, with its numbers and labels; ``None`` if it asks for none."""
    text = prompt[:4000]
    kind, end = _kind(text)
    arrows = [part for part in _ARROW.split(text) if part.strip()] if _ARROW.search(text) else []
    if not kind and len(arrows) < 2:
        return None
    title = _TITLE.search(text)
    body = _TITLE.sub(" ", text)
    if arrows and kind not in ("bar", "pie", "line"):
        items = _steps(_ARROW.split(_after(body, kind)))
        if kind == "cycle" and len(items) > 1 and items[0].label.lower() == items[-1].label.lower():
            items = items[:-1]
        return Chart(kind=kind or "flow", items=items, title=title.group(1) if title else "")
    items = _items(body, kind)
    own = next(
        (name for name in NAMES if re.search(rf"\b{name} (?:{kind}|bars?|lines?|chart|graph|plot)\b", text.lower())), ""
    )
    return Chart(kind=kind, items=items[:24], title=title.group(1) if title else _title(text, end), colour=own)


def _kind(text: str) -> tuple[str, int]:
    for pattern, kind in _KINDS:
        match = re.search(pattern, text.lower())
        if match:
            return kind, match.end()
    return "", 0


def _after(text: str, kind: str) -> str:
    """What follows the word for the chart, or all of it."""
    for pattern, own in _KINDS:
        match = re.search(pattern, text.lower())
        if own == kind and match and _ARROW.search(text[match.end() :]):
            rest = text[match.end() :]
            colon = rest.find(":")
            return rest[colon + 1 :] if 0 <= colon < (_ARROW.search(rest) or match).start() else rest
    return text


def _items(text: str, kind: str) -> tuple[Item, ...]:
    from .series import numbers, pairs  # most prompts ask for no chart, and its patterns take their time

    _, end = _kind(text)
    rest = text[end:]
    if kind in ("flow", "cycle", "venn", "timeline"):
        return _listed(rest, text, kind)
    found = pairs(rest) or pairs(text[: max(0, end)])
    if found:
        return found
    counted = numbers(rest)
    if counted:
        return tuple(Item(label=str(at), value=value) for at, value in enumerate(counted, start=1))
    labels = [item.label for item in _listed(rest, text, kind)] if re.search(r"[,:]| and ", rest) else []
    labels = labels or ["A", "B", "C", "D"]
    return tuple(
        Item(label=label, value=float(value))
        for label, value in zip(labels[:8], (5, 8, 3, 6, 7, 4, 9, 2), strict=False)
    )


def _steps(parts: list[str]) -> tuple[Item, ...]:
    labels = [re.split(r"[.;\n]", (_LEAD.sub("", part) or part).strip(" \"'“”,"))[0][:60] for part in parts]
    return tuple(Item(label=label) for label in labels if label)[:16]


def _listed(rest: str, whole: str, kind: str) -> tuple[Item, ...]:
    low = whole.lower()
    body = rest.split(":", 1)[1] if ":" in rest[:80] else rest
    body = re.sub(r"\b(?:with|of|for)\b.{0,30}?\b(?:labels?|steps?|stages?|parts?)\b:?", " ", body, count=1)
    parts = [part for part in re.split(r",|;|\n|\band\b|\bthen\b|/", body) if part.strip()]
    if len(parts) < 2:
        own = next((labels for name, labels in _KNOWN.items() if name in low), None)
        if own:
            return tuple(Item(label=label) for label in own)
        if kind in ("flow", "cycle"):
            subject = _LEAD.sub("", rest).strip(" .")[:40]
            return tuple(Item(label=label) for label in (subject or "start", "then", "so that", "at last"))
    if kind == "timeline":
        return tuple(_event(part) for part in parts)[:12]
    return _steps(parts)


def _event(part: str) -> Item:
    year = re.search(r"-?\b\d{3,4}\b", part)
    label = _LEAD.sub("", part.replace(year.group(0), "") if year else part).strip(" :()\"'")
    return Item(label=label[:60], value=float(year.group(0)) if year else 0.0)


def _title(text: str, end: int) -> str:
    """ "bar chart of fruit sales: ..." gives its subject as a title."""
    match = re.match(r"\s*(?:of|about|showing|for|comparing)\s+([^:\d,;\n]{3,50}):", text[end:])
    return match.group(1).strip().capitalize() if match else ""
