"""A result as the outputs of a cell: parts in order, escaped text, previews within the caps, one footer."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbgemini.core.content import Turn
from nbgemini.core.exchange import Answer
from nbgemini.core.options import ImageOptions
from nbgemini.core.usage import Usage
from nbgemini.notebook.show.bundles import Bundle, line_bundle, text_bundle
from nbgemini.notebook.show.display import outputs, result_mimebundle
from nbgemini.notebook.show.footer import footer
from nbgemini.notebook.show.texts import clean, in_bytes, one_line, path_text
from tests.notebook.display_kit import Kept, drawn, encoded, kept, noisy, thought
from tests.support.sampling import examples

JPEG = encoded(drawn(1024, 576), "JPEG")


def plain(bundles: tuple[Bundle, ...]) -> list[str]:
    return [bundle.data["text/plain"] for bundle in bundles]


def test_order(tmp_path: Path) -> None:
    """Text and pictures stand in the order in which the model gave them."""
    result = kept(tmp_path, "Before.", JPEG, "After.")
    made = outputs(result)
    assert [sorted(bundle.data) for bundle in made] == [
        ["text/html", "text/plain"],
        ["image/jpeg", "text/plain"],
        ["text/html", "text/plain"],
        ["text/html", "text/plain"],
    ]
    assert plain(made)[0] == "Before."
    assert plain(made)[2] == "After."
    assert plain(made)[3] == "gemini-3-pro-image · 16:9, 1024 × 576 · 12.3 s · $0.134 · turn 1 of main"


def test_as_it_is(tmp_path: Path) -> None:
    """A small picture goes in as it is with its alt text and size."""
    picture = outputs(kept(tmp_path, JPEG))[0]
    assert b64decode(picture.data["image/jpeg"]) == JPEG
    assert picture.metadata["image/jpeg"] == {"alt": "a tabby cat on a sofa", "width": 720, "height": 405}


def test_alt_text_first(tmp_path: Path) -> None:
    """VS Code reads the text beside a picture to its users as the alt text."""
    result = kept(tmp_path, JPEG)
    picture = result.exchange.picture
    assert picture is not None
    alt, where = outputs(result)[0].data["text/plain"].split("\n")
    assert alt == "a tabby cat on a sofa"
    assert where == f"1024 × 576 JPEG, {in_bytes(len(JPEG))}: {picture.sha256}"


def test_path_from_here(
    tmp_path: Path,
) -> None:
    """A path inside the working directory is written from there."""
    assert path_text(Path("/elsewhere/ab")) == str(Path("/elsewhere/ab"))
    assert path_text(tmp_path / ".nbgemini" / "objects" / "ab") == str(Path(".nbgemini/objects/ab"))


def test_given_alt(tmp_path: Path) -> None:
    """The alt text is the user's where one is given."""
    result = kept(tmp_path, JPEG).with_(alt='a "cat"\n')
    assert outputs(result)[0].metadata["image/jpeg"]["alt"] == 'a "cat"'


def test_emulated(tmp_path: Path) -> None:
    """An emulated picture says so in its alt text and footer."""
    picture, foot = outputs(kept(tmp_path, JPEG, backend="emulator"))
    assert picture.metadata["image/jpeg"]["alt"] == "a tabby cat on a sofa (emulated)"
    assert "12.3 s · emulator · $0, would be $0.134 · turn 1 of main" in foot.data["text/plain"]


def test_true_pixels(tmp_path: Path) -> None:
    """Without aspect and size the footer gives the true pixels."""
    result = kept(tmp_path, JPEG, options=ImageOptions())
    assert "· 1024 × 576 ·" in footer([result]).data["text/plain"]


def test_unknown_price(tmp_path: Path) -> None:
    """An unknown price is never zero."""
    result = kept(tmp_path, JPEG, cost=None)
    assert "· ≈ $0.134 ·" in footer([result]).data["text/plain"]
    unknown = Kept(replace(result.exchange, estimate=None), tmp_path)
    assert "· $? ·" in footer([unknown]).data["text/plain"]
    assert "· $? ·" in footer([unknown, kept(tmp_path, JPEG)]).data["text/plain"]
    assert "· ≈ $0.268 ·" in footer([result, kept(tmp_path, JPEG)]).data["text/plain"]


