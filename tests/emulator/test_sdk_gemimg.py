"""gemimg as a client: another library, which speaks raw REST in snake_case."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from gemimg import GemImg
from PIL import Image

from nbgemini.emulator import Server, Service

from .protocol_kit import FLASH, OLD, PRO


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    """An emulator that wants a key."""
    with Server(Service(key="secret")) as url:
        yield url


MADE = {PRO: ("JPEG", (1200, 896)), OLD: ("PNG", (1184, 864)), FLASH: ("JPEG", (1200, 896))}


@pytest.mark.deep
@pytest.mark.parametrize("model", MADE)
def test_a_prompt(base_url: str, tmp_path: Path, model: str) -> None:
    """One picture of the asked-for shape, saved under the response's id, and its usage."""
    maker = GemImg(api_key="secret", model=model, base_url=base_url)
    made = maker.generate("a red boat", aspect_ratio="4:3", image_size="1K", save_dir=str(tmp_path))
    assert (made.image.format, made.image.size) == MADE[model]
    assert made.usage.completion_tokens == {OLD: 1290}.get(model, 1216)  # the unlisted ones are among them
    assert (tmp_path / made.image_path).is_file()
    maker.client.close()


def test_pictures_go_in(base_url: str) -> None:
    """As WebP, without a role, in snake_case."""
    maker = GemImg(api_key="secret", model=PRO, base_url=base_url)
    photos = [Image.new("RGB", (300, 200), colour) for colour in ("teal", "pink")]
    made = maker.generate("put them together", photos, image_size="1K", system_prompt="Be bold.", save=False)
    assert made.image.size == (1024, 1024)
    maker.client.close()


@pytest.mark.parametrize(
    ("key", "prompt", "said"),
    [
        ("wrong", "a boat", "API Response Error: 400 — API key not valid"),
        ("secret", "emulate: NO_IMAGE", "Image was not generated due to NO_IMAGE."),
        ("secret", "emulate: no content", "No image is present in the response."),
        ("secret", "emulate: 429 zero", "API Response Error: 429 — You exceeded your current quota"),
    ],
)
def test_errors(base_url: str, caplog: pytest.LogCaptureFixture, key: str, prompt: str, said: str) -> None:
    """It logs them and returns None."""
    maker = GemImg(api_key=key, model=PRO, base_url=base_url)
    with caplog.at_level(logging.ERROR):
        assert maker.generate(prompt, image_size="1K", save=False) is None
    assert said in caplog.text
    maker.client.close()
