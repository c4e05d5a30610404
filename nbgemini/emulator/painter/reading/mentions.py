"""What a prompt says, as values: noun phrases, circumstances, and adjectives waiting for their noun."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One noun phrase."""

    kind: str
    word: str
    count: int = 0  # 0: not said
    counted: bool = False  # a number was said, not just a plural
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


@dataclass(slots=True)
class Pending:
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
