"""`%imagine show N --wire`: the request of a turn and its answer side by side, with what is new in the request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Protocol

from nbgemini.core.exchange import Exchange
from nbgemini.core.phrases import counted
from nbgemini.core.skeleton import Json
from nbgemini.notebook.show.bundles import FONT, MUTED, Bundle, block, sentence
from nbgemini.notebook.show.footer import price
from nbgemini.notebook.show.json_tree import UNCOMPARED, json_tree
from nbgemini.notebook.show.markup import Html, element
from nbgemini.notebook.show.texts import clean, in_bytes, moment, one_line

__all__ = ["wire_view"]


class Wired(Protocol):
    """What the view takes; see `studio.reports.onwire.OnWire`."""

    @property
    def exchange(self) -> Exchange: ...
    @property
    def number(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def request(self) -> Json: ...
    @property
    def before(self) -> Json | None: ...
    @property
    def since(self) -> int | None: ...
    @property
    def model_before(self) -> str: ...
    @property
    def answer(self) -> Json: ...
    @property
    def kept(self) -> bool: ...
    @property
    def streamed(self) -> bool: ...


def wire_view(wired: Wired) -> Bundle:
    """Both, each under what is known of it; in text one after the other."""
    asked, came = list(_asked(wired)), list(_came(wired))
    before = UNCOMPARED if wired.before is None else wired.before
    sides = (
        _side("Request", asked, json_tree(wired.request, before)),
        _side("Answer", came, json_tree(wired.answer)),
    )
    style = f"display:flex; flex-wrap:wrap; gap:12px 16px; align-items:flex-start; font:12px/1.6 {FONT}"
    texts = (["Request", *asked, "", _text(wired.request)], ["Answer", *came, "", _text(wired.answer)])
    return Bundle("\n".join([*texts[0], "", *texts[1]]), block(*sides, style=style))


def _text(value: Json) -> str:
    return clean(json.dumps(value, indent=2, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8"))


def _asked(wired: Wired) -> Iterator[str]:
    exchange = wired.exchange
    asked = f", asked {moment(exchange.created)} UTC" if exchange.created else ""
    yield f"turn {wired.number} of {one_line(wired.name, 60)} · {in_bytes(wired.size)}{asked}"
    yield f"POST {one_line(wired.url, 300)}"
    if wired.model_before not in ("", exchange.model):
        yield f"The model has changed: `{wired.model_before}` before, now `{exchange.model}`."
    if wired.since is None:
        yield "Nothing was sent before it."
    elif exchange.anchored:
        yield f"No earlier turn is in it; what differs from the request of turn {wired.since} is marked."
    else:
        yield f"What is new since the request of turn {wired.since} is marked; the rest is folded."


def _came(wired: Wired) -> Iterator[str]:
    exchange = wired.exchange
    usage = exchange.answer.usage
    described = usage.described() if usage else {}
    names = {"prompt": "in", "candidates": "out", "thoughts": "for thoughts"}
    tokens = ", ".join(f"{described[name]:,} {word}" for name, word in names.items() if name in described)
    facts = [f"{exchange.seconds:.1f} s", f"{tokens} (tokens)" if tokens else "", price([exchange])]
    facts.append("replayed from disk" if exchange.replayed else "")
    yield " · ".join(filter(None, facts))
    signed = sum(part.signature is not None for part in exchange.turn.parts) if exchange.turn else 0
    returned = "they go back with the next turn" if signed > 1 else "it goes back with the next turn"
    yield f"{counted(signed, 'signature')}: {returned}." if signed else "No signature in it."
    merged = "; the events of a stream are one answer here" if wired.streamed else ""
    yield f"As it arrived{merged}." if wired.kept else "Made of what the turn holds: the answer itself is gone."


def _side(title: str, lines: list[str], tree: Html) -> Html:
    head = element("div", sentence(title), style="font-weight:600; font-size:13px")
    facts = (
        element("div", sentence(clean(line, 600)), style=f"opacity:{MUTED}; overflow-wrap:anywhere") for line in lines
    )
    beneath = element("div", tree, style="margin-top:6px")
    return element(
        "section", head, *facts, beneath, aria_label=title, style="flex:1 1 26em; min-width:0; max-width:100%"
    )
