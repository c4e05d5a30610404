"""Why no recording answers: in what a request differs from the recorded one that is nearest to it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from nbgemini._dataclass import dataclass
from nbgemini.core.exchange import BACKEND_NAMES, Exchange
from nbgemini.core.phrases import shortened
from nbgemini.core.redact import redact
from nbgemini.core.skeleton import StoredText

__all__ = ["Asked", "Difference", "differences", "explained", "nearest"]

_EXCERPT = 70  # characters of a value in the one line


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as people compare it: the exchange that it would make, and what it goes on from, oldest first."""

    exchange: Exchange
    before: tuple[Exchange, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same: what it was in the recording, and what it is in the request."""

    what: str
    recorded: str
    asked: str

    def short(self) -> str:
        """`aspect 16:9 → 1:1`, on one line."""
        if self.what == "prompt":
            return f"prompt “{_words_apart(self.recorded, self.asked)}”"
        return f"{self.what} {_excerpt(self.recorded)} → {_excerpt(self.asked)}"

    def lines(self) -> Iterator[str]:
        """As a unified diff, whole."""
        before, after = self.recorded.splitlines() or [""], self.asked.splitlines() or [""]
        yield f"  {self.what}:"
        yield from (line for line in difflib.ndiff(before, after) if not line.startswith("?"))


def explained(asked: Asked, recorded: Asked) -> tuple[str, str]:
    """The differences on one line, and all of them as a diff. What was recorded may be a stranger's: both are plain."""
    differing = list(differences(asked, recorded))
    name = recorded.exchange
    head = [f"--- recorded {name.created[:19].replace('T', ' ')} as {name.id}", "+++ asked now"]
    whole = "\n".join([*head, *(line for one in differing for line in one.lines())])
    return redact("; ".join(one.short() for one in differing)), redact(_plain(whole))


def nearest(
    asked: Asked, recorded: Iterable[Exchange], path: Callable[[Exchange], tuple[Exchange, ...]]
) -> Asked | None:
    """The recording that is most like what is asked; of equals the first, None of none."""
    best = min(recorded, key=lambda one: _distance(asked.exchange, one), default=None)
    return None if best is None else Asked(best, path(best))


def _distance(asked: Exchange, recorded: Exchange) -> float:
    """How far apart two requests are; the same cell counts for as much as an option or two."""
    words, others = set(_words(_text(asked))), set(_words(_text(recorded)))
    unlike = 1 - len(words & others) / max(1, len(words | others))
    apart = (
        len(set(_options(asked).items()) ^ set(_options(recorded).items())) / 2,
        _pictures(asked) != _pictures(recorded),
        asked.parent != recorded.parent,
        asked.backend != recorded.backend,
        not (asked.cell and asked.cell == recorded.cell),
    )
    return 4 * unlike + sum(map(float, apart))


def differences(asked: Asked, recorded: Asked) -> Iterator[Difference]:
    """Everything that is not the same, what was written in the cell first."""
    now, then = asked.exchange, recorded.exchange
    pairs = [("prompt", _text(then), _text(now))]
    before, after = _options(then), _options(now)
    pairs += [(name, before.get(name, "not set"), after.get(name, "not set")) for name in sorted({*before, *after})]
    pairs += [
        ("references", _pictures(then), _pictures(now)),
        ("history", _history(recorded.before, asked.before), _history(asked.before, recorded.before)),
        ("answered by", BACKEND_NAMES[then.backend], BACKEND_NAMES[now.backend]),
    ]
    yield from (Difference(*pair) for pair in pairs if pair[1] != pair[2])


def _options(exchange: Exchange) -> dict[str, str]:
    """The model and the options, as people write them."""
    described = exchange.options.described()
    overrides = {path: repr(value) for path, value in described.pop("set", ())}
    return {"model": exchange.model, **{name: str(value) for name, value in described.items()}, **overrides}


def _text(exchange: Exchange) -> str:
    """All words of the user's turn that are not the label of a picture."""
    texts = [part.text for part in exchange.user.parts if part.text is not None]
    return "\n".join(text for text in texts if not re.fullmatch(r"image \d+(: .*)?", text))


def _pictures(exchange: Exchange) -> str:
    """The pictures that went along, a line each: label and the beginning of their hash."""
    lines, label = [], "picture"
    for part in exchange.user.parts:
        if part.text is not None:
            label = part.text if re.fullmatch(r"image \d+(: .*)?", part.text) else "picture"
        elif isinstance(part.data, StoredText):
            lines.append(f"{label} ({part.data.sha256[:8]})")
    return "\n".join(lines) or "none"


def _history(of: Sequence[Exchange], beside: Sequence[Exchange]) -> str:
    """The turns before, a line each; the pictures are told apart where the prompts are the same."""
    if not of:
        return "starts afresh"
    lines = []
    for at, exchange in enumerate(of):
        other = beside[at] if at < len(beside) else None
        same = other is not None and other.id != exchange.id and _text(other) == _text(exchange)
        picture = f" (picture {exchange.picture.sha256[:8]})" if same and exchange.picture else ""
        lines.append(f"{' '.join(exchange.prompt.split())}{picture}")
    return "\n".join(lines)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+|[^\w\s]", text.lower())


def _words_apart(before: str, after: str) -> str:
    """`a lighthouse at [-sunset-]{+noon+}`: the words that changed, with a few around them."""
    old, new = before.split(), after.split()
    pieces = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(" ".join(old[i:j] if j - i <= 4 else [*old[i : i + 2], "…", *old[j - 2 : j]]))
            continue
        gone, come = " ".join(old[i:j]), " ".join(new[k:m])
        pieces.append((f"[-{_excerpt(gone)}-]" if gone else "") + (f"{{+{_excerpt(come)}+}}" if come else ""))
    return _excerpt(" ".join(pieces), 2 * _EXCERPT)


def _plain(text: str) -> str:
    """Without what a terminal would obey."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def _excerpt(text: str, most: int = _EXCERPT) -> str:
    return shortened(" ".join(text.split()), most)
