"""The Python API as scripts use it: without IPython, from threads, with results that hold paths and no pixels."""

from __future__ import annotations

import asyncio
import base64
import copy
import gc
import inspect
import io
import json
import os
import pickle
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from PIL import Image

import nbgemini
from nbgemini import errors
from nbgemini.core.option_table import OPTIONS
from nbgemini.errors import AnswerEmpty, AnswerUndecodable, ConversationError, OptionError
from nbgemini.net.inprocess import InProcess
from nbgemini.studio.asking.words import AskWords
from nbgemini.studio.handles import Result
from nbgemini.studio.pictures.decoding import decoded
from nbgemini.studio.studio import Studio
from nbgemini.studio.surroundings.embedded import Embedded
from nbgemini.studio.surroundings.uploads import UploadedPictures
from tests.studio.server import Server, answer, jpeg, picture, studio_on
from tests.support.replies import Draw
from tests.support.strict_server import KEY, StrictServer, strict_server

# -- a plain script ----------------------------------------------------------------------------------------------------

WITHOUT_JUPYTER = """
import sys

class Refuse:
    names = {"IPython", "ipykernel", "ipywidgets", "traitlets", "jupyter_client", "comm", "matplotlib_inline"}

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Refuse())
import nbgemini as nb
assert issubclass(nb.errors.OptionError, ValueError)
"""
SCRIPT = """
import asyncio, io, contextlib

conversation = nb.conversation()
print(conversation)
cat = conversation.imagine("a tabby cat", aspect="16:9", size="1K")
print(cat)
snow = conversation.imagine("add snow", save="snow.jpg")
night = cat.edit("make it night")
assert [one.turn for one in conversation.exchanges] == [1, 2, 3] and conversation.last == night
assert conversation.undo().last == cat and conversation.redo().last == night
fork = conversation.fork("dawn")
assert fork.imagine("at dawn").turn == 3 and fork.last.conversation.name == "dawn"
assert cat.image.size == (1376, 768) and [one.size for one in cat.images] == [cat.image.size]
assert cat._repr_mimebundle_() == {"text/plain": repr(cat)}
with contextlib.redirect_stderr(io.StringIO()) as said:
    saved = cat.save("cat.png")
assert saved.read_bytes().startswith(b"\\x89PNG") and "image/jpeg to image/png" in said.getvalue()
assert cat.save("cat.jpg").read_bytes() == cat.bytes == cat.path.read_bytes()
assert '"a tabby cat"' in cat.request and "-d @" in cat.curl()

async def both():
    return await asyncio.gather(conversation.aimagine("at noon"), cat.aedit("in spring"))

noon, spring = asyncio.run(both())
assert (noon.turn, spring.turn) == (4, 5)
for sent in ("16-9", "1:99"):
    try:
        conversation.imagine("a cat", aspect=sent)
    except nb.errors.OptionError as problem:
        print(f"{type(problem).__name__}: {problem}")
print(conversation, [name for name in sys.modules if name.partition(".")[0] in Refuse.names])
"""


