"""Notebooks run and turned into something else by other tools: papermill, nbclient, nbconvert, jupytext."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.kernel.test_frontends import a_notebook, in_a_child, pictures

# -- papermill ---------------------------------------------------------------------------------------------------------

PAPERMILL = """
import nbformat, papermill
document = nbformat.read("in.ipynb", as_version=4)
document.cells[1].metadata["tags"] = ["parameters"]
nbformat.write(document, "in.ipynb")
try:
    papermill.execute_notebook(
        "in.ipynb", "out.ipynb", parameters={"animal": "barn owl", "ratio": "16:9"}, progress_bar=False
    )
except papermill.PapermillExecutionError as problem:
    print(problem)
"""


@pytest.mark.deep
def test_papermill_puts_its_parameters_into_prompts_and_tells_what_failed(tmp_path: Path) -> None:
    """`{animal}` is papermill's value; a blocked cell ends the run, and the error and the notebook say why."""
    done = in_a_child(
        PAPERMILL,
        tmp_path,
        "%load_ext nbgemini",
        "animal = 'fox'\nratio = '1:1'",
        "%%imagine -o one\nA portrait of a {animal} in the rain",
        "get_ipython().run_cell_magic('imagine', f'-a {ratio} -o two', 'at night')\nprint(two.image.size, two.turn)",
        "%%imagine\nemulate: IMAGE_SAFETY",
        "print('this must not run')",
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"^AnswerBlocked: .*IMAGE_SAFETY", done.stdout, re.MULTILINE), done.stdout
    document = _read(tmp_path / "out.ipynb")
    drawing = next(cell for cell in document.cells if "portrait" in cell.source)
    assert "a barn owl" in _alt(pictures(drawing)[0])
    checked = next(cell for cell in document.cells if "ratio}" in cell.source)
    assert checked.outputs[-1].text == "(1376, 768) 2\n"
    failed = next(cell for cell in document.cells if "emulate" in cell.source)
    error = next(output for output in failed.outputs if output.output_type == "error")
    assert (error.ename, "IMAGE_SAFETY" in error.evalue) == ("AnswerBlocked", True)
    assert len(error.traceback) <= 3
    assert document.cells[-1].execution_count is None


def _read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]  # nbformat has no types


def _alt(output: Any) -> str:
    kind = next(kind for kind in output.data if kind.startswith("image/"))
    return str(output.metadata[kind]["alt"])


# -- nbclient ----------------------------------------------------------------------------------------------------------

NBCLIENT = """
import nbclient, nbformat
document = nbformat.read("in.ipynb", as_version=4)
document.cells[2].metadata["tags"] = ["raises-exception"]
client = nbclient.NotebookClient(document, kernel_name="thispython", timeout=60)
try:
    client.execute()
except nbclient.exceptions.CellExecutionError as problem:
    print(problem.ename, "|", problem.evalue)
    print([bool(cell.execution_count) for cell in document.cells])
client = nbclient.NotebookClient(document, kernel_name="thispython", timeout=60, allow_errors=True)
client.execute()
nbformat.write(document, "out.ipynb")
"""


@pytest.mark.deep
def test_nbclient_goes_on_where_it_is_told_to(tmp_path: Path) -> None:
    """After a cell tagged `raises-exception` the next goes on from the picture before; so do all with allow_errors."""
    done = in_a_child(
        NBCLIENT,
        tmp_path,
        "%load_ext nbgemini",
        "%%imagine\nA lighthouse on a cliff",
        "%%imagine\nemulate: block PROHIBITED_CONTENT",
        "%%imagine -o night\nMake it night",
        "%%imagine -s 8k\nA cat",
        "print(night.turn, night.conversation.exchanges[0].exchange.id == night.exchange.parent)",
    )
    assert done.returncode == 0, done.stderr
    error, reached = done.stdout.splitlines()
    assert error.startswith("OptionError | `8k` is not a size;")
    assert reached == "[True, True, True, True, True, False]"
    document = _read(tmp_path / "out.ipynb")
    nbformat.validate(document)
    errors = [[output.ename for output in cell.outputs if output.output_type == "error"] for cell in document.cells]
    assert errors == [[], [], ["AnswerBlocked"], [], ["OptionError"], []]
    assert [len(pictures(cell)) for cell in document.cells] == [0, 1, 0, 1, 0, 0]
    assert document.cells[-1].outputs[0].text == "2 True\n"


# -- nbconvert ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A notebook with pictures of every kind of output: a cell, several at once, a result by itself, a captured one."""
    folder = tmp_path_factory.mktemp("nbconvert")
    program = """
import nbclient, nbformat
document = nbformat.read("in.ipynb", as_version=4)
nbclient.NotebookClient(document, kernel_name="thispython", timeout=60).execute()
nbformat.write(document, "out.ipynb")
"""
    done = in_a_child(
        program,
        folder,
        "%load_ext nbgemini",
        "%%imagine --alt 'ein Leuchtturm \"am\" Meer <1>' -o one\nA lighthouse",
        "%%imagine -n 2 --alt 'zwei Eulen'\nTwo owls",
        "one",
        "%%capture seen\n%%imagine --alt 'gefangen'\nA caught moth",
        "seen.show()",
    )
    assert done.returncode == 0, done.stderr
    return _read(folder / "out.ipynb")


