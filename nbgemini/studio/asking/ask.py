"""What a user asks for, parsed and checked before anything is sent."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from nbgemini.bridge import Job
from nbgemini.core.content import Prompt
from nbgemini.core.exchange import Backend
from nbgemini.core.options import (
    ImageOptions,
    ReplayMode,
    check_fresh,
    parse_replay,
    yes_or_no,
)
from nbgemini.core.phrases import is_blank
from nbgemini.core.picture import Picture
from nbgemini.core.pricing import micro, parse_dollars
from nbgemini.errors import NbgeminiError, NotYetAvailable, OptionError
from nbgemini.studio.asking.words import AskWords, Composed, PromptWords
from nbgemini.studio.pictures.bringing import bring_in
from nbgemini.studio.pictures.encoding import LARGEST_FILE, LARGEST_ON_VERTEX, Keeper
from nbgemini.studio.pictures.fetching import Sources
from nbgemini.studio.pictures.references import Address, Labelled, Reference, expand
from nbgemini.studio.pictures.saving import Target, check_target

if TYPE_CHECKING:
    pass

__all__ = ["Ask", "Brought", "bring", "fetch_urls", "given_pictures"]

# Words of the surface that a later version brings.
_LATER = frozenset({"vary", "workers", "batch"})
# Options of a cell that Python has other ways for.
_OF_CELLS = {
    "out": "What `imagine` returns is the result.",
    "raw": "No names are replaced in a prompt in Python.",
    "preview": "`.image` has all pixels; `%config NbGemini.preview` sets the previews of notebooks.",
    "quiet": "Python shows what you display.",
    "bg": "`aimagine` returns at once, to be awaited.",
    "dry_run": "`%%imagine --dry-run` shows a request; `.request` of a result shows the one that was sent.",
    "show": "`.request` and `.curl()` of a result show the request that was sent.",
}
_MOST_AT_ONCE = 1000
_MOST_PIECES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One prompt with everything that belongs to it. `timeout` is in seconds, None: by size; `budget` is the most that
    all of it may cost, in micro-dollars; `replay` None: as set.

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
    budget: int | None = None
    save: Target | None = None
    alt: str = ""
    replay: ReplayMode | None = None
    notices: tuple[str, ...] = ()

    @classmethod
    def parse(cls, prompt: PromptWords, words: Mapping[str, Any], sources: Sources | None = None) -> Ask:
        """From a prompt and the words of `AskWords`. Raises OptionError, ReferenceImageError."""
        try:
            return cls._parsed(prompt, words, sources)
        except NbgeminiError:
            raise
        except Exception as problem:  # a value may raise whatever it likes when it is looked at
            kind = type(problem).__name__
        raise OptionError(f"The prompt or an option cannot be read: looking at it raises {kind}.")

    @classmethod
    def _parsed(cls, prompt: PromptWords, words: Mapping[str, Any], sources: Sources | None) -> Ask:
        _check_words(words)
        request = {field.name for field in fields(ImageOptions)}
        given = {name: value for name, value in words.items() if value is not None}
        if given.get("new") and "from_" in given:
            raise OptionError("`new` begins a new root and `from_` continues an old turn; choose one.")
        new, yes, fresh = (yes_or_no(name)(given.get(name, False)) for name in ("new", "yes", "fresh"))
        check_fresh(given.get("replay"), fresh)
        text, pieces = _parsed_prompt(prompt, sources)
        return cls(
            prompt=text,
            pieces=pieces,
            notices=prompt.notices if isinstance(prompt, Composed) else (),
            options=ImageOptions.parse({name: value for name, value in given.items() if name in request}),
            model=_model(given["model"]) if "model" in given else None,
            refs=expand(_listed(given.get("ref", ())), sources),
            new=new,
            from_=given.get("from_"),
            count=_count(given.get("count", 1)),
            timeout=_timeout(given.get("timeout")),
            yes=yes,
            budget=micro(parse_dollars(given["budget"])) if "budget" in given else None,
            save=check_target(str(given["save"])) if "save" in given else None,
            alt=" ".join(str(given.get("alt", "")).split()),
            replay="off" if fresh else parse_replay(given["replay"]) if "replay" in given else None,
        )


def _model(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise OptionError("A model is named by a text.", hint="`%imagine models` lists what there is.")
    return str(value)


def _check_words(words: Mapping[str, Any]) -> None:
    known = AskWords.__annotations__
    for word in words:
        if word in _OF_CELLS:
            raise OptionError(f"`{word}` is an option of cells alone.", hint=_OF_CELLS[word])
        if word in _LATER:
            raise NotYetAvailable(f"`{word}` comes with a later version of nbgemini.")
        if word not in known:
            close = difflib.get_close_matches(word, known, n=1)
            raise OptionError(f"`{word}` is not an option.", hint=f"Did you mean `{close[0]}`?" if close else "")


def _listed(ref: Any) -> Sequence[Reference]:
    return ref if isinstance(ref, list | tuple) else (ref,)


def _parsed_prompt(prompt: object, sources: Sources | None) -> tuple[str, tuple[str | Labelled, ...]]:
    """The prompt for people, and its pieces where pictures stand in it."""
    if not isinstance(prompt, Composed | list | tuple):
        return checked_prompt(prompt), ()
    pieces: list[str | Labelled] = []
    for piece in prompt.pieces if isinstance(prompt, Composed) else prompt:
        pieces += [piece] if isinstance(piece, str) else expand([piece], sources)
        if len(pieces) > _MOST_PIECES:  # a list of a class of the user's may never end
            raise OptionError(f"The prompt has more than {_MOST_PIECES:,} pieces.")
    if all(isinstance(piece, str) for piece in pieces):
        return checked_prompt("".join(map(str, pieces))), ()
    return checked_prompt(_for_people(pieces)), tuple(pieces)


def _for_people(pieces: Sequence[str | Labelled]) -> str:
    """The prompt in words: a picture by its label between braces, as in a cell, one without a label as `(picture)`."""
    words = ""
    for piece in pieces:
        shown = piece if isinstance(piece, str) else f"{{{piece.label}}}" if piece.label else "(picture)"
        apart = shown == "(picture)" or words.endswith("(picture)")
        words += f" {shown}" if apart and words[-1:].strip() and shown[:1] not in "!,.:;?)" else shown
    return words


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_AT_ONCE:
        raise OptionError(f"`count` is a whole number from 1 to {_MOST_AT_ONCE}, not {value!r}.")
    return value


def _timeout(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 86_400:
        raise OptionError(f"`timeout` is a number of seconds between 0 and 86400, not {value!r}.")
    return float(value)


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

    references: tuple[tuple[str, Picture], ...]
    prompt: Prompt
    notices: tuple[str, ...]


def given_pictures(ask: Ask) -> tuple[Labelled, ...]:
    """Every picture that an ask gives: its references, then those in its prompt."""
    return (*ask.refs, *(piece for piece in ask.pieces if not isinstance(piece, str)))


def bring(ask: Ask, blobs: Keeper, sources: Sources, backend: Backend) -> Brought:
    """Bring the pictures of an ask in. Raises ReferenceImageError."""
    most = LARGEST_ON_VERTEX if backend == "vertex" else LARGEST_FILE
    pictures, notices = bring_in(given_pictures(ask), blobs, sources, scale=ask.yes, most=most)
    inline = iter(pictures[len(ask.refs) :])
    pieces = tuple(piece if isinstance(piece, str) else next(inline) for piece in ask.pieces)
    return Brought(pictures[: len(ask.refs)], pieces or ask.prompt, (*ask.notices, *notices))


async def fetch_urls(ask: Ask, sources: Sources) -> Ask:
    """The ask with its URLs fetched, while the caller's own loop goes on. Raises ReferenceImageError."""
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
