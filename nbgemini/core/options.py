"""The options of one ask, parsed once: all that was given, and of it what goes into the request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from nbgemini._dataclass import dataclass, field
from nbgemini.core.option_parsers import Only, Search, ThinkingLevel, Tier
from nbgemini.core.option_table import OPTIONS
from nbgemini.core.safety import ON_VERTEX, Thresholds
from nbgemini.core.skeleton import Json
from nbgemini.errors import OptionError

__all__ = ["ImageOptions", "Options", "picked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageOptions:
    """What goes into `generationConfig` and its neighbours. None: not set, so not sent.

    `aspect` is a ratio such as "16:9"; `size` one of "512", "1K", "2K", "4K"; `only` "image" asks for no text;
    `system` "" asks for no instruction where the conversation has one; `tier` is the service tier; `search` says what
    Google Search may look for; `thoughts` asks for the model's thoughts, which are then streamed; `safety` are
    (category, threshold) pairs; `person_generation` and `image_output_options` are words of `core/request_fields`;
    `set` are (dotted path, JSON value) pairs written into the request last.
    """

    aspect: str | None = None
    size: str | None = None
    only: Only | None = None
    thinking: ThinkingLevel | None = None
    thoughts: bool | None = None
    system: str | None = None
    seed: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    max_tokens: int | None = None
    tier: Tier | None = None
    search: Search | None = None
    safety: Thresholds = ()
    person_generation: str | None = None
    image_output_options: str | None = None
    set: tuple[tuple[str, Json], ...] = ()

    @classmethod
    def parse(cls, values: Mapping[str, object]) -> ImageOptions:
        """From words as a user writes them (strings or Python values). Raises OptionError."""
        unknown = sorted(set(values) - {field.name for field in fields(cls)})
        if unknown:
            raise OptionError(f"`{unknown[0]}` is not an option of a request.")
        return cls(**{name: OPTIONS[name].parse(value) for name, value in values.items() if value is not None})

    def described(self) -> dict[str, Json]:
        """Only what is set, as plain JSON."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        values["safety"] = dict(self.safety) or None
        return {name: value for name, value in values.items() if value is not None and value != ()}

    @property
    def asked_aspect(self) -> str | None:
        """The aspect ratio that the request asks for, by `aspect` or by `set`."""
        return self._written("generationConfig", "imageConfig", "aspectRatio") or self.aspect

    @property
    def asked_size(self) -> str | None:
        """The image size that the request asks for, by `size` or by `set`."""
        return self._written("generationConfig", "imageConfig", "imageSize") or self.size

    @property
    def asked_tier(self) -> str | None:
        """The service tier that the request asks for, by `tier` or by `set`."""
        return self._written("serviceTier") or self.tier

    def check_backend(self, backend: str) -> None:
        """Raises OptionError when this backend has no field for an option, so that nothing is sent in vain."""
        if backend == "vertex" and self.asked_tier is not None:
            raise OptionError(
                "Vertex AI takes no service tier; `--tier` is for the Gemini API.", hint="Leave `--tier` out."
            )
        if backend != "vertex":
            self._check_googles()
        if backend == "vertex" and any(path.partition(".")[0] == "store" for path, _ in self.set):
            raise OptionError("Vertex AI does not know the field `store`, which `--set` writes.", hint="Leave it out.")

    def _check_googles(self) -> None:
        """Raises OptionError for what only Vertex AI takes."""
        names = [name for name in ("person_generation", "image_output_options") if getattr(self, name) is not None]
        named = [f"--{name.replace('_', '-')}" for name in names]
        named += [f"--safety {category}=…" for category, _ in self.safety if category in ON_VERTEX]
        if named:
            raise OptionError(f"`{named[0]}` is for Vertex AI; the Gemini API has no such field.", hint="Leave it out.")

    def _written(self, *field: str) -> str | None:
        """What `set` writes into a field of the request, if that is a word; the last one counts."""
        found: Json = None
        for path, value in self.set:
            steps = tuple(path.split("."))
            if field[: len(steps)] == steps:
                for step in field[len(steps) :]:
                    value = value.get(step) if isinstance(value, Mapping) else None
                found = value
        return found if isinstance(found, str) else None


@dataclass(frozen=True, slots=True)
class Options:
    """What was given of the table of options (`core/option_table`): parsed values by name.

    Each is an attribute too, which has the default of its row where nothing was given: `options.count` is 1.
    """

    given: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def parse(cls, values: Mapping[str, object]) -> Options:
        """From Python's keywords; None: not given. Raises OptionError."""
        for name in values:
            _check_name(name)
        return cls.of({name: OPTIONS[name].parse(value) for name, value in values.items() if value is not None})

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Options:
        """From parsed values. Raises OptionError for those that exclude each other."""
        options = cls(given)
        if options.new and options.from_ is not None:
            raise OptionError(
                "`new` and `from` cannot be used together.",
                hint="`--new` starts afresh; `--from REF` goes on from that picture.",
            )
        if options.fresh and options.replay not in (None, "off"):
            raise OptionError(f"`fresh` always sends, and `replay` is `{options.replay}`; choose one.")
        options._check_words()
        return options

    def _check_words(self) -> None:
        """Raises OptionError where a picture is described that `only` text does not draw."""
        if self.only == "text":
            described = [name for name in ("aspect", "size", "image_output_options") if self.given.get(name)]
            if described:
                raise OptionError(
                    f"`only` text draws no picture, so `{described[0]}` has no meaning.", hint="Leave one of them out."
                )

    def having(self, **given: Any) -> Options:
        """The same, with these values in place of what was given."""
        return Options({**self.given, **given})

    @property
    def image(self) -> ImageOptions:
        """What of it goes into the request."""
        return ImageOptions(**picked(self.given, ImageOptions))

    def __getattr__(self, name: str) -> Any:
        if name not in OPTIONS:
            raise AttributeError(name)
        return self.given.get(name, OPTIONS[name].default)


def picked(given: Mapping[str, Any], kind: Any) -> dict[str, Any]:
    """Those of the values that a dataclass has fields for."""
    return {one.name: given[one.name] for one in fields(kind) if one.name in given}


def _check_name(name: str) -> None:
    row = OPTIONS.get(name)
    if row is None:
        from nbgemini.core.slips import advice  # for those who mistype

        raise OptionError(f"`{name}` is not an option.", hint=advice(name, lambda row: row.name))
    if row.instead:
        raise OptionError(f"`{name}` works only in cells.", hint=row.instead)
