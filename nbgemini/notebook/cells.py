"""One `%%imagine` cell: ask the studio, show a live line while it draws, put the result in its place."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

from nbgemini.bridge import Interrupts
from nbgemini.errors import OptionError
from nbgemini.notebook.bundles import line_bundle
from nbgemini.notebook.display import outputs
from nbgemini.notebook.live import LiveView
from nbgemini.notebook.names import own_names
from nbgemini.notebook.plans import curl_bundle, plan_bundle, python_bundle
from nbgemini.notebook.refs import ready, resolve_origin, resolve_reference, spelled
from nbgemini.notebook.screen import current_screen, publish
from nbgemini.notebook.templating import Inline, Template, expanded
from nbgemini.notebook.waiting import Waiting
from nbgemini.studio.ask import AskWords, Composed, PromptWords
from nbgemini.studio.references import Labelled
from nbgemini.studio.reruns import CellRun

if TYPE_CHECKING:
    from nbgemini.notebook.arguments import CellOptions
    from nbgemini.studio.drawing import Drawing
    from nbgemini.studio.studio import Studio

__all__ = ["draw", "look", "started", "this_cell"]


def draw(studio: Studio, options: CellOptions, prompt: str, user_ns: MutableMapping[str, Any]) -> None:
    """Draw and show. Raises nbgemini's errors, and KeyboardInterrupt when the user stops waiting."""
    screen = current_screen()
    preview = options.preview or studio.settings().preview
    with Interrupts() as interrupts:  # to the end: what was paid for is shown
        drawing = started(studio, options, prompt, user_ns)
        view = LiveView(drawing.picture_bytes) if screen.rich and not options.quiet else None
        waiting = Waiting(screen, drawing.model, view)
        _announce_late(drawing, waiting)
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
        remarks = studio.asides.taken()
        publish([line_bundle(*remarks)] if remarks else [], screen)
    drawing.check_saved()


def started(studio: Studio, options: CellOptions, prompt: str, user_ns: MutableMapping[str, Any]) -> Drawing:
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


def ask_words(options: CellOptions, user_ns: MutableMapping[str, Any], studio: Studio) -> AskWords:
    """The option line as the words of the Python API, its REFs resolved before `--new` acts."""
    name = options.conversation
    words: AskWords = {
        "model": options.model,
        "count": options.count,
        "ref": [resolve_reference(text, user_ns, studio, name) for text in options.refs],
        "new": options.new,
        "save": options.save,
        "alt": options.alt,
        "timeout": options.timeout,
        "yes": options.yes,
        "budget": options.budget,
        "replay": options.replay,
        "fresh": options.fresh,
    }
    if options.from_:
        words["from_"] = resolve_origin(options.from_, user_ns, studio, name)
    return {**words, **options.options.described()}  # type: ignore[typeddict-item]  # the same names by design


def template_of(prompt: str, options: CellOptions, user_ns: Mapping[str, Any], studio: Studio) -> Template:
    """The body of a cell with the user's own names replaced, unless `--raw` is given."""
    if options.raw or "{" not in prompt:
        return Template((prompt,))
    from IPython.core.getipython import get_ipython

    key = studio.settings(key_wanted=True).key
    names = own_names(user_ns, getattr(get_ipython(), "user_ns_hidden", None))
    return expanded(prompt, names, lambda text: key is not None and key() in text)


def composed(template: Template) -> PromptWords:
    """A template as a prompt of the Python API; pictures that are still being drawn are waited for."""
    notices = (template.warning,) if template.warning else ()
    if template.text is not None and not notices:
        return template.text
    pieces = (Labelled(ready(one.value), one.expression) if isinstance(one, Inline) else one for one in template.pieces)
    return Composed(tuple(pieces), notices)


def this_cell() -> CellRun | None:
    """The cell that runs, where the front end names it (JupyterLab, Notebook, VS Code, Colab); nbclient does not."""
    from IPython.core.getipython import get_ipython

    try:
        parent = getattr(get_ipython(), "parent_header", None)
    except LookupError:  # ipykernel 7.0 in a thread of the user's own
        return None
    header, metadata = (parent.get(name) if isinstance(parent, dict) else None for name in ("header", "metadata"))
    if not isinstance(header, dict) or not isinstance(metadata, dict):
        return None
    cell = metadata.get("cellId")
    if not isinstance(cell, str) or not cell:
        return None
    return CellRun(cell, str(header.get("session", "")), str(header.get("msg_id", "")))


def _announce_late(drawing: Drawing, waiting: Waiting) -> None:
    """What becomes of an answer after an interrupt replaces the live line, as an output of this very cell."""
    context = contextvars.copy_context()  # or ipykernel attributes it to whichever cell runs then
    drawing.job.on_late = lambda line: context.run(waiting.announce, line_bundle(line))
