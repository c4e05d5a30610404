"""Edits of set text, charts and the whole picture."""

import re
from dataclasses import replace

from ..reading import series
from ..reading.lexicon import tongues
from ..reading.mentions import Reading
from ..scene import Chart, Item, Letters, Scene

_QUOTED = re.compile(r"[\"“«]([^\"”»]{1,300})[\"”»]|(?<!\w)'([^']{1,120})'(?!\w)")


def translated(scene: Scene, clause: str, reading: Reading, seed: int) -> Scene | None:
    """Set text in another language, as far as the small dictionary reaches."""
    match = re.search(r"\b(?:in|to|into|auf|en|in )\s*(" + "|".join(tongues.LANGUAGES) + r")\b", clause.lower())
    if not match:
        return None
    language = tongues.LANGUAGES[match.group(1)]
    letters = tuple(replace(line, text=tongues.translated(line.text, language)) for line in scene.letters)
    things = tuple(
        replace(thing, text=tongues.translated(thing.text, language)) if thing.text else thing for thing in scene.things
    )
    chart = scene.chart
    if chart:
        items = tuple(replace(item, label=tongues.translated(item.label, language)) for item in chart.items)
        chart = replace(chart, items=items, title=tongues.translated(chart.title, language))
    changed = replace(scene, letters=letters, things=things, chart=chart)
    return changed if changed != scene else None


def lettering(scene: Scene, clause: str, reading: Reading, seed: int) -> Scene | None:
    """New, changed, moved, coloured or removed set text."""
    low = clause.lower()
    quoted = [next(group for group in match if group) for match in _QUOTED.findall(clause)] or [
        text for text, _ in reading.letters
    ]
    about = re.search(r"\b(?:text|title|caption|words?|letters?|lettering|headline)\b", low)
    if re.search(r"\b(?:remove|delete|erase|without|no)\b", low) and about:
        if quoted:
            return replace(scene, letters=tuple(line for line in scene.letters if line.text not in quoted))
        things = tuple(replace(thing, text="") for thing in scene.things)
        return replace(scene, letters=(), things=things, chart=replace(scene.chart, title="") if scene.chart else None)
    if quoted:
        return _written(scene, clause, reading, quoted)
    if about and scene.letters:
        return _styled(scene, low, reading)
    return None


def _written(scene: Scene, clause: str, reading: Reading, quoted: list[str]) -> Scene | None:
    low = clause.lower()
    if len(quoted) >= 2 and re.search(r"\b(?:to|with|into|by)\b", low):
        old, new = quoted[0], quoted[1]
        letters = tuple(replace(line, text=line.text.replace(old, new)) for line in scene.letters)
        things = tuple(replace(thing, text=thing.text.replace(old, new)) for thing in scene.things)
        changed = replace(scene, letters=letters, things=things)
        if changed != scene:
            return changed
    holders = [thing for mention in reading.mentions for thing in scene.shown if thing.kind == mention.kind]
    if holders:
        ids = {thing.id for thing in holders}
        return replace(
            scene,
            things=tuple(replace(thing, text=quoted[-1][:300]) if thing.id in ids else thing for thing in scene.things),
        )
    if reading.mentions:
        return None
    place = next((spot for spot in ("bottom", "top", "middle") if re.search(rf"\b{spot}\b", low)), "")
    colour = reading.colours[0] if reading.colours else ""
    texts = [line for line in scene.letters if line.text]
    if scene.chart and "title" in low:
        return replace(scene, chart=replace(scene.chart, title=quoted[-1][:120]))
    if (
        texts
        and re.search(r"\b(?:change|replace|make|should|instead|now|say|read)\b", low)
        and not re.search(r"\badd\b", low)
    ):
        first = replace(
            texts[0], text=quoted[-1][:300], place=place or texts[0].place, colour=colour or texts[0].colour
        )
        return replace(scene, letters=(first, *scene.letters[1:]))
    taken = {line.place for line in scene.letters}
    free = next((spot for spot in ("top", "bottom", "middle") if spot not in taken), "bottom")
    return replace(
        scene,
        letters=(
            *scene.letters,
            Letters(text=quoted[-1][:300], place=place or free, colour=colour, size=1.0 if not texts else 0.6),
        )[:8],
    )


