"""Our `dataclass` does what the original does, and compiles nothing where a class is declared."""

from __future__ import annotations

import builtins
import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from functools import cached_property
from typing import Any

import pytest

from nbgemini import _dataclass


class _Kinds:
    """Classes of every kind that the house declares, made by one of two decorators."""

    def __init__(self, dataclass: Any) -> None:
        @dataclass(frozen=True, slots=True)
        class Point:
            """Frozen."""

            x: int
            made: int = 2
            new_x: list[int] = dataclasses.field(default_factory=list)
            hidden: int = dataclasses.field(default=0, repr=False, compare=False)

        @dataclass(frozen=True, slots=True, kw_only=True)
        class Named:
            """By name."""

            x: int
            y: str = "y"
            late: int = dataclasses.field(init=False, default=7)

            def __post_init__(self) -> None:
                if self.x < 0:
                    raise ValueError("negative")

        @dataclass(slots=True)
        class Open:
            """One that may change."""

            x: int = 1
            put: dict[str, int] = dataclasses.field(default_factory=dict, init=False)

        @dataclass(frozen=True)
        class Looked:
            """One that keeps what it worked out."""

            x: int

            @cached_property
            def double(self) -> int:
                return self.x * 2

            def __repr__(self) -> str:
                return "mine"

        @dataclass(frozen=True, slots=True)
        class Deep(Point):
            """A heir."""

            z: int = 5

        @dataclass(frozen=True, eq=False)
        class Alone:
            """Equal to itself only."""

            x: int

        @dataclass
        class Empty:
            """No field at all."""

        self.all: dict[str, Any] = {each.__name__: each for each in (Point, Named, Open, Looked, Deep, Alone, Empty)}
        for name, each in self.all.items():
            each.__qualname__ = name


ORIGINAL = _Kinds(dataclasses.dataclass).all
OURS = _Kinds(_dataclass.dataclass).all


def _changed(each: Any) -> Any:
    each.x = 5
    return each


LOOKS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "repr": lambda kinds: [repr(kinds["Point"](1, 3)), repr(kinds["Named"](x=1)), repr(kinds["Looked"](1))],
    "repr of itself": lambda kinds: (each := kinds["Open"](), each.put.update(me=each), repr(each))[-1],
    "equal": lambda kinds: [kinds["Point"](1) == kinds["Point"](1), kinds["Point"](1) == kinds["Point"](2)],
    "compared in part": lambda kinds: kinds["Point"](1, hidden=1) == kinds["Point"](1, hidden=2),
    "another class": lambda kinds: kinds["Point"](1) == kinds["Deep"](1),
    "no fields": lambda kinds: [kinds["Empty"]() == kinds["Empty"](), repr(kinds["Empty"]())],
    "identity": lambda kinds: kinds["Alone"](1) == kinds["Alone"](1),
    "hash": lambda kinds: len({kinds["Named"](x=1), kinds["Named"](x=1), kinds["Named"](x=2)}),
    "no hash": lambda kinds: hash(kinds["Open"]()),
    "identity has one": lambda kinds: isinstance(hash(kinds["Alone"](1)), int),
    "set": lambda kinds: setattr(kinds["Point"](1), "x", 2),
    "set what is none": lambda kinds: setattr(kinds["Looked"](1), "other", 2),
    "delete": lambda kinds: delattr(kinds["Named"](x=1), "x"),
    "changed": lambda kinds: _changed(kinds["Open"]()).x,
    "heir": lambda kinds: [repr(kinds["Deep"](1, z=9)), repr(kinds["Deep"](1, 2, [], 0, 9))],
    "fresh lists": lambda kinds: kinds["Point"](1).new_x is kinds["Point"](1).new_x,
    "replace": lambda kinds: repr(dataclasses.replace(kinds["Point"](1, new_x=[4]), x=8)),
    "as a dict": lambda kinds: dataclasses.asdict(kinds["Point"](1)),
    "fields": lambda kinds: [field.name for field in dataclasses.fields(kinds["Deep"])],
    "pattern": lambda kinds: [each.__match_args__ for each in kinds.values()],
    "slots": lambda kinds: [hasattr(kinds[name](**{"x": 1}), "__dict__") for name in ("Point", "Named", "Looked")],
    "post": lambda kinds: kinds["Named"](x=-1),
    "late": lambda kinds: kinds["Named"](x=1).late,
    "copy": lambda kinds: repr(copy.deepcopy(kinds["Point"](1, new_x=[1]))),
    "worked out": lambda kinds: kinds["Looked"](4).double,
    "too few": lambda kinds: kinds["Point"](),
    "too many": lambda kinds: kinds["Open"](1, 2),
    "by place": lambda kinds: kinds["Named"](1),
    "unknown": lambda kinds: kinds["Point"](1, y=2),
    "types": lambda kinds: [
        [(field.name, field.type) for field in dataclasses.fields(each)] + [each.__annotations__]
        for each in kinds.values()
    ],
    "signature": lambda kinds: [str(inspect.signature(each)) for each in kinds.values()],
}


def _outcome(look: Callable[[dict[str, Any]], Any], kinds: dict[str, Any]) -> Any:
    try:
        return look(kinds)
    except Exception as problem:
        return type(problem), str(problem).replace("_Kinds.__init__.<locals>.", "")


@pytest.mark.parametrize("name", LOOKS)
def test_it_does_what_the_original_does(name: str) -> None:
    """The same values, the same errors in the same words."""
    assert _outcome(LOOKS[name], OURS) == _outcome(LOOKS[name], ORIGINAL)


@_dataclass.dataclass(frozen=True, slots=True)
class Kept:
    """One that can be found by its name."""

    x: int
    y: str = "y"


def test_it_goes_through_pickle() -> None:
    """Frozen and with slots, it comes back as it was."""
    assert pickle.loads(pickle.dumps(Kept(1, "z"))) == Kept(1, "z")


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is compiled from text."""
    texts: list[str] = []
    real = builtins.exec

    def counted(text: Any, *where: Any) -> None:
        if not text.startswith("def __create_fn__():\n\n return ()"):  # Python 3.13 makes nothing this way
            texts.append(text)
        real(text, *where)

    monkeypatch.setattr(builtins, "exec", counted)
    return texts


def test_declaring_compiles_nothing(compiled: list[str]) -> None:
    """`__init__` is compiled when there are many instances, or somebody looks at it, once; nothing else ever is."""
    kinds: dict[str, Any] = dict(_Kinds(_dataclass.dataclass).all)
    assert repr(kinds["Point"](1)) == repr(kinds["Point"](x=1))
    assert kinds["Named"](x=1).late == 7
    assert compiled == []
    for _ in range(30):
        assert kinds["Point"](1) == kinds["Point"](1)
        assert "Point" in repr(kinds["Point"](1))
    assert len(compiled) == 1
    assert len({str(inspect.signature(kinds["Open"])) for _ in range(3)}) == 1
    assert len(compiled) == 2
