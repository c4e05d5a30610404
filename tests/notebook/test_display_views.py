"""What subcommands show: the strip, one turn, stored conversations, models, orphans, and requests that are not sent."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Answer, Exchange
from nbgemini.core.models import Catalogue
from nbgemini.core.options import ImageOptions
from nbgemini.core.skeleton import StoredText
from nbgemini.notebook.line.optionline import parse_options
from nbgemini.notebook.views.branches import beside, runs
from nbgemini.notebook.views.details import turn_view
from nbgemini.notebook.views.listings import listing, recover_view
from nbgemini.notebook.views.model_table import models_view
from nbgemini.notebook.views.plans import curl_bundle, plan_bundle, python_bundle
from nbgemini.notebook.views.strips import strip
from nbgemini.notebook.views.tree import tree_lines
from nbgemini.store.album import Stored
from nbgemini.studio.conversations.orphans import Recoverable
from nbgemini.studio.surroundings.model_lists import Live
from tests.notebook.display_kit import drawn, encoded, kept, noisy, reader


def turn(folder: Path, name: str, parent: str | None, prompt: str = "", hue: int = 100) -> Exchange:
    """An exchange with a picture of its own."""
    picture = encoded(drawn(320, 180, hue), "JPEG")
    return kept(folder, picture, prompt=prompt or f"prompt {name}", name=name, parent=parent).exchange


def branched(folder: Path) -> Conversation:
    """Turn 3 and turn 4 both go on from turn 2, turn 5 from turn 3; turn 6 is another root."""
    family = (("a", None), ("b", "a"), ("c", "b"), ("d", "b"), ("e", "c"), ("f", None))
    exchanges = [turn(folder, name, parent, hue=20 * at) for at, (name, parent) in enumerate(family)]
    return Conversation("main", exchanges=tuple(exchanges), head="e")


def test_tree(tmp_path: Path) -> None:
    """The branch you are on runs straight down, others leave it to the right, and the current turn is marked."""
    assert tree_lines(branched(tmp_path)) == [
        "● 1  prompt a  ($0.134)",
        "● 2  prompt b  ($0.134)",
        "├─○ 4  prompt d  ($0.134)",
        "● 3  prompt c  ($0.134)",
        "● 5  prompt e  ($0.134)  ◂ here",
        "",
        "○ 6  prompt f  ($0.134)",
    ]


def test_tree_of_siblings(tmp_path: Path) -> None:
    """Several pictures of one cell say so; what was taken back stays below, beside no branch."""
    first = turn(tmp_path, "a", None)
    three = [replace(turn(tmp_path, name, "a"), group="g") for name in "bcd"]
    after = turn(tmp_path, "e", "c")
    lines = tree_lines(Conversation("main", exchanges=(first, *three, after), head="a"))
    assert lines == [
        "● 1  prompt a  ($0.134)  ◂ here",
        "├─○ 2  prompt b  (1 of 3, $0.134)",
        "├─○ 4  prompt d  (3 of 3, $0.134)",
        "○ 3  prompt c  (2 of 3, $0.134)",
        "○ 5  prompt e  ($0.134)",
    ]


def test_lanes_are_unbroken(tmp_path: Path) -> None:
    """However often a turn is asked anew, the branch you are on stays at the left edge."""
    family = [("a", None), *((f"b{at}", "a") for at in range(5)), ("c", "b4"), *((f"d{at}", "c") for at in range(5))]
    exchanges = tuple(turn(tmp_path, name, parent) for name, parent in family)
    found = list(runs(Conversation("main", exchanges=exchanges, head="d4")))
    assert [(run.lanes, run.on) for run in found if run.on] == [((), True)] * 3
    assert {run.lanes for run in found if not run.on} == {(True,)}
    assert [run.exchanges[-1].id for run in found if run.on] == ["a", "c", "d4"]


def test_tree_deep(tmp_path: Path) -> None:
    """A conversation longer than Python's stack is deep is drawn all the same."""
    first = turn(tmp_path, "0", None)
    chain = [replace(first, id=str(at), parent=str(at - 1) if at else None) for at in range(3000)]
    lines = tree_lines(Conversation("main", exchanges=tuple(chain), head="2999"))
    assert lines[-1] == "● 3000  prompt 0  ($0.134)  ◂ here"
    bundle = strip(Conversation("main", exchanges=tuple(chain), head="2999"), reader(tmp_path))
    assert "… 2900 lines before these" in bundle.data["text/plain"]
    assert "◂ here" in bundle.data["text/plain"]