@pytest.mark.parametrize(
    ("asked", "used", "words"),
    [
        (None, "", ""),
        (None, "standard", ""),
        ("standard", "standard", ""),
        ("flex", "flex", " · flex tier · "),
        ("priority", "", " · priority tier · "),
        ("priority", "standard", " · standard tier, not priority · "),
        (None, "<b>" * 40, "tier, not standard"),
    ],
)
def test_the_tier_that_was_used(asked: Any, used: str, words: str, tmp_path: Path) -> None:
    """Named where it is not the usual one; a downgrade says what was asked for."""
    result = kept(tmp_path, JPEG, options=ImageOptions(tier=asked))
    answer = replace(result.exchange.answer, usage=Usage(tier=used))
    bundle = footer([Kept(replace(result.exchange, answer=answer), tmp_path)])
    assert words in bundle.data["text/plain"]
    assert bool(words) == (" tier" in bundle.data["text/plain"])
    assert "<b>" not in bundle.data["text/html"]


def test_notices(tmp_path: Path) -> None:
    """Notices stand beneath the footer once."""
    one = replace(kept(tmp_path, JPEG), notices=("Saved as `cat.jpg`.", "Saved as `cat.jpg`."))
    assert footer([one]).data["text/plain"].splitlines()[1:] == ["↳ Saved as `cat.jpg`."]
    assert ">cat.jpg</code>" in footer([one]).data["text/html"]


@pytest.mark.parametrize(
    ("size", "wish", "facts", "notice"),
    [
        ((2752, 1536), ("16:9", "2K"), "16:9 2K, 2752 × 1536", ""),
        ((1376, 768), ("16:9", None), "16:9, 1376 × 768", ""),
        ((2048, 512), ("4:1", "1K"), "4:1 1K, 2048 × 512", ""),
        ((1024, 1024), ("16:9", "4K"), "1024 × 1024", "Asked for 16:9 4K; the picture is 1024 × 1024."),
        ((1152, 928), ("4:3", None), "1152 × 928", "Asked for 4:3; the picture is 1152 × 928."),
        ((1024, 1024), (None, "2K"), "1024 × 1024", "Asked for 2K; the picture is 1024 × 1024."),
        ((1408, 768), (None, None), "1408 × 768", ""),
    ],
)
def test_the_footer_tells_the_picture(
    tmp_path: Path, size: tuple[int, int], wish: tuple[str | None, str | None], facts: str, notice: str
) -> None:
    """The true size always, the wish only where it came, and a line where it did not."""
    result = kept(tmp_path, encoded(drawn(*size), "JPEG"))
    options = ImageOptions(aspect=wish[0], size=wish[1])
    lines = (
        footer([replace(result, exchange=replace(result.exchange, options=options))]).data["text/plain"].splitlines()
    )
    assert lines[0].split(" · ")[1] == facts
    assert lines[1:] == ([f"↳ {notice}"] if notice else [])


def test_a_wish_written_with_set_is_one_too(tmp_path: Path) -> None:
    """As a field of its own, and as the object around it."""
    result = kept(tmp_path, encoded(drawn(700, 700), "JPEG"))
    for path, value in (
        ("generationConfig.imageConfig.aspectRatio", "3:2"),
        ("generationConfig.imageConfig", {"aspectRatio": "3:2"}),
    ):
        options = ImageOptions(aspect="1:1", set=((path, value),))
        made = footer([replace(result, exchange=replace(result.exchange, options=options))])
        assert "Asked for 3:2; the picture is 700 × 700." in made.data["text/plain"]


def test_the_footer_says_what_a_turn_edits(tmp_path: Path) -> None:
    """A turn that goes on from another one names it; a beginning names none."""
    result = kept(tmp_path, JPEG)
    assert footer([result]).data["text/plain"].endswith("turn 1 of main")
    assert footer([replace(result, turn=3, edits=1)]).data["text/plain"].endswith("turn 3 of main, edits turn 1")


def test_quiet(tmp_path: Path) -> None:
    """Quiet shows the pictures alone."""
    made = outputs(kept(tmp_path, "Words.", JPEG), quiet=True)
    assert [sorted(bundle.data) for bundle in made] == [["image/jpeg", "text/plain"]]


def test_quiet_words(tmp_path: Path) -> None:
    """Quiet still shows an answer in words."""
    assert plain(outputs(kept(tmp_path, "Which cat?"), quiet=True)) == ["Which cat?"]


