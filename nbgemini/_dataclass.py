"""`dataclass` as the standard library has it, but cheap to declare: a hundred classes come with a first picture.

The original compiles up to seven functions for each class where it is declared, together a millisecond. Here the only
one that gains by it, `__init__`, is compiled when there are many instances (most classes of a first picture have one,
and compiling takes as long as filling thirty), and the others are shared by all classes.
Everything else is the original's: `fields`, `replace`, slots, patterns. Type checkers see nothing but the original.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, FrozenInstanceError, field, fields
from dataclasses import dataclass as _declared
from functools import cache, partial
from operator import attrgetter
from reprlib import recursive_repr
from types import FunctionType
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from dataclasses import dataclass
else:

    def dataclass(cls: type | None = None, /, *, eq: bool = True, frozen: bool = False, **how: bool) -> Any:
        """With `eq`, `frozen`, `slots` and `kw_only`; `ClassVar`, `InitVar`, `order` and others need the original."""
        if cls is None:
            return lambda cls: dataclass(cls, eq=eq, frozen=frozen, **how)
        own = set(vars(cls)) - ({"__hash__"} if vars(cls).get("__hash__") is None else set())
        # The original searches each type that is a text for a `ClassVar` and two more: half of its time.
        types: dict[str, Any] = vars(cls).get("__annotations__", {})
        written = dict(types)
        types.update(dict.fromkeys(written, object))
        cls = _declared(cls, init=False, repr=False, eq=False, **how)
        types.update(written)
        for name, each in cls.__dataclass_fields__.items():
            each.type = written.get(name, each.type)
        shared: dict[str, Any] = {"__init__": _Init(cls, frozen), "__repr__": _repr}
        if eq:
            shared |= {"__eq__": _eq, "__hash__": _hash if frozen else None}
        if frozen:
            shared |= {"__setattr__": _refuse_to_set, "__delattr__": _refuse_to_delete}
        if frozen and how.get("slots"):
            shared |= {"__getstate__": _state, "__setstate__": _set_state}
        for name in shared.keys() - own:
            setattr(cls, name, shared[name])
        return cls


__all__ = ["dataclass", "field"]

_FILLED = 12  # instances of a class before its `__init__` is compiled


class _Fresh:
    """The default of what is made anew each time, as a signature shows it."""

    def __repr__(self) -> str:
        return "<factory>"


_FRESH = _Fresh()


class _Init:
    """In the place of `__init__`: fills the first instances, and is replaced when somebody looks at it or many come."""

    def __init__(self, cls: type, frozen: bool) -> None:
        self._cls, self._frozen = cls, frozen
        self._left = _FILLED
        self._plan: _Plan | None = None

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        self._left -= 1
        if self._left < 0 or instance is None or isinstance(instance, type):  # `inspect` asks for it of the class
            return self._compiled().__get__(instance, owner)
        return partial(self._fill, instance)

    def _compiled(self) -> FunctionType:
        init = _compiled_init(self._cls, self._frozen)
        self._cls.__init__ = init  # type: ignore[misc]  # instead of this one
        return init

    def _fill(self, instance: Any, /, *given: Any, **named: Any) -> None:
        """What `__init__` does; whatever it would refuse is left to it, for it knows the words."""
        if self._plan is None:
            self._plan = _Plan(self._cls)
        values = self._plan.values(given, named)
        if values is None:
            self._compiled()(instance, *given, **named)
            return
        put = object.__setattr__ if self._frozen else setattr
        for name, value in values:
            put(instance, name, value)
        if self._plan.post:
            instance.__post_init__()


class _Plan:
    """Where each field of a class has its value from, in the order of the fields."""

    def __init__(self, cls: type) -> None:
        every = fields(cls)
        self._given = [each.name for each in every if each.init and not each.kw_only]
        self._named = {each.name for each in every if each.init}
        self._fields = [(each.name, each.default, each.default_factory) for each in every]
        self.post = hasattr(cls, "__post_init__")

    def values(self, given: tuple[Any, ...], named: dict[str, Any]) -> list[tuple[str, Any]] | None:
        """The fields with their values; None where the arguments are not what the class takes."""
        taken = dict(zip(self._given, given, strict=False))
        if len(given) > len(self._given) or not named.keys() <= self._named or taken.keys() & named.keys():
            return None
        taken |= named
        values = []
        for name, default, factory in self._fields:
            if name in taken:
                values.append((name, taken[name]))
            elif default is not MISSING:
                values.append((name, default))
            elif factory is not MISSING:
                values.append((name, factory()))
            elif name in self._named:
                return None
        return values


def _compiled_init(cls: type, frozen: bool) -> FunctionType:
    """The text has the names of the fields and nothing else of the class's own; defaults go in as values."""
    values: dict[str, Any] = {"__put__": object.__setattr__, "__fresh__": _FRESH}
    given, named, lines, types = list[str](), list[str](), list[str](), dict[str, Any]()
    for each in fields(cls):
        name, value = each.name, each.name
        if each.default is not MISSING:
            values[f"__default_{name}"] = each.default
        elif each.default_factory is not MISSING:
            values[f"__new_{name}"], values[f"__default_{name}"] = each.default_factory, _FRESH
            value = f"__new_{name}() if {name} is __fresh__ else {name}" if each.init else f"__new_{name}()"
        elif not each.init:
            continue
        if each.init:
            default = f"=__default_{name}" if f"__default_{name}" in values else ""
            (named if each.kw_only else given).append(name + default)
            types[name] = each.type
        elif each.default is not MISSING:
            value = f"__default_{name}"
        lines.append(f" __put__(self, {name!r}, {value})" if frozen else f" self.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        lines.append(" self.__post_init__()")
    parameters = ", ".join(["self", *given, *(["*", *named] if named else [])])
    made: dict[str, Any] = {}
    exec(f"def __init__({parameters}):\n" + "\n".join(lines or [" pass"]), values, made)
    init: FunctionType = made["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    init.__annotations__ = types | {"return": None}
    return init


@cache
def _reader(cls: Hashable, wanted: Callable[[Field[Any]], bool | None]) -> Callable[[Any], Any]:
    """What brings the values of some fields of an instance, all at once."""
    names = [each.name for each in fields(cast(Any, cls)) if wanted(each)]
    return attrgetter(*names) if names else lambda _: ()


def _is_compared(each: Field[Any]) -> bool:
    return each.compare


def _is_hashed(each: Field[Any]) -> bool:
    return each.compare if each.hash is None else each.hash


def _eq(self: Any, other: Any) -> Any:
    cls = self.__class__
    if other.__class__ is not cls:
        return NotImplemented
    read = _reader(cls, _is_compared)
    return read(self) == read(other)


def _hash(self: Any) -> int:
    return hash(_reader(self.__class__, _is_hashed)(self))


@recursive_repr()
def _repr(self: Any) -> str:
    shown = (f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{self.__class__.__qualname__}({', '.join(shown)})"


def _refuse_to_set(self: Any, name: str, value: object) -> None:
    _refuse(self, name, "assign to")
    object.__setattr__(self, name, value)


def _refuse_to_delete(self: Any, name: str) -> None:
    _refuse(self, name, "delete")
    object.__delattr__(self, name)


def _refuse(self: Any, name: str, verb: str) -> None:
    """What a subclass that is no dataclass adds is its own."""
    if "__dataclass_fields__" in vars(type(self)) or name in self.__dataclass_fields__:
        raise FrozenInstanceError(f"cannot {verb} field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, each.name) for each in fields(self)]


def _set_state(self: Any, state: list[Any]) -> None:
    for each, value in zip(fields(self), state, strict=False):
        object.__setattr__(self, each.name, value)
