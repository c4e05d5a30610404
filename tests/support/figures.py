"""Figures that the tests themselves produce, for the table in `.github/PROMISES.md`.

A test records what it has tried and what came of it; nothing happens unless `NBGEMINI_FIGURES` names a file::

    figures.add("odd and hostile servers", 312, raw=0, silent=0, hangs=0, lost=0)
    figures.add("memory of one answer", 9, most={"MB over the baseline": 143.2})

Records of one name are added up, their `most` is the largest of all: a parametrized test records one case at a time.
The numbers of cases must not depend on chance. `python -m tests.support.figures FILE…` prints the table, and with
`--check FILE.md` compares the one that stands there: it may claim less than was produced, never more.
Standard library only.
"""

from __future__ import annotations

import json
import math
import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["BEGIN", "END", "VARIABLE", "Figure", "add", "disagreements", "merged", "parsed", "table"]

VARIABLE = "NBGEMINI_FIGURES"
BEGIN, END = "<!-- figures: produced by the tests -->", "<!-- end of figures -->"
_HEAD = ["| tried | cases | outcome |", "|---|---:|---|"]
_ROW = re.compile(r"\| (?P<name>[^|]+?) \| (?P<cases>[\d,]+) \| (?P<outcome>[^|]*?) \|")
_OUTCOME = re.compile(r"(?P<bound>≤ )?(?P<number>[\d,]+(?:\.\d+)?) (?P<what>.+)")


@dataclass
class Figure:
    """What was tried under one name: how many cases, how often each thing went wrong, and the largest measures."""

    cases: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    most: dict[str, float] = field(default_factory=dict)

    def take(self, cases: int, counts: Mapping[str, int], most: Mapping[str, float]) -> None:
        self.cases += cases
        for what, count in counts.items():
            self.counts[what] = self.counts.get(what, 0) + count
        for what, value in most.items():
            self.most[what] = max(self.most.get(what, value), value)

    def outcome(self) -> str:
        """`0 raw, 0 lost, ≤ 144 MB over the baseline`."""
        bounds = [f"≤ {math.ceil(value):,} {what}" for what, value in self.most.items()]
        return ", ".join([*(f"{count:,} {what}" for what, count in self.counts.items()), *bounds])


def add(name: str, cases: int, *, most: Mapping[str, float] | None = None, **counts: int) -> None:
    """Record `cases` more under `name`, how many of them went wrong in which way, and measures that have a limit.

    An underscore in the name of a count reads as a blank. Several processes may record into one file.
    """
    path = os.environ.get(VARIABLE)
    if not path:
        return
    spelled = {what.replace("_", " "): count for what, count in counts.items()}
    record = {"name": name, "cases": cases, "counts": spelled, "most": dict(most or {})}
    line = json.dumps(record, ensure_ascii=False) + "\n"
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)  # one write at the end: lines do not mix
    try:
        os.write(handle, line.encode())
    finally:
        os.close(handle)


def merged(paths: Iterable[Path]) -> dict[str, Figure]:
    """The figures of some files by name, in the order of the alphabet."""
    found: dict[str, Figure] = {}
    for path in paths:
        for line in path.read_text("utf-8").splitlines():
            record = json.loads(line)
            found.setdefault(record["name"], Figure()).take(record["cases"], record["counts"], record["most"])
    return dict(sorted(found.items()))


def table(figures: Mapping[str, Figure]) -> str:
    """The figures as a Markdown table."""
    rows = [f"| {name} | {figure.cases:,} | {figure.outcome()} |" for name, figure in figures.items()]
    return "\n".join([*_HEAD, *rows])


def parsed(text: str) -> dict[str, Figure]:
    """The figures in the table between the two comments. Raises ValueError where there is no such table."""
    between = text.partition(BEGIN)[2].partition(END)[0].strip().splitlines()
    if between[:2] != _HEAD:
        raise ValueError("there is no table of figures")
    found: dict[str, Figure] = {}
    for line in between[2:]:
        row = _ROW.fullmatch(line)
        if row is None:
            raise ValueError(f"this is no row of figures: {line}")
        found[row["name"]] = figure = Figure(_number(row["cases"]))
        for item in filter(None, re.split(r", (?=[\d≤])", row["outcome"])):
            outcome = _OUTCOME.fullmatch(item)
            if outcome is None:
                raise ValueError(f"this is no outcome: {item}")
            if outcome["bound"]:
                figure.most[outcome["what"]] = float(outcome["number"].replace(",", ""))
            else:
                figure.counts[outcome["what"]] = _number(outcome["number"])
    return found


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def disagreements(claimed: Mapping[str, Figure], produced: Mapping[str, Figure]) -> list[str]:
    """Where a table claims more than was produced, as sentences."""
    said: list[str] = []
    for name, claim in claimed.items():
        figure = produced.get(name)
        if figure is None:
            said.append(f"{name}: nothing of that name was tried")
            continue
        if claim.cases > figure.cases:
            said.append(f"{name}: {claim.cases:,} cases are claimed, {figure.cases:,} were tried")
        for what, value in [*figure.counts.items(), *figure.most.items()]:
            limit = {**claim.counts, **claim.most}.get(what)
            if limit is None:
                said.append(f"{name}: `{what}` is not told")
            elif value > limit:
                said.append(f"{name}: at most {limit:g} {what} are claimed, there were {value:g}")
        said += [f"{name}: `{what}` was not looked at" for what in claim.counts if what not in figure.counts]
        said += [f"{name}: `{what}` was not measured" for what in claim.most if what not in figure.most]
    return said


def _main(arguments: list[str]) -> int:
    checked = Path(arguments[1]) if arguments[:1] == ["--check"] else None
    produced = merged(Path(name) for name in arguments[2 if checked else 0 :])
    sys.stdout.write(table(produced) + "\n")
    said = disagreements(parsed(checked.read_text("utf-8")), produced) if checked else []
    sys.stderr.writelines(f"{checked}: {line}\n" for line in said)
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
