"""The table of options: cells, Python, help and Tab all go by its rows, so that one more row is one more option.

What a row brings reaches `Options` (`core/options`) by its name. There or in `ImageOptions` is where it is used.
"""

from __future__ import annotations

from typing import Any, Literal, get_args

from nbgemini._dataclass import dataclass
from nbgemini.core.option_parsers import (
    Only,
    Parser,
    ReplayMode,
    Search,
    Show,
    ThinkingLevel,
    Tier,
    as_given,
    choice,
    listed,
    parse_alt,
    parse_aspect,
    parse_conversation,
    parse_dollars,
    parse_history,
    parse_model,
    parse_path,
    parse_replay,
    parse_search,
    parse_size,
    parse_system,
    parse_timeout,
    parse_variable,
    real,
    whole,
    yes_or_no,
)
from nbgemini.core.request_fields import parse_output, parse_override, parse_persons
from nbgemini.core.safety import parse_safety

__all__ = ["GROUPS", "OPTIONS", "Group", "Offers", "OptionRow", "option"]

Group = Literal["picture", "sweep", "conversation", "request", "result", "sending"]
# What Tab offers as values, beside `choices`: it looks these up when it is asked.
Offers = Literal[
    "models", "aspects", "sizes", "thinking_levels", "searches", "thresholds", "pictures", "turns", "conversations",
    "variables", "folders", "axes", "pairs", "skips", "sweeps",
]  # fmt: skip

