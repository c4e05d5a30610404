"""`%imagine export FILE`: which format, which turns, and where it goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nbgemini._dataclass import dataclass
from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange
from nbgemini.core.picture import Picture
from nbgemini.errors import ConversationError, OptionError, StoreError
from nbgemini.notebook.contact.on_sheets import sheet_of_sweep
from nbgemini.notebook.export.file_names import Names
from nbgemini.notebook.export.markdown import markdown_of, sheet_file
from nbgemini.notebook.export.page import page_of
from nbgemini.notebook.export.rerun import notebook_of
from nbgemini.notebook.export.sheet_files import drawn_file
from nbgemini.notebook.export.story import Story, Swept, story_of
from nbgemini.notebook.export.sweep_program import sweep_program
from nbgemini.notebook.show.bundles import Bundle
from nbgemini.notebook.show.display import outputs
from nbgemini.studio.pictures.new_files import check_new, check_new_folder, write_with_folder
from nbgemini.tuning.front import sweeping

if TYPE_CHECKING:
    from nbgemini.store.blobs import Blobs
    from nbgemini.studio.studio import Studio

__all__ = ["SUFFIXES", "Exported", "export"]

SUFFIXES = (".html", ".md", ".ipynb")


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: a file, the folder that goes with it (None: it needs none), how many turns.

    `notices` say which pictures are missing in it, and why. Not `fresh`: all of it was there already.
    """

    path: Path
    folder: Path | None
    turns: int
    notices: tuple[str, ...] = ()
    fresh: bool = True


def export(studio: Studio, path: str, words: Sequence[str] = (), name: str | None = None) -> Exported:
    """Write a conversation (None: the current one) into a new file.

    `words` may hold "all" (every branch, not only the one it is on) and, for a page, "originals" (the pictures as they
    are, not as previews). Raises OptionError, ConversationError.
    """
    target = check_new(path, "%imagine export", SUFFIXES)
    kind = target.suffix.lower()
    if "originals" in words and kind == ".ipynb":
        raise OptionError("`originals` goes with `.html`; a notebook shows previews, as its cells do.")
    value = studio.value(name)
    # What it cost, whether or not this kernel took it from disk: the page is the same whenever it is made.
    value = replace(value, exchanges=tuple(replace(one, replayed=False) for one in value.exchanges))
    failed = studio.session.get(name).failed
    swept = tuple(_sweeps(studio, value))
    opinions = studio.store.opinions
    story = story_of(
        value,
        target.stem,
        whole="all" in words,
        sweeps=swept,
        failed=failed,
        marks=lambda exchange: opinions.of(*exchange.marked_as),
    )
    folder = target.with_name(f"{target.stem}_files")
    if kind != ".html":
        check_new_folder(folder)
    text, names = _written(studio, story, kind, folder.name, originals="originals" in words)
    files, notices = _files(names, studio.store.blobs)
    if kind == ".md":
        files |= {sheet_file(story, one): iter([drawn_file(one.sheet)]) for one in story.sweeps}
    fresh = write_with_folder(target, text.encode("utf-8", "replace"), folder, files)
    return Exported(target, folder if files else None, len(story.turns), tuple(notices), fresh)


def _sweeps(studio: Studio, value: Conversation) -> Iterator[Swept]:
    """The sweeps whose shots are turns of a conversation. Of one that is not in this store the turns are told alone."""
    groups = dict.fromkeys(exchange.group for exchange in value.exchanges if exchange.shot)
    for group in groups:
        with suppress(ConversationError):
            sweep = sweeping(studio).stored.open(group)
            shots = tuple(exchange for exchange in value.exchanges if exchange.group == group)
            yield Swept(sweep.name, sheet_of_sweep(sweep), shots, shots[0].parent, sweep_program(sweep))


def _written(studio: Studio, story: Story, kind: str, folder: str, *, originals: bool) -> tuple[str, Names]:
    if kind == ".md":
        return markdown_of(story, folder)
    if kind == ".ipynb":
        preview = studio.settings().preview

        def shown(exchange: Exchange) -> Iterable[Bundle]:
            return outputs(studio.result(exchange, story.conversation.name), preview=preview)

        return notebook_of(story, folder, lambda exchange: tuple(shown(exchange)))

    def read(picture: Picture) -> bytes:
        return studio.store.blobs.read(picture.sha256)

    return page_of(story, read, originals=originals), Names()


def _files(names: Names, blobs: Blobs) -> tuple[dict[str, Iterator[bytes]], list[str]]:
    """The pictures to copy, each looked at before; what is lost leaves a notice, not a failure."""
    files: dict[str, Iterator[bytes]] = {}
    notices = []
    for name, picture in names.files.items():
        try:
            blobs.check(picture.sha256)
            files[name] = blobs.chunks(picture.sha256)
        except StoreError as error:
            notices.append(f"`{name}` is missing: {error.message}")
    return files, notices
