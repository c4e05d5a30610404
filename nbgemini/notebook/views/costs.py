"""`%imagine cost` and `%imagine budget`: what was spent, with a bar for each day, model, notebook and conversation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nbgemini._dataclass import dataclass
from nbgemini.core.phrases import counted
from nbgemini.core.pricing import dollars
from nbgemini.notebook.show.bundles import ACCENT, FONT, MUTED, RULE, Bundle, block, line_bundle, sentence
from nbgemini.notebook.show.markup import Html, element, escape
from nbgemini.notebook.show.texts import one_line
from nbgemini.studio.reports.spending import Group, Saved, Spending, Sums

__all__ = ["budget_lines", "cost_view"]

_DAYS = 14  # that are shown one by one
_ROWS = 8  # of models, notebooks and conversations
_NAME = 40  # characters
_BAR = 24  # characters of the longest bar in text
_EIGHTHS = " ▏▎▍▌▋▊▉"
_NOTHING = Saved()


@dataclass(frozen=True, slots=True)
class _Row:
    """A name with its sum, how long its bar is (0 to 1), and how many requests there were."""

    name: str
    amount: str
    share: float
    count: str


_Section = tuple[str, list[_Row]]


def cost_view(
    spending: Spending, limit: int | None, spent: int, as_of: str, saved: Saved = _NOTHING, *, billing: bool = False
) -> Bundle:
    """Everything at a glance; `limit` and `spent` are this kernel's budget, `as_of` the day of the price list.

    `saved` is what this kernel took from disk instead of paying for it again; with `billing` the emulator counts.
    """
    if spending.store == Sums() and saved == _NOTHING:
        return line_bundle(
            "Nothing was asked for here yet, so nothing was spent.", *budget_lines(limit, spent, billing=billing)
        )
    real = _is_real(spending.store)
    groups = {
        "By day": _recent(spending.days),
        "By model": spending.models,
        "By notebook": spending.notebooks if any(group.name for group in spending.notebooks) else (),
        "By conversation": spending.conversations,
        "By sweep": spending.sweeps,
    }
    sections = [(title, _rows(rows, real)) for title, rows in groups.items() if rows]
    totals = {"this kernel": spending.kernel, "today": spending.today, "this store": spending.store}
    heads = [(name, _amount(sums, real), _count(sums, real)) for name, sums in totals.items()]
    heads[1:1] = _saved(saved)
    notes = [
        *_notes(spending.store, real),
        *_replayed(saved),
        *(budget_lines(limit, spent, billing=billing) if limit is not None else ()),
    ]
    if real:
        told = "" if billing else " and the tokens that its answers report; the bill is Google's"
        notes.append(f"By Google's price list as of {as_of}{told}.")
    return Bundle(_as_text(heads, sections, notes), _as_html(heads, sections, notes))


def budget_lines(limit: int | None, spent: int, *, billing: bool = False) -> tuple[str, ...]:
    """The budget of this kernel and what is left of it."""
    if limit is None:
        return ("No budget is set. `%imagine budget 2` lets this kernel spend $2.00 at most.",)
    counts = "counts what it would cost, for practice" if billing else "does not count"
    left = dollars(max(0, limit - spent), down=True)
    return (
        f"The budget of this kernel is {dollars(limit)}: {dollars(spent)} is spent or set aside, and {left} is"
        f" left. A restart starts the count again; the emulator {counts}.",
    )


def _is_real(sums: Sums) -> bool:
    """Whether anything was asked of Google; otherwise the emulator's play money is what there is to show."""
    return bool(sums.answers or sums.doubtful or sums.pending)


def _amount(sums: Sums, real: bool) -> str:
    if not real:
        return f"$0, would be {dollars(sums.play)}" if sums.play else "$0"
    if sums.unknown:
        return f"≥ {dollars(sums.counted)}" if sums.counted else "$?"
    return ("≈ " if sums.guessed or sums.maybe or sums.underway or sums.searches else "") + dollars(sums.counted)


def _count(sums: Sums, real: bool) -> str:
    return counted(sums.answers + sums.doubtful + sums.pending if real else sums.played, "request")


def _recent(days: Sequence[Group]) -> tuple[Group, ...]:
    """The last days, behind one for all that came before them."""
    if len(days) <= _DAYS:
        return tuple(days)
    cut = len(days) - _DAYS + 1
    return (_together("earlier days", days[:cut]), *days[cut:])


def _rows(groups: Sequence[Group], real: bool) -> list[_Row]:
    shown = groups if len(groups) <= max(_ROWS, _DAYS) else (*groups[:_ROWS], _together("others", groups[_ROWS:]))
    sums = [group.sums.counted if real else group.sums.play for group in shown]
    most = max(*sums, 1)
    return [
        _Row(one_line(group.name, _NAME) or "not known", _amount(group.sums, real), at / most, _count(group.sums, real))
        for group, at in zip(shown, sums, strict=True)
    ]


def _together(name: str, groups: Sequence[Group]) -> Group:
    total = Sums()
    for group in groups:
        total = total.plus(group.sums)
    return Group(f"{len(groups)} {name}", total)


