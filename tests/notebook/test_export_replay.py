"""The exported notebook: valid, shown with its pictures, and run again it makes the same conversation."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbgemini.core.content import user_turn
from nbgemini.core.conversation import Conversation
from nbgemini.core.folding import CURRENT
from nbgemini.core.options import ImageOptions
from nbgemini.core.picture import Picture
from nbgemini.errors import ConversationError, OptionError
from nbgemini.notebook.export.cell_source import option_words, quoted
from nbgemini.notebook.export.rerun import notebook_of
from nbgemini.notebook.export.run import export
from nbgemini.notebook.export.story import story_of
from nbgemini.notebook.line.optionline import parse_options
from nbgemini.notebook.line.splitting import split
from nbgemini.store.store import Store
from nbgemini.studio.studio import Studio
from tests.notebook.display_kit import drawn, encoded, on_disk
from tests.notebook.test_export_page import family, turn

nbformat = pytest.importorskip("nbformat")


def sources(text: str) -> list[str]:
    """The code cells behind `%load_ext`, checked against the format."""
    book = nbformat.reads(text, as_version=4)
    nbformat.validate(book)
    cells = [str(cell.source) for cell in book.cells if cell.cell_type == "code"]
    assert cells[0] == "%load_ext nbgemini"
    return cells[1:]


def replayed(conversation: Conversation, *, whole: bool = False) -> list[str]:
    return sources(notebook_of(story_of(conversation, "story", whole=whole), "story_files", lambda _: ())[0])


@given(st.text(max_size=20) | st.text("a \\\"'“-=\n", max_size=12))
def test_any_word_is_read_as_it_was(text: str) -> None:
    """Whatever can stand on an option line is read from it letter for letter."""
    word = quoted(text)
    if word is None:
        assert not text.isprintable()
        return
    found = split(f"-r {word} --new")
    assert [one.text for one in found] == ["-r", text, "--new"]
    assert found[1].quoted or not text.startswith("-")


def test_options_come_back() -> None:
    """The option line of a request parses to the same request."""
    options = ImageOptions(
        aspect="16:9",
        size="2K",
        only="image",
        thinking="high",
        system='Paint in "oil"; it\'s fine\\',
        seed=-7,
        temperature=0.25,
        top_p=0.9,
        top_k=40,
        max_tokens=900,
        search="both",
        safety=(("hate", "none"), ("sexual", "only-high")),
        set=(("labels", {"a": 'it\'s "x" \\'}), ("generationConfig.presencePenalty", 0.5)),
    )
    words = option_words(options.described())
    assert words is not None
    assert parse_options(" ".join(words)).image == options


def test_a_branch(tmp_path: Path) -> None:
    """The root starts afresh; later cells simply go on; what stays with the conversation is said once."""
    assert replayed(family(tmp_path)) == [
        "%%imagine --new --model gemini-3-pro-image --aspect 16:9\nprompt a",
        "%%imagine --aspect 16:9\nprompt c",
        "%%imagine --aspect 16:9\nprompt d",
    ]


def test_all_branches(tmp_path: Path) -> None:
    """A turn that others go on from keeps its result, and they name it."""
    cells = replayed(family(tmp_path), whole=True)
    assert [cell.split("\n")[0].replace(" --aspect 16:9", "") for cell in cells] == [
        "%%imagine --new --model gemini-3-pro-image -o turn_1",
        "%%imagine",
        "%%imagine --from turn_1",
        "%%imagine",
        "%%imagine --new",
    ]


def test_references(tmp_path: Path) -> None:
    """Pictures of earlier turns are named as variables, others lie beside the notebook; one sent by us comes again."""
    cat = on_disk(tmp_path, encoded(drawn(64, 64)))
    first = turn(tmp_path, "a", None)
    assert first.picture is not None
    shown = ((CURRENT, first.picture), ("my cat", cat), ("turn 1", first.picture))
    second = replace(turn(tmp_path, "b", "a"), user=user_turn("beside it", shown), anchored=True)
    conversation = Conversation("hero", exchanges=(first, second), head="b")
    text, names = notebook_of(story_of(conversation, "story"), "story_files", lambda _: ())
    cells = sources(text)
    assert cells[0].startswith("%%imagine -c hero --new ")
    assert " -o turn_1\n" in cells[0]
    assert cells[1].startswith("%%imagine -r 'story_files/my cat.png' -r turn_1 ")
    assert list(names.files) == ["my cat.png"]


@pytest.mark.parametrize(
    "prompt", [">>> a\n>>> b", "In [1]: a", "  indented", "a\u202eb", "a\x1bb", "a\rb", "a\u2028b", "\ud800"]
)
def test_prompts_that_no_cell_can_hold(prompt: str, tmp_path: Path) -> None:
    """What IPython or an editor would change, or what cannot be seen, is written in Python."""
    conversation = Conversation("main", exchanges=(turn(tmp_path, "a", None, prompt),), head="a")
    (cell,) = replayed(conversation)
    assert cell.startswith("import nbgemini as nb\n\nturn = nb.conversation().imagine(\n    ")
    assert ascii(prompt) in ascii(cell) or repr(prompt) in cell
    assert cell.isascii() or "\u202e" not in cell
    compile(cell, "cell", "exec")


def test_pictures_between_the_words(tmp_path: Path) -> None:
    """They are written as a list: texts, paths and results."""
    cat = on_disk(tmp_path, encoded(drawn(64, 64)))
    first = turn(tmp_path, "a", None)
    assert first.picture is not None
    pieces: list[str | tuple[str, Picture]] = ["Put ", ("cat", cat), " beside ", ("fox", first.picture)]
    second = replace(turn(tmp_path, "b", "a"), user=user_turn(pieces), words="Put {cat} beside {fox}")
    cell = replayed(Conversation("main", exchanges=(first, second), head="b"))[1]
    assert "['Put ', Path('story_files/cat.png'), ' beside ', turn_1]," in cell
    assert cell.startswith("from pathlib import Path\n")
    compile(cell, "cell", "exec")


def test_braces_and_keys(tmp_path: Path) -> None:
    """Braces are not read again; what is shaped like a key is not given away."""
    key = "AIza" + "x" * 35
    cells = replayed(Conversation("main", exchanges=(turn(tmp_path, "a", None, f"{{cat}} {key}"),), head="a"))
    assert cells[0].endswith(" --raw\n{cat} [redacted]")


# -- through a studio on the emulator ------------------------------------------------------------------------------


def emulated(home: Path) -> Studio:
    """Five turns: a reference, a fork, a second root, an answer with several lines, a switch of model."""
    studio = Studio(home=home)
    conversation = studio.conversation("it's hero")
    (home / "my cat.png").write_bytes(encoded(drawn(64, 64)))
    studio.session.switch(conversation.name)
    first = conversation.imagine(
        "a red fox", aspect="16:9", size="1K", system="Paint in oil.", ref=[home / "my cat.png"]
    )
    second = conversation.imagine("make it night\nwith {stars}", alt='a "night"')
    first.edit("in snow", ref=[second], temperature=0.5)
    conversation.imagine(">>> a lantern", model="flash")
    conversation.imagine("a paper boat", new=True)
    return studio


@pytest.fixture(scope="module")
def _recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("recorded")
    emulated(home)
    return home


@pytest.fixture
def story(_recorded: Path, tmp_path: Path) -> Studio:
    """The same turns in the folder of the test, out of recordings."""
    shutil.copytree(_recorded, tmp_path, dirs_exist_ok=True)
    return emulated(tmp_path)


def executed(path: Path, folder: Path) -> Any:
    """The notebook run again in a kernel without a key, in a folder of its own."""
    from nbclient import NotebookClient

    if (beside := path.with_name(f"{path.stem}_files")).exists():
        shutil.copytree(beside, folder / beside.name)
    book = nbformat.read(path, as_version=4)
    NotebookClient(book, timeout=60, resources={"metadata": {"path": str(folder)}}).execute()
    return book


@pytest.mark.deep
def test_run_again(tmp_path: Path) -> None:
    """In a fresh folder it makes the same turns: prompts, parents, options, references, and as many pictures."""
    studio = emulated(tmp_path)
    made = export(studio, str(tmp_path / "story.ipynb"), ["all"])
    assert made.turns == 5
    assert made.folder == tmp_path / "story_files"
    assert [path.name for path in made.folder.iterdir()] == ["my cat.png"]
    again = tmp_path / "again"
    again.mkdir()
    book = executed(made.path, again)
    (stored,) = Store.open(again / ".nbgemini").album.stored()
    assert stored.key == "it's hero"
    value, other = Store.open(again / ".nbgemini").album.load(stored.key), studio.value()
    assert [one.prompt for one in value.exchanges] == [one.prompt for one in other.exchanges]
    assert [one.model for one in value.exchanges] == [one.model for one in other.exchanges]
    assert [one.options for one in value.exchanges] == [one.options for one in other.exchanges]
    assert [len(one.user.pictures) for one in value.exchanges] == [len(one.user.pictures) for one in other.exchanges]
    parents = [
        [conversation.number(one.parent) if one.parent else 0 for one in conversation.exchanges]
        for conversation in (value, other)
    ]
    assert parents[0] == parents[1] == [0, 1, 1, 3, 0]
    assert sum("image/jpeg" in output.get("data", {}) for cell in book.cells for output in cell.get("outputs", [])) == 5


def test_outputs_are_those_of_the_cells(tmp_path: Path, story: Studio) -> None:
    """Each cell holds its picture with its alt text, and its footer; the format is right."""
    made = export(story, str(tmp_path / "story.ipynb"), ["all"])
    book = nbformat.read(made.path, as_version=4)
    nbformat.validate(book)
    cell = next(cell for cell in book.cells if cell.id == "turn-2")
    pictures = [output for output in cell.outputs if "image/jpeg" in output.data]
    assert pictures[0].metadata["image/jpeg"]["alt"] == 'a "night" (emulated)'
    assert "turn 2 of it's hero" in cell.outputs[-1].data["text/plain"]
    assert json.loads(made.path.read_text("utf-8"))["nbformat_minor"] == 5


def test_markdown_with_its_folder(tmp_path: Path, story: Studio) -> None:
    """The originals lie in the folder byte for byte, and every link of the text leads to one."""
    made = export(story, str(tmp_path / "story.md"), ["all"])
    assert made.folder is not None
    for result in story.conversation().exchanges:
        assert (made.folder / f"turn-{result.turn}.jpg").read_bytes() == result.bytes
    text = made.path.read_text("utf-8")
    assert all(f"story_files/{path.name}" in text for path in made.folder.iterdir())
    assert len(list(made.folder.iterdir())) == 7


def test_nothing_is_overwritten(tmp_path: Path, story: Studio) -> None:
    """Neither the file nor its folder, nor through a link; a wrong suffix, folder or word is named."""
    (tmp_path / "a.html").write_text("mine")
    (tmp_path / "b_files").mkdir()
    (tmp_path / "c.md").symlink_to(tmp_path / "nowhere.md")
    before = sorted(tmp_path.rglob("*"))
    for name, why in (
        ("a.html", "`.*a.html` exists already"),
        ("b.md", "`.*b_files` exists already"),
        ("c.md", "exists already"),
        ("d.pdf", r"ends? in `\.html`, `\.md`, `\.ipynb`"),
        ("no/d.md", "no folder"),
    ):
        with pytest.raises(OptionError, match=why):
            export(story, str(tmp_path / name))
    with pytest.raises(OptionError, match="originals"):
        export(story, str(tmp_path / "d.ipynb"), ["originals"])
    with pytest.raises(ConversationError, match="no turns"):
        export(story, str(tmp_path / "d.html"), name="empty")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "name", ["story.ipynb", *(pytest.param(name, marks=pytest.mark.deep) for name in ("story.html", "story.md"))]
)
def test_the_same_export_again_is_there_already(tmp_path: Path, story: Studio, name: str) -> None:
    """Also in a fresh kernel that has replayed all of it; with another picture in the folder it is refused."""
    first = export(story, str(tmp_path / name), ["all"])
    assert first.fresh
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("story*")}
    studio = emulated(tmp_path)
    assert all(one.replayed for one in studio.value().exchanges)
    again = export(studio, str(tmp_path / name), ["all"])
    assert (again.fresh, again.turns, again.folder) == (False, first.turns, first.folder)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("story*")} == before
    changed = next(first.folder.iterdir()) if first.folder else first.path
    changed.write_bytes(changed.read_bytes() + b"mine")
    with pytest.raises(OptionError, match="exists already"):
        export(studio, str(tmp_path / name), ["all"])
    assert changed.read_bytes().endswith(b"mine")


def test_a_lost_original_is_said(tmp_path: Path, story: Studio) -> None:
    """The export goes on without it, and the notice says which and why."""
    lost = story.conversation().exchanges[4]
    assert lost.path is not None
    lost.path.unlink()
    made = export(story, str(tmp_path / "story.md"))
    assert [notice.split(":")[0] for notice in made.notices] == ["`turn-5.jpg` is missing"]
    assert made.path.exists()
