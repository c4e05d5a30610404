"""`{name}` in the body: the user's plain values go in once; whatever else stands in braces stays, and nothing leaks."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import math
import os
import time
import types
from collections import OrderedDict, defaultdict, namedtuple
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nbgemini.notebook.names.names import own_names, parse_name
from nbgemini.notebook.names.templating import Inline, Template, expanded
from tests.conftest import PictureMaker
from tests.support.sampling import sampled

Pair = namedtuple("Pair", "first second")


class Colour(enum.StrEnum):
    RED = "red"


@dataclasses.dataclass
class Style:
    best: str = "ink"
    later: Any = None

    @property
    def computed(self) -> str:
        raise AssertionError("a property was read")


@dataclasses.dataclass(slots=True)
class Slotted:
    best: int = 5
    _hidden: int = 6


class Loud(str):
    """A text that must not be asked to describe itself."""

    def __str__(self) -> str:
        raise AssertionError("asked")

    __repr__ = __format__ = __str__  # type: ignore[assignment]


class Hostile:
    """An object that does something whenever it is looked at."""

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(f"asked for {name}")

    def __getitem__(self, key: object) -> Any:
        raise AssertionError("asked for an item")


class HostileArray(numpy.ndarray[Any, Any]):
    """An array that cannot be looked at."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(f"asked for {name}")


class HostileList(list[Any]):
    def __len__(self) -> int:
        raise RuntimeError("asked for its length")


class HostileDict(dict[str, str]):
    def __missing__(self, key: str) -> str:
        raise AssertionError("made up")

    def __getitem__(self, key: str) -> str:
        raise AssertionError("asked")


def text(body: str, /, **names: Any) -> str:
    """The body with its names replaced, where nothing was left over."""
    template = expanded(body, names)
    assert template.warning == ""
    assert template.text is not None
    return template.text


def left(body: str, /, **names: Any) -> str:
    """The warning about a body that stays as it is."""
    template = expanded(body, names)
    assert template.text == body
    assert "\n" not in template.warning
    return template.warning


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("a cat", "a cat"),
        ("", ""),
        (Loud("soft"), "soft"),
        (Colour.RED, "red"),
        (3, "3"),
        (-0.5, "-0.5"),
        (math.nan, "nan"),
        (math.inf, "inf"),
        (True, "True"),
        (10**4000, "1" + "0" * 4000),
        (Decimal("1.50"), "1.50"),
        (numpy.float32(0.1), "0.1"),
        (numpy.float64(0.1), "0.1"),
        (numpy.int64(7), "7"),
        (numpy.bool_(True), "True"),
        (numpy.str_("np"), "np"),
        (numpy.datetime64("2026-11-22"), "2026-11-22"),
        (datetime.date(2026, 11, 22), "2026-11-22"),
        (datetime.datetime(2026, 11, 22, 14, 3), "2026-11-22 14:03:00"),
        (Path("notes/today.txt"), "notes/today.txt"),
    ],
)
def test_plain_values_become_text(value: Any, said: str) -> None:
    """Texts, numbers, dates and paths, numpy's own numbers too; a subclass's own `__str__` does not run."""
    assert text("<{x}>", x=value) == f"<{said}>"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("d['k']", "v"),
        ('d["k"]', "v"),
        ("d['with blank']", "w"),
        ("d[1]", "one"),
        ("d['inner']['best'][0]", "deep"),
        ("xs[0]", "p"),
        ("xs[-1]", "q"),
        ("t[1]", "b"),
        ("pair.second", "2"),
        ("pair[0]", "1"),
        ("style.best", "ink"),
        ("style.later.best", "5"),
        ("slotted.best", "5"),
        ("space.best", "s"),
        ("array[1]", "8"),
        ("ordered['k']", "v"),
        ("path.stem", "cat"),
        ("path.parent.name", "pictures"),
        ("größe", "XL"),
        ("ﬁne", "ligature"),
        ("名前", "namae"),
    ],
)
def test_dotted_and_indexed_names(name: str, said: str) -> None:
    """Dicts, lists, tuples, arrays; dataclasses, namedtuples, SimpleNamespaces; names in any script."""
    names = {
        "d": {"k": "v", "with blank": "w", 1: "one", "inner": {"best": ["deep"]}},
        "xs": ["p", "q"],
        "t": ("a", "b"),
        "pair": Pair(1, 2),
        "style": Style(later=Slotted()),
        "slotted": Slotted(),
        "space": types.SimpleNamespace(best="s"),
        "array": numpy.array([7, 8]),
        "ordered": OrderedDict(k="v"),
        "path": Path("pictures/cat.txt"),
        "größe": "XL",
        "fine": "ligature",
        "名前": "namae",
    }
    assert text(f"a {{{name}}}!", **names) == f"a {said}!"


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        "{{cat}}",
        "{{ cat }}",
        "{{{cat}}}",
        '{"cat": 1, "list": [{"a": {}}]}',
        "{'cat': 'x'}",
        "body { color: red; margin: 0 }",
        ".cat{color:red}.dog{color:blue}",
        "@media (min-width: 3px) { .cat { display: none } }",
        r"\frac{a+b}{c^2} \sum_{i=0}^{n-1}",
        r"\{cat\}",
        "{ }",
        "{,}",
        "{0}",
        "{-1}",
        "{1cat}",
        "a { b } } {",
        "{\n}",
        "function f() { return 1; }",
        "$5 {and 6}",
        "{cat, dog}",
        "{cat|dog}",
        "{a\nb}",
        "",
    ],
)
def test_what_is_no_name_stays_without_a_word(body: str) -> None:
    """JSON, CSS, LaTeX, code, doubled and empty braces."""
    assert text(body, cat="REPLACED", dog="REPLACED", color="REPLACED", n="REPLACED") == body


