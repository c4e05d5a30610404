"""Edits of things: add, remove, replace, recolour, resize, move, count."""

import re
from dataclasses import replace

from ..arranging.layout import arranged, made
from ..dice import Dice
from ..reading.mentions import Mention, Reading
from ..reading.vocabulary import KINDS
from ..scene import Scene, Thing
from .aim import holding, named, subject


def with_things(scene: Scene, changed: dict[int, Thing]) -> Scene:
    return replace(scene, things=tuple(changed.get(thing.id, thing) for thing in scene.things))


def added(scene: Scene, clause: str, reading: Reading, seed: int) -> Scene | None:
    """New things for what is mentioned, in free places; what is there already is only what they are placed by."""
    asked = bool(
        re.search(r"\b(?:add|put|place|include|insert|draw|another|more|give|with|wearing|plus)\b", clause.lower())
    )
    anchors: dict[int, int] = {}
    for index, mention in enumerate(reading.mentions):
        host = named(scene, mention)
        article = re.search(
            rf"\b(?:the|its|his|her|their|every|each)\s+(?:\w+\s+)?{re.escape(mention.word)}\b", clause.lower()
        )
        target = any(other.by == index for other in reading.mentions)
        if host and (article or target or not asked) and not mention.more:
            anchors[index] = host[0].id
    fresh = [
        (index, mention)
        for index, mention in enumerate(reading.mentions)
        if index not in anchors and not mention.denied
    ]
    if not fresh and asked and reading.unknown and not reading.mentions:
        word = reading.unknown[-1]
        fresh = [(0, Mention(kind="form", word=word, count=1, colour=next(iter(reading.colours), "")))]
        reading.mentions = [fresh[0][1]]
    if not fresh:
        return None
    return _joined(scene, reading, fresh, anchors, seed, clause)


def _joined(
    scene: Scene, reading: Reading, fresh: list[tuple[int, Mention]], anchors: dict[int, int], seed: int, clause: str
) -> Scene:
    """The scene with new things; each knows what it is placed by."""
    new: list[Thing] = []
    first = dict(anchors)
    number = scene.next_id
    for index, mention in fresh:
        own = made(scene, mention, number, Dice(seed, scene.seed, "added", index, number))
        if mention.kind == "form":
            own = [replace(thing, seed=Dice("form", mention.word).whole(0, 2**31)) for thing in own]
        first[index] = own[0].id
        number += len(own)
        new += own
    given = re.search(r"\b(?:give|wearing)\b", clause.lower())
    if given and not anchors and subject(scene):
        anchors = {-1: subject(scene)[0].id}
    at = 0
    for _, mention in fresh:
        how, by = mention.how, first.get(mention.by, -1)
        if not how and given and anchors and KINDS[mention.kind].size < 0.3:
            how, by = ("wears" if mention.kind in WORN else "beside"), next(iter(anchors.values()))
        for _ in range(max(1, min(60, mention.count or 1))):
            if how and by >= 0 and by != new[at].id:
                new[at] = replace(new[at], by=by, how=how)
            at += 1
    new = arranged(scene, new, Dice(seed, "place"), scene.shown)
    return replace(scene, things=(*scene.things, *new)[:400])


WORN = ("hat", "crown", "wizard hat", "party hat", "scarf", "bow tie", "glasses")


def removed(scene: Scene, clause: str, reading: Reading, seed: int) -> Scene | None:
    """The scene without what is named; small growth of the backdrop can go as well."""
    if re.search(r"\b(?:everything|all things|everyone|all objects)\b", clause.lower()):
        return replace(scene, things=(), letters=(), accents=(), chart=None)
    gone: set[int] = set()
    extra: set[str] = set()
    for mention in reading.mentions:
        if re.search(rf"\bfrom (?:the |its )?(?:\w+ )?{re.escape(mention.word)}\b", clause.lower()):
            continue
        found = holding(scene, named(scene, mention), mention)
        found = (
            found[-mention.count :] if 0 < mention.count < len(found) and "the" not in clause.lower().split() else found
        )
        gone |= {thing.id for thing in found}
        if not found:
            extra |= {mention.kind, "trunks" if mention.kind == "tree" else mention.kind + "s"}
    if re.search(r"\b(?:it|them|that)\b", clause.lower()) and not reading.mentions and scene.shown:
        gone = {thing.id for thing in subject(scene)}
    if "accent" in clause.lower() or not (gone or extra):
        if scene.accents:
            return replace(scene, accents=scene.accents[:-1])
        return None if not extra else scene
    kept = tuple(thing if thing.id not in gone else replace(thing, hidden=True) for thing in scene.things)
    return replace(_swept(replace(scene, things=kept)), without=tuple(sorted({*scene.without, *extra})))


def _swept(scene: Scene) -> Scene:
    """Hidden things are dropped, unless others are still placed by them; what was worn goes with its wearer."""
    hidden = {thing.id for thing in scene.things if thing.hidden}
    things = [
        replace(thing, hidden=True) if thing.by in hidden and thing.how in ("wears", "holds") else thing
        for thing in scene.things
    ]
    needed = {thing.by for thing in things if not thing.hidden}
    return replace(scene, things=tuple(thing for thing in things if not thing.hidden or thing.id in needed))


