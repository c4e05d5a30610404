"""Names that people try on the package, a conversation, a result or a sweep, and what does that here.

Each kind of thing has a table from the words of the official SDK, of other tools and of plain guesses to a sentence.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar, ParamSpec, Self, TypeVar

from nbgemini.core.phrases import close_to
from nbgemini.errors import OptionError, UnknownName
from nbgemini.errors import __all__ as error_names

__all__ = ["Helpful", "MadeElsewhere", "known_words", "one_prompt", "unknown_name", "unknown_setting"]

P = ParamSpec("P")
R = TypeVar("R")


def _table(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name: text for names, text in rows for name in names.split()}


_PACKAGE = _table((
    (
        "generate generate_content generate_image generate_images create create_image draw paint make ask prompt run"
        " text_to_image txt2img aimagine stream",
        '`nbgemini.imagine("a tabby cat")` draws a picture.',
    ),
    (
        "edit edit_image modify inpaint img2img variation variations upscale",
        '`cat = nbgemini.imagine("a tabby cat")` returns a result; `cat.edit("add snow")` edits it.',
    ),
    (
        "Client client genai Gemini GenerativeModel Model ImageGenerationModel chat chats Chat start_chat session"
        " Session ChatSession conversations",
        '`nbgemini.imagine("a tabby cat")` draws; `nbgemini.conversation("hero")` is a conversation.',
    ),
    (
        "set_key set_api_key api_key key login auth authenticate setup init",
        "The key comes from the environment variable GEMINI_API_KEY; more: `%imagine help key`.",
    ),
    (
        "undo redo fork pick exchanges last",
        "That is a conversation's: `nbgemini.conversation().undo()`, `.redo()`, `.fork(NAME)`, `.last`.",
    ),
    ("new reset clear restart start_over", '`nbgemini.imagine("a tabby cat", new=True)` starts afresh.'),
    ("search query", '`nbgemini.find("lighthouse")` looks through the store.'),
    ("vary grid batch", '`nbgemini.sweep("a {style} boat", style=["ink", "oil"])` draws one of each.'),
    ("load read use", "`nbgemini.conversation(NAME, stored=True)` goes on with a stored conversation."),
    ("save export write", '`.save("cat.jpg")` of a result, a sweep or a conversation writes a file.'),
    ("config settings options set", "`%config NbGemini` sets them; `%imagine doctor` lists them."),
    ("Image Picture", "`nbgemini.imagine(prompt)` returns a result; its `.image` is a PIL image."),
    ("cost price spent", "In a notebook, `%imagine cost` shows what was spent; `.cost` of a result, its price."),
    ("doctor check version", "In a notebook, `%imagine doctor` shows what is set and what is wrong."),
    (
        "models model list_models",
        '`imagine(…, model="flash")` chooses one; in a notebook, `%imagine models` lists them.',
    ),
    ("help docs", "In a notebook, `%imagine help` is one screen, `%imagine help python` the page on Python."),
    ("list history show verify recover budget compare", "In a notebook, `%imagine` does that: see `%imagine help`."),
))  # fmt: skip

_ASKS = '`.imagine("add snow")` asks in this conversation and edits its last picture.'

_CONVERSATION = _table((
    (
        "send send_message send_message_stream message ask chat say reply prompt generate generate_content draw create"
        " run edit continue_ add",
        _ASKS,
    ),
    (
        "history get_history messages turns results images pictures answers",
        "`.exchanges` are all its turns, and `.last` is the current one.",
    ),
    ("image picture result path text cost", "`.last` is the current result: `.last.image`, `.last.path`."),
    ("reset clear new restart start_over", '`.imagine("a tabby cat", new=True)` starts afresh; nothing is deleted.'),
    ("delete remove pop drop", "Nothing is ever deleted: `.undo()` goes back a turn."),
    ("back revert rewind rollback", "`.undo()` goes back a turn."),
    ("copy branch clone duplicate", '`.fork("night")` begins a new conversation with this branch.'),
    ("switch use load open", "`nbgemini.conversation(NAME, stored=True)` goes on with a stored conversation."),
    ("export write dump to_html html", '`.save("hero.nbgemini")` writes it; a page: `%imagine export` in a notebook.'),
    (
        "model system config settings options",
        '`.imagine("add snow", model="flash")`: the model and `system` then stay with the conversation.',
    ),
    ("show display view", "The last line of a cell shows it."),
    ("id title", "`.name` is its name."),
))  # fmt: skip

_RESULT = _table((
    (
        "show display open plot view preview",
        "The last line of a cell shows a result; `.image.show()` opens the picture in a window.",
    ),
    ("url uri href link", '`.path` is the file on this machine; `.save("cat.jpg")` copies it.'),
    ("file filename file_name file_path filepath location", "`.path` is the file; `.save(\"cat.jpg\")` copies it."),
    (
        "data content raw body b64 base64 b64_json inline_data image_bytes to_bytes tobytes getvalue read",
        "`.bytes` is the picture exactly as it came.",
    ),
    ("mime_type media_type content_type format", "`.mime` is its media type."),
    ("pil to_pil as_pil pil_image as_image img to_image get_image", "`.image` is a PIL image."),
    (
        "resize crop rotate convert thumbnail filter transpose paste",
        "`.image` is a PIL image: `.image.resize((512, 512))`.",
    ),
    ("size width height shape dimensions resolution", "`.image.size` is its width and height in pixels."),
    ("numpy to_numpy array as_array np", "`numpy.asarray(result)` gives its pixels."),
    (
        "candidates parts generated_images output outputs artifacts result",
        "`.image`, `.text` and `.thoughts` are what came; `.variants` are all answers with `count`.",
    ),
    ("variations others siblings_", "`.variants` are all answers with `count`."),
    (
        "imagine continue_ modify remix change reply send send_message generate draw inpaint reroll redraw",
        '`.edit("add snow")` goes on from this picture.',
    ),
    ("upscale enlarge hd", '`.edit("the same picture", size="4K")` draws it larger.'),
    ("undo redo fork pick last exchanges", "That is the conversation's: `.conversation.undo()`."),
    ("delete remove", "Nothing is ever deleted: `.conversation.undo()` goes back a turn."),
    ("download write export to_file savefig imsave", '`.save("cat.jpg")` writes it to a file.'),
    ("price charge spent", "`.cost` is its price in US dollars."),
    ("tokens usage_metadata token_count", "`.usage` counts the tokens."),
    ("parameters params settings config seed aspect aspect_ratio", "`.options` are the options it was asked with."),
    ("time duration latency elapsed", "`.seconds` is how long it took, `.created` when it was asked for."),
    ("id number index", "`.turn` is its number in the conversation."),
    ("caption description alt_text", "`.alt` is its alt text."),
    ("prompt_text prompts query contents", "`.prompt` is what it was asked with."),
    ("thinking reasoning thought", "`.thoughts` are the model's thoughts, if `thoughts=True` asked for them."),
    ("sources citations grounding_metadata", "`.grounding` has the sources of a search."),
    ("error status ok success done", "A result has its picture: what fails raises an error of `nbgemini.errors`."),
))  # fmt: skip

_SHOT = _table((
    (
        "image images bytes path text thoughts usage mime save edit model options seconds url uri file filename data"
        " content size width height show_picture numpy pil resize download parts candidates imagine remix turn",
        "`.result` is what came of it: `.result.image`, `.result.path`, `.result.edit(…)`.",
    ),
    ("show display view plot", "The last line of a cell shows it; `.result.image.show()` opens it in a window."),
    ("values value params parameters", "`.axes` are its values."),
    ("rating rate star", "`.stars` are its stars; `grid.star(17, 4)` rates shot 17."),
))  # fmt: skip

_SWEEP = _table((
    ("show display plot view", "The last line of a cell shows it; `.sheet()` lays it out another way."),
    ("images pictures results outputs data", "`[shot.result for shot in grid]` has all answers; `grid[2]` is shot 2."),
    ("image picture path result", "`grid[2].result` is the answer of shot 2, with `.image`, `.path` and `.save(…)`."),
    ("df dataframe to_df to_dataframe pandas table", "`.to_pandas()` is a table of its shots."),
    ("filter select query subset", '`.where(style="ink")` is the part with that value.'),
    ("top winner favourite favorite", "`.best` is the shot with the most stars."),
    ("download write", '`.save("out/")` writes its pictures, `.sheet().save("grid.html")` a page.'),
    ("retry rerun continue_ restart", "`.resume()` asks for what is missing."),
))  # fmt: skip

# Keywords of functions that draw nothing.
_WORDS = _table((
    ("api_key key token credentials", _PACKAGE["api_key"]),
    (
        "model system aspect size options config",
        'Give it when you ask: `.imagine("a tabby cat", model="flash")`; model and `system` then stay.',
    ),
    ("base_url url endpoint", "The address is set by GOOGLE_GEMINI_BASE_URL or `%config NbGemini.base_url`."),
    ("timeout", "Give it when you ask, `timeout=240`, or set `%config NbGemini.timeout`."),
    ("project location vertexai vertex", "`%imagine help vertex` says how to set up Vertex AI."),
))  # fmt: skip

_TABLES: Mapping[str, dict[str, str]] = {
    "nbgemini": _PACKAGE, "A conversation": _CONVERSATION, "A result": _RESULT, "A shot": _SHOT,
    "A sweep": _SWEEP,
}  # fmt: skip


def unknown_name(kind: str, name: str, names: Iterable[str]) -> AttributeError:
    """What to raise for a name that a thing of this kind does not have; `names` are those that it has."""
    if name.startswith("_"):
        return AttributeError(f"{kind} has no `{name}`.", name=name)
    hint = _TABLES[kind].get(name) or _TABLES[kind].get(name.lower())
    if kind == "nbgemini" and name in error_names:
        hint = f"Errors are in a module of their own: `from nbgemini.errors import {name}`."
    if not hint:
        close = close_to(name, [one for one in names if not one.startswith("_")])
        spelled = f"nbgemini.{close}" if kind == "nbgemini" else f".{close}"
        hint = f"Did you mean `{spelled}`?" if close else "More: `%imagine help python` in a notebook."
    return UnknownName(f"{kind} has no `{name}`.", hint=hint)


def unknown_setting(kind: str, name: str) -> UnknownName:
    """What to raise where a value is assigned to a name, which would do nothing."""
    hint = _TABLES[kind].get(name, "") or 'Options are given by name, when you ask: `imagine(prompt, aspect="16:9")`.'
    return UnknownName(f"`{name}` of {kind[:1].lower()}{kind[1:]} cannot be set.", hint=hint)


class Helpful:
    """Says of a name that it does not have what does the same."""

    _kind: ClassVar[str] = ""

    def __init_subclass__(cls, kind: str = "", **named: object) -> None:
        super().__init_subclass__(**named)
        cls._kind = kind or cls._kind

    if not TYPE_CHECKING:  # a type checker that saw it would take every misspelt name for Any

        def __getattr__(self, name: str) -> object:
            if hasattr(type(self), name):
                return object.__getattribute__(self, name)  # a property that failed: its own error
            raise unknown_name(self._kind, name, dir(self))

        def __setattr__(self, name: str, value: object) -> None:
            if not name.startswith("_"):
                raise unknown_setting(self._kind, name)
            object.__setattr__(self, name, value)


class MadeElsewhere(Helpful):
    """What a function of the package makes of a studio and a name: its class, which types name, is not for calling."""

    def __new__(cls, *made_of: object, **named: object) -> Self:
        if len(made_of) + len(named) != 2:
            hint = '`nbgemini.conversation("hero")` is the one of that name.'
            raise OptionError(f"{cls._kind} is not made by its class.", hint=hint)
        return super().__new__(cls)


def known_words(function: Callable[P, R]) -> Callable[P, R]:
    """The function, with a sentence in place of Python's TypeError for a keyword that it does not take."""
    code = function.__code__
    taken = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]

    @functools.wraps(function)
    def asked(*given: P.args, **named: P.kwargs) -> R:
        for name in named:
            if name not in taken:
                hint = _WORDS.get(name) or f"It takes {' and '.join(f'`{one}`' for one in taken)}."
                raise OptionError(f"`{function.__name__}` does not take `{name}`.", hint=hint)
        return function(*given, **named)

    return asked


def one_prompt(function: Callable[P, R]) -> Callable[P, R]:
    """The function, with a sentence in place of Python's TypeError for no prompt, or more than one."""
    places = function.__code__.co_argcount

    @functools.wraps(function)
    def asked(*given: P.args, **named: P.kwargs) -> R:
        if len(given) > places:
            raise OptionError(
                f"`{function.__name__}` takes one prompt; all else is given by name.",
                hint='Write it like `aspect="16:9"`; pictures go into the prompt as a list, or into `ref=[…]`.',
            )
        if len(given) < places and "prompt" not in named:
            raise OptionError("There is no prompt.", hint=f'Say what to draw: `{function.__name__}("a tabby cat")`.')
        return function(*given, **named)

    return asked
