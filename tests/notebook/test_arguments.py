"""The option line of `%%imagine` and the line of `%imagine`: what they mean, and what a slip is answered with."""

from __future__ import annotations

import shlex
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbgemini.core.option_table import OPTIONS
from nbgemini.core.options import ImageOptions, Options
from nbgemini.errors import NbgeminiError, OptionError
from nbgemini.notebook.line.arguments import Subcommand, parse_subcommand
from nbgemini.notebook.line.grammar import SUBCOMMANDS
from nbgemini.notebook.line.optionline import parse_options, parse_prompt
from nbgemini.notebook.line.splitting import Word, split
from tests.support.sampling import examples


def test_defaults() -> None:
    """An empty line gives the defaults."""
    options = parse_options("")
    assert options == Options()
    assert options.image == ImageOptions()
    assert (options.count, options.ref, options.new, options.from_, options.save) == (1, (), False, None, None)


def test_every_option() -> None:
    """Every option of this version reaches its field."""
    line = (
        "-m pro -a 16:9 -s 2K -n 3 -r cat -r dog.png --from cat -c hero -o snow --only image --thinking HIGH"
        " --system 'be brief' --seed -7 --temperature .5 --top-p 0.9 --top-k 40 --max-tokens 4096"
        " --set generationConfig.seed=3 --set a.b='{\"c\": 1}' --save out/ --preview 512 --alt 'a cat' --raw --quiet"
        " --dry-run --show curl --timeout 90.5 --yes"
    )
    options = parse_options(line)
    assert options.image == ImageOptions(
        aspect="16:9",
        size="2K",
        only="image",
        thinking="high",
        system="be brief",
        seed=-7,
        temperature=0.5,
        top_p=0.9,
        top_k=40,
        max_tokens=4096,
        set=(("generationConfig.seed", 3), ("a.b", {"c": 1})),
    )
    others = {name: value for name, value in options.given.items() if not hasattr(ImageOptions, name)}
    assert others == {
        "model": "pro",
        "count": 3,
        "ref": ("cat", "dog.png"),
        "from_": "cat",
        "conversation": "hero",
        "out": "snow",
        "save": "out/",
        "preview": 512,
        "alt": "a cat",
        "raw": True,
        "quiet": True,
        "dry_run": True,
        "show": "curl",
        "timeout": 90.5,
        "yes": True,
    }


@pytest.mark.parametrize("line", ["-a 16:9", "-a16:9", "-a=16:9", "--aspect 16:9", "--aspect=16:9", '--aspect="16:9"'])
def test_attached_values(line: str) -> None:
    """A value may stand beside its option or be attached to it."""
    assert parse_options(line).image.aspect == "16:9"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (r"-r C:\Users\me\cat.png", ["-r", r"C:\Users\me\cat.png"]),
        (r"-r \\server\share\cat.png", ["-r", r"\\server\share\cat.png"]),
        (r'--save "C:\My Pictures\cat.png"', ["--save", r"C:\My Pictures\cat.png"]),
        (r'--alt "say \"hi\" now"', ["--alt", 'say "hi" now']),
        ('--set a=\'{"b": "c d"}\'', ["--set", 'a={"b": "c d"}']),
        ('--alt "it\'s"', ["--alt", "it's"]),
        ("  -a\t16:9  ", ["-a", "16:9"]),
        ("--alt ''", ["--alt", ""]),
        ("--alt 猫とソファ", ["--alt", "猫とソファ"]),
    ],
)
def test_words(line: str, words: list[str]) -> None:
    """Words are quoted as in a shell and backslashes survive."""
    assert [word.text for word in split(line)] == words


def test_quoted_word() -> None:
    """A quoted word is never an option."""
    assert split('"-a"') == (Word("-a", quoted=True),)
    assert parse_options('--alt "-- a cat --"').alt == "-- a cat --"


