"""Texts that want to be more than texts, answers that carry them, and a session that shows them everywhere.

`texts` are what a model, a server, a file or a user might say; `SESSION` are cells that put each of them wherever
nbgemini shows a text of somebody else's. What must not come of it is the tests' business: a kernel's outputs are read
against a closed list, JupyterLab is watched.
"""
# ruff: noqa: E501 - tables of texts and of cells, one a line

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.replies import Reply, Script, Streamed, fault, picture_reply, reply, usage, words

__all__ = ["MARK", "SESSION", "Cell", "beginning", "files", "inline", "models", "not_pictures", "streamed", "texts"]

MARK = "pwned"  # the name in the page's window that no text may set

_TEXTS = {
    "script": "<script>window.pwned=1</script>",
    "script of another kind": '<script type="module" src="@/module.js"></script><SCRIPT/XSS SRC="@/x.js"></SCRIPT>',
    "handler": '<img src=x onerror="window.pwned=1"><body onload=window.pwned=1><b onmouseover=window.pwned=1>b</b>',
    "handler without blanks": "<img/src=x/onerror=window.pwned=1>",
    "late handler": "<details open ontoggle=window.pwned=1><input autofocus onfocus=window.pwned=1><video><source onerror=window.pwned=1>",
    "drawing": '<svg onload=window.pwned=1><animate onbegin=window.pwned=1 attributeName=x dur=1s /><use href="@/u.svg#a"/></svg>',
    "foreign object": "<svg><foreignObject><iframe srcdoc='<script>parent.pwned=1</script>'></iframe></foreignObject></svg>",
    "mathml": '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=window.pwned=1&gt;">',
    "frame": '<iframe src="javascript:parent.pwned=1"></iframe><iframe srcdoc="&lt;script&gt;parent.pwned=1&lt;/script&gt;"></iframe>',
    "end of a frame": "\"></iframe><script>window.pwned=1</script><iframe srcdoc=\"</iframe>'><script>parent.pwned=1</script>",
    "refresh": '<meta http-equiv="refresh" content="0;url=@/refresh">',
    "base": '<base href="@/base/"><img src="relative.png"><a href="relative">r</a>',
    "sheet": '<link rel=stylesheet href="@/s.css"><link rel=prefetch href="@/p"><link rel=dns-prefetch href="//tracker.example">',
    "style": "<style>@import '@/i.css'; *{background:url(@/b)} @font-face{font-family:f;src:url(@/f)}</style>",
    "style attribute": '<b style="background:url(@/sa);width:expression(window.pwned=1);position:fixed;inset:0">b</b>',
    "out of a style": '";background:url(@/os);x:"</style></title></textarea></noscript></xmp><script>window.pwned=1</script>',
    "markdown picture": "![p](@/p.png) ![r][r]\n\n[r]: @/r.png\n\n<img src='@/inline.png'>",
    "markdown link": "[a](javascript:window.pwned=1) [b](data:text/html,<script>parent.pwned=1</script>) <javascript:window.pwned=1>",
    "autolink": "@/auto https://tracker.example/a www.tracker.example file:///etc/passwd javascript:window.pwned=1",
    "latex link": r"$\href{javascript:window.pwned=1}{x}$ \(\unicode{x3c}script\unicode{x3e}\) $$\includegraphics{@/i.png}$$",
    "latex html": r"\[\htmlData{a=b}{x} \class{jp-Button}{y} \style{background:url(@/l)}{z} \require{html}\] $\def\x{\x\x}\x$",
    "delimiters": r"$a$ $$b$$ \(c\) \[d\] \begin{equation}e\end{equation} \\(f\\) `$g$`",
    "mermaid": '```mermaid\ngraph TD; A["<img src=x onerror=window.pwned=1>"]; click A href "javascript:window.pwned=1"\n```',
    "fence": "```html\n<script>window.pwned=1</script>\n```\n~~~\n    <script>window.pwned=1</script>",
    "colours": "\x1b[31mred\x1b[0m \x1b[8mhidden\x1b[2J\x1b[H\x9b31m\x1b]0;title\x07",
    "terminal link": "\x1b]8;;@/osc\x07link\x1b]8;;\x07 \x1b]8;;javascript:window.pwned=1\x1b\\link\x1b]8;;\x1b\\ \x1bPq#0\x1b\\",
    "directions": "\u202egnp.exe\u2066 \u202dabc\u2069 \u061c\u200f ‮txet",
    "nul": "a\x00b<\x00script>window.pwned=1</script>\x08\x7f\ufffe\uffff",
    "half characters": "a\ud83d b\udc00 \ud800\ud800",
    "templates": "${window.pwned=1} `${alert(1)}` {{constructor.constructor('window.pwned=1')()}} {% raw %} <%= 1 %> #{1}",
    "comment": "<!--><script>window.pwned=1</script>--> <!-- --!><img src=x onerror=window.pwned=1> <![CDATA[<script>window.pwned=1</script>]]>",
    "declaration": "<?xml version='1.0'?><!DOCTYPE html><?xml-stylesheet href='@/x.xsl'?><!ENTITY a SYSTEM '@/e'>",
    "unclosed tag": "<img src=x onerror=window.pwned=1 alt=",
    "unclosed quote": "' onmouseover='window.pwned=1' autofocus onfocus='window.pwned=1' x=\"",
    "double quote": '" onerror="window.pwned=1" onload="window.pwned=1" style="background:url(@/dq)',
    "backtick": "`<img src=x onerror=window.pwned=1>` ``<b>`` `` ` onerror=window.pwned=1 ` ``",
    "addresses": "data:text/html,<script>parent.pwned=1</script> blob:null/1 vbscript:msgbox(1) jav&#x09;ascript:window.pwned=1",
    "link": '<a href="javascript:window.pwned=1">a</a><a href="\x01javascript:window.pwned=1">b</a><a ping="@/ping" href="@/l">c</a>',
    "ends": "</pre></div></td></tr></table></details></span></bdi></iframe></script></style></title><script>window.pwned=1</script>",
    "entities": "&lt;script&gt;window.pwned=1&lt;/script&gt; &#60;img src=x onerror=window.pwned=1&#62; &amp;lt;b&amp;gt;",
    "form": '<form action="@/form"><button autofocus>b</button><input type=image src="@/input.png"></form><isindex action=@/i>',
    "object": '<object data="@/object.html"></object><embed src="@/embed.svg"><applet code=@/a><portal src=@/portal></portal>',
    "media": '<video src="@/v.mp4" poster="@/v.png" autoplay></video><audio src=@/a.mp3 autoplay></audio><picture><source srcset="@/set.png"></picture>',
    "commands": '<button data-commandlinker-command="notebook:run-all-cells" data-commandlinker-args="{}">run</button>',
    "widget": '<script type="application/vnd.jupyter.widget-view+json">{"model_id":"a"}</script><x-pwned></x-pwned>',
    "clobber": "<a id=jupyterapp></a><form id=document><input name=cookie></form><img name=getElementById>",
    "long word": "<img src=x onerror=window.pwned=1>" + "W" * 3000,
    "many": "<b>" * 400 + "<script>window.pwned=1</script>",
    "joined": "\U0001f468\u200d\U0001f469\u200d\U0001f467\ufe0f<script>window.pwned=1</script>Z\u0351\u036b\u0343\u034a" + "\u0301" * 50,
    "other line ends": "a\u2028<script>window.pwned=1</script>\u2029b\x85c\x0bd\x0ce\r<b>f\r\ng",
    "wide": "\uff1cscript\uff1ewindow.pwned=1\uff1c/script\uff1e \u02c2script\u02c3 +ADw-script+AD4-window.pwned=1+ADw-/script+AD4-",
    "python": "{__import__('os').system('true')} {texts.__class__} %s %(a)s {0} {a!r:>{b}} $(touch pwned) `touch pwned`; touch pwned",
}  # fmt: skip


