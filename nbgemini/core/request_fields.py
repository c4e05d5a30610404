"""Options that write fields of the request by the wire's names: any of them by its path, and those of Vertex AI.

`--set PATH=JSON` takes quotes as people type them: `"text"`, `'text'`, and objects as Python writes them, too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from nbgemini.core.phrases import close_to, shortened
from nbgemini.core.skeleton import Json
from nbgemini.errors import OptionError

__all__ = ["is_override", "output_fields", "parse_output", "parse_override", "parse_persons", "person_field"]

_PATH = r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*"
_EXAMPLE = '`--set generationConfig.imageConfig={"aspectRatio": "16:9"}`'


def parse_override(value: object) -> tuple[tuple[str, Json], ...]:
    """`PATH=JSON` strings, or a mapping of paths to values, as (path, value) pairs. Raises OptionError."""
    if isinstance(value, Mapping):
        return tuple(_pair(path, item) for path, item in value.items())
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list | tuple) or not all(isinstance(item, str) or _is_pair(item) for item in given):
        raise OptionError("`set` takes `PATH=JSON` texts, or a mapping of paths to values.")
    return tuple(_override(item) if isinstance(item, str) else _pair(*item) for item in given)


def is_override(text: str) -> bool:
    """Whether `PATH=VALUE` has a value that can be read."""
    try:
        _literal(text.partition("=")[2])
    except ValueError:
        return False
    return True


def _is_pair(item: object) -> bool:
    return isinstance(item, list | tuple) and len(item) == 2


def _pair(path: object, item: Json) -> tuple[str, Json]:
    try:
        # What the request will hold, whatever becomes of the user's value: names are texts, lists are lists.
        text = json.dumps(item, allow_nan=False, ensure_ascii=False)
        text.encode("utf-8")  # half a character (a lone surrogate) is no text
        plain = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        raise OptionError(f"`{path}` is set to what cannot be written as JSON.") from None
    return _path(str(path)), plain


def _override(text: str) -> tuple[str, Json]:
    path, equals, literal = text.partition("=")
    if not equals:
        raise OptionError(f"`--set {text}` has no value; write `--set generationConfig.seed=7`, or {_EXAMPLE}.")
    try:
        value = _literal(literal)
    except ValueError:
        raise OptionError(
            f'`--set {path}=…` is not JSON: `{literal}`; a text stands between quotes, as in `--set {path}="text"`.',
            hint=f"An object is written like {_EXAMPLE}.",
        ) from None
    return _pair(path.strip(), value)


def _literal(text: str) -> Json:
    """JSON, or a text or an object in Python's quotes. Raises ValueError."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except ValueError:
        if text.strip()[:1] not in ("'", '"', "{", "["):
            raise
    import ast

    try:
        return ast.literal_eval(text.strip())
    except (SyntaxError, TypeError, MemoryError, RecursionError):
        raise ValueError("no literal") from None


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _path(path: str) -> str:
    if not re.fullmatch(_PATH, path):
        raise OptionError(f"`{path}` is not a path; write it like `generationConfig.imageConfig.imageSize`.")
    if path.split(".")[0] == "contents":
        raise OptionError("`set` does not write `contents`: they are the conversation itself.")
    return path


# -- what Vertex AI takes beside it ------------------------------------------------------------------------------------

_PERSONS = {"all": "ALLOW_ALL", "adult": "ALLOW_ADULT", "none": "ALLOW_NONE"}
_PERSONS_MEANT = {"allow_all": "all", "allow_adult": "adult", "allow_none": "none", "dont_allow": "none"}
_TYPES = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
_QUALITY = 100  # the best compression of a JPEG


def parse_persons(value: object) -> str:
    """`all`, `adult` or `none`, also as the wire says it: `ALLOW_ADULT`. Raises OptionError."""
    text = str(getattr(value, "value", value)).strip().lower()
    word = _PERSONS_MEANT.get(text, text)
    if word not in _PERSONS:
        close = close_to(word, tuple(_PERSONS))
        raise OptionError(
            f"`{shortened(str(value), 60)}` is not a value of `person_generation`; write one of {', '.join(_PERSONS)}.",
            hint=f"Did you mean `{close}`?" if close else "",
        )
    return word


def person_field(word: str) -> str:
    """A word of `parse_persons` as the wire spells it."""
    return _PERSONS.get(word, word)


def parse_output(value: object) -> str:
    """The type of the picture, for a JPEG with its quality: `png`, `jpeg:85`, or the SDK's mapping. Raises OptionError.

    The mapping is that of `ImageConfig.imageOutputOptions`: `{"mime_type": "image/jpeg", "compression_quality": 85}`.
    """
    kind: Any = value
    quality: Any = ""
    if isinstance(value, Mapping):
        names = {str(name).replace("_", "").lower(): item for name, item in value.items()}
        kind, quality = names.pop("mimetype", "jpeg"), names.pop("compressionquality", "")
        if names:
            raise OptionError(
                f"`image_output_options` takes mime_type and compression_quality, not {next(iter(names))}."
            )
    elif isinstance(value, str):
        kind, _, quality = value.partition(":")
    word = str(kind).strip().lower().removeprefix("image/").replace("jpg", "jpeg")
    best = str("" if quality is None else quality).strip()
    if word not in _TYPES or (best and (word != "jpeg" or not best.isdecimal() or int(best[:4]) > _QUALITY)):
        raise OptionError(
            f"`{shortened(str(value), 60)}` is not a way to write the picture; write `png`, `webp`, `jpeg`, or"
            " `jpeg:85` for its quality from 0 to 100."
        )
    return f"{word}:{int(best)}" if best else word


def output_fields(word: str) -> dict[str, Json]:
    """A word of `parse_output` as the fields of `imageOutputOptions`."""
    kind, _, quality = word.partition(":")
    fields: dict[str, Json] = {"mimeType": _TYPES.get(kind, kind)}
    return {**fields, "compressionQuality": int(quality)} if quality.isdecimal() else fields