@pytest.mark.parametrize(
    ("line", "what", "hint"),
    [
        ("--aspct 1:1", "`--aspct` is not an option", "`--aspect`"),
        ("--asp 1:1", "`--asp` is not an option", "`--aspect`"),
        ("-aspect 1:1", "`-aspect` is not an option", "`--aspect`"),
        ("-new", "`-new` is not an option", "`--new`"),
        ("--a 1:1", "`--a` is not an option", "`-a`"),
        ("--top_p 0.5", "`--top_p` is not an option", "`--top-p`"),
        ("--Aspect 1:1", "`--Aspect` is not an option", "`--aspect`"),
        ("--con x", "`--con` is not an option", "`--conversation`"),
        ("--help", "`--help` is not an option", "`%imagine help`"),
        ("-z", "`-z` is not an option", "`%imagine help`"),
        ("—new", "typographic dash", "`--new`"),
        ("–a 16:9", "typographic dash", "`-a`"),
        ("–a16:9", "typographic dash", "`-a16:9`"),
        ("−−dry−run", "typographic dash", "`--dry-run`"),
        ("--system “be brief”", "typographic quotation mark", '`"`'),
        ("a tabby cat", "`a` is not an option; the prompt goes below the line", "on the lines below it"),
        ("-a 16:9 cat", "`cat` is not an option; the prompt goes below the line", "on the lines below it"),
        (r"-r my\ cat.png", "`cat.png` stands alone", '`"my cat.png"`'),
        ("undo", "`undo` is a subcommand", "`%imagine undo`"),
        ("--alt it's", "not closed: `'s`", "double quotes"),
        ('--alt "cat', 'not closed: `"cat`', "double quotes"),
        ("-a", "`--aspect` needs a value", ""),
        ("-a --new", "`--aspect` needs a value", ""),
        ("--alt -x", "`--alt=-x`", ""),
        ("--alt —x", "`--alt=—x`", ""),
        ("--show", "json, curl, python", ""),
        ("--new=yes", "`--new` takes no value", ""),
        ("-a 1:1 --aspect 16:9", "`--aspect` is given twice, as `1:1` and as `16:9`", "Leave one out"),
        ("--new --new", "`--new` is given twice", "Leave one out"),
        ("--new --from cat", "cannot be used together", "`--from REF`"),
        ("--model=", "value of `--model` is empty", "Leave `--model` out"),
        ("-c ''", "value of `--conversation` is empty", "Leave"),
        ("-c 'a\x1bb'", "printable", ""),
        ("-s 8k", "sizes are", ""),
        ("-a 16-9", "write it like `16:9`", ""),
        ("-n 0", "`count` goes from 1 to 1000, not 0", ""),
        ("-n two", "not `two`", ""),
        ("-n " + "9" * 5000, "`count` takes a whole number", ""),
        ("--preview 9", "`preview` goes from 64 to 4096, not 9", ""),
        ("--timeout 0", "above 0", ""),
        ("--timeout nan", "above 0", ""),
        ("--timeout soon", "such as 240", ""),
        ("--show xml", "json, curl, python", ""),
        ("-o class", "is a Python keyword", ""),
        ("-o my-cat", "cannot be a variable", ""),
        ("-o 3", "cannot be a variable", ""),
        *((f"-o {name}", "belongs to Python or IPython", "") for name in ("__builtins__", "In", "_", "_i12", "_3")),
        ("--set a", "has no value", ""),
        ("--seed 1.5", "`seed` takes a whole number", ""),
    ],
)
def test_slips(line: str, what: str, hint: str) -> None:
    """A slip is named with what was probably meant."""
    with pytest.raises(OptionError) as caught:
        parse_options(line)
    assert what in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.charged == "nothing sent"


def test_table_is_the_surface() -> None:
    """The table holds every option and subcommand of the surface."""
    options = (
        "model aspect size count ref new from conversation out search thinking thoughts system only seed temperature"
        " top-p top-k max-tokens safety tier set vary pair skip name workers strict batch yes save preview alt raw"
        " quiet bg dry-run show replay fresh budget timeout history person-generation image-output-options"
    )
    subcommands = (
        "undo redo fork use list history show pick reset cost budget recover verify resume batches save load"
        " sweeps star note tag compare find gallery"
        " export models panel doctor help"
    )
    assert {row.long for row in OPTIONS.values()} == {f"--{name}" for name in options.split()}
    assert {row.name for row in SUBCOMMANDS} == set(subcommands.split())
    assert "".join(sorted(row.short.strip("-") for row in OPTIONS.values())) == "acmnors"


