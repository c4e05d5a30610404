"""A result as the outputs of its cell: text and pictures in the order in which the model gave them, then a footer.

Pure functions that make mime bundles; `screen.publish` shows them. Nothing here raises because a picture cannot be
shown: it is paid for and on disk, so its output is a line that says where.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from nbgemini.core.content import Part, Turn
from nbgemini.core.picture import SUFFIXES, Picture
from nbgemini.core.skeleton import StoredText
from nbgemini.errors import NbgeminiError
from nbgemini.notebook.show.bundles import Bundle, block, line_bundle, text_bundle
from nbgemini.notebook.show.folded import draft_bundle, thoughts_bundle
from nbgemini.notebook.show.footer import footer, price
from nbgemini.notebook.show.markup import element, joined
from nbgemini.notebook.show.previews import INLINE_PIXELS, Preview, Unshown, make_preview, taken
from nbgemini.notebook.show.sources import sources_bundle, sources_html
from nbgemini.notebook.show.texts import Shown, alt_of, in_bytes, one_line, path_text

__all__ = [
    "answer_bundles",
    "facts_of",
    "file_of",
    "outputs",
    "picture_bundle",
    "result_mimebundle",
    "where_of",
    "words_bundles",
]

_BOX = (720, 560)  # CSS pixels that one picture may fill: a notebook's column, and less than a screen's height
_SMALLER_BOX = (480, 400)  # for one of several
_SIGNATURES = ("thoughtSignature", "thought_signature")
_MOST_OUTPUTS = 24  # of one answer; a front end takes about ten a second


def outputs(
    result: Shown, *, preview: int = INLINE_PIXELS, quiet: bool = False, rich: bool = True
) -> tuple[Bundle, ...]:
    """All outputs of a cell in order. `quiet`: pictures alone; not `rich`: text and paths, for a terminal."""
    results = list(result.variants)
    bundles: list[Bundle] = []
    for number, one in enumerate(results, 1):
        bundles += answer_bundles(
            one, preview=preview, quiet=quiet, rich=rich, box=_BOX if len(results) == 1 else _SMALLER_BOX
        )
        if len(results) > 1 and not quiet:
            bundles.append(_caption(one, number, len(results)))
    if not quiet or not bundles:
        bundles.append(footer(results))
    return tuple(bundles)


def words_bundles(results: Sequence[Shown], *, quiet: bool = False) -> list[Bundle]:
    """What several answers say beside their pictures, and the sources that they rest on; each under its number."""
    bundles: list[Bundle] = []
    for number, one in enumerate(results, 1):
        said = [bundle for bundle in answer_bundles(one, quiet=quiet) if not bundle.picture]
        bundles += [_caption(one, number, len(results)), *said] if said and not quiet else said
    return bundles


def result_mimebundle(
    result: Shown, preview: int = INLINE_PIXELS, *, rich: bool = True
) -> tuple[dict[str, str], dict[str, object]]:
    """(data, metadata) of the final picture, for a result that stands alone on the last line of a cell."""
    turn = result.exchange.turn
    if turn is None or turn.picture is None:
        bundle = text_bundle(turn.text) if turn else line_bundle("no answer")
    else:
        bundle = picture_bundle(result, turn.picture, alt_of(result.exchange), preview=preview, rich=rich)
        bundle = _with_sources(result, bundle) if rich else bundle
    return bundle.data, dict(bundle.metadata)


def picture_bundle(
    result: Shown,
    picture: Picture,
    alt: str,
    *,
    preview: int = INLINE_PIXELS,
    box: tuple[int, int] = _BOX,
    rich: bool = True,
) -> Bundle:
    """One picture with its alt text, as it is or as a preview; a line with its path where that fails."""
    where = where_of(result, picture)
    if not rich:
        return Bundle(f"{alt}\n{where}")
    made = _previewed(result, picture, preview)
    if isinstance(made, Unshown):
        return line_bundle(f"not shown: {made.reason}", alt, where)
    larger = max(1.0, preview / INLINE_PIXELS)  # who asks for larger previews wants to see them
    width, height = made.fitted(box[0] * larger, box[1] * larger)
    # The alt text comes first in text/plain too: VS Code reads that to its users in place of the metadata.
    return Bundle(
        f"{alt}\n{where}",
        picture={made.media_type: made.base64()},
        metadata={made.media_type: {"alt": alt, "width": width, "height": height}},
    )


def _with_sources(result: Shown, shown: Bundle) -> Bundle:
    """A picture that stands alone, with what it rests on: HTML holds both, and is what front ends prefer."""
    sources = sources_html(result.exchange)
    if not sources or not shown.picture:
        return shown
    ((kind, encoded),) = shown.picture.items()
    about = {name: str(value) for name, value in shown.metadata[kind].items()}
    picture = element("img", src=f"data:{kind};base64,{encoded}", **about)
    return replace(shown, html=joined([block(picture), sources]))


def _previewed(result: Shown, picture: Picture, longest: int) -> Preview | Unshown:
    if (made := taken(picture.sha256, longest)) is not None:
        return made
    try:
        path = result.path_of(picture)
        return make_preview(path if path.is_file() else result.bytes_of(picture), longest)
    except (OSError, NbgeminiError) as error:
        return Unshown(one_line(str(error), 200))


def where_of(result: Shown, picture: Picture) -> str:
    """`1024 × 1024 PNG, 1.2 MB: PATH`."""
    return f"{facts_of(picture)}: {file_of(result, picture)}"


def facts_of(picture: Picture) -> str:
    """`1024 × 1024 PNG, 1.2 MB`."""
    kind = SUFFIXES.get(picture.media_type, "").lstrip(".").replace("jpg", "jpeg").upper() or "file"
    pixels = f"{picture.width} × {picture.height} " if picture.width else ""
    return f"{pixels}{kind}, {in_bytes(picture.size)}"


def file_of(result: Shown, picture: Picture) -> str:
    """Where the original lies."""
    try:
        path = result.path_of(picture)
        return path_text(path) if path.exists() else f"{path_text(path)} is missing; more: `%imagine verify`"
    except (OSError, NbgeminiError) as error:
        return one_line(str(error), 200)


def answer_bundles(
    result: Shown,
    *,
    preview: int = INLINE_PIXELS,
    quiet: bool = False,
    rich: bool = True,
    box: tuple[int, int] = _BOX,
) -> list[Bundle]:
    """One answer's parts as outputs, at most as many as a front end bears, and the sources that it rests on."""
    turn = result.exchange.turn
    if turn is None:
        return [] if quiet else [line_bundle(f"no picture: {result.exchange.reason or 'no answer'}")]
    # Google asks for its search suggestions wherever the answer is shown: in quiet cells too.
    rests = list(sources_bundle(result.exchange))
    if quiet and turn.picture:
        return [
            picture_bundle(result, turn.picture, alt_of(result.exchange), preview=preview, box=box, rich=rich),
            *rests,
        ]
    bundles = list(_parts(result, turn, preview=preview, rich=rich, box=box))
    if len(bundles) <= _MOST_OUTPUTS:
        return [*bundles, *rests]
    # The final picture comes last as a rule: the middle is what is left out.
    kept = _MOST_OUTPUTS // 2
    left_out = line_bundle(f"… {len(bundles) - 2 * kept} more parts are not shown")
    return [*bundles[:kept], left_out, *bundles[-kept:], *rests]


