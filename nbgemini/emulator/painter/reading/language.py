"""Reads a prompt: what is mentioned, how many, in which colour, where, and in which light."""

from dataclasses import replace

from ..colours import code, parse, rgb
from . import vocabulary
from .circumstances import Circumstances
from .lexicon import moods
from .mentions import Mention, Pending, Reading
from .tokens import Token, tokens

HOLDERS = {"sign", "flag", "shop", "cup", "book", "box", "bus", "truck", "laptop", "cake", "balloon", "bag", "poster"}


class _Reader(Circumstances):
    """One pass over the tokens; each category has its own short method."""

    def __init__(self, listed: list[Token]) -> None:
        super().__init__()
        self.tokens = [part for token in listed for part in _parts(token)]
        self.subject = -1  # the mention relations refer back to
        self.after_of = False
        self.after_with = False

    def read(self) -> Reading:
        index = 0
        while index < len(self.tokens):
            index += self._step(index)
        self._left_over()
        return self.reading

    def _step(self, index: int) -> int:
        token = self.tokens[index]
        self.after_of = index > 0 and self.tokens[index - 1].text in ("of", "with")
        self.after_with = "with" in [before.text for before in self.tokens[max(0, index - 3) : index]]
        if token.kind == "quote":
            self._quote(token.text)
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
            self.next = Pending(denied=waiting.denied)
            return
        if kind == "sticker" or self._contents(kind) or (kind == "table" and self._table_top(waiting)):
            self.next = Pending(denied=waiting.denied)
            return
        if waiting.definite and known >= 0 and not waiting.colour:
            self._again(known)
            return
        self._noted(self._mention(kind, phrase), waiting)
        self.next = Pending(denied=waiting.denied)

    def _mention(self, kind: str, phrase: str) -> Mention:
        waiting = self.next
        count = waiting.count or waiting.group
        if waiting.group and waiting.count < 2:
            count = waiting.group
        if not count and vocabulary.plural(phrase):
            count = 3 if vocabulary.KINDS[kind].size > 0.15 else 5
        if phrase in ("crowd", "people") and not count:
            count = 5
        if kind == "flower" and not waiting.colour and parse(phrase):
            waiting.colour = code(rgb(phrase))
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
            counted=bool(waiting.count),
        )

    def _noted(self, own: Mention, waiting: Pending) -> None:
        """Adds a mention; a relation said before it binds it to the subject."""
        reading, index = self.reading, len(self.reading.mentions)
        if waiting.how in ("wears", "holds") and self.subject >= 0:
            own = replace(own, how=waiting.how, by=self.subject)
        reading.mentions.append(own)
        if waiting.how not in ("wears", "holds"):
            self._bound(waiting.how, index)
            if (not waiting.how and not self.after_with) or self.subject < 0:
                self.subject = index
        if own.denied:
            reading.denied.append(own.kind)
        self.last = index

    def _bound(self, how: str, index: int) -> None:
        hung = vocabulary.KINDS[self.reading.mentions[index].kind].plane == "sky"
        if how and 0 <= self.subject != index and not (hung and how == "below"):
            subject = self.reading.mentions[self.subject]
            if subject.by < 0:
                self.reading.mentions[self.subject] = replace(subject, how=how, by=index)

    def _again(self, index: int) -> None:
        """ "the castle", said of one that was mentioned before."""
        self._bound(self.next.how, index)
        if not self.next.how:
            self.subject = index
        self.last = index
        self.next = Pending(denied=self.next.denied)

    def _contents(self, kind: str) -> bool:
        """Whether a noun only says what a vessel holds: "a cup of coffee"."""
        if not (self.after_of and self.last >= 0):
            return False
        vessel = self.reading.mentions[self.last].kind
        if vessel == "vase" and kind in ("flower", "tulip", "rose", "sunflower"):
            self.reading.mentions[self.last] = replace(self.reading.mentions[self.last], kind="bouquet")
            return True
        return vessel in ("cup", "glass", "bottle", "bowl", "plate") and (
            kind == vessel or kind in ("cup", "glass", "bottle", "bowl")
        )

    def _table_top(self, waiting: Pending) -> bool:
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
            following = self.tokens[index + 1].text if index + 1 < len(self.tokens) else ""
            adjective = bool(vocabulary.meanings(following))
            if self.next.article and not adjective and not self.reading.mentions and not self.reading.subject:
                self.reading.subject = word

    def _quote(self, text: str) -> None:
        place = next((spot for spot in ("top", "bottom") if spot in self.next.at), "")
        if self.last >= 0 and self.reading.mentions[self.last].kind in HOLDERS:
            own = self.reading.mentions[self.last]
            self.reading.mentions[self.last] = replace(own, text=text)
        else:
            self.reading.letters.append((text, place))
        self.next = Pending()

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
        self.next = Pending()

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


def _parts(token: Token) -> list[Token]:
    """A hyphenated word that means nothing as a whole, as its parts."""
    if token.kind != "word" or "-" not in token.text or vocabulary.meanings(token.text):
        return [token]
    return [Token("word", part) for part in token.text.split("-")]


def read(prompt: str) -> Reading:
    """What the prompt says; it never fails, whatever it is given."""
    return _Reader(tokens(prompt)).read()