def _styled(scene: Scene, low: str, reading: Reading) -> Scene | None:
    first = scene.letters[0]
    colour = next((text for text in (*reading.colours, *(m.colour for m in reading.mentions)) if text), "")
    place = next(
        (
            spot
            for spot in ("bottom", "top", "middle")
            if re.search(rf"\b{spot}\b|\b{'centre|center' if spot == 'middle' else spot}\b", low)
        ),
        "",
    )
    size = (
        1.4
        if re.search(r"\b(?:bigger|larger|big|large)\b", low)
        else 0.7
        if re.search(r"\b(?:smaller|small)\b", low)
        else 1.0
    )
    new = replace(first, colour=colour or first.colour, place=place or first.place, size=round(first.size * size, 3))
    return replace(scene, letters=(new, *scene.letters[1:])) if new != first else None


def chart(scene: Scene, clause: str, reading: Reading, seed: int) -> Scene | None:
    """Other numbers, more or fewer items, another kind of chart, colours, order."""
    own = scene.chart
    if own is None:
        return None
    low = clause.lower()
    new = _kind(own, low)
    if re.search(r"\b(?:remove|delete|without|drop)\b", low):
        new = replace(
            new,
            items=tuple(
                item
                for item in new.items
                if not item.label or not re.search(rf"\b{re.escape(item.label.lower())}\b", low)
            ),
        )
    elif re.search(r"\bsort|\border\b", low):
        down = not re.search(r"\b(?:ascending|smallest|alphabetical)", low)
        new = replace(
            new, items=tuple(sorted(new.items, key=lambda item: (-item.value if down else item.value, item.label)))
        )
    else:
        new = _numbers(new, clause)
    colours = [text for text in (*reading.colours, *(mention.colour for mention in reading.mentions)) if text]
    if (
        colours
        and re.search(r"\b(?:bars?|slices?|lines?|boxes|chart|graph|colou?rs?|it|them)\b", low)
        and not re.search(r"\d", low)
    ):
        new = replace(new, colour=colours[-1])
    return replace(scene, chart=new) if new != own and (new.items or not own.items) else None


def _kind(own: Chart, low: str) -> Chart:
    for word, kind in (
        ("pie", "pie"),
        ("bar", "bar"),
        ("column", "bar"),
        ("line", "line"),
        ("flow", "flow"),
        ("cycle", "cycle"),
        ("timeline", "timeline"),
    ):
        if re.search(rf"\b{word}(?: ?chart| ?graph| diagram)?\b", low) and re.search(
            r"\b(?:as|into|to|make it|instead|turn|change)\b", low
        ):
            return replace(own, kind=kind)
    return own


def _numbers(own: Chart, clause: str) -> Chart:
    """ "apples to 7", "add plums 2"."""
    items = list(own.items)
    changed = re.sub(
        r"(?i)\b(?:change|set|make|update|add|increase|raise|lower|the value of|value|bars?|slices?)\b", " ", clause
    )
    changed = re.sub(r"(?i)\s+(?:to|=|is|with|at)\s+(?=-?\d)", " ", changed)
    for item in series.pairs(changed):
        index = next((k for k, old in enumerate(items) if old.label.lower() == item.label.lower()), -1)
        if index >= 0:
            items[index] = replace(items[index], value=item.value)
        else:
            items.append(Item(label=item.label, value=item.value))
    if own.kind in ("flow", "cycle") and items == list(own.items):
        match = re.search(
            r"(?i)\badd (?:a |an |the )?(?:step|box|stage|label)?\s*[\"“']?([\w ]{1,40}?)[\"”']?"
            r"(?: at the end| after .*)?$",
            clause,
        )
        if match:
            items.append(Item(label=match.group(1).strip()))
    return replace(own, items=tuple(items)[:24])


def zoomed(scene: Scene, clause: str, reading: Reading, seed: int) -> Scene | None:
    """A closer or a wider look at the same scene."""
    low = clause.lower()
    if reading.mentions and not re.search(r"\bzoom\b", low):
        return None
    out = re.search(r"\b(?:out|wider|back)\b", low)
    zoom = round(max(0.4, min(3.0, scene.zoom * (0.75 if out else 1.35))), 3)
    return replace(scene, zoom=zoom) if zoom != scene.zoom else None
