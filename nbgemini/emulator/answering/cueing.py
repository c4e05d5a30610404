"""Which cue a request is answered by: the script's, or that of its prompt where the client's safety settings let it."""

from __future__ import annotations

from ..cues import DRAW, PROBABILITIES, Cue, in_prompt
from ..requests.wanted import Ask

# What each threshold lets pass; without one the phrase has its way.
_PASSES = {
    "BLOCK_NONE": PROBABILITIES,
    "OFF": PROBABILITIES,
    "BLOCK_ONLY_HIGH": ("LOW", "MEDIUM"),
    "BLOCK_MEDIUM_AND_ABOVE": ("LOW",),
}


def cued(ask: Ask, scripted: Cue = DRAW) -> tuple[Cue, str]:
    """The script's cue if it has one to give, else the prompt's; and the prompt without its phrase."""
    asked, prompt = in_prompt(ask.prompt)
    if ask.continued or asked.verb == "batch" or _allowed(ask, asked):
        asked = DRAW
    return (asked if scripted == DRAW else scripted), prompt


def _allowed(ask: Ask, cue: Cue) -> bool:
    """Whether the client's threshold lets pass what the filter would block; the filters of pictures stay."""
    threshold = ask.thresholds.get(f"HARM_CATEGORY_{cue.category}", "")
    return cue.reason == "SAFETY" and cue.probability in _PASSES.get(threshold, ())
