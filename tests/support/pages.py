"""The pages of the site as steps: cells, other blocks, and the pictures that stand beneath the cells that drew them.

`python -m tests.support.pages` draws these pictures anew: on the emulator, by the cells that stand above them.
"""

from __future__ import annotations

import base64
import io
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from tests.support.kernel import Outcome, kernel

if TYPE_CHECKING:
    from tests.support.kernel import Kernel

__all__ = ["FOLDER", "PAGES", "Step", "drawn", "lay_out", "name_of", "reduced", "run", "steps"]

FOLDER = Path(__file__).parents[2] / "notebooks"
PAGES = sorted(path for path in FOLDER.rglob("*.md") if not path.relative_to(FOLDER).parts[0].startswith("_"))
WIDEST = 800  # pixels of a picture on a page, and 640 high
_BLOCK = r"^```(?P<info>\w[\w ]*)\n(?P<text>.*?)^```$"
_PICTURE = r"^!\[(?P<alt>[^\]]*)\]\((?P<picture>[^)]+)\)$"
_STEP = re.compile(f"{_BLOCK}|{_PICTURE}", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Step:
    """A block with the words behind its fence, or a picture with its alternative text."""

    info: str = ""
    text: str = ""
    picture: str = ""

    @property
    def is_cell(self) -> bool:
        return self.info.split()[:1] == ["python"]

    @property
    def fails(self) -> bool:
        """Whether its cell is to end in an error."""
        return "raises" in self.info.split()

    @property
    def is_ours(self) -> bool:
        """Whether the picture was drawn by the cell above it: all of them but the photo."""
        return "gallery/" in self.picture and not self.picture.endswith("/photo.webp")


def name_of(path: Path) -> str:
    return path.relative_to(FOLDER).with_suffix("").as_posix()


def steps(path: Path) -> list[Step]:
    """All of a page, in order."""
    return [
        Step(found["info"] or "", (found["text"] or found["alt"] or "").rstrip("\n"), found["picture"] or "")
        for found in _STEP.finditer(path.read_text("utf-8"))
    ]


def lay_out(path: Path, folder: Path) -> None:
    """The files that a page says are there."""
    with Image.open(FOLDER / "gallery" / "photo.webp") as photo:
        photo.save(folder / "photo.jpg")
    for step in steps(path):
        if step.info == "text" and step.text.startswith("name,"):
            (folder / "products.csv").write_text(step.text, "utf-8")


def run(path: Path, running: Kernel) -> Iterator[tuple[Step, Outcome, Step | None]]:
    """Each cell with what came of it, and the picture that stands beneath it, if one does."""
    page = steps(path)
    for step, after in zip(page, [*page[1:], Step()], strict=True):
        if step.is_cell:
            yield step, running.run(step.text, timeout=60), after if after.is_ours else None


def drawn(outcome: Outcome) -> Image.Image:
    """The last picture that a cell shows."""
    data = outcome.pictures[-1]["data"]
    encoded = next(value for kind, value in data.items() if kind.startswith("image/"))
    return Image.open(io.BytesIO(base64.b64decode(encoded)))


def reduced(picture: Image.Image) -> Image.Image:
    """As large as it stands on a page."""
    picture = picture.convert("RGB")
    picture.thumbnail((WIDEST, 640), Image.Resampling.LANCZOS)
    return picture


def _draw_anew() -> None:
    for path in PAGES:
        if not any(step.is_ours for step in steps(path)):
            continue
        with tempfile.TemporaryDirectory() as folder, kernel(Path(folder)) as running:
            lay_out(path, Path(folder))
            for step, outcome, picture in run(path, running):
                if not outcome.ok and not step.fails:
                    sys.exit(f"{name_of(path)}: {step.text}\n{outcome.error_lines}")
                if picture is not None:
                    reduced(drawn(outcome)).save(path.parent / picture.picture, "WEBP", quality=80, method=6)
                    sys.stdout.write(f"{name_of(path)}: {picture.picture}\n")


if __name__ == "__main__":
    _draw_anew()
