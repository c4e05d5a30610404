"""The table of subcommands that drives their parser, the help pages and completion."""

from __future__ import annotations

from nbgemini._dataclass import dataclass

__all__ = ["FILTERS", "SUBCOMMANDS", "SubcommandRow", "subcommand"]


# What `find` and `gallery` take beside words, each with a value.
FILTERS = ("--since", "--until", "--model", "--stars", "--tag", "--conversation", "--sweep")
_FILTERS = "--since and --until DAY (tue, 2026-11-24, 7d), --model, --stars N or more, --tag, --conversation, --sweep"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubcommandRow:
    """One subcommand of `%imagine`. An `argument` in brackets may be left out; an empty one: it takes none.

    `words` may follow the argument, in any order; where it is `free`, any words may, and `TEXT` is taken as it stands.
    """

    name: str
    what: str
    argument: str = ""
    words: tuple[str, ...] = ()
    example: str = ""
    free: bool = False

    @property
    def spelling(self) -> str:
        """How it is written: `%imagine fork NAME`."""
        words = "".join(f" {word if self.free and word.isupper() else f'[{word}]'}" for word in self.words)
        return f"%imagine {self.name} {self.argument}".rstrip() + words


def _sub(spelling: str, what: str, example: str = "", *, free: bool = False) -> SubcommandRow:
    """A row from `fork NAME`, or from `export FILE [all] [originals]`."""
    name, *arguments = spelling.split()
    words = tuple(word.strip("[]") for word in arguments[1:])
    return SubcommandRow(name=name, argument="".join(arguments[:1]), words=words, what=what, example=example, free=free)


SUBCOMMANDS: tuple[SubcommandRow, ...] = (
    _sub("history", "the current conversation as a tree of numbered pictures; the same as `%imagine` alone"),
    _sub(
        "show REF [--wire]",
        "a turn (3, hero@3), a result, a shot or a request that failed, with its picture, options, size and cost;"
        " --wire: its request and answer side by side",
        "%imagine show 3",
    ),
    _sub("undo", "go back one turn; nothing is deleted"),
    _sub("redo", "take the last undo back"),
    _sub(
        "pick REF",
        "go on from another of several pictures: its number on the newest sheet, its values, NAME/17, or @turn",
        "%imagine pick 2",
        free=True,
    ),
    _sub(
        "sweeps [--cancel] [NAME]",
        "all sweeps: what they tried, how far they are, what they cost; --cancel NAME stops one from asking for more",
        "%imagine sweeps --cancel tuesday",
        free=True,
    ),
    _sub(
        "resume [NAME] [--failed] [--unknown]",
        "ask for what a sweep is missing; --failed: blocked shots too; --unknown: those with an unknown outcome too",
        "%imagine resume tuesday",
        free=True,
    ),
    _sub("star REF STARS", "rate a picture from 1 to 5; 0 removes the rating", "%imagine star 17 4", free=True),
    _sub(
        "note REF TEXT",
        "write a note on a picture; without text, remove the note",
        "%imagine note 17 too dark",
        free=True,
    ),
    _sub("tag REF WORD", "tag a picture; -WORD removes a tag", "%imagine tag 17 keep", free=True),
    _sub(
        "compare REF REF",
        "two pictures or more side by side, with the words of their prompts and the options that differ",
        "%imagine compare 3 17",
        free=True,
    ),
    SubcommandRow(
        name="find",
        argument="[WORDS]",
        words=("[FILTERS]",),
        what="pictures of all notebooks and kernels with every word in the prompt, an axis value, the note or a tag;"
        f" {_FILTERS}",
        example="%imagine find lighthouse --since tue --stars 3",
        free=True,
    ),
    SubcommandRow(
        name="gallery",
        argument="FILE",
        words=("[WORDS]", "[FILTERS]"),
        what="a page of what find finds with the same words and filters, as a file",
        example="%imagine gallery best.html --stars 4",
        free=True,
    ),
    _sub("fork NAME", "a new conversation that begins with this branch", "%imagine fork night"),
    _sub("use NAME", "go on with another conversation, including a stored one", "%imagine use night"),
    _sub("list", "the conversations in the store"),
    _sub("reset", "start afresh; nothing is deleted"),
    _sub(
        "recover [ID]",
        "late answers, spare pictures and requests that are under way; with an ID, make one a turn of the conversation",
        "%imagine recover 3f2a5b7c9d1e0f24",
    ),
    _sub(
        "export FILE [all] [originals]",
        "this branch as a page (.html), Markdown with its pictures (.md) or a notebook that replays it (.ipynb);"
        " all: every branch; originals: a page with the pictures as they came",
        "%imagine export story.html",
    ),
    _sub("save PATH", "the whole conversation as one .nbgemini file for another machine", "%imagine save cat.nbgemini"),
    _sub("load PATH", "read such a file into this store, to go on with it", "%imagine load cat.nbgemini"),
    _sub("models", "the models, what they take and what they cost"),
    _sub("cost", "what was spent: in this kernel, today, by day, model, notebook, conversation and sweep"),
    _sub(
        "budget [USD]",
        "the most that this kernel may spend, off for no limit; alone: what is left of it",
        "%imagine budget 2",
    ),
    _sub("help [TOPIC]", "this help, or one option, subcommand or topic", "%imagine help conversation"),
    _sub("verify", "check every file of the store, restore what can be restored, and name what is damaged"),
    _sub(
        "batches [ID] [--collect] [--cancel] [--watch]",
        "batch jobs: how far they are and what they cost; --collect: take in what is done; --cancel: end one;"
        " --watch: wait for all",
        "%imagine batches --collect",
        free=True,
    ),
    _sub("panel", "the panel: the same conversation with buttons, a strip of its turns and marks on the picture"),
    _sub("doctor", "what is set and where, whether the key works, and how to fix what is wrong"),
)


def subcommand(name: str) -> SubcommandRow | None:
    """The row of a subcommand."""
    return next((row for row in SUBCOMMANDS if row.name == name), None)
