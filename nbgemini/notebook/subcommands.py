"""`%imagine SUBCOMMAND`: each asks the studio and shows what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from nbgemini.core.conversation import Conversation
from nbgemini.core.phrases import counted
from nbgemini.errors import ConversationError
from nbgemini.notebook.help.pages import help_bundle
from nbgemini.notebook.line.splitting import excerpt
from nbgemini.notebook.names.refs import held_result
from nbgemini.notebook.show.bundles import Bundle, line_bundle
from nbgemini.notebook.show.display import outputs
from nbgemini.notebook.show.screen import Screen, current_screen, publish
from nbgemini.notebook.show.texts import in_bytes, one_line, path_text
from nbgemini.notebook.views.details import failed_view, turn_view
from nbgemini.notebook.views.listings import listing, recover_view
from nbgemini.notebook.views.model_table import models_view
from nbgemini.notebook.views.strips import strip_of
from nbgemini.studio.reports.served_models import chosen_model, live

if TYPE_CHECKING:
    from nbgemini.core.exchange import Exchange
    from nbgemini.notebook.line.arguments import Subcommand
    from nbgemini.studio.conversations.session import Open
    from nbgemini.studio.studio import Studio

__all__ = ["run"]


def run(studio: Studio, asked: Subcommand) -> None:
    """Do it and show it. Raises nbgemini's errors."""
    screen = current_screen()
    if asked.name == "show" and asked.words:
        publish([_wire(studio, asked.argument)], screen)
        return
    if asked.name == "export":  # the one that takes words behind its argument
        publish([_export_view(studio, asked.argument, asked.words)], screen)
        return
    if asked.name in ("find", "gallery"):
        from nbgemini.notebook.find_verbs import find_pictures, write_gallery

        publish((find_pictures if asked.name == "find" else write_gallery)(studio, asked, screen), screen)
        return
    if asked.name in _VERBS:
        publish(_VERBS[asked.name](studio, asked.argument, screen), screen)
        return
    from nbgemini.notebook.sweep_verbs import SWEEP_VERBS  # and with it all of tuning

    words = (asked.argument, *asked.words) if asked.argument else ()
    publish(SWEEP_VERBS[asked.name](studio, words, screen), screen)


def _history(studio: Studio, _: str, screen: Screen) -> Iterable[Bundle]:
    yield strip_of(studio, studio.value(), screen)


def _show(studio: Studio, ref: str, screen: Screen) -> Iterable[Bundle]:
    if (failed := _failed_named(studio, ref)) is not None:
        return [failed_view(failed)]
    opened, exchange = _turn(studio, ref)
    return turn_view(studio.result(exchange, opened.name), opened.value, rich=screen.pictures)


def _failed_named(studio: Studio, text: str) -> Exchange | None:
    """A request that failed, by its id; None: it names none."""
    known = (one for opened in studio.session.opened() for one in opened.failed)
    return next((one for one in known if len(text) >= 6 and one.id.startswith(text)), None)


def _turn(studio: Studio, ref: str) -> tuple[Open, Exchange]:
    """What `show` names: a turn number, a variable or a REF. Raises ConversationError."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    held = {} if shell is None else shell.user_ns
    result = None if ref.isdigit() else held_result(ref, held)
    if result is not None and (opened := studio.session.find(result.conversation_name)) is not None:
        return opened, result.exchange
    found = studio.turns.find(f"@{ref}" if ref.isdigit() else ref)
    if found is None:
        raise ConversationError(
            f"`{excerpt(ref)}` is neither a turn nor a shot.",
            hint="Write it like `3`, `hero@3` or `tuesday/17`, or name the variable of a result.",
        )
    return found


def _wire(studio: Studio, ref: str) -> Bundle:
    """What went over the wire for a turn. Raises nbgemini's errors."""
    from nbgemini.notebook.views.wire_view import wire_view
    from nbgemini.studio.reports.onwire import on_the_wire

    opened, exchange = _turn(studio, ref)
    return wire_view(on_the_wire(studio, exchange, opened.value))


