"""Words that users may not meet: jargon of ours, and sentences that no native speaker would say."""

from __future__ import annotations

import re

__all__ = ["odd_words"]

_WORDS = (
    r"orphan(?:s|ed)?", r"adopt(?:s|ed|ion)?", r"owed", r"re-anchored", r"ledgers?", r"shelf", r"kin", r"coloured lane",
)  # fmt: skip
_PHRASES = (
    "new root", "empty root", "is no option", "is no topic", "is no subcommand", "with hands", "went along",
    "goes along", "go along", "begins anew", "begin anew", "everything is whole", "failed by itself",
    "a later version brings", "is not sent again by itself", "does as well", "which is said",
    "texts that want to be script", "may look into", "who draws: nobody", "brings it again", "from where on",
    "the emulator is free", "that is no picture", "is no json", "in your turn instead",
    "brought back from", "lies beside", "stands below", "uploaded anew", "is no number", "is no ref", "is no turn",
    "is no archive", "no way to upload", "begin afresh", "begins afresh",
    # Word for word from another language, or of a century ago.
    "took turn", "brought it again", "anew.", "anew;", "with blanks", "between double quotes", "only words",
    "words only", "answer in words", "are the most", "mend the cell", "takes it away", "take them away",
    "takes them away", "holds an api key", "lies in", "stands beside", "stands beneath", "lies before",
    "in so many words", "who draws", "sends it all the same", "came about", "come about", "make room", "second last",
    "made if need be", "on the wire", "knows no", "may draw no", "is refused, and",
    "from now on to its end", "the words come", "in a file of its own", "which is not followed",
)  # fmt: skip
_ODD = re.compile(
    rf"(?<![\w/.-])(?:{'|'.join(_WORDS)})(?![\w/.-]*[/=])\b|{'|'.join(map(re.escape, _PHRASES))}", re.IGNORECASE
)
_BEGINNINGS = tuple(re.match(r"[\w -]+?(?=\(|.\?|$)", word)[0] for word in _WORDS)  # type: ignore[index]  # each has one


def odd_words(text: str) -> list[str]:
    """Those in a text, as they stand there."""
    small = text.lower()  # a look for each is far quicker than one for all at each letter
    if not any(one in small for one in (*_BEGINNINGS, *_PHRASES)):
        return []
    return sorted({found[0] for found in _ODD.finditer(text)})
