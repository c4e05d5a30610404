"""Slips of every kind: a clear error or exactly the right request, and never a request by mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import PictureMaker
from tests.kernel.conftest import Notebook
from tests.kernel.test_trouble import refused
from tests.support.strict_server import StrictServer

WRONG_LINES = [
    ("-a 16-9", "OptionError", "`16:9`"),
    ("-a 8:1", "OptionError", "8:1"),
    ("-s 8k", "OptionError", "`4K`"),
    ("-s 512", "OptionError", "512"),
    ("-s 2K -m nano-banana", "OptionError", "one size"),
    ("--sise 2K", "OptionError", "--size"),
    ("--asp 16:9", "OptionError", "--aspect"),
    ("-z", "OptionError", "-z"),
    ("-a", "OptionError", "--aspect"),
    ("-n 0", "OptionError", "0"),
    ("-n many", "OptionError", "many"),
    ("-m 'no such model'", "OptionError", "no such model"),
    ("-m imagen-4.0-generate-001", "OptionError", "Imagen"),
    ("--thinking high", "OptionError", "thinking"),
    ("--thinking high -m nano-banana", "OptionError", "think"),
    ("--set generationConfig.seed", "OptionError", "--set"),
    ("--set generationConfig.seed=abc", "OptionError", "JSON"),
    ("--temperature hot", "OptionError", "temperature"),
    ("--seed 1.5", "OptionError", "seed"),
    ("--only sound", "OptionError", "image"),
    ("--preview 3", "OptionError", "preview"),
    ("--timeout -1", "OptionError", "timeout"),
    ("--show yaml", "OptionError", "curl"),
    ("stray words", "OptionError", "stray"),
    ("-a '16:9", "OptionError", ""),
    ("-o 1cat", "OptionError", "1cat"),
    ("-o for", "OptionError", "for"),
    ("--from nowhere", "OptionError", "nowhere"),
    ("--from @99", "ConversationError", "99"),
    ("-r @99", "ConversationError", "99"),
    ("-r nowhere", "ReferenceImageError", "nowhere"),
    ("-r missing.png", "ReferenceImageError", "missing.png"),
    ("-r notes.txt", "ReferenceImageError", "notes.txt"),
    ("-r broken.png", "ReferenceImageError", "broken"),
    ("-r .", "ReferenceImageError", ""),
    ("-r /dev/null", "ReferenceImageError", ""),
    ("-r number", "ReferenceImageError", ""),
    ("--save /no/such/folder/cat.png", "OptionError", ""),
    ("--save here.png", "OptionError", "here.png"),
    ("-c ''", "OptionError", ""),
    ("-o cat --dry-run", "OptionError", "--dry-run"),
]


@pytest.fixture(scope="module", autouse=True)
def _folder(strict_kernel: object, picture: PictureMaker) -> None:
    """Files that are there, and are not what they seem."""
    folder: Path = strict_kernel.folder  # type: ignore[attr-defined]  # a Kernel; its type would import the fixture
    (folder / "notes.txt").write_text("not a picture")
    (folder / "broken.png").write_bytes(picture("PNG", (64, 64))[:200])
    (folder / "here.png").write_bytes(picture())
    for number in range(15):
        (folder / f"ref{number}.png").write_bytes(picture(seed=number + 1))


@pytest.mark.parametrize(("line", "name", "says"), WRONG_LINES, ids=[line for line, _, _ in WRONG_LINES])
def test_a_wrong_line_is_explained_and_nothing_is_sent(
    notebook: Notebook, server: StrictServer, line: str, name: str, says: str
) -> None:
    """Our own exception, three lines at most, and no POST."""
    notebook.python("number = 7")
    text = refused(notebook.kernel.run(f"%%imagine {line}\na fox"), name)
    assert says in text
    assert "Nothing was sent" in text
    assert server.posts == []


@pytest.mark.parametrize("cell", ["%%imagine", "%%imagine\n", "%%imagine\n   \n\n", "%%imagine -a 16:9\n\t"])
def test_an_empty_prompt(notebook: Notebook, server: StrictServer, cell: str) -> None:
    """Without a prompt nothing is sent, and the message says how to write one."""
    text = refused(notebook.kernel.run(cell), "OptionError")
    assert "There is no prompt" in text
    assert server.posts == []


def test_fifteen_references(notebook: Notebook, server: StrictServer) -> None:
    """One more than the model takes: said before anything is sent. Fourteen go along in order."""
    refs = [f"-r ref{number}.png" for number in range(15)]
    assert "14" in refused(notebook.kernel.run(f"%%imagine {' '.join(refs)}\na fox"), "OptionError")
    assert server.posts == []
    notebook.drawn("a fox", " ".join(refs[:14]))
    assert server.posts[0].images == [
        (notebook.kernel.folder / f"ref{number}.png").read_bytes() for number in range(14)
    ]


@pytest.mark.parametrize(
    "line",
    ["unod", "use nowhere", "show x", "show", "recover nothing", "fork", "undo 3 4", "help me"],
)
def test_a_wrong_subcommand(notebook: Notebook, server: StrictServer, line: str) -> None:
    """A typing error in `%imagine` is ours to explain; later subcommands say so."""
    outcome = notebook.line(line)
    assert outcome.error_name in ("OptionError", "ConversationError")
    assert len(outcome.error_lines) <= 3
    assert server.posts == []


def test_did_you_mean(notebook: Notebook) -> None:
    """A near miss names what was probably meant."""
    assert "undo" in "\n".join(notebook.line("unod").error_lines)


PROMPTS = [
    '{"style": "oil", "nested": {"a": [1, 2, {"b": null}]}}',
    "a {cat} on a {style} sofa, {{literal}}, {0}, {}, {x!r:>10}",
    "body { color: red; } .a::after { content: '\\201C'; }",
    "100 % of $HOME, `ls`, $(whoami), %run, %%time, !ls, ?help",
    "\\n is not a line break, \\\\ neither, \\u0041",
    "日本語の狐、夜、雪。 🦊🌙 — “quotes” …",
    "ثعلب في الثلج، ليلاً",
    "שועל בשלג\nבלילה",
    "e\u0301 and \u00e9, \u200d\u200b, \u202eabc\u202c",
    "line one\n\n   indented\n\ttabbed\nlast",
    "<script>alert(1)</script> & <b>bold</b> &amp;",
    "-a 16:9 is not an option here\n--new neither",
    "get_ipython().run_line_magic('imagine', 'undo')",
    "'''triple\"\"\" quotes'''",
    "\ud83d\ude00 astral \U0001f98a",
    "x" * 20_000,
]


@pytest.mark.parametrize("prompt", PROMPTS[:-2] + PROMPTS[-1:], ids=range(len(PROMPTS) - 1))
def test_a_prompt_arrives_as_it_was_written(notebook: Notebook, server: StrictServer, prompt: str) -> None:
    """Braces, JSON, other scripts and shell signs are text; nothing in them is run or replaced."""
    notebook.python("cat, style = 'CAT', 'STYLE'")
    outcome = notebook.drawn(prompt, "--raw")
    assert server.posts[0].prompt == prompt
    assert "<script>" not in str([output["data"].get("text/html") for output in outcome.displays])


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_windows_line_ends(notebook: Notebook, server: StrictServer, ending: str) -> None:
    """A cell from another system draws the same."""
    notebook.drawn(f"a fox{ending}at night")
    assert server.posts[0].prompt.split() == ["a", "fox", "at", "night"]


def test_a_prompt_beyond_the_model_is_not_sent(notebook: Notebook, server: StrictServer) -> None:
    """More than the model's input tokens is refused beforehand."""
    text = refused(notebook.draw("word " * 120_000, "-m nano-banana"), "OptionError")
    assert "long" in text or "token" in text
    assert server.posts == []


