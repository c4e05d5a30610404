"""What an output of nbgemini may be, whatever it shows: a closed list of types, elements, attributes and addresses.

An allow-list, read with a parser of its own: what is not named here is a complaint. `tests.support.kernel` asks it of
every message of every kernel.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

from tests.support.words import odd_words

__all__ = ["LARGEST", "complaints", "html_complaints"]

LARGEST = 1_000_000  # characters of one output
_MAGIC = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_WIDGET = "application/vnd.jupyter.widget-view+json"  # the panel: its page has tests of its own
_TYPES = {"text/plain", "text/html", _WIDGET, *_MAGIC}
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
# Control characters but tab and newline, what reorders the letters around it, and halves of a character.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff]")
_HALVES = re.compile(r"[\ud800-\udfff]")

_ALWAYS = {"style", "class", "title", "dir", "role"}
_ELEMENTS: dict[str, set[str]] = {
    "div": {"tabindex"},  # what scrolls is reached by keyboard
    **{
        name: set()
        for name in (
            "span",
            "pre",
            "code",
            "b",
            "bdi",
            "ol",
            "ul",
            "li",
            "p",
            "summary",
            "dl",
            "dt",
            "dd",
            "ins",
            "del",
        )
    },
    **{name: set() for name in ("table", "caption", "thead", "tbody", "tr", "figure", "figcaption", "small")},
    "td": {"colspan"},
    "th": {"colspan", "scope"},
    "details": {"open"},
    "section": {"aria-label"},  # the two sides of the wire, named for those who listen: a box with nothing to run
    "img": {"src", "alt", "width", "height"},
    "a": {"href", "rel", "target", "referrerpolicy"},
    "iframe": {"sandbox", "srcdoc", "referrerpolicy", "loading"},
}
_VOID = {"img"}
# Formulas are set in every output that does not say no.
_NO_FORMULAS = {"tex2jax_ignore", "mathjax_ignore"}
# Without `\\`, `@`, `<`, `*` and double quotes, and so without escapes, comments, imports and addresses.
_STYLE = re.compile(r"(?:[A-Za-z0-9 .,:;()%#'_-]|/(?!/))*")
_STYLE_BAD = re.compile(r"(?i)url|image-set|expression|behavior|binding|position:\s*(fixed|sticky)|attr\(|element\(")
_SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
_FRAMED = (
    '<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src'
    " 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'\">"
)
_PICTURE = re.compile(r"data:(image/(?:png|jpeg));base64,([A-Za-z0-9+/]+={0,2})")
_WEB = re.compile(r"https?://[^\x00-\x20\x7f\"'<>\\]+")
_REL = {"noopener", "noreferrer"}


def complaints(output: Mapping[str, Any]) -> list[str]:
    """What is wrong with an output of a cell as it stands in a message or in a notebook's file."""
    if "traceback" in output:
        told, traceback = output["evalue"], "\n".join(output["traceback"])
        return [*_bare("evalue", told), *_worded(told), *_bare("traceback", traceback)]
    if "text" in output:
        return _bare("stream", _joined(output["text"]))  # what tests print may be anything
    return list(_of_display(output.get("data", {}), output.get("metadata", {})))


def _worded(text: str) -> list[str]:
    return [f"the words {odd}"] if (odd := odd_words(text)) else []


def _joined(text: Any) -> str:
    return text if isinstance(text, str) else "".join(text)


def _bare(where: str, text: str) -> list[str]:
    """A text that may be coloured, as IPython's own tracebacks are. A carriage return writes a line anew."""
    found = _UNSEEN.findall(_COLOURS.sub("", text).replace("\r", ""))
    return [f"{where} holds {sorted(set(found))}"] if found else []


def _of_display(data: Mapping[str, Any], metadata: Mapping[str, Any]) -> Iterator[str]:
    if strange := sorted(set(data) - _TYPES):
        yield f"types {strange}"
    if strange := sorted(set(metadata) - set(data)):
        yield f"metadata {strange}"
    if data and "text/plain" not in data:
        yield "no text/plain"
    size = len(json.dumps(data))
    if size > LARGEST:
        yield f"{size:,} characters"
        return
    if found := _UNSEEN.findall(_joined(data.get("text/plain", ""))):
        yield f"text/plain holds {sorted(set(found))}"
    yield from _worded(_joined(data.get("text/plain", "")))
    yield from html_complaints(_joined(data.get("text/html", "")))
    for kind in set(_MAGIC) & set(data):
        yield from _picture_complaints(kind, _joined(data[kind]))


