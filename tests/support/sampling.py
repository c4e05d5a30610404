"""Some values of a long list for the default run, all of them for the slow one; and as many examples as are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import settings

__all__ = ["examples", "sampled", "sampled_rows"]


def sampled(values: Sequence[Any], every: int) -> list[Any]:
    """The parameters of a test: the first and every so-manieth as they are, the others behind `deep`."""
    return [
        value if at % every == 0 else pytest.param(value, marks=pytest.mark.deep) for at, value in enumerate(values)
    ]


def sampled_rows(rows: Sequence[tuple[Any, ...]], every: int) -> list[Any]:
    """The same for a test of several parameters."""
    return [row if at % every == 0 else pytest.param(*row, marks=pytest.mark.deep) for at, row in enumerate(rows)]


def examples(times: int) -> int:
    """So many times what the profile of Hypothesis draws: `--hypothesis-profile many` draws more here, too."""
    return times * settings().max_examples
