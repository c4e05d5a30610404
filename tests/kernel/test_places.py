"""A real kernel at every door of the strict server: each option, uploads, Vertex AI with a login, express mode."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kernel.conftest import Notebook
from tests.support.kernel import Kernel
from tests.support.login import logging_in
from tests.support.strict_server import KEY, StrictServer

FLASH = "gemini-3.1-flash-image"
OPTIONS = (
    "-a 8:1", "-s 512", "--only image", "--thinking high", "--thoughts", "--system 'In ink.'", "--seed 0",
    "--temperature 0", "--top-p 0.9", "--top-k 40", "--max-tokens 4096", "--tier flex", "--search", "--search image",
    "--search both", "--safety hate=none --safety sexual=only-high", "--set 'labels.team=\"a\"'", "-n 2",
)  # fmt: skip


@pytest.fixture
def abroad(tmp_path: Path, server: StrictServer, lent_kernel: Kernel) -> Iterator[Notebook]:
    """A kernel that is logged in on Vertex AI."""
    with logging_in() as login:
        environment = {
            "GOOGLE_GENAI_USE_VERTEXAI": "true",
            "GOOGLE_CLOUD_PROJECT": "my-project-1",
            "GOOGLE_VERTEX_BASE_URL": server.url,
            "GOOGLE_GEMINI_BASE_URL": server.url,
            "GOOGLE_APPLICATION_CREDENTIALS": str(login.service_account(tmp_path)),
        }
        lent_kernel.renew(tmp_path, environment)
        assert lent_kernel.run("%load_ext nbgemini").ok
        yield Notebook(lent_kernel, "abroad")


@pytest.mark.parametrize("options", [OPTIONS[::6], pytest.param(OPTIONS, marks=pytest.mark.deep)], ids=["some", "all"])
def test_every_option_of_a_cell(notebook: Notebook, server: StrictServer, options: tuple[str, ...]) -> None:
    """Each is taken; what follows sends back the turns that it brought."""
    for option in options:
        notebook.drawn("a boat", f"-m flash {option}")
    twice = "-n 2" in options
    assert len(server.posts) == len(options) + twice
    assert len(server.posts[-1].turns) == 2 * len(options) - 1


def test_vertex_ai(abroad: Notebook, server: StrictServer) -> None:
    """Plain and streamed, edits and references, express mode, the Gemini API: nothing crosses that may not."""
    abroad.python("from PIL import Image; sky = Image.new('RGB', (64, 48), 'navy')")
    for line in ("-m flash -a 16:9 -s 2K", "--thoughts --system 'In ink.'", "-r sky --safety hate=none", "--search"):
        abroad.drawn("a boat", line)
    place = f"/v1beta1/projects/my-project-1/locations/global/publishers/google/models/{FLASH}"
    verbs = [post.path.removeprefix(place) for post in server.posts]
    assert verbs == [":generateContent", ":streamGenerateContent?alt=sse", ":generateContent", ":generateContent"]
    assert [len(post.turns) for post in server.posts] == [1, 3, 5, 7]
    assert all(post.json["contents"][0]["role"] == "user" for post in server.posts)

    abroad.python(
        "import os\n"
        "for name in ('GOOGLE_CLOUD_PROJECT', 'GOOGLE_APPLICATION_CREDENTIALS'): del os.environ[name]\n"
        f"os.environ['GOOGLE_API_KEY'] = {KEY[:9]!r} + {KEY[9:]!r}"  # in two, or IPython's history holds it
    )
    abroad.drawn("at night", "--thoughts")
    assert server.posts[-1].path == f"/v1beta1/publishers/google/models/{FLASH}:streamGenerateContent?alt=sse"
    assert len(server.posts[-1].turns) == 9

    abroad.python("del os.environ['GOOGLE_GENAI_USE_VERTEXAI']")
    outcome = abroad.drawn("with a moon")
    assert server.posts[-1].path == f"/v1beta/models/{FLASH}:generateContent"
    assert [turn["role"] for turn in server.posts[-1].turns] == ["user"]
    assert "do not work with the Gemini API" in outcome.text


@pytest.mark.deep
def test_uploads(notebook: Notebook, server: StrictServer) -> None:
    """What is too large goes as a file, once; it is named again, and taken away on request."""
    notebook.python(
        "import nbgemini as nb\nfrom PIL import Image\n"
        "for name in 'abc': Image.effect_noise((1500, 1500), 90).convert('RGB').save(f'{name}.png', compress_level=0)"
    )
    notebook.drawn("in these colours: a boat", "-m flash -r a.png -r b.png -r c.png")
    notebook.drawn("at night", "--thoughts")
    files = [
        [part["fileData"]["fileUri"] for part in post.turns[0]["parts"] if "fileData" in part]
        for post in server.posts
        if "enerateContent" in post.path
    ]
    assert len(files) == 2
    assert files[0] == files[1]
    assert len(files[0]) == len(server.files.files) == 1
    notebook.python("nb.uploads().delete()")
    assert server.files.files == {}
    notebook.drawn("in winter")
    assert len(server.files.files) == 1


def test_the_server_catches_what_is_wrong(renewed: Kernel, server: StrictServer) -> None:
    """A field that a place does not know is a violation there."""
    renewed.run(f"%%imagine -m {FLASH} --set 'modelArmorConfig={{}}'\na boat")
    assert [text for text in server.violations if "modelArmorConfig" in text]
    server.forget()