def replaced(scene: Scene, clause: str, reading: Reading, seed: int) -> Scene | None:
    """ "turn the cat into a fox", "replace A with B", "a fox instead of the cat"."""
    low = clause.lower()
    pair = _pair(low, reading)
    if pair is None:
        return None
    old, new = pair
    found = holding(scene, named(scene, old), old) if old else subject(scene)
    if not found or not re.search(r"\b(?:into|with|to|by|instead|for|a|an|become|becomes|with)\b", low):
        return None
    changed = {thing.id: _become(thing, new, scene) for thing in found}
    scene = with_things(scene, changed)
    rest = [(index, m) for index, m in enumerate(reading.mentions) if m is not old and m is not new and m.by >= 0]
    if rest:
        scene = _joined(scene, reading, rest, {reading.mentions.index(new): found[0].id}, seed, clause)
    return scene if new.count in (0, 1, len(found)) else _exactly(scene, new, list(changed.values()), seed)


def _pair(low: str, reading: Reading) -> tuple[Mention | None, Mention] | None:
    """Old and new; the old may be an "it"."""
    mentions = reading.mentions
    if len(mentions) >= 2:
        if re.search(r"\binstead of\b", low):
            return mentions[1], mentions[0]
        if (
            re.search(r"\b(?:into|with|to|for|become|becomes|by|swap|make)\b", low)
            and mentions[0].kind != mentions[1].kind
            and not mentions[1].how
            and not mentions[0].how
        ):
            if re.search(r"\badd\b|\bmove\b|\bput\b|\bgive\b", low):
                return None
            return mentions[0], mentions[1]
        return None
    if (
        len(mentions) == 1
        and re.search(r"\b(?:it|that|this|him|her|them)\b.*\b(?:into|to|a|an|with|by)\b", low)
        and not re.search(r"\b(?:add|move|give)\b", low)
    ):
        return None, mentions[0]
    return None


def _become(thing: Thing, new: Mention, scene: Scene) -> Thing:
    """Another kind in the same place; its plane changes only if it must."""
    kind = KINDS[new.kind]
    old = KINDS.get(thing.kind)
    share = kind.size / old.size if old else 1.0
    plane = thing.plane if thing.plane == kind.plane or scene.place in ("space", "plain") else kind.plane
    v = thing.v if plane == thing.plane else 0.36 if plane in ("air", "sky") else 0.5
    return replace(
        thing,
        kind=kind.name,
        size=round(thing.size * share * new.size, 4),
        plane=plane,
        v=v,
        colour=new.colour,
        material=new.material,
        text=new.text or thing.text,
    )


def counted(scene: Scene, clause: str, reading: Reading, seed: int) -> Scene | None:
    """ "five boats", "two more boats", "only one cat", "twice as many"."""
    low = clause.lower()
    mentions = [mention for mention in reading.mentions if named(scene, replace(mention, colour="", material=""))]
    if not mentions:
        return None
    mention = mentions[0]
    have = named(scene, mention) or named(scene, replace(mention, colour="", material=""))
    if re.search(r"\b(?:twice|double)\b", low):
        return _exactly(scene, replace(mention, count=len(have) * 2), have, seed)
    another = mention.more or re.search(r"\b(?:another|more|extra)\b", low)
    if another:
        return _exactly(scene, replace(mention, count=len(have) + max(1, mention.count)), have, seed)
    if not mention.counted or re.search(r"\badd\b", low):
        return None
    said = re.search(
        r"\b(?:only|just|exactly|one|single|there (?:should|are|is)|make (?:it|that|them)|change (?:it )?to|instead)\b",
        low,
    )
    if mention.count == 1 and not said:
        return None
    return _exactly(scene, mention, have, seed) if mention.count != len(have) else None


def _exactly(scene: Scene, mention: Mention, have: list[Thing], seed: int) -> Scene:
    """As many as asked: the first stay where they are, the others go or are new."""
    if len(have) > mention.count:
        gone = {thing.id for thing in have[mention.count :]}
        return _swept(
            replace(scene, things=tuple(replace(t, hidden=True) if t.id in gone else t for t in scene.things))
        )
    like = have[0]
    new: list[Thing] = []
    for index in range(min(60, mention.count) - len(have)):
        own = made(
            scene,
            replace(mention, kind=like.kind, count=1),
            scene.next_id + index,
            Dice(seed, scene.seed, "more", index + len(have)),
        )[0]
        own = replace(
            own,
            size=like.size,
            plane=like.plane,
            material=mention.material or like.material,
            colour=mention.colour or like.colour,
            by=-1,
            how="",
        )
        placed = arranged(scene, [own], Dice(seed, "more-place", index + len(have)), [*scene.shown, *new])[0]
        new.append(replace(placed, size=round(like.size * (0.86 if mention.count > 3 else 1.0), 4)))
    return replace(scene, things=(*scene.things, *new)[:400])
