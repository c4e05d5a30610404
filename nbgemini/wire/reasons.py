"""Why an answer has no picture: a sentence, a hint and the money for each finish reason and block reason.

The words are the open set of the facts sheet, section 3; a word that is not here gets a sentence of its own.
"""

from __future__ import annotations

from nbgemini._dataclass import dataclass
from nbgemini.core.languages import listed
from nbgemini.errors import Charged

__all__ = ["BLOCKS", "FINISHES", "HARMLESS", "Reason", "block", "finish", "lifting"]

HARMLESS = frozenset({"", "STOP", "MAX_TOKENS", "FINISH_REASON_UNSPECIFIED"})
"""Finish reasons with which a picture is a result all the same; so is one that nobody knows yet."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What happened, in a sentence; what to do now; whether it was charged."""

    sentence: str
    hint: str = ""
    charged: Charged = "maybe"


_REPHRASE = "Rephrase the prompt, and leave out what may be read as harmful."
_PEOPLE = "Leave out names of real people, brands and characters, or describe them in general terms."
_FIXED = f"{_REPHRASE} `--safety` does not lift this filter."
_FIXED_PEOPLE = f"{_PEOPLE} `--safety` does not lift this filter."
_AGAIN = "Run the cell again, or rephrase the prompt."
_DRAW = "Ask for a picture explicitly, such as “create an image of …”."

FINISHES: dict[str, Reason] = {
    "SAFETY": Reason("The safety filter stopped the answer.", _REPHRASE),
    "IMAGE_SAFETY": Reason("The picture was drawn and then held back by the image safety filter.", _FIXED),
    "PROHIBITED_CONTENT": Reason("The answer was stopped as prohibited content.", _FIXED),
    "IMAGE_PROHIBITED_CONTENT": Reason("The picture was held back as prohibited content.", _FIXED_PEOPLE),
    "RECITATION": Reason("The answer came too close to existing work.", _PEOPLE),
    "IMAGE_RECITATION": Reason("The picture came too close to existing work.", _PEOPLE),
    "IMAGE_OTHER": Reason("The model could not draw a picture from this prompt.", _AGAIN, "no"),
    "NO_IMAGE": Reason("The model was expected to draw, but made no picture.", _DRAW),
    "BLOCKLIST": Reason("The answer contains words on a block list.", _REPHRASE),
    "SPII": Reason("The answer was stopped: it may contain sensitive personal information.", _PEOPLE),
    "LANGUAGE": Reason(
        "The model does not take the language of the prompt.",
        f"Write it in a language that Google lists for pictures: {listed()}.",
    ),
    "MAX_TOKENS": Reason(
        "The token limit was reached before the picture was done.", "Raise `--max-tokens`, or leave it out.", "yes"
    ),
    "MALFORMED_FUNCTION_CALL": Reason("The model tried to call a function, and failed.", _DRAW),
    "UNEXPECTED_TOOL_CALL": Reason("The model tried to use a tool that it was not given.", _DRAW),
    "TOO_MANY_TOOL_CALLS": Reason("The model used its tools too often.", _AGAIN),
    "MALFORMED_RESPONSE": Reason("The model's answer was malformed.", _AGAIN),
    "MISSING_THOUGHT_SIGNATURE": Reason(
        "A thought signature is missing from the history that was sent.",
        "Start a new branch with the last picture: `--new -r @last`.",
    ),
    "ESCALATION": Reason("The answer was stopped for review.", _REPHRASE),
    "PUP_LIMITED_DISABLED": Reason("The answer was stopped under Google's prohibited-use policy.", _REPHRASE),
    "CONTINUATION": Reason("The answer is not finished: the server expects a request to continue.", _AGAIN),
    "MODEL_ARMOR": Reason("Model Armor stopped the answer.", "See the Model Armor template of the project."),
    "OTHER": Reason("The answer was stopped for a reason that Google does not name.", _AGAIN),
}

BLOCKS: dict[str, Reason] = {
    "SAFETY": Reason("The prompt was blocked by the safety filter, so nothing was drawn.", _REPHRASE),
    "IMAGE_SAFETY": Reason(
        "The prompt was blocked: a picture in it, or the one it asks for, is unsafe.",
        "Leave out the reference picture, or rephrase the prompt. `--safety` does not lift this filter.",
    ),
    "PROHIBITED_CONTENT": Reason("The prompt was blocked as prohibited content, so nothing was drawn.", _FIXED),
    "BLOCKLIST": Reason("The prompt contains words on a block list.", _REPHRASE),
    "MODEL_ARMOR": Reason("Model Armor blocked the prompt.", "See the Model Armor template of the project."),
    "JAILBREAK": Reason("The prompt was blocked as an attempt to get around the rules.", _REPHRASE),
    "OTHER": Reason("The prompt was blocked for a reason that Google does not name.", _REPHRASE),
}


# The categories of safety ratings whose threshold is the user's, by the word that `--safety` has for them.
_ADJUSTABLE = {
    "HARM_CATEGORY_HARASSMENT": "harassment",
    "HARM_CATEGORY_HATE_SPEECH": "hate",
    "HARM_CATEGORY_SEXUALLY_EXPLICIT": "sexual",
    "HARM_CATEGORY_DANGEROUS_CONTENT": "dangerous",
}


def lifting(blocked: tuple[str, ...]) -> str:
    """What can be done about the safety filter, whose thresholds are the user's; `blocked` are its categories."""
    words = [_ADJUSTABLE[category] for category in dict.fromkeys(blocked) if category in _ADJUSTABLE]
    if blocked and not words:
        return _FIXED
    options = " ".join(f"--safety {word}=only-high" for word in words) or "--safety CATEGORY=only-high"
    return f"{_REPHRASE} `{options}` lets more of it through, `none` all of it."


def finish(word: str) -> Reason:
    """The reason for a finish reason, a general one for a word that is not known."""
    return FINISHES.get(word) or Reason(f"The answer ended without a picture: {word}.", _AGAIN)


def block(word: str) -> Reason:
    """The reason for a block reason, a general one for a word that is not known."""
    return BLOCKS.get(word) or Reason(f"The prompt was blocked: {word}.", _REPHRASE)