def texts(address: str = "https://tracker.example") -> dict[str, str]:
    """The texts by name; what they would load lies at `address`."""
    return {name: text.replace("@/", f"{address}/") for name, text in _TEXTS.items()}


# -- answers that carry a text -----------------------------------------------------------------------------------------


def drawn(text: str) -> Reply:
    """A picture among words, thoughts, drafts and parts that nobody knows; the text in every field."""
    answer = picture_reply(1, "drafts")
    candidate = answer["candidates"][0]
    thought = {"text": f"**{text}**\n\n{text}", "thought": True}
    odd = {text: {"a": text}, "executableCode": {"code": text}}
    candidate["content"]["parts"][:0] = [thought, {"text": text}, odd]
    candidate |= {"finishMessage": text, "safetyRatings": [{"category": text, "probability": text}]}
    answer |= {"modelVersion": text, "responseId": text, "modelStatus": {"modelStage": text, "message": text}}
    return reply(answer)


def told(text: str) -> Reply:
    """Words alone."""
    return words(text)


def stopped(text: str) -> Reply:
    """A finish reason, its message and the ratings."""
    ratings = [{"category": text, "probability": text, "blocked": True}]
    content = {"role": "model", "parts": [{"text": text}]}
    candidate = {"content": content, "finishReason": text, "finishMessage": text, "safetyRatings": ratings}
    return reply({"candidates": [candidate], "modelVersion": text, "responseId": text, "usageMetadata": usage(0, 9)})


