"""Breaks a long wish into the parts that ask for one thing each."""

import re

_VERBS = r"(?:add|remove|make|turn|change|replace|move|put|paint|delete|set|give|recolou?r)\b"
_BREAK = re.compile(
    r"[.;!?\n]+|,\s*(?:and|then|but|also)\s+|\band then\b|\bthen\b"
    rf"|,(?=\s*{_VERBS})|\band\s+(?={_VERBS})|\band\s+(?=(?:the |a )?(?:text|title|caption|words)\b)"
)
_QUOTED = re.compile(r'"[^"]*"|“[^”]*”|«[^»]*»')


def clauses(prompt: str) -> list[str]:
    """A prompt in the parts that ask for one thing each; quoted text stays whole."""
    kept: list[str] = _QUOTED.findall(prompt)
    bare = prompt
    for index, text in enumerate(kept):
        bare = bare.replace(text, f" \x01{index}\x02 ", 1)
    parts = _BREAK.split(bare)
    out = []
    for part in parts:
        for index, text in enumerate(kept):
            part = part.replace(f"\x01{index}\x02", text)
        if part.strip(" ,"):
            out.append(part.strip(" ,"))
    return out