GROUPS: dict[Group, str] = {
    "picture": "What to draw",
    "sweep": "Many pictures at once, to see what a prompt does",
    "conversation": "What it goes on from",
    "request": "How the model works",
    "result": "Where the picture goes",
    "sending": "Before and while it is sent",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionRow:
    """One option. An empty `value` marks a flag.

    `parse` makes its value of a cell's text (of a list of them where it may be given `many` times) or of what Python
    gives. A `value` in brackets may be left out, and then is `bare`. `default` holds where it is not given; `empty`
    says that an empty value means something. `axis`: each picture of a sweep may have its own. `verbatim`: its text is
    read with its quotes, and what stands in braces is not replaced; a `literal` has quotes and blanks of its own, as
    JSON has. `instead` is what Python has in place of an option that cells alone take. `example` is an option line that
    uses it, made of `choices` where none is given.
    """

    long: str
    group: Group
    what: str
    parse: Parser
    short: str = ""
    value: str = ""
    choices: tuple[str, ...] = ()
    bare: str = ""
    offers: Offers | None = None
    default: Any = None
    many: bool = False
    empty: bool = False
    axis: bool = False
    verbatim: bool = False
    literal: bool = False
    instead: str = ""
    example: str = ""

    @property
    def cell(self) -> str:
        """A whole cell that uses it."""
        line = self.example or " ".join(filter(None, (self.long, self.choices[-1] if self.choices else "")))
        prompt = "a lighthouse on a cliff, {style}" if self.group == "sweep" else "a tabby cat on a sofa"
        return f"%%imagine {line}\n{prompt}"

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


_RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9", "1:4", "4:1", "1:8", "8:1")


def _row(group: Group, spelling: str, what: str, parse: Parser | None = None, **fields: Any) -> OptionRow:
    """A row from `-a --aspect RATIO`; one without a parser is a flag."""
    words = spelling.split()
    short = words.pop(0) if not words[0].startswith("--") else ""
    long, value = words[0], " ".join(words[1:])
    if parse is None:
        parse, fields = yes_or_no(long.removeprefix("--").replace("-", "_")), {"default": False, **fields}
    return OptionRow(group=group, long=long, short=short, value=value, what=what, parse=parse, **fields)


# fmt: off
_ROWS = (
    _row("picture", "-m --model MODEL",
         "the model, by id or alias (%imagine models); stays with the conversation", parse_model, offers="models",
         axis=True, example="-m flash"),
    _row("picture", "-a --aspect RATIO",
         "the aspect ratio; without it, an edit keeps the ratio of its picture", parse_aspect, choices=_RATIOS,
         offers="aspects", axis=True, example="-a 16:9"),
    _row("picture", "-s --size SIZE",
         "the image size, where the model has it", parse_size, choices=("512", "1K", "2K", "4K"), offers="sizes",
         axis=True, example="-s 2K"),
    _row("picture", "-n --count N",
         "ask N times side by side; the conversation goes on from the first that succeeds", whole("count", 1, 1000),
         default=1, example="-n 2"),
    _row("picture", "-r --ref REF",
         "show a picture to the model: a variable, a turn (@last, @3), a file, a pattern, a URL, or files/ID for an"
         " uploaded file; may be repeated",
         listed, offers="pictures", default=(), many=True, axis=True, example="-r @last"),
    _row("conversation", "--new", "start afresh; earlier pictures are not sent"),
    _row("conversation", "--from REF",
         "go on from the turn that made this picture: a fork", as_given, offers="turns", axis=True,
         example="--from @last"),
    _row("conversation", "-c --conversation NAME",
         "switch to this conversation; it is created if there is none", parse_conversation, offers="conversations",
         instead="`nbgemini.conversation(NAME)` is the one with that name.", example="-c night"),
    _row("conversation", "--system TEXT",
         'a system instruction; stays with the conversation until `--system ""` removes it', parse_system,
         empty=True, axis=True, example='--system "Draw everything in flat colours."'),
    _row("conversation", "--history N|all",
         "for this cell, send only the last N exchanges of the conversation with the new prompt", parse_history,
         example="--history 2"),
    _row("request", "--only WHAT",
         "image: the picture without text; text: an answer in text, for example about a picture; both: text and"
         " picture", choice("only", Only), choices=get_args(Only), axis=True),
    _row("request", "--thinking LEVEL",
         "how long the model thinks, where it can be set", choice("thinking", ThinkingLevel),
         choices=get_args(ThinkingLevel), offers="thinking_levels", axis=True, example="-m flash --thinking high"),
    _row("request", "--tier TIER",
         "the service tier: flex is slower at half the price, priority faster at about 1.8 times the price",
         choice("tier", Tier), choices=get_args(Tier), axis=True),
    _row("request", "--search [WHERE]",
         "Google Search first, where the model has it: for facts (web, the default), for pictures (image),"
         " or for both", parse_search, choices=get_args(Search), bare="web", offers="searches", axis=True,
         example="--search web"),
    _row("request", "--safety CATEGORY=THRESHOLD",
         "what is blocked in a category (harassment, hate, sexual, dangerous; on Vertex AI also image-hate and others):"
         " none, off, low, medium, only-high; Google's own names work too; may be repeated", parse_safety,
         offers="thresholds", default=(), many=True, example="--safety hate=none --safety sexual=only-high"),
    _row("request", "--person-generation WHO",
         "which people may be drawn (only on Vertex AI): all, adult, none", parse_persons,
         choices=("all", "adult", "none"), axis=True),
    _row("request", "--image-output-options TYPE",
         "the file type of the picture (only on Vertex AI): png, webp, jpeg, or jpeg:85 for its quality", parse_output,
         choices=("png", "webp", "jpeg"), axis=True),
    _row("request", "--thoughts",
         "show the model's thoughts and interim pictures while it draws, then folded away", default=None),
    _row("request", "--seed INT", "a seed; Google does not promise the same picture again",
         whole("seed", -(2**31)), axis=True,
         example="--seed 7"),
    _row("request", "--temperature F",
         "0 to 2; Google advises leaving it out with Gemini 3", real("temperature", 0, 2), axis=True,
         example="--temperature 0.7"),
    _row("request", "--top-p F", "0 to 1", real("top_p", 0, 1), axis=True, example="--top-p 0.9"),
    _row("request", "--top-k INT", "1 or more", whole("top_k", 1), axis=True, example="--top-k 40"),
    _row("request", "--max-tokens INT",
         "the most tokens that an answer may have; too few cut off the picture", whole("max_tokens", 1), axis=True,
         example="--max-tokens 4000"),
    _row("request", "--set PATH=JSON",
         "set any field of the request, over all other options; text in quotes, objects in braces; may be repeated",
         parse_override, default=(), many=True, literal=True,
         example='--set generationConfig.imageConfig={"aspectRatio": "16:9"}'),
    _row("result", "-o --out VAR",
         "keep the result in this variable", parse_variable, offers="variables",
         instead="What `imagine` returns is the result.", example="-o cat"),
    _row("result", "--save PATH",
         "also write the untouched picture to a file or folder", parse_path, offers="folders",
         example="--save cat.jpg"),
    _row("result", "--preview PX",
         "the longest side of the preview in the notebook, from 64 to 4096 pixels", whole("preview", 64, 4096),
         instead="`.image` has all pixels; `%config NbGemini.preview` sets the previews of notebooks.",
         example="--preview 512"),
    _row("result", "--alt TEXT", "the alt text; by default, the beginning of the prompt", parse_alt,
         example='--alt "A cat asleep."'),
    _row("result", "--quiet", "show only the pictures", instead="Python shows what you display."),
    _row("sending", "--raw",
         "leave {name} in the prompt and options unchanged", instead="No names are replaced in a prompt in Python."),
    _row("sending", "--dry-run",
         "show the request, its size and its estimated price; send nothing",
         instead="`%%imagine --dry-run` shows a request; `.request` of a result shows the one that was sent."),
    _row("sending", "--show WHAT",
         "print the request in this form; send nothing", choice("show", Show), choices=get_args(Show),
         instead="`.request` and `.curl()` of a result show the request that was sent.", example="--show python"),
    _row("sending", "--replay MODE",
         "auto: a fresh kernel takes from disk what was paid for; only: never send;"
         " class: any recording, else the emulator, never Google; off: always send", parse_replay,
         choices=get_args(ReplayMode), example="--replay off"),
    _row("sending", "--fresh", "always send; the same as --replay off"),
    _row("sending", "--timeout S",
         "give up after this many seconds; by default 180 at 1K, 240 at 2K, 420 at 4K", parse_timeout,
         example="--timeout 300"),
    _row("sending", "--yes", "send even if the estimate is above confirm_over"),
    _row("sending", "--budget USD", "the most that this cell may cost in total", parse_dollars,
         example="--budget 0.50"),
    _row("sending", "--bg",
         "return at once; the output fills in when the answer comes",
         instead="`aimagine` returns at once, to be awaited."),
    _row("sweep", "--vary NAME=VALUES",
         'draw each of these values of a {place} in the prompt, an option, ref, from or prompt; style=ink,"oil, wet",'
         " seed=1..8, style={styles}, a list of shots as {shots} or FILE.csv; may be repeated", listed,
         offers="axes", default=(), many=True, verbatim=True,
         instead="A list is an axis: `nbgemini.sweep(…, style=[…])`.",
         example='--vary \'style=ink,"oil, thick"\''),
    _row("sweep", "--pair A,B", "pair two axes value by value; they need equal lengths; may be repeated", listed,
         offers="pairs", default=(), many=True, verbatim=True, instead="`nbgemini.sweep(…, pair=[(…)])`.",
         example="--vary style=ink,oil --vary aspect=1:1,16:9 --pair style,aspect"),
    _row("sweep", "--skip A=x,B=y",
         "leave out combinations with all of these values; may be repeated", listed, offers="skips", default=(),
         many=True, verbatim=True, instead="`nbgemini.sweep(…, skip=…)`.",
         example="--vary style=ink,oil --vary aspect=1:1,16:9 --skip style=ink,aspect=1:1"),
    _row("sweep", "--name NAME", "a name for the sweep, to find it again", as_given, offers="sweeps",
         instead="`nbgemini.sweep(…, name=…)`.", example="--vary style=ink,oil --name tuesday"),
    _row("sweep", "--workers N", "how many shots run side by side; by default 8", whole("workers", 1, 256),
         instead="`nbgemini.sweep(…, workers=…)`.", example="--vary style=ink,oil --workers 4"),
    _row("sweep", "--strict", "one failed shot fails the cell", instead="`nbgemini.sweep(…, strict=True)`.",
         example="--vary style=ink,oil --strict"),
    _row("sweep", "--batch",
         "as batch jobs: half the price, within 24 hours; the cell returns at once and fills in, and any kernel with"
         " the same store collects (%imagine batches)", instead="`nbgemini.sweep(…, batch=True)`.",
         example="--vary style=ink,oil --batch --name night"),
)
# fmt: on
OPTIONS: dict[str, OptionRow] = {row.name: row for row in _ROWS}
"""Every option by its name in Python, in the order of the help."""


def option(word: str) -> OptionRow | None:
    """The row of an option as a cell writes it, `-a` or `--aspect`."""
    return next((row for row in OPTIONS.values() if word and word in (row.long, row.short)), None)