@pytest.mark.parametrize(
    "body", [r"\frac{a}{b}", r"x_{a}", r"x^{a}", r"\sqrt[3]{a}", r"\sum_{a}^{b}", r"\text{a {b} c}", r"\vec*{a}{b}"]
)
def test_latex_stays_even_where_its_letters_are_variables(body: str) -> None:
    """And that is said, for once it could be meant otherwise."""
    assert "LaTeX" in left(body, a=1, b=2)


def test_names_inside_of_other_syntax() -> None:
    """A template around a name does not hide it."""
    assert text('{"style": "{style}", "size": {n}}', style="ink", n=3) == '{"style": "ink", "size": 3}'
    assert text("img_{n}, {n}{n}, ${n}, \\n{n}", n=3) == "img_3, 33, $3, \\n3"


def test_values_are_never_expanded_again() -> None:
    """One pass, whatever a value says."""
    assert text("{a}{b}", a="{b}", b="{a} {os.environ}") == "{b}{a} {os.environ}"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("{x.__class__}", "private"),
        ("{x.__init__.__globals__}", "private"),
        ("{style._best}", "private"),
        ("{space.__dict__}", "private"),
        ("{os.environ}", "module"),
        ("{os.environ['HOME']}", "module"),
        ("{os.environ[HOME]}", "only plain names"),
        ("{os.sep}", "module"),
        ("{environ['HOME']}", "not read"),
        ("{style.computed}", "attributes of a Style"),
        ("{style.missing}", "attributes of a Style"),
        ("{space.missing}", "no `missing`"),
        ("{Style.best}", "attributes of a type"),
        ("{function.__code__}", "private"),
        ("{hostile}", "neither text nor a picture"),
        ("{hostile.best}", "attributes of a Hostile"),
        ("{hostile[0]}", "items of a Hostile"),
        ("{missing_dict['a']}", "there is no 'a'"),
        ("{default['a']}", "there is no 'a'"),
        ("{xs[5]}", "fewer items"),
        ("{xs['a']}", "items of a list"),
        ("{array[9]}", "items"),
        ("{x[0]}", "items of a str"),
        ("{xs}", "a list"),
        ("{none}", "None"),
        ("{raw}", "not a picture"),
        ("{a[b]}", "only plain names"),
        ("{xs[a]}", "only plain names"),
        ("{xs[0:1]}", "only plain names"),
        ("{function()}", "only plain names"),
        ("{x.upper()}", "only plain names"),
        ("{x!r}", "only plain names"),
        ("{a:.2f}", "only plain names"),
        ("{ x }", "only plain names"),
        ("{huge}", "too many digits"),
        ("{cta}", "did you mean `{cat}`"),
        ("{caat.best}", "did you mean `{cat}`"),
        ("{len}", "no variable of yours"),
        ("{__name__}", "no variable of yours"),
    ],
)
def test_what_is_not_read_stays_with_one_line(body: str, why: str) -> None:
    """The reason is named; no code of the user's objects runs."""
    names = {
        "x": "text",
        "a": 1,
        "b": 0,
        "cat": "tabby",
        "os": os,
        "environ": os.environ,
        "style": Style(),
        "Style": Style,
        "space": types.SimpleNamespace(best=1),
        "function": lambda: 1,
        "hostile": Hostile(),
        "missing_dict": HostileDict(),
        "default": defaultdict(lambda: "made up"),
        "xs": ["p"],
        "array": numpy.array([1]),
        "none": None,
        "raw": b"no picture",
        "huge": 10**5000,
    }
    assert why in left(body, **names)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x", "AIza" + "x" * 35),
        ("x", "my key is ya29.abcdefghijklmnop"),
        ("x", "Bearer abcdefghijkl"),
        ("x", "sk-proj-abcdefghijklmnop1234"),
        ("x", "ghp_" + "a" * 36),
        ("x", "AKIA" + "A" * 16),
        ("x", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.x"),
        ("x", "-----BEGIN RSA PRIVATE KEY-----"),
        ("api_key", "abcdef12345"),
        ("GEMINI_API_KEY", "abcdef12345"),
        ("apiKey", "abcdef12345"),
        ("password", "hunter22"),
        ("hf_token", "abcdef12345"),
        ("secret", "hunter22"),
    ],
)
def test_keys_are_not_read(name: str, value: str) -> None:
    """By their shape, or by the name under which a single word is kept."""
    warning = left(f"{{{name}}}", **{name: value})
    assert "looks like a key" in warning
    assert value not in warning
    nested = left(f"{{d['{name}']}}", d={name: value})
    assert "looks like a key" in nested


