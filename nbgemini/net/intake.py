"""Takes an answer in: what arrives goes to disk, is handed over, and only then is it asked whether it is whole."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from nbgemini.core.live import LivePart
from nbgemini.core.phrases import AGAIN
from nbgemini.core.picture import Picture
from nbgemini.core.seams import Keep, Objects, ObjectWriter, RawAnswer
from nbgemini.core.skeleton import Skeleton
from nbgemini.errors import AnswerUndecodable, NbgeminiError, OutcomeUnknown, StoreError
from nbgemini.net.seam import Reply
from nbgemini.net.taking_turns import TURNS
from nbgemini.wire.events import is_stream, is_whole
from nbgemini.wire.inline import salvage
from nbgemini.wire.patient import breaks_off, is_closed
from nbgemini.wire.splitter import Caps, Splitter

if TYPE_CHECKING:
    from nbgemini.wire.follower import Follower

__all__ = ["Live", "refused", "take_apart", "take_in"]

Live: TypeAlias = Callable[[LivePart], None]

_WHOLE_CAPS = Caps(decoded=2**30, strings=2**16)
_ERROR_CAPS = Caps(text=1024 * 1024, beyond=0)

_SIGNED = rb'"thought_?[sS]ignature"|"data"'


def take_in(
    reply: Reply,
    objects: Objects,
    keep: Keep,
    mask: Callable[[bytes], bytes],
    live: Live | None = None,
    *,
    emulated: bool = False,
) -> RawAnswer:
    """The body of a 200 answer, kept. `mask` covers secrets in a body that cannot become a turn; `live` is told what a
    stream brings while it comes; `emulated`: an emulator gives it in the place of another.

    Raises OutcomeUnknown when it broke off and AnswerUndecodable when it is too large, both with the `pictures` that
    are whole; raises what `objects` and `keep` raise.
    """
    splitter, follower = Splitter(_LettingGo(objects)), None
    if live:
        from nbgemini.wire.follower import Follower  # which most answers do without

        follower = Follower(splitter, objects, live)
    try:
        broken = _fed(splitter, reply, follower)
        raw = RawAnswer(skeleton=_masked(splitter.finish(), mask), emulated=emulated)
        TURNS.leave()  # what is kept is forced to disk
        return _kept(raw, splitter.full, broken, objects, keep)
    except NbgeminiError as failed:  # a full disk, for example: the answer was paid for all the same
        failed.charged = "maybe"
        raise
    finally:
        splitter.discard()


class _LettingGo:
    """Objects whose writers end the turn where they wait for the disk: others may take in what came for them."""

    def __init__(self, objects: Objects) -> None:
        self.chunks, self.read, self._begun = objects.chunks, objects.read, objects.writer

    def writer(self) -> ObjectWriter:
        return _LettingGoWriter(self._begun())


class _LettingGoWriter:
    def __init__(self, writer: ObjectWriter) -> None:
        self.write, self.discard, self._finished = writer.write, writer.discard, writer.finish

    def finish(self) -> tuple[str, int]:
        TURNS.leave()
        return self._finished()


def take_apart(body: bytes, objects: Objects) -> Skeleton:
    """A body that is here already, its long strings on disk. Raises ValueError for one that is too large."""
    splitter = Splitter(objects, _WHOLE_CAPS)
    try:
        splitter.feed(body)
        skeleton = splitter.finish()
        if splitter.full:
            raise ValueError(splitter.full)
        return skeleton
    finally:
        splitter.discard()


def refused(reply: Reply, objects: Objects) -> tuple[bytes, tuple[Picture, ...]]:
    """The body of an error status, as much of it as came and is worth reading; and the complete pictures in it."""
    splitter = Splitter(objects, _ERROR_CAPS)
    try:
        _fed(splitter, reply)
        skeleton = splitter.finish()
        return skeleton.text, salvage(skeleton, objects)
    except StoreError:
        return b"", ()  # the status says enough
    finally:
        splitter.discard()


def _fed(splitter: Splitter, reply: Reply, follower: Follower | None = None) -> OutcomeUnknown | None:
    """Feed it all that arrives; returns why that ended early."""
    try:
        for chunk in reply.chunks():
            splitter.feed(chunk)
            if follower:
                with suppress(Exception):  # who looks on must not cost the answer that was paid for
                    follower.look(chunk)
            if splitter.ended:
                break
    except OutcomeUnknown as broken:
        return broken
    return None


def _masked(skeleton: Skeleton, mask: Callable[[bytes], bytes]) -> Skeleton:
    """What may go back to the model with a picture or a signature stays verbatim; anything else may repeat the key."""
    turn = b'"candidates"' in skeleton.text and (skeleton.holes or re.search(_SIGNED, skeleton.text))
    return skeleton if turn else replace(skeleton, text=mask(skeleton.text))


def _kept(raw: RawAnswer, full: str, broken: OutcomeUnknown | None, objects: Objects, keep: Keep) -> RawAnswer:
    """Hand over what arrived; raise when it is not the whole answer.

    It is whole when its JSON is closed, or a stream said how it ends, whatever the transport says; a body that is
    neither is left to the decoder.
    """
    skeleton = raw.skeleton
    raw = replace(raw, complete=not full and _is_whole(skeleton, ended=broken is None))
    keep(raw)
    if raw.complete:
        return raw
    failure: OutcomeUnknown | AnswerUndecodable
    failure = broken or OutcomeUnknown("The answer breaks off in the middle.", hint=AGAIN)
    if full:
        failure = AnswerUndecodable(f"The answer is too large: {full}.")
    failure.pictures = salvage(skeleton, objects)
    failure.hint = _hint(failure.pictures) or failure.hint
    raise failure


def _is_whole(skeleton: Skeleton, *, ended: bool) -> bool:
    if is_stream(skeleton.text):
        return is_whole(skeleton, ended=ended)
    return is_closed(skeleton.text) or (ended and not breaks_off(skeleton.text))


def _hint(pictures: tuple[Picture, ...]) -> str:
    if not pictures:
        return ""
    number = "1 complete picture" if len(pictures) == 1 else f"{len(pictures)} complete pictures"
    return f"{number} arrived before that, and will be found by `%imagine recover`."
