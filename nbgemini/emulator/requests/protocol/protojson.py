"""Reads JSON as a protocol buffer would: camelCase and snake_case in, known fields of the right type only.

What it refuses it words as Google's front end does, with the snake_case path of the field:
`Invalid JSON payload received. Unknown name "x" at 'contents[0].parts[1]': Cannot find field.`
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ...apierrors import JSON_PREFIX, ApiError, detail
from . import scalars
from .fieldtypes import STRING, Enum, Free, Kind, Many, Message, Scalar, Texts, camel

PACKAGE = "type.googleapis.com/google.ai.generativelanguage"
SHOWN = 64
"""Characters of a bad value that an error repeats."""


def read(message: Message, value: Any, *, version: str, package: str = PACKAGE) -> dict[str, Any]:
    """`value` as a dict of snake_case fields with Python values; every fault in it is told in one 400."""
    reader = _Reader(f"{package}.{version}")
    if not isinstance(value, dict):
        reader.fault("", f'{JSON_PREFIX}Unknown name "": Root element must be a message.')
        reader.finish()
    fields = reader.message(message, value, "")
    reader.finish()
    return fields


class _Reader:
    """Collects the faults of one payload while it reads it."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.faults: list[tuple[str, str]] = []

    def fault(self, path: str, text: str) -> None:
        self.faults.append((path, text))

    def finish(self) -> None:
        """Raises what was found, one line a fault."""
        if self.faults:
            violations = [
                {"field": path, "description": text} if path else {"description": text} for path, text in self.faults
            ]
            message = "\n".join(text for _, text in self.faults)
            raise ApiError(400, message, details=[detail("BadRequest", fieldViolations=violations)])

    def message(self, message: Message, value: Mapping[str, Any], path: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        known = {camel(name): name for name in message.fields} | {name: name for name in message.fields}
        for given, inner in value.items():
            name = known.get(given)
            if name is None:
                self.unknown(given, path, "Cannot find field.")
            elif inner is not None and not self.clashes(message, found, name, given, path):
                self.field(message.fields[name], inner, path, name, given, found)
        return found

    def clashes(self, message: Message, found: Mapping[str, Any], name: str, given: str, path: str) -> bool:
        """Whether a field is the second one of its oneof; says so."""
        if name not in message.one_of or not any(other in found for other in message.one_of):
            return False
        self.fault(
            path, f"Invalid value at '{path}' (oneof), oneof field 'data' is already set. Cannot set '{camel(given)}'"
        )
        return True

    def field(self, kind: Kind, value: Any, path: str, name: str, given: str, found: dict[str, Any]) -> None:
        inner_path = f"{path}.{name}" if path else name
        if isinstance(kind, Many):
            items = value if isinstance(value, list) else [value]
            found[name] = [self.value(kind.of, item, f"{inner_path}[{at}]") for at, item in enumerate(items)]
        elif isinstance(value, list):
            self.unknown(given, path, "Proto field is not repeating, cannot start list.")
        else:
            found[name] = self.value(kind, value, inner_path)

    def value(self, kind: Kind, value: Any, path: str) -> Any:
        if isinstance(kind, Message):
            return self.message(kind, value, path) if isinstance(value, dict) else self.bad(path, kind, value)
        if isinstance(kind, Free | Texts):
            return self.mapping(kind, value, path)
        if isinstance(value, dict):
            return self.bad(path, kind, value, "Starting an object on a scalar field")
        if isinstance(kind, Enum):
            name = scalars.enum_name(kind, value)
            return self.bad(path, kind, value) if name is None else name
        assert isinstance(kind, Scalar)
        return self.scalar(kind, value, path)

    def mapping(self, kind: Free | Texts, value: Any, path: str) -> Any:
        if not isinstance(value, dict):
            return self.bad(path, kind, value)
        if isinstance(kind, Texts):
            return {name: self.scalar(STRING, inner, f"{path}[{name}]") for name, inner in value.items()}
        return value

    def scalar(self, kind: Scalar, value: Any, path: str) -> Any:
        try:
            return scalars.value(kind, value)
        except scalars.BadBase64:
            return self.bad(path, kind, value, f"Base64 decoding failed for {_shown(value)}")
        except (ValueError, TypeError, OverflowError):
            return self.bad(path, kind, value)

    def unknown(self, given: str, path: str, why: str) -> None:
        where = f" at '{path}'" if path else ""
        self.fault(path, f'{JSON_PREFIX}Unknown name "{given}"{where}: {why}')

    def bad(self, path: str, kind: Kind, value: Any, why: str | None = None) -> None:
        told = _shown(value) if why is None else why
        self.fault(path, f"Invalid value at '{path}' ({self.type_name(kind)}), {told}")

    def type_name(self, kind: Kind) -> str:
        if isinstance(kind, Scalar):
            return f"TYPE_{kind.name}"
        if isinstance(kind, Message | Enum):
            return f"{self.package}.{kind.type_name}"
        return "type.googleapis.com/google.protobuf.Struct"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, dict) else "{}"
    return text if len(text) <= SHOWN else f'{text[:SHOWN]}..."'
