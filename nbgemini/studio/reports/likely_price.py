"""What one picture will probably cost, from wherever it would go on; nothing, where it is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nbgemini.core.continuing import Wanted, place
from nbgemini.core.conversation import Conversation
from nbgemini.core.picture import Picture
from nbgemini.core.pricing import estimate
from nbgemini.studio.asking.ask import Ask, PromptWords
from nbgemini.studio.asking.completing import complete, reach_of
from nbgemini.studio.sending.fulfil import look_ahead

if TYPE_CHECKING:
    from nbgemini.studio.asking.words import AskWords
    from nbgemini.studio.studio import Studio

__all__ = ["is_recorded", "likely_price"]


def likely_price(
    studio: Studio,
    value: Conversation,
    base: str | None,
    prompt: str,
    pictures: Sequence[tuple[str, Picture]],
    words: AskWords,
) -> int | None:
    """What one picture will probably cost that goes on from `base`, in micro-dollars; None: unknown.

    `value` may be a conversation that is not open here. Its place decides what is sent along: the whole branch, or
    its last picture where signatures cannot travel. Raises OptionError, SettingsError.
    """
    settings, client = studio.settings(), studio.client()
    asked = Ask.parse(prompt, words)
    card, options = complete(asked.options, asked.model, value, settings, studio.catalogue)
    wanted = Wanted(prompt, tuple(pictures), options, card, reach_of(asked, settings))
    placed = place(value, base, wanted, client.endpoint.backend, google=client.is_google)
    return estimate(card, placed.request)


def is_recorded(studio: Studio, prompt: PromptWords, conversation: str, words: AskWords) -> bool:
    """Whether a cell would be answered from disk at this moment. Nothing is sent, and nothing counts as said."""
    ask = studio.asked(prompt, words, conversation)
    return not look_ahead(studio.prepared(ask, conversation, None, said=lambda line: False)).missing
