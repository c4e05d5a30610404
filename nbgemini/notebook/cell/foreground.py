"""One `%%imagine` cell: ask the studio, show a live line while it draws, put the result in its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nbgemini.bridge import Interrupts
from nbgemini.errors import OptionError
from nbgemini.notebook.cell.several import live_view, shown
from nbgemini.notebook.cell.waiting import Waiting
from nbgemini.notebook.names.refs import spelled
from nbgemini.notebook.show.bundles import line_bundle
from nbgemini.notebook.show.previews import look_ahead
from nbgemini.notebook.show.screen import current_screen, publish
from nbgemini.studio.sending.order import ALONE, Along

if TYPE_CHECKING:
    from nbgemini.studio.drawing import Drawing
    from nbgemini.studio.studio import Studio

from nbgemini.notebook.cell.asked import Typed, composed, resolved, template_of
from nbgemini.notebook.cell.running import this_cell

__all__ = ["draw", "look", "start"]

_EDITS = "A cell edits the last picture; `--new` starts afresh."  # said with the first edit of a kernel


def draw(studio: Studio, cell: Typed) -> None:
    """Draw and show. Raises nbgemini's errors, and KeyboardInterrupt when the user stops waiting."""
    options = cell.options
    screen = current_screen()
    with Interrupts() as interrupts:  # to the end: what was paid for is shown
        with studio.surroundings.one_moment():
            preview = options.preview or studio.settings().preview
            drawing = start(studio, cell, Along(onlooker=look_ahead(preview)) if options.count == 1 else ALONE)
        view = live_view(drawing, options.count) if screen.follows and not options.quiet else None
        waiting = Waiting(screen, drawing.model, view)
        drawing.job.on_late = lambda news: waiting.announce(line_bundle(news.line))
        try:
            result = drawing.wait(waiting.tick, interrupts=interrupts)
        except KeyboardInterrupt:
            waiting.leave(f"stopped waiting after {waiting.seconds:.1f} s")
            raise
        except BaseException:
            waiting.fail()
            raise
        if options.out:
            cell.user_ns[options.out] = result
        if result.edits is not None and options.from_ is None:
            result = replace(result, notices=(*result.notices, *studio.session.once(_EDITS)))
        made = shown(result, preview=preview, quiet=options.quiet, rich=screen.pictures)
        waiting.finish(made)
        remarks = studio.notices.taken()
        publish([line_bundle(*remarks)] if remarks else [], screen)
    drawing.check_saved()


def start(studio: Studio, cell: Typed, along: Along = ALONE) -> Drawing:
    """The drawing that a cell asks for, on its way. Raises nbgemini's errors for what is wrong before it is sent."""
    options = resolved(cell, studio)
    body = composed(cell, template_of(cell, studio))
    return studio.start(body, options, conversation=options.conversation, cell=this_cell(), along=along)


def look(studio: Studio, cell: Typed) -> None:
    """`--dry-run` and `--show`: the request as it would be sent; nothing is."""
    from nbgemini.notebook.views.plans import curl_bundle, plan_bundle, python_bundle

    options = cell.options
    if options.out:
        raise OptionError("`--out` keeps a result, and `--dry-run` and `--show` draw nothing.", hint="Leave one out.")
    template = template_of(cell, studio)
    plan = studio.plan(composed(cell, template), resolved(cell, studio), conversation=options.conversation)
    views: dict[str | None, Callable[[], Any]] = {
        "curl": lambda: curl_bundle(plan),
        "python": lambda: python_bundle(template, options, lambda text: spelled(text, cell.user_ns), sdk=plan.genai()),
    }
    publish([views.get(options.show, lambda: plan_bundle(plan))()], current_screen())
