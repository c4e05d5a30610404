"""What the help tells about Google's own rules: roles of pictures, searches, filters, quotas (facts of 2026-11)."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["QUOTAS", "ROLES", "SAFETY", "SEARCH", "Section"]


@dataclass(frozen=True, slots=True)
class Section:
    """A title, what is said under it, rows of two columns, and an example."""

    title: str
    text: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    code: str = ""


ROLES = Section(
    "How many, and of what kind",
    "Nothing on the wire names a picture's role: say in the prompt which is which (“image 1: the chair”).",
    rows=(
        ("14 pictures", "nano-banana-2.1, flash: up to 10 objects and 4 characters keep their looks"),
        ("", "pro: 6 objects, 5 characters and 3 for the style; flash-lite: objects only"),
        ("3 pictures", "nano-banana (2.5)"),
        ("PNG, JPEG, WebP, HEIC, HEIF", "go as they are; other formats are converted, which is said"),
    ),
)
SEARCH = Section(
    "Google Search before drawing: --search",
    "The model looks things up: today's weather on a map, the true shape of a building. It looks up no people.",
    rows=(
        ("--search, --search web", "facts from pages: nano-banana-2.1, pro, flash"),
        ("--search image", "pictures to draw from: nano-banana-2.1, flash; each links to the page that shows it"),
        ("--search both", "both of them: nano-banana-2.1, flash"),
        ("beneath the picture", "Google's search suggestions, which its terms ask for, and the sources as links"),
        ("result.grounding", "all of it as it came: chunks, queries, supports"),
        ("what it costs", "$14 per 1,000 queries once 5,000 free ones a month are used; one picture may need several"),
    ),
)
SAFETY = Section(
    "What is blocked: --safety CATEGORY=THRESHOLD",
    "It moves the filters of the four categories. Those for pictures (IMAGE_SAFETY and its kin) cannot be moved.",
    rows=(
        ("harassment, hate", "categories; may be given together: --safety hate=none --safety sexual=only-high"),
        ("sexual, dangerous", "categories, too"),
        ("low", "block what is probably harmful at low probability and above: the strictest"),
        ("medium", "block at medium probability and above"),
        ("only-high", "block at high probability only"),
        ("none · off", "block nothing · switch the filter off"),
    ),
)
QUOTAS = Section(
    "Quotas: what a 429 is about",
    "Limits hold for a project, not for a key. AI Studio alone shows the numbers: aistudio.google.com/rate-limit.",
    rows=(
        ("a minute", "requests, input tokens and images (RPM, TPM, IPM): wait a minute, or ask for fewer with -n"),
        ("a day", "requests (RPD); the count is reset at midnight Pacific time"),
        ("spending", "about $10, $50, $200 within ten minutes and $250, $2,000, $20,000 or more a month, by tier"),
        ("limit: 0", "no free tier draws pictures: the project needs billing"),
        ("tier 1", "billing is linked to the project"),
        ("tier 2", "$100 paid, and three days since the first payment"),
        ("tier 3", "$1,000 paid, and 30 days since the first payment"),
        ("failed attempts", "count too; they are not charged where the error says so"),
        ("--tier flex, --batch", "half the price; a batch has quotas of its own"),
    ),
)