ALTS = [
    'ein Leuchtturm "am" Meer <1>',
    "Picture 1 of 2: zwei Eulen",
    "Picture 2 of 2: zwei Eulen",
    'ein Leuchtturm "am" Meer <1>',
    "gefangen",
]


@pytest.mark.deep
def test_every_picture_and_its_alt_text_is_in_the_html(executed: Any) -> None:
    """nbconvert's own template knows no alt texts, so the words beside each picture say what it shows."""
    from bs4 import BeautifulSoup
    from nbconvert import HTMLExporter

    page, _ = HTMLExporter().from_notebook_node(executed)  # type: ignore[no-untyped-call]  # nbconvert has no types
    soup = BeautifulSoup(page, features="html.parser")
    assert len(soup.select("img")) == len(ALTS)
    read = [
        " ".join(output.get_text().split())
        for cell in soup.select(".jp-Cell")
        for output in cell.select(".jp-Cell-outputWrapper")
        if cell.select("img")
    ]
    assert len(read) == 4
    for text, alt in zip(read, (ALTS[0], "", "", ALTS[4]), strict=True):  # a result by itself is its picture
        assert alt in text
    assert [str(img["alt"]) for img in soup.select("table img")] == [f"{alt} (emulated)" for alt in ALTS[1:3]]


@pytest.mark.deep
def test_a_template_that_knows_alt_texts_has_them_in_their_attribute(executed: Any) -> None:
    """nbconvert's classic template reads them from the output's metadata; they arrive escaped."""
    from bs4 import BeautifulSoup
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(template_name="classic")  # type: ignore[no-untyped-call]  # nbconvert has no types
    page, _ = exporter.from_notebook_node(executed)
    pictures = BeautifulSoup(page, features="html.parser").select("img")
    assert [str(picture["alt"]) for picture in pictures] == [f"{alt} (emulated)" for alt in ALTS]


@pytest.mark.deep
def test_every_picture_and_its_alt_text_is_in_the_markdown(executed: Any) -> None:
    """nbconvert writes `![jpeg]`; the words beside each picture say what it shows."""
    from nbconvert import MarkdownExporter

    page, resources = MarkdownExporter().from_notebook_node(executed)  # type: ignore[no-untyped-call]
    named = re.findall(r"!\[\w*\]\(([^)]+)\)", page)
    assert len(named) == len(ALTS) - 2  # the sheet of two is a table
    assert set(named) <= set(resources["outputs"])
    outputs = re.sub(r"```.*?```", "", page, flags=re.DOTALL)
    for alt in ("ein Leuchtturm &quot;am&quot; Meer &lt;1&gt;", "Picture 2 of 2: zwei Eulen", "gefangen"):
        assert alt in outputs


# -- jupytext ----------------------------------------------------------------------------------------------------------

BODIES = (
    "%load_ext nbgemini",
    "%%imagine -a 16:9 -o bay\nA lighthouse on a cliff\n\n  above the sea",
    "%%imagine --alt \"the cat's hat\" --seed 7\ncat in the cat's hat, {not: 'json'}\nls\n!x\n%y\n# 1\n猫 \\ 🐈",
    "%%imagine\n```python\nx\n```\nin a frame",
    "%%time\n%%imagine\nMake it night",
    "x = 1\n%imagine undo",
    "%imagine history",
    "bay",
    "print(bay.conversation)",
)
JUPYTEXT = """
import jupytext, nbclient, nbformat
document = jupytext.read("in.py")
nbclient.NotebookClient(document, kernel_name="thispython", timeout=60).execute()
nbformat.write(document, "out.ipynb")
"""


@pytest.mark.parametrize("form", ["py:percent", "py:light", "md", "md:myst"])
def test_cells_survive_jupytext(form: str) -> None:
    """A notebook kept as text gives the same cells back, body for body."""
    import jupytext  # type: ignore[import-untyped]  # it publishes no types

    text = jupytext.writes(a_notebook(*BODIES), fmt=form)
    back = [cell.source for cell in jupytext.reads(text, fmt=form).cells if cell.cell_type == "code"]
    assert back == list(BODIES)


@pytest.mark.deep
def test_a_notebook_kept_as_python_runs(tmp_path: Path) -> None:
    """`%%imagine` cells of a py:percent file draw what they drew in the notebook."""
    import jupytext

    text = jupytext.writes(a_notebook(*BODIES), fmt="py:percent")
    (tmp_path / "in.py").write_text(text.replace("name: python3", "name: thispython"), encoding="utf-8")
    done = in_a_child(JUPYTEXT, tmp_path)
    assert done.returncode == 0, done.stderr
    document = _read(tmp_path / "out.ipynb")
    assert [len(pictures(cell)) for cell in document.cells] == [0, 1, 1, 1, 1, 0, 0, 1, 0]
    assert document.cells[-1].outputs[0].text == "<Conversation main: 4 turns, at turn 3>\n"
