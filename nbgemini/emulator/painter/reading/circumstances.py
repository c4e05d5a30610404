"""What words that are no nouns add to a reading: place, hour, weather, season, style, adjectives."""

from .mentions import Pending, Reading


class Circumstances:
    """The part of a reader that keeps what is said about the whole picture, and adjectives for the next noun."""

    def __init__(self) -> None:
        self.reading = Reading()
        self.next = Pending()
        self.last = -1  # the mention of this clause that positions may follow

    def _material(self, value: str, phrase: str) -> None:
        self.next.material = value

    def _size(self, value: str, phrase: str) -> None:
        self.next.size = float(value)

    def _count(self, value: str, phrase: str) -> None:
        self.next.count = int(value)

    def _group(self, value: str, phrase: str) -> None:
        self.next.group = int(value)

    def _place(self, value: str, phrase: str) -> None:
        waiting, reading = self.next, self.reading
        if waiting.colour:
            part = (
                "water"
                if value in ("sea", "lake", "river", "underwater")
                else "sky"
                if value in ("space", "sky")
                else "ground"
            )
            reading.tints.setdefault(
                "background" if value in ("room", "studio", "plain", "table") else part, waiting.colour
            )
        strong = value not in ("meadow", "sky", "city") or phrase in ("meadow", "city", "street", "town", "skyline")
        if not reading.place or (strong and reading.place in ("meadow", "sky")):
            reading.place = value
        self.next = Pending(denied=waiting.denied)

    def _part(self, value: str, phrase: str) -> None:
        if self.next.colour:
            self.reading.tints[value] = self.next.colour
        elif self.next.at:
            self.next.at.clear()
        self.next = Pending(denied=self.next.denied)

    def _time(self, value: str, phrase: str) -> None:
        self.reading.time = self.reading.time or value

    def _weather(self, value: str, phrase: str) -> None:
        if self.next.denied:
            self.reading.weather = "clear"
            self.reading.denied.append(value)
        else:
            self.reading.weather = self.reading.weather or value

    def _season(self, value: str, phrase: str) -> None:
        if self.next.denied:
            self.reading.denied.append("snow")
            return
        self.reading.season = self.reading.season or value
        if phrase == "snow" and self.last < 0:
            self.reading.weather = self.reading.weather or "snow"

    def _style(self, value: str, phrase: str) -> None:
        self.reading.style = self.reading.style or value

    def _grade(self, value: str, phrase: str) -> None:
        self.reading.grades.append(value)