def in_a_script(source: str, folder: Path, **environment: str) -> str:
    """Run a program in which warnings are errors; what it printed."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", source],
        capture_output=True, text=True, cwd=folder, timeout=60, env={**os.environ, **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.mark.deep
def test_everything_works_where_jupyter_is_not_installed(tmp_path: Path) -> None:
    """The whole API on the emulator, in a process that cannot import IPython, ipykernel, ipywidgets or traitlets."""
    first, cat, short, unknown, last = in_a_script(WITHOUT_JUPYTER + SCRIPT, tmp_path).splitlines()
    assert first == "<Conversation main: 0 turns, at the start>"
    assert cat.startswith("<Result turn 1 of main: 1376×768 jpg, gemini-3-pro-image, emulator · $0, would be $0.1")
    assert short == "OptionError: `16-9` is not a ratio; write it like `16:9`. Nothing was sent."
    assert unknown.startswith("OptionError: ")
    assert last == "<Conversation main: 5 turns, at turn 5> []"
    assert {path.name for path in tmp_path.iterdir()} == {".nbgemini", "snow.jpg", "cat.jpg", "cat.png"}


@pytest.fixture(scope="module")
def server() -> Iterator[StrictServer]:
    with strict_server() as running:
        yield running


LAZY = """
import sys, nbgemini as nb
cat = nb.conversation().imagine("a cat")
shown = (repr(cat), str(cat), cat._repr_mimebundle_(), cat.mime, cat.path, cat.bytes[:2], cat.alt, cat.cost)
conversation = nb.conversation()
copied = (conversation.exchanges, conversation.last, cat.save("copy.jpg"), repr(conversation))
print("PIL" in sys.modules, "IPython" in sys.modules, cat.image.size, "PIL" in sys.modules)
"""


def test_nothing_is_decoded_until_someone_asks_for_pixels(tmp_path: Path, server: StrictServer) -> None:
    """To draw, look, list and save, Pillow is not even imported; `.image` imports it."""
    server.will(Draw("plain"))
    said = in_a_script(LAZY, tmp_path, GOOGLE_GEMINI_BASE_URL=server.url, GEMINI_API_KEY=KEY)
    assert said.split(" (")[0] == "False False"
    assert said.rstrip().endswith("True")
    assert server.violations == []


def test_the_public_names_are_those_of_the_surface() -> None:
    """Each can be imported, `dir` lists them all, and a misspelt one is an AttributeError like in any module."""
    surface = {"Conversation", "Result", "asweep", "conversation", "emulator", "errors", "panel", "sweep"}
    assert surface < set(nbgemini.__all__)
    assert dir(nbgemini) == sorted(nbgemini.__all__)
    assert all(getattr(nbgemini, name) is not None for name in nbgemini.__all__)
    assert not hasattr(nbgemini, "convesration")


def test_help_explains_every_member_of_what_users_hold() -> None:
    """Whoever asks `help()` finds a sentence for each public method and property."""
    held = (nbgemini.Conversation, nbgemini.Result, Embedded, UploadedPictures)
    members = [(kind, name, one) for kind in held for name, one in vars(kind).items() if not name.startswith("_")]
    described = [(kind, name) for kind, name, one in members if callable(one) or isinstance(one, property)]
    assert [(kind, name) for kind, name in described if not inspect.getdoc(getattr(kind, name))] == []
    assert all(option in str(inspect.getdoc(nbgemini.Conversation.imagine)) for option in AskWords.__annotations__)


# -- results -----------------------------------------------------------------------------------------------------------


def test_a_result_is_the_same_turn_however_it_was_looked_up(tmp_path: Path) -> None:
    """Equal and hashed by turn and conversation; a fork's turn of the same picture is another one."""
    conversation = studio_on(Server(answer(picture())), tmp_path).conversation()
    cat, owl = conversation.imagine("a cat"), conversation.imagine("an owl")
    assert conversation.last == owl != cat
    assert conversation.exchanges == (cat, owl)
    assert {cat, conversation.exchanges[0]} == {cat}
    fork = conversation.fork("night")
    assert fork.exchanges[0] != cat
    assert fork.exchanges[0].bytes == cat.bytes
    assert conversation == cat.conversation != fork
    assert len({conversation, cat.conversation, fork}) == 2
    assert cat != "cat"


def test_results_and_conversations_are_copied_as_they_are_and_say_why_they_are_not_pickled(tmp_path: Path) -> None:
    """A copy of what never changes is the thing itself; another process needs the bytes, or the stored conversation."""
    conversation = studio_on(Server(answer(picture())), tmp_path).conversation()
    cat = conversation.imagine("a cat")
    for one in (cat, conversation):
        assert copy.copy(one) is one
        assert copy.deepcopy({"key": [one]})["key"][0] is one
    with pytest.raises(TypeError, match=r"`\.bytes`.*`%imagine use main`"):
        pickle.dumps(cat)
    with pytest.raises(TypeError, match="%imagine use main"):
        pickle.dumps({"a": conversation})


