"""A prompt as tokens: words, numbers, quotes, marks, and signs for where and how."""

import re
from dataclasses import dataclass

from .lexicon import tongues

LONGEST = 4000  # characters read; the rest only seeds


@dataclass(frozen=True, slots=True)
class Token:
    kind: str  # word, number, quote, mark, sign
    text: str


_QUOTE = re.compile(
    r'"([^"\n]{1,300})"|“([^”\n]{1,300})”|«([^»\n]{1,300})»|„([^“”\n]{1,300})[“”]|「([^」\n]{1,300})」'
    r"|(?<!\w)'([^'\n]{1,120})'(?!\w)"
)
_SAYS = re.compile(
    r"\b(?:that |which )?(?:says|saying|reads|reading(?! an?\b)|titled|with the (?:text|words?|title|caption)"
    r"|(?:text|title|caption) to)\s*:?\s+"
    r"((?:[A-Z0-9][\w'’&!?-]*)(?:[ ]+[A-Z0-9][\w'’&!?-]*){0,7})"
)
_FIRST = {"first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5"}
_SIGNS: tuple[tuple[str, str], ...] = (
    (
        r"\b(?:this|these|those|my|the given|the attached|both) (?:pictures?|images?|photos?|references?|pics?)\b",
        "given:",
    ),
    (
        r"\b(?:from|in|of) (?:the )?(?:image|picture|photo|reference|ref|figure)(?: number| no\.?| #)? ?(\d{1,2})\b",
        "picture:{}",
    ),
    (r"\b(?:from|in) the (first|second|third|fourth|fifth) (?:image|picture|photo|reference)\b", "picture:{}"),
    (r"\bon (?:the )?moon\b", "place:moon"),
    (r"\bon (?:the planet )?mars\b", "place:moon"),
    (r"\b(?:in|into|from) (?:outer |deep )?space\b|\bouter space\b", "place:space"),
    (r"\bunder(?: the)? (?:water|sea|ocean)\b", "place:underwater"),
    (r"\b(?:above|over|among) the clouds\b", "place:sky"),
    (r"\b(?:to |on |at )?(?:the |its )?(left|right)(?:-hand)?(?: side)? of\b", "how:{}"),
    (
        r"\b(?:on top of|on top|sitting on|standing on|lying on|resting on|perched on|riding(?: on)?|upon|atop|sits on"
        r"|stands on|onto)\b",
        "how:on",
    ),
    (
        r"\b(?:floating above|flying over|flying above|hovering over|hovering above|high above|above|over)\b",
        "how:above",
    ),
    (r"\b(?:below|beneath|underneath|under)(?! water)\b", "how:below"),
    (r"\b(?:in front of|before|leaning (?:on|against))\b", "how:front"),
    (r"\b(?:behind|in back of)\b", "how:behind"),
    (
        r"\b(?:next to|besides?|alongside|close to|near to|near|by)(?= (?:a|an|the|two|three|some|its|his|her)\b)",
        "how:beside",
    ),
    (r"\b(?:pictures?|paintings?)(?= on (?:the|a) wall\b)", "frame:"),
    (r"\bwith (?=(?:an? |its |his |her )?(?:[\w-]+ ){0,2}(?:hat|crown|scarf|bow tie|glasses)\b)", "how:wears"),
    (r"\bwearing\b|\bin (?=a (?:\w+ )?(?:hat|crown|scarf|bow tie)\b)", "how:wears"),
    (r"\b(?:holding|carrying)\b", "how:holds"),
    (r"\b(?:in|at|on) the (?:upper|top) (left|right)(?: corner)?\b", "at:top at:{}"),
    (r"\b(?:in|at|on) the (?:lower|bottom) (left|right)(?: corner)?\b", "at:bottom at:{}"),
    (
        r"\b(?:to|on|at|in) the (?:far |very )?(left|right)(?:-hand)?(?: side| corner| edge| half)?"
        r"(?: of the (?:picture|image|scene|frame))?\b",
        "at:{}",
    ),
    (
        r"\b(?:in|at|to) the (?:very )?(?:center|centre|middle)(?: of the (?:picture|image|scene|frame))?\b"
        r"|\bcent(?:er|re)d\b",
        "at:centre",
    ),
    (r"\b(?:in|at|into|to) the (?:near )?foreground\b|\bup close\b", "at:front"),
    (r"\b(?:in|at|into|to) the (?:far )?(?:background|distance)\b|\bfar away\b|\bon the horizon\b", "at:far"),
    (
        r"\b(?:at|along|across|near|on|to) the (?:very )?(top|bottom)(?: edge)?"
        r"(?: of the (?:picture|image|poster|page|sign))?\b",
        "at:{}",
    ),
    (r"\b(?:in|into|across|through) the (?:\w+ )?sky\b", "at:top"),
    (r"\bon(?= (?:a|an|its|his|her|two|some|the)\b)", "how:on"),
)
_COMPILED = [(re.compile(pattern), sign) for pattern, sign in _SIGNS]
_TOKEN = re.compile(
    r"\x01(\d+)\x02|\x03([^\x04]+)\x04|(\d+(?:\.\d+)?)|([^\W\d_]+(?:['’][^\W\d_]+)*(?:-[^\W\d_]+)*|\d+-bit)|([,;.:!?\n])",
    re.UNICODE,
)
_EAST = sorted((word for word in tongues.WORDS if ord(word[0]) > 0x2E7F), key=lambda word: (-len(word), word))


def tokens(prompt: str) -> list[Token]:
    quotes: list[str] = []

    def keep(match: re.Match[str]) -> str:
        quotes.append(next(group for group in match.groups() if group is not None))
        return f" \x01{len(quotes) - 1}\x02 "

    text = re.sub(r"[\x01-\x04]", " ", prompt[:LONGEST])
    data = text.lstrip()[:1] in ("{", "[")  # quotes in JSON are punctuation, not lettering
    text = text.lower() if data else _SAYS.sub(keep, _QUOTE.sub(keep, text)).lower()
    for word in _EAST:
        if word in text:
            text = text.replace(word, f" {tongues.WORDS[word]} ")
    for pattern, sign in _COMPILED:
        text = pattern.sub(lambda match, sign=sign: _signed(match, sign), text)  # type: ignore[misc]
    return [_token(match, quotes) for match in _TOKEN.finditer(text)]


def _signed(match: re.Match[str], sign: str) -> str:
    if sign == "frame:":
        return " frame "
    value = next((group for group in match.groups() if group), "")
    value = _FIRST.get(value, value)
    return "".join(f" \x03{part.format(value)}\x04 " for part in sign.split())


def _token(match: re.Match[str], quotes: list[str]) -> Token:
    quote, sign, number, word, mark = match.groups()
    if quote is not None:
        return Token("quote", quotes[int(quote)]) if int(quote) < len(quotes) else Token("mark", ",")
    if sign:
        return Token("sign", sign)
    if number:
        return Token("number", number[:6])
    return Token("word", word.replace("’s", "").replace("'s", "")) if word else Token("mark", mark)
