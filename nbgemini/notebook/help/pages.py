"""The help: `%imagine help [TOPIC]` and the page behind `%%imagine?`, made from the table of options."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from nbgemini.core.option_table import GROUPS, OPTIONS, OptionRow
from nbgemini.core.phrases import close_to
from nbgemini.errors import OptionError
from nbgemini.notebook.help.practice import EMULATE, EMULATOR, SCRIPT
from nbgemini.notebook.help.topics import BATCHES, PANEL, QUOTAS, ROLES, SAFETY, SEARCH, THINKING, UPLOADS, VERTEX
from nbgemini.notebook.help.topics import Section as _Section
from nbgemini.notebook.line.grammar import SUBCOMMANDS, SubcommandRow
from nbgemini.notebook.show.bundles import FONT, MONO, MUTED, RULE, Bundle, block, sentence
from nbgemini.notebook.show.markup import NOTHING, Html, element, escape
from nbgemini.notebook.show.texts import one_line

__all__ = ["TOPICS", "help_bundle", "page"]


_USAGE = _Section(
    "%%imagine [options]",
    "Draws the text of the cell, or edits the last picture with it. `%imagine SUBCOMMAND` does the rest.",
    code="%%imagine -a 16:9 -s 2K\na tabby cat on a sofa, late afternoon light\n\n%%imagine\nmake it night",
)
_CONVERSATION = _Section(
    "How a conversation goes on",
    rows=(
        ("continue", "a cell edits the last picture of the current conversation"),
        ("--new", "starts afresh; nothing of before is sent"),
        ("--from cat", "goes on from the turn that made this picture: a fork; the other branch stays"),
        ("-r cat", "only shows a picture to the model"),
        ("-c night", "switches to another conversation, made if need be"),
        ("stays", "the model and --system stay with the conversation; all other options hold for their cell alone"),
        ("a new kernel", "starts fresh; `%imagine use NAME` goes on with a stored conversation"),
        ("a failed answer", "leaves the conversation as it was"),
    ),
)
_REFERENCES = _Section(
    "What a REF is",
    rows=(
        (
            "cat, cats[1], grid.best",
            "a variable, or what one holds; it wins over a file of that name: a result (-o cat),",
        ),
        ("", "a PIL image, an array, a figure, bytes, a Path, an IPython Image, a %%capture output, a list of these"),
        ("photo.jpg, shots/*.png", "a file, or all that match; with blanks in the name between double quotes"),
        ("https://…", "a picture on the open web, up to 20 MB"),
        ("@clipboard", "the picture in the clipboard of the machine where the kernel runs"),
        ("@last, @3, @-2", "the last turn, turn 3, the second last turn of this branch"),
    ),
)
_NAMES = _Section(
    "{name} in the prompt",
    "A variable of yours between braces is replaced, once. All other braces stay: JSON, CSS, LaTeX, {{…}}.",
    rows=(
        ("{style}, {n}", "a text, a number or a date becomes text"),
        ("{cat}", "a picture goes along at that place, labelled; so does a Path to the file of one"),
        ("{cats[1]}, {d['dog']}", "items of lists and dicts, fields of dataclasses, `.text` of a result"),
        ("-a {ratio}, --save {i}.png", "the same in the values of options; -r {cat} is -r cat"),
        ("never read", "modules, private names, calls, IPython's own names, and whatever looks like a key"),
        ("--raw", "leaves all braces alone"),
    ),
    code="%%imagine -r cat\nPut the cat on a {style} sofa",
)
_FILES = _Section(
    "Where the pictures are",
    rows=(
        (".nbgemini/", "the store, beside the notebook: every picture as it came, byte for byte, and every turn"),
        ("in the notebook", "the picture itself up to 1024 px and 200 kB, else a preview; --preview sets its size"),
        ("-o cat", "a result: cat.image, cat.bytes, cat.path, cat.save('cat.png'), cat.edit('add snow')"),
        (
            "--save cat.png",
            "the untouched original as a file of your own; never over another file",
        ),
        ("export story.html", "this branch as one page for reading, sending and printing; story.md, story.ipynb"),
        ("save cat.nbgemini", "the whole conversation as one file; `load` goes on with it on another machine"),
    ),
)
_REPLAY = _Section(
    "What is answered from disk",
    "In a fresh kernel, a request that was paid for is answered from .nbgemini/: $0, the same bytes, “replayed”.",
    rows=(
        ("Restart & Run All", "sends nothing; a changed cell is sent, and those that go on from it"),
        ("run a cell again", "a new picture, in the same kernel; a restart brings the newest"),
        ("--fresh", "always sends; so does --replay off"),
        ("--replay only", "never sends; a miss says how it differs from the nearest recording, %tb shows all of it"),
        (
            "a classroom, CI",
            "NBGEMINI_REPLAY=class, or only, with the notebook and its .nbgemini folder; no key is needed",
        ),
        ("--replay class", "any recording first, whoever drew it; the emulator for all the rest, and never Google"),
        ("", "after an experiment of yours the next recorded cell still shows its recording; --fresh draws yours"),
        ("NBGEMINI_RECORDINGS", "the folder of a class's store, which is read besides your own and never written;"),
        ("", "`chmod -R a+rX .nbgemini` lets others read yours"),
        ("who drew it", "emulator and Google never answer for each other; only, without a key, says whose it is"),
    ),
)
_PRICE = _Section(
    "What it costs",
    rows=(
        ("no key", "everything runs on the emulator: $0, and every picture says so"),
        ("a key", "GOOGLE_API_KEY or GEMINI_API_KEY in the environment: Google draws, and the footer names the price"),
        ("Colab", "a key in the panel of secrets does as well; the notebook needs access to it"),
        (
            "Vertex AI",
            "GOOGLE_GENAI_USE_VERTEXAI=true and GOOGLE_CLOUD_PROJECT, with a login of gcloud's; or a key alone",
        ),
        ("large requests", "above 20 MB your pictures go through the Files API; nbgemini.uploads() lists and deletes"),
        ("--dry-run", "shows the request, its size and its estimated price, and sends nothing"),
        ("--tier flex", "half the price, slower; --tier priority: about 1.8 times the price, faster"),
        ("confirm_over", "above this estimate a cell waits for --yes (%config NbGemini.confirm_over = 1.0)"),
        ("--budget 0.50", "the most that this cell may cost; what does not fit is refused before anything is sent"),
        ("%imagine budget 2", "the most that this kernel may spend from now on to its end, on Google; off lifts it"),
        ("%imagine cost", "what was spent, by day, model, notebook and conversation; what may have been charged"),
        ("catalogue", "a JSON file of your own models and prices over the shipped ones, as much of it as differs"),
        ("drafts, thoughts", "are billed when they come, on top of an estimate that cannot know of all of them"),
        (
            "stopping a cell",
            "the answer is kept when it comes: %imagine recover lists it, %imagine recover ID makes it a turn",
        ),
    ),
)
_EXAMPLES = _Section(
    "Examples: three at once; a file goes along and the result is kept; a fork of it; a look back",
    code=(
        "%%imagine -m flash -n 3\na paper boat on a rainy street\n\n"
        "%%imagine -r logo.png --new -o mug\nput this logo on a mug\n\n"
        "%%imagine --from mug\nthe same mug in blue\n\n"
        "%imagine show 3\n%imagine undo"
    ),
)


def _option_rows(rows: Iterable[OptionRow]) -> tuple[tuple[str, str], ...]:
    return tuple((row.spelling, _described(row)) for row in rows)


def _described(row: OptionRow) -> str:
    choices = f" [{' '.join(row.choices)}]" if row.choices else ""
    return f"{row.what}{choices}{' (a later version brings it)' if row.later else ''}"


def _options() -> Iterator[_Section]:
    """A section for each group, of what this version has; one more for what later versions bring."""
    for group, title in GROUPS.items():
        yield _Section(
            title, rows=_option_rows(row for row in OPTIONS.values() if row.group == group and not row.later)
        )
    later = ", ".join(row.long for row in OPTIONS.values() if row.later)
    if later:
        yield _Section("What later versions bring", later)


def _subcommand_rows(rows: Iterable[SubcommandRow]) -> tuple[tuple[str, str], ...]:
    return tuple((row.spelling, row.what) for row in rows)


def _subcommands() -> _Section:
    return _Section("Subcommands", rows=_subcommand_rows(row for row in SUBCOMMANDS if not row.later))


def _everything() -> list[_Section]:
    sections = [_USAGE, *_options(), _subcommands(), _CONVERSATION, _REFERENCES, ROLES, _NAMES, SEARCH, SAFETY]
    sections += [_FILES, _REPLAY, _PRICE, QUOTAS, _EXAMPLES]
    return [*sections, _Section("More with %imagine help TOPIC", ", ".join(TOPICS))]


TOPICS: tuple[str, ...] = (
    "options",
    "subcommands",
    "conversation",
    "references",
    "names",
    "files",
    "thinking",
    "search",
    "safety",
    "uploads",
    "batches",
    "replay",
    "price",
    "quotas",
    "vertex",
    "panel",
    "emulator",
    "examples",
)


# Words that people look for, and the subject that has them.
_MEANT = {
    "streaming": "thinking",
    "thoughts": "thinking",
    "money": "price",
    "cost": "price",
    "budget": "price",
    "catalogue": "price",
    "tier": "price",
    "gateway": "vertex",
    "base-url": "vertex",
    "proxy": "vertex",
    "roles": "references",
    "ref": "references",
    "store": "files",
    "save": "files",
    "export": "files",
    "colab": "price",
    "emulate": "emulator",
    "script": "emulator",
    "billing": "emulator",
}


def help_bundle(topic: str = "") -> Bundle:
    """The help on everything or on one topic: a subject, an option or a subcommand. Raises OptionError."""
    sections = _about(topic.strip().lower()) if topic.strip() else _everything()
    return Bundle(_as_text(sections), _as_html(sections))


def page() -> str:
    """The whole help as text: the docstring of `%%imagine`."""
    return _as_text(_everything())


def _about(topic: str) -> list[_Section]:
    subjects = {
        "options": list(_options()),
        "subcommands": [_subcommands()],
        "conversation": [_CONVERSATION],
        "references": [_REFERENCES, ROLES],
        "thinking": [THINKING],
        "search": [SEARCH],
        "safety": [SAFETY],
        "uploads": [UPLOADS],
        "batches": [BATCHES],
        "quotas": [QUOTAS],
        "vertex": [VERTEX],
        "panel": [PANEL],
        "names": [_NAMES],
        "files": [_FILES],
        "replay": [_REPLAY],
        "price": [_PRICE],
        "emulator": [EMULATOR, EMULATE, SCRIPT],
        "examples": [_USAGE, _EXAMPLES],
    }
    bare = topic.lstrip("-").replace("_", "-")
    sections = subjects.get(_MEANT.get(bare, bare), [])
    options = [row for row in OPTIONS.values() if bare in (row.long.removeprefix("--"), row.short.removeprefix("-"))]
    commands = [row for row in SUBCOMMANDS if row.name == topic.removeprefix("%imagine").strip()]
    rows = (*_option_rows(options), *_subcommand_rows(commands))
    if rows:
        sections = [_Section(f"%imagine help {bare}", rows=rows), *sections]
    if not sections:
        raise _unknown(topic, bare)
    return sections


def _unknown(topic: str, bare: str) -> OptionError:
    names = [*TOPICS, *(row.long.removeprefix("--") for row in OPTIONS.values()), *(row.name for row in SUBCOMMANDS)]
    close = close_to(bare, names)
    hint = f"Did you mean `%imagine help {close}`?" if close else f"Topics: {', '.join(TOPICS)}, and every option."
    return OptionError(f"There is no help on `{one_line(topic, 60)}`.", hint=hint)


def _as_text(sections: Iterable[_Section]) -> str:
    return "\n\n".join("\n".join(_lines(section)) for section in sections)


def _lines(section: _Section) -> Iterator[str]:
    yield section.title
    if section.text:
        yield f"  {section.text}"
    widest = max((len(left) for left, _ in section.rows), default=0)
    yield from (f"  {left:<{widest}}  {right}" for left, right in section.rows)
    if section.text and section.code:
        yield ""
    yield from (f"  {line}".rstrip() for line in section.code.splitlines())


def _as_html(sections: Iterable[_Section]) -> Html:
    return block(*map(_html, sections), style=f"font:13px/1.5 {FONT}; max-width:64em")


def _html(section: _Section) -> Html:
    title = element("div", escape(section.title), style="font-weight:600; margin:0 0 4px")
    text = element("div", sentence(section.text), style=f"opacity:{MUTED}; margin:0 0 4px") if section.text else NOTHING
    code = element("pre", escape(section.code), style=_CODE) if section.code else NOTHING
    return element("div", title, text, _html_rows(section.rows), code, style="margin:0 0 16px")


def _html_rows(rows: Sequence[tuple[str, str]]) -> Html:
    """Terms with what they mean beside them, or beneath them where a page is narrow."""
    widest = max((len(left) for left, _ in rows), default=0)
    term = f"{_TERM}; flex:0 0 {max(widest, 24) + 3}ch; max-width:100%"
    shown = (
        element(
            "div",
            element("dt", escape(left), style=term),
            element("dd", sentence(right), style=_MEANING),
            style="display:flex; flex-wrap:wrap; padding:2px 0",
        )
        for left, right in rows
    )
    return element("dl", *shown, style="margin:0") if rows else NOTHING


_TERM = f"float:none; width:auto; margin:0; font:12px/1.625 {MONO}; overflow-wrap:anywhere"
_MEANING = "float:none; width:auto; margin:0; flex:1 1 20em"
_CODE = (
    f"margin:4px 0 0; padding:8px 10px; background:rgba(128, 128, 128, .08); color:inherit; border:1px solid {RULE};"
    f" border-radius:4px; font-family:{MONO}; font-size:12px; line-height:1.5; white-space:pre-wrap;"
    " word-break:normal; overflow-wrap:anywhere"
)
