"""What a sweep may be asked in Python: each odd call is refused by name before anything is sent, or it is right."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import nbgemini as nb
from nbgemini.bridge import Interrupts
from nbgemini.errors import NbgeminiError, OptionError
from nbgemini.tuning.front import wish_of
from nbgemini.tuning.holding.sweep import Sweep
from nbgemini.tuning.sweeping import Sweeping
from tests.tuning.drawing_server import DrawingServer, sweeping_on

Ask = Callable[..., Sweep]
STYLES = ["ink", "oil"]


class Medium(Enum):
    INK = "ink"
    OIL = "oil"


class Unprintable:
    def __str__(self) -> str:
        raise RuntimeError("no")


def red() -> Image.Image:
    return Image.new("RGB", (64, 64), "red")


def blue() -> Image.Image:
    return Image.new("RGB", (64, 64), "blue")


# A prompt and the words, then a pattern of what is said.
REFUSED: list[tuple[Any, dict[str, Any], str]] = [
    ("a {style}", {}, r"Nothing fills `\{style\}`"),
    ("a {style}", {"style": []}, "`style` has no values"),
    ("a {style}", {"style": {}}, "`style` has no values"),
    ("a {style}", {"style": range(0)}, "`style` has no values"),
    ("a {style}", {"style": np.array([])}, "`style` has no values"),
    ("a {style}", {"style": ["ink", "ink"]}, "`ink` twice"),
    ("a {style}", {"style": [1, 1]}, "`1` twice"),
    ("a {style}", {"stile": STYLES}, "`stile` is an axis, and neither"),
    ("a {style}", {"style": STYLES, "mood": ["calm"]}, "`mood` is an axis, and neither"),
    ("a {style}", {"style": STYLES, "colour": "red"}, "`colour` is not an option"),
    ("a {style}", {"style": STYLES, "apsect": "1:1"}, "`apsect` is not an option"),
    ("a {style} {x}", {"style": STYLES}, r"Nothing fills `\{x\}`"),
    ("a {style}", {"style": STYLES, "system": "be {mood}"}, r"Nothing fills `\{mood\}` in `system`"),
    ("a {style}", {"style": STYLES, "system": ["be {mood}", "be plain"]}, r"Nothing fills `\{mood\}` in `system`"),
    ("a {style}", {"style": STYLES, "system": "be {styl}"}, r"Nothing fills `\{styl\}` in `system`"),
    ("a {style}", {"style": STYLES, "alt": "{alt}"}, r"Nothing fills `\{alt\}` in `alt`"),
    ("a boat", {"style": STYLES}, "`style` is an axis, and neither"),
    (None, {"style": STYLES}, "prompt is empty"),
    ("", {"aspect": ["1:1", "16:9"]}, "prompt is empty"),
    ("   ", {"aspect": ["1:1", "16:9"]}, "prompt is empty"),
    (None, {}, "prompt is empty"),
    (17, {"aspect": ["1:1", "16:9"]}, "A prompt is text, not int"),
    (["a {style}", "b"], {"style": STYLES, "axes": {"prompt": ["c"]}}, "`prompt` is an axis twice"),
    (["a", "a"], {}, "`a` twice"),
    ([], {}, "`prompt` has no values"),
    ("a {style}", {"style": STYLES, "axes": {"style": ["red"]}}, "`style` is an axis twice"),
    ("a {style}", {"style": STYLES, "axes": ["x"]}, "`axes` must be a mapping"),
    ("a boat", {"axes": {"aspect": ["1:1", "16:9"]}}, "`aspect` is an axis, and neither"),
    ("a boat", {"aspect": ["1:1", "16-9"]}, "`16-9` is not a ratio"),
    ("a boat", {"aspect": ["1:1", "99:1"]}, "cannot draw 99:1"),
    ("a boat", {"size": ["1K", "8K"]}, "`8K` is not a size"),
    ("a boat", {"size": ["1K", "4K"]}, "cannot draw 4K"),
    ("a boat", {"model": ["flash-lite", "no such!"]}, "not a model id"),
    ("a boat", {"model": ["flash-lite", 7]}, "model"),
    ("a boat", {"model": ["flash-lite", "gemini-3.1-flash-lite-image"]}, "ask for the same picture"),
    ("a boat", {"seed": ["x", 1]}, "`seed` takes a whole number"),
    ("a boat", {"seed": [1, "01"]}, "are the same value"),
    ("a boat", {"seed": [1, True]}, "seed"),
    ("a boat", {"seed": [1.5, 2]}, "seed"),
    ("a boat", {"temperature": [0, 9]}, "`temperature` goes from 0 to 2"),
    ("a boat", {"temperature": [0, float("inf")]}, "temperature"),
    ("a boat", {"thinking": ["high", "huge"]}, "`huge` is not a value of `thinking`"),
    ("a boat", {"tier": ["flex", "turbo"]}, "`turbo` is not a value of `tier`"),
    ("a boat", {"search": ["web", "all"]}, "search"),
    ("a boat", {"only": ["image", "video"]}, "`video` is not a value of `only`"),
    ("a boat", {"aspect": ["1:1", "16-9"], "seed": ["x"], "mood": ["calm"]}, "3 things are wrong"),
    ("a boat", {"save": ["a", "b"]}, "`save` is the same for all shots"),
    ("a boat", {"budget": [1, 2]}, "`budget` is the same for all shots"),
    ("a boat", {"yes": [True, False]}, "`yes` is the same for all shots"),
    ("a boat", {"new": [True, False]}, "`new` is the same for all shots"),
    ("a boat", {"replay": ["auto", "off"]}, "`replay` is the same for all shots"),
    ("a {style}", {"style": STYLES, "count": 0}, "`count` is a whole number"),
    ("a {style}", {"style": STYLES, "count": -1}, "`count` is a whole number"),
    ("a {style}", {"style": STYLES, "count": 1.5}, "`count` is a whole number"),
    ("a {style}", {"style": STYLES, "count": True}, "`count` is a whole number"),
    ("a {style}", {"style": STYLES, "count": "2"}, "`count` is a whole number"),
    ("a {style}", {"style": STYLES, "count": 5000}, "`count` is a whole number"),
    ("a {style}", {"style": STYLES, "workers": 0}, "`workers` is a whole number"),
    ("a {style}", {"style": STYLES, "workers": "8"}, "`workers` is a whole number"),
    ("a {style}", {"style": STYLES, "workers": 10_000}, "`workers` is a whole number"),
    ("a {style}", {"style": STYLES, "name": "a b"}, "cannot be the name of a sweep"),
    ("a {style}", {"style": STYLES, "name": "a/b"}, "cannot be the name of a sweep"),
    ("a {style}", {"style": STYLES, "name": "a.1"}, "cannot be the name of a sweep"),
    ("a {style}", {"style": STYLES, "name": "@3"}, "cannot be the name of a sweep"),
    ("a {style}", {"style": STYLES, "name": 7}, "The name of a sweep is text"),
    ("a {style}", {"style": STYLES, "strict": "yes"}, "`strict` is True or False"),
    ("a {style}", {"style": STYLES, "pair": "style"}, "`pair` is a list of pairs of names"),
    ("a {style}", {"style": STYLES, "pair": [("style",)]}, "`pair` is a list of pairs of names"),
    ("a {style}", {"style": STYLES, "pair": [("style", "aspect")]}, "`aspect`, which is not an axis"),
    ("a {style}", {"style": STYLES, "aspect": ["1:1"], "pair": ("style", "aspect")}, "`style` 2, `aspect` 1"),
    ("a {style}", {"style": STYLES, "pair": [("style", "style")]}, "names an axis twice"),
    ("a {style}", {"style": STYLES, "pair": 3}, "`pair` is a list of pairs of names"),
    ("a {style}", {"style": STYLES, "skip": {"style": []}}, "`skip` names no value of `style`"),
    ("a boat", {"seed": [1, float("nan")]}, "A value of `seed` is missing"),
    ("a boat", {"size": ["1K", None]}, "A value of `size` is missing"),
    ("a boat", {"model": ["pro", None]}, "A value of `model` is missing"),
    (["a", None], {}, "A prompt is text, not NoneType"),
    ({"a", "b"}, {}, r"`prompt=list\(…\)`"),
    ("a {style}", {"style": STYLES, "skip": "style"}, "`skip` is a function"),
    ("a {style}", {"style": STYLES, "skip": {"style": "red"}}, "`red`, which is not a value of `style`"),
    ("a {style}", {"style": STYLES, "skip": {"mood": "calm"}}, "`mood`, which is not an axis"),
    ("a {style}", {"style": STYLES, "skip": lambda shot: True}, "every combination is skipped"),
    ("a {style}", {"style": STYLES, "skip": [{"style": "ink"}, {"style": "oil"}]}, "every combination is skipped"),
    (["a {n}", "an owl"], {"n": [1, 2]}, "ask for the same picture"),
    ("a {style}", {"style": "ink", "seed": [1]}, r'`style` is not an option, .*Write `style=\["ink"\]`'),
    ("a {style}", {"style": (style for style in STYLES)}, "`style` is a generator, and an axis is a list"),
    ("a {style}", {"style": set(STYLES)}, "`style` is a set, and an axis is a list"),
    ("a {style}", {"style": {"ink": 1}.keys()}, "`style` is a dict_keys, and an axis is a list"),
    ("a boat", {"seed": iter([1, 2])}, "`seed` is a list_iterator, and an axis is a list"),
    ("a {style}", {"style": [["a", "b"], ["c"]]}, "A value of `style` is of type list"),
    ("a {style}", {"style": [b"ink"]}, "A value of `style` is of type bytes"),
    ("a {style}", {"style": [{"a": 1}]}, "A value of `style` is of type dict"),
    ("a {style}", {"style": [len]}, "A value of `style` is of type builtin_function_or_method"),
    ("a boat", {"history": [1, 2]}, "`history` is the same for all shots, and cannot be an axis"),
    ("a boat", {"shots": [{"count": 3}]}, "`count` is the same for all shots, and cannot be an axis"),
    ("a {style}", {"shots": [{"style": "ink"}, {"seed": 2}]}, r"row with `seed` `2` has no value for `\{style\}`"),
    ("a {style}", {"style": STYLES, "skip": lambda shot: 1 / 0}, "`skip` raised ZeroDivisionError"),
    (
        "a {style}",
        {"style": STYLES, "aspect": ["1:1", "4:5"], "seed": [1, 2], "pair": [("style", "aspect"), ("aspect", "seed")]},
        "`aspect`, which is walked in step with `style` already",
    ),
    ("a {style}", {"shots": []}, "`shots` has no rows"),
    ("a {style}", {"shots": [1]}, "Row 1 of `shots`"),
    ("a {style}", {"shots": [{"style": "ink"}, ["oil"]]}, "Row 2 of `shots`"),
    ("a {style}", {"shots": "no such file.csv"}, "cannot be read"),
    ("a {style}", {"shots": {"style": ["ink"]}}, "is a DataFrame or a list of mappings"),
    ("a {style}", {"shots": 7}, "is a DataFrame or a list of mappings"),
    ("a {style}", {"shots": [{"style": "ink"}, {"style": "ink"}]}, "Rows 1 and 2 of `shots` are the same"),
    ("a {style}", {"shots": [{}, {}]}, "`shots` has no values"),
    ("a {style}", {"shots": [{"style": "ink", "id": 7}]}, "`id` is an axis, and neither"),
    ("a {style}", {"shots": [{"style": "ink"}], "style": STYLES}, "`style` is an axis twice"),
    ("a {style}", {"shots": [{1: "ink"}]}, "cannot be a column's name"),
    ("a boat", {"shots": [{"prompt": "a"}]}, "`prompt` is an axis, and there is a prompt too"),
    (None, {"shots": [{"aspect": "1:1"}]}, "prompt is empty"),
    ("mix", {"ref": ["no such file.png"]}, "no such file"),
    ("mix", {"ref": [red(), 7]}, "not a picture"),
    ("mix", {"ref": [None, red()]}, "A value of `ref` is missing"),
    ("mix {pic}", {"pic": [red(), Unprintable()]}, "Unprintable, which is neither text nor a picture"),
    ("mix", {"from_": [1, 99]}, "has no turn"),
    ("mix", {"from_": ["nowhere"]}, "nowhere"),
    ("a {style}", {"style": STYLES, "conversation": ""}, "conversation"),
    ("a {style}", {"style": STYLES, "on_shot": 7}, "`on_shot` is a function"),
    ("a {style}", {"style": STYLES, "batch": 1}, "`batch` is True or False"),
    ("a {style}", {"style": STYLES, "batch": True, "tier": "flex"}, "half the standard price"),
    ("a {style}", {"style": STYLES, "batch": True, "timeout": 60}, "`--timeout` has no meaning in a batch"),
    ("a {style}", {"style": STYLES, "out": "grid"}, "out"),
    ("a {style}", {"style": range(20_000)}, "the limit is 10,000"),
    ("a {style} {n}", {"style": range(2000), "n": range(100)}, "a sweep takes 10,000 at most"),
    ("a {style}", {"style": ["\ud800"]}, "half a character|surrogate"),
    ("a {style}", {"style": STYLES, "replay": "only"}, "No recording answers"),
    ("a {style}", {"style": STYLES, "replay": "never"}, "never"),
    ("a {style}", {"style": STYLES, "budget": "much"}, "not a sum"),
    ("a {style}", {"style": STYLES, "budget": 0.01}, "is left of the budget"),
    ("a {style}", {"style": STYLES, "model": "gemini-3-pro-image", "size": "4K", "count": 5}, "above `confirm_over`"),
    ("a {style}", {"style": STYLES, "save": "no/such/folder"}, "no folder|no image suffix"),
    ("a {style}", {"style": STYLES, "save": "one.png"}, "is one file"),
    ("AIzaSyA-sentinel-sentinel-sentinel-0123 {style}", {"style": STYLES}, "contains an API key"),
    ("a {style}", {"style": ["x" * 400_000, "y"]}, "tokens"),
]


@pytest.fixture(name="server")
def _server() -> DrawingServer:
    return DrawingServer()


@pytest.fixture(name="kernel")
def _kernel(server: DrawingServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sweeping:
    """The public functions of nbgemini on a studio of this test."""
    monkeypatch.chdir(tmp_path)
    kernel = sweeping_on(server, tmp_path)
    monkeypatch.setattr("nbgemini.tuning.front.sweeping", lambda studio=None: kernel)
    return kernel


def refusal(prompt: Any, words: dict[str, Any]) -> str:
    """What is said of it; another exception passes."""
    try:
        nb.sweep(prompt, **{"new": True, **words} if "from_" not in words else words)
    except NbgeminiError as error:
        return str(error)
    return "it was taken"


def test_what_is_wrong_is_refused_by_name(kernel: Sweeping, server: DrawingServer, tmp_path: Path) -> None:
    """Our own error that names it, no request, and no sweep in the store: one table, one test."""
    wrong = {}
    for case, (prompt, words, said) in enumerate(REFUSED):
        told = refusal(prompt, words)
        if not re.search(said, told) or server.requests or list(tmp_path.glob(".nbgemini/sweeps/*.jsonl")):
            wrong[case] = (prompt, said, told, server.requests)
    assert wrong == {}


def drawn(kernel: Sweeping, prompt: Any = None, /, **words: Any) -> Sweep:
    with Interrupts() as interrupts:
        return kernel.begin(wish_of(prompt, {"new": True, **words})).wait(interrupts=interrupts)


# A prompt and the words, then the prompts and options that must arrive.
RIGHT: list[tuple[Any, dict[str, Any], list[tuple[str, dict[str, Any]]]]] = [
    ("a {style}", {"style": STYLES}, [("a ink", {}), ("a oil", {})]),
    ("a {style}", {"style": ("ink", "oil")}, [("a ink", {}), ("a oil", {})]),
    ("a {style}", {"style": {"dark": "a dark night", "light": "noon"}}, [("a a dark night", {}), ("a noon", {})]),
    ("a {n}", {"n": range(1, 4)}, [("a 1", {}), ("a 2", {}), ("a 3", {})]),
    ("a {n}", {"n": np.array([1, 2])}, [("a 1", {}), ("a 2", {})]),
    ("a {n}", {"n": [0.5, True]}, [("a 0.5", {}), ("a True", {})]),
    ("a {style}", {"style": ["oil, thick", ""]}, [("a oil, thick", {}), ("a ", {})]),
    (["a fox", "an owl"], {}, [("a fox", {}), ("an owl", {})]),
    (["a {n}", "the {n}"], {"n": [1, 2]}, [("a 1", {}), ("a 2", {}), ("the 1", {}), ("the 2", {})]),
    ("a boat", {"aspect": ["1:1", "16:9"]}, [("a boat", {"aspectRatio": "1:1"}), ("a boat", {"aspectRatio": "16:9"})]),
    ("{size} boat", {"axes": {"size": ["big", "small"]}}, [("big boat", {}), ("small boat", {})]),
    ("{size} boat", {"size": ["big", "small"]}, [("big boat", {}), ("small boat", {})]),
    ("a boat", {"seed": range(2)}, [("a boat", {"seed": 0}), ("a boat", {"seed": 1})]),
    ("a boat", {"temperature": [0, 1]}, [("a boat", {"temperature": 0}), ("a boat", {"temperature": 1})]),
    ("a {style}", {"style": STYLES, "aspect": ["1:1", "16:9"], "pair": ("style", "aspect")},
     [("a ink", {"aspectRatio": "1:1"}), ("a oil", {"aspectRatio": "16:9"})]),
    ("a {style}", {"style": STYLES, "aspect": ["1:1", "16:9"], "skip": lambda shot: shot.axes["style"] == "ink"},
     [("a oil", {"aspectRatio": "1:1"}), ("a oil", {"aspectRatio": "16:9"})]),
    ("a {style}", {"style": STYLES, "aspect": ["1:1", "16:9"], "skip": {"style": "ink", "aspect": "1:1"}},
     [("a ink", {"aspectRatio": "16:9"}), ("a oil", {"aspectRatio": "1:1"}), ("a oil", {"aspectRatio": "16:9"})]),
    (None, {"shots": [{"prompt": "a fox", "aspect": "1:1"}, {"prompt": "an owl", "aspect": None}]},
     [("a fox", {"aspectRatio": "1:1"}), ("an owl", {})]),
    ("a {style}", {"shots": [{"style": "ink"}, {"style": "oil", "seed": float("nan")}], "aspect": ["1:1", "4:5"]},
     [("a ink", {"aspectRatio": "1:1"}), ("a ink", {"aspectRatio": "4:5"}), ("a oil", {"aspectRatio": "1:1"}),
      ("a oil", {"aspectRatio": "4:5"})]),
    ('{style} {{x}} {"a": 1}', {"style": STYLES}, [('ink {{x}} {"a": 1}', {}), ('oil {{x}} {"a": 1}', {})]),
    ("a {style}", {"style": [Decimal("1.5"), date(2026, 11, 30)]}, [("a 1.5", {}), ("a 2026-11-30", {})]),
    ("a {style}", {"style": list(Medium)}, [("a ink", {}), ("a oil", {})]),
    ("a boat", {"shots": [{"seed": 1.0}, {"aspect": "1:1", "seed": float("nan")}]},
     [("a boat", {"seed": 1}), ("a boat", {"aspectRatio": "1:1"})]),
    ("a boat", {"temperature": [0.5, 1.0], "skip": {"temperature": 1}}, [("a boat", {"temperature": 0.5})]),
    ("a {style}", {"style": ["{x}", "{style}"]}, [("a {x}", {}), ("a {style}", {})]),
    ("a boat", {"mood": ["calm", "wild"], "system": "be {mood}"}, [("a boat", {}), ("a boat", {})]),
]  # fmt: skip


@pytest.mark.parametrize("case", range(len(RIGHT)))
def test_what_is_right_arrives_as_it_is_meant(case: int, kernel: Sweeping, server: DrawingServer) -> None:
    """One request for each shot, its prompt and options as its axes say; shots are numbered in their order."""
    prompt, words, expected = RIGHT[case]
    grid = drawn(kernel, prompt, **words)
    arrived = []
    for body in server.bodies:
        config = body.get("generationConfig", {})
        told = {**config.get("imageConfig", {}), **config}
        text = body["contents"][-1]["parts"][-1]["text"]
        arrived.append((text, {name: told[name] for name in ("aspectRatio", "seed", "temperature") if name in told}))
    assert sorted(arrived, key=repr) == sorted(expected, key=repr)
    assert [shot.prompt for shot in grid] == [text for text, _ in expected]
    assert grid.numbers == tuple(range(1, len(expected) + 1))


def test_lists_of_references_and_fixed_lists(kernel: Sweeping, server: DrawingServer) -> None:
    """A list of lists is an axis of lists; `fixed` is one value for all, and each picture is read once."""
    one, other = red(), blue()
    drawn(kernel, "mix", ref=[[one, other], [one]])
    shown = [sum("inlineData" in part for part in body["contents"][0]["parts"]) for body in server.bodies]
    assert sorted(shown) == [1, 2]
    grid = drawn(kernel, "mix {n}", ref=nb.fixed([one, other]), n=[1, 2, 3])
    assert len(grid) == 3
    assert [sum("inlineData" in part for part in body["contents"][0]["parts"]) for body in server.bodies[2:]] == [
        2,
        2,
        2,
    ]
    drawn(kernel, "put {pic} here", pic={"red": one, "blue": other})
    assert all("inlineData" in str(body["contents"][0]["parts"]) for body in server.bodies[5:])


def test_a_column_of_a_csv_file(kernel: Sweeping, server: DrawingServer, tmp_path: Path) -> None:
    """A file is a list of shots; an empty cell says nothing, and a byte order mark is no part of a name."""
    (tmp_path / "shots.csv").write_text('\ufeffprompt,aspect\r\na fox,1:1\r\n"an owl, old",\r\n', "utf-8")
    grid = drawn(kernel, shots=str(tmp_path / "shots.csv"))
    assert [(shot.prompt, shot.axes.get("aspect")) for shot in grid] == [("a fox", "1:1"), ("an owl, old", None)]
    assert server.requests == 2


def test_a_skip_names_a_turn_as_people_do(kernel: Sweeping, server: DrawingServer) -> None:
    """A result that is a value of `from_` is the turn that `@2`, `main@2` or 2 names, and is no other."""
    studio = kernel._studio
    cat, owl = studio.imagine("a cat"), studio.imagine("an owl", new=True)
    for named, at in (("@2", owl), ("main@2", owl), (2, owl), (owl, owl), ("@1", cat)):
        words = {"hat": ["cap"], "from_": [cat, owl], "skip": {"from_": named}}
        (left,) = kernel.preview(wish_of("add a {hat}", words)).sweep
        assert left.axes["from"] is not at
    with pytest.raises(OptionError, match="`@3`, which is not a value of `from`"):
        kernel.preview(wish_of("add a {hat}", {"hat": ["cap"], "from_": [cat, owl], "skip": {"from_": "@3"}}))


def test_a_folder_that_is_missing_is_named(
    kernel: Sweeping, server: DrawingServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a slash or without one, as a text or a path; what has an image suffix is one file."""
    monkeypatch.chdir(tmp_path)
    grid = drawn(kernel, "a {style}", style=STYLES)
    for folder in ("out/", "out", Path("out"), "v1.0"):
        missing = str(tmp_path / str(folder).rstrip("/"))
        with pytest.raises(OptionError, match=f"^There is no folder `{missing}`"):
            grid.save(folder)
    with pytest.raises(OptionError, match="is one file, and a sweep has many pictures"):
        grid.save("cat.png")
    with pytest.raises(OptionError, match="There is no folder"):
        kernel.preview(wish_of("a {style}", {"style": STYLES, "save": "out"}))
    (tmp_path / "out").mkdir()
    assert len(grid.save("out/")) == 2


def test_turns_of_two_conversations_are_refused(kernel: Sweeping, server: DrawingServer) -> None:
    """Shots are siblings in one conversation: an axis of turns cannot name two."""
    ink = drawn(kernel, "a {style}", style=["ink"])
    kernel.begin(wish_of("an {style}", {"style": ["owl"], "new": True}), conversation="other").wait(
        interrupts=Interrupts()
    )
    with pytest.raises(NbgeminiError, match=r"turns of different conversations \(`main`, `other`\)"):
        kernel.preview(wish_of("add a bird", {"from_": ["main@1", "other@1"]}))
    assert (len(ink), server.requests) == (1, 2)


def test_each_of_many_faults_can_be_read() -> None:
    """Three lines name as many as they hold and how many there are; the text of the error lists all."""
    with pytest.raises(OptionError) as caught:
        wish_of("a boat", {"aspect": [f"{number}-9" for number in range(20)]}).faults.check()
    error = caught.value
    whole = str(error)
    assert all(f"`{number}-9`" in whole for number in range(20))
    lines = error.lines()
    assert len(lines) <= 3
    assert lines[0].startswith("OptionError: 20 things are wrong, ")
    assert "`%tb` shows all 20." in lines[-1]
