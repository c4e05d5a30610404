"""Reads a prompt: what is mentioned, how many, in which colour, where, and in which light."""

import re
from dataclasses import dataclass, field, replace

from . import vocabulary
from .colours import code, rgb
from .tokens import Token, tokens
from .words import moods


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One noun phrase."""

    kind: str
    word: str
    count: int = 0  # 0: not said
    colour: str = ""
    material: str = ""
    size: float = 1.0
    at: tuple[str, ...] = ()  # left, right, top, bottom, centre, front, far
    how: str = ""
    by: int = -1  # index of the mention it is placed by
    text: str = ""
    picture: int = -1
    denied: bool = False
    more: bool = False


@dataclass(slots=True)
class Reading:
    """What a prompt says, as far as the vocabulary reaches."""

    mentions: list[Mention] = field(default_factory=list)
    place: str = ""
    time: str = ""
    weather: str = ""
    season: str = ""
    style: str = ""
    tints: dict[str, str] = field(default_factory=dict)
    grades: list[str] = field(default_factory=list)
    letters: list[tuple[str, str]] = field(default_factory=list)  # text, place
    unknown: list[str] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)
    colours: list[str] = field(default_factory=list)  # said of nothing in particular
    material: str = ""
    subject: str = ""  # an unknown noun the prompt begins with

    @property
    def empty(self) -> bool:
        return not (self.mentions or self.place or self.time or self.weather or self.season or self.letters)


@dataclass(slots=True)
class _Pending:
    """Adjectives and relations waiting for their noun."""

    count: int = 0
    colour: str = ""
    material: str = ""
    size: float = 1.0
    at: list[str] = field(default_factory=list)
    how: str = ""
    group: int = 0
    denied: bool = False
    more: bool = False
    article: bool = False
    definite: bool = False


HOLDERS = {"sign", "flag", "shop", "cup", "book", "box", "bus", "truck", "laptop", "cake", "balloon", "bag", "poster"}


class _Reader:
    """One pass over the tokens; each category has its own short method."""

    def __init__(self, listed: list[Token]) -> None:
        self.tokens = listed
        self.reading = Reading()
        self.next = _Pending()
        self.subject = -1  # the mention relations refer back to
        self.last = -1  # the mention of this clause that positions may follow
        self.after_of = False

    def read(self) -> Reading:
        index = 0
        while index < len(self.tokens):
            index += self._step(index)
        self._left_over()
        return self.reading

    def _step(self, index: int) -> int:
        token = self.tokens[index]
        self.after_of = index > 0 and self.tokens[index - 1].text in ("of", "with")
        if token.kind == "quote":
            self._quote(token.text, index)
        elif token.kind == "mark":
            self._mark(token.text)
        elif token.kind == "sign":
            self._sign(token.text)
        elif token.kind == "number":
            self.next.count = min(60, int(float(token.text))) if float(token.text) >= 1 else 0
        else:
            return self._word(index)
        return 1

    def _word(self, index: int) -> int:
        """The longest phrase from here on that means something."""
        run = []
        for token in self.tokens[index : index + vocabulary.LONGEST]:
            if token.kind != "word":
                break
            run.append(token.text)
        for length in range(len(run), 0, -1):
            phrase = "-".join(run[:length])
            found = vocabulary.meanings(phrase)
            if found:
                self._means(dict(found), phrase, index + length)
                return length
        self._unknown(run[0], index)
        return 1

    def _means(self, found: dict[str, str], phrase: str, after: int) -> None:
        if "thing" in found and len(found) > 1 and not self._noun_wanted(found, phrase, after):
            found = {category: value for category, value in found.items() if category != "thing"}
        following = self.tokens[after].text if after < len(self.tokens) else ""
        if "group" in found and following == "of":
            found = {"group": found["group"]}
        for category in (
            "thing",
            "colour",
            "place",
            "time",
            "weather",
            "season",
            "style",
            "material",
            "size",
            "count",
            "group",
            "grade",
            "part",
        ):
            if category in found:
                getattr(self, f"_{category}")(found[category], phrase)
                return
        if "rainbow" in found:
            self.reading.weather = self.reading.weather or "rainbow"

    def _noun_wanted(self, found: dict[str, str], phrase: str, after: int) -> bool:
        """Whether a word that is both a thing and something else names the thing here."""
        if "colour" in found or "material" in found or "group" in found:
            following = self.tokens[after] if after < len(self.tokens) else None
            names = following is not None and following.kind == "word" and bool(vocabulary.meanings(following.text))
            return not names and (
                self.next.article
                or self.next.count > 0
                or vocabulary.plural(phrase)
                or "group" in found
                or bool(self.next.colour)
            )
        return True

    def _thing(self, kind: str, phrase: str) -> None:
        waiting, reading = self.next, self.reading
        known = next((index for index, old in enumerate(reading.mentions) if old.kind == kind), -1)
        if kind == "wall" and waiting.definite:  # a place to hang things on, not a wall of bricks
            waiting.at.clear()
            self.next = _Pending(denied=waiting.denied)
            return
        if kind == "sticker" or self._contents(kind) or (kind == "table" and self._table_top(waiting)):
            self.next = _Pending(denied=waiting.denied)
            return
        if waiting.definite and known >= 0 and not waiting.colour:
            self._again(known)
            return
        self._noted(self._mention(kind, phrase), waiting)
        self.next = _Pending(denied=waiting.denied)

    def _mention(self, kind: str, phrase: str) -> Mention:
        waiting = self.next
        count = waiting.count or waiting.group
        if waiting.group and waiting.count < 2:
            count = waiting.group
        if not count and vocabulary.plural(phrase):
            count = 3 if vocabulary.KINDS[kind].size > 0.15 else 5
        if phrase in ("crowd", "people") and not count:
            count = 5
        return Mention(
            kind=kind,
            word=phrase.replace("-", " "),
            count=count,
            colour=waiting.colour,
            material=waiting.material,
            size=waiting.size,
            at=tuple(waiting.at),
            denied=waiting.denied,
            more=waiting.more,
        )

    def _noted(self, own: Mention, waiting: _Pending) -> None:
        """Adds a mention; a relation said before it binds it to the subject."""
        reading, index = self.reading, len(self.reading.mentions)
        if waiting.how in ("wears", "holds") and self.subject >= 0:
            own = replace(own, how=waiting.how, by=self.subject)
        reading.mentions.append(own)
        if waiting.how not in ("wears", "holds"):
            self._bound(waiting.how, index)
            if not waiting.how or self.subject < 0:
                self.subject = index
        if own.denied:
            reading.denied.append(own.kind)
        self.last = index

    def _bound(self, how: str, index: int) -> None:
        if how and 0 <= self.subject != index:
            subject = self.reading.mentions[self.subject]
            if subject.by < 0:
                self.reading.mentions[self.subject] = replace(subject, how=how, by=index)

    def _again(self, index: int) -> None:
        """ "the castle", said of one that was mentioned before."""
        self._bound(self.next.how, index)
        if not self.next.how:
            self.subject = index
        self.last = index
        self.next = _Pending(denied=self.next.denied)

    def _contents(self, kind: str) -> bool:
        """Whether a noun only says what a vessel holds: "a cup of coffee"."""
        if not (self.after_of and self.last >= 0):
            return False
        vessel = self.reading.mentions[self.last].kind
        return vessel in ("cup", "glass", "bottle", "bowl", "plate") and (
            kind == vessel or kind in ("cup", "glass", "bottle", "bowl")
        )

    def _table_top(self, waiting: _Pending) -> bool:
        """Small things "on a table" are seen as a still life; the table is the ground then."""
        reading = self.reading
        small = [mention for mention in reading.mentions if "table" in vocabulary.KINDS[mention.kind].homes]
        if (
            waiting.how != "on"
            or not small
            or len(small) < len(reading.mentions)
            or reading.place not in ("", "room", "table")
        ):
            return False
        reading.place = "table"
        if waiting.colour:
            reading.tints["ground"] = waiting.colour
        return True

    def _colour(self, value: str, phrase: str) -> None:
        colour = code(rgb(value))
        foreign = phrase not in vocabulary.lexicon()
        if foreign and self.last >= 0 and not self.reading.mentions[self.last].colour:
            # Romance languages put the colour behind its noun.
            own = self.reading.mentions[self.last]
            self.reading.mentions[self.last] = replace(own, colour=colour)
            return
        if self.next.colour:
            self.reading.colours.append(self.next.colour)
        self.next.colour = colour

    def _material(self, value: str, phrase: str) -> None:
        self.next.material = value

    def _size(self, value: str, phrase: str) -> None:
        self.next.size = float(value)

    def _count(self, value: str, phrase: str) -> None:
        self.next.count = int(value)

    def _group(self, value: str, phrase: str) -> None:
        self.next.group = int(value)

    def _place(self, value: str, phrase: str) -> None:
        waiting, reading = self.next, self.reading
        if waiting.colour:
            part = (
                "water"
                if value in ("sea", "lake", "river", "underwater")
                else "sky"
                if value in ("space", "sky")
                else "ground"
            )
            reading.tints.setdefault(
                "background" if value in ("room", "studio", "plain", "table") else part, waiting.colour
            )
        strong = value not in ("meadow", "sky", "city") or phrase in ("meadow", "city", "street", "town", "skyline")
        if not reading.place or (strong and reading.place in ("meadow", "sky")):
            reading.place = value
        self.next = _Pending(denied=waiting.denied)

    def _part(self, value: str, phrase: str) -> None:
        if self.next.colour:
            self.reading.tints[value] = self.next.colour
        elif self.next.at:
            self.next.at.clear()
        self.next = _Pending(denied=self.next.denied)

    def _time(self, value: str, phrase: str) -> None:
        self.reading.time = self.reading.time or value

    def _weather(self, value: str, phrase: str) -> None:
        if self.next.denied:
            self.reading.weather = "clear"
            self.reading.denied.append(value)
        else:
            self.reading.weather = self.reading.weather or value

    def _season(self, value: str, phrase: str) -> None:
        if self.next.denied:
            self.reading.denied.append("snow")
            return
        self.reading.season = self.reading.season or value
        if phrase == "snow" and self.last < 0:
            self.reading.weather = self.reading.weather or "snow"

    def _style(self, value: str, phrase: str) -> None:
        self.reading.style = self.reading.style or value

    def _grade(self, value: str, phrase: str) -> None:
        self.reading.grades.append(value)

    def _unknown(self, word: str, index: int) -> None:
        if word in ("a", "an", "the", "his", "her", "their", "its", "this", "that", "another"):
            self.next.article = True
            self.next.more = self.next.more or word == "another"
            self.next.definite = word == "the"
            if word in ("a", "an") and not self.next.count:
                self.next.count = 1
            return
        if word in ("no", "without"):
            self.next.denied = True
        elif word in ("more", "extra", "additional"):
            self.next.more = True
        elif word not in moods.STOP and len(word) > 1:
            self.reading.unknown.append(word)
            if self.next.article and not self.reading.mentions and not self.reading.subject:
                self.reading.subject = word

    def _quote(self, text: str, index: int) -> None:
        place = next((spot for spot in ("top", "bottom") if spot in self.next.at), "")
        if self.last >= 0 and self.reading.mentions[self.last].kind in HOLDERS:
            own = self.reading.mentions[self.last]
            self.reading.mentions[self.last] = replace(own, text=text)
        else:
            self.reading.letters.append((text, place))
        self.next = _Pending()

    def _mark(self, text: str) -> None:
        if text in ",;.:!?\n":
            self._left_over()
            self.last = -1
        if text in ".;!?\n":
            self.subject = -1

    def _left_over(self) -> None:
        """Adjectives with no noun after them: "the car is red", "all blue"."""
        waiting = self.next
        if waiting.colour:
            self.reading.colours.append(waiting.colour)
        if waiting.material:
            self.reading.material = waiting.material
        if waiting.at and self.last >= 0:
            own = self.reading.mentions[self.last]
            self.reading.mentions[self.last] = replace(own, at=own.at + tuple(waiting.at))
        self.next = _Pending()

    def _sign(self, text: str) -> None:
        """A position or a relation that was marked beforehand."""
        name, _, value = text.partition(":")
        if name == "at":
            if self.last >= 0 and not self.next.article:
                own = self.reading.mentions[self.last]
                self.reading.mentions[self.last] = replace(own, at=(*own.at, value))
            else:
                self.next.at.append(value)
        elif name == "how":
            self.next.how = value
            self.next.count = 0
        elif name == "place":
            self.reading.place = self.reading.place or value
        elif name == "picture":
            self._picture(int(value))

    def _picture(self, number: int) -> None:
        """ "the cat from image 1": the last mention shows a given picture."""
        if self.last >= 0:
            own = self.reading.mentions[self.last]
            self.reading.mentions[self.last] = replace(own, picture=number, kind="sticker")
        else:
            self.reading.mentions.append(Mention(kind="sticker", word="picture", picture=number))
            self.last = len(self.reading.mentions) - 1


def read(prompt: str) -> Reading:
    """What the prompt says; it never fails, whatever it is given."""
    return _Reader(tokens(prompt)).read()


def clauses(prompt: str) -> list[str]:
    """A prompt in the parts that ask for one thing each; quoted text stays whole."""
    kept: list[str] = re.findall(r'"[^"]*"|“[^”]*”|«[^»]*»', prompt)
    bare = prompt
    for index, text in enumerate(kept):
        bare = bare.replace(text, f" \x01{index}\x02 ", 1)
    parts = re.split(
        r"[.;!?\n]+|,\s*(?:and|then|but|also)\s+|\band then\b|\bthen\b|,(?=\s*(?:add|remove|make|turn|change|replace|move|put|paint|delete|set|give|recolou?r)\b)"
        r"|\band\s+(?=(?:the |a )?(?:text|title|caption|words)\b)|\band\s+(?=(?:add|remove|make|turn|change|replace|move|put|paint|delete|set|give|recolou?r)\b)",
        bare,
    )
    out = []
    for part in parts:
        for index, text in enumerate(kept):
            part = part.replace(f"\x01{index}\x02", text)
        if part.strip(" ,"):
            out.append(part.strip(" ,"))
    return out
