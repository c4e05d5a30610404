"""The models as the emulator serves them, read from the catalogue that ships with the package."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

Backend = Literal["gemini", "vertex"]
"""The Gemini API or Vertex AI: two doors to the same models, with a few differences."""

FILE = Path(__file__).parent.parent / "core" / "models.json"
UNASKED = {"512": (704, 384), "1K": (1408, 768), "2K": (2816, 1536), "4K": (5632, 3072)}
"""Width and height where no ratio is asked for and no picture goes in: recorded at 1K, by analogy at other sizes."""

# What the list of models said of them on 2026-08-05: version, description, tokens in and out.
_RECORDED = {
    "gemini-3-pro-image": ("3.0", "Gemini 3 Pro Image", 131_072, 32_768),
    "gemini-3.1-flash-image": ("3.0", "Gemini 3.1 Flash Image.", 65_536, 65_536),
    "gemini-3.1-flash-lite-image": ("3.0", "Gemini 3.1 Flash Lite Image.", 65_536, 65_536),
    "gemini-2.5-flash-image": ("2.0", "Gemini 2.5 Flash Preview Image", 32_768, 32_768),
}
INPUT_TOKENS = 258
"""Tokens of an input picture where the catalogue names none (the 2.5 family)."""


@dataclass(frozen=True)
class Model:
    """What one model takes and gives behind one of the doors; a view of its catalogue row."""

    id: str
    row: Mapping[str, Any] = field(compare=False, repr=False)
    backend: Backend = "gemini"

    @property
    def name(self) -> str:
        """The resource name."""
        return f"publishers/google/models/{self.id}" if self.backend == "vertex" else f"models/{self.id}"

    @property
    def ratios(self) -> tuple[str, ...]:
        return tuple(self.row["aspect_ratios"])

    @property
    def sizes(self) -> tuple[str, ...]:
        """The image sizes it can be asked for; none for the 2.5 family, which has one size."""
        return tuple(self.row["sizes"])

    @property
    def default_size(self) -> str:
        return self.row["default_size"] or "default"

    @property
    def media_type(self) -> str:
        """The type its pictures really have."""
        return str(self.row["output_mime_observed"][0])

    @property
    def signs(self) -> bool:
        """Whether it emits thought signatures, and then requires them back."""
        return bool(self.row["thought_signatures"]["emitted"])

    @property
    def thinks(self) -> bool:
        return bool(self.row["thinking"]["supported"])

    @property
    def tells_thoughts(self) -> bool:
        """Whether it says how many tokens of thought there were; Lite does not."""
        return self.thinks and not self.id.endswith("-lite-image")

    @property
    def thinking_levels(self) -> tuple[str, ...]:
        thinking = self.row["thinking"]
        return tuple((self.backend == "vertex" and thinking.get("vertex_levels")) or thinking["levels"])

    @property
    def thinking_default(self) -> str:
        """The level when none is asked for; a model without levels thinks like MEDIUM."""
        return self.row["thinking"]["default"] or "MEDIUM"

    @property
    def max_pictures(self) -> int:
        return int(self.row["max_refs"])

    @property
    def input_limit(self) -> int:
        return int(self.row["limits"]["input_tokens"])

    @property
    def output_limit(self) -> int:
        return int(self.row["limits"]["output_tokens"])

    @property
    def picture_tokens_in(self) -> int:
        return int(self.row["input_image_tokens"] or INPUT_TOKENS)

    def has(self, feature: str) -> bool:
        """Whether a feature of the catalogue (`web_search`, `video_input`, …) is there for sure."""
        return bool(self.row["features"].get(feature))

    def picture_tokens(self, size: str) -> int:
        """Output tokens of one picture of this size."""
        return int(self.row["image_tokens"][size])

    def pixels(self, ratio: str, size: str) -> tuple[int, int]:
        """Width and height; what was observed on the live API wins over what is documented.

        Without a ratio (`""`) Gemini 3 models have a shape that no ratio has.
        """
        if not ratio and size in UNASKED:
            return UNASKED[size]
        ratio = ratio or "1:1"
        observed = self.row.get("pixels_observed", {}).get(ratio, {})
        width, height = observed.get(size) or self.row["pixels"][ratio][size]
        return width, height

    def nearest_ratio(self, width: int, height: int) -> str:
        """The ratio that comes closest to a picture of this width and height."""
        wanted = math.log(width / height)
        return min(self.ratios, key=lambda ratio: abs(math.log(_quotient(ratio)) - wanted))

    def status(self, stage: str) -> dict[str, str]:
        """`modelStatus` with this stage: documented, though it was in none of the recorded answers."""
        told = {"modelStage": stage}
        if self.row.get("shutdown"):
            told["retirementTime"] = f"{self.row['shutdown']}T00:00:00Z"
        if successor := self.row.get("successor"):
            told["message"] = f"{self.id} is {stage.lower()}. Please use {successor} instead."
        return told

    def resource(self) -> dict[str, Any]:
        """The model as `models.get` and `models.list` show it."""
        unseen = ("3.0", self.row["nickname"], self.input_limit, self.output_limit)
        version, description, tokens_in, tokens_out = _RECORDED.get(self.id, unseen)
        return {
            "name": self.name,
            "version": version,
            "displayName": self.row["nickname"],
            "description": description,
            "inputTokenLimit": tokens_in,
            "outputTokenLimit": tokens_out,
            "supportedGenerationMethods": ["generateContent", "countTokens", "batchGenerateContent"],
            "temperature": 1,
            "topP": 0.95,
            "topK": 64,
            "maxTemperature": 1,
            **({"thinking": True} if self.thinks else {}),
        }


def _quotient(ratio: str) -> float:
    across, down = ratio.split(":")
    return int(across) / int(down)


@cache
def models() -> Mapping[str, Model]:
    """Every model that answers, by id and by alias on the wire, in the catalogue's order."""
    rows = json.loads(FILE.read_text(encoding="utf-8"))["models"]
    known: dict[str, Model] = {}
    for row in rows:
        if row.get("endpoint") == "generateContent":
            known[row["id"]] = Model(row["id"], row)
            known.update({alias: known[row["id"]] for alias in row.get("wire_aliases", ())})
    return known
