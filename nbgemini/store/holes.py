"""Wire objects in records: JSON with empty strings, and beside it a list of what fills them.

A reference is therefore never recognised by how a string looks, and nothing that a server sends can pose as one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from nbgemini.core.skeleton import ENDING, Form, Json, StoredText
from nbgemini.store.fields import Fields, Record, damaged, is_sha256

__all__ = ["decode_leaf", "encode_leaf", "filled", "hollowed"]

_FORMS = get_args(Form)


def hollowed(value: Mapping[str, Json]) -> Record:
    """A wire object as `content`, without its stored texts, and `holes`: [path, leaf] for each of them."""
    holes: list[Json] = []

    def hollow(value: Json, path: tuple[str | int, ...]) -> Json:
        if isinstance(value, StoredText):
            holes.append([list(path), encode_leaf(value)])
            return ""
        if isinstance(value, Mapping):
            return {key: hollow(item, (*path, key)) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [hollow(item, (*path, at)) for at, item in enumerate(value)]
        return value

    content = hollow(value, ())
    return {"content": content, "holes": holes} if holes else {"content": content}


def filled(fields: Fields) -> Record:
    """The wire object of a record, its stored texts back in their places. Raises StoreError."""
    content = fields.get("content", dict, {})
    for hole in fields.get("holes", list, []):
        try:
            path, leaf = hole
            *way, last = path
            place = content
            for step in way:
                place = place[step]
            if place[last] != "":
                raise ValueError
            place[last] = decode_leaf(leaf)
        except (TypeError, ValueError, LookupError):
            raise damaged(fields.source, "`holes` do not fit") from None
    return content


def encode_leaf(leaf: StoredText) -> list[Json]:
    """A stored text as JSON."""
    ending = [] if leaf.ending is None else [leaf.ending]
    return [leaf.sha256, leaf.size, leaf.form, leaf.picture, *ending]


def decode_leaf(leaf: Json) -> StoredText:
    """The stored text that `encode_leaf` wrote. Raises ValueError or TypeError."""
    sha256, size, form, picture, ending = (*leaf, None) if len(leaf) == 4 else leaf
    fits = is_sha256(sha256) and type(size) is int and size >= 0 and form in _FORMS
    ends = ending is None or (form != "text" and ENDING.fullmatch(ending))  # it is sent as it stands here
    if not fits or not ends or not (picture is None or is_sha256(picture)):
        raise ValueError
    return StoredText(sha256, size, form, picture, ending)
