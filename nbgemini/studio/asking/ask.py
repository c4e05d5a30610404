"""What a user asks for, parsed and checked before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from nbgemini._dataclass import dataclass
from nbgemini.bridge import Job
from nbgemini.core.content import NamedFile, Prompt
from nbgemini.core.option_parsers import ReplayMode
from nbgemini.core.options import ImageOptions, Options, picked
from nbgemini.core.phrases import is_blank
from nbgemini.core.picture import Picture
from nbgemini.errors import NbgeminiError, OptionError
from nbgemini.net.backends import Endpoint
from nbgemini.studio.pictures.fetching import Sources

if TYPE_CHECKING:
    from nbgemini.studio.pictures.encoding import Keeper
    from nbgemini.studio.pictures.references import Labelled
    from nbgemini.studio.pictures.saving import Target

__all__ = ["Ask", "Brought", "Composed", "PromptWords", "bring", "fetch_urls", "given_pictures"]

_MOST_PIECES = 10_000


@dataclass(frozen=True, slots=True)
class Composed:
    """A prompt in pieces: texts, and between them whatever may be a reference. `notices` go along to the result."""

    pieces: tuple[object, ...]
    notices: tuple[str, ...] = ()


PromptWords: TypeAlias = "str | list[Any] | tuple[object, ...] | Composed"
"""A prompt in Python: a text, or a list of texts with pictures between them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One prompt with everything that belongs to it. `timeout` is in seconds, None: by size; `budget` is the most that
    all of it may cost, in dollars; `history` is how many exchanges before it are sent, 0: all; it and `replay` None:
    as set.

    `prompt` is what people read; `pieces` is what is sent where pictures stand in it, else empty.
    """

    prompt: str
    options: ImageOptions
    pieces: tuple[str | Labelled, ...] = ()
    model: str | None = None
    refs: tuple[Labelled, ...] = ()
    new: bool = False
    from_: object | None = None
    count: int = 1
    timeout: float | None = None
    yes: bool = False
    budget: Decimal | None = None
    save: Target | None = None
    alt: str = ""
    replay: ReplayMode | None = None
    history: int | None = None
    notices: tuple[str, ...] = ()

    @property
    def names_its_place(self) -> bool:
        """Whether it says itself what it goes on from, wherever the conversation is by then."""
        return self.new or self.from_ is not None

    @classmethod
    def parse(cls, prompt: PromptWords, words: Options | Mapping[str, Any], sources: Sources | None = None) -> Ask:
        """From a prompt and its options, parsed already or as Python gives them (`AskWords`).

        Raises OptionError, ReferenceImageError.
        """
        try:
            return cls._parsed(prompt, words, sources)
        except NbgeminiError:
            raise
        except Exception as problem:  # a value may raise whatever it likes when it is looked at
            kind = type(problem).__name__
        raise OptionError(f"The prompt or an option cannot be read: looking at it raises {kind}.")

    @classmethod
    def _parsed(cls, prompt: PromptWords, words: Options | Mapping[str, Any], sources: Sources | None) -> Ask:
        options = words if isinstance(words, Options) else Options.parse(words)
        text, pieces = _parsed_prompt(prompt, sources)
        given: dict[str, Any] = {
            **picked(options.given, cls),
            "prompt": text,
            "pieces": pieces,
            "options": options.image,
            "refs": _expanded(options.ref, sources) if options.ref else (),
            "notices": prompt.notices if isinstance(prompt, Composed) else (),
        }
        if options.save is not None:
            from nbgemini.studio.pictures.saving import check_target

            given["save"] = check_target(options.save)
        if options.fresh:
            given["replay"] = "off"
        return cls(**given)


def _parsed_prompt(prompt: object, sources: Sources | None) -> tuple[str, tuple[str | Labelled, ...]]:
    """The prompt for people, and its pieces where pictures stand in it."""
    if not isinstance(prompt, Composed | list | tuple):
        return checked_prompt(prompt), ()
    pieces: list[str | Labelled] = []
    for piece in prompt.pieces if isinstance(prompt, Composed) else prompt:
        pieces += [piece] if isinstance(piece, str) else _expanded([piece], sources)
        if len(pieces) > _MOST_PIECES:  # a list of a class of the user's may never end
            raise OptionError(f"The prompt has more than {_MOST_PIECES:,} pieces.")
    if all(isinstance(piece, str) for piece in pieces):
        return checked_prompt("".join(map(str, pieces))), ()
    return checked_prompt(_for_people(pieces)), tuple(pieces)


def _expanded(references: Iterable[object], sources: Sources | None) -> tuple[Labelled, ...]:
    from nbgemini.studio.pictures.references import expand  # a dozen modules, for asks with pictures alone

    return expand(references, sources)


def _for_people(pieces: Sequence[str | Labelled]) -> str:
    """The prompt in words: a picture by its label between braces, as in a cell, one without a label as `(picture)`."""
    words = ""
    for piece in pieces:
        shown = piece if isinstance(piece, str) else f"{{{piece.label}}}" if piece.label else "(picture)"
        apart = shown == "(picture)" or words.endswith("(picture)")
        words += f" {shown}" if apart and words[-1:].strip() and shown[:1] not in "!,.:;?)" else shown
    return words


def checked_prompt(prompt: object) -> str:
    """The prompt as it will be sent. Raises OptionError for what cannot be sent."""
    if not isinstance(prompt, str):
        raise OptionError(f"A prompt is text, not {type(prompt).__name__}.")
    if is_blank(prompt):
        raise OptionError("The prompt is empty.", hint="Write what to draw below the `%%imagine` line.")
    try:
        prompt.encode("utf-8")
    except UnicodeEncodeError as problem:
        raise OptionError(f"The prompt has half a character (a lone surrogate) at position {problem.start}.") from None
    return prompt.strip("\r\n")


@dataclass(frozen=True, slots=True)
class Brought:
    """`references` stand before the prompt, the other pictures in it."""

    references: tuple[tuple[str, Picture | NamedFile], ...]
    prompt: Prompt
    notices: tuple[str, ...]


def given_pictures(ask: Ask) -> tuple[Labelled, ...]:
    """Every picture that an ask gives: its references, then those in its prompt."""
    return (*ask.refs, *(piece for piece in ask.pieces if not isinstance(piece, str)))


def bring(ask: Ask, blobs: Keeper | None, sources: Sources, endpoint: Endpoint) -> Brought:
    """Bring the pictures of an ask in, without `blobs` nowhere: it will not be sent. Raises ReferenceImageError.

    `endpoint` is where uploaded files lie.
    """
    if not (given := given_pictures(ask)):
        return Brought((), ask.prompt, ask.notices)
    from nbgemini.studio.pictures.bringing import Unwritten, bring_in
    from nbgemini.studio.pictures.encoding import LARGEST_FILE, LARGEST_ON_VERTEX

    vertex = endpoint.backend == "vertex"
    pictures, notices = bring_in(
        given,
        Unwritten() if blobs is None else blobs,
        sources,
        scale=ask.yes,
        most=LARGEST_ON_VERTEX if vertex else LARGEST_FILE,
        uri_of=None if vertex else endpoint.file_url,
    )
    inline = iter(pictures[len(ask.refs) :])
    pieces = tuple(piece if isinstance(piece, str) else next(inline) for piece in ask.pieces)
    return Brought(pictures[: len(ask.refs)], pieces or ask.prompt, (*ask.notices, *notices))


async def fetch_urls(ask: Ask, sources: Sources) -> Ask:
    """The ask with its URLs fetched, while the caller's own loop goes on. Raises ReferenceImageError."""
    if not given_pictures(ask):
        return ask
    from nbgemini.studio.pictures.references import Address

    urls = [given.value.url for given in given_pictures(ask) if isinstance(given.value, Address)]
    if not urls:
        return ask
    job = Job(lambda _: {url: sources.fetch(url) for url in urls}, name="nbgemini-fetch")
    bytes_of = await job.awaited()

    def known(given: Labelled) -> Labelled:
        return replace(given, value=bytes_of[given.value.url]) if isinstance(given.value, Address) else given

    return replace(
        ask,
        refs=tuple(known(given) for given in ask.refs),
        pieces=tuple(piece if isinstance(piece, str) else known(piece) for piece in ask.pieces),
    )
