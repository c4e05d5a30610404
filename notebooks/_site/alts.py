"""Gives the pictures in outputs the alt texts that nbgemini wrote into their metadata: MyST-NB reads only the size."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx


def _described(app: Sphinx, tree: nodes.document) -> None:
    """A picture of an output is a file that MyST-NB names by the hash of its bytes."""
    source = Path(app.env.doc2path(app.env.docname))
    if source.suffix != ".ipynb":
        return
    alts = dict(_alts(json.loads(source.read_text("utf-8"))))
    for image in tree.findall(nodes.image):
        alt = alts.get(Path(image["uri"]).stem)
        if alt:
            image["alt"] = alt


def _alts(notebook: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            for kind, facts in output.get("metadata", {}).items():
                if kind.startswith("image/") and "alt" in facts:
                    text = output["data"][kind]
                    data = base64.b64decode(text if isinstance(text, str) else "".join(text))
                    yield hashlib.sha256(data).hexdigest(), facts["alt"]


def setup(app: Sphinx) -> dict[str, bool]:
    """Once for each page, when it has been read."""
    app.connect("doctree-read", _described)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