def test_strip(tmp_path: Path) -> None:
    """Numbered thumbnails with prompts and prices; where a turn branches off it says from which."""
    page = strip(branched(tmp_path), reader(tmp_path)).data["text/html"]
    assert page.count("listitem") == page.count("<img") == 6
    assert page.count('src="data:image/jpeg;base64,') == 6
    assert page.count('aria-current="true"') == 1
    assert page.count("from 2 ·") == 1
    assert page.count("from 3 ·") == 1
    assert page.count("starts afresh ·") == 1
    assert page.count("opacity:.6") == 2
    assert page.count("border-bottom:3px") == 1
    assert "The coloured line is the branch that you are on." in page
    assert "main · 6 turns · at turn 5 · $0.806" in page
    assert 'alt="prompt a"' in page


def test_strip_side_by_side(tmp_path: Path) -> None:
    """Turns that nothing follows share a row, told apart by bars; a branch that goes on has one of its own."""
    family = (("a", None), ("b", "a"), ("c", "a"), ("d", "a"), ("e", "a"), ("f", "c"), ("g", None), ("h", None))
    exchanges = tuple(turn(tmp_path, name, parent, hue=20 * at) for at, (name, parent) in enumerate(family))
    conversation = Conversation("main", exchanges=exchanges, head="e")
    rows = [["".join(one.id for one in run.exchanges) for run in row] for row in beside(conversation)]
    assert rows == [["a"], ["b"], ["cf"], ["d"], ["e"], ["g", "h"]]
    rows = [["".join(one.id for one in run.exchanges) for run in row] for row in beside(conversation.at("b"))]
    assert rows == [["a"], ["cf"], ["d", "e"], ["b"], ["g", "h"]]
    page = strip(conversation, reader(tmp_path)).data["text/html"]
    assert page.count("gap:14px") == len(rows) + 2


def test_strip_of_variants(tmp_path: Path) -> None:
    """Several of one cell are one row without a lane, and where they begin is said once."""
    four = tuple(replace(turn(tmp_path, name, None), group="g", backend="emulator") for name in "abcd")
    page = strip(Conversation("main", exchanges=four, head="c"), reader(tmp_path)).data["text/html"]
    assert [f"{at} of 4" in page for at in (1, 2, 3, 4)] == [True] * 4
    assert page.count("emulator") == 1  # in the headline
    assert "starts afresh" not in page
    assert "The coloured lane" not in page
    assert page.count("padding:7px 2px 9px") == 1


def test_strip_is_small(tmp_path: Path) -> None:
    """However long the conversation and however rich its pictures, the strip shows the branch that you are on, in less
    than 100 kB."""
    picture = encoded(noisy(600, 400), "JPEG", quality=95)
    first = kept(tmp_path, picture, name="0").exchange
    chain = tuple(replace(first, id=str(at), parent=str(at - 1) if at else None) for at in range(60))
    data = strip(Conversation("main", exchanges=chain, head="2"), reader(tmp_path)).data
    page = data["text/html"]
    assert page.count("listitem") == 16
    assert 3 <= page.count("<img") < 16
    assert ">3</span>" in page
    assert ">60</span>" in page
    assert "16 of them are shown" in page
    assert sum(len(str(one)) for one in data.values()) < 100_000


def test_strip_of_nothing(tmp_path: Path) -> None:
    """An empty conversation says how to begin."""
    assert "`%%imagine`" in strip(Conversation("main"), reader(tmp_path)).data["text/plain"]


def test_strip_with_holes(tmp_path: Path) -> None:
    """A picture that is gone and an answer in words keep their places."""
    gone = turn(tmp_path, "a", None)
    words = kept(tmp_path, "Which cat? <b>", name="b", parent="a").exchange
    conversation = Conversation("main", exchanges=(gone, words), head="b")
    for file in tmp_path.iterdir():
        file.unlink()
    page = strip(conversation, reader(tmp_path)).data["text/html"]
    assert "not shown" in page
    assert "Which cat? &lt;b&gt;" in page
    assert page.count("listitem") == 2
    assert "border-left:3px" not in page


def test_strip_in_a_terminal(tmp_path: Path) -> None:
    """Text alone, and no picture is read."""

    def unreadable(picture: object) -> bytes:
        raise AssertionError(f"{picture} was read")

    assert set(strip(branched(tmp_path), unreadable, rich=False).data) == {"text/plain"}


HOSTILE = "<script>alert(1)</script>\x1b[31m</pre><img src=x onerror=alert(1)>"