def _undo(studio: Studio, _: str, screen: Screen) -> Iterable[Bundle]:
    before = studio.value().head
    after = studio.history.undo()
    if before is None:
        yield line_bundle(f"Nothing to undo: `{after.name}` is at the start.")
        return
    yield line_bundle(f"Undid turn {after.number(before)}; {_place(after)}. `%imagine redo` brings it back.")
    yield strip_of(studio, after, screen)


def _redo(studio: Studio, _: str, screen: Screen) -> Iterable[Bundle]:
    before = studio.value().head
    after = studio.history.redo()
    if after.head == before:
        yield line_bundle("Nothing to redo.")
        return
    yield line_bundle(f"Redone; {_place(after)}.")
    yield strip_of(studio, after, screen)


def _fork(studio: Studio, name: str, screen: Screen) -> Iterable[Bundle]:
    source = studio.value().name
    fork = studio.history.fork(name)
    studio.session.switch(fork.name)  # not `use`, which may mean an earlier kernel's of that name
    yield line_bundle(f"`{fork.name}` begins with this branch of `{source}`; cells now continue it.")


def _use(studio: Studio, name: str, screen: Screen) -> Iterable[Bundle]:
    value = studio.history.use(name)
    yield line_bundle(f"Cells now continue `{value.name}`; {_place(value)}.")
    yield strip_of(studio, value, screen)


def _save(studio: Studio, path: str, screen: Screen) -> Iterable[Bundle]:
    yield _save_view(studio, path)


def _load(studio: Studio, path: str, screen: Screen) -> Iterable[Bundle]:
    yield line_bundle(*_load_lines(studio, path))
    yield strip_of(studio, studio.value(), screen)


def _list(studio: Studio, _: str, screen: Screen) -> Iterable[Bundle]:
    notebooks = {entry.id: entry.notebook for entry in studio.store.ledger.entries()}
    yield listing(studio.history.stored(), studio.session.get().key, notebooks)
    if problems := studio.store.album.problems:
        yield line_bundle(*problems)


def _reset(studio: Studio, _: str, screen: Screen) -> Iterable[Bundle]:
    after = studio.history.reset()
    lines = [f"The next cell starts afresh in `{after.name}`; nothing was deleted."]
    if after.system:
        stays = f"Its system instruction still applies: “{one_line(after.system, 200)}”."
        lines.append(f'{stays} `--system ""` in a cell removes it.')
    yield line_bundle(*lines)


def _recover(studio: Studio, exchange_id: str, screen: Screen) -> Iterable[Bundle]:
    if not exchange_id:
        return [recover_view(studio.orphans.listed())]
    return outputs(studio.recover(exchange_id), preview=studio.settings().preview, rich=screen.pictures)


def _models(studio: Studio, _: str, screen: Screen) -> Iterable[Bundle]:
    return models_view(studio.catalogue, live(studio), chosen_model(studio))


def _cost(studio: Studio, _: str, screen: Screen) -> Iterable[Bundle]:
    from nbgemini.notebook.views.costs import cost_view
    from nbgemini.studio.reports.spending import saved, spending

    sweeps: dict[str, str] = {}
    if studio.store.sweeps.all():
        from nbgemini.tuning.finding.finding import sweeps_of_requests

        sweeps = sweeps_of_requests(studio)
    billing, waiting = studio.surroundings.billing, studio.store.batches.waiting()
    ledger, kernel = studio.store.ledger, studio.store.kernel
    found = spending(ledger, kernel, billing=billing, sweeps=sweeps, waiting=waiting)
    replays = saved(turn for opened in studio.session.opened() for turn in opened.value.exchanges)
    spent, as_of = studio.money.spent.total, studio.catalogue.as_of
    yield cost_view(found, studio.money.budget(), spent, as_of, replays, billing=billing)


def _budget(studio: Studio, limit: str, screen: Screen) -> Iterable[Bundle]:
    from IPython.core.getipython import get_ipython

    from nbgemini.notebook.traits import NbGemini
    from nbgemini.notebook.views.costs import budget_lines

    for one in getattr(get_ipython(), "configurables", []) if limit else ():
        if isinstance(one, NbGemini):
            one.set_trait("budget", limit)  # as `%config` does
    spent, billing = studio.money.spent.total, studio.surroundings.billing
    yield line_bundle(*budget_lines(studio.money.budget(), spent, billing=billing))