def test_ordinary_words_are_no_keys() -> None:
    """A secret may be a garden, and a key may be a piano's."""
    assert text(
        "{secret} {token} {key} {secret_colour}",
        secret="a hidden garden",
        token="coin",
        key="piano",
        secret_colour="scarlet",
    )
    assert "looks like a key" in expanded("{x}", {"x": "plain words"}, lambda said: "plain" in said).warning


def test_one_line_for_all_that_stays() -> None:
    """Three are named, the rest is counted; the same words twice are one."""
    warning = left("".join(f"{{unknown{number}}}" for number in range(9)) * 2, cat=1)
    assert warning.count("unknown") == 3
    assert "6 more" in warning
    assert "--raw" in warning


def test_names_of_ipython_are_nobodys() -> None:
    """In, Out, exit and whatever begins with an underscore; one that the user took over is the user's."""
    hidden = {"In": [""], "Out": {}, "exit": object(), "quit": object(), "get_ipython": print}
    namespace = {**hidden, "_": "last", "_i1": "x", "__builtins__": {}, "cat": 1, "exit": "the way out"}
    assert own_names(namespace, hidden) == {"cat": 1, "exit": "the way out"}
    assert own_names({"In": [""], "Out": {}, "cat": 1}) == {"cat": 1}


def test_pictures_stand_where_they_are_named(picture: PictureMaker) -> None:
    """Texts around them, in order; two names of one picture are two places."""
    image = Image.new("RGB", (4, 4))
    template = expanded(
        "Put {cat} on a {style} {d['dog']}{cats[1]}.",
        {"cat": image, "style": "red", "d": {"dog": picture()}, "cats": [1, image]},
    )
    assert template.text is None
    assert template.warning == ""
    kinds = [piece if isinstance(piece, str) else piece.expression for piece in template.pieces]
    assert kinds == ["Put ", "cat", " on a red ", "d['dog']", "cats[1]", "."]
    assert next(piece.value for piece in template.pieces if isinstance(piece, Inline)) is image


