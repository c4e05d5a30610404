"""What the help tells about cells and Python: how a conversation goes on, keys, names, files, replay, costs, errors."""

from __future__ import annotations

from nbgemini.notebook.help.topics import Section

__all__ = [
    "CLASS", "CONVERSATION", "COSTS", "ERRORS", "EXAMPLES", "FILES", "HISTORY", "KEY", "NAMES", "PYTHON", "REFERENCES",
    "REPLAY", "SET", "SIGNATURES", "USAGE",
]  # fmt: skip

USAGE = Section(
    "%%imagine [options]",
    "Draws the text of the cell. The next cell edits that picture; `--new` starts afresh.",
    code="%%imagine -a 16:9 -o cat\na tabby cat on a sofa, late afternoon light\n\n%%imagine\nmake it night",
)
KEY = Section(
    "Your key: Google or the emulator",
    "Without a key, the emulator in this kernel draws: offline, at $0, and every picture says so.",
    rows=(
        ("get one", "aistudio.google.com/apikey; pictures need a project with billing"),
        ("GEMINI_API_KEY", "set it before the kernel starts; GOOGLE_API_KEY wins if both are set"),
        ("macOS, Linux", "export GEMINI_API_KEY=…  in the terminal, then `jupyter lab` in the same one"),
        ("Windows", "set GEMINI_API_KEY=…  (cmd), or  $env:GEMINI_API_KEY = '…'  (PowerShell)"),
        ("in a notebook", "%env GEMINI_API_KEY=… works too, but then the key is saved in the notebook: better not"),
        ("Colab", "add it under Secrets (the key symbol at the left) and give the notebook access"),
        ("Vertex AI", "GOOGLE_GENAI_USE_VERTEXAI=true and GOOGLE_CLOUD_PROJECT; more: %imagine help vertex"),
        ("%imagine doctor", "says whether a key is set and works; it never shows the key"),
    ),
)
CONVERSATION = Section(
    "How a conversation goes on",
    rows=(
        ("a new cell", "edits the last picture of the current conversation"),
        ("--new", "starts afresh; earlier pictures are not sent"),
        ("--from cat", "goes on from the turn that made this picture: a fork; the other branch stays"),
        ("-r cat", "only shows a picture to the model"),
        ("-c night", "switches to another conversation; it is created if there is none"),
        ("the same cell again", "goes on from where it went on before; its old picture stays as a branch"),
        (
            "what stays",
            "the model and --system stay with the conversation; all other options hold for their cell alone",
        ),
        ("a new kernel", "starts fresh; `%imagine use NAME` goes on with a stored conversation"),
        ("a failed answer", "leaves the conversation as it was"),
    ),
)
HISTORY = Section(
    "Looking back, going back",
    rows=(
        ("%imagine", "the conversation as a tree of numbered pictures; nothing is ever deleted"),
        ("%imagine show 3", "turn 3: picture, options, size, cost; with --wire its request and answer"),
        ("%imagine undo, redo", "one turn back, and forward again"),
        ("--from @3", "a cell that goes on from turn 3: a branch"),
        ("%imagine fork night", "a new conversation that begins with this branch"),
        ("%imagine use night", "goes on with another conversation, also with one of an earlier kernel"),
        ("%imagine reset", "the next cell starts afresh, as with --new"),
        ("--history 2", "sends only the last 2 exchanges with the new prompt: smaller, cheaper requests"),
    ),
)
REFERENCES = Section(
    "What a REF is",
    rows=(
        (
            "cat, cats[1], grid.best",
            "a variable, or what one holds: a result (-o cat), a PIL image, an array, a figure,",
        ),
        ("", "bytes, a Path, an IPython Image, a %%capture output, a list of these; it wins over a file of that name"),
        ("photo.jpg, shots/*.png", "a file, or all that match; in double quotes if the name has spaces"),
        ("https://…", "a picture on the open web, up to 20 MB"),
        ("@clipboard", "the picture in the clipboard of the machine that runs the kernel"),
        ("@last, @3, @-2", "the last turn, turn 3, the turn before the last on this branch"),
        ("night@3, tuesday/17", "turn 3 of another conversation; shot 17 of a sweep"),
    ),
)
NAMES = Section(
    "{name} in the prompt",
    "A variable of yours between braces is replaced, once. All other braces stay: JSON, CSS, LaTeX, {{…}}.",
    rows=(
        ("{style}, {n}", "a text, a number or a date becomes text"),
        ("{cat}", "a picture is sent at that place, labelled; so is the file that a Path names"),
        ("{cats[1]}, {d['dog']}", "items of lists and dicts, fields of dataclasses, `.text` of a result"),
        ("-a {ratio}, --save {i}.png", "the same in the values of options; -r {cat} is -r cat"),
        ("never read", "modules, private names, calls, IPython's own names, and whatever looks like a key"),
        ("--raw", "leaves all braces alone"),
    ),
    code="%%imagine -r cat\nPut the cat on a {style} sofa",
)
FILES = Section(
    "Where the pictures are",
    rows=(
        (".nbgemini/", "the store, next to the notebook: every picture as it came, byte for byte, and every turn"),
        ("in the notebook", "the picture itself up to 1024 px and 200 kB, else a preview; --preview sets its size"),
        ("-o cat", "a result: cat.image, cat.bytes, cat.path, cat.save('cat.png'), cat.edit('add snow')"),
        ("--save cat.png", "the untouched original as a file of your own; files are never overwritten"),
        ("export story.html", "this branch as one page to read, send or print; also story.md, story.ipynb"),
        ("save cat.nbgemini", "the whole conversation as one file; `load` goes on with it on another machine"),
    ),
)
PYTHON = Section(
    "The same in Python",
    "Options have their long names, with underscores: `--max-tokens 4000` is `max_tokens=4000`, `--from` is `from_`.",
    rows=(
        ("nb.imagine(…)", "asks in the current conversation, as a cell does"),
        ('nb.conversation("hero")', "a conversation by name; stored=True goes on with that of an earlier kernel"),
        ("cat.edit(…)", "goes on from this picture, wherever the conversation is by now"),
        ("cat.image, .bytes, .path", "pixels (PIL), the original bytes, the file; .save(…) copies it"),
        (".cost, .usage, .request", "US dollars, tokens, what was sent"),
        ("await c.aimagine(…)", "on your own loop; aedit, nb.asweep"),
        ("nb.sweep(…)", "many pictures: a list is an axis; more: %imagine help sweeps"),
        ("nb.errors", "what is raised; .charged says whether money was spent"),
    ),
    code='import nbgemini as nb\n\ncat = nb.imagine("a tabby cat", size="2K")\ncat.edit("add snow").save("snow.png")',
)
ERRORS = Section(
    "Errors: what happened, what it cost, what to do",
    "Three lines say what happened, whether money was spent and what to do; `%tb` shows all of it.",
    rows=(
        ("Nothing was sent.", "an option, a reference, a budget or a setting is wrong: fix the cell and run it again"),
        ("Not charged.", "Google refused the request or the key, or was overloaded; the advice is in line 3"),
        ("Charged.", "an answer came without a usable picture: blocked, or cut off; it is in the store"),
        ("May have been charged.", "no complete answer came; nbgemini will not resend it. Look: %imagine recover"),
        ("AnswerBlocked", "a filter stopped it: the error names Google's reason and the category; rephrase the prompt"),
        ("QuotaExceeded", "a limit was reached: wait as long as the error says; more: %imagine help quotas"),
        ("SignatureRejected", "the conversation lost a signature; more: %imagine help signatures"),
        ("DeadlinePassed", "the time was up; a late answer is kept: %imagine recover"),
        (
            "a stopped cell",
            "its answer is kept when it comes: %imagine recover lists it, and with its ID makes it a turn",
        ),
        ("practise them", "on the emulator at $0; more: %imagine help emulator"),
    ),
)
SIGNATURES = Section(
    "Thought signatures: how the model knows its own picture",
    "Gemini signs each picture it draws. An edit sends the picture back with its signature, exactly as it came.",
    rows=(
        (
            "who keeps them",
            "nbgemini does: in the store, in archives and in exported notebooks; there is nothing to do",
        ),
        ("without one", "Google answers 400: a thought signature is missing. Nothing is charged"),
        ("how they get lost", "a program builds the history itself, or saves pictures without the parts around them"),
        (
            "on another backend",
            "Google and the emulator do not take each other's: only the last picture is sent, as a new start",
        ),
        ("start from a picture", "--new -r @last: the model sees the picture, but not how it was made"),
        ("see one", "%imagine show 2 --wire"),
        (
            "lose one, to see it",
            "a cell with the line `emulate: lose signature`; the next cell fails as it would at Google",
        ),
    ),
)
REPLAY = Section(
    "What is answered from disk",
    "In a fresh kernel, a request that was paid for is answered from .nbgemini/: $0, the same bytes, “replayed”.",
    rows=(
        ("Restart & Run All", "sends nothing; a changed cell is sent, and those that go on from it"),
        ("run a cell again", "a new picture, in the same kernel; a restart brings the newest"),
        ("--fresh", "always sends; so does --replay off"),
        ("--replay only", "never sends; a miss says how it differs from the nearest recording, %tb shows all of it"),
        ("--replay class", "any recording first, then the emulator, never Google: %imagine help class"),
        (
            "who drew it",
            "emulator and Google never answer for each other, except with `class`, or `only` without a key",
        ),
    ),
)
CLASS = Section(
    "For a class: recorded pictures, no keys, no network",
    rows=(
        ("NBGEMINI_REPLAY=class", "in the environment of the kernels (or --replay class, or the trait): any recording"),
        ("", "first, whoever drew it; then the emulator for what was not recorded; never Google"),
        ("after an experiment", "the next recorded cell still shows its recording; --fresh draws with the emulator"),
        ("NBGEMINI_RECORDINGS", "the folder of the class's store: read along with your own, never written to"),
        ("", "`chmod -R a+rX .nbgemini` lets others read yours"),
        ("NBGEMINI_REPLAY=only", "recordings alone: for tests and for grading"),
        ("what to hand out", "the notebook and its .nbgemini folder, or the folder once, for all to read"),
        ("one server for all", "python -m nbgemini.emulator --port 8765, and GOOGLE_GEMINI_BASE_URL in the kernels"),
    ),
)
COSTS = Section(
    "What it costs",
    "Without a key, $0. With a key the footer names the price; a picture costs about $0.03 to $0.24.",
    rows=(
        ("--dry-run", "shows the request, its size and its estimated price, and sends nothing"),
        ("--size 1K, -m flash", "smaller pictures and lighter models cost less; prices: %imagine models"),
        ("--tier flex", "half the price, slower; --tier priority: about 1.8 times the price, faster"),
        ("confirm_over", "above this estimate, a cell waits for --yes (%config NbGemini.confirm_over = 1.0)"),
        ("--budget 0.50", "the most that this cell may cost; what does not fit is refused before anything is sent"),
        ("%imagine budget 2", "the most that this kernel may spend on Google from now on; off lifts the limit"),
        ("%imagine cost", "what was spent, by day, model, notebook and conversation; what may have been charged"),
        ("drafts, thoughts", "are billed if they come, on top of the estimate, which cannot foresee them all"),
        ("catalogue", "a JSON file with your own models and prices: only what differs from the shipped ones"),
        ("stopping a cell", "the answer is kept when it comes: %imagine recover lists it"),
        ("for lessons", "nb.emulator(billing=True): budgets and costs count what Google would charge"),
    ),
)
SET = Section(
    "Any field of the request: --set PATH=JSON",
    "Set last, over all other options. It is recorded, and replay looks for it too.",
    rows=(
        ("generationConfig.seed=7", "a number; true, false and null likewise"),
        ("""labels.team='"design"'""", "a text in JSON's double quotes, and single quotes around them"),
        ("""generationConfig.x='{"a": 1}'""", "an object"),
        ("look first", "--dry-run or --show json shows the request as it would be sent"),
    ),
    code="%%imagine --set generationConfig.thinkingConfig='{\"includeThoughts\": true}'\na tabby cat on a sofa",
)
EXAMPLES = Section(
    "Examples: three at once; a sweep; a file is sent and the result is kept; a fork of it; a look back",
    code=(
        "%%imagine -m flash -n 3\na paper boat on a rainy street\n\n"
        "%%imagine --vary style=ink,oil --name boats\na {style} boat\n\n"
        "%%imagine -r logo.png --new -o mug\nput this logo on a mug\n\n"
        "%%imagine --from mug\nthe same mug in blue\n\n"
        "%imagine show 3\n%imagine undo"
    ),
)