def _picture_complaints(kind: str, text: str) -> Iterator[str]:
    try:
        picture = base64.b64decode(text.replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        yield f"{kind} is no base64"
        return
    if not picture.startswith(_MAGIC[kind]):
        yield f"{kind} begins with {picture[:8]!r}"


def html_complaints(text: str) -> list[str]:
    """What is wrong with the HTML of an output."""
    parser = _Strict()
    parser.feed(text)
    parser.close()
    parser.end()
    return list(dict.fromkeys(parser.wrong))


class _Strict(HTMLParser):
    """Reads every tag, attribute and text; anything that it has no name for is wrong."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.wrong: list[str] = []
        self._open: list[str] = []

    def end(self) -> None:
        if self._open:
            self.wrong.append(f"left open: {self._open}")
        if self.rawdata:
            self.wrong.append(f"cut short: {self.rawdata[:80]!r}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _ELEMENTS:
            self.wrong.append(f"<{tag}> {attrs!r:.120}")
        names = [name for name, _ in attrs]
        if len(set(names)) != len(names):
            self.wrong.append(f"<{tag}> names an attribute twice: {names}")
        given = {name: value or "" for name, value in attrs}
        if not self._open and not set(given.get("class", "").split()) >= _NO_FORMULAS:
            self.wrong.append(f"<{tag}> leaves formulas on")
        self.wrong += [f"<{tag}> {said}" for said in _attribute_complaints(tag, given)]
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        if "<" in data or _UNSEEN.search(data) or "&" in data:
            self.wrong.append(f"bare text {data[:80]!r}")
        if data.strip() and not self._open:
            self.wrong.append(f"text outside of all elements: {data[:80]!r}")

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"a comment or a declaration: {data[:80]!r}")

    def handle_decl(self, decl: str) -> None:
        self.handle_comment(decl)

    def handle_pi(self, data: str) -> None:
        self.handle_comment(data)

    def unknown_decl(self, data: str) -> None:
        self.handle_comment(data)


def _attribute_complaints(tag: str, given: Mapping[str, str]) -> Iterable[str]:
    for name in given:
        if name not in _ALWAYS | _ELEMENTS.get(tag, set()) and not re.fullmatch(r"aria-[a-z]+", name):
            yield f"{name}={given[name]!r:.120}"
    style = given.get("style", "")
    if tag in (
        "th",
        "td",
    ):  # heads, and the corner between them, stay in sight inside the box that their table scrolls in
        style = style.replace("position:sticky", "")
    if not _STYLE.fullmatch(style) or _STYLE_BAD.search(style):
        yield f"style={style!r}"
    if not set(given.get("class", "").split()) <= _NO_FORMULAS | {"nbgemini-still"}:
        yield f"class={given['class']!r}"
    # What is shut in is shown letter for letter; what no message can carry stays out all the same.
    if any((_HALVES if name == "srcdoc" else _UNSEEN).search(value) for name, value in given.items()):
        yield "holds control characters"
    yield from _address_complaints(tag, given)


def _address_complaints(tag: str, given: Mapping[str, str]) -> Iterator[str]:
    if tag == "img":
        found = _PICTURE.fullmatch(given.get("src", ""))
        if found is None:
            yield f"src={given.get('src', '')!r:.120}"
        else:
            yield from _picture_complaints(found[1], found[2])
    elif tag == "a":
        if not _WEB.fullmatch(given.get("href", "")):
            yield f"href={given.get('href', '')!r:.120}"
        kept = set(given.get("rel", "").split()) >= _REL and given.get("target") == "_blank"
        if not kept or given.get("referrerpolicy") != "no-referrer":
            yield f"tells where it comes from: {dict(given)!r:.200}"
    elif tag == "iframe" and not (
        given.get("sandbox") == _SANDBOX and given.get("srcdoc", "").startswith(_FRAMED) and "src" not in given
    ):
        yield f"is not shut in: {dict(given)!r:.200}"
