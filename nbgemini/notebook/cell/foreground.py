"""One `%%imagine` cell: ask the studio, show a live line while it draws, put the result in its place."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import TYPE_CHECKING, Any

from nbgemini.bridge import Interrupts
from nbgemini.errors import OptionError
from nbgemini.notebook.cell.live_view import LiveView
from nbgemini.notebook.cell.waiting import Waiting
from nbgemini.notebook.names.refs import spelled
from nbgemini.notebook.show.bundles import line_bundle
from nbgemini.notebook.show.display import outputs
from nbgemini.notebook.show.screen import current_screen, publish
from nbgemini.notebook.views.plans import curl_bundle, plan_bundle, python_bundle

if TYPE_CHECKING:
    from nbgemini.notebook.line.arguments import CellOptions
    from nbgemini.studio.drawing import Drawing
    from nbgemini.studio.studio import Studio

from nbgemini.notebook.cell.asked import ask_words, composed, template_of
from nbgemini.notebook.cell.running import this_cell

__all__ = ["draw", "look", "start"]


def draw(studio: Studio, options: CellOptions, prompt: str, user_ns: MutableMapping[str, Any]) -> None:
    """Draw and show. Raises nbgemini's errors, and KeyboardInterrupt when the user stops waiting."""
    screen = current_screen()
    preview = options.preview or studio.settings().preview
    with Interrupts() as interrupts:  # to the end: what was paid for is shown
        drawing = start(studio, options, prompt, user_ns)
        view = LiveView(drawing.picture_bytes) if screen.rich and not options.quiet else None
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
            user_ns[options.out] = result
        made = outputs(result, preview=preview, quiet=options.quiet, rich=screen.rich)
        waiting.finish(made)
        remarks = studio.notices.taken()
        publish([line_bundle(*remarks)] if remarks else [], screen)
    drawing.check_saved()


def start(studio: Studio, options: CellOptions, prompt: str, user_ns: MutableMapping[str, Any]) -> Drawing:
    """The drawing that a cell asks for, on its way. Raises nbgemini's errors for what is wrong before it is sent."""
    words = ask_words(options, user_ns, studio)
    body = composed(template_of(prompt, options, user_ns, studio))
    return studio.start(body, conversation=options.conversation, cell=this_cell(), **words)


def look(studio: Studio, options: CellOptions, prompt: str, user_ns: MutableMapping[str, Any]) -> None:
    """`--dry-run` and `--show`: the request as it would be sent; nothing is."""
    if options.out:
        raise OptionError("`--out` keeps a result, and `--dry-run` and `--show` draw nothing.", hint="Leave one out.")
    template = template_of(prompt, options, user_ns, studio)
    words = ask_words(options, user_ns, studio)
    plan = studio.plan(composed(template), conversation=options.conversation, **words)
    views: dict[str | None, Callable[[], Any]] = {
        "curl": lambda: curl_bundle(plan),
        "python": lambda: python_bundle(template, options, lambda text: spelled(text, user_ns)),
    }
    publish([views.get(options.show, lambda: plan_bundle(plan))()], current_screen())
