"""What the help tells about Google's own rules, facts of 2026-11, and how this package goes about them."""

from __future__ import annotations

from nbgemini._dataclass import dataclass

__all__ = [
    "BATCHES",
    "PANEL",
    "QUOTAS",
    "ROLES",
    "SAFETY",
    "SEARCH",
    "SWEEPS",
    "THINKING",
    "UPLOADS",
    "VERTEX",
    "Section",
]


@dataclass(frozen=True, slots=True)
class Section:
    """A title, what is said under it, rows of two columns, and an example."""

    title: str
    text: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    code: str = ""


ROLES = Section(
    "How many, and of what kind",
    "The API has no roles for pictures: say in the prompt which is which (“image 1: the chair”).",
    rows=(
        ("14 pictures", "nano-banana-2.1, flash: up to 10 objects and 4 characters keep their looks"),
        ("", "pro: 6 objects, 5 characters and 3 for the style; flash-lite: objects only"),
        ("3 pictures", "nano-banana (2.5)"),
        ("PNG, JPEG, WebP, HEIC, HEIF", "are sent unchanged; other formats are converted, and a line says so"),
    ),
)
SEARCH = Section(
    "Google Search before drawing: --search",
    "The model looks things up: today's weather on a map, the true shape of a building. It does not look up people.",
    rows=(
        ("--search, --search web", "facts from pages: nano-banana-2.1, pro, flash"),
        ("--search image", "pictures to draw from: nano-banana-2.1, flash; each links to the page that shows it"),
        ("--search both", "both of them: nano-banana-2.1, flash"),
        ("below the picture", "Google's search suggestions, which its terms ask for, and the sources as links"),
        ("result.grounding", "all of it as it came: chunks, queries, supports"),
        ("what it costs", "$14 per 1,000 queries once 5,000 free ones a month are used; one picture may need several"),
    ),
)
SAFETY = Section(
    "What is blocked: --safety CATEGORY=THRESHOLD",
    "It sets the filters of four categories. The filters for pictures (IMAGE_SAFETY and others) cannot be set.",
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
BATCHES = Section(
    "Batches: half the price, within 24 hours",
    "Google draws them when it has room, and needs no kernel for it. The sweep is the same as without --batch.",
    rows=(
        ("--batch", "on any cell, with --vary or -n or without; Python: nbgemini.sweep(…, batch=True)"),
        ("the cell", "returns once the jobs are created, and fills in while its kernel lives"),
        ("%imagine batches", "asks Google at once: state, how many are done, age, price, when they expire"),
        ("--collect", "takes in what is done; in any kernel, also on another machine that has a copy of .nbgemini"),
        ("--watch · --cancel ID", "waits for all of them, also in a notebook that runs by itself · ends a job"),
        ("run again", "shows the job while it lives, and its pictures at $0 after that; --fresh makes another job"),
        ("pick, edit", "as with any sweep, once they are there; the conversation stays where it was until then"),
        (
            "resume NAME",
            "sends what surely never ran again, as a batch; --unknown: also what may have run; --failed: what failed",
        ),
        (
            "expired",
            "a job that is not done within 48 hours ends without results; those of others are kept for six weeks",
        ),
        ("how many", "one job for each model, and more where a file or its tokens would be too many for one"),
        ("Vertex AI", "its batches need Cloud Storage: use a key of the Gemini API, or Google's SDK"),
    ),
    code="%%imagine --batch --vary style=ink,oil -n 20 --name night\na harbour at night, {style}\n\n"
    "%imagine batches --watch",
)
THINKING = Section(
    "Thinking, and seeing it: --thinking, --thoughts",
    "It is billed as text, shown or not.",
    rows=(
        ("--thinking LEVEL", "nano-banana-2.1: minimal, medium (unless said), high"),
        ("", "flash, flash-lite: minimal (unless said), high; pro always thinks, nano-banana (2.5) never"),
        ("--thoughts", "the answer is streamed: thoughts and interim pictures appear as they come, then stay folded"),
        (
            "interim pictures",
            "are not results: `.image` is the last picture that is not a thought; they are not charged",
        ),
        ("result.thoughts", "the words; they are not sent back with the next turn"),
        ("in every cell", "%config NbGemini.thoughts = True, where the model shows them"),
    ),
)
SWEEPS = Section(
    "Sweeps: many pictures from one cell, side by side on a sheet",
    "Every combination is a shot. Nothing is paid for twice: run the cell again with more values.",
    rows=(
        (
            "--vary style=ink,oil",
            "an axis: of a {style} in the prompt, an option (aspect, model, seed=1..8), ref, prompt",
        ),
        ("--vary {shots}, shots.csv", "an explicit list: a DataFrame or a list of dicts, a file; columns are axes"),
        ("--pair A,B · --skip A=x,B=y", "two axes in step · combinations to leave out; -n 3 draws each three times"),
        ("--dry-run", "the empty sheet with a price in each tile; nothing is sent"),
        (
            "the sheet",
            "17 · $0.034 · ★★★★: number, price, stars. Shared options are above, the others in headings",
        ),
        ("%imagine pick 17", "go on from shot 17; until then the conversation stays where it is"),
        ("%imagine star 17 4", "rate it; also `note 17 too dark` and `tag 17 keep`"),
        ("%imagine compare 3 17", "side by side, with the words of the prompts and the options that differ"),
        ("%imagine resume tuesday", "asks for what is missing, also in another kernel; --name tuesday gave the name"),
        ("%imagine sweeps", "all of them, with state and cost; tuesday/17 is a shot of one, wherever a REF is taken"),
        (
            "in Python",
            'grid = nb.sweep("a {style} boat", style=["ink", "oil"]); grid[2], grid.where(style="ink"), grid.best',
        ),
        ("grid.sheet(rows=, columns=)", "laid out another way; where={'aspect': '1:1'} and stars=3 show some of it"),
        ('grid.export("sheet.html")', "the sheet as a file: .html, .md, .ipynb, or .jpg for a slide"),
        ("nb.sheet([cat, owl])", "a sheet of any pictures, without a sweep"),
    ),
    code='%%imagine --vary style=watercolor,"oil, thick" --vary aspect=1:1,16:9 --name tuesday\nA lighthouse, {style}',
)
UPLOADS = Section(
    "Large requests: the Files API",
    "Above 20 MB your own pictures are uploaded, once, and the request names them.",
    rows=(
        ("on the way", "the waiting line counts megabytes; after an interruption an upload resumes where it was"),
        ("48 hours", "a file lives that long; then, and in a new kernel, it is uploaded again"),
        (
            "2 GB, 20 GB",
            "for a file, for all of a project; nbgemini.uploads() lists this kernel's, .delete() removes them",
        ),
        (
            "answers of the model",
            'stay in the request, since the API may refuse them as files; uploads = "all" tries it',
        ),
        ("%config NbGemini.uploads", '"auto" unless set, "all", or "off": everything in the request, up to 100 MB'),
        ("too large even so", "nothing is sent; --new -r @last starts afresh from the last picture"),
    ),
)
VERTEX = Section(
    "Vertex AI, and gateways",
    "The same cells; in the environment before the kernel starts:",
    rows=(
        ("a project", "GOOGLE_GENAI_USE_VERTEXAI=true, GOOGLE_CLOUD_PROJECT, the extra `vertex` and a login:"),
        ("", "`gcloud auth application-default login`, or GOOGLE_APPLICATION_CREDENTIALS"),
        ("GOOGLE_CLOUD_LOCATION", "global unless set; us, eu, or a region such as us-central1"),
        ("a key alone", "works without project and location (express mode)"),
        ("what differs", "no --tier, no Files API, 7 MB a picture; flash takes all thinking levels"),
        ("turns", "do not continue on the other backend: only the last picture is sent, and a line says so"),
        ("base_url", "a gateway: %config NbGemini.base_url, GOOGLE_GEMINI_BASE_URL, GOOGLE_VERTEX_BASE_URL"),
        ("allow_http", "NBGEMINI_ALLOW_HTTP=1: the gateway may be plain http in a network that you trust"),
        ("proxies, certificates", "HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE, SSL_CERT_DIR"),
    ),
)
PANEL = Section(
    "The panel: %imagine panel, or nb.panel() as the last line of a cell",
    "The same conversation with buttons; cells and other panels see its turns, and it sees theirs.",
    rows=(
        ("references", "browse, drop, paste or drag them; a turn of the strip works too"),
        ("the price", "is next to the button before you click; after Cancel, a late answer is still kept"),
        ("Edit from here", "goes on from the turn you are looking at: a fork, if it is not the last"),
        ("Mark region", "says where: a note at a place in the picture"),
        ("Vary, Sheet", "draw many at once, price first; see them in a grid, and give stars with the keyboard"),
        ("Compare, Two by two", "two to four side by side; or which of two is better, until there is a ranking"),
        ("Refine", "vary around a turn, more like it, the starred ones at 2K; Again and Draw at 2K name their price"),
        ("Before/after", "slides between a picture and the one it was made from; Lightbox shows it large"),
        ("Copy as cell", "the same as code; Insert static result: as an output that needs no kernel"),
    ),
)