def test_what_counts_as_a_picture(picture: PictureMaker, tmp_path: Path) -> None:
    """PIL images, bytes, arrays, figures, files by Path, and lists of them; a text is a text."""
    (tmp_path / "cat.png").write_bytes(picture())
    (tmp_path / "odd").write_bytes(picture())
    (tmp_path / "notes.txt").write_text("words")
    pictures = {
        "image": Image.new("L", (2, 2)),
        "data": picture(),
        "array": numpy.zeros((4, 4), numpy.uint8),
        "path": Path("cat.png"),
        "bare": Path("odd"),
        "missing": Path("missing.png"),
        "several": [picture(), Path("cat.png")],
    }
    for name, value in pictures.items():
        (piece,) = expanded(f"{{{name}}}", {name: value}).pieces
        assert isinstance(piece, Inline)
        assert (piece.expression, piece.value is value) == (name, True)  # arrays cannot be compared
    assert text("{name} {notes}", name="cat.png", notes=Path("notes.txt")) == "cat.png notes.txt"
    assert "neither" in left("{vector}", vector=numpy.zeros(4))
    assert "neither" in left("{odd}", odd=numpy.zeros((4, 4)).view(HostileArray))
    assert "neither" in left("{odd}", odd=HostileList([picture()]))


@pytest.mark.parametrize(
    "body",
    sampled([
        "{" * 100_000,
        "}" * 100_000,
        "{" * 50_000 + "}" * 50_000,
        "{}" * 50_000,
        "{cat}" * 20_000,
        "{cat" * 25_000,
        "{a" + ".b" * 50_000 + "}",
        "{a" + "[0]" * 33_000 + "}",
        "{x:" + "0" * 100_000 + "}",
        "\\" * 100_001,
        "\\a[" * 33_000,
        "\\a[" + "x" * 100_000,
        "a_" * 50_000,
        "^{" * 50_000,
        " " * 100_000 + "{ cat }",
        "".join(f"{{unknown{number}}}" for number in range(8_000)),
        "{ cat " * 16_000,
    ], 5),
    ids=lambda body: f"{body[:12]}…{len(body)}",
)  # fmt: skip
def test_a_large_body_takes_linear_time(body: str) -> None:
    """A hundred kilobytes of anything."""
    names = {f"name{number}": number for number in range(3_000)} | {"cat": "c", "a": 1, "x": 2}
    began = time.thread_time()
    template = expanded(body, names)
    assert time.thread_time() - began < 3
    assert "".join(map(str, template.pieces)) == body.replace("{cat}", "c")


@given(st.text(alphabet="{}[]()._'\"\\^$ !:ab1é\n", max_size=60))
def test_braces_never_raise(body: str) -> None:
    """Any jumble: a template comes out, and without known names it is the body itself."""
    assert expanded(body, {}).text == body
    assert isinstance(expanded(body, {"a": "1", "ab": {"a": 1}, "b": Hostile()}), Template)


@pytest.mark.parametrize(
    "name", ["", "a b", "1a", "a.", "a..b", ".a", "a[", "a[]", "a[1", "a[1.5]", "a['x]", "a.1", "a[0][", "a-b", "a()"]
)
def test_what_is_no_name(name: str) -> None:
    """Only what is a plain dotted or indexed name in Python, and no more."""
    assert parse_name(name) is None
    assert parse_name(name, bare_keys=True) is None