def test_words_only(tmp_path: Path) -> None:
    """An answer in words says how to get a picture."""
    words, foot = plain(outputs(kept(tmp_path, "Which cat?")))
    assert words == "Which cat?"
    assert "`--only image`" in foot
    assert "`%imagine undo`" in foot


def test_thoughts(tmp_path: Path) -> None:
    """Thoughts are folded away together and empty ones left out."""
    small = encoded(drawn(64, 64))
    interim = {"inlineData": {"mimeType": "image/png", "data": ""}, "thought": True}
    result = kept(tmp_path, thought("One."), thought("Two."), thought(" "), small, thought(""))
    made = outputs(result)
    assert len(made) == 3
    assert made[0].data["text/html"].count("<details>") == 1
    assert "One.\n\nTwo." in made[0].data["text/plain"]
    assert "<details>" in outputs(kept(tmp_path, interim, small))[0].data["text/html"]


def test_draft(tmp_path: Path) -> None:
    """A draft is small folded and called a draft."""
    draft, final, _ = outputs(kept(tmp_path, encoded(drawn(900, 900, 20), "JPEG"), JPEG))
    assert "image/jpeg" not in draft.data
    assert draft.data["text/plain"].startswith("draft: a tabby cat")
    assert '<summary style="' in draft.data["text/html"]
    assert 'alt="draft: a tabby cat on a sofa"' in draft.data["text/html"]
    assert b64decode(final.data["image/jpeg"]) == JPEG


def test_all_thoughts(tmp_path: Path) -> None:
    """A picture that is all thoughts is the result all the same."""
    result = kept(tmp_path, JPEG)
    assert result.exchange.turn is not None
    parts = [{**part.raw, "thought": True} for part in result.exchange.turn.parts]
    turn = Turn("model", {"role": "model", "parts": parts}, result.exchange.turn.pictures)
    made = outputs(result.with_(answer=Answer(turn=turn)))
    assert "image/jpeg" in made[0].data


def test_unknown_parts(tmp_path: Path) -> None:
    """Parts of unknown kinds are named not dropped."""
    made = outputs(
        kept(
            tmp_path,
            {"executableCode": {"code": "x"}},
            {"inlineData": {"data": "??"}},
            {"text": ""},
            {"text": None},
            JPEG,
        )
    )
    assert plain(made)[:2] == ["not shown: a part with executableCode", "not shown: inline data that is not a picture"]
    assert len(made) == 4


def test_several(tmp_path: Path) -> None:
    """Several pictures have captions and the footer says which one goes on."""
    results = [
        replace(kept(tmp_path, encoded(drawn(640, 360, hue), "JPEG")), turn=turn) for turn, hue in ((3, 9), (4, 99))
    ]
    for result in results:
        result.siblings.extend(results)
    made = outputs(results[0])
    assert ["image/jpeg" in bundle.data for bundle in made] == [True, False, True, False, False]
    assert plain(made)[3] == "2 of 2 · turn 4 · $0.134"
    assert plain(made)[4].splitlines() == [
        "gemini-3-pro-image · 16:9, 640 × 360 · 2 pictures · 12.3 s · $0.269 · turns 3–4 of main",
        "↳ The conversation goes on from turn 3, the first of these; `%imagine pick K` chooses another.",
    ]


def test_terminal(tmp_path: Path) -> None:
    """A terminal gets text and paths and no preview is made."""
    result = kept(tmp_path, b"\x89PNG\r\n\x1a\n" + b"broken", "Words.")
    made = outputs(result, rich=False)
    assert plain(made)[0].startswith("a tabby cat on a sofa\nPNG, 14 bytes: ")
    assert not any(mime.startswith("image/") for bundle in made for mime in bundle.data)


@pytest.mark.parametrize("harm", [lambda file: file.unlink(), lambda file: file.write_bytes(JPEG[:3000])])
def test_broken_picture(tmp_path: Path, harm: object) -> None:
    """A picture that cannot be shown becomes a line with its path."""
    result = kept(tmp_path, JPEG)
    picture = result.exchange.picture
    assert picture is not None
    assert callable(harm)
    harm(result.path_of(picture))
    made = outputs(result)
    assert plain(made)[0].startswith("not shown: ")
    assert picture.sha256 in plain(made)[0]
    assert len(made) == 2


