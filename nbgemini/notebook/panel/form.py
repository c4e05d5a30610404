"""The controls of a panel: what is set, what the chosen model takes of it, and what the next click would cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from nbgemini._dataclass import dataclass
from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange
from nbgemini.core.models import ModelCard
from nbgemini.core.pricing import dollars, micro
from nbgemini.core.safety import SafetyCategory
from nbgemini.errors import NbgeminiError
from nbgemini.notebook.panel.contract import CostTrait
from nbgemini.notebook.panel.given import Given
from nbgemini.notebook.panel.rows import spent
from nbgemini.studio.pictures.references import Labelled
from nbgemini.studio.reports.likely_price import is_recorded, likely_price

if TYPE_CHECKING:
    from nbgemini.studio.asking.words import AskWords
    from nbgemini.studio.studio import Studio

__all__ = ["Form", "cost_row", "price_of", "settings_of"]

CATEGORIES: tuple[SafetyCategory, ...] = ("harassment", "hate", "sexual", "dangerous")  # of every backend
_QUICK = 8_000_000  # bytes of references, which are read each time


@dataclass(frozen=True, slots=True)
class Form:
    """What the controls say; "" is "not set", so that the settings and the model decide."""

    model: str = ""
    aspect: str = ""
    size: str = ""
    count: int = 1
    thinking: str = ""
    search: str = ""
    thoughts: bool = False
    tier: str = ""
    seed: str = ""
    safety: str = ""
    system: str = ""
    prompt: str = ""

    def told(self, said: Mapping[str, str | int | bool], card: ModelCard) -> Form:
        """With what a page says; what the model `card` does not take is taken back."""
        return replace(self, **said).fitting(card)  # type: ignore[arg-type]  # the message has checked the types

    def fitting(self, card: ModelCard) -> Form:
        """Without what a model does not take."""
        return replace(
            self,
            aspect=self.aspect if card.aspects is None or self.aspect in card.aspects else "",
            size=self.size if card.sizes is None or self.size in card.sizes else "",
            thinking=self.thinking if card.thinking_levels is None or self.thinking in card.thinking_levels else "",
            search=self.search if card.searches is None or self.search in card.searches else "",
            thoughts=self.thoughts and card.shows_thoughts,
        )

    def row(self) -> dict[str, str | int | bool]:
        return asdict(self)

    def words(self, present: str) -> AskWords:
        """As the words of the Python API. The model is named where it is not the `present` one."""
        given: dict[str, object] = {
            "model": self.model if self.model != present else "",
            "aspect": self.aspect,
            "size": self.size,
            "thinking": self.thinking,
            "search": self.search,
            "thoughts": self.thoughts,
            "tier": self.tier,
            "seed": int(self.seed) if self.seed else None,
            "safety": dict.fromkeys(CATEGORIES, self.safety) if self.safety else None,
            "system": self.system.strip(),
        }
        words = {name: value for name, value in given.items() if value or (value == 0 and value is not False)}
        return {**words, "count": self.count}  # type: ignore[typeddict-item]  # parsed and checked by the studio


def settings_of(exchange: Exchange) -> dict[str, str | int | bool]:
    """The controls as they were for a turn; what a control cannot say of it is left as it is not set."""
    options = exchange.options
    thresholds = {threshold for _, threshold in options.safety}
    return {
        "model": exchange.model,
        "aspect": options.aspect or "",
        "size": options.size or "",
        "thinking": options.thinking or "",
        "search": options.search or "",
        "thoughts": bool(options.thoughts),
        "tier": options.tier or "",
        "seed": "" if options.seed is None else str(options.seed),
        "safety": thresholds.pop() if len(options.safety) == len(CATEGORIES) and len(thresholds) == 1 else "",
        "system": options.system or "",
    }


def cost_row(studio: Studio, value: Conversation, form: Form, base: str | None, refs: Sequence[Given]) -> CostTrait:
    """What was spent, the price of the next click, and what is left for it."""
    row: CostTrait = {
        "spent": spent(value.exchanges), "next": "", "recorded": "", "budget": "", "ask": False, "why": "",
    }  # fmt: skip
    try:
        row["recorded"] = "replayed, $0" if _recorded(studio, value, form, base, refs) else ""
        settings = studio.settings()
        total = price_of(studio, value, form, base, refs)
        limit = studio.money.budget()
    except NbgeminiError as error:
        return {**row, "why": error.message}
    if studio.client().emulated:
        return {**row, "next": f"$0, would be {dollars(total)}"}
    row["next"] = f"≈ {dollars(total)}"
    row["ask"] = total is not None and total > micro(settings.confirm_over)
    if limit is not None:
        left = max(0, limit - studio.money.spent.total)
        row["budget"] = f"{dollars(left, down=True)} of {dollars(limit)} left"
        row["why"] = "more than the budget has left" if total is not None and total > left else ""
    return row


def _recorded(studio: Studio, value: Conversation, form: Form, base: str | None, refs: Sequence[Given]) -> bool:
    """Whether the next click would be answered from disk. Looked up for requests that are small enough to type along.

    Raises nbgemini's errors for what would be refused.
    """
    here = studio.session.get(value.name).value is value  # not one from before this kernel
    if not here or not form.prompt.strip() or sum(one.picture.size for one in refs) > _QUICK:
        return False
    references = [Labelled(studio.store.blobs.path(one.picture.sha256), one.label) for one in refs]
    words: AskWords = {**form.words(""), "ref": references}
    if base:
        words["from_"] = value.number(base)
    else:
        words["new"] = True
    return is_recorded(studio, form.prompt, value.name, words)


def price_of(studio: Studio, value: Conversation, form: Form, base: str | None, refs: Sequence[Given]) -> int | None:
    """What a click will probably cost, in micro-dollars."""
    pictures = [(one.label, one.picture) for one in refs]
    each = likely_price(studio, value, base, form.prompt if form.prompt.strip() else "…", pictures, form.words(""))
    return None if each is None else each * form.count
