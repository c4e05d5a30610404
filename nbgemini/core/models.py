"""The catalogue: what each model is called, takes and costs, as data with a date (`models.json`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from functools import partial
from types import MappingProxyType

from nbgemini._dataclass import dataclass, field
from nbgemini.core.option_parsers import Search
from nbgemini.core.options import ImageOptions
from nbgemini.core.phrases import all_of, close_to
from nbgemini.core.skeleton import Json
from nbgemini.errors import OptionError

__all__ = ["Catalogue", "ModelCard", "Retired"]

_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}")
# PNG, JPEG, WebP, HEIC and HEIF are what every model takes as input (facts sheet, 1.2).
INPUT_TYPES = ("image/png", "image/jpeg", "image/webp", "image/heic", "image/heif")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """One model's row. An id that the catalogue does not know gets a permissive card (`known` is False).

    Prices are in micro-dollars: `image_price` per picture by size; `input_price`, `picture_input_price`, `text_price`
    and `image_token_price` per million tokens; `query_price` per thousand searches. None: unknown. `tiers` are the
    thousandths of these prices that each service tier costs, `batch` among them.
    """

    id: str
    known: bool = False
    aliases: tuple[str, ...] = ()
    nickname: str = ""
    family: str = ""
    status: str = ""
    deprecated: str | None = None
    shutdown: str | None = None
    successor: str | None = None
    sizes: tuple[str, ...] | None = None
    default_size: str | None = None
    aspects: tuple[str, ...] | None = None
    max_refs: int | None = None
    thinking_levels: tuple[str, ...] | None = None
    thinking_default: str | None = None
    vertex_levels: tuple[str, ...] = ()  # those that Vertex AI takes where they are others
    thinks: bool = True
    searches: tuple[Search, ...] | None = None
    shows_thoughts: bool = True
    signs: bool = True
    input_tokens: int | None = None
    image_tokens: Mapping[str, int] = field(default_factory=dict)
    image_price: Mapping[str, int] = field(default_factory=dict)
    input_price: int | None = None
    picture_input_price: int | None = None
    text_price: int | None = None
    image_token_price: int | None = None
    input_image_tokens: int | None = None
    query_price: int | None = None
    free_queries: int = 0
    tiers: Mapping[str, int] = field(default_factory=dict)
    enqueued: int | None = None  # tokens of batches that may wait at once, in the lowest tier that has any

    def on(self, backend: str) -> ModelCard:
        """The card as it is on that backend."""
        return replace(self, thinking_levels=self.vertex_levels) if backend == "vertex" and self.vertex_levels else self

    def check(self, options: ImageOptions, refs: int = 0) -> None:
        """Raises OptionError for all that this model does not take, so that nothing is sent in vain."""
        checks = (
            partial(self._check_size, options.size),
            partial(self._check_aspect, options.aspect),
            partial(self._check_refs, refs),
            partial(self._check_thinking, options.thinking),
            partial(self._check_search, options.search),
            partial(self._check_thoughts, options.thoughts),
        )
        wrong: list[OptionError] = []
        for check in checks:
            try:
                check()
            except OptionError as problem:
                wrong.append(problem)
        if wrong:
            raise all_of(wrong)

    def _check_aspect(self, aspect: str | None) -> None:
        if aspect and self.aspects is not None and aspect not in self.aspects:
            raise OptionError(f"`{self.id}` cannot draw {aspect}; it takes {', '.join(self.aspects)}.")

    def _check_refs(self, refs: int) -> None:
        if self.max_refs is not None and refs > self.max_refs:
            raise OptionError(f"`{self.id}` takes at most {self.max_refs} reference pictures, not {refs}.")

    def _check_thoughts(self, thoughts: bool | None) -> None:
        if thoughts and not self.shows_thoughts:
            why = "shows no thoughts" if self.thinks else "does not think"
            raise OptionError(f"`{self.id}` {why}; leave `--thoughts` out, or choose another model.")

    def _check_size(self, size: str | None) -> None:
        if size is None or self.sizes is None or size in self.sizes:
            return
        if not self.sizes:
            raise OptionError(f"`{self.id}` has one size only; leave `--size` out.")
        raise OptionError(f"`{self.id}` cannot draw {size}; it takes {', '.join(self.sizes)}.")

    def _check_thinking(self, level: str | None) -> None:
        if level is None or self.thinking_levels is None:
            return
        if not self.thinks:
            raise OptionError(f"`{self.id}` does not think; leave `--thinking` out.")
        if not self.thinking_levels:
            raise OptionError(f"`{self.id}` always thinks, and its level cannot be set; leave `--thinking` out.")
        if level not in self.thinking_levels:
            raise OptionError(f"`{self.id}` takes the thinking levels {', '.join(self.thinking_levels)}, not {level}.")

    def _check_search(self, where: Search | None) -> None:
        if where is None or self.searches is None or where in self.searches:
            return
        if not self.searches:
            raise OptionError(f"`{self.id}` does not search; leave `--search` out.")
        raise OptionError(f"`{self.id}` searches the web alone, not for pictures: `--search web`.")


@dataclass(frozen=True, slots=True)
class Retired:
    """A model that was shut down. `speaks_predict` marks Imagen's other protocol."""

    id: str
    successor: str
    shutdown: str | None
    speaks_predict: bool


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All known models, in the order of the data file, with the day on which the facts were collected.

    `override` says which file of the user's is laid over it and what that changes; empty: none.
    """

    as_of: str
    cards: tuple[ModelCard, ...]
    retired: tuple[Retired, ...]
    override: str = ""

    @classmethod
    def parse(cls, data: Mapping[str, Json]) -> Catalogue:
        """From the data file's JSON. Raises KeyError, TypeError or ValueError when it has another shape."""
        retired = tuple(
            Retired(row["id"], row["successor"], row.get("shutdown"), row.get("endpoint") == "predict")
            for row in data.get("retired", ())
        )
        return cls(str(data["as_of"]), tuple(_card(row, data) for row in data["models"]), retired)

    def check(self, card: ModelCard, options: ImageOptions, refs: int = 0) -> None:
        """As `ModelCard.check`, and which models do what this one does not. Raises OptionError."""
        try:
            card.check(options, refs)
        except OptionError as problem:
            if options.search and card.searches is not None and options.search not in card.searches:
                able = [other.id for other in self.cards if options.search in (other.searches or ())]
                problem.hint = problem.hint or (
                    f"These can: {', '.join(f'`{name}`' for name in able)}." if able else ""
                )
            raise

    def find(self, name: str) -> ModelCard:
        """The card for an id or alias; an unknown id gets a permissive one. Raises OptionError for what is no id."""
        text = name.strip().removeprefix("publishers/google/").removeprefix("models/")
        for card in self.cards:
            if text == card.id or text.lower() in card.aliases:
                return card
        for card in self.cards:  # "Nano Banana Pro", as Google writes it
            if _plain(text) in (card.id, *card.aliases, _plain(card.nickname)):
                return card
        if not _ID.fullmatch(text):
            raise OptionError(f"`{name}` is not a model id: only letters, digits, `.`, `_` and `-`.{self._meant(text)}")
        if (gone := self.retirement(text)) and gone.speaks_predict:
            raise OptionError(
                f"`{text}` is an Imagen model: shut down{_on(gone.shutdown)}, and it spoke another protocol."
                f" Use `{gone.successor}`."
            )
        if text.startswith("imagen-"):
            raise OptionError(f"`{text}` is an Imagen model: all are shut down. Use `gemini-nano-banana-2.1`.")
        for card in self.cards:  # a retired id is sent as typed, and takes and costs what its successor does
            if gone and card.id == gone.successor:
                return replace(card, id=text, aliases=(), status="retired")
        return ModelCard(id=text, signs=not text.startswith("gemini-2."))

    def retirement(self, model: str) -> Retired | None:
        """When and for what a model was retired, or None."""
        return next((row for row in self.retired if row.id == model), None)

    def hint(self, name: str) -> str:
        """A known name close to an unknown one, as a sentence, or an empty string."""
        return "" if self.find(name).known else self._meant(name).strip()

    def _meant(self, name: str) -> str:
        names = [card.id for card in self.cards] + [alias for card in self.cards for alias in card.aliases]
        close = close_to(name.lower(), names, cutoff=0.7)
        return f" Did you mean `{close}`?" if close else ""


