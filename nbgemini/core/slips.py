"""What people mean by options that there are not: other tools' names for ours, and what to do where we have none."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from nbgemini.core.option_table import OPTIONS, OptionRow, option
from nbgemini.core.phrases import close_to

__all__ = ["advice", "is_meant", "meant"]

# What is never proposed: a slip of the keyboard must not send what costs more than the user's own limit.
_NEVER = "yes"
_SLIP = 0.75  # how much alike a word and what was meant are: one letter of four is another
# Our option, by its name in Python, and what it is called elsewhere.
_CALLED = {
    "model": "engine checkpoint model-id model-name",
    "aspect": "ratio ar aspect-ratio aspectratio shape orientation",
    "size": "resolution res image-size imagesize img-size",
    "count": "num number samples num-images number-of-images num-samples n-images image-count copies candidates"
    " candidate-count batch-size variants variations repeat times",
    "ref": "image images img imgs input inputs input-image input-images picture pictures photo photos reference"
    " references ref-image init-image source file files attach attachment sref cref",
    "new": "fresh-start restart start-over new-conversation scratch",
    "from_": "parent base fork branch branch-from continue-from edit-from starting-from turn",
    "conversation": "chat session thread conv chat-id session-id",
    "system": "instruction instructions system-prompt system-instruction system-message persona",
    "only": "modality modalities response-modalities image-only",
    "thinking": "thinking-level thinking-budget reasoning reasoning-effort effort",
    "thoughts": "include-thoughts show-thoughts thought",
    "tier": "service-tier",
    "search": "google google-search grounding ground web web-search",
    "safety": "safety-settings safety-setting harm block",
    "seed": "random-seed seed-value rng",
    "temperature": "temp",
    "top_p": "topp nucleus",
    "top_k": "topk",
    "max_tokens": "tokens max-output-tokens max-new-tokens output-tokens",
    "set": "field extra extra-body param",
    "out": "var variable assign into store-in result",
    "save": "output output-file output-path outfile out-file out-dir output-dir path filename file-name to write dest"
    " destination download export",
    "preview": "thumbnail preview-size",
    "alt": "alt-text caption description",
    "quiet": "silent q no-footer",
    "raw": "literal no-expand no-vars verbatim",
    "dry_run": "dryrun test plan simulate no-send estimate price",
    "show": "print curl json code show-request",
    "replay": "cache record recordings",
    "fresh": "no-cache nocache no-replay regenerate force again rerun",
    "timeout": "wait time-limit max-time deadline",
    "budget": "max-cost cost limit max-price spend",
    "bg": "background async no-wait nowait",
}
_MEANT = {word: name for name, words in _CALLED.items() for word in words.split()}

_IN_WORDS = "Say it in the prompt"
_MODEL_DECIDES = "Gemini's image models have no such setting."
# What we have no option for, and what to do instead.
_INSTEAD = {
    text: tuple(words.split())
    for words, text in (
        ("style stylize styling mood art-style sty", f"{_IN_WORDS}, for example: …, as a watercolor."),
        (
            "negative negative-prompt neg no avoid exclude without",
            f"{_IN_WORDS}, for example: an empty street, without cars.",
        ),
        (
            "steps num-steps num-inference-steps inference-steps sampler sampling scheduler cfg cfg-scale guidance"
            " guidance-scale strength denoise denoising denoising-strength clip-skip eta lora loras chaos weird",
            f"{_MODEL_DECIDES} Leave it out, and say in the prompt what the picture should be like.",
        ),
        (
            "key api-key apikey token credentials password secret",
            "The key comes from the environment variable GEMINI_API_KEY; cells are saved and shared.",
        ),
        (
            "width height w h dimensions pixels px",
            "The shape is `{aspect} 16:9`, and the size `{size} 2K`; models have no other sizes.",
        ),
        (
            "edit editing continue modify change variation",
            "Leave it out: a cell edits the last picture anyway, and `{new}` starts afresh.",
        ),
        (
            "prompt text p message query",
            "The prompt is not an option: it goes below the line; in Python it comes first.",
        ),
        (
            "mask inpaint inpainting outpaint region",
            "Say in the prompt what to change and where; in `%imagine panel` you can mark it.",
        ),
        (
            "transparent transparency alpha remove-background",
            "Gemini cannot draw transparent pictures. Ask for a plain white background, and cut it out elsewhere.",
        ),
        ("v version niji", "`{model} pro` chooses the model; `%imagine models` lists them."),
        ("tile tiling seamless", f"{_IN_WORDS}, for example: a seamless pattern of leaves."),
        ("iw image-weight sw cw cref-weight", f"{_MODEL_DECIDES} `{{ref}}` shows a picture; say what to take from it."),
        ("upscale upscaler enlarge hd hires hi-res", "`{size} 4K` draws it at that size, where the model has it."),
        (
            "format mime mime-type file-format type jpeg jpg png webp",
            'The model chooses the format; `.save("cat.png")` of a result in Python converts it.',
        ),
        ("quality q-level", f"{_MODEL_DECIDES} `{{size}} 4K` and `{{model}} pro` give the best pictures."),
        (
            "config generation-config generate-content-config image-config thinking-config",
            "Its fields are options of their own, such as `{aspect}` and `{system}`; `{set}` writes any other.",
        ),
        (
            "http-options headers http timeout-ms",
            "`{timeout}` is the time allowed, in seconds; `nbgemini.configure(headers=…)` is for gateways.",
        ),
        ("verbose debug log", "`%imagine show 3` shows all of a turn, and `{show} json` the request."),
        (
            "url base-url endpoint host proxy",
            "`%config NbGemini.base_url` sets the address for all cells.",
        ),
        ("project location region-name vertex backend", "`%imagine help vertex` says how to set up Vertex AI."),
    )
}
# What `%imagine` does, in a line of its own.
_LINES = frozenset(
    {"undo", "redo", "reset", "pick", "use", "list", "cost", "recover", "verify", "models", "panel", "doctor"}
)
_ADVICE = {word: text for text, words in _INSTEAD.items() for word in words}


def is_meant(word: str) -> bool:
    """Whether this is a name that other tools have for an option, without its dashes."""
    return word in _MEANT or word in _ADVICE


def meant(word: str) -> OptionRow | None:
    """The option that was probably meant by a word without dashes in front, or None."""
    bare = word.lower().replace("_", "-")
    if name := _MEANT.get(bare):
        return OPTIONS.get(name)
    if bare in _ADVICE or bare in _LINES:
        return None
    if len(bare) == 1:
        return option(f"-{bare}")
    names = {row.long.removeprefix("--"): row for row in OPTIONS.values() if row.name != _NEVER}
    begun = [name for name in names if name.startswith(bare)]
    return names.get(begun[0] if len(begun) == 1 else _mistyped(bare, names))


def _mistyped(bare: str, names: Iterable[str]) -> str:
    """The name that this is a slip of the keyboard of: words that only look alike, as `reset` and `set`, are not."""
    close = close_to(bare, names, _SLIP)
    return close if len(close) == len(bare) else close_to(bare, names, _SLIP + 0.05)


def advice(word: str, spell: Callable[[OptionRow], str]) -> str:
    """What to write instead of a word that is not an option, as a sentence, or nothing.

    `spell` writes an option as it is written there: `--aspect` in a cell, `aspect` in Python.
    """
    bare = word.lower().replace("_", "-")
    if text := _ADVICE.get(bare):
        return text.format_map({name: spell(row) for name, row in OPTIONS.items()})
    if bare in _LINES:
        return f"That is a separate line: `%imagine {bare}`."
    row = meant(bare)
    return f"Did you mean `{spell(row)}`?" if row else ""
