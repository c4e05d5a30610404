"""The subcommands of sweeps, and what people say of pictures: pick, star, note, tag, resume, sweeps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from nbgemini.bridge import Interrupts
from nbgemini.core.exchange import Exchange
from nbgemini.core.phrases import counted
from nbgemini.core.pricing import dollars
from nbgemini.core.ratings import parse_note, parse_stars, parse_tags
from nbgemini.errors import ConversationError, NbgeminiError, OptionError
from nbgemini.notebook.batch_verbs import batches_verb
from nbgemini.notebook.contact.comparing import Compared, compare_bundle
from nbgemini.notebook.show.bundles import Bundle, line_bundle
from nbgemini.notebook.show.screen import Screen
from nbgemini.notebook.show.tables import table_bundle
from nbgemini.notebook.show.texts import moment, one_line
from nbgemini.notebook.views.strips import strip_of
from nbgemini.studio.conversations.named_turns import split_shot
from nbgemini.studio.pictures.drawn import Drawn
from nbgemini.studio.reports.health import Problem
from nbgemini.tuning.front import sweeping
from nbgemini.tuning.holding.shot import Shot, put_down

if TYPE_CHECKING:
    from nbgemini.core.conversation import Conversation
    from nbgemini.studio.studio import Studio
    from nbgemini.tuning.carrying.stored_sweeps import Glance

__all__ = ["SWEEP_VERBS", "unfinished"]

_MOST_COMPARED = 12
_MOST_UNFINISHED = 5  # sweeps that the doctor names

# The words behind a subcommand, and where it is shown.
Verb = Callable[["Studio", Sequence[str], Screen], Iterable[Bundle]]


def _named(studio: Studio, words: Sequence[str]) -> Shot | Exchange:
    """What a REF names: a turn (`@3`, `hero@3`), a shot (`tuesday/17`), or a number or values of the newest sheet.

    Raises ConversationError or OptionError.
    """
    text, found = words[0], sweeping(studio).stored
    shot = found.shot(text) if len(words) == 1 else None
    if shot is not None:
        return shot
    if len(words) == 1 and (turn := studio.turns.find(text)) is not None:
        return turn[1]
    sweep = found.newest_of(None)
    strange = split_shot(text) if len(words) == 1 else None
    if strange is not None and (sweep is None or not any(text in labels for labels in sweep.axes.values())):
        raise ConversationError(
            f"There is no sweep `{one_line(strange[0], 60)}`.", hint="`%imagine sweeps` lists them."
        )
    if sweep is not None:
        chosen = sweep[int(text)] if text.isdecimal() and len(words) == 1 else sweep[tuple(words)]
        if isinstance(chosen, Shot):
            return chosen
        raise OptionError(f"These values are those of {counted(len(chosen), 'shot')}; name one of them.")
    if text.isdecimal() and len(words) == 1:
        return _on_newest_sheet(studio, int(text))
    raise ConversationError(
        f"`{text[:60]}` is neither a turn nor a shot.", hint="Write it like `@3`, `hero@3`, `tuesday/17` or `17`."
    )


def _on_newest_sheet(studio: Studio, number: int) -> Exchange:
    """One of several pictures of a plain cell: those at the head, else the newest ones of the conversation."""
    value = studio.value()
    several = [one for one in value.exchanges if len(value.siblings(one.id)) > 1]
    if not several or (value.head and len(value.siblings(value.head)) > 1):
        return studio.history.sibling(number)
    sheet = value.siblings(several[-1].id)
    if not 1 <= number <= len(sheet):
        raise ConversationError(
            f"The newest sheet of `{value.name}` has {len(sheet)} pictures, and no number {number}."
        )
    return sheet[number - 1]


def _pick(studio: Studio, words: Sequence[str], screen: Screen) -> Iterable[Bundle]:
    named = _named(studio, words)
    if isinstance(named, Shot):
        named.pick()
    elif (home := _home(studio, named)) is not None and len(home.siblings(named.id)) > 1:
        studio.history.choose(named.id, home.name)
        studio.session.switch(home.name)
    else:
        raise ConversationError(
            f"`{words[0]}` is not one of several pictures from one cell.",
            hint=f"`%%imagine --from {words[0]}` goes on from it.",
        )
    value = studio.value()
    last = value.last
    where = f"turn {value.number(last.id)} (“{one_line(last.prompt, 60)}”)" if last is not None else "the start"
    yield line_bundle(f"Picked; `{value.name}` is at {where}. `%imagine pick K` chooses again.")
    yield strip_of(studio, value, screen)


def _home(studio: Studio, turn: Exchange) -> Conversation | None:
    """The conversation of this kernel that has a turn, the current one first."""
    values = (studio.value(), *(opened.value for opened in studio.session.opened()))
    return next((value for value in values if turn.id in value), None)


def _star(studio: Studio, words: Sequence[str], screen: Screen) -> Iterable[Bundle]:
    if len(words) < 2:
        raise OptionError("`%imagine star` takes a REF and 1 to 5 stars, as in `%imagine star 17 4`.")
    stars = parse_stars(words[-1])
    what = _marked(studio, words[:-1], stars=stars)
    yield line_bundle(f"{what}: {'★' * stars if stars else 'no stars'}.")


def _note(studio: Studio, words: Sequence[str], screen: Screen) -> Iterable[Bundle]:
    note = parse_note(" ".join(words[1:]))
    what = _marked(studio, words[:1], note=note)
    yield line_bundle(f"{what}: “{one_line(note, 200)}”." if note else f"{what}: no note.")


def _tag(studio: Studio, words: Sequence[str], screen: Screen) -> Iterable[Bundle]:
    tags, untags = parse_tags(words[1:])
    what = _marked(studio, words[:1], tags=tags, untags=untags)
    said = [f"tagged {', '.join(tags)}"] if tags else []
    said += [f"no longer tagged {', '.join(untags)}"] if untags else []
    yield line_bundle(f"{what}: {'; '.join(said)}.")


def _marked(studio: Studio, words: Sequence[str], **said: object) -> str:
    """Put an opinion down: what it is about."""
    named = _named(studio, words)
    if isinstance(named, Shot):
        named.mark(**said)
        return f"Shot {named.number}"
    put_down(studio.store, named.id, said)
    home = _home(studio, named)
    if home is None:
        return one_line(words[0], 100)
    where = "" if home.name == studio.session.current else f" of {one_line(home.name, 60)}"
    return f"Turn {home.number(named.id)}{where}"


def _compare(studio: Studio, words: Sequence[str], screen: Screen) -> Iterable[Bundle]:
    if len(words) < 2:
        raise OptionError("`%imagine compare` takes two REFs or more, as in `%imagine compare 3 17`.")
    if len(words) > _MOST_COMPARED:
        raise OptionError(f"`%imagine compare` takes {_MOST_COMPARED} REFs at most.")
    return [compare_bundle([_compared(studio, word) for word in words], rich=screen.rich)]


def _compared(studio: Studio, word: str) -> Compared:
    """One of those that are compared. Raises ConversationError for a shot without an answer."""
    named = _named(studio, [word])
    if isinstance(named, Shot):
        if named.result is None:
            raise ConversationError(f"Shot {named.number} has no answer to compare.")
        marks = studio.store.opinions.of(*named.result.exchange.marked_as)
        return Compared(named.called, named.result, marks, named.labels)
    drawn = Drawn(exchange=named, turn=0, conversation_name="", store=studio.store)
    called = word if not word.isdecimal() else f"@{studio.value().number(named.id)}"
    return Compared(called, drawn, studio.store.opinions.of(*named.marked_as))


def _resume(studio: Studio, words: Sequence[str], screen: Screen) -> Iterable[Bundle]:
    from nbgemini.notebook.cell.sweep_cell import finish_sweep

    names = [word for word in words if not word.startswith("-")]
    flags = {word for word in words if word.startswith("-")}
    if strange := sorted(flags - {"--failed", "--unknown"}):
        raise OptionError(f"`{strange[0]}` is not an option of `%imagine resume`; it takes `--failed` and `--unknown`.")
    if len(names) > 1:
        raise OptionError("`%imagine resume` takes one name, as in `%imagine resume tuesday`.")
    with Interrupts() as interrupts:
        under_way = sweeping(studio).resumed(
            names[0] if names else None, unknown="--unknown" in flags, failed="--failed" in flags
        )
        finish_sweep(studio, under_way, interrupts)
    return ()


def _sweeps(studio: Studio, words: Sequence[str], screen: Screen) -> Iterable[Bundle]:
    if words:
        return [_cancelled(studio, words)]
    found = sweeping(studio).stored.glances()
    if not found:
        return [line_bundle("There are no sweeps in this store yet. `--vary style=ink,oil` in a cell makes one.")]
    rows = [
        (
            glance.name, _state(glance), f"{glance.done:,} of {glance.shots:,}", _cost(glance),
            moment(glance.about.created), one_line(glance.about.prompt, 60),
        )
        for glance in found
    ]  # fmt: skip
    note = "`%imagine resume NAME` asks for what is missing; in Python `nbgemini.open(NAME)`."
    return [
        table_bundle(
            counted(len(found), "sweep"), ("name", "state", "shots", "cost", "begun (UTC)", "prompt"), rows, note
        )
    ]


def _cancelled(studio: Studio, words: Sequence[str]) -> Bundle:
    names = [word for word in words if word != "--cancel"]
    if len(names) != 1 or len(names) == len(words) or names[0].startswith("-"):
        raise OptionError("`%imagine sweeps` takes nothing, or `--cancel NAME`, as in `%imagine sweeps --cancel t`.")
    sweep = sweeping(studio).stored.open(names[0])
    if not sweeping(studio).cancel(sweep.run):
        raise ConversationError(f"`{names[0]}` is not under way in this kernel.", hint="`%imagine sweeps` lists them.")
    return line_bundle(
        f"Nothing more is asked for `{sweep.name}`: what is already on its way will appear when it arrives.",
        f"`%imagine resume {sweep.name}` asks for the rest.",
    )


def _state(glance: Glance) -> str:
    missing = glance.shots - glance.done - glance.failed
    facts = [f"{glance.failed:,} failed"] if glance.failed else []
    facts += [f"{glance.unknown:,} unknown"] if glance.unknown else []
    facts += [f"{missing - glance.unknown:,} missing"] if missing > glance.unknown else []
    return ", ".join(facts) or "done"


def unfinished(studio: Studio) -> list[Problem]:
    """The sweeps that miss shots and are not under way in this kernel, for the doctor; of none that cannot be read."""
    found: list[Problem] = []
    try:
        glances = sweeping(studio).stored.glances()
    except NbgeminiError:
        return found
    for glance in reversed(glances):
        missing = glance.shots - glance.done - glance.failed - glance.unknown
        if missing + glance.unknown <= 0 or sweeping(studio).is_under_way(glance.about.id):
            continue
        what = [f"{missing:,} missing"] if missing else []
        what += [f"{glance.unknown:,} with an unknown outcome"] if glance.unknown else []
        flag = "" if missing else " --unknown"
        found.append(
            Problem(
                f"The sweep `{glance.name}` is not finished: of {counted(glance.shots, 'shot')} {' and '.join(what)}.",
                f"`%imagine resume {glance.name}{flag}` asks for them.",
            )
        )
    return found[:_MOST_UNFINISHED]


def _cost(glance: Glance) -> str:
    if glance.about.backend == "emulator":
        return f"$0, would be {dollars(glance.would_cost)}" if glance.would_cost != 0 else "$0"
    return dollars(glance.cost)


SWEEP_VERBS: dict[str, Verb] = {
    "batches": batches_verb,
    "pick": _pick,
    "star": _star,
    "note": _note,
    "tag": _tag,
    "compare": _compare,
    "resume": _resume,
    "sweeps": _sweeps,
}