def _doctor(studio: Studio, _: str, screen: Screen) -> Iterable[Bundle]:
    from IPython.core.getipython import get_ipython

    from nbgemini.notebook.cell.running import this_cell
    from nbgemini.notebook.views.checkup import doctor_view, front_end
    from nbgemini.studio.reports.doctor import examine

    report = examine(studio)
    if report.health.sweeps:
        from nbgemini.notebook.sweep_verbs import unfinished

        report = replace(report, problems=(*report.problems, *unfinished(studio)))
    return doctor_view(report, front_end(get_ipython(), names_cells=this_cell() is not None))


def _verify(studio: Studio, _: str, screen: Screen) -> Iterable[Bundle]:
    from nbgemini.notebook.views.damage import verify_view

    return verify_view(studio, screen)


def _panel(studio: Studio, _: str, screen: Screen) -> Iterable[Bundle]:
    if not screen.rich:
        return [line_bundle("The panel needs a notebook; here use `%imagine history` and `%imagine show N`.")]
    from nbgemini.notebook.panel.opening import open_panel

    open_panel(studio)
    return ()


def _help(studio: Studio, topic: str, screen: Screen) -> Iterable[Bundle]:
    yield help_bundle(topic)


def _place(value: Conversation) -> str:
    """`main` is at turn 2 ("make it night")."""
    last = value.last
    if last is None:
        return f"`{value.name}` is at the start"
    return f"`{value.name}` is at turn {value.number(last.id)} (“{one_line(last.prompt, 60)}”)"


def _export_view(studio: Studio, path: str, words: Sequence[str]) -> Bundle:
    """Write a page, Markdown or a notebook. Raises nbgemini's errors."""
    from nbgemini.notebook.export.run import export

    made = export(studio, path, words)
    turns = counted(made.turns, "turn")
    if not made.fresh:
        return line_bundle(f"`{path_text(made.path)}` already holds exactly this: {turns}.", *made.notices)
    beside = f", with its pictures in `{path_text(made.folder)}`" if made.folder else ""
    size = in_bytes(made.path.stat().st_size)
    return line_bundle(f"Exported {turns} to `{path_text(made.path)}` ({size}){beside}.", *made.notices)


def _save_view(studio: Studio, path: str) -> Bundle:
    """Write an archive. Raises nbgemini's errors."""
    value = studio.value()
    saved = studio.archives.save(path)
    made = saved.path
    turns = counted(len(value.exchanges), "turn")
    if not saved.fresh:
        return line_bundle(f"`{path_text(made)}` already has all of `{value.name}`: {turns}.")
    return line_bundle(
        f"Saved `{value.name}` with {turns} to `{path_text(made)}`"
        f" ({in_bytes(made.stat().st_size)}). `%imagine load` opens it on another machine.",
        *filter(None, [saved.notice]),
    )


def _load_lines(studio: Studio, path: str) -> Iterator[str]:
    """Read an archive: lines that say what came, and what of it will be sent."""
    value = studio.archives.load(path)
    yield f"Loaded `{value.name}` with {counted(len(value.exchanges), 'turn')}; cells now continue it."
    yield "The next `%%imagine` cell edits its last picture; `--from @1` goes on from turn 1."
    if value.system:
        yield f"Its system instruction is sent with every cell: “{one_line(value.system, 300)}”."


_VERBS: dict[str, Callable[[Studio, str, Screen], Iterable[Bundle]]] = {
    "history": _history,
    "show": _show,
    "undo": _undo,
    "redo": _redo,
    "fork": _fork,
    "use": _use,
    "list": _list,
    "reset": _reset,
    "save": _save,
    "load": _load,
    "recover": _recover,
    "models": _models,
    "cost": _cost,
    "budget": _budget,
    "panel": _panel,
    "doctor": _doctor,
    "verify": _verify,
    "help": _help,
}
