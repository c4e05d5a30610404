"""What an answer rests on, beneath it: its sources as links, and Google's search suggestions in a sandbox."""

from __future__ import annotations

from collections.abc import Iterable

from nbgemini.core.exchange import Exchange
from nbgemini.core.grounding import Claim, Grounding, Source
from nbgemini.core.redact import hidden
from nbgemini.notebook.show.bundles import ACCENT, FONT, MUTED, Bundle, block
from nbgemini.notebook.show.markup import NOTHING, Html, element, escape
from nbgemini.notebook.show.texts import clean, one_line

__all__ = [
    "SANDBOX",
    "chip_frame",
    "chip_page",
    "link",
    "searched",
    "source_words",
    "sources_bundle",
    "sources_html",
    "sources_of",
]

# What Google sends runs in an origin of its own, with no script, and loads nothing; a click opens a new tab, as Google
# asks for. The suggestions themselves stay as they came: what is ours stands before them. They are light or dark as
# the page declares itself; JupyterLab's dark theme declares nothing, so that they are light there, and dimmed by what
# that theme tells of its shadows (0 in light, 32 in dark).
SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'"
_HEAD = (
    f'<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    '<meta http-equiv="x-dns-prefetch-control" content="off"><meta name="referrer" content="no-referrer">'
    '<meta name="color-scheme" content="light dark"><base target="_blank">'
    "<style>body{margin:1px}</style></head><body>"
)
_TALL = 52  # CSS pixels: one row of Google's suggestions, which scrolls sideways
_REL = "noopener noreferrer nofollow"


def sources_of(exchange: Exchange) -> Grounding | None:
    """The grounding of an answer, if it holds anything to show."""
    return Grounding.parse(exchange.answer.grounding)


def sources_bundle(exchange: Exchange) -> Iterable[Bundle]:
    """One output with everything; none for an answer that rests on nothing."""
    grounding = sources_of(exchange)
    if grounding is not None:
        yield Bundle(_text(grounding), _html(grounding))


def sources_html(exchange: Exchange) -> Html:
    """The same as HTML alone; empty for an answer that rests on nothing."""
    grounding = sources_of(exchange)
    return NOTHING if grounding is None else _html(grounding)


_STYLE = f"font:12px/1.6 {FONT}; overflow-wrap:anywhere; margin:2px 0"


def _html(grounding: Grounding) -> Html:
    return block(
        chip_frame(grounding.chip),
        _line(searched(grounding)),
        _list(grounding.sources),
        _line(_rest(grounding)),
        _claims(grounding.claims),
        style=_STYLE,
    )


def chip_page(chip: str) -> str:
    """Google's search suggestions as the page of a sandboxed frame, letter for letter but for the user's keys; empty
    without any.
    """
    from nbgemini.settings import secrets_in_use  # late: loading the extension needs no settings

    # Half a character, which no message can carry, is what browsers show for one that is broken.
    whole = chip.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return f"{_HEAD}{hidden(whole, secrets_in_use())}</body></html>" if chip else ""


def chip_frame(chip: str) -> Html:
    """Google's search suggestions, letter for letter, where they can do no harm; empty without any."""
    if not chip:
        return NOTHING
    return element(
        "iframe",
        title="Search suggestions by Google",
        sandbox=SANDBOX,
        referrerpolicy="no-referrer",
        loading="lazy",
        srcdoc=chip_page(chip),
        style=f"display:block; width:100%; height:{_TALL}px; border:0; border-radius:8px; margin:0 0 4px;"
        " filter:brightness(calc(1 - var(--jp-shadow-base-lightness, 0) / 110))",
    )


def searched(grounding: Grounding) -> str:
    """`Searched the web for “red fox”, “red fox tail”; pictures for “red fox”`, or nothing."""
    kinds = [("the web", grounding.web_queries), ("pictures", grounding.image_queries)]
    searches = [f"{where} for {', '.join(f'“{one_line(q, 120)}”' for q in found)}" for where, found in kinds if found]
    return f"Searched {'; '.join(searches)}" if searches else ""


def source_words(source: Source) -> tuple[str, str]:
    """The name of a source, and what is said beside it: its domain, that it is a picture's page, a dead address."""
    title = one_line(source.title, 160)
    domain = one_line(source.domain, 80)
    beside = [
        "page of a picture" if source.kind == "image" else "",
        domain if domain.casefold() != title.casefold() else "",
        "" if source.link else f"not a web address: {one_line(source.said, 120)}" if source.said else "no address",
    ]
    return title, " · ".join(part for part in beside if part)


def link(source: Source, text: str) -> Html:
    """A clean text as a link to the source, or as plain text where its address is none of the web."""
    shown = element("bdi", escape(text))
    if not source.link:
        return shown
    return element(
        "a",
        shown,
        href=clean(source.link, 4000),
        target="_blank",
        rel=_REL,
        referrerpolicy="no-referrer",  # JupyterLab writes `rel` anew and forgets the referrer
        style=f"color:{ACCENT}; text-decoration:underline; text-underline-offset:2px",
    )


def _list(sources: tuple[Source, ...]) -> Html:
    rows = [_row(source) for source in sources]
    style = "list-style:none; margin:0; padding:0"
    return element("ol", *rows, style=style, aria_label="Sources") if rows else NOTHING


def _row(source: Source) -> Html:
    title, beside = source_words(source)
    named = [link(source, title)]
    if beside:
        named.append(element("span", Html(" · "), element("bdi", escape(beside)), style=f"opacity:{MUTED}"))
    number = element("span", escape(f"{source.number}"), style=f"opacity:{MUTED}; flex:0 0 1.8em")
    return element(
        "li", number, element("span", *named, style="min-width:0"), style="display:flex; margin:0; padding:0"
    )


def _line(text: str) -> Html:
    return element("div", escape(clean(text, 3000)), dir="auto", style=f"opacity:{MUTED}") if text else NOTHING


def _rest(grounding: Grounding) -> str:
    return f"… and {grounding.more} more sources, in `.grounding` of the result" if grounding.more else ""


def _claims(claims: tuple[Claim, ...]) -> Html:
    if not claims:
        return NOTHING
    hanging = "padding-left:1.6em; text-indent:-1.6em"
    rows = (element("div", escape(text), dir="auto", style=hanging) for text in map(_claimed, claims))
    head = element("summary", Html("what rests on which source"), style=f"cursor:pointer; opacity:{MUTED}")
    return element("details", head, *rows)


def _claimed(claim: Claim) -> str:
    return f"{', '.join(map(str, claim.sources))}: “{one_line(claim.text, 300)}”"


def _text(grounding: Grounding) -> str:
    lines = [searched(grounding)]
    for source in grounding.sources:
        title, beside = source_words(source)
        lines.append(f"{source.number}. {' · '.join(part for part in (title, beside) if part)}")
        lines += [f"   {clean(source.link, 4000)}"] if source.link else []
    lines += [_rest(grounding), *map(_claimed, grounding.claims)]
    return "\n".join(line for line in lines if line) or "Google's search suggestions are below"
