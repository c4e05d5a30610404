"""A request that is looked at instead of sent: `--dry-run` and `--show`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Protocol

from nbgemini.core.option_table import OPTIONS
from nbgemini.core.options import Options
from nbgemini.core.phrases import counted
from nbgemini.core.pricing import dollars
from nbgemini.notebook.names.refs import spelled
from nbgemini.notebook.names.templating import Inline, Template
from nbgemini.notebook.show.bundles import FONT, MONO, MUTED, RULE, Bundle, block, sentence
from nbgemini.notebook.show.json_tree import UNCOMPARED, json_tree
from nbgemini.notebook.show.markup import Html, element, escape
from nbgemini.notebook.show.texts import clean, in_bytes, one_line

__all__ = ["Planned", "curl_bundle", "plan_bundle", "program_bundle", "python_bundle", "written"]


class Planned(Protocol):
    """A plan as the display sees it. `size` is in bytes on the wire, `estimate` in micro-dollars for what is sent.

    `replayed` of the `count` requests would be answered from disk; where `never` holds, the others would not be sent.
    """

    @property
    def url(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def tokens(self) -> int: ...
    @property
    def count(self) -> int: ...
    @property
    def estimate(self) -> int | None: ...
    @property
    def emulated(self) -> bool: ...
    @property
    def notices(self) -> tuple[str, ...]: ...
    @property
    def replayed(self) -> int: ...
    @property
    def never(self) -> bool: ...

    def request_json(self) -> str:
        """The body with its pictures elided."""

    def before_json(self) -> str | None:
        """The same of the request before it, where there is one."""

    def curl(self) -> str:
        """A command that sends the same; its body lies in a file."""

    def other_shells(self) -> Iterator[tuple[str, str]]:
        """The same for other shells: their names and commands, each on one line."""

    def genai(self) -> str:
        """A program of google-genai's that sends the same."""


def plan_bundle(plan: Planned) -> Bundle:
    """Where it would go, how many bytes it has, what it would cost, and its body."""
    times = f" × {plan.count}" if plan.count > 1 else ""
    exact = f" ({plan.size:,} bytes)" if plan.size >= 1000 else ""
    head = [
        f"nothing was sent · {in_bytes(plan.size)}{exact}, about {plan.tokens:,} tokens{times} · {_price(plan)}",
        f"POST {one_line(plan.url, 300)}{', answered by the emulator' if plan.emulated else ''}",
        *(f"↳ {one_line(notice, 400)}" for notice in plan.notices),
    ]
    code = plan.request_json()
    head += _asked(code)
    with suppress(ValueError):
        before = plan.before_json()
        compared = UNCOMPARED if before is None else json.loads(before)
        marked = ["What is new since the request before is marked; the rest is folded."] if before else []
        return _dressed(head, code, json_tree(json.loads(code), compared), marked)
    return _code(head, code)


def _asked(code: str) -> list[str]:
    """What is asked, where turns before it stand above it in the request."""
    contents: object = None
    with suppress(ValueError, AttributeError):
        contents = json.loads(code).get("contents")
    if not isinstance(contents, list) or len(contents) < 2 or not isinstance(contents[-1], dict):
        return []
    parts = [part for part in contents[-1].get("parts", ()) if isinstance(part, dict)]
    words = " ".join(part["text"] for part in parts if isinstance(part.get("text"), str))
    return [f"asked: “{one_line(words, 400)}” · after {counted(len(contents) - 1, 'turn')} sent with it"]


def _price(plan: Planned) -> str:
    """What it would cost, and what of it is recorded."""
    if plan.replayed == plan.count:
        return "would be replayed from disk: $0"
    part = f"{plan.replayed} of {plan.count} would be replayed from disk · " if plan.replayed else ""
    if plan.never:
        return f"{part}not recorded, and `--replay only` never sends"
    return f"{part}{'emulator · $0, would be ' if plan.emulated else 'about '}{dollars(plan.estimate)}"


