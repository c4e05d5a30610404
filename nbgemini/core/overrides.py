"""A catalogue of the user's own laid over the one that ships: one price of one model, a new model, another tier."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

from nbgemini.core.phrases import close_to, shortened
from nbgemini.core.skeleton import Json
from nbgemini.errors import OptionError

__all__ = ["merged"]

_DAY = r"\d{4}-\d{2}-\d{2}"
_ID = r"[A-Za-z0-9._-]{1,200}"
_MOST = 1_000_000  # dollars or tokens: nothing real is near it
_Check = Callable[[str, Json], None]


def merged(base: Mapping[str, Json], given: Json) -> tuple[dict[str, Json], str]:
    """The data of the catalogue `base` with what `given` changes, and what that is, in words.

    `given` has the form of `base` and may leave anything out: a model is found by its id, objects are merged field by
    field, everything else is replaced, and null says that something is unknown. A name in `aliases` belongs to the
    model that claims it here. Raises OptionError, which names the field.
    """
    fields = _object("the file", given)
    _check_fields(fields, _TOP, "", {*base, *_TOP})
    rows = [dict(row) for row in base["models"]]
    known = {row["id"]: row for row in rows}
    names = {name for row in rows for name in row}
    changed = []
    for at, row in enumerate(_list("models", fields.get("models", []))):
        where = f"models[{at}]"
        changes = _object(where, row)
        _check_model(where, changes, names)
        if changes["id"] in changed:
            raise OptionError(f"`{where}.id`: `{changes['id']}` appears twice.")
        changed.append(changes["id"])
        claimed = {alias.lower() for alias in changes.get("aliases", ())}
        for other in rows:
            if other["id"] != changes["id"]:
                other["aliases"] = [alias for alias in other.get("aliases", ()) if alias not in claimed]
        lower = {"aliases": [alias.lower() for alias in changes["aliases"]]} if "aliases" in changes else {}
        if changes["id"] not in known:
            rows.append(known.setdefault(changes["id"], {}))
        known[changes["id"]].update(_laid_over(known[changes["id"]], {**changes, **lower}))
    whole = _laid_over(base, {name: value for name, value in fields.items() if name not in ("models", "retired")})
    gone = {row["id"]: row for row in base.get("retired", ()) if row["id"] not in changed}
    gone |= {row["id"]: row for row in _retired(fields)}
    more = [name for name in ("tiers", "grounding", "retired") if fields.get(name)]
    words = f"as of {fields['as_of']}" if "as_of" in fields else "without a date"
    # The day of the shipped facts stays: the file speaks for what it changes alone.
    data = {**whole, "as_of": base["as_of"], "models": rows, "retired": list(gone.values())}
    return data, f"{words}: {', '.join([*changed, *more]) or 'nothing'}"


def _laid_over(base: Mapping[str, Json], given: Mapping[str, Json]) -> dict[str, Json]:
    found = dict(base)
    for name, value in given.items():
        before = found.get(name)
        if isinstance(before, Mapping) and isinstance(value, Mapping):
            value = _laid_over(before, value)
        found[name] = value
    return found


def _check_model(where: str, row: Mapping[str, Json], names: set[str]) -> None:
    if not isinstance(row.get("id"), str) or not re.fullmatch(_ID, row["id"]):
        raise OptionError(f"`{where}.id` is not a model id: {_shown(row.get('id'))}.")
    _check_fields(row, _MODEL, f"{where}.", names | set(_MODEL))


def _retired(fields: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    rows = [_object(f"retired[{at}]", row) for at, row in enumerate(_list("retired", fields.get("retired", [])))]
    for at, row in enumerate(rows):
        for name in ("id", "successor"):
            if not isinstance(row.get(name), str) or not re.fullmatch(_ID, row[name]):
                raise OptionError(f"`retired[{at}].{name}` is not a model id: {_shown(row.get(name))}.")
        _check_fields(row, {"shutdown": _text_or_null, "endpoint": _text_or_null}, f"retired[{at}].", None)
    return rows


def _check_fields(row: Mapping[str, Json], checks: Mapping[str, _Check], where: str, known: set[str] | None) -> None:
    for name, value in row.items():
        if known is not None and name not in known:
            close = close_to(name, sorted(known))
            meant = f" Did you mean `{close}`?" if close else f" Fields are {', '.join(sorted(known))}."
            raise OptionError(f"`{where}{name[:60]}` is not a field of a catalogue.{meant}")
        if name in checks:
            checks[name](f"{where}{name}", value)


def _object(where: str, value: Json) -> Mapping[str, Json]:
    if not isinstance(value, Mapping):
        raise OptionError(f"`{where}` is not an object (`{{…}}`): {_shown(value)}.")
    return value


def _list(where: str, value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise OptionError(f"`{where}` is not a list (`[…]`): {_shown(value)}.")
    return value


def _shown(value: Json) -> str:
    return "missing" if value is None else shortened(repr(value), 60)


def _text(where: str, value: Json) -> None:
    if not isinstance(value, str):
        raise OptionError(f"`{where}` is not a text: {_shown(value)}.")


def _text_or_null(where: str, value: Json) -> None:
    if value is not None:
        _text(where, value)


def _day(where: str, value: Json) -> None:
    if not isinstance(value, str) or not re.fullmatch(_DAY, value):
        raise OptionError(f"`{where}` is not a day such as 2026-11-22: {_shown(value)}.")


def _texts(where: str, value: Json) -> None:
    for at, text in enumerate(_list(where, value)):
        _text(f"{where}[{at}]", text)


def _texts_or_null(where: str, value: Json) -> None:
    if value is not None:
        _texts(where, value)


def _number(where: str, value: Json) -> None:
    """A sum, a count or a multiplier; null: unknown."""
    if value is None:
        return
    real = isinstance(value, int | float) and not isinstance(value, bool)
    if not real or not math.isfinite(value) or not 0 <= value <= _MOST:
        raise OptionError(f"`{where}` is not a number from 0 to {_MOST:,}: {_shown(value)}.")


def _count(where: str, value: Json) -> None:
    _number(where, value)
    if value is not None and not isinstance(value, int):
        raise OptionError(f"`{where}` is not a whole number: {_shown(value)}.")


def _flag(where: str, value: Json) -> None:
    if value is not None and not isinstance(value, bool):
        raise OptionError(f"`{where}` is neither true nor false: {_shown(value)}.")


def _each(check: _Check, *names: str) -> _Check:
    """Every value of an object; `names` are those it may have, any when there are none."""

    def checked(where: str, value: Json) -> None:
        if value is not None:
            checks = dict.fromkeys(names or _object(where, value), check)
            _check_fields(_object(where, value), checks, f"{where}.", set(names) if names else None)

    return checked


def _shaped(checks: Mapping[str, _Check]) -> _Check:
    """An object whose fields are checked where they are known; others are notes."""

    def checked(where: str, value: Json) -> None:
        if value is not None:
            _check_fields(_object(where, value), checks, f"{where}.", None)

    return checked


def _all(check: _Check) -> _Check:
    """An object of objects."""

    def checked(where: str, value: Json) -> None:
        for name, inner in _object(where, value).items():
            check(f"{where}.{name}", _object(f"{where}.{name}", inner))

    return checked


_TOP: dict[str, _Check] = {
    "as_of": _day,
    "tiers": _all(_shaped({"multiplier": _number})),
    "grounding": _all(_shaped({"usd_per_thousand_queries": _number, "free_queries_per_month": _count})),
}
_MODEL: dict[str, _Check] = {
    **dict.fromkeys(("nickname", "family", "status"), _text),
    **dict.fromkeys(("successor", "released", "shutdown", "deprecated", "default_size"), _text_or_null),
    "aliases": _texts,
    **dict.fromkeys(("sizes", "aspect_ratios"), _texts_or_null),
    "image_tokens": _each(_count),
    **dict.fromkeys(("input_image_tokens", "max_refs"), _count),
    "price_per_image_usd": _each(_number),
    "price_per_mtok_usd": _each(_number, "input", "input_image", "output_text", "output_image"),
    "price_source": _each(_text),
    "batch_multiplier": _number,
    "limits": _each(_count),
    "features": _each(_flag),
    "thinking": _shaped({"supported": _flag, "levels": _texts, "default": _text_or_null, "vertex_levels": _texts}),
    "thought_signatures": _shaped({"emitted": _flag}),
}
