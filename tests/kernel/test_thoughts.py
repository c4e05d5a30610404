"""`--thoughts`: what a stream brings is seen while it comes, and what is left is one turn like any other."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.kernel.conftest import Notebook
from tests.kernel.test_conversation import prompts
from tests.support.kernel import Kernel, Outcome
from tests.support.replies import Draw, Reply, Streamed, events, overloaded, picture_reply, quota
from tests.support.strict_server import StrictServer

UPDATE = "update_display_data"


def live(kernel: Kernel, since: int) -> list[dict[str, Any]]:
    """The data of every display and update that came after so many messages, those of the live block."""
    shown = [m["content"]["data"] for m in kernel.messages[since:] if m["msg_type"] in ("display_data", UPDATE)]
    return [data for data in shown if "thinking…" in data.get("text/plain", "")]


def test_thoughts_are_seen_while_the_model_thinks(notebook: Notebook, server: StrictServer) -> None:
    """The block comes before the picture, open; the result takes its place, the thoughts folded; nothing is left."""
    server.will(Streamed(20))
    before = len(notebook.kernel.messages)
    name = notebook.kernel.send(notebook.cell("a fox", "--thoughts"), "cell")
    notebook.kernel.until(lambda: live(notebook.kernel, before))
    assert not notebook.kernel.cells[name].pictures
    seen = live(notebook.kernel, before)[-1]
    assert "**Planning**" in seen["text/plain"]
    assert "<details open>" in seen["text/html"]
    assert "<b>Planning</b>" in seen["text/html"]
    server.release()
    outcome = notebook.kernel.finish(name)
    assert outcome.ok, outcome.error_lines
    texts = [str(output["data"]["text/plain"]) for output in outcome.displays]
    assert texts[0] == "[thoughts]\n**Planning**\n\nI consider the light."
    assert re.match(r"Here is picture \d+\.", texts[1])
    assert len(outcome.pictures) == 1
    assert len(texts) == 4
    assert "thinking…" not in outcome.text
    folded = outcome.displays[0]["data"]["text/html"]
    assert "<details>" in folded
    assert "<b>Planning</b>" in folded
    assert 'alt="interim picture"' in folded
    (post,) = server.posts
    assert post.path.endswith(":streamGenerateContent?alt=sse")
    assert post.json["generationConfig"]["thinkingConfig"] == {"includeThoughts": True}


@pytest.mark.parametrize(
    "style", ["plain", "thoughts", "drafts", "unknown", "tail", pytest.param("heavy", marks=pytest.mark.deep)]
)
def test_a_streamed_turn_goes_back_string_for_string(notebook: Notebook, server: StrictServer, style: str) -> None:
    """The strict server would complain; a plain cell goes on from it, and a stream from that."""
    server.will(Streamed(style=style), Draw(style), Streamed(style=style))
    notebook.drawn("a fox", "--thoughts")
    notebook.drawn("in snow")
    notebook.drawn("at night", "--thoughts")
    assert prompts(server.posts[-1].turns) == ["a fox", "in snow", "at night"]
    assert [post.streams for post in server.posts] == [True, False, True]


def test_interim_pictures_are_no_results(notebook: Notebook, server: StrictServer) -> None:
    """One image, its thoughts as text; a reopened conversation still has them, and shows them folded."""
    server.will(Streamed())
    notebook.drawn("a fox", "--thoughts -o fox")
    assert notebook.python("len(fox.images), fox.thoughts") == "(1, '**Planning**\\n\\nI consider the light.')"
    shown = notebook.line("show 1")
    assert "[thoughts]" in shown.text
    assert "--thoughts" in shown.text


@pytest.mark.deep
def test_quiet_shows_no_thoughts(notebook: Notebook, server: StrictServer) -> None:
    """Neither live nor afterwards."""
    server.will(Streamed(1.2))
    before = len(notebook.kernel.messages)
    outcome = notebook.drawn("a fox", "--thoughts --quiet")
    assert len(outcome.displays) == 1
    assert live(notebook.kernel, before) == []


@pytest.mark.deep
def test_several_at_once_keep_their_thoughts_apart(notebook: Notebook, server: StrictServer) -> None:
    """Each request has its own part of the block, and each picture its own thoughts."""
    server.will(Streamed(20), Streamed(20))
    before = len(notebook.kernel.messages)
    name = notebook.kernel.send(notebook.cell("a fox", "--thoughts -n 2"), "cell")
    notebook.kernel.until(lambda: any("request 2" in data["text/html"] for data in live(notebook.kernel, before)))
    server.release()
    outcome = notebook.kernel.finish(name)
    assert outcome.ok, outcome.error_lines
    assert len(outcome.pictures) == 1  # one sheet has both
    assert outcome.text.count("[thoughts]") == 2


@pytest.mark.deep
def test_in_the_background_they_come_too(notebook: Notebook, server: StrictServer) -> None:
    """The cell has ended; its place for words shows the thoughts until the picture is there."""
    server.will(Streamed(20))
    outcome = notebook.draw("a fox", "--thoughts --bg", cell_id="cell")
    assert outcome.ok, outcome.error_lines
    notebook.kernel.until(lambda: "thinking…" in outcome.text)
    server.release()
    notebook.kernel.until(lambda: "turn 1 of" in outcome.text)
    assert "thinking…" not in outcome.text
    assert len(outcome.pictures) == 1


def test_an_interrupt_in_the_middle_keeps_the_late_answer(notebook: Notebook, server: StrictServer) -> None:
    """The thoughts stay, folded; the answer becomes an orphan that can be adopted and edited."""
    server.will(Streamed(20))
    before = len(notebook.kernel.messages)
    name = notebook.kernel.send(notebook.cell("a fox", "--thoughts"), "cell")
    notebook.kernel.until(lambda: live(notebook.kernel, before))
    notebook.kernel.interrupt()
    outcome = notebook.kernel.finish(name)
    assert outcome.error_name == "KeyboardInterrupt"
    assert "thoughts until then" in outcome.text
    server.release()
    notebook.kernel.until(lambda: "makes it a turn" in outcome.text)
    found = re.search(r"%imagine recover (\w+)", outcome.text)
    assert found
    adopted = notebook.line(f"recover {found[1]}")
    assert adopted.ok, adopted.error_lines
    assert adopted.pictures


@pytest.mark.deep
def test_a_stream_that_breaks_off_is_an_unknown_outcome(notebook: Notebook, server: StrictServer) -> None:
    """Three lines, nothing is sent again, the thoughts stay; a whole picture can be adopted, and edited."""
    server.will(Streamed(1.0, keep=5))  # the fifth event brings the final picture
    outcome = notebook.draw("a fox", "--thoughts", cell_id="cell")
    assert outcome.error_name == "OutcomeUnknown"
    assert len(outcome.error_lines) <= 3
    assert "charged" in "\n".join(outcome.error_lines)
    assert "thoughts until then" in outcome.text
    assert len(server.posts) == 1
    found = re.search(r"%imagine recover (\w+)", "\n".join(outcome.error_lines))
    assert found
    assert len(notebook.line(f"recover {found[1]}").pictures) == 1
    notebook.drawn("at night")  # its signature was not vouched for by an end: the picture goes along in the user's turn
    assert len(server.posts[-1].turns) == 1
    assert len(server.posts[-1].images) == 1


def test_an_error_in_the_middle_of_a_stream(notebook: Notebook, server: StrictServer) -> None:
    """Typed, in three lines, once; the conversation is as it was."""
    error = {"error": {"code": 503, "message": "<script>alert(1)</script> overloaded", "status": "UNAVAILABLE"}}
    begun = b"".join(events(picture_reply(0, "thoughts"))[:2])
    server.will(Reply(begun + b"data: " + json.dumps(error).encode() + b"\r\n\r\n", content_type="text/event-stream"))
    outcome = notebook.draw("a fox", "--thoughts")
    assert outcome.error_name == "ServerFault"
    assert len(outcome.error_lines) <= 3
    assert len(server.posts) == 1
    notebook.drawn("a cat")
    assert prompts(server.posts[-1].turns) == ["a cat"]


@pytest.mark.deep
def test_refusals_before_a_stream_are_tried_again(notebook: Notebook, server: StrictServer) -> None:
    """They cost nothing: as with plain calls."""
    server.will(quota("0.1s"), overloaded())
    notebook.drawn("a fox", "--thoughts")
    assert [post.streams for post in server.posts] == [True] * 3


@pytest.mark.deep
def test_the_trait_asks_where_the_model_can(notebook: Notebook, server: StrictServer) -> None:
    """A model that does not think is asked plainly; an explicit option is refused with a reason."""
    try:
        notebook.python("%config NbGemini.thoughts = True")
        notebook.drawn("a fox")
        notebook.drawn("a fox", "--new -m nano-banana")
    finally:
        notebook.python("%config NbGemini.thoughts = None")
    assert [post.streams for post in server.posts] == [True, False]
    refused = notebook.draw("a fox", "--thoughts -m nano-banana")
    assert refused.error_name == "OptionError"
    assert "does not think" in refused.error_lines[0]
    assert len(server.posts) == 2


def test_python_takes_the_same_word(notebook: Notebook, server: StrictServer) -> None:
    """`thoughts=True`; False wins over the trait; anything else is refused."""
    talk = f"import nbgemini as nb\ntalk = nb.conversation({notebook.conversation!r})\n"
    server.will(Streamed())
    assert "Planning" in notebook.python(f"{talk}talk.imagine('a fox', thoughts=True).thoughts")
    notebook.python(f"{talk}talk.imagine('a fox', thoughts=False);")
    assert [post.streams for post in server.posts] == [True, False]
    refused = notebook.kernel.run(f"{talk}talk.imagine('a fox', thoughts='yes')")
    assert refused.error_name == "OptionError"


@pytest.mark.deep
def test_nbclient_keeps_the_final_state(tmp_path: Path) -> None:
    """An executed notebook holds the result and no trace of the waiting."""
    cells = ["%load_ext nbgemini\nimport nbgemini as nb\nnb.emulator(latency=2);", "%%imagine --thoughts\na fox"]
    made = [nbformat.v4.new_code_cell(source) for source in cells]  # type: ignore[no-untyped-call]
    document = nbformat.v4.new_notebook(cells=made)  # type: ignore[no-untyped-call]
    NotebookClient(document, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    outcome = Outcome(outputs=document.cells[1].outputs)
    texts = [str(output["data"]["text/plain"]) for output in outcome.displays]
    assert texts[0].startswith("[thoughts")
    assert not [text for text in texts if "thinking…" in text or "drawing…" in text or not text]
    assert len(outcome.pictures) == 1
