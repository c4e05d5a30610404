"""The table of options and subcommands that drives the parser, the help pages and completion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["GROUPS", "OPTIONS", "SUBCOMMANDS", "Group", "OptionRow", "SubcommandRow", "option", "subcommand"]

Group = Literal["picture", "conversation", "request", "result", "sending"]

GROUPS: dict[Group, str] = {
    "picture": "What to draw",
    "conversation": "What it goes on from",
    "request": "How the model works",
    "result": "Where the picture goes",
    "sending": "Before and while it is sent",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionRow:
    """One option of `%%imagine`. An empty `value` marks a flag; `later` one that this version only knows by name.

    A `value` in brackets may be left out, and then is `bare`.
    """

    long: str
    group: Group
    what: str
    short: str = ""
    value: str = ""
    choices: tuple[str, ...] = ()
    bare: str = ""
    many: bool = False
    later: bool = False

    @property
    def name(self) -> str:
        """The same option's name in Python: `--max-tokens` is `max_tokens`, `--from` is `from_`."""
        name = self.long.removeprefix("--").replace("-", "_")
        return "from_" if name == "from" else name

    @property
    def spelling(self) -> str:
        """How it is written: `-a, --aspect RATIO`."""
        names = f"{self.short}, {self.long}" if self.short else self.long
        return f"{names} {self.value}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubcommandRow:
    """One subcommand of `%imagine`. An `argument` in brackets may be left out; an empty one: it takes none.

    `words` may follow the argument, in any order.
    """

    name: str
    what: str
    argument: str = ""
    words: tuple[str, ...] = ()
    example: str = ""
    later: bool = False

    @property
    def spelling(self) -> str:
        """How it is written: `%imagine fork NAME`."""
        words = "".join(f" [{word}]" for word in self.words)
        return f"%imagine {self.name} {self.argument}".rstrip() + words


def _row(group: Group, spelling: str, what: str, *choices: str, bare: str = "", many: bool = False) -> OptionRow:
    """A row from `-a --aspect RATIO`."""
    words = spelling.split()
    short = words.pop(0) if not words[0].startswith("--") else ""
    return OptionRow(
        long=words[0],
        short=short,
        value=" ".join(words[1:]),
        group=group,
        what=what,
        choices=choices,
        bare=bare,
        many=many,
    )


def _later(group: Group, spelling: str, what: str) -> OptionRow:
    long, _, value = spelling.partition(" ")
    return OptionRow(long=long, value=value, group=group, what=what, later=True)


_RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9", "1:4", "4:1", "1:8", "8:1")

