"""What the emulated model says: beside its pictures, in its thoughts, and when it refuses."""

from __future__ import annotations

import hashlib
import re

_UNABLE = "Unable to show the generated image."
_USE_POLICY = (
    "You can learn more about Google's Generative AI Prohibited Use policy at "
    "https://policies.google.com/terms/generative-ai/use-policy."
)

FINISH = {
    "IMAGE_OTHER": (
        f"{_UNABLE} The model could not generate the image based on the prompt provided. "
        "You will not be charged for this request. Try rephrasing the prompt."
    ),
    "NO_IMAGE": (
        f"{_UNABLE} The model could not generate the image based on the prompt provided. Try rephrasing the prompt."
    ),
    "IMAGE_SAFETY": (
        f"{_UNABLE} The image was filtered out because it violated Google's Generative AI Prohibited Use policy. "
        f"You will not be charged for blocked images. Try rephrasing the prompt. {_USE_POLICY}"
    ),
    "IMAGE_PROHIBITED_CONTENT": (
        f"{_UNABLE} The image was filtered out because it may resemble content of third-party content providers. "
        "Try rephrasing the prompt. If you think this was an error, send feedback. Support codes: 61493863. "
        f"{_USE_POLICY}"
    ),
    "IMAGE_RECITATION": (
        f"{_UNABLE} The model could not generate the image because it may be a recitation from a source. "
        "You will not be charged for this request. Try rephrasing the prompt."
    ),
    "PROHIBITED_CONTENT": f"The response was blocked because it may contain prohibited content. {_USE_POLICY}",
    "SAFETY": "The response was blocked because the content potentially violates safety policies.",
    "RECITATION": "The response was blocked because it may be a recitation from a source.",
    "LANGUAGE": "The response was blocked because it uses an unsupported language.",
    "BLOCKLIST": "The response was blocked because it contains a term from the blocklist.",
    "SPII": "The response was blocked because it may contain sensitive personally identifiable information.",
    "MAX_TOKENS": "The maximum number of output tokens was reached before the image was complete.",
    "MISSING_THOUGHT_SIGNATURE": "The request has at least one thought signature missing.",
    "MALFORMED_RESPONSE": "The model produced a malformed response.",
    "MALFORMED_FUNCTION_CALL": "Malformed function call: print(default_api.draw())",
}
"""finishMessage by finish reason; a reason without one comes bare."""


_SPEECH = re.compile(
    r"(?i)\b(?:say|tell|describe|explain|write me|story|stories|poem|sentences?|words? about|recipe|list|why|how|"
    r"what is|what are|in words|caption it|comment)\b"
)

_NO_PICTURE = re.compile(r"(?i)\b(?:no |without (?:an? |any )?)(?:image|picture)s?,? please\b|\bdo(?:n't| not) draw\b")


def asked_for(prompt: str) -> bool:
    """Whether a prompt wants words beside the picture, not on it: what stands in quotation marks is set in type."""
    return bool(_SPEECH.search(re.sub(r"“[^”]*”|\"[^\"]*\"", "", prompt)))


def unwanted(prompt: str) -> bool:
    """Whether a prompt asks for no picture in so many words."""
    return bool(_NO_PICTURE.search(prompt))


def now_and_then(prompt: str, *, every: int) -> bool:
    """One prompt of so many, always the same ones: most recorded pictures came without a word, a few with some."""
    return hashlib.sha256(prompt.encode("utf-8", "replace")).digest()[0] % every == 0


def beside(sentence: str, *, edited: bool) -> str:
    """The text that comes with a picture of what the sentence says."""
    return f"{'Done.' if edited else 'Here it is.'} {sentence}"


def instead(sentence: str) -> str:
    """The text that comes where a picture might have been."""
    return f"Ask me to create an image, and I will. This is what I would draw: {sentence}"


def thoughts(prompt: str, sentence: str, count: int) -> list[str]:
    """`count` thoughts on the way to the picture."""
    asked = " ".join(prompt.split())
    asked = asked if len(asked) <= 160 else f"{asked[:159]}…"
    told = [
        f"**Reading the request**\n\nI am asked for: “{asked}”. This is what I have in mind: {sentence}\n\n",
        "**Checking the composition**\n\nA first sketch is there. I check what was asked for against what it shows: "
        "subject, place, light and colours.\n\n",
        "**Refining the details**\n\nThe second sketch is closer. I settle the edges and the light, and then "
        "paint the picture.\n\n",
    ]
    return told[:count]


def in_pieces(text: str) -> list[str]:
    """The text as a stream brings it: cut after a few words, nothing lost between the pieces."""
    return re.findall(r"(?:\S+\s*){1,6}", text) or [text]
