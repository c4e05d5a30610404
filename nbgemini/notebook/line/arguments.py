"""What a user typed after `%imagine`, parsed into a frozen value."""

from __future__ import annotations

import re

from nbgemini._dataclass import dataclass
from nbgemini.core.option_parsers import parse_conversation, parse_dollars
from nbgemini.errors import OptionError
from nbgemini.notebook.line.grammar import SubcommandRow, subcommand
from nbgemini.notebook.line.splitting import Word, excerpt, ref_and_text, split

__all__ = ["Subcommand", "parse_subcommand"]


_LONGEST = 200  # characters of a REF


@dataclass(frozen=True, slots=True)
class Subcommand:
    """One `%imagine` line; `argument` is empty where none is given, `words` are those that follow it.

    `quoted` are the places of those, from 0, that begin with a quotation mark, so that they are no options.
    """

    name: str
    argument: str = ""
    words: tuple[str, ...] = ()
    quoted: frozenset[int] = frozenset()


def parse_subcommand(line: str) -> Subcommand:
    """The line of `%imagine`; an empty one is `history`. Raises OptionError."""
    name, rest = (*line.split(maxsplit=1), "", "")[:2]
    if not name:
        return Subcommand("history")
    if name in ("-h", "--help", "-?", "?"):
        name = "help"
    row = subcommand(name)
    if row is None:
        raise _no_subcommand(name, rest)
    if row.free:
        return _free(row, rest)
    return Subcommand(row.name, *_given(row, rest))


def _free(row: SubcommandRow, rest: str) -> Subcommand:
    """A subcommand that takes whatever words follow it."""
    first, text = ref_and_text(rest) if row.words == ("TEXT",) else ("", "")
    given = (Word(first), *([Word(text)] if text else [])) if first else split(rest)
    if not given and not row.argument.startswith("["):
        raise OptionError(f"`{row.spelling}` needs its {row.argument}, as in `{row.example}`.")
    # What may be left out is one of the words, which may be quoted like the others.
    begin = 0 if row.argument == "[WORDS]" else 1
    words = given[begin:]
    quoted = frozenset(at for at, word in enumerate(words) if word.quoted)
    return Subcommand(row.name, "".join(word.text for word in given[:begin]), tuple(w.text for w in words), quoted)


def _no_subcommand(name: str, rest: str) -> OptionError:
    from nbgemini.notebook.line.subcommand_slips import slip  # for those who mistype

    wrong, advice = slip(name.strip("\"'"), rest)
    problem = OptionError(wrong, hint=advice)
    if "`%%imagine`" in advice and (rest or name[:1] in "\"'"):
        from nbgemini.notebook.line.corrections import with_prompt_below

        problem.cell = with_prompt_below(f"{name} {rest}", "")
    return problem


def _given(row: SubcommandRow, rest: str) -> tuple[str, tuple[str, ...]]:
    """The argument, and the words after it. A quoted word is never one of those."""
    given = split(rest) if row.argument else tuple(Word(word) for word in rest.split())
    words = tuple(dict.fromkeys(word.text for word in given[1:] if not word.quoted and word.text in row.words))
    others = [word.text for word in given if word is given[0] or word.quoted or word.text not in row.words]
    return _argument(row, others), words


def _argument(row: SubcommandRow, words: list[str]) -> str:
    example = f"as in `{row.example}`" if row.example else f"just `{row.spelling}`"
    if row.words and len(words) > 1 and not row.words[0].startswith("--"):
        raise OptionError(
            f"`%imagine {row.name}` does not know `{excerpt(words[1])}`; write it like `{row.spelling}`.",
            hint="A file name with spaces goes in double quotes.",
        )
    if len(words) > bool(row.argument):
        takes = f"one {row.argument.strip('[]')}" if row.argument else "nothing"
        raise OptionError(
            f"`%imagine {row.name}` takes {takes} after it, {example}.",
            hint=_TOO_MUCH.get(row.name, "If this is a prompt, use `%%imagine` with the prompt on the lines below it."),
        )
    if not words or not words[0].strip():
        if row.argument and not row.argument.startswith("["):
            raise OptionError(f"`{row.spelling}` needs its {row.argument}, {example}.")
        return ""
    return _ARGUMENTS.get(row.argument, _as_it_is)(row, words[0])


# What people mean by more words after these.
_TOO_MUCH = {
    "undo": "Run it again to go back further, or go on from an earlier turn with `--from @3` in a cell.",
    "redo": "Run it again to go further.",
    "reset": "To go on with another conversation: `%imagine use NAME`.",
    "history": "`%imagine show 3` shows a turn; `%imagine use NAME` another conversation.",
    "list": "`%imagine use NAME` goes on with one of them.",
    "models": "`-m NAME` in a cell chooses one.",
    "cost": "It shows this kernel, today and each day, model, notebook, conversation and sweep.",
}


def _as_it_is(row: SubcommandRow, word: str) -> str:
    return word


def _shown(row: SubcommandRow, word: str) -> str:
    """A turn number, or a REF, which is looked up later."""
    digits = word.removeprefix("@")
    if re.fullmatch(r"0*[1-9]\d{0,8}", digits, re.ASCII):
        return str(int(digits))
    if re.fullmatch(r"@?\d+", word, re.ASCII) or len(word) > _LONGEST:
        raise OptionError(f"`{row.spelling}` takes a turn number, as in `{row.example}`, not `{excerpt(word)}`.")
    return word


def _named(row: SubcommandRow, word: str) -> str:
    return parse_conversation(word)


def _budget(row: SubcommandRow, word: str) -> str:
    if word.lower() == "off":
        return "off"
    parse_dollars(word)
    return word


_ARGUMENTS = {"REF": _shown, "NAME": _named, "[USD]": _budget}