def refused(text: str) -> Reply:
    """A prompt that is blocked for such a reason."""
    feedback = {"blockReason": text, "blockReasonMessage": text, "safetyRatings": [{"category": text, "blocked": True}]}
    return reply({"promptFeedback": feedback, "modelVersion": text, "usageMetadata": usage(0, 0)})


def failed(text: str) -> Reply:
    """Google's error envelope."""
    details = [
        {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": text, "domain": text, "metadata": {text: text}},
        {"@type": "type.googleapis.com/google.rpc.Help", "links": [{"description": text, "url": text}]},
        {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [{"field": text, "description": text}]},
    ]  # fmt: skip
    return fault(400, text, text, details)


def exhausted(text: str) -> Reply:
    """A quota of such a name, gone for the day."""
    violation = {
        "quotaId": f"PerDay{text}",
        "quotaMetric": text,
        "quotaValue": text,
        "quotaDimensions": {"model": text},
    }
    details = [{"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [violation]}]
    return fault(429, "RESOURCE_EXHAUSTED", text, details)


def paged(text: str) -> Reply:
    """A web page in place of an answer."""
    page = f"<html><head><title>{text}</title></head><body><h1>{text}</h1></body></html>"
    return Reply(page.encode("utf-8", "replace"), 502, "text/html")


def grounded(text: str) -> Reply:
    """Suggestions, sources and queries."""
    answer = picture_reply(1, "plain")
    chunks = [
        {"web": {"uri": text, "title": text, "domain": text}},
        {"web": {"uri": f"https://a.example/{text}", "title": text, "domain": text}},
        {"image": {"sourceUri": text, "imageUri": text, "title": text, "domain": text}},
    ]
    answer["candidates"][0]["groundingMetadata"] = {
        "searchEntryPoint": {"renderedContent": text},
        "groundingChunks": chunks,
        "webSearchQueries": [text],
        "imageSearchQueries": [text],
        "groundingSupports": [{"segment": {"text": text}, "groundingChunkIndices": [0, 1, 2]}],
    }
    return reply(answer)


def streamed(every: Mapping[str, str]) -> Streamed:
    """A stream of thoughts: half of them at once, the rest when the server is told to `release`."""
    answer = picture_reply(1, "plain")
    thoughts = "".join(f"**{text}**\n\n{text}\n\n" for text in every.values())
    answer["candidates"][0]["content"]["parts"][:0] = [{"text": thoughts, "thought": True}]
    return Streamed(60, answer=answer)


def not_pictures() -> list[Reply]:
    """Bytes of other kinds that are declared to be pictures."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="parent.pwned=1"><script>parent.pwned=1</script></svg>'
    page = b"<!doctype html><script>parent.pwned=1</script>"
    gif = b"GIF89a/*" + b"\0" * 30 + b"*/=1;window.pwned=1;"
    huge = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0" + b"\0" * 4
    ends = b"\0\0\0\0IEND\xaeB`\x82"
    kinds = [(svg, "image/svg+xml"), (svg, "image/png"), (page, "image/png"), (page, "text/html"), (gif, "image/gif")]
    kinds += [(huge + ends, "image/png"), (b"RIFF\x10\0\0\0WEBPVP8 " + page, "image/webp")]
    return [inline(data, kind) for data, kind in kinds]


def inline(data: bytes, kind: str) -> Reply:
    """An answer with these bytes, declared as `kind`."""
    answer = picture_reply(1, "plain")
    part = {"inlineData": {"mimeType": kind, "data": base64.b64encode(data).decode()}}
    answer["candidates"][0]["content"]["parts"] = [{"text": "Here it is."}, part]
    return reply(answer)


def models(every: Mapping[str, str]) -> list[dict[str, Any]]:
    """A list of models whose names are the texts."""
    methods = ["generateContent"]
    return [
        {
            "name": f"models/image-{text}",
            "displayName": text,
            "description": text,
            "supportedGenerationMethods": methods,
        }
        for text in every.values()
    ]


# -- files with such names ---------------------------------------------------------------------------------------------


def files(every: Mapping[str, str]) -> dict[str, bytes]:
    """Names that a file system takes, with what lies in such files: for archives, references and catalogues."""
    made: dict[str, bytes] = {}
    for text in every.values():
        stem = text.encode("utf-8", "replace").decode().replace("/", "_").replace("\0", "_")[:50]
        made |= {f"{stem}.png": text.encode("utf-8", "replace"), f"{stem}.zip": b"PK\x03\x04" + stem.encode()}
        card = {"id": stem, "name": stem, "status": text, "aliases": [text]}
        made[f"{stem}.json"] = json.dumps({"models": [card], "as_of": text}).encode()
    return made


# -- the session -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """Code that goes over all `texts` in a kernel, and what the server answers to each of them."""

    code: str
    answer: Callable[[str], Reply] | None = None

    def script(self, every: Mapping[str, str]) -> list[Script]:
        """What the server says while it runs."""
        return [self.answer(text) for text in every.values()] if self.answer else []


def beginning(every: Mapping[str, str], more: Mapping[str, str]) -> str:
    """The first cell. Those `more` variables of the environment are set before anything is loaded."""
    return f"""
import os
os.environ.update({dict(more)!r})
%load_ext nbgemini
import nbgemini as nb
from nbgemini.studio import process
texts, shell = {list(every.values())!r}, get_ipython()
def tried(do):
    try:
        return do()
    except Exception:
        shell.showtraceback()
def cell(line, body="a fox"):
    return tried(lambda: shell.run_cell_magic("imagine", line, body))
def line(words):
    return tried(lambda: shell.run_line_magic("imagine", words))
def quoted(text):
    return "'" + text.replace("'", '"') + "'"
def stem(text):
    return text.encode("utf-8", "replace").decode().replace("/", "_").replace("\\0", "_")[:50]
def whole(text):
    return text.encode("utf-8", "replace").decode()
"""


_OPTIONS = ["--{}", "-m {}", "-a {}", "-s {}", "-r {}", "--from {}", "--save {}", "--set {}=1", "--safety {}=none"]
_OPTIONS += [
    "--search {}",
    "--thinking {}",
    "--tier {}",
    "--only {}",
    "--seed {}",
    "--budget {}",
    "--replay {}",
    "-c {}",
]
_OPTIONS += ["--alt {}", "--system {}", "--set x={}", "-o {}"]
_VERBS = ["{}", "use {}", "show {}", "fork {}", "recover {}", "save {}", "load {}", "export {}", "help {}", "budget {}"]
_VERBS += ["pick {}", "cost {}"]


def _each(*lines: str) -> str:
    return "for text in texts:\n" + "\n".join(f"    {line}" for line in lines)


SESSION: dict[str, Cell] = {
    "pictures": Cell(_each("cell('--new --raw --alt ' + quoted(text), whole(text))"), drawn),
    "words": Cell(_each("cell('--new', text)"), told),
    "finish reasons": Cell(_each("cell('--new')"), stopped),
    "block reasons": Cell(_each("cell('--new')"), refused),
    "errors": Cell(_each("cell('--new')"), failed),
    "quotas": Cell(_each("cell('--new')"), exhausted),
    "web pages": Cell(_each("cell('--new')"), paged),
    "tracebacks": Cell("%tb"),
    "sources": Cell(_each("cell('--new -m flash --search both')"), grounded),
    "results": Cell(
        _each("got = tried(lambda: nb.conversation('r').imagine(whole(text), new=True, alt=text, system=whole(text)))",
              "shown = got or globals().get('shown')",
            "display(got)",
            "print(repr(got)[:200], repr(got and got.text)[:200])"), drawn),
    "the last result": Cell("shown"),
    "names of conversations": Cell(_each("tried(lambda: nb.conversation(text).imagine('a fox'))")),
    "captured": Cell(
        "from IPython.utils.capture import capture_output\nfor text in texts[:6]:\n    with capture_output() as kept:\n"
        "        cell('--new --raw', whole(text))\n    kept.show()\n"),
    "names": Cell(_each("value = text", "cell('--dry-run --quiet', 'a {value} {unknown}' + text)")),
    "options": Cell("for text in texts:\n    for form in OPTIONS:\n"
                    "        cell('--dry-run ' + form.format(quoted(text)))".replace("OPTIONS", repr(_OPTIONS))),
    "bare options": Cell("for text in texts:\n    cell('--dry-run ' + text)\n    cell('--dry-run --sise=' + text)"),
    "subcommands": Cell(f"for text in texts:\n    for form in {_VERBS!r}:\n        line(form.format(text))"),
    "files": Cell(_each("cell('--dry-run -r ' + quoted(stem(text) + '.png'))", "line('load ' + stem(text) + '.zip')",
                        "cell('--dry-run --save ' + quoted(stem(text) + '.png'))")),
    "shown json": Cell(_each("cell('--show json --raw --system ' + quoted(whole(text)), whole(text))")),
    "shown curl": Cell(_each("cell('--show curl --raw', whole(text))")),
    "shown python": Cell(_each("cell('--show python --raw --alt ' + quoted(text), whole(text))")),
    "settings": Cell("""
(traits,) = [one for one in shell.configurables if type(one).__name__ == "NbGemini"]
kept = {name: getattr(traits, name) for name in ("model", "aspect", "size", "catalogue", "backend", "base_url", "store")}
for text in texts:
    for name in kept:
        tried(lambda: setattr(traits, name, text))
        line("doctor")
        cell("--dry-run")
        setattr(traits, name, kept[name])
"""),
    "catalogues": Cell("""
for text in texts:
    traits.catalogue = stem(text) + ".json"
    line("models")
traits.catalogue = kept["catalogue"]
"""),
    "list": Cell("line('list')"),
    "history": Cell("line('use main')\nline('history')"),
    "turns": Cell("for turn in nb.conversation('main').exchanges[-60:]:\n    line(f'show {nb.conversation(\"main\").exchanges.index(turn) + 1}')"),
    "recover": Cell("line('recover')"),
    "cost": Cell("line('cost')"),
    "verify": Cell("from pathlib import Path\nfor text in texts:\n    Path('.nbgemini/refs', stem(text).encode()[:60].decode('utf-8', 'ignore') + '.json').write_text(stem(text))\n"
                   "line('verify')\nline('list')\nline('doctor')\n"),
    "models": Cell("line('models')"),
    "exports": Cell("line('use main')\nfor kind in ('html', 'md', 'ipynb'):\n    line(f'export as_{kind}.{kind} all')\nline('save out.zip')"),
    "panel": Cell("line('panel')"),
}  # fmt: skip
