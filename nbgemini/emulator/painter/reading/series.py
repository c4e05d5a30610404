"""Labels and numbers, as people list them: "Q1 10, Q2 25", "apples: 30%, pears: 20%", "5 apples and 7 pears"."""

import re
from itertools import islice, pairwise

from ..scene import Item

_BREAK = re.compile(r"\n|;|\||,(?!\d{3}(?!\d))|\.\s|\band\b|\bund\b|\bet\b|&(?=\s)", re.IGNORECASE)
_UNIT = r"(?:\s?%|[kKmM](?!\w)|\s?(?:percent|million|billion|bn)\b|\s?[€$£])?"
# A number that stands alone: the 1 of Q1, the 6 of 6am and the 16 of 16:9 are none.
_NUMBER = re.compile(
    r"(?<![\w.,:/])[$€£]?\s?(-?(?:\d{1,12}(?:,\d{3})*(?:[.,]\d{1,6})?|\.\d{1,6}))" + _UNIT + r"(?![\w:/]*\w)"
)
_DECIMAL_COMMA = re.compile(r"(?<![\w,.])(?!(?:19|20)\d\d,)(\d{1,12}),(\d{1,2})(?![\d\w])")
_SPACE = re.compile(r"[ \t\r\f\v\xa0]+")
_ARROW = re.compile(r"[ \t]{0,4}(?:-{1,4}>|→|⇒|=>|⟶|:=|=)[ \t]{0,4}")
# A row of a table: a label, a comma, a number.
_ROW = re.compile(r"(?m)^[ \t]*([^,;:\n]*[^\W\d][^,;:\n]*|(?:19|20)\d\d),[ \t]*(-?\d+(?:\.\d+)?)[ \t]*$")
# Words between two numbers that do not begin another label.
_FILLER = re.compile(r"(?i)\b(?:is|are|was|were|of|at|in|has|had|have|points?|percent|million|billion|to)\b")
_LEAD = re.compile(
    r"^(?:\W|\b(?:a|an|the|of|for|with|showing|show|that shows|that|has|having|and|labels?|labell?ed|values?|data|from"
    r"|to|in|where|about|comparing|diagram|chart|graph|plot|sales of|then|plus|is|are|at|was|were|points?|bars?|this"
    r"|as|vs|versus|against)\b)+",
    re.IGNORECASE,
)
_TAIL = re.compile(r"(?:[\s:=(\[{–—.,-]|\b(?:is|are|was|were|has|had|at|of|to)\b){1,40}$", re.IGNORECASE)
_TITLE = re.compile(r"(?i)^.*(?:\b(?:labell?ed|named|called)\b|—)\s*(?=\S)")
# A number with its unit, where there is no other: 8h, 78mm.
_MEASURE = re.compile(r"(?<![\w.,:/])(-?\d{1,12}(?:\.\d{1,6})?)[a-zµ°]{1,3}\s*$", re.IGNORECASE)
# What may be counted in a wish without being data: "three bars", "2 colours", "a size of 12".
_NO_LABEL = re.compile(
    r"(?i)^(?:\w+ )?(?:bars?|columns?|slices?|lines?|colou?rs?|sections?|categories|values?|points?|rows?|size|font"
    r"|years?|d)$"
)
_MOST = 60  # characters of a label
_LONGEST = 200  # characters of an entry that are looked at: its end
_READ = 1500  # characters of a text that are looked at
_LISTS = 4  # places at which a list of labels may end


def pairs(text: str) -> tuple[Item, ...]:
    """The labels with their numbers, in their order; nothing if no number has a label."""
    text = _SPACE.sub(" ", text)[:_READ]
    return _apart(text) or tuple(item for entry in _entries(text) if (item := _pair(entry)))


def numbers(text: str, least: int = 3) -> tuple[float, ...]:
    """The numbers of a list without labels, if there are at least so many: "10, 25, 40"."""
    text = _SPACE.sub(" ", text)[:_READ]
    best: list[float] = []
    run: list[float] = []
    for entry in _entries(text):
        bare = _NUMBER.fullmatch(_LEAD.sub("", entry[-_LONGEST:].rpartition(":")[2]).strip(" ()[]"))
        run = [*run, _value(bare.group(1))] if bare else []
        best = max(best, run, key=len)
    if len(best) >= least:
        return tuple(best)
    spaced = re.search(r"(?<!\d)(?:-?\d{1,12}(?:\.\d{1,6})?[ \t]{1,4}){2,}-?\d{1,12}(?:\.\d{1,6})?", text)
    return tuple(float(one) for one in spaced.group().split()) if spaced else ()


def _entries(text: str) -> list[str]:
    """The text in pieces of one label and one number each, as far as its commas, lines and words tell."""
    plain = _DECIMAL_COMMA.sub(r"\1.\2", _ROW.sub(r"\1: \2", _ARROW.sub(": ", text)))
    return [part for piece in _BREAK.split(plain) if piece.strip() for part in _run_together(piece)]


def _run_together(piece: str) -> list[str]:
    """Entries with nothing but words between them: "Q1 10 Q2 25", "2023 (12) with 2024 (18)"."""
    parts, start = [], 0
    for number, following in pairwise(_NUMBER.finditer(piece)):
        between = _FILLER.sub("", piece[number.end() : following.start()])
        if re.search(r"[^\W_]", between):
            parts.append(piece[start : number.end()])
            start = number.end()
    return [*parts, piece[start:]]


def _pair(entry: str) -> Item | None:
    """The last number of an entry and what stands before it, or else what stands after it."""
    entry = entry[-_LONGEST:]
    alone = list(_NUMBER.finditer(entry))
    number = alone[-1] if alone else _MEASURE.search(entry)
    if number is None:
        return None
    label = _label(entry[: number.start()]) or _label(entry[number.end() :])
    if not label or _NO_LABEL.match(label):
        return None
    return Item(label=label[:_MOST], value=_value(number.group(1)))


def _label(text: str) -> str:
    """A label without what leads up to it, and without what a title before a colon says."""
    before, colon, after = text.rstrip(" :(-–\t").rpartition(":")
    said = _TITLE.sub("", _TAIL.sub("", after if colon and after.strip() else before or after))
    return (_LEAD.sub("", said) or _lone(said)).strip(" \t-–:([{)]}\"'“”*•.,")


def _lone(said: str) -> str:
    """A label that would pass for a leading word, or is a number itself: A, 2019."""
    words = re.findall(r"\b(?:[A-Z]|\d+)(?=\W*$)", said)
    return words[-1] if words else ""


def _apart(text: str) -> tuple[Item, ...]:
    """Labels in one list and numbers in another, of the same length: "10, 25, 40 for Q1, Q2, Q3"."""
    ends = islice(re.finditer(r"\bfor\b|\bvalues?\b|:", text), _LISTS)
    for left, right in [(text[: at.start()], text[at.end() :]) for at in ends]:
        for labelled, counted in ((right, left), (left, right)):
            values = numbers(counted, 2)
            labels = [_label(piece) for piece in _entries(labelled) if not _NUMBER.search(piece) and _label(piece)]
            if len(values) > 1 and len(labels) == len(values):
                matched = zip(labels, values, strict=True)
                return tuple(Item(label=label[:_MOST], value=value) for label, value in matched)
    return ()


def _value(text: str) -> float:
    comma = text.count(",") == 1 and len(text.split(",")[1]) != 3
    return float(text.replace(",", ".") if comma else text.replace(",", ""))
