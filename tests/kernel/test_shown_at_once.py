"""A large picture is shown from what was made of it while it came."""

from __future__ import annotations

import base64

from tests.kernel.conftest import Notebook

LOOKED_AT = """
import base64
from nbgemini.notebook.show import previews
_last = nbgemini.conversation().last
_made = previews.taken(_last.exchange.picture.sha256, 1024)
print(None if _made is None else _made == previews.make_preview(_last.path), end=" ")
print("" if _made is None else _made.base64())"""


def test_a_preview_is_made_while_its_picture_comes(offline: Notebook) -> None:
    """Of one large picture; it is what the cell shows. Small ones, and several, are not looked at."""
    offline.python("import nbgemini")
    (shown,) = offline.drawn("a fox", "-m flash -s 2K").pictures
    same, made = offline.python(LOOKED_AT).split()
    assert same == "True"
    assert base64.b64decode(made) == base64.b64decode(shown["data"]["image/jpeg"])
    offline.drawn("at night", "-s 512")
    assert offline.python(LOOKED_AT).split() == ["None"]
    offline.drawn("at noon", "-s 2K -n 2")
    assert offline.python(LOOKED_AT).split() == ["None"]