def _parts(result: Shown, turn: Turn, *, preview: int, rich: bool, box: tuple[int, int]) -> Iterator[Bundle]:
    final = turn.final.raw if turn.final else None
    for is_thought, group in groupby(turn.parts, lambda part: part.is_thought and part.raw is not final):
        parts = list(group)
        if is_thought:
            yield from thoughts_bundle(_thumbnails(result, turn, parts) if rich else [], parts)
            continue
        for part in _whole_texts(parts):
            picture = turn.picture_of(part)
            if picture is None:
                yield from _other(part)
            elif part.raw is final:
                yield picture_bundle(result, picture, alt_of(result.exchange), preview=preview, box=box, rich=rich)
            else:
                yield _draft(result, picture, rich=rich)


def _whole_texts(parts: Sequence[Part]) -> Iterator[Part]:
    """The parts, the pieces of a text that a stream brought as one."""
    for is_text, run in groupby(parts, lambda part: part.text is not None):
        if is_text:
            yield Part({"text": "".join(part.text or "" for part in run)})
        else:
            yield from run


def _draft(result: Shown, picture: Picture, *, rich: bool) -> Bundle:
    thumbnail = _previewed(result, picture, 320) if rich else Unshown("")
    return draft_bundle(thumbnail, f"draft: {alt_of(result.exchange)}", where_of(result, picture))


def _thumbnails(result: Shown, turn: Turn, parts: Sequence[Part]) -> list[Preview]:
    pictures = [picture for part in parts if (picture := turn.picture_of(part))]
    thumbnails = [_previewed(result, picture, 160) for picture in pictures[:6]]
    return [preview for preview in thumbnails if isinstance(preview, Preview)]


def _other(part: Part) -> Iterator[Bundle]:
    """A part without a true picture: text, or something to name rather than to drop in silence."""
    if part.text is not None:
        if part.text.strip():
            yield text_bundle(part.text)
    elif part.inline is not None:
        yield line_bundle("not shown: inline data that is not a picture")
    elif isinstance(text := part.raw.get("text"), StoredText):
        yield line_bundle(f"not shown: a text of {text.size / 1e6:.1f} MB")
    elif names := [name for name, value in part.raw.items() if value is not None and name not in _SIGNATURES]:
        yield line_bundle(f"not shown: a part with {one_line(', '.join(names), 100)}")


def _caption(result: Shown, number: int, count: int) -> Bundle:
    caption = f"{number} of {count} · turn {result.turn} · {price([result.exchange])}"
    return line_bundle(caption, aloud=f"Picture: {alt_of(result.exchange)}. " if result.exchange.picture else "")