def test_many_parts(tmp_path: Path) -> None:
    """An answer of many parts is cut in the middle."""
    made = outputs(kept(tmp_path, *({"executableCode": {"n": number}} for number in range(200)), JPEG))
    assert len(made) == 26
    assert plain(made)[12] == "… 177 more parts are not shown"
    assert "image/jpeg" in made[24].data


def test_lone_result(tmp_path: Path) -> None:
    """A result alone on a line shows its final picture."""
    data, metadata = result_mimebundle(kept(tmp_path, "Words.", JPEG))
    assert b64decode(data["image/jpeg"]) == JPEG
    assert metadata["image/jpeg"] == {"alt": "a tabby cat on a sofa", "width": 720, "height": 405}
    assert result_mimebundle(kept(tmp_path, "Words."))[0]["text/plain"] == "Words."


def test_megabyte(tmp_path: Path) -> None:
    """Every output stays below one megabyte."""
    result = kept(tmp_path, "x" * 2_000_000, encoded(noisy(1400, 1400), "JPEG", quality=95))
    for bundle in outputs(result, preview=4096):
        assert sum(len(value) for value in bundle.data.values()) < 1_000_000


# -- hostile texts -------------------------------------------------------------------------------------

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</pre></div><iframe src='javascript:alert(1)'>",
    "\x1b[31mred\x1b[0m and \x1b]8;;https://evil.example\x07link\x1b]8;;\x07",
    "\x9b31mred \x90dcs\x9c",
    "abc\u202egnp.exe\u2066x\u2069",
    "$\\href{javascript:alert(1)}{x}$ $latex$",
    "![x](https://evil.example/x.png) <https://evil.example>",
    "nul\x00 bell\x07 back\x08 del\x7f",
    "lone \ud800 surrogate",
    "مرحبا שלום 👨‍👩‍👧 e\u0301",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile(tmp_path: Path, text: str) -> None:
    """Hostile text is shown letter for letter and does nothing."""
    result = replace(kept(tmp_path, text, JPEG, prompt=text), conversation_name=text, notices=(text,)).with_(alt="")
    for bundle in outputs(result):
        for mime, value in bundle.data.items():
            assert mime in ("text/plain", "text/html", "image/jpeg")
            value.encode("utf-8")
            assert not any((ord(c) < 32 and c not in "\n\t") or 0x7F <= ord(c) < 0xA0 for c in value)
            assert not set(value) & set("\u202e\u2066\u2069")
            assert "[31m" not in value
        page = bundle.data.get("text/html", "")
        assert "<script" not in page
        assert "<img" not in page
        assert "<iframe" not in page
        assert "onerror=alert" not in page.replace("onerror=alert(1)&gt;", "")
        assert not page or page.startswith('<div class="tex2jax_ignore mathjax_ignore"')


def test_scripts_and_emoji() -> None:
    """Scripts that need marks and joiners keep them."""
    assert clean("مرحبا שלום 👨‍👩‍👧 e\u0301") == "مرحبا שלום 👨‍👩‍👧 e\u0301"


def test_key() -> None:
    """A key is never shown."""
    key = "AIza" + "b" * 35
    assert key not in clean(f"my key is {key}")
    assert key not in line_bundle(f"my key is {key}").data["text/html"]


def test_long_text() -> None:
    """A long text is cut with a note."""
    shown = text_bundle("ä" * 50_000).data["text/plain"]
    assert shown.startswith("ä" * 20_000 + "\n… and 30,000 more characters")
    assert one_line("word " * 100, 20) == "word word word word…"


@settings(max_examples=examples(6), deadline=None)
@given(st.text(max_size=300))
def test_cleaning_is_settled(text: str) -> None:
    """Cleaning twice changes nothing more."""
    assert clean(clean(text)) == clean(text)


def test_result_fits() -> None:
    """`Result` and the values in these tests have the attributes of `Shown`; mypy checks their types."""
    from nbgemini.notebook.show.texts import Shown
    from nbgemini.studio.handles import Result

    names = [name for name in vars(Shown) if not name.startswith("_")]
    assert names
    fields = set(Result.__dataclass_fields__)
    assert all(name in fields or hasattr(Result, name) for name in names)
    assert all(name in Kept.__dataclass_fields__ or hasattr(Kept, name) for name in names)
