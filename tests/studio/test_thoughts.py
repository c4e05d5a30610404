"""Streamed asks against the embedded emulator, which takes back only what it gave: every cue, and cuts anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nbgemini.core.content import user_turn
from nbgemini.core.exchange import Answer, Exchange
from nbgemini.core.options import ImageOptions
from nbgemini.core.seams import RawAnswer
from nbgemini.errors import OptionError, OutcomeUnknown, ServerFault
from nbgemini.studio.studio import Studio
from nbgemini.studio.surroundings.embedded import Embedded
from nbgemini.wire.splitter import Splitter
from tests.support.sampling import sampled
from tests.wire.test_stream import CHUNKS, sse

SMALL: dict[str, Any] = {"model": "flash", "size": "512", "thinking": "high"}


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(home=tmp_path)


CUES = ["draw", "bare end", "signature at the end", "thought picture", "drafts 2", "picture first", "no finish reason"]
CUES += ["signature 200000 bytes", "MAX_TOKENS with picture", "text only"]


@pytest.mark.parametrize("cue", sampled(CUES, 4))
def test_a_streamed_turn_is_edited_plainly_and_in_a_stream(studio: Studio, cue: str) -> None:
    """The emulator answers 400 to any signature that is lost, moved or altered."""
    first = studio.imagine(f"a red boat\nemulate: {cue}", **SMALL, thoughts=True)
    assert "**Reading the request**" in first.thoughts
    third = first.edit("make it night", size="512").edit("add a bird", size="512", thoughts=True)
    assert third.picture is not None
    assert third.turn == 3
    wanted = {"text only": 0, "drafts 2": 3}.get(cue, 1)
    assert len(first.pictures) == wanted


def test_a_stream_and_a_plain_answer_are_the_same_turn(studio: Studio) -> None:
    """But for the thoughts: the same picture, and the same words."""
    streamed = studio.imagine("a red boat", **SMALL, thoughts=True, new=True)
    plain = studio.imagine("a red boat", **SMALL, new=True)
    assert streamed.bytes == plain.bytes
    assert streamed.text == plain.text
    assert plain.thoughts == ""
    assert streamed.exchange.request_hash != plain.exchange.request_hash


def test_a_reopened_conversation_still_has_them(studio: Studio, tmp_path: Path) -> None:
    """Thoughts and interim pictures are stored with their turn."""
    studio.imagine("a red boat", **SMALL, thoughts=True)
    other = Studio(home=tmp_path)
    other.history.use("main")
    last = other.conversation().last
    assert last is not None
    assert "**Reading the request**" in last.thoughts
    assert len(last.images) == 1


def test_live_parts_are_seen_by_anyone(studio: Studio) -> None:
    """`job.live` grows while it draws: what the panel shows."""
    studio.surroundings.embed(Embedded(latency=0.2))
    drawing = studio.start("a red boat", **SMALL, thoughts=True)
    result = drawing.get()
    parts = drawing.job.live
    assert [part.thought for part in parts if part.picture] == [True, True, False]
    assert result.picture == parts[[bool(part.picture) and not part.thought for part in parts].index(True)].picture
    assert "".join(part.text for part in parts if part.text and not part.thought) == result.text
    assert all(drawing.picture_bytes(part.picture) for part in parts if part.picture)


def test_an_error_in_the_middle(studio: Studio) -> None:
    """Typed; nothing is asked again; the conversation is as it was."""
    emulator = Embedded()
    studio.surroundings.embed(emulator)
    with pytest.raises(ServerFault, match="broke off"):
        studio.imagine("a boat\nemulate: error after 2 events", **SMALL, thoughts=True)
    assert len(emulator.requests) == 1
    assert studio.conversation().last is None


def test_a_cut_anywhere_loses_no_whole_picture(studio: Studio) -> None:
    """An unknown outcome, asked once; a whole picture is an orphan that can be adopted and edited."""
    whole = studio.imagine("a red boat", **SMALL, thoughts=True)
    raw = studio.store.answer(whole.exchange.id)
    assert raw is not None
    size = raw.skeleton.size
    cuts = (1, size // 2, size * 4 // 5, size - 100)  # the last event has more than 100 bytes
    emulator = Embedded([{"cut": cut} for cut in cuts])
    studio.surroundings.embed(emulator)
    found = []
    for _ in cuts:
        with pytest.raises(OutcomeUnknown) as caught:
            studio.imagine("a red boat", **SMALL, thoughts=True, new=True)
        found.append(caught.value.pictures)
    assert len(emulator.requests) == len(cuts)
    assert [picture.sha256 for picture in found[-1]] == [whole.picture and whole.picture.sha256]
    orphans = [line.exchange for line in studio.orphans.listed() if line.exchange.picture is not None]
    assert len(orphans) == sum(map(bool, found))
    best = next(one for one in orphans if one.picture == whole.picture)
    assert studio.recover(best.id).edit("make it night").picture is not None


@pytest.mark.parametrize(("chunks", "width"), [(CHUNKS[:5], 30), (CHUNKS[:8], 60), (CHUNKS, 60), (CHUNKS[:2], 0)])
def test_what_a_killed_kernel_kept_of_a_stream_becomes_an_orphan(
    studio: Studio, tmp_path: Path, chunks: list[Any], width: int
) -> None:
    """Its result if that had come, else what had; a stream that had ended is the whole turn, thoughts and all."""
    store = studio.store
    splitter = Splitter(store.blobs)
    splitter.feed(sse(*chunks))
    asked = Exchange(
        id="00ff00ff00ff00ff",
        parent=None,
        user=user_turn("a fox"),
        answer=Answer(turn=None),
        model="gemini-3-pro-image",
        backend="emulator",
        options=ImageOptions(thoughts=True),
    )
    store.intents.declare(asked, request_hash="", key=None, conversation="main")
    store.keep_answer(asked.id, RawAnswer(skeleton=splitter.finish(), complete=chunks == CHUNKS))
    store.close()
    (found,) = [line.exchange for line in Studio(home=tmp_path).orphans.listed()]
    assert found.outcome == ("orphan" if width else "failed")
    assert (found.picture.width if found.picture else 0) == width
    if chunks == CHUNKS:
        assert found.turn is not None
        assert found.turn.thoughts.startswith("**Planning**")


def test_who_cannot_think_is_not_asked(studio: Studio) -> None:
    """Refused before anything is sent; an unknown model may."""
    emulator = Embedded()
    studio.surroundings.embed(emulator)
    with pytest.raises(OptionError, match="does not think"):
        studio.imagine("a boat", model="nano-banana", thoughts=True)
    with pytest.raises(OptionError, match="True or False"):
        studio.imagine("a boat", thoughts="yes")  # type: ignore[arg-type]
    assert emulator.requests == ()
    plan = studio.plan("a boat", model="gemini-9-image", thoughts=True, thinking="low")
    assert plan.url.endswith("/models/gemini-9-image:streamGenerateContent?alt=sse")
    assert '"includeThoughts": true' in plan.request_json()
    assert '"thinkingLevel": "LOW"' in plan.request_json()
