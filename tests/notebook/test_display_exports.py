"""Outputs in real notebooks: valid, shown by nbconvert with their alt texts, and clean after a real kernel's run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nbgemini.core.conversation import Conversation
from nbgemini.notebook.help.pages import help_bundle, topic_names
from nbgemini.notebook.show.bundles import Bundle
from nbgemini.notebook.show.display import outputs
from nbgemini.notebook.views.strips import strip
from tests.notebook.display_kit import drawn, encoded, kept, reader, thought

nbformat = pytest.importorskip("nbformat")

ALT = 'a "tabby" cat <b> (emulated)'


def notebook(*bundles: Bundle) -> Any:
    """A notebook of one cell with these outputs, checked against the format."""
    made = [
        nbformat.v4.new_output(
            "display_data", dict(bundle.data), metadata=json.loads(json.dumps(dict(bundle.metadata)))
        )
        for bundle in bundles
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("%%imagine\nx", outputs=made, id="c0")])
    nbformat.validate(book)
    return book


@pytest.fixture
def bundles(tmp_path: Path) -> tuple[Bundle, ...]:
    """One of each kind of output, with hostile words in them."""
    result = kept(
        tmp_path,
        thought("Hm. <script>alert(1)</script>"),
        "Here: $x$ **bold** ![x](https://evil.example/x.png) <script>alert(2)</script>",
        encoded(drawn(300, 200), "JPEG"),
        encoded(drawn(2048, 1152), "WEBP"),
        prompt='a "tabby" cat <b>',
        backend="emulator",
    )
    conversation = Conversation("main", exchanges=(result.exchange,), head=result.exchange.id)
    return (*outputs(result), strip(conversation, reader(tmp_path)), help_bundle())


def test_html(bundles: tuple[Bundle, ...]) -> None:
    """Every picture is there, alt texts too, and nothing of ours or the model's runs or loads."""
    from bs4 import BeautifulSoup
    from nbconvert import HTMLExporter

    exporter = HTMLExporter()  # type: ignore[no-untyped-call]  # nbconvert publishes no types
    page, _ = exporter.from_notebook_node(notebook(*bundles))
    body = BeautifulSoup(page, "html.parser").select_one("main")
    assert body is not None
    assert [str(img["src"])[:22] for img in body.select("img")] == ["data:image/jpeg;base64"] * 3
    # nbconvert knows no alt text for picture outputs: the footer says it beside the picture.
    assert [img["alt"] for img in body.select("img")][::2] == [f"draft: {ALT}", ALT]
    assert f"Picture: {ALT}." in body.get_text()
    assert body.select("script, iframe, a[href*=evil]") == []
    assert len(body.select("details")) == 2 + len(topic_names())


def test_markdown(bundles: tuple[Bundle, ...]) -> None:
    """Pictures become files beside it; the alt text stands in the text."""
    from nbconvert import MarkdownExporter

    exporter = MarkdownExporter()  # type: ignore[no-untyped-call]  # nbconvert publishes no types
    text, resources = exporter.from_notebook_node(notebook(*bundles))
    assert [name for name in resources["outputs"] if name.endswith((".jpeg", ".jpg"))]
    assert "Picture: a &quot;tabby&quot; cat &lt;b&gt; (emulated)." in text
    assert "<script>" not in text
    assert "gemini-3-pro-image · 16:9, 2048 × 1152 · 12.3 s · emulator" in text


CELL = """
import time
from pathlib import Path
from nbgemini.notebook.show.display import outputs
from nbgemini.notebook.show.screen import NotebookScreen
from nbgemini.notebook.cell.waiting import Waiting
from tests.notebook.display_kit import drawn, encoded, kept
from tests.notebook.test_display_waiting import Underway

waiting = Waiting(NotebookScreen(), "gemini-3-pro-image", clock=iter(range(99)).__next__)
for _ in range(3):
    waiting.tick(Underway())
"""


@pytest.mark.deep
def test_real_kernel(tmp_path: Path) -> None:
    """Where updates are followed, the waiting line is gone after a run: its place holds the first output, or how long
    it took before an error."""
    nbclient = pytest.importorskip("nbclient")
    done = "waiting.finish(outputs(kept(Path('.'), encoded(drawn(300, 200), 'JPEG'), 'Words.')))"
    failed = "waiting.fail(); raise ValueError('no')"
    line = "__import__('nbgemini').notebook.show.bundles.line_bundle('it came')"
    left = f"waiting.leave('given up'); waiting.announce({line})"
    cells = [nbformat.v4.new_code_cell(CELL + end, id=f"c{at}") for at, end in enumerate((done, failed, left))]
    book = nbformat.v4.new_notebook(cells=cells)
    client = nbclient.NotebookClient(
        book, allow_errors=True, timeout=60, resources={"metadata": {"path": str(tmp_path)}}, kernel_name="python3"
    )
    client.execute()
    first, second, third = (cell.outputs for cell in book.cells)
    assert [sorted(output.data) for output in first] == [
        ["image/jpeg", "text/plain"],
        ["text/html", "text/plain"],
        ["text/html", "text/plain"],
    ]
    assert first[0].metadata["image/jpeg"]["alt"] == "a tabby cat on a sofa"
    assert [output.output_type for output in second] == ["display_data", "error"]
    assert second[0].data["text/plain"].startswith("no picture · gemini-3-pro-image · ")
    assert [output.data["text/plain"] for output in third] == ["it came"]
