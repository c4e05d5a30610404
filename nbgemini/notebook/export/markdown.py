"""A conversation as Markdown, beside a folder with the untouched originals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from nbgemini.core.exchange import Exchange
from nbgemini.notebook.contact.sheet_parts import Sheet
from nbgemini.notebook.export.file_names import Names
from nbgemini.notebook.export.story import EMULATED, LONGEST, Story, Swept, asked_in, heard, thoughts_in, why_failed
from nbgemini.notebook.show.markup import element
from nbgemini.notebook.show.sources import searched, source_words, sources_of
from nbgemini.notebook.show.texts import alt_of, clean, one_line

__all__ = ["escaped", "markdown_of", "sheet_file", "sheet_markdown"]

# What Markdown, its dialects, formulas and the template languages of site generators read as theirs, anywhere in a
# line; those that older dialects cannot escape with a backslash become entities.
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;", "\\": "&#92;", "{": "&#123;", "}": "&#125;"}
_ANYWHERE = re.compile(r"[\\`*_\[\]{}<>&$~|^]|:(?=//)|@(?=\w)|=(?==)|#(?=#*$)")
# … and what they read so at its beginning: headings, lists, quotes, rules, definitions.
# … and what is looked for once more in the page that was made of it: a formula ends in the element that it began in.
_DOLLAR, _COMMAND = "&#36;", re.compile(r"&#92;(?=[A-Za-z(]|\\\[|&#36;|&#92;)")
_BEGINNING = re.compile(r"([#+=:%!-]|\d{1,9}(?=[.)]))")
_IN_LINKS = "/:?#[]@!$&'()*+,;=%~-._"  # of an address: these stay, everything else is written as bytes
_WEB = re.compile(r"(?i)\bwww(?=\.)")


def escaped(text: str) -> str:
    """Clean text as Markdown that shows it letter for letter, one line of it after another."""
    line = _escaped(text)
    line = _COMMAND.sub(r"<span>\g<0></span>", line)
    # One dollar alone, as in a price, begins no formula.
    return line.replace(_DOLLAR, f"<span>{_DOLLAR}</span>") if line.count(_DOLLAR) > 1 else line


def _escaped(text: str) -> str:
    """The same where no element may stand: in the description of a picture."""
    return "\\\n".join(_line(line.strip()) for line in text.split("\n"))


def _line(line: str) -> str:
    shown = _ANYWHERE.sub(lambda found: _ENTITIES.get(found[0], _numbered(found[0])), line)
    shown = _WEB.sub(lambda found: f"{found[0][:-1]}{_numbered(found[0][-1])}", shown)
    beginning = _BEGINNING.match(shown)
    if beginning is None or shown.startswith("&"):
        return shown
    first = beginning[1]
    if first.isdigit():
        return f"{first}\\{shown[len(first) :]}"
    return f"\\{shown}"


def _numbered(character: str) -> str:
    return f"\\{character}" if character in "`*_[]~|^=#" else f"&#{ord(character)};"


def _block(text: str, mark: str = "") -> str:
    """Paragraphs, each line behind a mark such as `> `; a line break stays one."""
    paragraphs = re.split(r"\n\s*\n", clean(text, LONGEST).strip())
    lines = "\n\n".join(escaped(paragraph) for paragraph in paragraphs if paragraph.strip()).split("\n")
    return "\n".join(f"{mark}{line}".rstrip() for line in lines)


def markdown_of(story: Story, folder: str) -> tuple[str, Names]:
    """The text, and the pictures that lie in the folder of that name beside it."""
    names = Names()
    head = [f"# {escaped(one_line(story.title, 200))}", escaped(" · ".join(story.summary()))]
    if story.emulated:
        head.append(f"*{EMULATED}*")
    place = quote(folder)
    told = [piece for one in story.swept(None) for piece in _swept(story, one, place)]
    told += _failed(story, None)
    for exchange in story.turns:
        told += _turn(story, exchange, names, place)
        told += [piece for one in story.swept(exchange) for piece in _swept(story, one, place)]
        told += _failed(story, exchange)
    return "\n\n".join([*head, *told]) + "\n", names


def sheet_file(story: Story, one: Swept) -> str:
    """The name of a sweep's drawn sheet in the folder."""
    return f"sheet-{story.sweeps.index(one) + 1}.jpg"


