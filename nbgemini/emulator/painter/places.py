"""Places a scene can be in: their horizon, ground, what rises behind and what grows there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """``behind`` and ``grown`` name layers and small growth that the backdrop draws."""

    name: str
    label: str  # as captions say it
    ground: str
    horizon: float = 0.62
    behind: tuple[str, ...] = ()
    grown: tuple[str, ...] = ()
    indoors: bool = False
    words: str = ""


def _place(
    name: str,
    label: str,
    ground: str,
    horizon: float,
    behind: str = "",
    grown: str = "",
    words: str = "",
    indoors: bool = False,
) -> Place:
    return Place(name, label, ground, horizon, tuple(behind.split()), tuple(grown.split()), indoors, words)


PLACES = {
    place.name: place
    for place in (
        _place(
            "meadow",
            "in a meadow",
            "grass",
            0.6,
            "far-hills hills",
            "tufts flowers",
            "meadow grass field lawn grassland pasture countryside outdoors nature prairie savanna savannah",
        ),
        _place(
            "hills",
            "among hills",
            "grass",
            0.66,
            "far-hills hills near-hills",
            "tufts",
            "hills hill hilly valley highlands moor",
        ),
        _place(
            "mountains",
            "in the mountains",
            "grass",
            0.66,
            "peaks far-hills hills",
            "pines tufts",
            "mountains mountain alps peaks mountainous highland ridge alpine",
        ),
        _place(
            "forest",
            "in a forest",
            "moss",
            0.64,
            "far-trees trees",
            "trunks tufts",
            "forest woods woodland jungle grove rainforest",
        ),
        _place("lake", "by a lake", "bank", 0.56, "peaks far-hills", "reeds", "lake pond lagoon fjord"),
        _place("sea", "at sea", "water", 0.54, "", "", "sea ocean seascape waves water bay"),
        _place(
            "beach",
            "on a beach",
            "shore",
            0.5,
            "",
            "shells",
            "beach shore seaside coast seashore sand island harbor harbour",
        ),
        _place(
            "river", "by a river", "river", 0.58, "far-hills hills", "tufts reeds", "river stream creek brook canal"
        ),
        _place(
            "city",
            "in a city",
            "street",
            0.66,
            "far-skyline skyline",
            "",
            "city town downtown skyline metropolis cityscape urban street road avenue plaza highway",
        ),
        _place("village", "in a village", "grass", 0.62, "far-hills hills cottages", "tufts path", "village hamlet"),
        _place("desert", "in a desert", "sand", 0.6, "mesas dunes", "stones", "desert dunes sahara dune canyon"),
        _place(
            "snow", "in the snow", "snow", 0.6, "peaks snow-hills", "pines", "arctic antarctica tundra snowfield ice"
        ),
        _place(
            "space",
            "in space",
            "none",
            0.98,
            "",
            "",
            "space galaxy cosmos universe orbit nebula starfield solar-system milky-way constellation constellations",
        ),
        _place("moon", "on the moon", "lunar", 0.64, "craters", "stones", "lunar mars"),
        _place(
            "room",
            "in a room",
            "floor",
            0.64,
            "window",
            "",
            "room interior indoors living-room bedroom kitchen house-interior office classroom "
            "studio-apartment restaurant cafe coffee-shop-interior shop-interior bakery-interior "
            "store-interior laboratory lab library gallery museum home attic hallway lobby workshop",
            indoors=True,
        ),
        _place(
            "table",
            "on a table",
            "tabletop",
            0.6,
            "soft-room",
            "",
            "table-top tabletop still-life desk countertop shelf",
            indoors=True,
        ),
        _place(
            "studio", "on a plain backdrop", "studio", 0.66, "", "", "studio backdrop isolated seamless", indoors=True
        ),
        _place("plain", "on a plain ground", "plain", 0.66, "", "", "plain flat minimal minimalist", indoors=True),
        _place(
            "underwater",
            "under water",
            "seabed",
            0.76,
            "",
            "weeds",
            "underwater undersea reef aquarium seabed deep-sea",
        ),
        _place("sky", "high in the sky", "clouds", 0.86, "", "", "sky heavens clouds-above"),
        _place("abstract", "", "none", 0.6, "", "", "abstract", indoors=True),
        _place("sheet", "", "sheet", 0.6, "", "", "", indoors=True),
        _place("photo", "", "none", 0.6, "", "", "", indoors=True),
    )
}


def of_name(name: str) -> Place:
    return PLACES.get(name, PLACES["meadow"])
