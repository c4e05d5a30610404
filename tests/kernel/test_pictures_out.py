"""Photos in a real kernel: the bytes that reach a server tell no place, end where the picture ends, and look right."""

from __future__ import annotations

import base64
import io
from urllib.parse import quote

import pytest
from PIL import Image

from tests.kernel.conftest import Notebook
from tests.kernel.test_trouble import refused
from tests.support import photos
from tests.support.strict_server import KEY, StrictServer

PACKET = photos.xmp(
    f"<ps:City>{photos.SECRET}</ps:City>", "utf-16-le", b"\xff\xfe", 'xmlns:ps="http://ns.adobe.com/photoshop/1.0/"'
)
RIDING: dict[str, bytes] = {
    "motion.jpg": photos.jpeg_with(
        photos.segment(0xE1, photos.exif()),
        photos.segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + PACKET),
        photos.segment(0xED, b"Photoshop 3.0\0" + photos.photoshop((0x0404, photos.iptc((90, photos.SECRET))))),
        behind=photos.FILM,
    ),
    "screen.png": photos.png_with(photos.png_text("zTXt", "Location", photos.SECRET.encode()), behind=photos.FILM),
    "web.webp": photos.webp_with((b"EXIF", photos.exif(">")), (b"XMP ", PACKET), behind=photos.FILM),
    "phone.heic": photos.heic(
        (b"Exif", b"\0\0\0\6" + photos.exif()), (b"mime", PACKET), more=photos.box(b"mpvd", photos.FILM)
    ),
}


@pytest.mark.parametrize("name", RIDING)
def test_nothing_rides_along(notebook: Notebook, server: StrictServer, name: str) -> None:
    """A file on the option line, one in the prompt, and the bytes of one as a variable."""
    (notebook.kernel.folder / name).write_bytes(RIDING[name])
    assert photos.leaks(RIDING[name])
    outcome = notebook.drawn("a cat", f"--ref {name}")
    assert "not sent" in outcome.text
    notebook.python(f"given = open({name!r}, 'rb').read()")
    notebook.drawn("like {given}", "--new")
    for post in server.posts:
        (sent,) = post.images
        assert photos.leaks(sent) == []
        assert b"ftypmp42" not in sent
        assert photos.KEPT.encode() in sent or name == "screen.png"


def test_addresses_of_other_kinds(notebook: Notebook, server: StrictServer) -> None:
    """`file:` and `data:` work in a cell, as in Python; `gs:` is refused with both of its slashes."""
    data = photos.picture("PNG")
    here = notebook.kernel.folder / "my cat.png"
    here.write_bytes(data)
    given = ["file://" + quote(str(here)), f"data:image/png;base64,{base64.b64encode(data).decode()}"]
    for one in given:
        notebook.drawn("a cat", f"--ref '{one}'")
    notebook.python(
        f"import nbgemini as nb; [nb.conversation().imagine('a dog', ref=one, new=True) for one in {given!r}]"
    )
    assert [post.images for post in server.posts if len(post.turns) == 1] != []
    assert all(data in post.images for post in server.posts)
    before = len(server.posts)
    message = refused(notebook.draw("a cat", "--ref gs://bucket/cat.png"), "ReferenceImageError")
    assert "gs://bucket/cat.png" in message
    (notebook.kernel.folder / "nothing.png").touch()
    assert "0 bytes" in refused(notebook.draw("a cat", "--ref nothing.png"), "ReferenceImageError")
    assert len(server.posts) == before


def test_a_result_is_an_array_and_saved_pictures_keep_their_tones(notebook: Notebook, server: StrictServer) -> None:
    """In the kernel too, where numpy and Pillow are loaded late; no warning of theirs is shown."""
    notebook.drawn("a cat", "-o cat")
    code = """
import numpy as np
from PIL import Image
dark = Image.fromarray(np.full((60, 80), 12_000, np.uint16))
print(np.asarray(cat).shape == np.asarray(cat.image).shape, Image.open(cat.path).size == cat.image.size)
print(cat.save("cat.webp").name)
"""
    assert notebook.python(code).split()[:3] == ["True", "True", "cat.webp"]
    notebook.drawn("like {dark}", "--new")
    with Image.open(io.BytesIO(server.posts[-1].images[-1])) as sent:
        assert abs(sent.convert("L").getextrema()[1] - 12_000 / 257) < 2  # type: ignore[operator]  # one band, one pair


def test_a_program_of_the_clipboard_gets_no_key(notebook: Notebook, server: StrictServer) -> None:
    """Its environment says where things are, and no more; what it prints is the picture."""
    home = notebook.kernel.folder
    tools = home / "tools"
    tools.mkdir()
    (home / "copied.png").write_bytes(photos.picture("PNG"))
    for name in ("wl-paste", "xclip"):
        program = tools / name
        program.write_text(f"#!/bin/sh\nenv > {home}/seen-{name}\ncat {home}/copied.png\n")
        program.chmod(0o755)
    for variable, name in (("WAYLAND_DISPLAY", "wl-paste"), ("DISPLAY", "xclip")):
        notebook.python(
            "import os; [os.environ.pop(one, None) for one in ('DISPLAY', 'WAYLAND_DISPLAY')];"
            f" os.environ['{variable}'] = ':9'; os.environ['OTHER_TOKEN'] = 'sentinel-token'"
        )
        notebook.python(f"path = os.environ['PATH']; os.environ['PATH'] = {str(tools)!r} + ':' + path")
        notebook.drawn("a cat", "--ref @clipboard --new")
        notebook.python("os.environ['PATH'] = path")
        seen = (home / f"seen-{name}").read_text()
        assert "PATH=" in seen
        assert KEY not in seen
        assert "sentinel-token" not in seen
        assert len(server.posts[-1].images) == 1
