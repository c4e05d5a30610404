"""`%imagine compare`: pictures side by side, with what differs between their prompts and their options."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from nbgemini._dataclass import dataclass
from nbgemini.core.exchange import Exchange
from nbgemini.core.ratings import NOTHING, Marks
from nbgemini.core.skeleton import Json
from nbgemini.core.word_diff import Piece, word_diff
from nbgemini.notebook.contact.contact_sheet import sheet_bundle
from nbgemini.notebook.contact.on_sheets import sheet_of_tiles
from nbgemini.notebook.contact.tiles import Answer, result_tile
from nbgemini.notebook.show.bundles import FONT, MUTED, RULE, Bundle, block
from nbgemini.notebook.show.markup import Html, element, escape, joined
from nbgemini.notebook.show.texts import clean, one_line

__all__ = ["Compared", "compare_bundle"]

_MARK = "background:rgba(128, 128, 128, .14); border-radius:3px; padding:0 2px"
_GONE = f"text-decoration:line-through; {_MARK}"
_NEW = f"text-decoration:underline; font-weight:600; {_MARK}"
_TABLE = f"border-collapse:collapse; border:0; border-top:1px solid {RULE}; margin:0 0 8px; color:inherit"
_CAPTION = "text-align:left; font-weight:600; color:inherit; caption-side:top; padding:6px 0 2px"
_CELL = "text-align:left; vertical-align:top; padding:4px 16px 4px 0; border:0; line-height:1.5"
_LONGEST = 4000  # characters of a prompt
_MISSING = "–"


@dataclass(frozen=True, slots=True)
class Compared:
    """One of them: what it is called (`@3`, `tuesday/17`), its answer, what was said of it, and its axis values."""

    called: str
    answer: Answer
    marks: Marks = NOTHING
    labels: Mapping[str, str] | None = None

    @property
    def exchange(self) -> Exchange:
        return self.answer.exchange


def compare_bundle(given: Sequence[Compared], *, rich: bool = True) -> Bundle:
    """The pictures as one sheet, and beneath it the prompts and the options that differ."""
    tiles = [
        replace(result_tile(number, one.answer, one.marks, label=one.called), dimmed=False)
        for number, one in enumerate(given, 1)
    ]
    names = [one_line(one.called, 40) for one in given]
    title = f"{', '.join(names[:-1])} and {names[-1]}"
    sheet = sheet_bundle(sheet_of_tiles(tiles, title=title, columns=min(len(tiles), 4)), rich=rich)
    prompts = [clean(one.exchange.prompt, _LONGEST) for one in given]
    rows = differing(given)
    text = "\n".join([sheet.text, "", *_prompt_lines(names, prompts), "", *_option_lines(names, rows)])
    if sheet.html is None:
        return Bundle(text)
    style = f"font:13px/1.5 {FONT}; font-variant-numeric:tabular-nums; overflow-x:auto; padding-top:4px"
    beneath = block(_prompts(names, prompts), _options(names, rows), style=style)
    return Bundle(text, joined([sheet.html, beneath]), sheet.picture, sheet.metadata)


def differing(given: Sequence[Compared]) -> list[tuple[str, list[str]]]:
    """(name, its value in each) of what is not the same in all: axis values, model, options, size, price."""
    known = [_facts(one) for one in given]
    names = dict.fromkeys(name for facts in known for name in facts)
    rows = [(name, [facts.get(name, _MISSING) for facts in known]) for name in names]
    return [(name, values) for name, values in rows if len(set(values)) > 1]


def _facts(one: Compared) -> dict[str, str]:
    exchange = one.exchange
    described = exchange.options.described()
    facts = {name: one_line(label, 200) for name, label in (one.labels or {}).items() if name != "prompt"}
    facts["model"] = one_line(exchange.model, 80)
    facts |= {name.replace("_", " "): one_line(_spelled(value), 200) for name, value in described.items()}
    if exchange.user.pictures:
        facts["pictures sent along"] = str(len(exchange.user.pictures))
    if exchange.picture is not None and exchange.picture.width:
        facts["pixels"] = f"{exchange.picture.width} × {exchange.picture.height}"
    return facts


def _spelled(value: Json) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={word}" for name, word in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_spelled, value))
    return "yes" if value is True else str(value)


# -- the prompts -------------------------------------------------------------------------------------------------------


def _prompts(names: Sequence[str], prompts: Sequence[str]) -> Html:
    """The first one whole, then what the others have in place of its words."""
    if len(set(prompts)) == 1:
        rows = [_row("all", element("span", escape(prompts[0]), dir="auto"))]
    else:
        rows = [_row(names[0], element("span", escape(prompts[0]), dir="auto"))]
        rows += [
            _row(name, _marked(word_diff(prompts[0], prompt)))
            for name, prompt in zip(names[1:], prompts[1:], strict=True)
        ]
    return _table("Prompts", (), rows)


def _marked(pieces: Iterable[Piece]) -> Html:
    """`<del>` and `<ins>` with a sign each, which say it without colour too."""
    shown, last = list[Html](), ""
    for kind, text in pieces:
        if kind == "same":
            shown.append(escape(text))
        else:
            name, sign, style = ("del", "−", _GONE) if kind == "gone" else ("ins", "+", _NEW)
            bare = text.rstrip()
            apart = " " if last and not last[-1:].isspace() else ""
            mark = element("span", escape(sign), style="display:inline-block; padding-right:1px")  # not struck through
            shown += [escape(apart), element(name, mark, escape(bare), style=style), escape(text[len(bare) :])]
        last = text
    return element("span", *shown, dir="auto")


def _prompt_lines(names: Sequence[str], prompts: Sequence[str]) -> list[str]:
    if len(set(prompts)) == 1:
        return [f"The same prompt: {one_line(prompts[0], 1000)}"]
    found = [f"{names[0]}: {one_line(prompts[0], 1000)}"]
    for name, prompt in zip(names[1:], prompts[1:], strict=True):
        signs = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}
        pieces = (signs[kind].format(text.strip()) for kind, text in word_diff(prompts[0], prompt) if text.strip())
        found.append(f"{name}: {one_line(' '.join(pieces), 1200)}")
    return found


# -- the options -------------------------------------------------------------------------------------------------------


def _options(names: Sequence[str], rows: Sequence[tuple[str, list[str]]]) -> Html:
    if not rows:
        return element("div", escape("The options are the same."), style=f"opacity:{MUTED}; padding-top:6px")
    body = [_row(name, *(element("span", escape(value), dir="auto") for value in values)) for name, values in rows]
    return _table("Options that differ", names, body)


def _option_lines(names: Sequence[str], rows: Sequence[tuple[str, list[str]]]) -> list[str]:
    if not rows:
        return ["The options are the same."]
    if len(names) == 2:
        return [f"{name}: {before} → {after}" for name, (before, after) in rows]
    return [f"{name}: {' | '.join(values)}" for name, values in rows]


def _table(caption: str, heads: Sequence[str], rows: Sequence[Html]) -> Html:
    bold = f"{_CELL}; font-weight:600; white-space:nowrap"
    named = [element("td", style=_CELL), *(element("th", escape(head), scope="col", style=bold) for head in heads)]
    head = [element("thead", element("tr", *named, style="background:none"), style="border:0")] if heads else []
    title = element("caption", escape(caption), style=_CAPTION)
    return element("table", title, *head, element("tbody", *rows), style=_TABLE)


def _row(name: str, *cells: Html) -> Html:
    style = f"{_CELL}; font-weight:400; white-space:nowrap; opacity:{MUTED}"
    wide = f"{_CELL}; overflow-wrap:anywhere; max-width:80ch; white-space:pre-line"
    inner = [element("td", cell, style=wide) for cell in cells]
    return element("tr", element("th", escape(name), scope="row", style=style), *inner, style="background:none")
