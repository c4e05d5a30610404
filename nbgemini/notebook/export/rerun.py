"""A conversation as a notebook whose cells draw it again, with what they showed in their outputs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from nbgemini._dataclass import dataclass, field
from nbgemini._version import __version__
from nbgemini.core.exchange import Exchange
from nbgemini.core.folding import SENT_ALONG
from nbgemini.core.redact import redact
from nbgemini.core.skeleton import Json
from nbgemini.notebook.contact.contact_sheet import sheet_bundle
from nbgemini.notebook.export.cell_source import is_a_body, keywords, option_words, quoted
from nbgemini.notebook.export.file_names import Names
from nbgemini.notebook.export.markdown import escaped
from nbgemini.notebook.export.story import EMULATED, Asked, Reference, Story, asked_in, why_failed
from nbgemini.notebook.show.bundles import Bundle
from nbgemini.notebook.show.texts import one_line

__all__ = ["notebook_of"]

_USUAL = "main"  # where the first cell of a kernel begins


@dataclass(slots=True)
class _Replay:
    """The cells of a notebook being written, with what stays from one to the next."""

    story: Story
    folder: str
    shown: Callable[[Exchange], Sequence[Bundle]]
    names: Names = field(default_factory=Names)
    model: str | None = None
    system: str | None = None
    before: Exchange | None = None
    current: str = _USUAL  # the conversation that cells go on with

    def cells(self) -> Iterator[dict[str, Json]]:
        head = [f"# {escaped(one_line(self.story.title, 200))}", escaped(" · ".join(self.story.summary()))]
        if self.story.emulated:
            head.append(EMULATED)
        yield {"cell_type": "markdown", "id": "title", "metadata": {}, "source": _lines("\n\n".join(head))}
        yield _code("load", "%load_ext nbgemini")
        origins = self._kept()
        yield from self._sheets(None)
        yield from self._failed(None)
        for exchange in self.story.turns:
            number = self.story.conversation.number(exchange.id)
            yield _code(f"turn-{number}", self._source(exchange, exchange.id in origins), self.shown(exchange))
            self.before = exchange
            yield from self._sheets(exchange)
            yield from self._failed(exchange)

    def _failed(self, after: Exchange | None) -> Iterator[dict[str, Json]]:
        """What failed is told and not asked again: it would end a run of all cells."""
        for exchange in self.story.failed_after(after):
            words = "\n".join(f"> {escaped(line)}" for line in redact(asked_in(exchange).words).strip().split("\n"))
            text = f"{words}\n\n*{escaped(why_failed(exchange))}*"
            yield {"cell_type": "markdown", "id": f"failed-{exchange.id}", "metadata": {}, "source": _lines(text)}

    def _sheets(self, parent: Exchange | None) -> Iterator[dict[str, Json]]:
        """The sweeps that go on from a turn, as programs: a store that has them replays them."""
        for one in self.story.swept(parent):
            yield _code(f"sweep-{self.story.sweeps.index(one) + 1}", one.source, [sheet_bundle(one.sheet)])

    def _kept(self) -> set[str]:
        """The turns that later cells name."""
        origins = {origin.id for exchange in self.story.turns if (origin := self._from(exchange))}
        pictures = {reference.picture for exchange in self.story.turns for reference in asked_in(exchange).references}
        return origins | {exchange.id for exchange in self.story.turns if exchange.picture in pictures}

    def _from(self, exchange: Exchange) -> Exchange | None:
        return self.story.origin(exchange) if self.story.branches_off(exchange) else None

    def _variable(self, exchange: Exchange) -> str:
        return f"turn_{self.story.conversation.number(exchange.id)}"

    def _source(self, exchange: Exchange, kept: bool) -> str:
        asked = asked_in(exchange)
        prompt = redact(asked.words.strip("\r\n"))
        options = self._options(exchange)
        line = None if asked.pieces or not is_a_body(prompt) else self._line(exchange, options, kept)
        if line is None:
            source = self._python(exchange, self._pieces(exchange, asked) or repr(prompt), options, kept)
        else:
            if "{" in "".join([*line, prompt]):
                line.append("--raw")
            source = f"{' '.join(['%%imagine', *line])}\n{prompt}"
            self.current = self.story.conversation.name  # a call in Python changes nothing about that
        self.model, self.system = exchange.model, exchange.options.system
        return source

    def _options(self, exchange: Exchange) -> dict[str, Json]:
        """What the request said, but for what stays with the conversation from the cell before."""
        given = {
            "model": exchange.model,
            **exchange.options.described(),
            **({"alt": exchange.alt} if exchange.alt else {}),
        }
        if exchange.model == self.model:
            del given["model"]
        # It stays with the conversation until it is taken away.
        if self.system is not None and given.setdefault("system", "") == self.system:
            del given["system"]
        return {name: redact(value) if isinstance(value, str) else value for name, value in given.items()}

    def _line(self, exchange: Exchange, options: Mapping[str, Json], kept: bool) -> list[str] | None:
        """The option line, or None when something in it fits no line."""
        words = option_words(options)
        if words is None:
            return None
        origin = self._from(exchange)
        name = self.story.conversation.name
        parts = [f"-c {quoted(name)}"] if name != self.current else []
        if origin is not None:
            parts.append(f"--from {self._variable(origin)}")
        elif self._begins(exchange):
            parts.append("--new")
        parts += [f"-r {quoted(self._found(exchange, one)[0])}" for one in _shown(asked_in(exchange), exchange)]
        return [*parts, *words, *([f"-o {self._variable(exchange)}"] if kept else [])]

    def _begins(self, exchange: Exchange) -> bool:
        return self.before is None or exchange.parent != self.before.id

    def _python(self, exchange: Exchange, prompt: str, options: Mapping[str, Json], kept: bool) -> str:
        """The same as a call: for words that no option line or cell body can hold."""
        origin = self._from(exchange)
        words = [prompt, *keywords(options)]
        if origin is not None:
            words.append(f"from_={self._variable(origin)}")
        elif self._begins(exchange):
            words.append("new=True")
        if references := [self._found(exchange, one) for one in _shown(asked_in(exchange), exchange)]:
            words.append(f"ref=[{', '.join(name if known else repr(name) for name, known in references)}]")
        name = repr(self.story.conversation.name) if self.story.conversation.name != self.current else ""
        variable = self._variable(exchange) if kept else "turn"
        arguments = "".join(f"    {word},\n" for word in words)
        head = "from pathlib import Path\n\n" if "Path(" in prompt else ""
        return f"{head}import nbgemini as nb\n\n{variable} = nb.conversation({name}).imagine(\n{arguments})\n{variable}"

    def _pieces(self, exchange: Exchange, asked: Asked) -> str:
        """A prompt in which pictures stand, as a list: texts, results and paths. Empty for a prompt of words alone."""
        pieces = []
        for piece in asked.pieces:
            if isinstance(piece, str):
                pieces.append(repr(redact(piece)))
            else:
                name, known = self._found(exchange, piece)
                pieces.append(name if known else f"Path({name!r})")
        return f"[{', '.join(pieces)}]" if pieces else ""

    def _found(self, exchange: Exchange, reference: Reference) -> tuple[str, bool]:
        """Where a picture is: the variable of an earlier turn (True), or a file in the folder."""
        for turn in self.story.before(exchange):
            if turn.picture == reference.picture:
                return self._variable(turn), True
        stem = one_line(reference.label, 60) or "reference"
        return f"{self.folder}/{self.names.name(stem, reference.picture)}", False


def _shown(asked: Asked, exchange: Exchange) -> tuple[Reference, ...]:
    """What `-r` showed; the pictures that nbgemini sent in place of a history come by themselves again."""
    return tuple(one for one in asked.shown_first if not (exchange.anchored and one.label in SENT_ALONG))


def notebook_of(story: Story, folder: str, shown: Callable[[Exchange], Sequence[Bundle]]) -> tuple[str, Names]:
    """The notebook's JSON (format 4.5), and the reference pictures that lie in the folder of that name beside it.

    `shown` returns what the cell of an exchange shows.
    """
    replay = _Replay(story, folder, shown)
    book = {
        "cells": list(replay.cells()),
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "nbgemini": {"exported_by": __version__, "conversation": one_line(story.conversation.name, 100)},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(book, ensure_ascii=False, indent=1) + "\n", replay.names


def _code(name: str, source: str, shown: Sequence[Bundle] = ()) -> dict[str, Json]:
    outputs = [
        {
            "output_type": "display_data",
            "data": {kind: text if kind.startswith("image/") else _lines(text) for kind, text in bundle.data.items()},
            "metadata": {kind: dict(about) for kind, about in bundle.metadata.items()},
        }
        for bundle in shown
    ]
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {},
        "outputs": outputs,
        "source": _lines(source),
    }


def _lines(text: str) -> list[str]:
    """A text as notebooks keep it: a list of lines, each with its end."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)
