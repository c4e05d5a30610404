"""From a reading to a scene: where it is, what is in it, how it is arranged."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ..dice import Dice, seed_of
from ..places import of_name
from ..reading import figures, language
from ..reading.mentions import Mention, Reading
from ..reading.vocabulary import KINDS
from ..scene import Letters, Scene, Thing
from .layout import arranged, made

PAPERS = ("#e9dcc3", "#cfe0dc", "#f0cdb4", "#d7d9ea", "#f2d98f", "#dfe6c8", "#2c4a66", "#b8453e", "#22403c")
SUNNY = ("day", "day", "afternoon", "afternoon", "dawn")


def compose(prompt: str, *, seed: int | None, references: Sequence[bytes]) -> Scene:
    """A new scene for a prompt; every prompt makes one."""
    own_seed = seed_of("scene", prompt if seed is None else seed, prompt)
    reading = language.read(prompt)
    chart = figures.chart(prompt)
    dice = Dice(own_seed, "compose")
    scene = Scene(seed=own_seed, words=_words(prompt))
    scene = _light(scene, reading, dice)
    if chart is not None:
        scene = replace(scene, chart=chart, place="sheet", time="day")
        reading.mentions = []
        reading.letters = [
            pair for pair in reading.letters if pair[0] not in (chart.title, *(i.label for i in chart.items))
        ]
    else:
        scene = replace(scene, place=_place(reading, dice, bool(references)))
        if scene.place == "plain" and not scene.tint("background"):
            scene = replace(scene, tints=(*scene.tints, f"background={dice.pick(PAPERS)}"))
        scene = replace(scene, place=_ashore(scene.place, reading))
        if scene.place == "abstract" and reading.colours:
            scene = replace(scene, palette=tuple(reading.colours))
        scene = _populated(scene, reading, dice)
    scene = replace(scene, letters=_letters(reading, scene))
    if references:
        from . import guests

        scene = guests.welcomed(scene, reading, prompt, references, first=True)
    return scene


def _words(prompt: str) -> str:
    return " ".join(prompt[:240].encode("utf-8", "replace").decode().split())


def _light(scene: Scene, reading: Reading, dice: Dice) -> Scene:
    time, season = dice.pick(SUNNY), dice.pick(("spring", "summer", "summer"))
    weather = reading.weather or ("snow" if reading.season == "winter" and dice.chance(0.4) else "clear")
    if reading.style == "neon" or {"star", "moon", "crescent"} & {m.kind for m in reading.mentions if not m.denied}:
        time = "night"
    return replace(
        scene,
        time=reading.time or time,
        weather=weather,
        style="" if reading.style == "plain" else reading.style,
        season=reading.season or ("winter" if weather == "snow" else season),
        tints=tuple(f"{part}={colour}" for part, colour in sorted(reading.tints.items())),
        grade=tuple(reading.grades),
        without=tuple(sorted(set(reading.denied))),
    )


def _place(reading: Reading, dice: Dice, guests: bool) -> str:
    """The place said, or the home most of the things share, or an abstract ground."""
    things = [mention for mention in reading.mentions if not mention.denied]
    if reading.place:
        still = reading.place == "room" and things and all("table" in KINDS[mention.kind].homes for mention in things)
        return "table" if still else reading.place
    homes = _homes(things, reading)
    if homes:
        if "background" in reading.tints:
            return "plain" if homes[0] == "plain" else "studio"
        return dice.pick(homes)
    if things:
        return "meadow"
    if reading.subject and reading.unknown and not reading.letters:
        return "abstract"
    if reading.time or reading.weather or reading.season:
        return dice.pick(("hills", "lake", "mountains", "meadow", "sea"))
    if guests:
        return "studio"
    return "plain" if reading.letters else "abstract"


def _ashore(place: str, reading: Reading) -> str:
    """Those who cannot swim are drawn on the beach."""
    land = [mention for mention in reading.mentions if mention.kind in ASHORE and mention.by < 0 and not mention.denied]
    return "beach" if place == "sea" and land else place


# Things that are at home nearly anywhere.
MODEST = ("sign", "fence", "bench", "wall", "rock", "bush", "tree", "grass", "person", "flag", "bicycle", "ball")
ASHORE = frozenset(
    name
    for name, kind in KINDS.items()
    if kind.plane == "ground" and {"meadow", "forest", "room", "city", "hills", "table"} & set(kind.homes)
) - {"house", "tower", "castle", "skyscraper", "cup", "bottle", "rock"}


def _homes(things: list[Mention], reading: Reading) -> list[str]:
    """The places with most votes; what is worn does not vote, and weather keeps the picture out of doors."""
    outdoors = bool(reading.weather or reading.season or "sky" in reading.tints or "ground" in reading.tints)
    votes: dict[str, float] = {}
    for index, mention in enumerate(things):
        homes = KINDS[mention.kind].homes
        modest = mention.kind in MODEST or KINDS[mention.kind].plane != "ground"
        if mention.how == "wears" or (things[:index] and mention.kind == "table" and len(things) > 1):
            continue
        for rank, home in enumerate(homes):
            if not (outdoors and of_name(home).indoors):
                votes[home] = votes.get(home, 0.0) + (1.0 if len(homes) == 1 else 0.9 - 0.2 * rank) * (
                    0.5 if modest else 1.3 if index == 0 else 1.0
                )
    if not votes:
        return ["meadow"] if things and outdoors else []
    best = max(votes.values())
    return [home for home, count in votes.items() if count > best - 0.3]


def _populated(scene: Scene, reading: Reading, dice: Dice) -> Scene:
    """Things for all mentions, arranged."""
    mentions = [(index, mention) for index, mention in enumerate(reading.mentions) if not mention.denied]
    if scene.place == "table" and len(mentions) > 1:  # the table is the ground of a still life
        mentions = [(index, mention) for index, mention in mentions if mention.kind != "table"]
    mentions = [(index, _each(reading, mention)) for index, mention in mentions]
    things: list[Thing] = []
    first: dict[int, int] = {}
    for index, mention in mentions:
        own = made(scene, mention, len(things), Dice(scene.seed, "thing", index))
        first[index] = own[0].id
        things += own
    things = [_placed_by(thing, reading, first, index) for index, thing in _owners(mentions, things)]
    things = _coloured_in_turn(things, reading)
    if not things:
        things = _lonely(scene, reading)
    if len(things) == 1 and CLOSE.search(scene.words.lower()):
        things = [replace(things[0], size=round(things[0].size * 1.6, 4), how=things[0].how or "@front centre")]
    return replace(scene, things=tuple(arranged(scene, things, Dice(scene.seed, "layout"))))


CLOSE = re.compile(r"\b(?:portrait|close-?up|close up|headshot|selfie)\b")
# What is put into a place that nobody was named for.
INHABITANTS = {"space": "planet", "underwater": "fish", "sky": "bird"}


def _lonely(scene: Scene, reading: Reading) -> list[Thing]:
    """Something for an empty place: the unknown noun of the prompt, or who lives there."""
    if reading.subject and scene.place not in ("abstract", "plain"):
        return made(scene, Mention(kind="form", word=reading.subject, count=1), 0, Dice(scene.seed, reading.subject))
    kind = INHABITANTS.get(scene.place)
    if kind is None or kind in reading.denied:
        return []
    return made(scene, Mention(kind=kind, word=kind, count=3), 0, Dice(scene.seed, kind))


def _each(reading: Reading, mention: Mention) -> Mention:
    """Two people in hats wear two hats."""
    if mention.how in ("wears", "holds") and not mention.counted and 0 <= mention.by < len(reading.mentions):
        return replace(mention, count=max(1, reading.mentions[mention.by].count))
    return mention


def _coloured_in_turn(things: list[Thing], reading: Reading) -> list[Thing]:
    """ "three circles: red, green and blue": one colour each."""
    if len(reading.colours) < 2 or len(reading.colours) != len(things) or any(thing.colour for thing in things):
        return things
    return [replace(thing, colour=colour) for thing, colour in zip(things, reading.colours, strict=True)]


def _owners(mentions: list[tuple[int, Mention]], things: list[Thing]) -> list[tuple[int, Thing]]:
    """Each thing with the index of the mention it was made for."""
    out, at = [], 0
    for index, mention in mentions:
        for _ in range(max(1, min(60, mention.count or 1))):
            out.append((index, things[at]))
            at += 1
    return out


def _placed_by(thing: Thing, reading: Reading, first: dict[int, int], index: int) -> Thing:
    mention = reading.mentions[index]
    hosts = max(1, reading.mentions[mention.by].count) if 0 <= mention.by < len(reading.mentions) else 1
    if mention.by in first and mention.how and first[mention.by] != thing.id:
        turn = thing.id - first[index] if mention.how in ("wears", "holds") else 0
        return replace(thing, by=first[mention.by] + min(turn, hosts - 1), how=mention.how)
    return thing


def _letters(reading: Reading, scene: Scene) -> tuple[Letters, ...]:
    """Set text: alone in the middle, else above, the next below."""
    spots = (
        ["middle"]
        if not scene.things and scene.place in ("plain", "abstract", "studio")
        else ["top", "bottom", "middle"]
    )
    out = []
    for index, (text, place) in enumerate(reading.letters[:4]):
        fallback = spots[min(index, len(spots) - 1)] if len(spots) > 1 else ("middle", "bottom", "top")[min(index, 2)]
        colour = reading.colours[0] if reading.colours and index == 0 else ""
        out.append(Letters(text=text[:300], place=place or fallback, colour=colour, size=1.0 if index == 0 else 0.6))
    return tuple(out)
