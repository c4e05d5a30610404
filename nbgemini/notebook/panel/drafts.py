"""What stands in a panel and is not sent yet, kept in the store: the panel of the next kernel shows it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from itertools import count
from typing import Any

from nbgemini._dataclass import dataclass, field
from nbgemini.core.picture import Picture
from nbgemini.core.redact import looks_like_key
from nbgemini.errors import NbgeminiError
from nbgemini.notebook.panel.form import Form
from nbgemini.notebook.panel.given import Given
from nbgemini.notebook.panel.lined_up import Wish
from nbgemini.notebook.panel.messages import Message
from nbgemini.store.store import Store
from nbgemini.studio.conversations.reruns import CellRun

__all__ = ["Draft", "Drafts", "Unsent", "place_in_notebook"]

_FOLDER = ("cache", "drafts")  # of this machine alone: git does not take it
_KEPT = 40  # files; the oldest are forgotten
_shown: dict[str, tuple[str, count[int]]] = {}  # by cell: the execution that showed panels last, and how many
_writers: dict[str, Drafts] = {}  # by place: a panel that was replaced by a later one writes no more


def place_in_notebook(run: CellRun | None) -> str:
    """A name for the place of a new panel in its notebook, the same in every kernel; "" where cells are not named."""
    if run is None:
        return ""
    if run.cell not in _shown or _shown[run.cell][0] != run.execution:
        _shown[run.cell] = (run.execution, count())
    return hashlib.sha256(f"{run.cell} {next(_shown[run.cell][1])}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Unsent:
    """What is written in a conversation and not sent, and the pictures that go along."""

    prompt: str = ""
    refs: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What the controls say, as a page's message has it, and the pictures that go along.

    `of` is the conversation that the prompt belongs to ("": whichever), `elsewhere` what is unsent in others; `line` is
    what waits, with what was on its way.
    """

    form: Mapping[str, str | int | bool]
    refs: tuple[Given, ...] = ()
    of: str = ""
    elsewhere: Mapping[str, Unsent] = field(default_factory=dict)
    line: tuple[Wish, ...] = ()


class Drafts:
    """The draft of one panel. A disk that fails costs a draft and nothing else: no method raises.

    `replaced` is called when a later panel takes the place: what waits is that one's from then on.
    """

    def __init__(self, store: Store, place: str, replaced: Callable[[], object] = lambda: None) -> None:
        self._store = store
        self._path = store.files.path(*_FOLDER, f"{place}.json") if place else ""
        self._kept: bytes | None = None
        self._place = place
        self._replaced = replaced
        before = _writers.get(place) if place else None
        _writers[place] = self  # first, so that the one before writes nothing of what it gives up
        if before is not None:
            before._replaced()

    def load(self) -> Draft | None:
        """What an earlier panel of this place left; None where there is nothing, or nothing that can be read."""
        if not self._path:
            return None
        with suppress(NbgeminiError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            data = self._kept = self._store.files.read(self._path)
            draft = json.loads(data) if data else None
            if draft is None:
                return None
            elsewhere = {
                str(key): Unsent(Message.of(one, ()).prompt, self._refs(one["refs"]))
                for key, one in draft.get("elsewhere", {}).items()
            }
            form = Message.of(draft["form"], ()).form()
            line = tuple(self._wish(one) for one in draft.get("line", ()))
            return Draft(form, self._refs(draft["refs"]), str(draft.get("of", "")), elsewhere, line)
        return None

    def _refs(self, rows: list[dict[str, Any]]) -> tuple[Given, ...]:
        """Those whose pictures the store still has."""
        given = (Given(**{**row, "id": "", "picture": Picture(**row["picture"])}) for row in rows)
        return tuple(one for one in given if self._store.blobs.intact(one.picture.sha256, one.picture.size))

    def _wish(self, row: dict[str, Any]) -> Wish:
        message = Message.of(row, ())
        return Wish(
            conversation=message.word("conversation"),
            prompt=message.prompt,
            form=Form(**Message.of(row["form"], ()).form()),  # type: ignore[arg-type]  # the message has checked the types
            base=message.word("base"),
            follows=message.flag("follows"),
            refs=self._refs(row["refs"]),
            marks=message.marks(),
            like=message.word("like"),
            yes=message.flag("yes"),  # its price was agreed to, and stands beside the click that lets it go on
            price=row["price"] if row["price"] is None else int(row["price"]),
            free=message.flag("free"),
            of=message.word("of"),
            sent=message.flag("sent"),
            turns=int(row["turns"]),
        )

    def keep(self, draft: Draft) -> None:
        """Keep it, unless it is kept already; an empty one is forgotten. A key that was pasted is not written."""
        if not self._path or _writers.get(self._place) is not self:
            return
        form = {name: value for name, value in draft.form.items() if value}
        if looks_like_key(str(form.get("prompt", ""))):
            del form["prompt"]
        refs = _rows(draft.refs)
        elsewhere = {
            key: {"prompt": one.prompt, "refs": _rows(one.refs)}
            for key, one in list(draft.elsewhere.items())[-_KEPT:]
            if not looks_like_key(one.prompt)
        }
        line = [{**asdict(one), "refs": _rows(one.refs)} for one in draft.line]
        empty = not (refs or elsewhere or line or form.keys() - {"count"})
        kept = {"form": form, "refs": refs, "of": draft.of}
        kept |= {name: value for name, value in (("elsewhere", elsewhere), ("line", line)) if value}
        data = None if empty else json.dumps(kept).encode()
        if data == self._kept:
            return
        self._kept = data
        with suppress(NbgeminiError):
            self._write(data)

    def _write(self, data: bytes | None) -> None:
        files = self._store.files
        if data is None:
            files.remove(self._path)
            return
        files.replace(self._path, data)
        folder = self._store.folder.joinpath(*_FOLDER)
        with suppress(OSError):
            oldest = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)[_KEPT:]
            for path in oldest:
                files.remove(str(path))


def _rows(given: tuple[Given, ...]) -> list[dict[str, Any]]:
    return [{name: value for name, value in asdict(one).items() if name != "id"} for one in given]
