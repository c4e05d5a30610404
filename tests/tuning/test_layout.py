"""Where shots stand on their sheet."""

from __future__ import annotations

import itertools

import pytest

from nbgemini.errors import OptionError
from nbgemini.tuning.holding.layout_of_shots import Spot, lay_out


def spots(samples: int = 1, **axes: list[str]) -> list[Spot]:
    found = itertools.product(itertools.product(*axes.values()), range(1, samples + 1))
    return [
        Spot(number, dict(zip(axes, labels, strict=True)), sample) for number, (labels, sample) in enumerate(found, 1)
    ]


def test_without_axes_it_flows() -> None:
    """One block of tiles without heads."""
    layout = lay_out(spots(5), [])
    assert [list(block.cells.values()) for block in layout.blocks] == [[(1,), (2,), (3,), (4,), (5,)]]
    assert layout.blocks[0].columns == ()


def test_one_axis_is_a_row_of_columns_with_samples_stacked() -> None:
    """More values than fit go on in a further row."""
    layout = lay_out(spots(2, style=["ink", "oil"]), [["style"]])
    assert (layout.stacked, layout.blocks[0].columns) == (True, ("ink", "oil"))
    assert layout.blocks[0].cells == {(0, 0): (1, 2), (0, 1): (3, 4)}
    assert [len(block.columns) for block in lay_out(spots(a=list("0123456789")), [["a"]]).blocks] == [8, 2]


def test_two_axes_are_rows_and_columns() -> None:
    """The first goes down, the second across; swapped where the columns would not fit."""
    layout = lay_out(spots(style=["ink", "oil"], aspect=["1:1", "16:9"]), [["style"], ["aspect"]])
    assert (layout.row_axis, layout.column_axis) == ("style", "aspect")
    assert layout.blocks[0].cells == {(0, 0): (1,), (0, 1): (2,), (1, 0): (3,), (1, 1): (4,)}
    wide = lay_out(spots(style=["ink", "oil"], n=list("0123456789")), [["style"], ["n"]])
    assert (wide.row_axis, wide.column_axis) == ("n", "style")


def test_further_axes_make_blocks() -> None:
    """One for each of their values; an axis without a choice is in no head."""
    shots = spots(style=["ink", "oil"], aspect=["1:1", "16:9"], model=["pro", "flash"], size=["1K"])
    layout = lay_out(shots, [["style"], ["aspect"], ["model"], ["size"]])
    assert [block.heads for block in layout.blocks] == [(("model", "pro"),), (("model", "flash"),)]
    assert sorted(n for block in layout.blocks for cell in block.cells.values() for n in cell) == list(range(1, 9))


def test_it_is_laid_out_as_asked() -> None:
    """Rows and columns by name, and nothing else."""
    shots = spots(style=["ink", "oil"], model=["pro", "flash"])
    layout = lay_out(shots, [["style"], ["model"]], rows="model", columns="style")
    assert (layout.row_axis, layout.column_axis) == ("model", "style")
    with pytest.raises(OptionError, match="`mood` is not an axis"):
        lay_out(shots, [["style"], ["model"]], rows="mood")
    with pytest.raises(OptionError, match="two axes"):
        lay_out(shots, [["style"], ["model"]], rows="style", columns="style")


def test_heads_of_a_list_say_what_differs() -> None:
    """Columns of an explicit list that are the same in all rows are in no head."""
    shots = [
        Spot(1, {"prompt": "a", "aspect": "1:1"}, 1), Spot(2, {"prompt": "b", "aspect": "1:1"}, 1),
    ]  # fmt: skip
    assert lay_out(shots, [["prompt", "aspect"]]).blocks[0].columns == ("a", "b")
