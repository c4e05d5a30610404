"""Cells that continue, fork, undo and start afresh, in a real kernel, before a server that forgives nothing."""

from __future__ import annotations

import base64
from typing import Any

from tests.kernel.conftest import Notebook
from tests.support.replies import STYLES, Draw, words
from tests.support.strict_server import StrictServer


def prompts(turns: list[Any]) -> list[str]:
    """The texts of the user turns of a request, oldest first."""
    return [turn["parts"][-1]["text"] for turn in turns if turn["role"] == "user"]


def signatures(content: Any) -> list[str]:
    return [part["thoughtSignature"] for part in content["parts"] if part.get("thoughtSignature")]


def test_each_cell_edits_the_last_picture(notebook: Notebook, server: StrictServer) -> None:
    """Every shape of answer is taken in, replayed string for string, and accepted."""
    server.will(*(Draw(style) for style in STYLES))
    for style in STYLES:
        notebook.drawn(f"a {style} fox")
    notebook.drawn("and a hat")
    assert prompts(server.posts[-1].turns) == [*(f"a {style} fox" for style in STYLES), "and a hat"]
    assert [len(request.turns) for request in server.posts] == [1, 3, 5, 7, 9, 11, 13]


def test_signatures_come_back_string_identical(notebook: Notebook, server: StrictServer) -> None:
    """Also those of nearly a megabyte, those on drafts and those on empty text; unknown fields beside them too."""
    styles = ("heavy", "drafts", "tail", "unknown")
    given = len(server.answered)
    server.will(*(Draw(style) for style in styles))
    for style in styles:
        notebook.drawn(style)
    notebook.drawn("once more")
    contents = [content for _, content in server.answered[given:]][: len(styles)]
    body = server.posts[-1].body.decode()
    for content in contents:
        assert all(f'"{signature}"' in body for signature in signatures(content))
    replayed = [turn for turn in server.posts[-1].turns if turn["role"] == "model"]
    assert replayed == contents
    assert "x-unknown" in body


def test_thoughts_are_left_out_as_a_whole(notebook: Notebook, server: StrictServer) -> None:
    """Thought text is never sent as plain text."""
    server.will(Draw("thoughts"))
    notebook.drawn("a fox")
    notebook.drawn("at night")
    assert b"Planning" not in server.posts[-1].body


def test_new_begins_a_root(notebook: Notebook, server: StrictServer) -> None:
    """`--new` sends nothing of what was before, and later cells go on from it."""
    notebook.drawn("a fox")
    notebook.drawn("an owl", "--new")
    notebook.drawn("at night")
    assert [prompts(request.turns) for request in server.posts] == [["a fox"], ["an owl"], ["an owl", "at night"]]


def test_from_forks_at_that_picture(notebook: Notebook, server: StrictServer) -> None:
    """`--from VAR` goes on from the turn that made the picture, wherever the conversation is by now."""
    notebook.drawn("a fox", "-o fox")
    notebook.drawn("at night")
    notebook.drawn("in snow", "--from fox -o snow")
    notebook.drawn("with an owl")
    notebook.drawn("by turn number", "--from @2")
    sent = [prompts(request.turns) for request in server.posts[2:]]
    assert sent == [["a fox", "in snow"], ["a fox", "in snow", "with an owl"], ["a fox", "at night", "by turn number"]]


def test_from_and_ref_and_new_together(notebook: Notebook, server: StrictServer) -> None:
    """REFs are resolved before `--new` acts: the last picture can be shown to a fresh start."""
    notebook.drawn("a fox", "-o fox")
    original = base64.b64decode(notebook.python("import base64; print(base64.b64encode(fox.bytes).decode())"))
    notebook.drawn("the same in a hat", "--new -r @last")
    notebook.drawn("beside this one", "-r fox")
    assert prompts(server.posts[1].turns) == ["the same in a hat"]
    assert server.posts[1].images == server.posts[2].images == [original]
    assert len(server.posts[2].turns) == 3


