"""What the help tells about the emulator: what it draws, and what can be practised on it."""

from __future__ import annotations

from nbgemini.notebook.help.topics import Section

__all__ = ["EMULATE", "EMULATOR", "SCRIPT"]

EMULATOR = Section(
    "The emulator: what draws without a key",
    "Google's image API on a small scale, in this process, at $0. Every picture is marked as emulated.",
    rows=(
        (
            "what it draws",
            "things, counts, colours, places, times, weather, styles, set text, charts, edits of them",
        ),
        ("emulate: IMAGE_SAFETY", "a line of a prompt that asks for a refusal; below is what else there is"),
        ("nb.emulator(script=[…])", "what answers the next requests: such phrases, or tables with more items"),
        ("… latency=2, rpm=10", "seconds that a 1K picture takes; requests a minute"),
        ("… billing=True", "for lessons about money: budgets and costs count what Google would charge"),
        (
            "… batch_seconds=60",
            "how long a batch job takes; by default a few seconds, also after the kernel ends",
        ),
        ('… weight="real"', "answers as large as Google's: 1–3 MB on top of each picture"),
        ("python -m nbgemini.emulator", "the same on loopback, for curl, other kernels and other clients"),
    ),
)
EMULATE = Section(
    "emulate: one line of a prompt asks for another answer",
    "Reasons are in upper case. The same words, without `emulate:`, can be a step of a script.",
    rows=(
        ("IMAGE_SAFETY", "no picture, and this finish reason; any of the API's works: SAFETY, RECITATION, NO_IMAGE, …"),
        ("SAFETY HARASSMENT LOW", "the category that is blocked, and how likely it is: LOW, MEDIUM, HIGH"),
        ("MAX_TOKENS with picture", "the reason and the picture, which counts"),
        ("finish NEW_REASON", "a reason that does not exist yet"),
        ("no finish reason", "the picture alone"),
        ("block PROHIBITED_CONTENT", "the prompt is blocked; also SAFETY, OTHER, BLOCKLIST, IMAGE_SAFETY"),
        ("text only", "text and no picture"),
        ("thought picture", "the only picture is marked as a thought"),
        ("drafts 3", "three drafts before the picture, each billed"),
        ("picture first", "the text comes after the picture"),
        ("empty content", "an answer without anything in it; also no content, no parts, null parts, no candidates"),
        ("lose signature", "this answer's signatures are called missing later: the next cell fails with Google's 400"),
        ("signature 2000000 bytes", "thought signatures of that length"),
        ("signature at the end", "the signature of the words is on an empty part at the end"),
        ("bare end", "the last event of a stream has no parts"),
        ("error after 2 events", "a stream (--thoughts) ends in an error"),
        ("model status LEGACY", "the answer says that the model is on its way out"),
        ("declare image/png", "the picture is declared as this type, whatever it is"),
        ("429 2s", "too many requests a minute, wait two seconds; 429 alone gives no hint"),
        ("429 day", "quota of a day; also 429 zero (no free tier), 429 images, 429 spend"),
        ("400 region", "not in this country; 400 billing: not without billing"),
        ("403 leaked", "the key was found in public; 403 disabled: the API is switched off"),
        ("404", "the model is gone; also 500, 503, 504"),
        ("draw", "a picture, as usual: for scripts"),
        ("batch 5m", "in a batch: how long the job takes; s, m or h, and after 48 hours it expires"),
        ("batch FAILED", "the job ends like this; also CANCELLED, EXPIRED, stuck, stuck RUNNING, deleted, not yours"),
        ("batch late file", "it succeeds before its file is named; also no file, file gone, never fetched"),
        ("batch errors 2", "two of its lines fail; also missing 2, doubled 2, foreign 2, garbled 2"),
        ("batch shuffled", "its answers in another order; also no keys, JOB_STATE, done false; several with commas"),
    ),
    code="%%imagine\na tabby cat on a sofa\nemulate: lose signature",
)
SCRIPT = Section(
    "nb.emulator(script=[…]): a step is such a phrase, or a table of these items",
    rows=(
        ("answer, times", "a phrase as above; for how many requests the step counts"),
        ("on", "which requests: ask, create (a batch job), poll, list, cancel, delete, upload, download"),
        ("wait", "seconds before the answer begins"),
        ("drop", "True: the connection closes before the answer begins"),
        ("cut", "bytes after which the connection closes"),
        ("drip, piece", "seconds between pieces of the body, and bytes of a piece"),
        ("endless", "seconds between spaces that never end"),
        ("gzip", "True: the body is compressed"),
        ("wrap", "the shape of the body: array, html, text, nothing, torn"),
        ("status, retry_after", "another HTTP status; a Retry-After header"),
        ("drafts, mime, carrier", "as the phrases drafts, declare, signature at the end"),
        ("signature_bytes, bare_end", "as the phrases signature … bytes, bare end"),
        ("lose_signature, break_after", "as the phrases lose signature, error after … events"),
    ),
    code='import nbgemini as nb\nnb.emulator(script=["429 2s", "429 2s", {"answer": "draw", "cut": 2000}])',
)
