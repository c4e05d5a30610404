"""What an answer rests on, beneath it: its sources as links, and Google's search suggestions in a sandbox."""

from __future__ import annotations

from collections.abc import Iterable

from nbgemini.core.exchange import Exchange
from nbgemini.core.grounding import Claim, Grounding, Source
from nbgemini.core.redact import hidden
from nbgemini.notebook.show.bundles import ACCENT, FONT, MUTED, Bundle, block
from nbgemini.notebook.show.texts import clean, escape, one_line

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
# the page declares itself; JupyterLab's dark theme declares nothing, so that they are light there.
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
        yield Bundle({"text/plain": _text(grounding), "text/html": block(_html(grounding), _STYLE)})


def sources_html(exchange: Exchange) -> str:
    """The same as HTML alone; empty for an answer that rests on nothing."""
    grounding = sources_of(exchange)
    return "" if grounding is None else block(_html(grounding), _STYLE)


_STYLE = f"font:12px/1.6 {FONT}; overflow-wrap:anywhere; margin:2px 0"


def _html(grounding: Grounding) -> str:
    return "".join(
        [
            chip_frame(grounding.chip),
            _line(searched(grounding)),
            _list(grounding.sources),
            _line(_rest(grounding)),
            _claims(grounding.claims),
        ]
    )


def chip_page(chip: str) -> str:
    """Google's search suggestions as the page of a sandboxed frame, letter for letter but for the user's keys; empty
    without any.
    """
    from nbgemini.settings import secrets_in_use  # late: loading the extension needs no settings

    # Half a character, which no message can carry, is what browsers show for one that is broken.
    whole = chip.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return f"{_HEAD}{hidden(whole, secrets_in_use())}</body></html>" if chip else ""


def chip_frame(chip: str) -> str:
    """Google's search suggestions, letter for letter, where they can do no harm; empty without any."""
    if not chip:
        return ""
    inner = escape(chip_page(chip))
    return (
        f'<iframe title="Search suggestions by Google" sandbox="{SANDBOX}" referrerpolicy="no-referrer" loading="lazy"'
        f' srcdoc="{inner}" style="display:block; width:100%; height:{_TALL}px; border:0; border-radius:8px;'
        ' margin:0 0 4px"></iframe>'
    )


def searched(grounding: Grounding) -> str:
    """`Searched the web for “red fox”, “red fox tail”; pictures for “red fox”`, or nothing."""
    kinds = [("the web", grounding.web_queries), ("pictures", grounding.image_queries)]
    said = [f"{where} for {', '.join(f'“{one_line(q, 120)}”' for q in found)}" for where, found in kinds if found]
    return f"Searched {'; '.join(said)}" if said else ""


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


def link(source: Source, text: str) -> str:
    """A clean text as a link to the source, or as plain text where its address is none of the web."""
    if not source.link:
        return f"<bdi>{escape(text)}</bdi>"
    style = f"color:{ACCENT}; text-decoration:underline; text-underline-offset:2px"
    target = escape(clean(source.link, 4000))
    # JupyterLab writes `rel` anew and forgets the referrer, which has an attribute of its own.
    away = f'target="_blank" rel="{_REL}" referrerpolicy="no-referrer"'
    return f'<a href="{target}" {away} style="{style}"><bdi>{escape(text)}</bdi></a>'


def _list(sources: tuple[Source, ...]) -> str:
    rows = "".join(_row(source) for source in sources)
    return f'<ol style="list-style:none; margin:0; padding:0" aria-label="Sources">{rows}</ol>' if rows else ""


def _row(source: Source) -> str:
    title, beside = source_words(source)
    more = f'<span style="opacity:{MUTED}"> · <bdi>{escape(beside)}</bdi></span>' if beside else ""
    number = f'<span style="opacity:{MUTED}; flex:0 0 1.8em">{source.number}</span>'
    style = "display:flex; margin:0; padding:0"
    return f'<li style="{style}">{number}<span style="min-width:0">{link(source, title)}{more}</span></li>'


def _line(text: str) -> str:
    return f'<div dir="auto" style="opacity:{MUTED}">{escape(clean(text, 3000))}</div>' if text else ""


def _rest(grounding: Grounding) -> str:
    return f"… and {grounding.more} more sources, in `.grounding` of the result" if grounding.more else ""


def _claims(claims: tuple[Claim, ...]) -> str:
    if not claims:
        return ""
    rows = "".join(
        f'<div dir="auto" style="padding-left:1.6em; text-indent:-1.6em">{escape(text)}</div>'
        for text in map(_claimed, claims)
    )
    head = f'<summary style="cursor:pointer; opacity:{MUTED}">what rests on which source</summary>'
    return f"<details>{head}{rows}</details>"


def _claimed(claim: Claim) -> str:
    return f"{', '.join(map(str, claim.sources))}: “{one_line(claim.text, 300)}”"


def _text(grounding: Grounding) -> str:
    lines = [searched(grounding)]
    for source in grounding.sources:
        title, beside = source_words(source)
        lines.append(f"{source.number}. {' · '.join(part for part in (title, beside) if part)}")
        lines += [f"   {clean(source.link, 4000)}"] if source.link else []
    lines += [_rest(grounding), *map(_claimed, grounding.claims)]
    return "\n".join(line for line in lines if line) or "Google's search suggestions came along"
