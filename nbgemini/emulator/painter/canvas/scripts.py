"""Right-to-left text for a layout engine that only knows left to right."""

import unicodedata
from functools import lru_cache

FORMS = ("<isolated>", "<final>", "<initial>", "<medial>")
MIRROR = {"(": ")", ")": "(", "[": "]", "]": "[", "{": "}", "}": "{", "<": ">", ">": "<", "«": "»", "»": "«"}


@lru_cache(maxsize=1)
def _shapes() -> dict[str, dict[str, str]]:
    """Arabic letters with their joined forms, read from Unicode's own table of compatibility forms."""
    shapes: dict[str, dict[str, str]] = {}
    for number in range(0xFE70, 0xFEFD):
        parts = unicodedata.decomposition(chr(number)).split()
        if len(parts) == 2 and parts[0] in FORMS:
            shapes.setdefault(chr(int(parts[1], 16)), {})[parts[0]] = chr(number)
    return shapes


def joined(text: str) -> str:
    """Arabic letters in the form their neighbours ask for."""
    shapes, out = _shapes(), []
    for index, letter in enumerate(text):
        own = shapes.get(letter)
        if own is None:
            out.append(letter)
            continue
        before = shapes.get(text[index - 1], {}) if index else {}
        after = shapes.get(text[index + 1], {}) if index + 1 < len(text) else {}
        joins_before = "<initial>" in before and "<final>" in own
        joins_after = "<initial>" in own and "<final>" in after
        name = FORMS[joins_before + 2 * joins_after]
        out.append(own.get(name, letter))
    return "".join(out)


def right_to_left(text: str) -> bool:
    """Whether the first strong letter runs to the left."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return False


def visual(text: str) -> str:
    """The text in the order in which it is seen: right-to-left runs turned, numbers and Latin kept."""
    if not any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text):
        return text
    runs: list[tuple[bool, str]] = []
    for letter in joined(text):
        kind = unicodedata.bidirectional(letter)
        back = kind in ("R", "AL") or (kind not in ("L", "EN", "AN") and (runs[-1][0] if runs else right_to_left(text)))
        if runs and runs[-1][0] == back:
            runs[-1] = (back, runs[-1][1] + letter)
        else:
            runs.append((back, letter))
    ordered = ["".join(MIRROR.get(x, x) for x in reversed(run)) if back else run for back, run in runs]
    return "".join(reversed(ordered) if right_to_left(text) else ordered)
