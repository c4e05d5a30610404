"""Who is measured: each keeps a conversation of pictures, every picture on disk as a file of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

__all__ = ["KEY", "MODELS", "Contender", "Ours", "Sdk"]

KEY = "bench-key"
# The server answers each with a picture of that size, whatever is asked for; of the last, the end comes when all else
# has been read. All of them sign their pictures.
MODELS = {
    "1K": "gemini-3.1-flash-lite-image",
    "2K": "gemini-nano-banana-2.1",
    "4K": "gemini-3-pro-image",
    "4K, then its end": "gemini-3.1-flash-image",
}


class Contender(Protocol):
    """Everything heavy is imported by `start`; the folder is the working directory."""

    def start(self, url: str) -> None:
        """Import and set up what the first picture needs; `url` is where to ask."""

    def new(self, model: str, name: str) -> None:
        """Begin a conversation."""

    def ask(self, prompt: str) -> Path:
        """One turn more; its picture is on disk."""

    def keep(self) -> None:
        """See to it that another process can go on with the conversation."""

    def reopen(self, model: str, name: str) -> None:
        """Go on with a conversation that was kept."""

    def many(self, model: str, count: int, side_by_side: int) -> None:
        """So many pictures of one prompt each, so many at a time."""


class Ours:
    """nbgemini, which has the address from its environment."""

    def start(self, url: str) -> None:
        import nbgemini

        self._nb = nbgemini

    def new(self, model: str, name: str) -> None:
        self._model = model
        self._conversation = self._nb.conversation(name)

    def ask(self, prompt: str) -> Path:
        path = self._conversation.imagine(prompt, model=self._model).path
        assert path is not None
        return path

    def keep(self) -> None:
        """It is kept."""

    def reopen(self, model: str, name: str) -> None:
        from nbgemini.studio import process

        self._model = model
        self._conversation = self._nb.conversation(process.studio().history.use(name).name)  # as `%imagine use`

    def many(self, model: str, count: int, side_by_side: int) -> None:
        assert len(self._nb.sweep("a fox", count=count, model=model, workers=side_by_side)) == count


class Sdk:
    """google-genai's chats, which is what a user would pick instead; for many shots its asynchronous half."""

    def start(self, url: str) -> None:
        from google import genai

        self._types = genai.types
        self._client = genai.Client(api_key=KEY, http_options={"base_url": url})
        self._count = 0

    def new(self, model: str, name: str, history: Any = None) -> None:
        self._name = name
        config = self._types.GenerateContentConfig(response_modalities=["TEXT", "IMAGE"])
        self._chat = self._client.chats.create(model=model, config=config, history=history)

    def ask(self, prompt: str) -> Path:
        return self._written(self._chat.send_message(prompt))

    def _written(self, response: Any) -> Path:
        self._count += 1
        path = Path(f"sdk-{self._count}.png")
        for part in response.candidates[0].content.parts:
            if part.inline_data:
                path.write_bytes(part.inline_data.data)
        return path

    def keep(self) -> None:
        lines = [content.model_dump_json() for content in self._chat.get_history()]
        Path(f"{self._name}.jsonl").write_text("\n".join(lines), "utf-8")

    def reopen(self, model: str, name: str) -> None:
        lines = Path(f"{name}.jsonl").read_text("utf-8").split("\n")
        self.new(model, name, [self._types.Content.model_validate_json(line) for line in lines])

    def many(self, model: str, count: int, side_by_side: int) -> None:
        import asyncio

        async def all_of_them() -> None:
            slots = asyncio.Semaphore(side_by_side)

            async def one() -> None:
                async with slots:
                    config = self._types.GenerateContentConfig(response_modalities=["TEXT", "IMAGE"])
                    chat = self._client.aio.chats.create(model=model, config=config)
                    self._written(await chat.send_message("a fox"))

            await asyncio.gather(*(one() for _ in range(count)))

        asyncio.run(all_of_them())
