"""Bad words in Python, settings and the environment: refused before anything is sent, and nothing has changed."""

from __future__ import annotations

import io
import math
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from nbgemini.errors import NbgeminiError
from nbgemini.net.inprocess import InProcess
from nbgemini.studio.studio import Studio
from tests.studio.server import Server, answer, picture, studio_on
from tests.support import figures


class Hostile:
    """Everything that anyone may ask of it fails."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(f"no {name}")

    def __repr__(self) -> str:
        raise RuntimeError("no repr")

    def __iter__(self) -> Iterator[Any]:
        raise RuntimeError("no iter")

    def __len__(self) -> int:
        raise RuntimeError("no len")

    def __bool__(self) -> bool:
        raise RuntimeError("no bool")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no eq")

    __hash__ = None  # type: ignore[assignment]  # what is compared with pain is not hashed

    def __str__(self) -> str:
        raise RuntimeError("no str")


class Yes:
    """Has every attribute, and each is itself."""

    def __getattr__(self, name: str) -> Any:
        return self

    def __call__(self, *_: object, **__: object) -> Any:
        return self


class Png:
    def __init__(self, value: object) -> None:
        self.value = value

    def _repr_png_(self) -> object:
        if isinstance(self.value, BaseException):
            raise self.value
        return self.value


class Arrayed:
    def __array__(self, *_: object, **__: object) -> Any:
        raise MemoryError("too large")


class Text(str):
    """A text that shows itself otherwise."""

    __slots__ = ()

    def __repr__(self) -> str:
        raise RuntimeError("no repr")


class Endless(list[Any]):
    """A list that never ends."""

    def __iter__(self) -> Iterator[Any]:
        while True:
            yield self[0]


class Bytes(bytes):
    """Bytes that cannot be had."""

    def __bytes__(self) -> bytes:
        raise RuntimeError("no bytes")

    def __getitem__(self, at: Any) -> Any:
        raise RuntimeError("no item")


class Frame(Image.Image):
    """A picture without a mode."""

    mode = property(lambda self: 1 / 0)  # what a class of the user's may do


class Table(dict[str, Any]):
    """A mapping that cannot be looked through."""

    def items(self) -> Any:
        raise RuntimeError("no items")


def _released() -> memoryview:
    view = memoryview(b"x")
    view.release()
    return view


def _endless() -> Iterator[int]:
    while True:
        yield 1


def _nested() -> list[Any]:
    inside: list[Any] = []
    inside.append(inside)
    return inside


def _deep(depth: int) -> Any:
    value: Any = "cat.png"
    for _ in range(depth):
        value = [value]
    return value


def _file(data: bytes) -> Callable[[], bytes]:
    return lambda: data


def _png(mode: str = "RGB", size: tuple[int, int] = (30, 20), form: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new(mode, size).save(file, form)
    return file.getvalue()


_NUMBERS: list[Any] = [
    math.nan,
    math.inf,
    -math.inf,
    "one",
    b"1",
    [1],
    {},
    True,
    1j,
    10**400,
    Hostile(),
    np.array([1, 2]),
]
_TEXTS: list[Any] = [7, b"x", ["x"], Hostile()]
_ODD_TEXT = ["", " ", "\x00", "\ud800", "a\nb", "\u202e", "x" * 3000]
ROWS: dict[str, tuple[Any, dict[str, Any]]] = {}


def _row(name: str, prompt: Any = "a fox", **words: Any) -> None:
    assert name not in ROWS
    ROWS[name] = (prompt, words)


for _at, _value in enumerate(_NUMBERS):
    for _word in ("seed", "top_k", "max_tokens", "temperature", "top_p", "timeout", "count"):
        _row(f"{_word}, number {_at}", **{_word: _value})
_WRONG: dict[str, tuple[Any, ...]] = {
    "seed": (1.5, 2**31, -(2**31) - 1),
    "top_k": (0, -1, 1.5),
    "max_tokens": (0, -1, 0.5),
    "temperature": (-0.1, 2.1),
    "top_p": (-0.1, 1.1),
    "timeout": (0, -1, 86_401),
    "count": (0, -1, 1001, 1.0, 2**70),
    "only": ("sound", "words", 1),
    "thinking": ("very", "HIGH!", 1, "low"),
    "aspect": ("16-9", "0:0", "16:9:4", "-1:1", "١:١", 1.5),
    "size": ("8k", "3K", "1024", 2048, "512px"),
    "from_": (99, 0, -1, 2**80, True, "x", 1.5, Hostile()),
    "model": ("a b", "../x", "a/b", "https://x.example", "mödel", "x" * 2000, "imagen-4.0-generate-001", "\u202e"),
    "set": (
        {"": 1},
        ["x"],
        ["a=b"],
        "generationConfig.seed",
        7,
        {"a": object()},
        {"a": math.nan},
        {"contents": []},
        {"contents.0.parts": []},
        {"a": _nested()},
        {1: 2},
        ["=1"],
        ["a..b=1"],
    ),
}
for _word, _values in _WRONG.items():
    for _at, _value in enumerate(_values):
        _row(f"{_word}, wrong {_at}", **{_word: _value})
for _word in ("aspect", "size", "model", "only", "thinking"):
    for _at, _value in enumerate([*_TEXTS, *_ODD_TEXT]):
        if _word not in ("aspect", "size") or not isinstance(_value, str) or _value.strip():
            _row(f"{_word}, text {_at}", **{_word: _value})
for _at, _value in enumerate(_TEXTS[:1] + _TEXTS[1:]):
    _row(f"system, text {_at}", system=_value)
_row("system, half a character", system="\ud800")
for _at, _value in enumerate(
    (
        "",
        "  \n\t",
        "\r\n",
        None,
        7,
        b"a fox",
        [],
        {},
        ["", " "],
        [None],
        [7],
        "\ud800",
        "a \udfff fox",
        Hostile(),
        Yes(),
        ("",),
    )
):
    _row(f"prompt {_at}", _value)
_row("prompt of 3 MB", "word " * 600_000)
_row("unknown word", colour="red")
_row("a slip", aspct="16:9")
_row("a key in the prompt", "draw AIza" + "B" * 35)
_row("a key in system", system="AIza" + "B" * 35)
_row("new and from_", new=True, from_=1)
for _at, _value in enumerate(
    [
        7,
        1.5,
        True,
        "",
        " ",
        "nowhere.png",
        "*.nothing",
        "http://example.com/x.png",
        "ftp://example.com/x",
        "file:///etc/passwd",
        "@99",
        "@last2",
        "@",
        "a\x00b",
        "\ud800",
        b"",
        b"no picture",
        _png()[:45],
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        Path("/dev/null"),
        Path("nowhere"),
        Path("."),
        _endless(),
        iter(()),
        _nested(),
        [None, []],
        [None],
        {"a": 1},
        {1, 2},
        Hostile(),
        Yes(),
        Png(None),
        Png("text"),
        Png(b"no"),
        Png(RuntimeError("no")),
        Png(SystemExit(3)),
        Arrayed(),
        np.array([]),
        np.zeros((0, 5, 3)),
        np.zeros((4,)),
        np.zeros((2, 2, 2, 2)),
        np.zeros((5, 5, 7), "uint8"),
        np.full((4, 4), np.nan),
        np.full((4, 4, 3), np.inf),
        np.zeros((4, 4), complex),
        np.array([[object()]]),
        np.array([["x"]]),
        np.zeros((4, 4), "datetime64[s]"),
        np.full((4, 4, 3), 300.0),
        np.full((4, 4, 3), -1),
        np.zeros((30_000, 30_000), "uint8"),
        print,
        len,
        Image,
        type,
        lambda: 1,
        io.BytesIO(b""),
        io.StringIO("x"),
        range(3),
        memoryview(b"x"),
        bytearray(b"x"),
        object(),
        NotImplemented,
        ...,
        _deep(2000),
        Text("nowhere.png"),
        Bytes(_png()),
        Frame(),
        Table(a="x.png"),
        _released(),
        Endless([_png()]),
    ]
):
    _row(f"ref {_at}", ref=[_value] if not isinstance(_value, list) else _value)
    if _at in (30, 23, 24, 25):
        _row(f"ref {_at}, bare", ref=_value)
for _at, _value in enumerate([Endless(["a fox"]), Endless([_png()]), ["a", _released()], ["a", Bytes(_png())]]):
    _row(f"prompt in pieces {_at}", _value)
for _at, _value in enumerate(
    ["", "/no/such/folder/x.png", "a\x00b.png", "x" * 300 + ".png", "cat.exe", "cat", "/dev/null", "\ud800.png", 7]
):
    _row(f"save {_at}", save=_value)
for _name in ("yes", "new", "fresh", "thoughts"):
    for _value in ("no", "yes", 1, 0, [], Hostile()):
        _row(f"{_name} {type(_value).__name__} {_value if isinstance(_value, str | int) else ''}", **{_name: _value})


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Studio, Server, Path]:
    home = tmp_path_factory.mktemp("words")
    server = Server(answer(picture("teal")))
    studio = studio_on(server, home)
    studio.imagine("a fox")
    return studio, server, home


def _asked(ask: Callable[[], object]) -> object:
    """None for a refusal as it should be; else what came of it."""
    try:
        return ask()
    except NbgeminiError as error:
        lines = error.lines()
        fine = len(lines) <= 3 and error.charged == "nothing sent" and all(line.isprintable() for line in lines)
        return None if fine else lines
    except BaseException as problem:  # what must not be
        return problem


def _files(home: Path) -> set[str]:
    return {str(path) for path in home.rglob("*")}


def test_bad_words_are_refused_unsent(place: tuple[Studio, Server, Path]) -> None:
    """Our own error of three lines, no request, and conversation, store and folder as before: one table, one test."""
    studio, server, home = place
    wrong: dict[str, str] = {}
    for name, (prompt, words) in ROWS.items():
        asked, turns, files = len(server.requests), len(studio.value().exchanges), _files(home)
        raw = _asked(partial(studio.imagine, prompt, **words))
        sent = len(server.requests) - asked
        figures.add("bad inputs", 1, foreign_exceptions=isinstance(raw, BaseException), requests=sent)
        left = {path for path in _files(home) - files if "/objects/" not in path}
        if raw is not None or sent or left or len(studio.value().exchanges) != turns:
            wrong[name] = f"{type(raw)} {str(raw)[:300]}, {sent} requests, left: {sorted(left)}"
    assert wrong == {}


SETTINGS: list[tuple[str, Any]] = [
    ("base_url", "ftp://example.com"),
    ("base_url", "https//example.com"),
    ("base_url", "https://"),
    ("base_url", "https://u:p@example.com"),
    ("base_url", "http://example.com"),
    ("base_url", "https://example.com:99999"),
    ("base_url", "https://[::1"),
    ("base_url", "https://example.com?x=1"),
    ("base_url", "https://example.com/#x"),
    ("base_url", "https://exa mple.com"),
    ("base_url", "https://example.com\nx"),
    ("base_url", "file:///etc/passwd"),
    ("base_url", "javascript:alert(1)"),
    ("base_url", "https://\x00"),
    ("base_url", "http://0.0.0.0"),
    ("base_url", "https://" + "x" * 3000),
    ("api_version", "../x"),
    ("api_version", "v1/../../x"),
    ("api_version", "v1?x"),
    ("api_version", "\ud800"),
    ("timeout", "0"),
    ("timeout", "nan"),
    ("timeout", "inf"),
    ("timeout", "1e999"),
    ("timeout", "soon"),
    ("timeout", "-1"),
    ("preview", "15"),
    ("preview", "1e3"),
    ("preview", "٢٠٠"),
    ("preview", ""),
    ("confirm_over", "nan"),
    ("confirm_over", "inf"),
    ("confirm_over", "-1"),
    ("confirm_over", "much"),
    ("backend", "azure"),
    ("catalogue", "nowhere.json"),
    ("catalogue", "/dev/null"),
    ("store", "/dev/null"),
    ("store", "\x00"),
    ("aspect", "16-9"),
    ("size", "8k"),
    ("model", "../x"),
    ("keep_tasks_running", "perhaps"),
    ("GOOGLE_API_KEY", "schlüssel"),
    ("GOOGLE_API_KEY", "two words"),
    ("GOOGLE_API_KEY", "a\nb"),
    ("GOOGLE_API_KEY", "a\u200bb"),
    ("GEMINI_API_KEY", "\udcff"),
    ("GOOGLE_API_KEY", "x\x7fy"),
]


def _goes_into_the_environment(value: str) -> bool:
    """An empty variable counts as unset, and no system takes the others."""
    return bool(value) and "\x00" not in value and "\ud800" not in value


WAYS = [
    (way, name, value)
    for way in ("trait", "environment")
    for name, value in SETTINGS
    if way == "trait" or _goes_into_the_environment(value)
]


@pytest.mark.parametrize(("way", "name", "value"), WAYS, ids=range(len(WAYS)))
def test_bad_settings_are_refused_unsent(tmp_path: Path, way: str, name: str, value: str) -> None:
    """A trait or a variable that cannot be used is named, and nothing is sent."""
    server = Server(answer(picture("teal")))
    traits: dict[str, Any] = {}
    if way == "environment" or name.isupper():
        os.environ[name if name.isupper() else f"NBGEMINI_{name.upper()}"] = value
    else:
        traits[name] = value
    gateway = {} if way == "environment" or name == "base_url" else {"base_url": "https://gateway.example"}
    studio = Studio(traits=lambda: {**gateway, **traits}, home=tmp_path, transport=InProcess(server.handle))
    os.environ.setdefault("GEMINI_API_KEY", "k" * 39)
    raw = _asked(lambda: studio.imagine("a fox"))
    figures.add("bad inputs", 1, foreign_exceptions=isinstance(raw, BaseException), requests=len(server.requests))
    assert raw is None, repr(raw)[:300]
    assert server.requests == []
