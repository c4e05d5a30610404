"""JSON that is read: folded where nothing is new, its signatures highlighted, what changed marked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from nbgemini.core.phrases import counted, shortened
from nbgemini.core.skeleton import Json
from nbgemini.notebook.show.bundles import ACCENT, MONO, MUTED, RULE
from nbgemini.notebook.show.markup import NOTHING, Html, element, escape, joined
from nbgemini.notebook.show.texts import clean

__all__ = ["UNCOMPARED", "json_tree"]

UNCOMPARED: Final = object()
"""The request before this one is not known, so nothing is marked."""

_ABSENT: Final = object()
_SIGNATURES = ("thoughtSignature", "thought_signature")
_LONGEST = 4000  # characters of one text
_SHORT = 16  # characters of a signature
_FIRST = 48  # characters of a turn's words beside its folded line
_LINE = "padding-left:1.4em; text-indent:-1.4em; overflow-wrap:anywhere; white-space:pre-wrap"
_NOTE = f"opacity:{MUTED}; user-select:none; -webkit-user-select:none; font-style:italic"
_SIGNED = "background:rgba(217, 152, 0, .26); border-radius:3px; padding:0 3px"
_NEW = f"border-left:3px solid {ACCENT}; background:rgba(66, 133, 244, .12); padding-left:6px; margin-left:-9px"


def json_tree(value: Json, before: object = UNCOMPARED) -> Html:
    """The value as JSON that folds; against `before`, an earlier one, it is marked where it is new or has changed."""
    style = (
        f"font:12px/1.55 {MONO}; padding:8px 10px 8px 12px; border:1px solid {RULE}; border-radius:4px;"
        " background:rgba(128, 128, 128, .06); color:inherit; max-height:40em; overflow:auto"
    )
    return element("div", _node("", value, before, end="", is_root=True), dir="ltr", style=style)


def _node(key: str, value: Json, before: object, *, end: str, is_root: bool = False) -> Html:
    """One item with what leads to it; `end` is the comma behind it."""
    if isinstance(value, Mapping | list) and value:
        return _container(key, value, before, end, is_root)
    new = before is not UNCOMPARED and value != before
    was = _note(f"was {_json(before)}") if new and before is not _ABSENT else NOTHING
    line = joined([_label(key), _leaf(key, value), escape(end), was, _note("new") if new and not was else NOTHING])
    return element("div", line, style=f"{_LINE}; {_NEW}" if new else _LINE)


def _container(key: str, value: Mapping[str, Json] | list[Json], before: object, end: str, is_root: bool) -> Html:
    new, same = before is _ABSENT, before is not UNCOMPARED and value == before
    opening, closing = ("{", "}") if isinstance(value, Mapping) else ("[", "]")
    inner = UNCOMPARED if new or same or before is UNCOMPARED else before
    about = "new" if new else "as before" if same else ""
    note = _note(" · ".join(filter(None, [about, _about(value)])))
    head = element("summary", _label(key), escape(opening), note, style="cursor:pointer; overflow-wrap:anywhere")
    body = element("div", *_items(value, inner), style="padding-left:1.4em")
    # A folded part does not hide what is new.
    details = element(
        "details", head, body, element("div", escape(closing + end)), open=None if same and not is_root else True
    )
    return element("div", details, style=_NEW) if new else details


def _items(value: Mapping[str, Json] | list[Json], before: object) -> Iterator[Html]:
    pairs = list(value.items()) if isinstance(value, Mapping) else [("", item) for item in value]
    for at, (key, item) in enumerate(pairs):
        yield _node(key, item, _earlier(before, key, at), end="," if at < len(pairs) - 1 else "")
    gone = _gone(value, before)
    if gone:
        yield element("div", _note(f"no longer: {gone}"), style=_LINE)


def _earlier(before: object, key: str, at: int) -> object:
    if before is UNCOMPARED:
        return UNCOMPARED
    if isinstance(before, Mapping):
        return before.get(key, _ABSENT)
    return before[at] if isinstance(before, list) and at < len(before) else _ABSENT


def _gone(value: Mapping[str, Json] | list[Json], before: object) -> str:
    """What an earlier value had and this one has not."""
    if isinstance(value, Mapping) and isinstance(before, Mapping):
        return ", ".join(clean(str(key), 80) for key in before if key not in value)
    if isinstance(value, list) and isinstance(before, list) and len(before) > len(value):
        return counted(len(before) - len(value), "item")
    return ""


def _about(value: Mapping[str, Json] | list[Json]) -> str:
    """What a folded part holds, in a few words: who speaks, and what."""
    if isinstance(value, list):
        return counted(len(value), "item")
    parts = value.get("parts")
    if not isinstance(parts, list):
        return ""
    texts = [part["text"] for part in parts if isinstance(part, Mapping) and isinstance(part.get("text"), str)]
    words = f"“{shortened(clean(' '.join(texts[-1].split())), _FIRST)}”" if texts else counted(len(parts), "part")
    return f"{clean(str(value.get('role', '')), 20)}: {words}"


def _label(key: str) -> Html:
    return escape(f"{clean(_json(key))}: ") if key else NOTHING


def _leaf(key: str, value: Json) -> Html:
    if isinstance(value, str) and key in _SIGNATURES:
        short = value if value.startswith("<") or len(value) <= _SHORT else f"{value[:_SHORT]}…"
        length = _note(f"{len(value):,} characters") if short != value else NOTHING
        return joined([element("span", escape(clean(_json(short))), style=_SIGNED), length])
    return escape(clean(_json(value), _LONGEST))


def _json(value: object) -> str:
    """As one line; a value that is no scalar is told by its kind."""
    if isinstance(value, Mapping | list):
        return "{…}" if isinstance(value, Mapping) else "[…]"
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")


def _note(text: str) -> Html:
    """A remark of ours, which is not copied along."""
    return element("span", escape(clean(f"  {text}", 200)), style=_NOTE) if text else NOTHING
