"""`%imagine SUBCOMMAND`: each asks the studio and shows what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from nbgemini.core.conversation import Conversation
from nbgemini.core.pictures import Picture
from nbgemini.notebook.bundles import Bundle, line_bundle
from nbgemini.notebook.details import turn_view
from nbgemini.notebook.display import outputs
from nbgemini.notebook.helptext import help_bundle
from nbgemini.notebook.keeping import exported, loaded, saved
from nbgemini.notebook.listings import listing, orphans_view
from nbgemini.notebook.modelslist import models_view
from nbgemini.notebook.screen import Screen, current_screen, publish
from nbgemini.notebook.strips import strip
from nbgemini.notebook.texts import one_line
from nbgemini.studio.live import chosen_model, live

if TYPE_CHECKING:
    from nbgemini.notebook.arguments import Subcommand
    from nbgemini.studio.studio import Studio

__all__ = ["run"]


def run(studio: Studio, asked: Subcommand) -> None:
    """Do it and show it. Raises nbgemini's errors."""
    screen = current_screen()
    if asked.name == "export":  # the one that takes words behind its argument
        publish([exported(studio, asked.argument, asked.words)], screen)
        return
    publish(_VERBS[asked.name](studio, asked.argument, screen), screen)


def _history(studio: Studio, _: str, screen: Screen) -> Iterable[Bundle]:
    yield _strip(studio, studio.value(), screen)


def _show(studio: Studio, number: str, screen: Screen) -> Iterable[Bundle]:
    value = studio.value()
    result = studio.result(value.turn(int(number)), value.name)
    return turn_view(result, value, rich=screen.rich)


def _undo(studio: Studio, _: str, screen: Screen) -> Iterable[Bundle]:
    before = studio.value().head
    after = studio.library.undo()
    if before is None:
        yield line_bundle(f"Nothing to undo: `{after.name}` is at the start.")
        return
    yield line_bundle(f"Took turn {after.number(before)} back; {_place(after)}. `%imagine redo` brings it again.")
    yield _strip(studio, after, screen)


def _redo(studio: Studio, _: str, screen: Screen) -> Iterable[Bundle]:
    before = studio.value().head
    after = studio.library.redo()
    if after.head == before:
        yield line_bundle("Nothing to redo.")
        return
    yield line_bundle(f"Brought it again; {_place(after)}.")
    yield _strip(studio, after, screen)


def _fork(studio: Studio, name: str, screen: Screen) -> Iterable[Bundle]:
    source = studio.value().name
    fork = studio.library.fork(name)
    studio.shelf.current = fork.name  # not `use`, which may mean an earlier kernel's of that name
    yield line_bundle(f"`{fork.name}` begins with this branch of `{source}`; cells go on with it.")


def _use(studio: Studio, name: str, screen: Screen) -> Iterable[Bundle]:
    value = studio.library.use(name)
    yield line_bundle(f"Cells go on with `{value.name}`; {_place(value)}.")
    yield _strip(studio, value, screen)


def _pick(studio: Studio, which: str, screen: Screen) -> Iterable[Bundle]:
    library = studio.library
    after = library.pick_turn(int(which[1:])) if which.startswith("@") else library.pick(int(which))
    yield line_bundle(f"Picked; {_place(after)}. `%imagine pick K` chooses again.")
    yield _strip(studio, after, screen)


def _save(studio: Studio, path: str, screen: Screen) -> Iterable[Bundle]:
    yield saved(studio, path)


def _load(studio: Studio, path: str, screen: Screen) -> Iterable[Bundle]:
    yield line_bundle(*loaded(studio, path))
    yield _strip(studio, studio.value(), screen)


def _list(studio: Studio, _: str, screen: Screen) -> Iterable[Bundle]:
    yield listing(studio.library.stored(), studio.shelf.get().key)
    if problems := studio.store.album.problems:
        yield line_bundle(*problems)


def _reset(studio: Studio, _: str, screen: Screen) -> Iterable[Bundle]:
    after = studio.library.reset()
    yield line_bundle(f"The next cell begins a new root in `{after.name}`; nothing was deleted.")


def _orphans(studio: Studio, _: str, screen: Screen) -> Iterable[Bundle]:
    yield orphans_view(studio.orphans.found())


def _adopt(studio: Studio, exchange_id: str, screen: Screen) -> Iterable[Bundle]:
    return outputs(studio.adopt(exchange_id), preview=studio.settings().preview, rich=screen.rich)


def _models(studio: Studio, _: str, screen: Screen) -> Iterable[Bundle]:
    return models_view(studio.catalogue, live(studio), chosen_model(studio))


def _cost(studio: Studio, _: str, screen: Screen) -> Iterable[Bundle]:
    from nbgemini.notebook.costs import cost_view
    from nbgemini.studio.spending import saved, spending

    found = spending(studio.store.ledger, studio.store.kernel)
    replays = saved(turn for held in studio.shelf.held() for turn in held.value.exchanges)
    yield cost_view(found, studio.money.budget(), studio.money.spent.total, studio.catalogue.as_of, replays)


def _budget(studio: Studio, limit: str, screen: Screen) -> Iterable[Bundle]:
    from nbgemini.notebook.costs import budget_lines
    from nbgemini.notebook.kernel import set_trait

    if limit:
        set_trait("budget", limit)
    yield line_bundle(*budget_lines(studio.money.budget(), studio.money.spent.total))


def _doctor(studio: Studio, _: str, screen: Screen) -> Iterable[Bundle]:
    from IPython.core.getipython import get_ipython

    from nbgemini.notebook.cells import this_cell
    from nbgemini.notebook.doctor import doctor_view, front_end
    from nbgemini.studio.doctor import examine

    return doctor_view(examine(studio), front_end(get_ipython(), names_cells=this_cell() is not None))


def _verify(studio: Studio, _: str, screen: Screen) -> Iterable[Bundle]:
    from nbgemini.notebook.verifying import verify_view

    return verify_view(studio, screen)


def _panel(studio: Studio, _: str, screen: Screen) -> Iterable[Bundle]:
    if not screen.rich:
        return [line_bundle("The panel needs a notebook; here `%imagine history` and `%imagine show N` look around.")]
    from nbgemini.notebook.panel.opening import open_panel

    open_panel(studio)
    return ()


def _help(studio: Studio, topic: str, screen: Screen) -> Iterable[Bundle]:
    yield help_bundle(topic)


def _strip(studio: Studio, value: Conversation, screen: Screen) -> Bundle:
    def read(picture: Picture) -> bytes:
        return studio.store.blobs.read(picture.sha256)

    return strip(value, read, rich=screen.rich)


def _place(value: Conversation) -> str:
    """`main` is at turn 2 ("make it night")."""
    last = value.last
    if last is None:
        return f"`{value.name}` is at the start"
    return f"`{value.name}` is at turn {value.number(last.id)} (“{one_line(last.prompt, 60)}”)"


_VERBS: dict[str, Callable[[Studio, str, Screen], Iterable[Bundle]]] = {
    "history": _history,
    "show": _show,
    "undo": _undo,
    "redo": _redo,
    "pick": _pick,
    "fork": _fork,
    "use": _use,
    "list": _list,
    "reset": _reset,
    "save": _save,
    "load": _load,
    "orphans": _orphans,
    "adopt": _adopt,
    "models": _models,
    "cost": _cost,
    "budget": _budget,
    "panel": _panel,
    "doctor": _doctor,
    "verify": _verify,
    "help": _help,
}
