"""Puts the course into the wheel: its notebooks without outputs, and the files that their cells read.

A hook of hatchling's. A checkout, and so an editable install, has the notebooks themselves; an archive of the sources
brings this hook with it, so that a wheel made of that is the same.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_BESIDE = {".jpg", ".csv"}


class CourseHook(BuildHookInterface):  # type: ignore[misc]  # hatchling is not installed where types are checked
    """Found by hatchling, which makes one for each build."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        self._bare = Path(tempfile.mkdtemp(prefix="nbgemini-course-"))
        for path in sorted(Path(self.root, "notebooks").iterdir()):
            if path.suffix == ".ipynb":
                (self._bare / path.name).write_text(_without_outputs(path.read_text("utf-8")), "utf-8")
            elif path.suffix in _BESIDE:
                shutil.copy(path, self._bare)
        build_data["force_include"][str(self._bare)] = "nbgemini/course"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            shutil.rmtree(self._bare)


def _without_outputs(notebook: str) -> str:
    document = json.loads(notebook)
    for cell in document["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