def test_errors_travel_between_processes() -> None:
    """A pool of workers hands exceptions over by pickling: what happened, the money and the hint arrive."""
    names = [name for name in errors.__all__ if name != "Charged"]
    for name in names:
        error = getattr(errors, name)("It went wrong.", hint="Try again.")
        twin = pickle.loads(pickle.dumps(error))
        assert (type(twin), str(twin), twin.charged) == (type(error), str(error), error.charged)
        assert copy.copy(error).hint == "Try again."


def test_the_reprs_are_honest(tmp_path: Path) -> None:
    """An answer in words, a picture and its price, and a conversation that was undone each say so."""
    server = Server(answer({"text": "No."}), answer(picture("red")))
    conversation = studio_on(server, tmp_path).conversation("hero")
    words = conversation.imagine("a cat")
    assert repr(words) == "<Result turn 1 of hero: text only>"
    assert (words.picture, words.path, words.images, words.text) == (None, None, (), "No.")
    for attribute in ("image", "bytes", "mime"):
        with pytest.raises(AnswerEmpty, match="text only"):
            getattr(words, attribute)
    with pytest.raises(AnswerEmpty):
        words.save(tmp_path / "cat.jpg")
    assert repr(conversation.imagine("a cat")) == "<Result turn 2 of hero: 64×48 jpg, gemini-3-pro-image, $0.134>"
    assert repr(conversation) == "<Conversation hero: 2 turns, at turn 2>"
    assert repr(conversation.undo(5)) == "<Conversation hero: 2 turns, at the start>"


def test_a_result_shows_itself_where_a_notebook_is_loaded(tmp_path: Path) -> None:
    """As text in a script; in a notebook with the picture and its alt text, and text still."""
    from nbgemini.notebook.show.display import result_mimebundle

    server = Server(answer(picture("red")))
    plain = studio_on(server, tmp_path / "script").conversation().imagine("a cat")
    assert plain._repr_mimebundle_() == {"text/plain": repr(plain)}
    studio = Studio(
        traits=lambda: {"base_url": "https://gateway.example"},
        home=tmp_path,
        transport=InProcess(server.handle),
        renderer=lambda: lambda shown: result_mimebundle(cast(Result, shown)),
    )
    data, metadata = studio.conversation().imagine("a cat")._repr_mimebundle_(include=None, exclude=None)
    assert set(data) == {"text/plain", "image/jpeg"}
    assert metadata["image/jpeg"]["alt"] == "a cat"
    assert json.dumps(data)


