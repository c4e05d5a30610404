"""`{name}` and REFs in a real kernel: what reaches the server is what the reader of the cell expects."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from tests.conftest import PictureMaker
from tests.kernel.conftest import Notebook
from tests.kernel.test_trouble import refused
from tests.support.strict_server import StrictServer


def parts(server: StrictServer) -> list[str]:
    """The last user turn: its texts, and `<picture>` for each picture."""
    return [part.get("text", "<picture>") for part in server.posts[-1].turns[-1]["parts"]]


def test_values_and_pictures_stand_where_they_are_named(notebook: Notebook, server: StrictServer) -> None:
    """A result, a PIL image, a text; the footer and the history show the words."""
    notebook.drawn("a tabby cat", "-o cat")
    notebook.python("from PIL import Image\ndogs = [Image.new('RGB', (9, 8), 'brown')]\nstyle = 'red'")
    outcome = notebook.drawn("Put {cat} on a {style} sofa, {dogs[0]} beside it", "--new -r cat")
    expected = ["image 1: cat", "<picture>", "Put ", "image 2: cat", "<picture>", " on a red sofa, "]
    assert parts(server) == [*expected, "image 3: dogs[0]", "<picture>", " beside it"]
    assert "Put cat on a red sofa" in outcome.pictures[-1]["data"]["text/plain"]
    assert "Left as text" not in outcome.text
    assert "Put {cat} on a red sofa" in notebook.line("history").text
    notebook.drawn("add snow")
    assert server.violations == []


def test_nothing_leaks_and_it_is_said_once(notebook: Notebook, server: StrictServer) -> None:
    """Modules, IPython's own names, keys; and with `--raw` nothing is replaced and nothing is said."""
    notebook.python("import os\nkeeper = {'k': os.environ['GEMINI_API_KEY']}\nn = 3")
    body = "{os.environ} {os.environ['GEMINI_API_KEY']} {In[0]} {Out} {_} {get_ipython} {keeper['k']} {n} {m}"
    outcome = notebook.drawn(body)
    assert parts(server) == [body.replace("{n}", "3")]
    assert outcome.text.count("Left as text") == 1
    raw = notebook.drawn("{n} {m}", "--raw")
    assert parts(server) == ["{n} {m}"]
    assert "Left as text" not in raw.text


def test_dry_runs_expand_too(notebook: Notebook, server: StrictServer) -> None:
    """`--dry-run` and `--show` tell what would be sent."""
    notebook.python("n = 3")
    assert "3 foxes" in notebook.draw("{n} foxes {lost}", "--dry-run").text
    assert "Left as text: `{lost}`" in notebook.draw("{n} foxes {lost}", "--dry-run").text
    assert "'3 foxes'" in notebook.draw("{n} foxes", "--show python").text
    assert server.posts == []


def test_a_picture_that_cannot_be_read_stops_the_cell(notebook: Notebook, server: StrictServer) -> None:
    """A known name that is no usable picture is an error, for its words alone would cost money for nothing."""
    notebook.python("from pathlib import Path\nimport numpy\ngone = Path('gone.png')\nwide = numpy.zeros((4, 4))+300")
    assert "gone.png" in refused(notebook.kernel.run("%%imagine\nlike {gone}"), "ReferenceImageError")
    assert "from 0 to 1" in refused(notebook.kernel.run("%%imagine\nlike {wide}"), "ReferenceImageError")
    assert server.posts == []


def test_captured_cells_and_displayed_images(notebook: Notebook, server: StrictServer, picture: PictureMaker) -> None:
    """What a `%%capture` cell showed last, and an IPython Image, byte for byte."""
    folder: Path = notebook.kernel.folder
    (folder / "one.png").write_bytes(picture(seed=41))
    (folder / "two.png").write_bytes(picture(seed=42))
    notebook.python(
        "%%capture shown\nfrom IPython.display import Image, display\ndisplay(Image('one.png'), Image('two.png'))"
    )
    notebook.python("from IPython.display import Image\nimage = Image('one.png')")
    notebook.drawn("a fox", "--new -r shown -r image")
    assert parts(server)[::2] == ["image 1: shown", "image 2: image", "a fox"]
    assert server.posts[-1].images == [picture(seed=42), picture(seed=41)]


def test_patterns_in_natural_order(notebook: Notebook, server: StrictServer, picture: PictureMaker) -> None:
    """Each file is a reference; pictures in the body are numbered on."""
    folder: Path = notebook.kernel.folder
    for number in (1, 2, 10):
        (folder / f"shot {number}.jpg").write_bytes(picture("JPEG", seed=number))
    notebook.python("from pathlib import Path\nlast = Path('shot 10.jpg')")
    notebook.drawn("more like {last}", '--new -r "shot *.jpg"')
    texts = [part["text"] for part in server.posts[-1].turns[-1]["parts"] if "text" in part]
    assert texts == ["image 1: shot 1", "image 2: shot 2", "image 3: shot 10", "more like ", "image 4: last"]
    data = [part["inlineData"]["data"] for part in server.posts[-1].turns[-1]["parts"] if "inlineData" in part]
    assert [base64.b64decode(one) for one in data] == [picture("JPEG", seed=number) for number in (1, 2, 10, 10)]