def test_undo_and_redo(notebook: Notebook, server: StrictServer) -> None:
    """Undo steps back without deleting, redo returns, and an edit after an undo is a branch."""
    notebook.drawn("a fox")
    notebook.drawn("at night")
    assert notebook.line("undo").ok
    assert notebook.line("redo").ok
    assert notebook.line("undo").ok
    notebook.drawn("in snow")
    notebook.drawn("from the night", "--from @2")
    assert [prompts(request.turns) for request in server.posts[2:]] == [
        ["a fox", "in snow"],
        ["a fox", "at night", "from the night"],
    ]


def test_undo_at_the_start_says_so_and_passes(notebook: Notebook) -> None:
    """Too many undos and redos are no errors."""
    notebook.drawn("a fox")
    assert notebook.line("undo").ok
    again = notebook.line("undo")
    assert again.ok
    assert "Nothing to undo" in again.text
    assert notebook.line("redo").ok
    assert "Nothing to redo" in notebook.line("redo").text


def test_fork_use_and_list(notebook: Notebook, server: StrictServer) -> None:
    """A fork is a conversation of its own with a shared past; `use` goes back and forth; `list` knows both."""
    name = notebook.conversation
    notebook.drawn("a fox")
    assert notebook.line(f"fork {name}-night").ok
    notebook.drawn("at night")
    assert notebook.line(f"use {name}").ok
    notebook.drawn("in snow")
    assert notebook.line(f"use {name}-night").ok
    notebook.drawn("with stars")
    assert [prompts(request.turns) for request in server.posts[1:]] == [
        ["a fox", "at night"],
        ["a fox", "in snow"],
        ["a fox", "at night", "with stars"],
    ]
    listed = notebook.line("list").text
    assert name in listed
    assert f"{name}-night" in listed


def test_dash_c_switches(notebook: Notebook, server: StrictServer) -> None:
    """`-c NAME` makes a conversation, and goes on with it when it is there."""
    name = notebook.conversation
    notebook.drawn("a fox")
    notebook.drawn("an owl", f"-c {name}-other")
    notebook.drawn("at night")
    notebook.drawn("in snow", f"-c {name}")
    assert [prompts(request.turns) for request in server.posts] == [
        ["a fox"],
        ["an owl"],
        ["an owl", "at night"],
        ["a fox", "in snow"],
    ]


def test_reset_begins_anew_and_deletes_nothing(notebook: Notebook, server: StrictServer) -> None:
    """After a reset the next cell is a root; earlier turns keep their numbers and can be gone back to."""
    notebook.drawn("a fox")
    assert notebook.line("reset").ok
    notebook.drawn("an owl")
    notebook.drawn("the fox at night", "--from @1")
    assert [prompts(request.turns) for request in server.posts[1:]] == [["an owl"], ["a fox", "the fox at night"]]


def test_history_and_show(notebook: Notebook) -> None:
    """Turn numbers count up in the order of making, whatever the branch; `%imagine` alone is the history."""
    assert "turn 1" in notebook.drawn("a fox").text
    assert "turn 2" in notebook.drawn("at night").text
    notebook.line("undo")
    assert "turn 3" in notebook.drawn("in snow").text
    history = notebook.line("history")
    assert all(prompt in str(history.outputs) for prompt in ("a fox", "at night", "in snow"))
    assert notebook.kernel.run("%imagine").ok
    shown = notebook.line("show 2")
    assert shown.ok
    assert "at night" in str(shown.outputs)
    assert notebook.line("show 9").error_name == "ConversationError"


def test_count_asks_side_by_side(notebook: Notebook, server: StrictServer) -> None:
    """`-n 3` sends the same request three times; the conversation goes on from the first."""
    several = notebook.drawn("a fox", "-n 3")
    assert len({request.body for request in server.posts}) == 1
    (sheet,) = several.pictures
    html = sheet["data"]["text/html"]
    assert [html.count(f'alt="Picture {number} of 3: a fox') for number in (1, 2, 3)] == [1, 1, 1]
    assert "turns 1–3" in several.text
    notebook.drawn("at night")
    assert prompts(server.posts[-1].turns) == ["a fox", "at night"]


def test_an_answer_in_words_is_a_turn(notebook: Notebook, server: StrictServer) -> None:
    """STOP without a picture passes, shows the text, says how to get a picture, and undo takes it back."""
    notebook.drawn("a fox")
    server.will(words("I would rather <b>describe</b> it."))
    outcome = notebook.draw("a dream")
    assert outcome.ok
    assert outcome.pictures == []
    assert "I would rather <b>describe</b> it." in outcome.text
    assert "<b>describe</b>" not in str([output["data"].get("text/html") for output in outcome.displays])
    assert "--only image" in outcome.text
    notebook.line("undo")
    notebook.drawn("at night")
    assert prompts(server.posts[-1].turns) == ["a fox", "at night"]