@pytest.mark.parametrize("damage", ["cut", "noise", "bomb"])
def test_a_picture_that_cannot_be_decoded_is_an_error_of_ours(tmp_path: Path, damage: str) -> None:
    """The bytes stay what they are; `.image` and a conversion say why they give nothing."""
    studio = studio_on(Server(answer(picture())), tmp_path)
    cat = studio.conversation().imagine("a cat")
    whole = cat.bytes
    broken = {"cut": whole[: len(whole) // 2], "noise": b"\xff\xd8\xff" + bytes(4000), "bomb": _huge_png()}[damage]
    with pytest.raises(AnswerUndecodable, match="cannot be decoded") as caught:
        decoded(broken)
    assert "`.bytes` and `.path`" in caught.value.hint
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def _huge_png() -> bytes:
    """A PNG whose header promises 400 million pixels."""
    buffer = io.BytesIO()
    Image.new("1", (8, 8)).save(buffer, "PNG")
    data = bytearray(buffer.getvalue())
    data[16:24] = (20_000).to_bytes(4, "big") * 2
    return bytes(data)


def test_an_edit_goes_on_from_its_own_picture(tmp_path: Path) -> None:
    """Another origin is refused, not passed over in silence."""
    server = Server(answer(picture()))
    conversation = studio_on(server, tmp_path).conversation()
    cat, owl = conversation.imagine("a cat"), conversation.imagine("an owl")
    for words in ({"from_": owl}, {"from_": 2}, {"new": True}):
        with pytest.raises(OptionError):
            cat.edit("add snow", **words)
        with pytest.raises(OptionError):
            asyncio.run(cat.aedit("add snow", **words))
    assert len(server.requests) == 2
    cat.edit("add snow")
    assert server.texts() == ["a cat", "add snow"]


def test_options_of_cells_alone_say_what_python_has_in_their_place(tmp_path: Path) -> None:
    """Every option of a cell is a word of Python too, or is refused with the way that Python has."""
    studio = studio_on(server := Server(answer(picture())), tmp_path)
    of_cells = set(OPTIONS) - set(AskWords.__annotations__)
    assert of_cells
    for name in of_cells:
        words: Any = {name: True}
        with pytest.raises(OptionError, match=f"`{name}` (works only in cells|is not an option here)") as refused:
            studio.conversation().imagine("a fox", **words)
        assert refused.value.hint
    assert server.requests == []


def test_odd_arguments_are_errors_of_ours(tmp_path: Path) -> None:
    """Names that are no text, steps that are no numbers, and a conversation named twice; nothing is sent or moved."""
    server = Server(answer(picture()))
    studio = studio_on(server, tmp_path)
    conversation = studio.conversation()
    cat = conversation.imagine("a cat", count=2, yes=True)
    refused: list[Any] = [
        lambda: studio.conversation(3),  # type: ignore[arg-type]
        lambda: studio.conversation(b"hero"),  # type: ignore[arg-type]
        lambda: conversation.fork(None),  # type: ignore[arg-type]
        lambda: conversation.undo("2"),  # type: ignore[arg-type]
        lambda: conversation.undo(-1),
        lambda: conversation.undo(1.5),  # type: ignore[arg-type]
        lambda: conversation.pick("2"),  # type: ignore[arg-type]
        lambda: conversation.imagine("a cat", conversation="hero"),  # type: ignore[call-arg]
        lambda: asyncio.run(conversation.aimagine("a cat", conversation="hero")),  # type: ignore[call-arg]
        lambda: cat.save(""),
        lambda: cat.save("no/such/folder/"),
    ]
    for call in refused:
        with pytest.raises((ConversationError, OptionError)) as caught:
            call()
        assert caught.value.charged == "nothing sent"
    assert (conversation.last, len(server.requests)) == (cat, 2)
    with pytest.raises(AttributeError):
        conversation.name = "hero"  # type: ignore[misc]


class _Forgetful(Server):
    """A server that keeps no request: what is measured is what the studio keeps."""

    def handle(self, *given: Any) -> Any:
        answered = super().handle(*given)
        self.requests.clear()
        return answered


@pytest.mark.deep
def test_results_pin_no_pixels(tmp_path: Path) -> None:
    """Ten pictures of a megabyte and 12 megapixels, all looked at and all held, weigh less than 400 kB."""
    noise = Image.effect_noise((4000, 3000), 40)
    buffer = io.BytesIO()
    noise.save(buffer, "JPEG", quality=30)
    large = picture()
    large["inlineData"]["data"] = base64.b64encode(buffer.getvalue()).decode()
    assert buffer.tell() > 1_000_000
    conversation = studio_on(_Forgetful(answer(large)), tmp_path).conversation()
    conversation.imagine("first", new=True).image.close()  # what is made once: modules, caches
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        held = [conversation.imagine("another", new=True) for _ in range(10)]
        assert {one.image.size for one in held} == {(4000, 3000)}
        assert sum(len(one.bytes) for one in held) > 10_000_000
        gc.collect()
        kept = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert kept < 400_000
    assert not [one for one in gc.get_objects() if issubclass(type(one), Image.Image) and one.size == (4000, 3000)][1:]


# -- threads -----------------------------------------------------------------------------------------------------------


def _together(work: list[Any]) -> list[Any]:
    """Call all of them at once, each on a thread of its own; what they returned."""
    results: list[Any] = [None] * len(work)
    start = threading.Barrier(len(work))

    def run(number: int) -> None:
        start.wait()
        try:
            results[number] = work[number]()
        except BaseException as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.fixture
def jumpy() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("jumpy")
def test_eight_threads_on_one_conversation_lose_nothing(tmp_path: Path) -> None:
    """Every turn is there once, each goes on from the one before it, and the store says the same."""
    server = Server(answer(picture()))
    studio = studio_on(server, tmp_path)

    def four(name: int) -> list[int]:
        return [studio.conversation("shared").imagine(f"{name}-{number}").turn for number in range(4)]

    made = _together([lambda name=name: four(name) for name in range(8)])
    assert sorted(turn for turns in made for turn in turns) == list(range(1, 33))
    assert all(turns == sorted(turns) for turns in made)
    exchanges = studio.conversation("shared").value.exchanges
    assert [one.parent for one in exchanges] == [None, *(one.id for one in exchanges[:-1])]
    assert [len(request["contents"]) for request in server.requests] == list(range(1, 65, 2))
    again = studio_on(server, tmp_path)
    assert again.history.use("shared").exchanges == exchanges


@pytest.mark.deep
@pytest.mark.usefixtures("jumpy")
def test_eight_threads_on_conversations_of_their_own_lose_nothing(tmp_path: Path) -> None:
    """No conversation holds a turn of another, whatever is done to the others meanwhile."""
    studio = studio_on(Server(answer(picture())), tmp_path)

    def work(name: str) -> list[str]:
        conversation = studio.conversation(name)
        first = conversation.imagine(f"{name} one")
        conversation.imagine(f"{name} two")
        conversation.undo().redo().undo()
        conversation.imagine(f"{name} three")
        first.edit(f"{name} four")
        conversation.fork(f"{name} fork").imagine(f"{name} five")
        return [one.exchange.prompt for one in conversation.exchanges]

    made = _together([lambda name=f"c{number}": work(name) for number in range(8)])
    assert made == [[f"c{number} {word}" for word in ("one", "two", "three", "four")] for number in range(8)]
    for number in range(8):
        fork = studio.conversation(f"c{number} fork").value.path(studio.value(f"c{number} fork").head)
        assert [one.prompt for one in fork] == [f"c{number} {word}" for word in ("one", "four", "five")]
    assert len(studio_on(Server(answer(picture())), tmp_path).history.stored()) == 16


RACE = """
import sys, threading, nbgemini as nb
sys.setswitchinterval(1e-6)
start, made = threading.Barrier(8), []

def work(number):
    start.wait()
    made.append(nb.conversation().imagine(f"a cat {number}"))

threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(sorted(one.turn for one in made), len(nb.conversation().exchanges), len({one.conversation for one in made}))
"""


@pytest.mark.deep
def test_threads_that_come_first_share_one_studio(tmp_path: Path) -> None:
    """The first use of the library from eight threads at once makes one conversation, not eight."""
    assert in_a_script(RACE, tmp_path) == "[1, 2, 3, 4, 5, 6, 7, 8] 8 1\n"


def test_a_picture_of_another_thread_is_whole(tmp_path: Path) -> None:
    """Results may be read from any thread, the same one from several at once."""
    cat = studio_on(Server(answer(picture("red"))), tmp_path).conversation().imagine("a cat")
    seen = _together([lambda: (cat.bytes, cat.image.tobytes(), cat.request, cat.curl()) for _ in range(8)])
    assert len(set(seen)) == 1
    assert seen[0][0] == jpeg("red")


@pytest.mark.skipif(os.name != "posix", reason="elsewhere a folder in use cannot be removed")
def test_a_working_directory_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A script whose folder was removed under it is told so in our words."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(errors.SettingsError, match="The working directory is gone"):
        Studio()