def test_variable_as_python_stores_it() -> None:
    """A variable is named as Python will look it up."""
    assert parse_options("-o ﬁg").out == "fig"


@pytest.mark.parametrize("body", ["", "\n", "  \n\t\n"])
def test_no_prompt(body: str) -> None:
    """A cell without a prompt shows an example."""
    with pytest.raises(OptionError) as caught:
        parse_prompt(body)
    assert "cat on a sofa" in caught.value.hint


def test_prompt_as_typed() -> None:
    """A prompt keeps everything but the blank around it."""
    body = '\n  {"json": [1]}\n\n body { color: red } — مرحبا\n'
    assert parse_prompt(body) == '{"json": [1]}\n\n body { color: red } — مرحبا'


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("", Subcommand("history")),
        ("  ", Subcommand("history")),
        ("undo", Subcommand("undo")),
        ("show 3", Subcommand("show", "3")),
        ("show @03", Subcommand("show", "3")),
        ("show hero@3", Subcommand("show", "hero@3")),
        ("show @last --wire", Subcommand("show", "@last", ("--wire",))),
        ("show\t3", Subcommand("show", "3")),
        ('fork "my night"', Subcommand("fork", "my night")),
        ("recover 3f2a", Subcommand("recover", "3f2a")),
        ("help", Subcommand("help")),
        ("help aspect", Subcommand("help", "aspect")),
        ("--help", Subcommand("help")),
    ],
)
def test_subcommands(line: str, meant: Subcommand) -> None:
    """A subcommand with its argument."""
    assert parse_subcommand(line) == meant


@pytest.mark.parametrize(
    ("line", "body", "cell"),
    [
        ("a cat in a hat", "", "%%imagine\na cat in a hat"),
        ('"a cat" -a 1:1', "", "%%imagine -a 1:1\na cat"),
        ("-a1:1 a cat", "in a hat", "%%imagine -a1:1\na cat\nin a hat"),
        ("--new a cat --size=2K on a sofa", "", "%%imagine --new --size=2K\na cat on a sofa"),
        ("-r cat.png make it blue", "", "%%imagine -r cat.png\nmake it blue"),
        ("-r my cat.png", "make it blue", ""),  # which of the words is the name?
        ("--vary style=ink, oil", "a cat, {style}", ""),
        ("a cat --style oil", "", ""),
        ("undo", "", ""),
    ],
)
def test_a_prompt_on_the_option_line(line: str, body: str, cell: str) -> None:
    """The error shows the cell as it was meant, in three lines, where that is sure."""
    with pytest.raises(OptionError) as caught:
        parse_options(line, body=body)
    assert caught.value.cell == cell
    assert len(caught.value.lines()) <= 3
    if cell:
        assert caught.value.lines()[1] == cell.partition("\n")[0]