def test_hostile_everywhere(tmp_path: Path) -> None:
    """Prompts, names, reasons and file names of others do nothing in any view."""
    exchange = replace(turn(tmp_path, "a", None, HOSTILE), model=HOSTILE, reason=HOSTILE, alt=HOSTILE)
    conversation = Conversation(HOSTILE, exchanges=(exchange,), head="a")
    result = replace(kept(tmp_path, encoded(drawn(64, 64))), exchange=exchange)
    stored = Stored(key=HOSTILE, name=HOSTILE, turns=1, head="a", updated=HOSTILE, prompt=HOSTILE, model=None)
    views = [
        strip(conversation, reader(tmp_path)),
        *turn_view(result, conversation),
        listing([stored], HOSTILE),
        recover_view([Recoverable(exchange, "late answer")]),
        plan_bundle(Plan(url=HOSTILE, body=HOSTILE, notices=(HOSTILE,))),
        curl_bundle(Plan(body=HOSTILE)),
        python_bundle(HOSTILE, parse_options("")),
    ]
    for view in views:
        page = re.sub(r'<img src="data:image/[a-z]+;base64,[A-Za-z0-9+/=]+" alt=', "", view.data.get("text/html", ""))
        assert "<script" not in page
        assert "<img" not in page
        assert "\x1b" not in page + view.data["text/plain"]


def test_turn_view(tmp_path: Path) -> None:
    """The picture as in its cell, then prompt, options, file, tokens, cost, signature and its place."""
    conversation = branched(tmp_path)
    signed = {"text": "", "thoughtSignature": StoredText("0" * 64, 9)}
    options = ImageOptions(aspect="16:9", size="2K", top_p=0.5, set=(("a.b", 1),))
    result = kept(tmp_path, encoded(drawn(320, 180)), signed, name="b", parent="a", options=options)
    picture, details = turn_view(result, conversation)
    assert "image/png" in picture.data
    facts = dict(line.split("  ", 1) for line in details.data["text/plain"].splitlines() if "  " in line)
    facts = {name.strip(): value.strip() for name, value in facts.items()}
    assert facts["options"] == "--aspect 16:9"
    assert "--top-p 0.5" in details.data["text/plain"]
    assert "--set a.b=1" in details.data["text/plain"]
    assert facts["picture"].startswith("320 × 180 PNG, ")
    assert facts["tokens"] == "278 in, 1,120 out, 96 for thoughts, 1,120 of the output for pictures"
    assert facts["cost"] == "$0.134"
    assert facts["finish"] == "STOP"
    assert facts["signature"].startswith("none: ")
    assert facts["place"] == "turn 2 of main, goes on from turn 1"
    assert facts["followed by"] == "turn 3, turn 4"
    assert "SynthID" in details.data["text/plain"]


def test_turn_view_emulated(tmp_path: Path) -> None:
    """An emulated picture claims no mark of Google's."""
    result = kept(tmp_path, encoded(drawn(320, 180)), backend="emulator", name="a")
    details = turn_view(result, branched(tmp_path))[-1].data["text/plain"]
    assert "no SynthID mark" in details
    assert "emulator · $0, would be $0.134" in details


def test_listing() -> None:
    """The stored conversations by the name that `use` takes, the current one marked."""
    rows = [
        Stored(
            key=key,
            name=key,
            turns=3,
            head="x",
            updated="2026-11-22T14:03:11Z",
            prompt="a cat",
            model=None,
            drawn_by="gemini-3-pro-image",
        )
        for key in ("main", "main.2")
    ]
    lines = listing(rows, "main.2", {"x": "lesson.ipynb"}).data["text/plain"].splitlines()
    assert lines[3].split("  ", 1)[1].split() == [
        "main", "3", "a", "cat", "gemini-3-pro-image", "lesson.ipynb", "2026-11-22", "14:03",
    ]  # fmt: skip
    assert lines[4].startswith("▸ main.2")
    assert "No conversation is stored" in listing([]).data["text/plain"]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    import nbgemini

    path = Path(nbgemini.__file__).parent / "core" / "models.json"
    return Catalogue.parse(json.loads(path.read_text("utf-8")))


def models_text(catalogue: Catalogue, live: Live, current: str = "") -> str:
    return "\n".join(bundle.data["text/plain"] for bundle in models_view(catalogue, live, current))


def test_models_table(catalogue: Catalogue) -> None:
    """Every model with its aliases, sizes, prices, searches and state, dated and with its source; one is marked."""
    text = models_text(catalogue, Live(None, "no network"), "gemini-3-pro-image")
    for card in catalogue.cards:
        assert card.id in text
        assert ", ".join(card.aliases) in text
    pro = next(line for line in text.splitlines() if line.startswith("▸ gemini-3-pro-image"))
    assert re.findall(r"\$[\d.]+", pro) == ["$0.134", "$0.134", "$0.240"]
    assert pro.split()[-2:] == ["always", "web"]
    assert "web image" in next(line for line in text.splitlines() if "nano-banana-2.1" in line)
    assert f"as of {catalogue.as_of}" in text
    assert "10 ratios: 1:1 2:3" in text
    table = next(iter(models_view(catalogue, Live(None, "no network")))).data["text/html"]
    assert "nowrap" not in table  # its ten columns wrap on a narrow page, instead of leaving it
    for card in catalogue.cards:
        assert (f"`{card.id}` is " in text) == (card.status != "ga")
    assert "`gemini-3.1-flash-image` is deprecated since 2026-10-06: use `gemini-nano-banana-2.1` instead." in text
    assert "`gemini-2.5-flash-image` is past its end date (2026-10-02): use" in text
    for row in catalogue.retired:
        assert f"`{row.id}` ({row.shutdown or 'day unknown'}) → `{row.successor}`" in text
    assert "One size only, so leave `-s` out: `gemini-2.5-flash-image`." in text
    assert "Only the catalogue, without the server's own list: no network." in text


