"""Errors: three lines at most, money always said, the whole story on the second asking."""

from __future__ import annotations

import inspect
import pickle
import re
from collections.abc import Iterable, Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbgemini import errors
from nbgemini.errors import (
    AnswerBlocked,
    ApiError,
    DeadlinePassed,
    NbgeminiError,
    NotSent,
    OptionError,
    OutcomeUnknown,
    QuotaExceeded,
    UnexpectedReply,
)

CLASSES = [value for _, value in inspect.getmembers(errors, inspect.isclass) if issubclass(value, NbgeminiError)]


def made(kind: type[NbgeminiError], message: str = "It broke.", hint: str = "") -> NbgeminiError:
    return kind(message, hint=hint)


def test_every_class_is_public_and_drawn_in_the_tree() -> None:
    """The docstring of the module is the map: each class stands in it, at its place."""
    drawing = errors.__doc__ or ""
    depths = {found[2]: len(found[1]) // 4 for found in re.finditer(r"^    ([│ ├└─]*)([A-Z]\w+)  ", drawing, re.M)}
    assert sorted(depths) == sorted(kind.__name__ for kind in CLASSES)
    assert set(depths) | {"Charged"} == set(errors.__all__)
    for kind in CLASSES:
        assert depths[kind.__name__] == [base for base in kind.__mro__ if base in CLASSES].index(NbgeminiError)


@pytest.mark.parametrize("kind", CLASSES)
def test_each_has_a_docstring_and_says_what_became_of_the_money(kind: type[NbgeminiError]) -> None:
    """Nobody is left to guess whether a picture was paid for."""
    assert kind.__doc__
    assert re.search(r"Nothing was sent\.|Not charged\.|[Cc]harged\.", made(kind).money())


@pytest.mark.parametrize(
    ("kind", "charged"),
    [
        (OptionError, "nothing sent"),
        (NotSent, "no"),
        (QuotaExceeded, "no"),
        (ApiError, "no"),
        (UnexpectedReply, "maybe"),
        (AnswerBlocked, "maybe"),
        (OutcomeUnknown, "maybe"),
        (DeadlinePassed, "maybe"),
    ],
)
def test_the_usual_charge(kind: type[NbgeminiError], charged: str) -> None:
    """Each branch of the tree has its own default."""
    assert made(kind).charged == charged


def test_three_lines() -> None:
    """What happened, whether it was charged and how much, what to do now."""
    problem = OutcomeUnknown("The connection was lost.", hint="Run the cell again.", amount="≈ $0.134")
    assert problem.lines() == [
        "OutcomeUnknown: The connection was lost.",
        "May have been charged: ≈ $0.134.",
        "Run the cell again.",
    ]
    assert str(problem) == "The connection was lost. May have been charged: ≈ $0.134. Run the cell again."


def test_an_amount_is_said_only_where_money_may_be_gone() -> None:
    """`Not charged: $0.134` would be nonsense."""
    assert NbgeminiError("x", charged="no", amount="$1").money() == "Not charged."
    assert NbgeminiError("x", charged="yes", amount="$1").money() == "Charged: $1."


@given(st.text(), st.text(), st.sampled_from(CLASSES))
def test_hostile_text_stays_on_three_lines(message: str, hint: str, kind: type[NbgeminiError]) -> None:
    """No server text, file name or prompt adds a line, a control character or an escape sequence."""
    problem = made(kind, message, hint)
    shown = problem._render_traceback_()
    assert 1 <= len(shown) <= 3
    for line in [*shown, str(problem)]:
        assert line.isprintable()
    assert all(len(line) <= 400 for line in shown)


@pytest.mark.parametrize(
    "text",
    ["\x1b[31mred\x1b[0m", "a\r\nb", "bell\a", "null\x00", "next\u2028line", "right\u202eleft", "zero\u200bwidth"],
)
def test_control_characters_never_show(text: str) -> None:
    """Escape sequences, line separators and direction marks are replaced or become blanks."""
    shown = " ".join(made(OptionError, text).lines())
    assert shown.isprintable()


def test_a_long_message_is_cut() -> None:
    """A page of server text becomes three lines that fit; a word without an end is shortened in its middle."""
    lines = made(ApiError, "word " * 1000).lines()
    assert len(lines) <= 3
    assert max(map(len, lines)) <= 100
    assert " …" in "".join(lines)
    assert lines[-1].startswith("Not charged.")
    assert made(ApiError, "x" * 5000).lines()[0] == f"ApiError: {'x' * 16}…{'x' * 29}…"


def test_the_name_of_a_file_survives() -> None:
    """Of a long path the beginning and the end are shown, in three lines of 100 characters."""
    path = f"/data/{'very-long-folder/' * 9}cat.png"
    error = OptionError(f"`{path}` cannot be read: there is no such file.", hint="Say where it is. " * 6)
    assert len(error.lines()) <= 3
    assert max(map(len, error.lines())) <= 100
    assert "/cat.png` cannot be read" in "\n".join(error.lines())
    assert path in str(error)


def test_short_at_first_whole_on_the_second_asking() -> None:
    """IPython asks once for the cell's output and again for `%tb`."""
    with pytest.raises(OptionError) as caught:
        raise OptionError("It broke.")
    assert caught.value._render_traceback_() == ["OptionError: It broke.", "Nothing was sent."]
    whole = caught.value._render_traceback_()
    assert whole[0].startswith("Traceback")
    assert any("test_errors.py" in line for line in whole)


def test_what_programs_read() -> None:
    """The facts of a failure are attributes, not only words."""
    quota = QuotaExceeded("Too fast.", retry_after=12.5, scope="day", server_message="quota")
    assert (quota.status, quota.reason, quota.retry_after, quota.scope) == (429, "RESOURCE_EXHAUSTED", 12.5, "day")
    blocked = AnswerBlocked(
        "Blocked.", finish_reason="IMAGE_SAFETY", block_reason="", server_message="policy", charged="yes"
    )
    assert (blocked.finish_reason, blocked.charged, blocked.server_message) == ("IMAGE_SAFETY", "yes", "policy")
    assert isinstance(made(OptionError), ValueError)
    assert isinstance(made(errors.ConversationError), LookupError)


def test_an_error_without_a_message_still_has_one() -> None:
    """Raised bare, as a class, it says its name."""
    problem = NbgeminiError.__new__(NbgeminiError)
    assert problem.message == "NbgeminiError"


@pytest.mark.parametrize("kind", CLASSES)
def test_errors_travel_between_processes(kind: type[NbgeminiError]) -> None:
    """Pickling, as multiprocessing and joblib do it, keeps what is said."""
    problem = made(kind, "It broke.", "Try again.")
    again = pickle.loads(pickle.dumps(problem))
    assert type(again) is kind
    assert again.lines() == problem.lines()


def every_error(kind: type[NbgeminiError] = NbgeminiError) -> Iterator[type[NbgeminiError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from every_error(below)


@pytest.mark.parametrize(
    ("quoted", "ended"),
    [
        ("no such host.", "no such host."),
        ("did you mean `wait`?", "did you mean `wait`?"),
        ("stop!", "stop!"),
        ("and so on…", "and so on…"),
        ("and so on...", "and so on..."),
        ('it says "No."', 'it says "No."'),
        ("look in `..`", "look in `..`."),
        ("a..b", "a..b."),
    ],
)
def test_a_sentence_has_one_mark_at_its_end(quoted: str, ended: str) -> None:
    """What is quoted in an error often brings a mark of its own; in each class, in message, hint, lines and text."""
    for kind in every_error():
        error = kind(f"It failed: {quoted}. So it is: {quoted}.", hint=f"Look: {quoted}.")
        for text in (error.message, *error.lines(), str(error)):
            assert re.search(r"(?<!\.)[.!?…]\.(?!\.)(?=\s|$)|[?!…]\.", text) is None, kind
        assert error.message == f"It failed: {ended} So it is: {ended}", kind
        assert error.hint == f"Look: {ended}", kind


def texts(constants: Iterable[object]) -> Iterator[str]:
    """The texts among the constants of compiled code, of the code in it too."""
    for value in constants:
        if isinstance(value, str):
            yield value
        elif isinstance(value, CodeType):
            yield from texts(value.co_consts)
        elif isinstance(value, tuple | frozenset):
            yield from texts(value)


def test_no_text_of_ours_ends_twice() -> None:
    """Every text in the source, with what is filled in left out."""
    twice = re.compile(r"\w(?:[?!…]\.|\.\.)(?:\s|$)|\w [.?!](?:\s[A-Z]|$)")
    assert [
        (path.name, text)
        for path in Path(errors.__file__).parent.rglob("*.py")
        # As Python keeps it beside the source: parsing all of it takes seconds.
        for text in texts([SourceFileLoader(path.stem, str(path)).get_code(path.stem)])
        if " " in text.strip() and twice.search(text)
    ] == []
