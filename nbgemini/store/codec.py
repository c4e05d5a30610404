"""Exchanges as JSON records, and back."""

from __future__ import annotations

import dataclasses
from typing import get_args

from nbgemini.core.content import Role, Turn
from nbgemini.core.exchange import Answer, Backend, By, Exchange, Outcome
from nbgemini.core.options import ImageOptions
from nbgemini.core.picture import Picture
from nbgemini.core.skeleton import Json
from nbgemini.core.usage import COUNTS, Usage
from nbgemini.errors import StoreError
from nbgemini.store.fields import Fields, Record, damaged, is_sha256
from nbgemini.store.holes import filled, hollowed

__all__ = ["decode_exchange", "encode_exchange"]

# By their annotations, so that a new option is read back without a word here; the rest are read one by one.
_NUMBERS = tuple(one.name for one in dataclasses.fields(ImageOptions) if one.type in ("int | None", "float | None"))
_WORDS = tuple({one.name for one in dataclasses.fields(ImageOptions)} - {*_NUMBERS, "thoughts", "safety", "set"})
_BACKENDS, _BYS, _OUTCOMES, _ROLES = map(get_args, (Backend, By, Outcome, Role))


def encode_exchange(exchange: Exchange) -> Record:
    """Everything that an exchange holds. Raises StoreError when it is nested too deeply."""
    try:
        return {
            "id": exchange.id,
            "parent": exchange.parent,
            "outcome": exchange.outcome,
            "anchored": exchange.anchored,
            "model": exchange.model,
            "backend": exchange.backend,
            "options": exchange.options.described(),
            "cost": exchange.cost,
            "estimate": exchange.estimate,
            "seconds": exchange.seconds,
            "created": exchange.created,
            "alt": exchange.alt,
            "request_hash": exchange.request_hash,
            "words": exchange.words,
            "group": exchange.group,
            **({"shot": exchange.shot} if exchange.shot else {}),
            **({"batch": exchange.batch} if exchange.batch else {}),
            "by": exchange.by,
            "cell": exchange.cell,
            "repeat": exchange.repeat,
            **({} if exchange.stood_for is None else {"stood_for": exchange.stood_for}),
            **({} if exchange.reach is None else {"reach": exchange.reach}),
            "reason": exchange.reason,
            "user": _encode_turn(exchange.user),
            "answer": _encode_answer(exchange.answer),
        }
    except RecursionError:
        raise StoreError(f"Exchange {exchange.id} is nested too deeply to be recorded.") from None


def _encode_answer(answer: Answer) -> Record:
    return {
        "turn": None if answer.turn is None else _encode_turn(answer.turn),
        "finish_reason": answer.finish_reason,
        "finish_message": answer.finish_message,
        "block_reason": answer.block_reason,
        "usage": None if answer.usage is None else answer.usage.described(),
        "model_version": answer.model_version,
        "response_id": answer.response_id,
        "model_status": hollowed(answer.model_status),
        "grounding": None if answer.grounding is None else hollowed(answer.grounding),
        **({"reshaped": True} if answer.reshaped else {}),
    }


def _encode_turn(turn: Turn) -> Record:
    pictures = {
        name: {
            "sha256": picture.sha256,
            "size": picture.size,
            "media_type": picture.media_type,
            "width": picture.width,
            "height": picture.height,
        }
        for name, picture in turn.pictures.items()
    }
    return {"role": turn.role, **hollowed(turn.content), "pictures": pictures}


def decode_exchange(fields: Fields) -> Exchange:
    """The exchange in a record. Raises StoreError, which names the file."""
    return Exchange(
        id=fields.exchange_id("id"),
        parent=fields.optional_id("parent"),
        user=_decode_turn(fields.inner("user")),
        answer=_decode_answer(fields.inner("answer")),
        model=fields.get("model", str, ""),
        backend=fields.word("backend", _BACKENDS),
        options=_decode_options(fields.inner("options")),
        outcome=fields.word("outcome", _OUTCOMES),
        anchored=fields.get("anchored", bool, False),
        reach=fields.optional("reach", int),
        cost=fields.optional("cost", int),
        estimate=fields.optional("estimate", int),
        seconds=fields.optional("seconds", (int, float)) or 0.0,
        created=fields.get("created", str, ""),
        alt=fields.get("alt", str, ""),
        reason=fields.get("reason", str, ""),
        request_hash=fields.get("request_hash", str, ""),
        words=fields.get("words", str, ""),
        group=fields.get("group", str, ""),
        shot=fields.get("shot", int, 0),
        batch=fields.get("batch", str, ""),
        by=_by(fields),
        cell=fields.get("cell", str, ""),
        repeat=fields.get("repeat", int, 0),
        stood_for=fields.word("stood_for", _BACKENDS) if "stood_for" in fields.record else None,
    )


def _by(fields: Fields) -> By:
    """What asked; a word that a later version brought counts as not recorded."""
    by = fields.get("by", str, "")
    return by if by in _BYS else ""  # type: ignore[return-value]  # the line's own condition


def _decode_answer(fields: Fields) -> Answer:
    turn, usage, grounding = (fields.maybe_inner(name) for name in ("turn", "usage", "grounding"))
    return Answer(
        turn=_decode_turn(turn) if turn else None,
        finish_reason=fields.get("finish_reason", str, ""),
        finish_message=fields.get("finish_message", str, ""),
        block_reason=fields.get("block_reason", str, ""),
        usage=_decode_usage(usage) if usage else None,
        model_version=fields.get("model_version", str, ""),
        response_id=fields.get("response_id", str, ""),
        model_status=filled(fields.inner("model_status")),
        grounding=filled(grounding) if grounding else None,
        reshaped=fields.get("reshaped", bool, False),
    )


def _decode_usage(fields: Fields) -> Usage:
    return Usage(**{name: fields.optional(name, int) for name in COUNTS}, tier=fields.get("tier", str, ""))


def _decode_options(fields: Fields) -> ImageOptions:
    """Options of a known name; their values are not judged again, for what was possible once is history."""
    values: dict[str, Json] = {name: fields.optional(name, str) for name in _WORDS if name in fields.record}
    values |= {name: fields.optional(name, (int, float)) for name in _NUMBERS if name in fields.record}
    values["thoughts"] = fields.optional("thoughts", bool)
    pairs = fields.get("set", list, [])
    if not all(isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) for pair in pairs):
        raise damaged(fields.source, "`set` is not a list of pairs")
    safety = fields.get("safety", dict, {})
    if not all(isinstance(threshold, str) for threshold in safety.values()):
        raise damaged(fields.source, "`safety` is not a table of words")
    return ImageOptions(**values, safety=tuple(safety.items()), set=tuple((path, value) for path, value in pairs))


def _decode_turn(fields: Fields) -> Turn:
    pictures = fields.inner("pictures")
    return Turn(
        fields.word("role", _ROLES),
        filled(fields),
        {name: _decode_picture(pictures.inner(name)) for name in pictures.record},
    )


def _decode_picture(fields: Fields) -> Picture:
    sha256 = fields.get("sha256", str, "")
    if not is_sha256(sha256):
        raise damaged(fields.source, "the name of a picture is not a SHA-256")
    return Picture(
        sha256,
        fields.get("size", int, 0),
        fields.get("media_type", str, ""),
        fields.get("width", int, 0),
        fields.get("height", int, 0),
    )