@pytest.mark.parametrize(
    ("line", "what", "hint"),
    [
        ("udno", "`udno` is not a subcommand", "`%imagine undo`"),
        ("UNDO", "`UNDO` is not a subcommand", "`%imagine undo`"),
        ("histroy 3", "`histroy` is not a subcommand", "`%imagine history`"),
        ("a tabby cat's hat", "`a` is not a subcommand", "`%%imagine`"),
        ("-a 16:9 a cat", "`-a` is not a subcommand", "`%%imagine`"),
        ("show me a cat", "takes one REF", "`%%imagine`"),
        ("list of cats", "takes nothing after it", "`%imagine use NAME`"),
        ("undo 2", "takes nothing after it", "`--from @3`"),
        ("delete 3", "`delete` is not a subcommand", "Nothing is ever deleted"),
        ("clear", "`clear` is not a subcommand", "`%imagine reset`"),
        ("new", "`new` is not a subcommand", "`%imagine reset`"),
        ("rename hero", "`rename` is not a subcommand", "`%imagine fork NAME`"),
        ("3", "`3` is not a subcommand", "`%imagine show 3`"),
        ("@3", "`@3` is not a subcommand", "`--from @3`"),
        ("goto 3", "`goto` is not a subcommand", "`--from @3`"),
        ("switch hero", "`switch` is not a subcommand", "`%imagine use NAME`"),
        ("key abc", "`key` is not a subcommand", "GEMINI_API_KEY"),
        ("set model pro", "`set` is not a subcommand", "`%config NbGemini`"),
        ("cost week", "`%imagine cost` takes nothing after it", "each day"),
        ("price", "`price` is not a subcommand", "`%imagine models`"),
        ("ls", "`ls` is not a subcommand", "`%imagine list`"),
        ("adopt 3f2a", "`adopt` is not a subcommand", "`%imagine recover`"),
        ("rate 3", "`rate` is not a subcommand", "`%imagine star"),
        ("draw", "`draw` is not a subcommand", "`%%imagine`"),
        ("forget everything you drew", "`forget` is not a subcommand", "`%%imagine`"),
        ("show", "needs its REF, as in `%imagine show 3`", ""),
        ("fork", "needs its NAME", ""),
        ("fork ''", "needs its NAME", ""),
        ("show 0", "turn number", ""),
        ("show " + "9" * 5000, "turn number", ""),
        ('fork "x', "not closed", ""),
    ],
)
def test_subcommand_slips(line: str, what: str, hint: str) -> None:
    """A slip in a subcommand is named."""
    with pytest.raises(OptionError) as caught:
        parse_subcommand(line)
    assert what in caught.value.message
    assert hint in caught.value.hint


@settings(max_examples=examples(12), deadline=None)
@given(
    st.text(alphabet=st.sampled_from(list("-—–amsnrco =:\"'“\\@.1x {}\t猫\x00\x1b")), max_size=25)
    | st.text(max_size=40)
)
def test_any_line(line: str) -> None:
    """Whatever is typed, the answer is a value or at most three lines, never a foreign exception."""
    for parse in (parse_options, parse_subcommand):
        try:
            said = str(parse(line)).splitlines()
        except NbgeminiError as error:
            said = error.lines()
        assert 1 <= len(said) <= 3


@settings(max_examples=examples(6), deadline=None)
@given(st.lists(st.text(alphabet="abc '-@{}猫", min_size=1, max_size=8), max_size=5))
def test_round_trip(words: list[str]) -> None:
    """Words quoted by a shell come back as they were."""
    assert [word.text for word in split(shlex.join(words))] == words


def test_light_import() -> None:
    """Parsing loads neither Pillow nor IPython."""
    code = (
        "import sys, nbgemini.notebook.line.optionline\n"
        "print([m for m in ('PIL', 'IPython', 'httpx') if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ("--search", "web"),
        ("--search -a 16:9", "web"),
        ("--search --new", "web"),
        ("-n 2 --search", "web"),
        ("--search image", "image"),
        ("--search=both -n 2", "both"),
        ('--search "web"', "web"),
        ("--search Image --quiet", "image"),
    ],
)
def test_search_with_and_without_a_word(line: str, where: str) -> None:
    """The next word is its value, unless that is an option."""
    assert parse_options(line).image.search == where


@pytest.mark.parametrize("line", ["--search=", "--search pictures", "--search web image", "--search --search"])
def test_a_search_that_cannot_be(line: str) -> None:
    """An empty value, an unknown word, two of them, twice."""
    with pytest.raises(OptionError):
        parse_options(line)