def _plain(name: str) -> str:
    """A name as ids are written: small letters, and a dash for blanks and underscores."""
    return re.sub(r"[\s_]+", "-", name.strip().lower())


def _on(day: str | None) -> str:
    return f" on {day}" if day else ""


def _micro(dollars: Json) -> int | None:
    """Dollars as micro-dollars, rounded up."""
    return None if dollars is None else _scaled(dollars, 1_000_000)


def _prices(by_size: Mapping[str, Json]) -> dict[str, int]:
    return {size: micro for size, usd in by_size.items() if (micro := _micro(usd)) is not None}


def _scaled(number: Json, factor: int) -> int:
    return int((Decimal(str(number)) * factor).to_integral_value(ROUND_CEILING))


def _tiers(row: Mapping[str, Json], data: Mapping[str, Json]) -> dict[str, int]:
    found = {name: tier["multiplier"] for name, tier in (data.get("tiers") or {}).items()}
    if row.get("batch_multiplier") is not None:
        found["batch"] = row["batch_multiplier"]
    return {"standard": 1000, **{name: _scaled(value, 1000) for name, value in found.items()}}


def _card(row: Mapping[str, Json], data: Mapping[str, Json]) -> ModelCard:
    prices = row.get("price_per_mtok_usd") or {}
    thinking = row.get("thinking") or {}
    grounding = (data.get("grounding") or {}).get(row.get("family")) or {}
    levels = tuple(level.lower() for level in thinking.get("levels", ())) if thinking else None
    return ModelCard(
        id=row["id"],
        known=True,
        aliases=tuple(row.get("aliases", ())),
        nickname=row.get("nickname", ""),
        family=row.get("family", ""),
        status=row.get("status", ""),
        deprecated=row.get("deprecated"),
        shutdown=row.get("shutdown"),
        successor=row.get("successor"),
        sizes=_optional_tuple(row.get("sizes")),
        default_size=row.get("default_size"),
        aspects=_optional_tuple(row.get("aspect_ratios")),
        max_refs=row.get("max_refs"),
        thinking_levels=levels,
        thinking_default=str(thinking["default"]).lower() if thinking.get("default") else None,
        searches=_searches(row.get("features")),
        vertex_levels=tuple(level.lower() for level in thinking.get("vertex_levels", ())),
        thinks=bool(thinking.get("supported", True)),
        shows_thoughts=bool(thinking.get("include_thoughts", True)),
        signs=bool((row.get("thought_signatures") or {}).get("emitted", True)),
        input_tokens=(row.get("limits") or {}).get("input_tokens"),
        image_tokens=MappingProxyType(dict(row.get("image_tokens") or {})),
        image_price=MappingProxyType(_prices(row.get("price_per_image_usd") or {})),
        input_price=_micro(prices.get("input")),
        picture_input_price=_micro(prices.get("input_image", prices.get("input"))),
        text_price=_micro(prices.get("output_text")),
        image_token_price=_micro(prices.get("output_image")),
        input_image_tokens=row.get("input_image_tokens"),
        query_price=_micro(grounding.get("usd_per_thousand_queries")),
        free_queries=grounding.get("free_queries_per_month", 0),
        tiers=MappingProxyType(_tiers(row, data)),
        enqueued=min((row.get("enqueued_batch_tokens") or {}).values(), default=None),
    )


def _searches(features: Json) -> tuple[Search, ...] | None:
    """What the model may ask Google Search for; None where the row does not say."""
    if not isinstance(features, Mapping) or "web_search" not in features:
        return None
    web, image = bool(features["web_search"]), bool(features.get("image_search"))
    found: dict[Search, bool] = {"web": web, "image": image, "both": web and image}
    return tuple(where for where, has in found.items() if has)


def _optional_tuple(values: Json) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)