def _notes(sums: Sums, real: bool) -> Iterator[str]:
    """What the sums hold beside plain charges, and what they do not hold."""
    if sums.doubtful:
        yield f"{counted(sums.doubtful, 'request')} may have been charged: ≈ {dollars(sums.maybe)}, in the sums."
    if sums.pending:
        yield f"{counted(sums.pending, 'request')} on the way: ≈ {dollars(sums.underway)} set aside, in the sums."
    if sums.guessed:
        yield f"{counted(sums.guessed, 'answer')} did not say what was counted; the sums use the estimate."
    if sums.searches:
        yield f"Searches: up to {dollars(sums.searches)}, in the sums; the free queries of a month cannot be seen here."
    if sums.unknown:
        yield f"{counted(sums.unknown, 'request')} of unknown price: in no sum."
    if sums.lessons:
        yield f"{counted(sums.lessons, 'request')} went to the emulator, for practice: nothing was charged."
    if real and sums.played:
        yield f"The emulator answered {counted(sums.played, 'request')}: $0, would be {dollars(sums.play)}."


def _saved(saved: Saved) -> Iterator[tuple[str, str, str]]:
    """What replay saved here, beside the sums that were spent."""
    if saved.answers:
        least = "≥ " if saved.unknown else "≈ " if saved.guessed else ""
        amount = f"{least}{dollars(saved.sum)}" if saved.unknown < saved.answers else "$?"
        yield "saved by replay", amount, counted(saved.answers, "answer")


def _replayed(saved: Saved) -> Iterator[str]:
    if saved.answers:
        yield f"This kernel took {counted(saved.answers, 'answer')} from disk instead of paying for them again."
    if saved.played:
        yield f"This kernel took {counted(saved.played, 'answer')} of the emulator from disk."


def _as_text(heads: Sequence[tuple[str, ...]], sections: Sequence[_Section], notes: Sequence[str]) -> str:
    lines = [f"{amount}  {name}, {count}" for name, amount, count in heads]
    rows = [row for _, rows in sections for row in rows]
    name, amount = (max((len(getattr(row, each)) for row in rows), default=0) for each in ("name", "amount"))
    for title, found in sections:
        lines += ["", title]
        for row in found:
            lines.append(f"  {row.name:<{name}}  {_text_bar(row.share)}  {row.amount:>{amount}}  {row.count}")
    return "\n".join([*lines, "", *notes])


def _text_bar(share: float) -> str:
    eighths = round(share * _BAR * 8)
    bar = "█" * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else "")
    return f"{bar:<{_BAR}}"


def _as_html(heads: Sequence[tuple[str, ...]], sections: Sequence[_Section], notes: Sequence[str]) -> Html:
    rows = (row for title, found in sections for row in (_html_title(title), *map(_html_row, found)))
    below = f"padding-top:12px; font-size:12px; line-height:1.6; opacity:{MUTED}"
    return block(
        element("div", *map(_html_head, heads), style="display:flex; flex-wrap:wrap; gap:8px 28px"),
        element("table", element("tbody", *rows), style=_TABLE),
        element("div", *(element("div", sentence(note), dir="auto") for note in notes), style=below),
        style=f"font:13px/1.5 {FONT}; font-variant-numeric:tabular-nums; max-width:52em; overflow-x:auto",
    )


def _html_head(head: tuple[str, ...]) -> Html:
    styles = (
        f"opacity:{MUTED}",
        "font-size:18px; line-height:1.4; font-weight:600",
        f"opacity:{MUTED}; font-size:12px",
    )
    lines = (element("div", escape(text), style=style) for text, style in zip(head, styles, strict=True))
    return element("div", *lines, style="flex:0 1 auto")


def _html_title(title: str) -> Html:
    head = element("th", escape(title), colspan=3, style=f"{_CELL}; font-weight:600; padding-top:14px")
    return element("tr", head, style="background:none")


def _html_row(row: _Row) -> Html:
    width = max(row.share * 100, 0.5 if row.share else 0)
    filled = f"height:10px; border-radius:2px; background:{ACCENT}; opacity:.85; width:{width:.1f}%"
    named = f"{_CELL}; font-weight:400; width:34%; min-width:7em; overflow-wrap:anywhere"
    amount, count = (
        element("span", escape(text), style=f"display:inline-block; white-space:nowrap{style}")
        for text, style in ((row.amount, ""), (row.count, f"; margin-left:16px; min-width:7em; opacity:{MUTED}"))
    )
    return element(
        "tr",
        element("th", escape(row.name), scope="row", dir="auto", style=named),
        element("td", element("div", aria_hidden="true", style=filled), style=f"{_CELL}; width:28%; min-width:24px"),
        # The blank keeps the two apart where a page leaves styles out, as GitHub does.
        element("td", amount, escape(" "), count, style=f"{_CELL}; text-align:right; padding-right:0"),
        style="background:none",
    )


# JupyterLab sets the alignment, the padding and the line height of all tables.
_TABLE = "border-collapse:collapse; border:0; margin:0; width:100%; font-size:inherit; color:inherit; table-layout:auto"
_CELL = (
    "text-align:left; vertical-align:middle; padding:3px 16px 3px 0; line-height:1.5; border:0;"
    f" border-bottom:1px solid {RULE}"
)
