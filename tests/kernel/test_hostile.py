"""Texts that want to be script, wherever a kernel shows a text of somebody else's: no output is more than text.

Every message is read against the closed list of `tests.support.outputs` by the kernel itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from PIL import Image

from tests.conftest import PictureMaker
from tests.support import hostile
from tests.support.kernel import Kernel, kernel
from tests.support.strict_server import KEY, StrictServer, strict_server

# In the default run a few that differ most; the others are deep.
FEW = ("ends", "terminal link", "half characters")


def shown(running: Kernel, server: StrictServer, every: Mapping[str, str]) -> int:
    """Run the whole session over these texts; how many outputs there were."""
    for name, data in hostile.files(every).items():
        Path(running.folder, name).write_bytes(data)
    server.models = hostile.models(every)
    assert running.run(hostile.beginning(every, {"JPY_SESSION_NAME": f"{every['ends']}.ipynb"})).ok
    outputs = 0
    for name, cell in hostile.SESSION.items():
        server.forget()
        server.will(*cell.script(every))
        outcome = running.run(cell.code, timeout=240)
        assert outcome.ok or name == "tracebacks", (name, outcome.error_lines)
        strange = [one for one in outcome.outputs if one["output_type"] == "error" and not ours(one)]
        assert not strange, f"{name}: " + "\n".join(strange[0]["traceback"])[-6000:]
        outputs += len(outcome.outputs)
    return outputs


def ours(output: Mapping[str, object]) -> bool:
    """Whether an error is one of the tree, or IPython's own for a value that a trait does not take."""
    from nbgemini import errors

    return output["ename"] in (*errors.__all__, "TraitError", "UsageError")


@pytest.mark.deep
def test_a_few_texts_everywhere(tmp_path: Path) -> None:
    """Those that break out of quotes, elements, frames, formulas and encodings."""
    every = {name: hostile.texts()[name] for name in FEW}
    with strict_server() as server, kernel(tmp_path, environment(server)) as running:
        assert shown(running, server, every) > 150
        assert not Path(tmp_path, "pwned").exists()


def test_thoughts_as_they_come(tmp_path: Path, lent_kernel: Kernel) -> None:
    """The live block, and what is left of it."""
    every = hostile.texts()
    running = lent_kernel
    with strict_server() as server:
        running.renew(tmp_path, environment(server))
        running.run("%load_ext nbgemini")
        server.will(hostile.streamed(every))
        asked = running.send("%%imagine --thoughts\na fox", "cell")
        running.until(lambda: "thinking…" in running.cells[asked].text)
        assert every["script"] in running.cells[asked].text
        server.release()
        assert every["script"] in running.finish(asked).text


def test_pictures_that_are_none(tmp_path: Path, lent_kernel: Kernel, picture: PictureMaker) -> None:
    """Drawings, pages, polyglots, bombs and moving pictures: PNG and JPEG come out of it, or words."""
    moving = [
        picture(form, save_all=True, append_images=[Image.new("RGB", (48, 32))]) for form in ("GIF", "PNG", "WEBP")
    ]
    replies = hostile.not_pictures() + [hostile.inline(data, "image/svg+xml") for data in moving]
    running = lent_kernel
    with strict_server() as server:
        running.renew(tmp_path, environment(server))
        running.run("%load_ext nbgemini")
        for reply in replies:
            server.will(reply)
            outcome = running.run("%%imagine --new\na fox")
            kinds = {kind for one in outcome.displays for kind in one["data"]}
            assert kinds <= {"text/plain", "text/html", "image/png", "image/jpeg"}
            assert outcome.ok or 1 < len(outcome.error_lines) <= 3
        assert running.run("%imagine history").ok


def environment(server: StrictServer) -> dict[str, str]:
    return {"GOOGLE_GEMINI_BASE_URL": server.url, "GEMINI_API_KEY": KEY}


@pytest.mark.deep
def test_all_texts_everywhere(tmp_path: Path) -> None:
    """Every text in every place."""
    with strict_server() as server, kernel(tmp_path, environment(server)) as running:
        assert shown(running, server, hostile.texts()) > 1500
        assert not Path(tmp_path, "pwned").exists()