def test_a_key_in_the_prompt_is_not_sent(notebook: Notebook, server: StrictServer) -> None:
    """Something shaped like a key waits for `--yes`."""
    shaped = "AIza" + "B" * 35
    text = refused(notebook.draw(f"draw my key {shaped}"), "ConfirmationNeeded")
    assert "--yes" in text
    assert shaped not in text
    assert server.posts == []


def test_a_dear_cell_asks_first(notebook: Notebook, server: StrictServer) -> None:
    """Above `confirm_over` a cell needs `--yes`, and says what it would cost."""
    text = refused(notebook.draw("a fox", "-n 8"), "ConfirmationNeeded")
    assert "$1.14" in text
    assert server.posts == []
    notebook.drawn("a fox", "-n 8 --yes")
    assert len(server.posts) == 8


def test_a_dry_run_sends_nothing(notebook: Notebook, server: StrictServer) -> None:
    """The request, its size and its price are shown; pictures are elided; the history does not move."""
    notebook.drawn("a fox")
    outcome = notebook.draw("at night, with a hat", "-a 21:9 --dry-run -r here.png")
    assert outcome.ok
    assert len(server.posts) == 1
    assert all(word in outcome.text for word in ("at night, with a hat", "21:9", "$0.1"))
    assert len(outcome.text) < 8000
    notebook.drawn("in snow")
    assert len(server.posts[1].turns) == 3


@pytest.mark.parametrize("form", ["json", "curl", "python"])
def test_show_prints_and_sends_nothing(notebook: Notebook, server: StrictServer, form: str) -> None:
    """`--show curl` holds the variable's name, not the key; its body lies in a file beside it."""
    outcome = notebook.draw("a fox { } $x", f"--show {form}")
    assert outcome.ok, outcome.error_lines
    assert server.posts == []
    if form == "curl":
        assert "$GEMINI_API_KEY" in outcome.text
        assert "-d @" in outcome.text


def test_no_save_over_a_file(notebook: Notebook, server: StrictServer) -> None:
    """What is there stays; it is said before anything is sent."""
    before = (notebook.kernel.folder / "here.png").read_bytes()
    refused(notebook.draw("a fox", "--save here.png"), "OptionError")
    assert (notebook.kernel.folder / "here.png").read_bytes() == before
    assert server.posts == []
