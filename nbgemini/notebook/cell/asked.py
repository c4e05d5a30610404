"""The words of a cell as the studio takes them: its options by name, its body with the user's values in place."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

from nbgemini.notebook.names.names import own_names
from nbgemini.notebook.names.refs import ready, resolve_origin, resolve_reference
from nbgemini.notebook.names.templating import Inline, Template, expanded
from nbgemini.studio.asking.words import AskWords, Composed, PromptWords
from nbgemini.studio.pictures.references import Labelled

if TYPE_CHECKING:
    from nbgemini.notebook.line.arguments import CellOptions
    from nbgemini.studio.studio import Studio

__all__ = ["ask_words", "composed", "template_of"]


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
