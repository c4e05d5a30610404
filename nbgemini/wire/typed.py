"""Values out of JSON that may hold anything: each asker gets the type it asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from nbgemini.core.redact import redact
from nbgemini.core.skeleton import Json

__all__ = ["Hide", "mapping", "mappings", "word"]

Hide: TypeAlias = Callable[[str], str]
"""Takes keys and tokens out of a text."""


def mapping(value: Json) -> Mapping[str, Json]:
    """An object, or an empty one in place of anything else."""
    return value if isinstance(value, Mapping) else {}


def mappings(value: Json) -> Iterator[Mapping[str, Json]]:
    """The objects of a list; nothing of anything else."""
    yield from (item for item in value if isinstance(item, Mapping)) if isinstance(value, list) else ()


def word(value: Json, longest: int, hide: Hide = redact) -> str:
    """A string for people, or an empty one: without secrets, then cut to `longest`, so that no half of one is left;
    lone surrogates and control characters replaced.
    """
    if not isinstance(value, str):
        return ""
    plain = hide(value)[:longest]
    return "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in plain).strip()
