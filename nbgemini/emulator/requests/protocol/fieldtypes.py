"""The kinds of field that a protocol buffer message has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Scalar:
    """A primitive: STRING, BOOL, INT32, INT64, FLOAT or BYTES."""

    name: str


@dataclass(frozen=True)
class Enum:
    """Names in the order of their numbers; read in any case unless `exact`."""

    type_name: str
    names: tuple[str, ...]
    exact: bool = False


@dataclass(frozen=True)
class Free:
    """Any JSON object (google.protobuf.Struct); its inside is not looked at."""


@dataclass(frozen=True)
class Texts:
    """A map of string to string."""


@dataclass(frozen=True)
class Many:
    """A repeated field; a single value counts as a list of one, as Google's front end has it."""

    of: Kind


@dataclass(frozen=True)
class Message:
    """A message by its snake_case fields; of the fields in `one_of` at most one may be set."""

    type_name: str
    fields: Mapping[str, Kind]
    one_of: tuple[str, ...] = ()


Kind = Scalar | Enum | Free | Texts | Many | Message

STRING, BOOL, INT32, INT64 = Scalar("STRING"), Scalar("BOOL"), Scalar("INT32"), Scalar("INT64")
FLOAT, BYTES = Scalar("FLOAT"), Scalar("BYTES")


def camel(name: str) -> str:
    """The JSON name of a snake_case field."""
    return re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), name)
