"""What an ask leaves open, filled in: by its conversation, then by the settings, then by the model's row."""

from __future__ import annotations

from dataclasses import replace

from nbgemini.core.conversation import Conversation
from nbgemini.core.models import Catalogue, ModelCard
from nbgemini.core.options import ImageOptions
from nbgemini.settings import Settings
from nbgemini.studio.asking.ask import Ask

__all__ = ["complete", "reach_of"]


def complete(
    options: ImageOptions, model: str | None, conversation: Conversation, settings: Settings, catalogue: Catalogue
) -> tuple[ModelCard, ImageOptions]:
    """The model that is asked, and the options that it gets. Raises OptionError for what is not the id of a model."""
    card = catalogue.find(model or conversation.model or settings.model).on(settings.served_by)
    thoughts = settings.thoughts and card.shows_thoughts if options.thoughts is None else options.thoughts
    draws = options.only != "text"
    completed = replace(
        options,
        thoughts=thoughts or None,
        aspect=options.aspect or (settings.aspect if draws else None),
        size=options.size or (settings.size if draws else None),
        system=(conversation.system if options.system is None else options.system) or None,
    )
    return card, completed


def reach_of(ask: Ask, settings: Settings) -> int | None:
    """How many exchanges before the new turn are sent; None: all."""
    return (settings.history if ask.history is None else ask.history) or None