def _swept(story: Story, one: Swept, folder: str) -> Iterator[str]:
    yield from sheet_markdown(one.sheet, f"{folder}/{sheet_file(story, one)}", level=2)


def _failed(story: Story, after: Exchange | None) -> Iterator[str]:
    """The requests that failed after a turn, with their errors."""
    for exchange in story.failed_after(after):
        yield _block(asked_in(exchange).words, "> ")
        yield f"*{escaped(why_failed(exchange))}*"


def _turn(story: Story, exchange: Exchange, names: Names, folder: str) -> Iterator[str]:
    number = story.conversation.number(exchange.id)
    asked = asked_in(exchange)
    yield f"## {number}{_origin(story, exchange)}"
    yield _block(asked.words, "> ")
    for at, reference in enumerate(asked.references, 1):
        label = one_line(reference.label, 80)
        name = names.name(f"turn-{number}-reference-{at}", reference.picture)
        called = f"reference {at}{': ' if label else ''}{label}"
        yield f"{element('img', src=f'{folder}/{quote(name)}', alt=called, width=160)} {escaped(called)}"
    pictures = 0
    for piece in heard(exchange):
        if isinstance(piece, str):
            yield _block(piece)
            continue
        pictures += piece != exchange.picture
        final = piece == exchange.picture
        alt = alt_of(exchange) if final else f"picture {pictures} before the last: {alt_of(exchange)}"
        name = names.name(f"turn-{number}" if final else f"turn-{number}-before-{pictures}", piece)
        yield f"![{_escaped(one_line(alt, 1000))}]({folder}/{quote(name)})"
    if thoughts := thoughts_in(exchange):
        yield "*Thoughts:*"
        yield _block(thoughts, "> ")
    yield from _sources(exchange)
    yield f"*{escaped(' · '.join(story.facts(exchange)))}*"


def _sources(exchange: Exchange) -> Iterator[str]:
    """What was searched for, and the sources as links. Markdown has no place for Google's own suggestions."""
    grounding = sources_of(exchange)
    if grounding is None:
        return
    if line := searched(grounding):
        yield escaped(clean(line, 3000))
    rows = []
    for source in grounding.sources:
        title, beside = source_words(source)
        named = f"[{escaped(title)}](<{quote(source.link, safe=_IN_LINKS)}>)" if source.link else escaped(title)
        rows.append(f"{source.number}. {named}{f' · {escaped(beside)}' if beside else ''}")
    if rows:
        yield "\n".join(rows)


def _origin(story: Story, exchange: Exchange) -> str:
    if not story.branches_off(exchange):
        return ""
    origin = story.origin(exchange)
    return " · a new beginning" if origin is None else f" · goes on from {story.conversation.number(origin.id)}"


def sheet_markdown(sheet: Sheet, picture: str, level: int = 1) -> Iterator[str]:
    """The sheet as paragraphs of Markdown: the drawn `picture` at that address, and a table of what is on it."""
    yield f"{'#' * level} {escaped(one_line(sheet.title, 200))}"
    yield from (escaped(one_line(line, 1000).replace("`", "")) for line in sheet.lines)
    yield element("img", src=picture, alt=one_line(f"Contact sheet of {sheet.title}: {sheet.said}", 400))
    rows = [["Picture", "What it is", "Stars, notes and tags"], ["---", "---", "---"]]
    for tile in sheet.tiles.values():
        beneath = " · ".join(filter(None, (tile.said, tile.beneath)))
        rows.append([_cell(tile.foot), _cell(tile.alt), _cell(beneath)])
    yield "\n".join(f"| {' | '.join(row)} |" for row in rows)
    if sheet.ending:
        yield escaped(sheet.ending.replace("`", ""))


def _cell(text: str) -> str:
    return escaped(one_line(text, 400))