def test_safety_may_be_repeated() -> None:
    """Each time for another category."""
    given = parse_options("--safety harassment=none --safety=hate=only-high").image.safety
    assert given == (("harassment", "none"), ("hate", "only-high"))
    with pytest.raises(OptionError, match="twice"):
        parse_options("--safety hate=none --safety hate=none")
    with pytest.raises(OptionError, match="needs a value"):
        parse_options("--safety --new")


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ('a.b="x y"', "x y"),
        ("a.b='x'", "x"),
        ("'a.b=\"x\"'", "x"),
        ("\"a.b='x'\"", "x"),
        ('a.b={"c": "d e", "n": 1}', {"c": "d e", "n": 1}),
        ("a.b={'c': 'd'}", {"c": "d"}),
        ("a.b={'c':'d'}", {"c": "d"}),
        ("a.b='{\"c\": [1, 2]}'", {"c": [1, 2]}),
        ("a.b=\"{'c': 'd'}\"", {"c": "d"}),
        ('a.b=["x", "y z"]', ["x", "y z"]),
        ("a.b=true", True),
        ("a.b=-1.5", -1.5),
        ('a.b=""', ""),
    ],
)
@pytest.mark.parametrize("attached", ["--set ", "--set="])
def test_set_takes_quotes_as_people_type_them(attached: str, typed: str, value: object) -> None:
    """A shell's around all of it, JSON's inside, both or Python's; blanks inside braces need none."""
    options = parse_options(f"-n 2 {attached}{typed} -s 2K")
    assert options.image.set == (("a.b", value),)
    assert (options.count, options.size) == (2, "2K")


@pytest.mark.parametrize("typed", ["a.b=x", "a.b={c: d}", 'a.b={"c": 1', "a.b=[1", "a.b={'c': open('x')}", "a.b="])
def test_set_says_how_it_is_written(typed: str) -> None:
    """What is no value stays refused; the message shows a text and an object."""
    with pytest.raises(OptionError, match=r"is not JSON|is not an option|not closed") as caught:
        parse_options(f"--set {typed} -s 2K")
    if "is not JSON" in caught.value.message:
        assert '--set generationConfig.imageConfig={"aspectRatio": "16:9"}' in caught.value.hint


@pytest.mark.parametrize(
    ("line", "body", "cell"),
    [
        ("a cat --ar 16:9", "", "%%imagine --aspect 16:9\na cat"),
        ('"a cat" -a 1:1', "", "%%imagine -a 1:1\na cat"),
        ("it's a cat", "", "%%imagine\nit's a cat"),
        ("pro", "a cat", "%%imagine -m pro\na cat"),
        ("google-genai:gemini-3-pro-image", "a cat", "%%imagine -m gemini-3-pro-image\na cat"),
        ("16:9", "a cat", "%%imagine -a 16:9\na cat"),
        ("2k", "a cat", "%%imagine -s 2k\na cat"),
        ("4", "a cat", "%%imagine -n 4\na cat"),
        ("{cat}", "in blue", "%%imagine -r {cat}\nin blue"),
        ("@last", "in blue", "%%imagine -r @last\nin blue"),
        ("ratio=16:9", "a cat", "%%imagine --aspect 16:9\na cat"),
        ("image_size=2K", "a cat", "%%imagine --size 2K\na cat"),
        ("cats -c", "a cat", ""),
        ("a cat --v 6", "", ""),
    ],
)
def test_the_cell_that_was_meant(line: str, body: str, cell: str) -> None:
    """A prompt or a bare value on the option line: the error has the cell as it was meant, and that one parses."""
    with pytest.raises(OptionError) as caught:
        parse_options(line, body=body)
    assert caught.value.cell == cell
    assert max(map(len, caught.value.lines())) <= 100
    if cell:
        assert parse_options(cell.partition("\n")[0].removeprefix("%%imagine"), body=body) is not None


@pytest.mark.parametrize(
    ("line", "cell"),
    [
        ('"a cat"', "%%imagine\na cat"),
        ("a cat in a hat", "%%imagine\na cat in a hat"),
        ("-a 16:9 a cat", "%%imagine -a 16:9\na cat"),
        ("frobnicate", ""),
        ("undoo", ""),
    ],
)
def test_one_percent_sign_too_few(line: str, cell: str) -> None:
    """A prompt after `%imagine` comes back as the cell that draws it."""
    with pytest.raises(OptionError) as caught:
        parse_subcommand(line)
    assert caught.value.cell == cell
