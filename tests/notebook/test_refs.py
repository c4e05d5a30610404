"""REFs on the option line: variables and what they hold, turns, and texts that the studio reads; and their Python."""

from __future__ import annotations

import types
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from nbgemini.errors import ConversationError, OptionError, ReferenceImageError
from nbgemini.notebook.line.optionline import parse_options
from nbgemini.notebook.names.refs import resolve_origin, resolve_reference, spelled
from nbgemini.notebook.names.templating import expanded
from nbgemini.notebook.views.plans import python_bundle
from nbgemini.studio.pictures.drawn import Drawn
from nbgemini.studio.pictures.references import Labelled, expand
from nbgemini.studio.studio import Studio
from tests.conftest import PictureMaker
from tests.studio.server import Server, answer, picture, studio_on

CAT = Image.new("RGB", (4, 4))


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return studio_on(Server(answer(picture("red"))), tmp_path)


def names(**more: Any) -> dict[str, Any]:
    grid = types.SimpleNamespace(best=CAT, shots=[CAT])
    return {"cat": CAT, "cats": [CAT, CAT], "grid": grid, "d": {"best": CAT, 1: CAT}, "_": CAT, "Out": {3: CAT}} | more


@pytest.mark.parametrize(
    "text",
    ["cat", "cats[1]", "cats[-1]", "grid.best", "grid.shots[0]", "d[best]", "d['best']", "d[1]", "_", "Out[3]"],
)
def test_variables_and_what_they_hold(studio: Studio, text: str) -> None:
    """Dotted and indexed; a key needs no quotes, which the option line takes away; IPython's own outputs too."""
    assert resolve_reference(text, names(), studio) == Labelled(CAT, text)


@pytest.mark.parametrize("text", ["cat.png", "*.png", "my dog.png", "https://a.example/x.png", "@clipboard", "~/x.png"])
def test_texts_stay_for_the_studio(studio: Studio, text: str) -> None:
    """Files, patterns, URLs and the clipboard are read where Python's own references are."""
    assert resolve_reference(text, {"png": 1}, studio) == Labelled(text)


def test_a_variable_wins_over_a_file_of_its_name(studio: Studio, tmp_path: Path, picture: PictureMaker) -> None:
    """And a file over a variable that leads to nothing under the whole name."""
    (tmp_path / "cat").write_bytes(picture())
    (tmp_path / "cat.png").write_bytes(picture())
    assert resolve_reference("cat", names(), studio).value is CAT
    assert resolve_reference("cat.png", names(), studio) == Labelled("cat.png")
    (tmp_path / "cat").rename(tmp_path / "dog")
    assert resolve_reference("dog", names(), studio) == Labelled("dog")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nowhere", "neither a variable nor a file"),
        ("cats[7]", "fewer items"),
        ("cat.best", "attributes"),
        ("d[worst]", "no 'worst'"),
        ("grid.__class__", "private"),
        ("@clip", "not a REF"),
        ("@", "not a REF"),
        ("@1.5", "not a REF"),
    ],
)
def test_refs_that_lead_nowhere(studio: Studio, text: str, says: str) -> None:
    """Each with its reason."""
    with pytest.raises(ReferenceImageError, match=says):
        expand([resolve_reference(text, names(), studio)])


def test_turns(studio: Studio) -> None:
    """By number, from the end, the last; those of another conversation by its name."""
    one, two = studio.conversation().imagine("one"), studio.conversation().imagine("two")
    for text, result in (("@1", one), ("@2", two), ("@last", two), ("@-2", one)):
        found = resolve_reference(text, {}, studio)
        assert isinstance(found.value, Drawn)
        assert (found.value.exchange.id, found.label) == (result.exchange.id, f"turn {result.turn}")
        assert resolve_origin(text, {}, studio).exchange.id == result.exchange.id
    for text in ("@0", "@3", "@-3", "@999999999"):
        with pytest.raises(ConversationError):
            resolve_reference(text, {}, studio)
    with pytest.raises(ConversationError):
        resolve_reference("@last", {}, studio, "other")


def test_the_last_picture_is_found_behind_words(tmp_path: Path) -> None:
    """`-r @last` in a cell is the last picture, as in Python; `--from @last` is the last turn."""
    words = answer({"text": "Which one?", "thoughtSignature": "c2ln"})
    talk = studio_on(Server(answer(picture("red")), words), tmp_path)
    one, two = talk.conversation().imagine("one"), talk.conversation().imagine("two")
    assert resolve_reference("@last", {}, talk).label == f"turn {one.turn}"
    assert resolve_origin("@last", {}, talk).exchange.id == two.exchange.id
    with pytest.raises(ReferenceImageError, match="a text-only answer") as caught:
        resolve_reference("@2", {}, talk)
    assert caught.value.hint


def test_origins(studio: Studio) -> None:
    """`--from` takes results, dotted and indexed too, and says what else it was given."""
    one = studio.conversation().imagine("one")
    assert resolve_origin("kept[0]", {"kept": [one]}, studio) is one
    for text in ("cat", "cats[9]", "nowhere", "cat.png", "_"):
        with pytest.raises(OptionError, match="--from"):
            resolve_origin(text, names(), studio)


@pytest.mark.parametrize(
    ("text", "python"),
    [
        ("cat", "cat"),
        ("cats[1]", "cats[1]"),
        ("d[best]", "d['best']"),
        ("grid.shots[0]", "grid.shots[0]"),
        ("cat.png", "'cat.png'"),
        ("nowhere", "'nowhere'"),
        ("*.png", "'*.png'"),
        ("@last", "conversation.last"),
        ("@3", "conversation.exchanges[2]"),
        ("@-2", "conversation.exchanges[-2]"),
    ],
)
def test_refs_in_python(text: str, python: str) -> None:
    """An expression that evaluates to the same."""
    assert spelled(text, names()) == python


def test_show_python_sends_the_same_request(tmp_path: Path) -> None:
    """What `--show python` prints, run, makes the cell's prompt: texts replaced, pictures labelled and in place."""
    server = Server(answer(picture("red")))
    namespace = names(style="red")
    template = expanded("Put {cat} on a {style} {sofa}, {d['best']} behind", namespace)
    shown = python_bundle(template, parse_options("-r cats[0] -o result"), lambda text: spelled(text, namespace))
    code = shown.data["text/plain"].split("\n\n", 1)[1].replace("import nbgemini as nb", "")
    conversation = studio_on(server, tmp_path).conversation()
    scope = {**namespace, "nb": types.SimpleNamespace(conversation=lambda: conversation)}
    exec(code, scope)
    texts = ["image 1", "Put ", "image 2: cat", " on a red {sofa}, ", "image 3: d['best']", " behind"]
    assert server.texts() == texts
    assert scope["result"].exchange.prompt == "Put {cat} on a red {sofa}, {d['best']} behind"