def test_references_in_all_count(notebook: Notebook, server: StrictServer) -> None:
    """Fourteen, on the line and in the body together."""
    notebook.python("from PIL import Image\nimage = Image.new('RGB', (5, 5))\nsome = [image] * 8")
    told = refused(notebook.kernel.run("%%imagine -r some\n" + "{image} " * 7), "OptionError")
    assert "14" in told
    assert server.posts == []


@pytest.mark.parametrize("url", ["http://example.com/a.png", "https://127.0.0.1/a.png", "https://[::ffff:10.0.0.1]/"])
def test_urls_that_are_closed(notebook: Notebook, server: StrictServer, url: str) -> None:
    """Explained in three lines; nothing is sent."""
    refused(notebook.kernel.run(f"%%imagine -r {url}\na fox"), "ReferenceImageError")
    assert server.posts == []


def test_names_on_the_option_line(notebook: Notebook, server: StrictServer) -> None:
    """The values of options are filled in by the rules of the body, and what comes of it is checked."""
    notebook.python(
        "ratio, i, style, m, d = '16x9', 7, 'ink', 'Nano Banana Pro', {'a b': 'a boat'}\nfrom pathlib import Path\n"
        "folder = Path('.')"
    )
    line = "-a {ratio} -m {m} --save {folder}/shot_{i}.png --system 'Always in {style}' --alt {d['a b']} --new"
    outcome = notebook.drawn("a boat", line)
    body = server.posts[-1].json
    assert body["generationConfig"]["imageConfig"]["aspectRatio"] == "16:9"
    assert body["systemInstruction"]["parts"] == [{"text": "Always in ink"}]
    assert list(notebook.kernel.folder.glob("shot_7.*"))
    assert "a boat" in str(outcome.pictures[-1]["metadata"])
    notebook.drawn("a boat", "--alt '{style} and {lost}' --new")
    assert "Left as text in `--alt`: `{lost}`" in notebook.draw("a boat", "--alt '{lost}' --dry-run").text
    sent = len(server.posts)
    for wrong, said in (
        ("-a {style}", "`ink` is not a ratio"),
        ("-a {ratoi}", "did you mean `{ratio}`?"),
        ("-a {empty}", "is empty"),
        ("--raw -a {ratio}", "`{ratio}` is not a ratio"),
        ("-n {style}", "`ink`"),
    ):
        notebook.python("empty = ''")
        assert said in refused(notebook.draw("a boat", wrong), "OptionError")
    assert len(server.posts) == sent


def test_pictures_on_the_option_line(notebook: Notebook, server: StrictServer) -> None:
    """`-r {cat}` is `-r cat`; elsewhere a picture is no text. A key stays where it is."""
    notebook.drawn("a tabby cat", "-o cat")
    notebook.python("import os\nturn, keeper = '@1', {'k': os.environ['GEMINI_API_KEY']}")
    notebook.drawn("like this", "--new -r {cat}")
    assert parts(server)[:2] == ["image 1: cat", "<picture>"]
    notebook.drawn("in snow", "--from {turn}")
    assert "is a picture" in refused(notebook.draw("a boat", "--alt {cat}"), "OptionError")
    assert "nor a file `yak`" in refused(notebook.draw("a boat", "-r {yak}"), "ReferenceImageError")
    outcome = notebook.drawn("a boat", "--new --system 'Say {keeper[k]}'")
    assert server.posts[-1].json["systemInstruction"]["parts"] == [{"text": "Say {keeper[k]}"}]
    assert "it looks like a key" in outcome.text


def test_a_result_under_a_name_of_pythons(notebook: Notebook, server: StrictServer) -> None:
    """It is kept, and a notice says what the name was; once."""
    outcome = notebook.drawn("a fox", "-o divmod")
    assert "`divmod` is a built-in name of Python" in outcome.text
    assert "`divmod`" not in notebook.drawn("a fox", "-o divmod").text
    notebook.python("del divmod\nassert divmod(7, 2) == (3, 1)")


def test_a_system_instruction_is_taken_away(notebook: Notebook, server: StrictServer) -> None:
    """It stays until an empty one comes, in a cell and in Python; `reset` says that it stays."""

    def sent() -> bool:
        return "systemInstruction" in server.posts[-1].json

    notebook.drawn("a fox", "--system 'Only ink.'")
    notebook.drawn("in snow")
    assert sent()
    assert "Its system instruction still applies: “Only ink.”" in notebook.line("reset").text
    notebook.drawn("an owl", '--system ""')
    assert not sent()
    notebook.drawn("in rain")
    assert not sent()
    assert "system instruction" not in notebook.line("reset").text
    notebook.python("import nbgemini as nb\n_ = nb.conversation().imagine('a cat', system='Paint.')")
    assert sent()
    notebook.python("_ = nb.conversation().imagine('a dog', system='')\n_ = nb.conversation().imagine('a hen')")
    assert not sent()
    assert server.violations == []
