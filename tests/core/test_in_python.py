"""What errors advise, in the words of Python."""

from __future__ import annotations

import pytest

from nbgemini.core.in_python import in_python, speaking_python
from nbgemini.errors import OptionError


@pytest.mark.parametrize(
    ("cell", "python"),
    [
        ("`--yes` sends it", "`yes=True` sends it"),
        ("add `--size 4K`", 'add `size="4K"`'),
        ('`--system ""` takes it away', '`system=""` takes it away'),
        ("ask for fewer with `-n`", "ask for fewer with `count`"),
        ("`--budget 0.50`", "`budget=0.50`"),
        ("`--from @3`", '`from_="@3"`'),
        ("`%imagine undo` takes it back", "`conversation.undo()` takes it back"),
        ("`%imagine recover` lists it", "`%imagine recover` (in a notebook) lists it"),
        ("`--new -r @last` starts afresh", '`new=True, ref="@last"` starts afresh'),
        ("`--nosuch` stays, and so does `code`", "`--nosuch` stays, and so does `code`"),
    ],
)
def test_options_and_subcommands(cell: str, python: str) -> None:
    """Each as Python writes it; what Python has no word for is said to be a notebook's."""
    assert in_python(cell) == python


def test_errors_on_their_way() -> None:
    """Message and hint, both."""
    error = OptionError("`--new` and `--from` exclude each other.", hint="`%imagine undo`")
    with pytest.raises(OptionError, match="`new=True` and `from_`") as caught, speaking_python():
        raise error
    assert caught.value.hint == "`conversation.undo()`"
