"""Conversations that began with another library: its list of contents becomes turns that this one goes on from."""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from nbgemini.core.content import Turn
from nbgemini.core.exchange import Answer, Exchange
from nbgemini.core.options import ImageOptions
from nbgemini.core.skeleton import Json
from nbgemini.errors import ConversationError, NbgeminiError, OptionError
from nbgemini.net.client import Client
from nbgemini.store.store import Store
from nbgemini.studio.conversations.session import Open, Session
from nbgemini.studio.sending.commit import keep_turns

__all__ = ["import_contents"]

_MOST = 10_000  # contents
_DEEPEST = 30
# Only these are renamed: what stands in a function's arguments is the user's own.
_FIELDS = {"inlineData", "mimeType", "displayName", "fileData", "fileUri", "thoughtSignature", "functionCall",
           "functionResponse", "executableCode", "codeExecutionResult", "videoMetadata", "mediaResolution", "toolCall",
           "toolResponse", "partMetadata"}  # fmt: skip
_SNAKE = {re.sub("([A-Z])", lambda found: f"_{found[1].lower()}", name): name for name in _FIELDS}
_SHAPE = "`contents` is a list of google-genai's `types.Content`, or of dicts with `role` and `parts`."


def import_contents(
    session: Session,
    store: Store,
    client: Client,
    contents: Iterable[Any],
    name: str,
    model: str,
    tell: Callable[[str], None],
) -> Open:
    """Make turns of contents under a new name. Signatures and pictures stay byte for byte as they are.

    `tell` hears what a user should know.

    Raises OptionError for what is no such list, ConversationError for a name that is taken, StoreReadOnly, StoreError.
    """
    opened = session.get(name)
    if opened.value.exchanges:
        raise ConversationError(f"This kernel already has a conversation `{name}`.", hint="Choose another name.")
    pairs = _paired([_content(value) for value in _listed(contents)])
    asked = datetime.now(UTC).isoformat(timespec="microseconds")
    turns: list[Exchange] = []
    for user, answer in pairs:
        exchange = Exchange(
            id=secrets.token_hex(8),
            parent=turns[-1].id if turns else None,
            user=_turn(client, store, user, "user"),
            answer=Answer(turn=_turn(client, store, answer, "model"), finish_reason="STOP"),
            model=model,
            backend=client.endpoint.backend,
            options=ImageOptions(),
            cost=0,
            estimate=0,
            created=asked,
            by="python",
        )
        turns.append(exchange)
    with opened.committing:
        for turn in turns:
            before, after = opened.value, opened.value.extended(turn)
            keep_turns(opened, store, [turn], before, after, tell)
            opened.change(lambda now, turn=turn: now.extended(turn))  # type: ignore[misc]  # its own turn each time
    return opened


def _listed(contents: Iterable[Any]) -> list[Any]:
    if isinstance(contents, str | bytes | Mapping) or not isinstance(contents, Iterable):
        raise OptionError(_SHAPE)
    found = [content for _, content in zip(range(_MOST + 1), contents, strict=False)]
    if not found or len(found) > _MOST:
        raise OptionError(f"`contents` holds from 1 to {_MOST:,} contents.")
    return found


def _content(value: Any) -> dict[str, Json]:
    """One content as the wire has it. Raises OptionError."""
    try:
        dump = getattr(value, "model_dump", None)  # google-genai's, and any pydantic model's
        plain = _plain(dump(exclude_none=True) if callable(dump) and not isinstance(value, Mapping) else value, 0)
    except NbgeminiError:
        raise
    except Exception as problem:  # a value may raise whatever it likes when it is looked at
        kind = type(problem).__name__
    else:
        if not isinstance(plain, dict) or not isinstance(plain.get("parts"), list) or not plain["parts"]:
            raise OptionError(_SHAPE, hint='For example: {"role": "user", "parts": [{"text": "a cat"}]}.')
        known = plain.get("role", "user") in ("user", "model")
        if not known or not all(isinstance(one, dict) for one in plain["parts"]):
            raise OptionError("A content has the role `user` or `model`, and parts that are objects.")
        return plain
    raise OptionError(f"A content cannot be read: looking at it raises {kind}.")


def _plain(value: Any, depth: int) -> Json:
    """JSON: bytes as base64, fields as the wire spells them; texts, base64 among them, as they are."""
    if depth > _DEEPEST:
        raise OptionError("A content is nested too deeply.")
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Mapping):
        named = ((_SNAKE.get(str(key), str(key)), item) for key, item in value.items() if item is not None)
        return {name: _plain(item, depth + 1) for name, item in named}
    if isinstance(value, list | tuple):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, str):
        return str(getattr(value, "value", value))
    if value is None or isinstance(value, bool | int | float):
        return value
    if callable(dump := getattr(value, "model_dump", None)):
        return _plain(dump(exclude_none=True), depth + 1)
    raise OptionError(f"A content holds a {type(value).__name__}, which JSON cannot hold.")


def _paired(contents: list[dict[str, Json]]) -> list[tuple[list[Json], list[Json]]]:
    """The parts of each user turn and of its answer; contents of one role that follow each other are one turn."""
    runs: list[tuple[str, list[Json]]] = []
    for content in contents:
        role = content.get("role", "user")
        if runs and runs[-1][0] == role:
            runs[-1][1].extend(content["parts"])
        else:
            runs.append((role, list(content["parts"])))
    if runs[0][0] != "user":
        raise OptionError("The history begins with a turn of the model's; it begins with what you asked.")
    if runs[-1][0] != "model":
        raise OptionError("The history ends with a turn that has no answer.", hint="Leave it out, and ask it here.")
    return [(runs[at][1], runs[at + 1][1]) for at in range(0, len(runs), 2)]


def _turn(client: Client, store: Store, parts: list[Json], role: str) -> Turn:
    """A turn whose pictures and long strings lie in the store. Raises OptionError, StoreError."""
    try:
        body = json.dumps({"candidates": [{"content": {"role": "model", "parts": parts}}]}, allow_nan=False)
        turn = client.read_turn(body.encode("utf-8"), store.blobs)
    except (ValueError, RecursionError):
        turn = None
    if turn is None:
        raise OptionError("A content of the history says nothing, or cannot be written as JSON.")
    return Turn("user" if role == "user" else "model", {**turn.content, "role": role}, turn.pictures)
