"""Says in one sentence what is in a picture."""

from .colours import nearest_name, parse
from .places import of_name
from .scene import Scene, Thing
from .styles.style import of_name as style_of

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
TIMES = {
    "dawn": "at dawn",
    "afternoon": "in the late afternoon",
    "sunset": "at sunset",
    "dusk": "at dusk",
    "night": "at night",
}
WEATHER = {
    "cloudy": "under clouds",
    "rain": "in the rain",
    "storm": "in a storm",
    "snow": "in falling snow",
    "fog": "in fog",
    "wind": "in the wind",
    "rainbow": "under a rainbow",
}
CHARTS = {
    "bar": "A bar chart",
    "pie": "A pie chart",
    "line": "A line chart",
    "flow": "A flow diagram",
    "cycle": "A cycle diagram",
    "timeline": "A timeline",
    "venn": "A Venn diagram",
}
ODD = {
    "person": "people",
    "man": "men",
    "woman": "women",
    "child": "children",
    "mouse": "mice",
    "sheep": "sheep",
    "fish": "fish",
    "deer": "deer",
    "wolf": "wolves",
    "leaf": "leaves",
    "cactus": "cacti",
    "grapes": "grapes",
    "glasses": "glasses",
    "form": "abstract forms",
    "sushi": "sushi",
    "bread": "loaves of bread",
}
UNCOUNTED = {"grapes", "glasses", "grass", "bread", "sushi", "cheese", "lightning"}


def sentence(scene: Scene) -> str:
    """One plain English sentence."""
    text = _chart(scene) if scene.chart else _picture(scene)
    quoted = [letters.text for letters in scene.letters if letters.text.strip()]
    if quoted:
        text += " with the words " + joined([f"“{_safe(part)[:80]}”" for part in quoted])
    return text + "."


def _chart(scene: Scene) -> str:
    chart = scene.chart
    assert chart is not None
    valued = chart.kind in ("bar", "pie", "line")
    labels = [f"{_safe(item.label)} {item.value:g}" if valued else _safe(item.label) for item in chart.items[:8]]
    return CHARTS.get(chart.kind, "A chart") + (f" of {joined(labels)}" if labels else "") + _also(scene)


def _also(scene: Scene) -> str:
    return f", with {joined(phrases(scene.shown))}" if scene.shown else ""


def _picture(scene: Scene) -> str:
    label = style_of(scene.style).label
    things = phrases(scene.shown)
    if scene.photo:
        return (
            f"{label if scene.style else 'The given photo'}"
            + (f" with {joined(things)}" if things else "")
            + _circumstances(scene)
        )
    if scene.place == "abstract":
        words = _safe(scene.words)[:80].strip(' ."“”')
        return (
            ("An abstract picture" if not scene.style else f"{label}, abstract,")
            + (f" after the words “{words}”" if words else "")
            + _also(scene)
        )
    place = of_name(scene.place).label
    if not things:
        return f"{label} {place}" + _circumstances(scene)
    return f"{label} of {joined(things)} {place}" + _circumstances(scene)


def _circumstances(scene: Scene) -> str:
    parts = [TIMES.get(scene.time, ""), WEATHER.get(scene.weather, "")]
    if not of_name(scene.place).indoors and scene.season in ("autumn", "winter") and scene.weather != "snow":
        parts.append(f"in {scene.season}")
    if of_name(scene.place).indoors and not scene.photo:
        parts = parts[:1]
    return "".join(f" {part}" for part in parts if part)


def phrases(things: tuple[Thing, ...]) -> list[str]:
    """ "three red balloons", "a fox": equal things together, in the order of their first."""
    groups: dict[tuple[str, str, str], int] = {}
    for thing in things:
        key = (thing.kind, thing.colour, thing.material)
        groups[key] = groups.get(key, 0) + 1
    return [_phrase(kind, colour, material, count) for (kind, colour, material), count in groups.items()]


def _phrase(kind: str, colour: str, material: str, count: int) -> str:
    own = parse(colour)
    names = {
        "form": "abstract form",
        "frame": "framed picture",
        "photo print": "photo",
        "print": "framed picture",
        "sticker": "cut-out picture",
        "star shape": "star",
    }
    noun = names.get(kind, kind)
    before = " ".join(part for part in (nearest_name(own) if own else "", material) if part)
    whole = f"{before} {noun}".strip()
    if count == 1:
        return f"some {whole}" if kind in UNCOUNTED else f"{_article(whole)} {whole}"
    number = NUMBERS[count] if count < len(NUMBERS) else str(count)
    return f"{number} {before + ' ' if before else ''}{_plural(noun)}"


def _article(text: str) -> str:
    return "an" if text[:1] in "aeiou" and not text.startswith(("uni", "uk", "eu", "one")) else "a"


def _plural(noun: str) -> str:
    if noun in ODD:
        return ODD[noun]
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


def joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def _safe(text: str) -> str:
    return " ".join(text.encode("utf-8", "replace").decode().split())
