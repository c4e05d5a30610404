"""What each word or phrase can mean, from the lists of the lexicon."""

from dataclasses import dataclass
from functools import lru_cache

from ..colours import NAMES, SHADES, code, mix, rgb
from ..places import PLACES
from .lexicon import kinds as tables
from .lexicon import moods, tongues


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing before it is drawn."""

    name: str
    size: float
    plane: str
    homes: tuple[str, ...]
    words: tuple[str, ...]


def _kinds() -> dict[str, Kind]:
    rows = {}
    for table in (tables.LIVING, tables.LAND, tables.BUILT, tables.WARES):
        for row in table.strip().replace("\n+", "").splitlines():
            name, size, plane, homes, words = (part.strip() for part in row.split("|"))
            rows[name] = Kind(name, float(size), plane, tuple(homes.split()), tuple(words.split()))
    return rows


KINDS = _kinds()
Meaning = tuple[str, str]


@lru_cache(maxsize=1)
def lexicon() -> dict[str, tuple[Meaning, ...]]:
    """Phrases, their words joined by hyphens, and all their meanings: (category, value)."""
    found: dict[str, list[Meaning]] = {}

    def add(phrase: str, category: str, value: str) -> None:
        found.setdefault(phrase, []).append((category, value))

    for kind in KINDS.values():
        for word in (kind.name.replace(" ", "-"), *kind.words):
            add(word, "thing", kind.name)
    tables_of = {"place": {place.name: place.words for place in PLACES.values()}, **moods.TABLES}
    for category, value, words in ((c, v, w) for c, table in tables_of.items() for v, w in table.items()):
        for word in words.split():
            add(word, category, value)
    for name, text in NAMES.items():
        add(name, "colour", text)
        for shade, (other, share) in SHADES.items():
            add(f"{shade}-{name}", "colour", code(mix(rgb(text), rgb(other), share)))
    return {phrase: tuple(meanings) for phrase, meanings in found.items()}


LONGEST = 4


def meanings(phrase: str) -> tuple[Meaning, ...]:
    """All meanings of a phrase, in the singular or the plural, in English or a few other languages."""
    known = lexicon()
    for form in singulars(phrase):
        if form in known:
            return known[form]
    other = next((tongues.WORDS[form] for form in singulars(phrase) if form in tongues.WORDS), None)
    return known.get(other, ()) if other else ()


def singulars(phrase: str) -> list[str]:
    """The phrase, then what it may be the plural of."""
    forms = [phrase]
    if phrase in moods.IRREGULAR:
        return [phrase, moods.IRREGULAR[phrase]]
    if len(phrase) < 4 or not phrase.endswith("s"):
        return forms
    if phrase.endswith("ies"):
        forms.append(phrase[:-3] + "y")
    if phrase.endswith("ves"):
        forms += [phrase[:-3] + "f", phrase[:-3] + "fe"]
    if phrase.endswith("es"):
        forms.append(phrase[:-2])
    if not phrase.endswith("ss"):
        forms.append(phrase[:-1])
    return forms


def plural(word: str) -> bool:
    """Whether a word is the plural of a word we know."""
    return word in moods.IRREGULAR or (word not in lexicon() and bool(meanings(word)) and word.endswith("s"))
