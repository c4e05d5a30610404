"""Three clients that do the same: a conversation of pictures, each on disk as a file of its own."""

from __future__ import annotations

import asyncio
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

KEY = "speed-key"


class Client(Protocol):
    """Everything heavy is imported by `start`; the folder is the working directory."""

    def start(self) -> None:
        """Import and set up what the first picture needs."""

    def new(self, model: str, name: str) -> None:
        """Begin a conversation."""

    def ask(self, prompt: str) -> Path:
        """One turn more; its picture is on disk."""

    def keep(self) -> None:
        """See to it that another process can go on with the conversation."""

    def reopen(self, model: str, name: str) -> None:
        """Go on with a conversation that was kept."""

    def many(self, model: str, count: int, side_by_side: int) -> None:
        """So many conversations of one turn each, so many at a time."""


class Ours:
    """nbgemini."""

    def start(self) -> None:
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
        def one(number: int) -> None:
            self._nb.conversation(f"many-{number}").imagine(f"a fox {number}", model=model)

        with ThreadPoolExecutor(side_by_side) as pool:
            list(pool.map(one, range(count)))


class Sdk:
    """google-genai's chats, which is what a user would pick instead; for many shots its asynchronous half."""

    def start(self) -> None:
        from google import genai

        self._types = genai.types
        self._client = genai.Client(api_key=KEY, http_options={"base_url": os.environ["GOOGLE_GEMINI_BASE_URL"]})
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
        Path(f"{self._name}.jsonl").write_text("\n".join(lines))

    def reopen(self, model: str, name: str) -> None:
        lines = Path(f"{name}.jsonl").read_text().split("\n")
        self.new(model, name, [self._types.Content.model_validate_json(line) for line in lines])

    def many(self, model: str, count: int, side_by_side: int) -> None:
        async def all_of_them() -> None:
            slots = asyncio.Semaphore(side_by_side)

            async def one(number: int) -> None:
                async with slots:
                    config = self._types.GenerateContentConfig(response_modalities=["TEXT", "IMAGE"])
                    chat = self._client.aio.chats.create(model=model, config=config)
                    self._written(await chat.send_message(f"a fox {number}"))

            await asyncio.gather(*map(one, range(count)))

        asyncio.run(all_of_them())


class Plain:
    """httpx and json, without a care."""

    def start(self) -> None:
        import httpx

        self._client = httpx.Client(timeout=60)
        self._count = 0

    def new(self, model: str, name: str) -> None:
        self._url = f"{os.environ['GOOGLE_GEMINI_BASE_URL']}/v1beta/models/{model}:generateContent"
        self._name = name
        self._turns: list[Any] = []

    def ask(self, prompt: str) -> Path:
        import base64

        self._turns.append({"role": "user", "parts": [{"text": prompt}]})
        answer = self._client.post(self._url, json={"contents": self._turns}, headers={"x-goog-api-key": KEY}).json()
        self._turns.append(answer["candidates"][0]["content"])
        self._count += 1
        path = Path(f"plain-{self._name}-{self._count}.png")
        for part in self._turns[-1]["parts"]:
            if "inlineData" in part:
                path.write_bytes(base64.b64decode(part["inlineData"]["data"]))
        return path

    def keep(self) -> None:
        Path(f"{self._name}.json").write_text(json.dumps(self._turns))

    def reopen(self, model: str, name: str) -> None:
        self.new(model, name)
        self._turns = json.loads(Path(f"{name}.json").read_text())

    def many(self, model: str, count: int, side_by_side: int) -> None:
        def one(number: int) -> None:
            client = Plain()
            client._client, client._count = self._client, 0
            client.new(model, str(number))
            client.ask(f"a fox {number}")

        with ThreadPoolExecutor(side_by_side) as pool:
            list(pool.map(one, range(count)))


CLIENTS: dict[str, type[Client]] = {"ours": Ours, "SDK": Sdk, "plain": Plain}
