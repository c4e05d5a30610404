"""What the README says to type: its two commands, and its cells with what it prints beneath them.

Standard library only: `python3 -m tests.support.readme 1` prints the first command, for `.ci/run`.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

__all__ = ["README", "blocks", "commands"]

README = Path(__file__).parents[2] / "README.md"


def blocks() -> list[tuple[str, str]]:
    """The fenced blocks in order, as (language, text)."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", README.read_text("utf-8"), re.M | re.S)
    return [(language, text.rstrip("\n")) for language, text in found]


def commands() -> list[str]:
    """The commands that set everything up, each joined to one line: the demo, then the tests."""
    joined = [text.replace("\\\n", " ") for language, text in blocks() if language == "sh"]
    return [re.sub(r" +", " ", text) for text in joined if "venv" in text]


if __name__ == "__main__":
    sys.stdout.write(commands()[int(sys.argv[1]) - 1] + "\n")