def test_the_servers_list_beside_the_catalogue(catalogue: Catalogue) -> None:
    """What it lacks, what it still has, and names that the catalogue does not know."""
    hostile = "gemini-5-image\x1b[31m<script>"
    listed = ("gemini-nano-banana-2.1", "gemini-3-pro-image-preview", "gemini-4-image", "gemini-3.5-flash", hostile)
    text = models_text(catalogue, Live(listed))
    assert "Not on its list, so a request may fail: `gemini-3-pro-image`, `gemini-3.1-flash-image`" in text
    assert "still on its list: `gemini-3-pro-image-preview`" in text
    assert "not in the catalogue: `gemini-4-image`, `gemini-5-image<script>`." in text
    assert "gemini-3.5-flash" not in text
    whole = models_text(catalogue, Live(tuple(card.id for card in catalogue.cards)))
    assert "All models of the catalogue are on its list." in whole
    assert "<script>" not in "".join(one.data["text/html"] for one in models_view(catalogue, Live(listed)))


def test_orphans(tmp_path: Path) -> None:
    """A late answer, a request of which nobody knows what it cost, and one that is under way."""
    late = replace(turn(tmp_path, "aa", None), outcome="orphan", reason="its cell was interrupted")
    lost = replace(turn(tmp_path, "bb", None), answer=Answer(turn=None), outcome="failed", reason="no answer was kept")
    out = replace(lost, id="cc", reason="", outcome="turn")
    listed = [Recoverable(late, "late answer"), Recoverable(lost, "no answer"), Recoverable(out, "under way")]
    lines = recover_view(listed).data["text/plain"].splitlines()
    assert "late answer, 320 × 180: its cell was interrupted" in lines[3]
    assert "$0.134" in lines[3]
    assert "no answer: no answer was kept" in lines[4]
    assert "perhaps $0.134" in lines[4]
    assert "under way" in lines[5]
    assert "Nothing to recover" in recover_view([]).data["text/plain"]


@dataclass(frozen=True)
class Plan:
    """A plan of fixed words."""

    url: str = "https://generativelanguage.googleapis.com/v1beta/models/gemini-3-pro-image:generateContent"
    size: int = 1_204_433
    tokens: int = 1_234
    count: int = 2
    estimate: int | None = 268_000
    emulated: bool = False
    notices: tuple[str, ...] = ()
    replayed: int = 0
    never: bool = False
    body: str = '{"contents": []}'

    def request_json(self) -> str:
        return self.body

    def before_json(self) -> str | None:
        return None

    def curl(self) -> str:
        return self.body

    def other_shells(self) -> Iterator[tuple[str, str]]:
        return iter([("cmd", self.body)])

    def genai(self) -> str:
        return self.body


def test_dry_run() -> None:
    """Where it would go, how large it is, what it would cost, and its body."""
    lines = plan_bundle(Plan(notices=("A notice.",))).data["text/plain"].splitlines()
    assert lines[0] == "nothing was sent · 1.2 MB (1,204,433 bytes), about 1,234 tokens × 2 · about $0.268"
    assert lines[1].startswith("POST https://generativelanguage.googleapis.com/")
    assert lines[2:] == ["↳ A notice.", "", '{"contents": []}']
    assert "emulator · $0, would be $0.268" in plan_bundle(Plan(emulated=True)).data["text/plain"]


def test_show_python() -> None:
    """The same cell in Python: it parses, texts are quoted, variables are names, turns are looked up."""
    options = parse_options("-a 16:9 -n 2 -r cat -r 'my dog.png' --from @3 --set a.b='\"x\"' -o snow -c night --yes")
    code = python_bundle('say "hi"\n{now}', options).data["text/plain"].split("\n\n", 1)[1]
    ast.parse(code)
    assert "conversation = nb.conversation('night')\nsnow = conversation.imagine(" in code
    for word in ("aspect='16:9'", "count=2", "ref=[cat, 'my dog.png']", "set={'a.b': 'x'}", "yes=True"):
        assert f"    {word},\n" in code
    assert "from_=conversation.exchanges[2]," in code
    assert repr('say "hi"\n{now}') in code