def test_options_hold_for_their_cell_but_model_and_system_stay(notebook: Notebook, server: StrictServer) -> None:
    """Ratio, size and seed are gone with their cell; the model and the system instruction stay."""
    notebook.drawn("a fox", "-m flash -a 16:9 -s 2K --seed 7 --system 'Paint in oil.' --only image")
    notebook.drawn("at night")
    first, second = (request.json for request in server.posts)
    assert first["generationConfig"] == {
        "responseModalities": ["IMAGE"],
        "imageConfig": {"aspectRatio": "16:9", "imageSize": "2K"},
        "seed": 7,
    }
    assert second["generationConfig"] == {"responseModalities": ["TEXT", "IMAGE"]}
    assert first["systemInstruction"]["parts"] == second["systemInstruction"]["parts"] == [{"text": "Paint in oil."}]
    assert [request.path.split("/")[-1].split(":")[0] for request in server.posts] == ["gemini-3.1-flash-image"] * 2


def test_every_request_option_reaches_the_wire(notebook: Notebook, server: StrictServer) -> None:
    """Each option stands where Google documents it."""
    notebook.drawn(
        "a fox",
        "-m nano-banana-2.1 --thinking high --temperature 0.5 --top-p 0.9 --top-k 40 --max-tokens 9000"
        ' --set generationConfig.presencePenalty=0.25 --set labels=\'{"a": "b"}\'',
    )
    config = server.posts[0].json["generationConfig"]
    assert config == {
        "responseModalities": ["TEXT", "IMAGE"],
        "thinkingConfig": {"thinkingLevel": "HIGH"},
        "temperature": 0.5,
        "topP": 0.9,
        "topK": 40,
        "maxOutputTokens": 9000,
        "presencePenalty": 0.25,
    }
    assert server.posts[0].json["labels"] == {"a": "b"}


def test_the_same_in_python(notebook: Notebook, server: StrictServer) -> None:
    """The library's verbs send what the cells send, and a result tells all about itself."""
    notebook.drawn("a fox")
    shown = notebook.python(
        "import nbgemini as nb\n"
        "conversation = nb.conversation()\n"
        "night = conversation.imagine('at night', aspect='16:9')\n"
        "snow = night.edit('in snow')\n"
        "conversation.undo()\n"
        "print(night.turn, snow.turn, conversation.last.turn, night.mime, night.image.size, night.finish_reason,"
        " len(night.bytes) == night.path.stat().st_size, night.cost is not None)"
    )
    assert shown.split() == ["2", "3", "2", "image/jpeg", "(64,", "48)", "STOP", "True", "True"]
    assert [prompts(request.turns) for request in server.posts[1:]] == [
        ["a fox", "at night"],
        ["a fox", "at night", "in snow"],
    ]


def test_a_picture_is_kept_as_it_came(notebook: Notebook, server: StrictServer) -> None:
    """JPEG bytes declared as PNG are a JPEG here: on disk, in the output and in `--save`, byte for byte."""
    outcome = notebook.drawn("a fox", "-o fox --save saved.png --alt 'a fox in the grass'")
    sent = base64.b64decode(picture_of(server))
    shown = outcome.pictures[0]
    assert base64.b64decode(shown["data"]["image/jpeg"]) == sent
    assert shown["metadata"]["image/jpeg"]["alt"] == "a fox in the grass"
    saved = sorted(notebook.kernel.folder.glob("saved*"))
    assert [path.suffix for path in saved] == [".jpg"]
    assert saved[0].read_bytes() == sent
    assert notebook.python("import pathlib; print(pathlib.Path(fox.path).read_bytes() == fox.bytes)") == "True\n"


def picture_of(server: StrictServer) -> str:
    """The base64 of the final picture that was given out last."""
    parts = [part for part in server.answered[-1][1]["parts"] if "inlineData" in part and not part.get("thought")]
    return str(parts[-1]["inlineData"]["data"])
