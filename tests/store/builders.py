"""What the tests of the store keep: exchanges, answers, whole commits."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from nbgemini.core.content import Turn, user_turn
from nbgemini.core.exchange import Answer, Exchange, Outcome
from nbgemini.core.options import ImageOptions
from nbgemini.core.picture import Picture
from nbgemini.core.seams import RawAnswer
from nbgemini.core.skeleton import Json, Skeleton, StoredText
from nbgemini.core.usage import Usage
from nbgemini.store.store import Store

__all__ = ["Commit", "body_of", "exchange_of", "picture_bytes", "raw_of"]


def picture_bytes(number: int, size: int = 3000) -> bytes:
    """Bytes that are different for every number."""
    return (b"picture %d " % number) * (size // 10)


def _content(number: int, data: bytes) -> tuple[dict[str, Json], Picture]:
    sha256 = hashlib.sha256(data).hexdigest()
    inline = {"mimeType": "image/png", "data": StoredText(sha256, len(data))}
    parts: list[Json] = [{"text": f"here is {number}"}, {"inlineData": inline, "thoughtSignature": f"sig {number}"}]
    return {"role": "model", "parts": parts}, Picture(sha256, len(data), "image/png", 8, 6)


def exchange_of(
    number: int, *, parent: str | None = None, outcome: Outcome = "turn", answered: bool = True, data: bytes = b""
) -> Exchange:
    """An exchange whose id, prompt and picture all say `number`."""
    content, picture = _content(number, data or picture_bytes(number))
    usage = Usage(prompt=12, candidates=1290, total=1302, images=1290)
    turn = Turn("model", content, {picture.sha256: picture})
    return Exchange(
        id=f"{number:012x}",
        parent=parent,
        user=user_turn(f"prompt {number}"),
        answer=Answer(turn=turn, finish_reason="STOP", usage=usage) if answered else Answer(turn=None),
        model="gemini-3-pro-image",
        backend="gemini",
        options=ImageOptions(aspect="16:9", size="2K", set=(("a.b", [1, {"c": None}]),)),
        outcome=outcome,
        cost=134_000 if answered else None,
        estimate=135_000,
        seconds=12.5,
        created=f"2026-11-22T00:00:{number % 60:02}Z",
        reason="" if answered else "blocked",
    )


def raw_of(exchange: Exchange) -> RawAnswer:
    """The answer that `exchange` was decoded from."""
    assert exchange.turn is not None
    body = {"candidates": [{"content": exchange.turn.content, "finishReason": "STOP"}]}
    return RawAnswer(skeleton=Skeleton.of(body))


def body_of(store: Store, raw: RawAnswer) -> bytes:
    """The body that an answer was, rebuilt from the store."""
    pieces = []
    for piece in raw.skeleton.pieces():
        if isinstance(piece, bytes):
            pieces.append(piece)
        else:
            pieces.append(store.blobs.read(piece.sha256))
    return b"".join(pieces)


@dataclass
class Commit:
    """One turn through all steps of a commit, in their order."""

    store: Store
    exchange: Exchange
    key: str = "main"

    STEPS = ("reserve", "declare", "write the picture", "keep the answer", "pay", "append", "settle the intent")
    DECLARED, ANSWERED, PAID, APPENDED, SETTLED = 1, 3, 4, 5, 6

    def steps(self) -> tuple[Callable[[], None], ...]:
        """The steps, to be taken one by one."""
        return self._reserve, self._declare, self._blob, self._answer, self._pay, self._append, self._settle

    def run(self) -> Commit:
        """All steps."""
        for take in self.steps():
            take()
        return self

    def _reserve(self) -> None:
        self.store.ledger.reserve(self.exchange.id, 135_000, model="m", backend="gemini", conversation="main")

    def _declare(self) -> None:
        asked = replace(self.exchange, answer=Answer(turn=None), cost=None)
        self.store.intents.declare(asked, request_hash="f00d", key=self.key, conversation="main")

    def _blob(self) -> None:
        writer = self.store.blobs.writer()
        try:
            data = picture_bytes(int(self.exchange.id, 16))
            for start in range(0, len(data), 1000):
                writer.write(data[start : start + 1000])
            writer.finish()
        finally:
            writer.discard()

    def _answer(self) -> None:
        self.store.keep_answer(self.exchange.id, raw_of(self.exchange))

    def _append(self) -> None:
        self.store.album.append(
            self.key, "main", [self.exchange], expected=self.exchange.parent, model="m", system="be brief"
        )

    def _settle(self) -> None:
        self.store.intents.settle(self.exchange.id)

    def _pay(self) -> None:
        self.store.ledger.settle(self.exchange.id, 134_000, "turn")
