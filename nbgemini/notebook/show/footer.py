"""The one line beneath a picture: what drew it, how large, how long, for how much, and which turn it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nbgemini.core.exchange import Exchange
from nbgemini.core.languages import another_script, listed
from nbgemini.core.picture import has_ratio, has_size
from nbgemini.core.pricing import charged, dollars, total
from nbgemini.notebook.show.bundles import FONT, MUTED, Bundle, block, sentence, unseen
from nbgemini.notebook.show.markup import Html, element
from nbgemini.notebook.show.texts import Shown, alt_of, one_line

__all__ = ["footer", "price", "shape", "unlike_wish"]

_NO_PICTURE = (
    "The answer is text only. To get a picture, ask for one, as in “create an image of …”, or add `--only image`;"
    " `%imagine undo` takes this turn back."
)


def footer(results: Sequence[Shown]) -> Bundle:
    """The footer of one cell's results (at least one), with their notices as smaller lines beneath."""
    facts = " · ".join(_facts(results))
    notices = [one_line(notice, 400) for notice in _notices(results)]
    # Several pictures have captions, which say this for each.
    first = results[0]
    aloud = f"Picture: {alt_of(first.exchange)}. " if len(results) == 1 and first.exchange.picture else ""
    lines = [unseen(aloud), element("div", sentence(facts), dir="auto")]
    hanging = "padding-left:1em; text-indent:-1em"
    lines += [element("div", Html("↳ "), sentence(text), dir="auto", style=hanging) for text in notices]
    style = f"font:12px/1.6 {FONT}; opacity:{MUTED}; overflow-wrap:anywhere; font-variant-numeric:tabular-nums"
    text = "\n".join([facts, *(f"↳ {notice}" for notice in notices)])
    return Bundle(text, block(*lines, style=style))


def shape(exchange: Exchange) -> str:
    """`16:9 2K, 2752 × 1536`: what was asked for, where that came, and the true size; else that alone."""
    picture = exchange.picture
    if not picture or not picture.width:
        return ""
    true = f"{picture.width} × {picture.height}"
    return true if not (asked := _wish(exchange)) or unlike_wish(exchange) else f"{asked}, {true}"


def unlike_wish(exchange: Exchange) -> str:
    """`Asked for 16:9 4K; the picture is 1024 × 1024.` where its ratio or its size is another one, else nothing."""
    picture, options = exchange.picture, exchange.options
    aspect, size = options.asked_aspect, options.asked_size
    if picture is None or ((not aspect or has_ratio(picture, aspect)) and (not size or has_size(picture, size))):
        return ""
    return f"Asked for {_wish(exchange)}; the picture is {picture.width} × {picture.height}."


def _wish(exchange: Exchange) -> str:
    return one_line(" ".join(part for part in (exchange.options.asked_aspect, exchange.options.asked_size) if part), 40)


def price(exchanges: Sequence[Exchange]) -> str:
    """`$0.134` for all that was asked of Google; with the emulator alone `emulator · $0, would be $0.134`.

    What was replayed cost nothing now: `$0, was $0.134`, or beside others `$0.134, replayed $0.268`.
    """
    billed = [exchange for exchange in exchanges if exchange.backend != "emulator"]
    if billed:
        paid = [exchange for exchange in billed if not exchange.replayed]
        saved = [exchange for exchange in billed if exchange.replayed]
        words = [_charged(paid)] if paid else ["$0"]
        words += [f"{'replayed' if paid else 'was'} {_charged(saved)}"] if saved else []
        return ", ".join(words)
    would = total([exchange.cost for exchange in exchanges])
    return f"emulator · $0, would be {dollars(would)}" if would else "emulator · $0"


def _charged(exchanges: Sequence[Exchange]) -> str:
    costs, likely = [exchange.cost for exchange in exchanges], [exchange.likely_cost for exchange in exchanges]
    return charged(total(costs), total(likely))


def _facts(results: Sequence[Shown]) -> Iterable[str]:
    first = results[0]
    yield one_line(first.exchange.model, 80)
    if asked := shape(first.exchange):
        yield asked
    if len(results) > 1:
        yield f"{len(results)} pictures"
    yield f"{max(result.seconds for result in results):.1f} s"
    yield from _tier(first.exchange)
    yield price([result.exchange for result in results])
    yield _place(results)
    if replayed := sum(result.exchange.replayed for result in results):
        yield "replayed" if replayed == len(results) else f"{replayed} of {len(results)} replayed"


def _tier(exchange: Exchange) -> Iterable[str]:
    """The service tier where it is not the usual one, or not the one that was asked for."""
    if exchange.batch:  # whatever tier its answer names
        yield "batch"
        return
    asked = exchange.options.asked_tier or "standard"
    used = (exchange.answer.usage.tier if exchange.answer.usage else "") or asked
    if used != asked:
        yield f"{one_line(used, 20)} tier, not {one_line(asked, 20)}"
    elif used != "standard":
        yield f"{one_line(used, 20)} tier"


def _place(results: Sequence[Shown]) -> str:
    name = one_line(results[0].conversation_name, 60)
    numbers = [result.turn for result in results]
    if len(numbers) == 1:
        return f"turn {numbers[0]} of {name}" + ("" if results[0].edits is None else f", edits turn {results[0].edits}")
    return f"turns {min(numbers)}–{max(numbers)} of {name}"


def _notices(results: Sequence[Shown]) -> Iterable[str]:
    wanted = any(result.exchange.options.only != "text" for result in results)
    if wanted and all(result.exchange.picture is None for result in results):
        yield _NO_PICTURE
        exchange = results[0].exchange
        if script := another_script(exchange.prompt, exchange.model):
            yield f"The prompt is in {script} script. Google lists for pictures: {listed(exchange.model)}."
    if len(results) > 1:
        first = f"The conversation goes on from turn {results[0].turn}, the first of these"
        yield f"{first}; `%imagine pick K` chooses another."
    seen: set[str] = set()
    for notice in (line for result in results for line in (unlike_wish(result.exchange), *result.notices)):
        if notice and notice not in seen:  # what holds for all of them is said once
            seen.add(notice)
            yield notice
