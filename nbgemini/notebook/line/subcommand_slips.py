"""What people mean by subcommands that there are not: what does it, as a sentence."""

from __future__ import annotations

from nbgemini.core.option_table import option
from nbgemini.core.phrases import close_to
from nbgemini.notebook.line.grammar import SUBCOMMANDS, subcommand
from nbgemini.notebook.line.splitting import excerpt

__all__ = ["slip"]

_DOES = {
    text: tuple(words.split())
    for words, text in (
        (
            "delete del rm remove erase drop forget discard trash",
            "Nothing is ever deleted: `%imagine undo` goes back a turn, and `--from @3` goes on from an earlier one.",
        ),
        (
            "clear new restart start fresh begin again clean blank empty init",
            "`%imagine reset` starts afresh, as `--new` does in a cell; nothing is deleted.",
        ),
        ("back revert rollback prev previous rewind step", "`%imagine undo` goes back one turn."),
        ("forward next", "`%imagine redo` takes the last undo back."),
        (
            "rename mv move name title",
            "Conversations keep their names; `%imagine fork NAME` begins a new one with this branch.",
        ),
        ("copy cp duplicate clone branch", "`%imagine fork NAME` begins a new conversation with this branch."),
        (
            "switch conversation chat session checkout change goto go open select",
            "`%imagine use NAME` goes on with another conversation; `--from @3` goes on from an earlier turn.",
        ),
        ("continue", "A cell goes on from the last picture; `%imagine use NAME` goes on with another conversation."),
        ("ls dir conversations chats sessions all", "`%imagine list` shows the conversations."),
        ("log tree turns strip timeline gallery-of-turns status", "`%imagine history` shows the conversation."),
        ("view display see get inspect info details print cat", "`%imagine show 3` shows turn 3."),
        ("price prices pricing", "`%imagine models` has the prices, `%imagine cost` what was spent."),
        ("costs spend spent money usage bill billing total balance", "`%imagine cost` shows what was spent."),
        (
            "limit cap quota",
            "`%imagine budget 2` limits what this kernel may spend; Google's limits: `%imagine help quotas`.",
        ),
        ("model engine", "`-m NAME` in a cell chooses the model; `%imagine models` lists them."),
        (
            "key login auth token apikey api-key setup configure connect credentials password",
            "The key comes from the environment variable GEMINI_API_KEY; more: `%imagine help key`.",
        ),
        (
            "config settings options set option traits",
            "`%config NbGemini` sets what holds for all cells; `%imagine doctor` shows it.",
        ),
        ("check diagnose debug test ping health version about", "`%imagine doctor` checks settings, key and store."),
        (
            "write download dump html pdf page share publish",
            "`%imagine export story.html` writes this branch as a page.",
        ),
        ("import restore read", "`%imagine load FILE` brings a saved conversation in."),
        ("backup archive", "`%imagine save FILE` writes the whole conversation as one file."),
        ("repair fix fsck", "`%imagine verify` checks every file of the store and restores what can be restored."),
        ("orphans adopt late lost pending", "`%imagine recover` lists late answers; with an ID it makes one a turn."),
        ("search query", "`%imagine find WORDS` looks through the whole store."),
        ("rate rating like favorite favourite", "`%imagine star REF 4` rates a picture."),
        ("choose take accept keep", "`%imagine pick REF` goes on from another of several pictures."),
        ("upscale enlarge hd u1 u2 u3 u4", "A cell with `--from @3 -s 4K` draws the picture of turn 3 larger."),
        (
            "variations variation v1 v2 v3 v4 reroll retry",
            "`-n 4` in a cell asks for four pictures; `%imagine pick 2` goes on from the second.",
        ),
        ("blend combine merge", "`-r a.png -r b.png` in a cell shows both pictures to the model."),
        ("queue jobs running", "`%imagine recover` shows what is under way and what came late."),
        ("diff", "`%imagine compare REF REF` puts pictures side by side."),
        ("vary sweep grid", "`--vary style=ink,oil` in a cell draws several; more: `%imagine help vary`."),
        ("stop cancel abort kill interrupt", "Stop the cell (the square button); what was paid for is kept."),
        ("quit exit close", "There is nothing to close: everything is on disk."),
        ("ui widget gui app buttons", "`%imagine panel` opens the panel."),
        (
            "edit draw create generate make paint run ask prompt",
            "`%%imagine` (two percent signs) draws or edits, with the prompt below it.",
        ),
        ("man manual docs documentation doc tutorial usage-help", "`%imagine help` is the manual."),
    )
}
_MEANT = {word: text for text, words in _DOES.items() for word in words}
# A line of more words than these is most often a prompt, unless its first word is a command of other tools.
_FEW = 2


def slip(name: str, rest: str) -> tuple[str, str]:
    """What to say about a first word that is not a subcommand: what is wrong, and what to do."""
    bare = name.lower().strip("-")
    words = rest.split()
    few = len(words) < _FEW or (len(words) == _FEW and option(f"--{words[0]}") is not None)  # `set model pro`
    wrong = f"`{excerpt(name)}` is not a subcommand of `%imagine`."
    text = _MEANT.get(bare, "") if few else ""
    if text and all(subcommand(one) for one in _named_in(text)):
        return wrong, text
    if few and subcommand(bare):
        return wrong, f"Write it as `%imagine {bare}`."
    if few and bare.lstrip("@").isdigit():
        return wrong, f"`%imagine show {bare}` shows that turn; `--from @{bare.lstrip('@')}` in a cell goes on from it."
    if name.startswith("-") or option(name):
        return wrong, "Options belong to cells: `%%imagine`, two percent signs, with the prompt on the lines below."
    if few and (close := close_to(bare, [row.name for row in SUBCOMMANDS])):
        return wrong, f"Did you mean `%imagine {close}`? `%imagine help` lists them all."
    return wrong, "To draw, use `%%imagine` (two percent signs) with the prompt on the lines below it."


def _named_in(text: str) -> list[str]:
    """The subcommands that a sentence names."""
    return [part.split()[0].strip("`") for part in text.split("`%imagine ")[1:]]
