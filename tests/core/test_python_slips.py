"""Names that people try in Python: each gets a sentence with something that works."""

from __future__ import annotations

import re

import pytest

import nbgemini as nb
from nbgemini.core.python_slips import _TABLES, Helpful, one_prompt, unknown_name
from nbgemini.core.ratings import Marked
from nbgemini.errors import OptionError, UnknownName
from nbgemini.studio.handles import ConversationHandle, Result
from nbgemini.studio.process import imagine
from nbgemini.tuning.holding.shot import Shot
from nbgemini.tuning.holding.sweep import Sweep

_CLASSES = {"A conversation": ConversationHandle, "A result": Result, "A shot": Shot, "A sweep": Sweep}


@pytest.mark.parametrize("kind", sorted(_TABLES))
def test_what_is_advised_is_there(kind: str) -> None:
    """Each attribute that an advice names is one of the thing, or of what it leads to; no entry hides a real name."""
    own = set(nb.__all__) if kind == "nbgemini" else set(dir(_CLASSES[kind]))
    leads_to = {name for cls in (*_CLASSES.values(), Marked) for name in dir(cls)} | {"resize", "show", "size"}
    leads_to |= set(Result.__dataclass_fields__)
    for name, text in _TABLES[kind].items():
        assert name not in own, f"{kind} has `{name}`"
        for code in re.findall(r"`([^`%]+)`", text):
            for attribute in re.findall(r"(?:^|[)\]])\.([a-z_]+)", code):
                assert attribute in leads_to, f"{kind}.{name}: {code}"
            for public in re.findall(r"nbgemini\.([a-z_]+)", code):
                assert hasattr(nb, public), code


@pytest.mark.parametrize("kind", sorted(_TABLES))
def test_every_slip_is_three_lines(kind: str) -> None:
    """Whatever is tried: what there is not, that nothing was sent, what to write; 100 characters each."""
    for name in (*_TABLES[kind], "zzz"):
        problem = unknown_name(kind, name, ())
        assert isinstance(problem, UnknownName)
        assert len(problem.lines()) <= 3
        assert max(map(len, problem.lines())) <= 100
        assert problem.hint


@pytest.mark.parametrize("name", ["generate_content", "Client", "edit", "chats", "undo", "imagin"])
def test_the_package(name: str) -> None:
    """A name of other packages, or a slip of the keyboard, is an AttributeError with advice."""
    with pytest.raises(UnknownName, match="nbgemini has no") as caught:
        getattr(nb, name)
    assert "nbgemini." in caught.value.hint
    assert not hasattr(nb, "_nothing")


def test_errors_are_elsewhere() -> None:
    """An error's name says where errors are, in words that work."""
    with pytest.raises(UnknownName) as caught:
        _ = nb.BudgetExceeded  # type: ignore[attr-defined]
    exec(caught.value.hint.split("`")[1], {})


@pytest.mark.parametrize("name", ["api_key", "key", "model"])
def test_assigned_in_vain(name: str) -> None:
    """What other packages let one set on the module is refused instead of being ignored in silence."""
    with pytest.raises(UnknownName, match="cannot be set"):
        setattr(nb, name, "x")


def test_own_errors_stay() -> None:
    """A property that fails keeps its own error, a private name is a plain AttributeError, and names are suggested."""

    class Thing(Helpful, kind="A result"):
        @property
        def image(self) -> str:
            raise AttributeError("inner")

    thing = Thing()
    with pytest.raises(AttributeError, match="inner"):
        _ = thing.image
    with pytest.raises(AttributeError) as caught:
        getattr(thing, "_private")  # noqa: B009  # mypy has no such attribute
    assert not isinstance(caught.value, UnknownName)
    with pytest.raises(UnknownName) as near:
        getattr(thing, "imag")  # noqa: B009
    assert near.value.hint == "Did you mean `.image`?"
    with pytest.raises(UnknownName, match="cannot be set"):
        thing.model = "flash"  # type: ignore[attr-defined]


def test_prompts_are_counted() -> None:
    """No prompt and two prompts are refused in words; what fits is passed on, by place or by name."""

    @one_prompt
    def ask(prompt: str, **words: object) -> tuple[str, dict[str, object]]:
        return prompt, words

    assert ask("a", size="1K") == ("a", {"size": "1K"})
    assert ask(prompt="a") == ("a", {})
    with pytest.raises(OptionError, match="no prompt"):
        ask()  # type: ignore[call-arg]
    with pytest.raises(OptionError, match="one prompt"):
        ask("a", "16:9")  # type: ignore[call-arg]
    with pytest.raises(OptionError, match="one prompt"):
        imagine("a", "16:9")  # type: ignore[call-arg]


def test_no_class_is_called() -> None:
    """`nb.Conversation("x")`, as other packages have it, names the function that makes one."""
    with pytest.raises(OptionError, match="not made by its class") as caught:
        nb.Conversation("x")  # type: ignore[call-arg, arg-type]
    assert "nbgemini.conversation(" in caught.value.hint


def test_keywords_of_what_draws_nothing() -> None:
    """A key or a model that is given to the wrong function is answered with where it goes."""
    with pytest.raises(OptionError, match="`configure` does not take `api_key`") as caught:
        nb.configure(api_key="x")  # type: ignore[call-arg]
    assert "GEMINI_API_KEY" in caught.value.hint
    with pytest.raises(OptionError, match="`conversation` does not take `model`") as caught:
        nb.conversation("hero", model="flash")  # type: ignore[call-arg]
    assert ".imagine(" in caught.value.hint
    with pytest.raises(OptionError, match="does not take `zzz`") as caught:
        nb.conversation(zzz=1)  # type: ignore[call-arg]
    assert caught.value.hint == "It takes `name` and `stored`."
