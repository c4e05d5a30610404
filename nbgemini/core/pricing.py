"""Money in micro-dollars, rounded up: estimates before sending, costs from the usage that the server reports.

An unknown price is None, never 0. Prices are the catalogue's; each has its source and date there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from nbgemini.core.exchange import ImageRequest
from nbgemini.core.models import ModelCard
from nbgemini.core.options import ImageOptions
from nbgemini.core.skeleton import Json
from nbgemini.core.usage import Usage

__all__ = [
    "ON_THE_EMULATOR",
    "charged",
    "cost",
    "dollars",
    "estimate",
    "grounding_cost",
    "input_estimate",
    "micro",
    "queries",
    "tokens_in",
    "total",
]

ON_THE_EMULATOR = "$0 on the emulator"  # what a request cost there, in every sentence about money

# Allowances of an estimate, better too high than too low. A token is about four bytes of English and three of most
# other scripts. Text and thoughts by level: 66 answers of Pro had 88 to 630 tokens that were no picture (facts sheet,
# section 3), one of Lite 398, and one of Pro with sources 1,189. A picture that goes in, where the catalogue is silent:
# as many tokens as one that comes out of 2.5.
_BYTES_PER_TOKEN = 3
_WORDS = 130
_THOUGHTS = {"minimal": 400, "low": 425, "medium": 450, "high": 900}
_THOUGHTS_UNKNOWN = 500
_SEARCHED = 600
_PICTURE_IN = 1290


def _priced(*amounts: tuple[int, int], permille: int) -> int:
    """The sum of (tokens, micro-dollars per million) at so many thousandths of it, rounded up once."""
    total = sum(tokens * price for tokens, price in amounts) * permille
    return -(-total // 1_000_000_000)


def estimate(card: ModelCard, request: ImageRequest, *, tier: str | None = None) -> int | None:
    """What one answer will probably cost, in micro-dollars; None when a price is unknown.

    Counts the picture of that size, an allowance for words and thoughts, and every text and picture that is sent, those
    of the history included. `tier` is the one of the options, or another such as `batch`.
    """
    options = request.options
    permille = card.tiers.get(tier or options.asked_tier or "standard")
    size = options.asked_size or card.default_size or "default"
    picture, tokens = card.image_price.get(size), card.image_tokens.get(size, 0)
    if None in (permille, picture, card.input_price, card.text_price):
        return None
    drawn = max((picture or 0) * 1_000_000, tokens * (card.image_token_price or 0))
    drawn = 0 if options.only == "text" else drawn
    words = (0 if options.only == "image" else _WORDS) + (_SEARCHED if options.search else 0)
    return _priced(
        (1, drawn),
        (words + _thoughts(card, options), card.text_price or 0),
        *_sent(card, request),
        permille=permille or 0,
    )


def input_estimate(card: ModelCard, request: ImageRequest) -> int | None:
    """What a request costs that is read and not answered, in micro-dollars; None when a price is unknown."""
    permille = card.tiers.get(request.options.asked_tier or "standard")
    if permille is None or card.input_price is None:
        return None
    return _priced(*_sent(card, request), permille=permille)


def tokens_in(card: ModelCard, request: ImageRequest) -> int:
    """About how many tokens a request has, history and pictures included: what limits count; the server is exact."""
    return sum(tokens for tokens, _ in _sent(card, request))


def _thoughts(card: ModelCard, options: ImageOptions) -> int:
    if not card.thinks:
        return 0
    return _THOUGHTS.get(options.thinking or card.thinking_default or "", _THOUGHTS_UNKNOWN)


def _sent(card: ModelCard, request: ImageRequest) -> tuple[tuple[int, int], tuple[int, int]]:
    """Words and pictures of the request as (tokens, price)."""
    size = sum(turn.replayed.letters for turn in request.turns)
    size += len((request.options.system or "").encode("utf-8", "replace"))
    pictures = sum(turn.replayed.shown for turn in request.turns)
    tokens = pictures * (_PICTURE_IN if card.input_image_tokens is None else card.input_image_tokens)
    return (-(-size // _BYTES_PER_TOKEN), card.input_price or 0), (tokens, card.picture_input_price or 0)


def cost(
    card: ModelCard, usage: Usage | None, *, tier: str | None = None, pictures: int = 0, size: str | None = None
) -> int | None:
    """What an answer cost, in micro-dollars, or None when the usage or a price is missing.

    Input is the prompt and what a tool put in beside it; the cached part of it counts in full, for no lower price is
    documented. Output that is not pictures is text and thoughts. `totalTokenCount` is trusted over the sum of its
    parts, because on refusals `candidatesTokenCount` repeats `thoughtsTokenCount` (facts sheet, section 3). The tier
    is the one that the answer names, else the one that was asked for (`tier`).

    `pictures` is how many came that are no thoughts, drafts included, at `size`: where the usage does not say how many
    tokens they are, the catalogue does; None where the usage cannot hold them. The answers of a batch say `standard`
    of their tier: there `tier` counts.
    """
    named = tier if tier == "batch" else (usage.tier if usage else "") or tier
    permille = card.tiers.get(named or "standard")
    prices = (card.input_price, card.text_price, card.image_token_price)
    if usage is None or usage.prompt is None or permille is None or None in prices:
        return None
    put_in = usage.prompt + (usage.tool_use or 0)
    output = _output(usage, put_in)
    images = _images(card, usage, pictures, size)
    if images is None or (pictures and output < images):
        return None  # a picture came, and the usage does not know of it
    images = min(images, output)
    shown = min(usage.prompt_images or 0, usage.prompt)
    return _priced(
        (put_in - shown, card.input_price or 0),
        (shown, card.picture_input_price or 0),
        (images, card.image_token_price or 0),
        (output - images, card.text_price or 0),
        permille=permille,
    )


def _images(card: ModelCard, usage: Usage, pictures: int, size: str | None) -> int | None:
    """The tokens of the pictures; None where neither the usage nor the catalogue tells."""
    if usage.images or not pictures:
        return usage.images or 0
    each = card.image_tokens.get(size or card.default_size or "default", 0)
    return pictures * each or None


def _output(usage: Usage, put_in: int) -> int:
    """The tokens that came out; a total that does not even cover what went in and the pictures is not believed."""
    if usage.total is not None and usage.total >= put_in + (usage.images or 0):
        return usage.total - put_in
    return max((usage.candidates or 0), (usage.images or 0)) + (usage.thoughts or 0)


def grounding_cost(card: ModelCard, searches: int) -> int | None:
    """The most that so many search queries cost, in micro-dollars: none of a month's free ones is left.

    None when the model's price is unknown. The service tier does not change it.
    """
    if searches <= 0:
        return 0
    return None if card.query_price is None else -(-searches * card.query_price // 1000)


def queries(grounding: Mapping[str, Json] | None) -> int:
    """How many queries of an answer are billed, those of the web and those for pictures: empty ones and repeated ones
    are free.
    """
    found = [(grounding or {}).get(name) for name in ("webSearchQueries", "imageSearchQueries")]
    asked = ({word.strip() for word in words if isinstance(word, str)} for words in found if isinstance(words, list))
    return sum(len(words - {""}) for words in asked)


def dollars(micro: int | None, *, down: bool = False) -> str:
    """`$0.134`: three decimals below one dollar, two above; `$?` for an unknown sum. What costs something shows that.

    `down`: rounded down, for what is left of a limit.
    """
    if micro is None:
        return "$?"
    if down:
        micro -= micro % (1_000 if micro < 1_000_000 else 10_000)
    elif 0 < micro < 500:
        micro = 1_000
    return f"${micro / 1e6:.3f}" if micro < 1_000_000 else f"${micro / 1e6:,.2f}"


def total(sums: Sequence[int | None]) -> int | None:
    """All together; None, which is unknown, when one of them is."""
    known = [each for each in sums if each is not None]
    return sum(known) if len(known) == len(sums) else None


def charged(cost: int | None, estimate: int | None) -> str:
    """`$0.134`; `≈ $0.142` where the answer did not say what it cost, so that the estimate stands for it."""
    return dollars(cost) if cost is not None or estimate is None else f"≈ {dollars(estimate)}"


def micro(amount: Decimal) -> int:
    """Dollars as whole micro-dollars, rounded down: a limit is never exceeded."""
    return int(amount * 1_000_000)
