"""What users write: `mypy --strict` accepts every line, and every `type: ignore` stands on a mistake.

Nothing here is run. A mistake that is no longer found makes its `type: ignore` unused, which is an error too.
"""

from __future__ import annotations

from pathlib import Path
from typing import assert_type

from PIL import Image

import nbgemini as nb
from nbgemini.core.usage import Usage
from nbgemini.errors import AnswerBlocked, NbgeminiError


def a_script() -> None:
    """The quickstart in Python."""
    conversation = nb.conversation()
    assert_type(conversation, nb.Conversation)
    assert_type(nb.conversation("hero"), nb.Conversation)
    cat = conversation.imagine("a tabby cat", aspect="16:9", size="2K")
    assert_type(cat, nb.Result)
    assert_type(cat.edit("add snow"), nb.Result)
    assert_type(cat.edit("add snow", count=2).variants, tuple[nb.Result, ...])


def every_option(conversation: nb.Conversation, cat: nb.Result, photo: Image.Image) -> nb.Result:
    """All of them at once, each with a value that a user would give."""
    conversation.imagine("start afresh", new=True)
    conversation.imagine("from a turn number", from_=3)
    conversation.imagine("from the last turn, beside the first", from_="@last", ref=["@1", "hat.png"])
    conversation.imagine(["Put ", cat, " on a sofa"], ref={"cat": cat})
    return conversation.imagine(
        "a tabby cat",
        model="nano-banana-2.1",
        aspect="16:9",
        size="2K",
        count=2,
        ref=[cat, photo, b"\x89PNG", "cat.png", Path("cat.png"), "https://example.org/cat.png"],
        from_=cat,
        only="image",
        thinking="high",
        system="Draw in ink.",
        seed=7,
        temperature=0.5,
        top_p=0.9,
        top_k=40,
        max_tokens=4096,
        search=True,
        safety={"harassment": "none", "sexual": "only-high"},
        set={"generationConfig.imageConfig.imageSize": "2K"},
        save="cats/",
        alt="two cats",
        timeout=60,
        yes=True,
        replay="only",
        fresh=False,
    )


def what_a_result_tells(cat: nb.Result) -> None:
    """Each attribute of the surface with its type."""
    assert_type(cat.image, Image.Image)
    assert_type(cat.images, tuple[Image.Image, ...])
    assert_type(cat.bytes, bytes)
    assert_type(cat.mime, str)
    assert_type(cat.path, Path | None)
    assert_type(cat.text, str)
    assert_type(cat.thoughts, str)
    assert_type(cat.edit("in snow", thoughts=True), nb.Result)
    assert_type(cat.usage, Usage | None)
    assert_type(cat.cost, float | None)
    assert_type(cat.finish_reason, str)
    assert_type(cat.request, str)
    assert_type(cat.turn, int)
    assert_type(cat.alt, str)
    assert_type(cat.seconds, float)
    assert_type(cat.notices, tuple[str, ...])
    assert_type(cat.conversation, nb.Conversation)
    assert_type(cat.save("cat.jpg"), Path)
    assert_type(cat.save(Path("cat.jpg")), Path)
    assert_type(cat.curl(), str)
    if cat.usage is not None:
        assert_type(cat.usage.total, int | None)
    if cat.grounding is not None:
        assert_type(sorted(cat.grounding), list[str])


def moving_about(conversation: nb.Conversation) -> None:
    """Every verb returns a conversation, so that they chain."""
    assert_type(conversation.name, str)
    assert_type(conversation.exchanges, tuple[nb.Result, ...])
    assert_type(conversation.exchanges[0].turn, int)
    assert_type(conversation.last, nb.Result | None)
    assert_type(conversation.undo(), nb.Conversation)
    assert_type(conversation.undo(2).redo(), nb.Conversation)
    assert_type(conversation.pick(2), nb.Conversation)
    assert_type(conversation.fork("night").imagine("make it night"), nb.Result)


def rehearsing() -> None:
    """The embedded emulator, with a script."""
    emulator = nb.emulator(["429 2s", {"answer": "draw", "cut": 2000}], latency=0.1, weight="real")
    assert_type(emulator.requests[0].status, int | None)


def tidying() -> int:
    """What large requests have left on the Files API."""
    assert_type([file.size for file in nb.uploads()], list[int])
    return nb.uploads().delete()


async def with_asyncio(conversation: nb.Conversation, cat: nb.Result) -> None:
    """The twins."""
    assert_type(await conversation.aimagine("a cat", size="1K"), nb.Result)
    assert_type(await cat.aedit("add snow", seed=1), nb.Result)


def finding_again() -> None:
    """What was found is a list of results, and a stored conversation is one like any other."""
    found = nb.find("lighthouse", since="tue", model="pro", stars=3)
    assert_type(found[0], nb.Result)
    assert_type(found[0].stars, int)
    assert_type(found[:3].refs, list[str])
    assert_type(nb.conversation("hero", stored=True), nb.Conversation)


def what_goes_wrong(conversation: nb.Conversation) -> str:
    """Errors tell what happened and whether money was spent."""
    try:
        conversation.imagine("a cat")
    except AnswerBlocked as problem:
        assert_type(problem.finish_reason, str)
        return problem.block_reason
    except nb.errors.OutcomeUnknown as problem:
        return problem.hint
    except NbgeminiError as problem:
        return f"{problem.message} {problem.charged}"
    return ""


async def mistakes(conversation: nb.Conversation, cat: nb.Result) -> None:
    """A type checker finds them before a cell is run."""
    nb.convesration()  # type: ignore[attr-defined]  # a misspelt name
    nb.conversation(3)  # type: ignore[arg-type]  # names are text
    conversation.imagine()  # type: ignore[call-arg]  # no prompt
    conversation.imagine(b"a cat")  # type: ignore[arg-type]  # a prompt is text
    conversation.imagine("a cat", "16:9")  # type: ignore[call-arg]  # options have names
    conversation.imagine("a cat", aspekt="16:9")  # type: ignore[call-arg]  # a misspelt option
    conversation.imagine("a cat", count="2")  # type: ignore[arg-type]  # a number
    conversation.imagine("a cat", thinking="hard")  # type: ignore[arg-type]  # no such level
    conversation.imagine("a cat", only="text")  # type: ignore[arg-type]  # no such modality
    conversation.imagine("a cat", size=2048)  # type: ignore[arg-type]  # sizes are words
    conversation.imagine("a cat", from_=3.0)  # type: ignore[arg-type]  # a turn has a whole number
    conversation.aimagine("a cat")  # type: ignore[unused-coroutine]  # not awaited
    cat.edit("add snow", from_=3)  # type: ignore[call-arg]  # an edit goes on from its own picture
    cat.edit("add snow", new=True)  # type: ignore[call-arg]  # the same
    cat.save()  # type: ignore[call-arg]  # no place
    cat.turn = 3  # type: ignore[misc]  # results do not change
    conversation.name = "hero"  # type: ignore[misc]  # nor do names
    conversation.imagine("a cat", conversation="hero")  # type: ignore[call-arg]  # `nb.conversation("hero")` is it
    conversation.last.edit("add snow")  # type: ignore[union-attr]  # None at the start
    cat.path.read_bytes()  # type: ignore[union-attr]  # None for an answer in words