def curl_bundle(plan: Planned) -> Bundle:
    """A command for a shell, with the key in a variable of the shell's, or a token that it asks gcloud for.

    Those of other shells stand below it as comments, so that all of it runs as it stands.
    """
    curl = plan.curl()
    others = [f"# {shell}:\n#   {command}" for shell, command in plan.other_shells()]
    whence = "the shell takes the key from `GEMINI_API_KEY`" if "GEMINI_API_KEY" in curl else "the token is gcloud's"
    return _code([f"nothing was sent · {whence}"], "\n\n".join([curl, *others]))


def python_bundle(
    prompt: str | Template,
    options: Options,
    spell: Callable[[str], str] = lambda text: spelled(text, None),
    *,
    sdk: str = "",
) -> Bundle:
    """The same cell in Python; `spell` writes a REF as an expression, `sdk` is a program of google-genai's below it."""
    name = repr(options.conversation) if options.conversation else ""
    words = [f"    {word},\n" for word in (_prompt(prompt), *_words(options, spell))]
    lines = [
        "import nbgemini as nb\n",
        f"conversation = nb.conversation({name})",
        f"{options.out or 'result'} = conversation.imagine(\n{''.join(words)})",
    ]
    if not sdk:
        return program_bundle("\n".join(lines))
    lines += ["", "", "# The same with google-genai, without nbgemini:", "", sdk]
    return _code(["nothing was sent · the same in Python, and below it with google-genai"], "\n".join(lines))


def program_bundle(program: str) -> Bundle:
    """A program of Python that asks the same as a cell."""
    return _code(["nothing was sent · the same in Python"], program)


def _prompt(prompt: str | Template) -> str:
    """A text, or a list of texts and labelled pictures; names of texts are replaced by what they stand for."""
    text = prompt if isinstance(prompt, str) else prompt.text
    if text is not None or isinstance(prompt, str):
        return repr(text)
    pieces = (
        f"{{{one.expression!r}: {one.expression}}}" if isinstance(one, Inline) else repr(one) for one in prompt.pieces
    )
    return f"[{', '.join(pieces)}]"


def _words(options: Options, spell: Callable[[str], str]) -> Iterator[str]:
    """The keyword arguments, `name=value` each, in the order of the table."""
    for name, row in OPTIONS.items():
        value = options.given.get(name, row.default)
        if row.instead or value == row.default:
            continue
        if name == "ref":
            yield f"ref=[{', '.join(spell(text) for text in value)}]"
        else:
            yield f"{name}={spell(value) if name == 'from_' else written(value)}"


def written(value: object) -> str:
    """A value as Python writes it: a sum as a text, which keeps its digits, and pairs as a mapping."""
    if isinstance(value, Decimal):
        return repr(str(value))
    return repr(dict(value) if isinstance(value, tuple) else value)


def _code(head: list[str], code: str) -> Bundle:
    style = (
        "margin:6px 0 0; padding:8px 10px; background:rgba(128, 128, 128, .08); color:inherit;"
        f" border:1px solid {RULE}; border-radius:4px; font:12px/1.5 {MONO};"
        " white-space:pre-wrap; overflow-wrap:anywhere; word-break:normal; max-height:32em; overflow-y:auto"
    )
    return _dressed(head, code, element("pre", escape(clean(code)), style=style))


def _dressed(head: list[str], code: str, body: Html, beside: Sequence[str] = ()) -> Bundle:
    """Lines above a body; `beside` are such as only make sense where it folds."""
    lines, code = [clean(line, 1000) for line in head], clean(code)
    top = (element("div", sentence(line), dir="auto", style=f"opacity:{MUTED}") for line in (*lines, *beside))
    inner = block(*top, body, style=f"font:12px/1.6 {FONT}; overflow-wrap:anywhere")
    return Bundle("\n".join([*lines, "", code]), inner)