OPTIONS: tuple[OptionRow, ...] = (
    _row("picture", "-m --model MODEL", "the model, by id or alias (%imagine models); stays with the conversation"),
    _row(
        "picture", "-a --aspect RATIO", "the aspect ratio; without it an edit keeps the ratio of its picture", *_RATIOS
    ),
    _row("picture", "-s --size SIZE", "the image size, where the model has it", "512", "1K", "2K", "4K"),
    _row("picture", "-n --count N", "ask N times side by side; the conversation goes on from the first that succeeds"),
    _row(
        "picture",
        "-r --ref REF",
        "show a picture to the model: a variable, a turn (@last, @3), a file, a pattern or a URL; may be repeated",
        many=True,
    ),
    _row("conversation", "--new", "begin a new root; earlier pictures are not sent"),
    _row("conversation", "--from REF", "go on from the turn that made this picture: a fork"),
    _row("conversation", "-c --conversation NAME", "switch to this conversation; it is made if need be"),
    _row("conversation", "--system TEXT", "a system instruction; stays with the conversation"),
    _row("request", "--only WHAT", "image: no text beside the picture; both: text and picture", "image", "both"),
    _row(
        "request",
        "--thinking LEVEL",
        "how long the model thinks, where it can be set",
        *("minimal", "low", "medium", "high"),
    ),
    _row(
        "request",
        "--tier TIER",
        "the service tier: flex is half the price and slower, priority about 1.8 times the price and faster",
        *("standard", "flex", "priority"),
    ),
    _row(
        "request",
        "--search [WHERE]",
        "Google Search first, where the model has it: for facts (web, also if no word follows), for pictures, for both",
        *("web", "image", "both"),
        bare="web",
    ),
    _row(
        "request",
        "--safety CATEGORY=THRESHOLD",
        "from where on a category (harassment, hate, sexual, dangerous) is blocked: none, off, low, medium, only-high;"
        " may be repeated",
        many=True,
    ),
    _row("request", "--thoughts", "show the model's thoughts and interim pictures while it draws, then folded away"),
    _row("request", "--seed INT", "a seed; Google promises no equal pictures"),
    _row("request", "--temperature F", "0 to 2; Google advises to leave it out with Gemini 3"),
    _row("request", "--top-p F", "0 to 1"),
    _row("request", "--top-k INT", "1 or more"),
    _row("request", "--max-tokens INT", "the most tokens of an answer; too few cut the picture off"),
    _row("request", "--set PATH=JSON", "write any field of the request last; may be repeated", many=True),
    _row("result", "-o --out VAR", "keep the result in this variable"),
    _row("result", "--save PATH", "write the untouched picture to a file or into a folder as well"),
    _row("result", "--preview PX", "the longest side of the preview in the notebook, 64 to 4096 pixels"),
    _row("result", "--alt TEXT", "the alt text; without it the beginning of the prompt"),
    _row("result", "--quiet", "show the pictures alone"),
    _row("sending", "--raw", "leave {name} in the prompt as it is"),
    _row("sending", "--dry-run", "show the request, its size and its estimated price; send nothing"),
    _row(
        "sending",
        "--show WHAT",
        "print the request in this form; send nothing",
        *("json", "curl", "python"),
    ),
    _row(
        "sending",
        "--replay MODE",
        "auto: a fresh kernel answers from disk what was paid for; only: never send; off: always send",
        *("auto", "only", "off"),
    ),
    _row("sending", "--fresh", "always send, as --replay off"),
    _row("sending", "--timeout S", "give up after so many seconds; without it 180 at 1K, 240 at 2K, 420 at 4K"),
    _row("sending", "--yes", "send although the estimate is above confirm_over"),
    _row("sending", "--budget USD", "the most that this cell may cost, all its requests together"),
    _row("sending", "--bg", "return at once; the output fills in when the answer comes"),
    _later("picture", "--vary NAME=V1,V2", "a sweep over values"),
    _later("picture", "--workers N", "how many requests of a sweep run side by side"),
    _later("sending", "--batch", "half the price, within a day"),
)


def _sub(spelling: str, what: str, example: str = "", *, later: bool = False) -> SubcommandRow:
    """A row from `fork NAME`, or from `export FILE [all] [originals]`."""
    name, *arguments = spelling.split()
    words = tuple(word.strip("[]") for word in arguments[1:])
    return SubcommandRow(
        name=name, argument="".join(arguments[:1]), words=words, what=what, example=example, later=later
    )


SUBCOMMANDS: tuple[SubcommandRow, ...] = (
    _sub("history", "the current conversation as a tree of numbered pictures; so does %imagine alone"),
    _sub("show N", "turn N with its picture, options, size and cost", "%imagine show 3"),
    _sub("undo", "go back one turn; nothing is deleted"),
    _sub("redo", "take the last undo back"),
    _sub("pick K", "go on from another of the pictures of the last cell's -n: its number, or @turn", "%imagine pick 2"),
    _sub("fork NAME", "a new conversation that begins with this branch", "%imagine fork night"),
    _sub("use NAME", "go on with another conversation, a stored one too", "%imagine use night"),
    _sub("list", "the conversations in the store"),
    _sub("reset", "begin a new empty root; nothing is deleted"),
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
    _sub("load PATH", "such a file into this store, to go on with it", "%imagine load cat.nbgemini"),
    _sub("models", "the models, what they take and what they cost"),
    _sub("cost", "what was spent: in this kernel, today, by day, model, notebook and conversation"),
    _sub(
        "budget [USD]",
        "the most that this kernel may spend, off for no limit; alone: what is left of it",
        "%imagine budget 2",
    ),
    _sub("help [TOPIC]", "this help, or one option, subcommand or subject of it", "%imagine help conversation"),
    _sub("verify", "check every file of the store, bring back what can be, name what is broken and what that means"),
    _sub("resume", "go on with a batch", later=True),
    _sub("batches", "the batches", later=True),
    _sub("panel", "the panel: the same conversation with buttons, a strip of its turns and marks on the picture"),
    _sub("doctor", "what is set and where, whether the key works, and what to do about what is wrong"),
)


def option(word: str) -> OptionRow | None:
    """The row of an option as it is written, `-a` or `--aspect`."""
    return next((row for row in OPTIONS if word and word in (row.long, row.short)), None)


def subcommand(name: str) -> SubcommandRow | None:
    """The row of a subcommand."""
    return next((row for row in SUBCOMMANDS if row.name == name), None)
