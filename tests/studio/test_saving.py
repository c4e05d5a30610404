"""`--save` and files as references: checked before the request, and whatever changes meanwhile does no harm."""

from __future__ import annotations

import errno
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nbgemini.errors import NbgeminiError, OptionError, ReferenceImageError
from nbgemini.studio.pictures.references import expand
from nbgemini.studio.studio import Studio
from tests.studio.server import Answer, Server, answer, jpeg, picture, studio_on
from tests.support import figures

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links, pipes and devices are POSIX")


def desk(home: Path, then: Callable[[], object] = lambda: None) -> tuple[Studio, Server]:
    """A studio whose server does something right before it answers."""

    def reply() -> Answer:
        then()
        return answer(picture("teal"))

    server = Server(reply)
    return studio_on(server, home), server


def link(path: Path, to: Path) -> None:
    path.symlink_to(to)


def bind(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


def endless(path: Path) -> None:
    path.touch()
    os.truncate(path, 10**12)


BEFORE: dict[str, tuple[str, Callable[[Path], Any], str]] = {
    "nothing": ("  ", lambda home: None, "needs a file name"),
    "a NUL": ("a\0b.png", lambda home: None, "needs a file name"),
    "an escape": ("a\x1b[31m.png", lambda home: None, "needs a file name"),
    "a line break": ("a\n.png", lambda home: None, "needs a file name"),
    "no suffix": ("cat", lambda home: None, "no image suffix"),
    "a script": ("cat.py", lambda home: None, "no image suffix"),
    "a dot behind": ("cat.png.", lambda home: None, "no image suffix"),
    "a blank behind": ("cat.png ", lambda home: None, "no image suffix"),
    "a long name": ("x" * 252 + ".png", lambda home: None, "longer than"),
    "a long folder": ("y" * 300 + "/cat.png", lambda home: None, "longer than"),
    "a long path": ("/".join(["z" * 200] * 30) + "/cat.png", lambda home: None, ""),
    "no folder": ("nowhere/cat.png", lambda home: None, "There is no folder"),
    "no folder at all": ("nowhere/", lambda home: None, "There is no folder"),
    "a file as folder": ("notes.txt/cat.png", lambda home: (home / "notes.txt").write_text("x"), "There is no folder"),
    "an existing file": ("cat.png", lambda home: (home / "cat.png").write_text("x"), "exists already"),
    "a link to a file": ("cat.png", lambda home: link(home / "cat.png", home / "other.png"), "is a link"),
    "a link to nothing": ("cat.png", lambda home: link(home / "cat.png", Path("/nowhere/x.png")), "is a link"),
    "a link to itself": ("cat.png", lambda home: link(home / "cat.png", home / "cat.png"), ""),
    "a pipe": ("cat.png", lambda home: os.mkfifo(home / "cat.png"), "exists already"),
    "a socket": ("cat.png", lambda home: bind(home / "cat.png"), "exists already"),
    "a device": ("/dev/full", lambda home: None, "no image suffix"),
    "the terminal": ("/dev/tty", lambda home: None, "no image suffix"),
    "a file system of the kernel": ("/proc/cat.png", lambda home: None, "cannot be written"),
    "a device of Windows": ("NUL.png", lambda home: None, "device on Windows"),
    "another": ("com1.backup.png", lambda home: None, "device on Windows"),
    "the home of nobody": ("~nobody-here/cat.png", lambda home: None, "no such home folder"),
}


def test_nothing_is_saved_into_the_store(tmp_path: Path) -> None:
    """Neither by option nor from a result; what is refused is said once."""
    studio, server = desk(tmp_path)
    result = studio.imagine("a cat")
    place = tmp_path / ".nbgemini" / "objects" / "mine.png"
    with pytest.raises(OptionError, match="the store of nbgemini itself") as caught:
        studio.imagine("a cat", save=str(place))
    assert str(caught.value).count("Nothing was sent") == 1
    with pytest.raises(OptionError, match="the store of nbgemini itself"):
        result.save(place)
    assert len(server.requests) == 1


@pytest.mark.parametrize("path", [5, None, object(), ["cat.png"]])
def test_what_is_no_path_is_refused(path: Any, tmp_path: Path) -> None:
    """By an error of ours."""
    studio, _ = desk(tmp_path)
    with pytest.raises(OptionError, match="saved to a path"):
        studio.imagine("a cat").save(path)


@pytest.mark.parametrize("place", BEFORE)
def test_places_that_cannot_be_are_refused_before_the_request(place: str, tmp_path: Path, monkeypatch: Any) -> None:
    """An error of ours, nothing sent, nothing made, nothing followed."""
    monkeypatch.chdir(tmp_path)
    text, prepare, says = BEFORE[place]
    prepare(tmp_path)
    before = sorted(os.listdir(tmp_path))
    studio, server = desk(tmp_path)
    with pytest.raises(OptionError) as caught:
        studio.imagine("a cat", save=text)
    figures.add("places for --save that cannot be", 1, sent=len(server.requests))
    assert says in caught.value.message
    assert caught.value.charged == "nothing sent"
    assert len(caught.value.lines()) <= 3
    assert server.requests == []
    assert sorted(os.listdir(tmp_path)) == before


def taken_by_link(home: Path) -> None:
    link(home / "out" / "cat.jpg", home / "secret.txt")


def taken_by_pipe(home: Path) -> None:
    os.mkfifo(home / "out" / "cat.jpg")


def swapped(home: Path) -> None:
    (home / "out").rename(home / "was")
    (home / "elsewhere").mkdir()
    link(home / "out", home / "elsewhere")


def gone(home: Path) -> None:
    shutil.rmtree(home / "out")


@pytest.mark.parametrize("meanwhile", [taken_by_link, taken_by_pipe])
def test_a_name_that_is_taken_meanwhile_is_numbered(meanwhile: Callable[[Path], None], tmp_path: Path) -> None:
    """Nothing is written through a link or into a pipe that appeared after the check."""
    (tmp_path / "out").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    studio, _ = desk(tmp_path, lambda: meanwhile(tmp_path))
    studio.imagine("a cat", save=tmp_path / "out" / "cat.jpg")
    assert (tmp_path / "out" / "cat-2.jpg").read_bytes() == jpeg("teal")
    assert (tmp_path / "secret.txt").read_text() == "secret"
    assert sorted(os.listdir(tmp_path / "out")) == ["cat-2.jpg", "cat.jpg"]


@pytest.mark.parametrize("meanwhile", [swapped, gone])
def test_a_folder_that_is_another_one_by_now_gets_nothing(meanwhile: Callable[[Path], None], tmp_path: Path) -> None:
    """The picture is a turn and in the store; the error says so and that it was charged."""
    (tmp_path / "out").mkdir()
    studio, server = desk(tmp_path, lambda: meanwhile(tmp_path))
    with pytest.raises(OptionError, match="cannot be written") as caught:
        studio.imagine("a cat", save=tmp_path / "out" / "cat.jpg")
    assert caught.value.charged == "yes"
    assert "Turn 1 of `main` is kept" in caught.value.hint
    assert list((tmp_path / "elsewhere").iterdir() if meanwhile is swapped else []) == []
    last = studio.value().last
    assert last is not None
    assert studio.result(last, "main").bytes == jpeg("teal")
    assert len(server.requests) == 1


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS])
def test_a_disk_that_fills_up_leaves_no_half_file(code: int, tmp_path: Path, monkeypatch: Any) -> None:
    """Whole or not at all, and the picture is in the store."""
    (tmp_path / "out").mkdir()
    force = os.fsync

    def full(handle: int) -> None:
        """The disk under `out` alone."""
        if any(os.path.samestat(os.fstat(handle), one.stat()) for one in (tmp_path / "out").iterdir()):
            raise OSError(code, os.strerror(code))
        force(handle)

    monkeypatch.setattr(os, "fsync", full)
    studio, _ = desk(tmp_path)
    with pytest.raises(OptionError, match="cannot be written"):
        studio.imagine("a cat", save=tmp_path / "out" / "cat.jpg", count=2)
    assert list((tmp_path / "out").iterdir()) == []
    assert len(studio.value().exchanges) == 2


def test_saving_follows_the_folder_not_the_working_directory(tmp_path: Path, monkeypatch: Any) -> None:
    """A relative place is the one of the moment of asking."""
    (tmp_path / "later").mkdir()
    monkeypatch.chdir(tmp_path)
    studio, _ = desk(tmp_path, lambda: os.chdir(tmp_path / "later"))
    studio.imagine("a cat", save="cat.jpg")
    assert (tmp_path / "cat.jpg").read_bytes() == jpeg("teal")
    assert list((tmp_path / "later").iterdir()) == []


def test_a_conversation_cannot_name_a_place(tmp_path: Path) -> None:
    """Its name becomes a part of a file's name in the folder that was asked for, and no more."""
    (tmp_path / "out").mkdir()
    studio, _ = desk(tmp_path)
    studio.imagine("a cat", conversation="../../evil", save=tmp_path / "out")
    (made,) = (tmp_path / "out").iterdir()
    assert made.name == "_.._evil-1.jpg"


# -- references --------------------------------------------------------------------------------------------------------

READ: dict[str, Callable[[Path], Any]] = {
    "/dev/zero": lambda home: None,
    "/dev/full": lambda home: None,
    "/dev/tty": lambda home: None,
    "/dev/urandom": lambda home: None,
    "/proc/self/mem": lambda home: None,
    "/proc/self/environ": lambda home: None,
    "/proc/self/pagemap": lambda home: None,
    "/proc/kcore": lambda home: None,
    "/etc": lambda home: None,
    "pipe.png": lambda home: os.mkfifo(home / "pipe.png"),
    "socket.png": lambda home: bind(home / "socket.png"),
    "loop.png": lambda home: link(home / "loop.png", home / "loop.png"),
    "zero.png": lambda home: link(home / "zero.png", Path("/dev/zero")),
    "sparse.png": lambda home: endless(home / "sparse.png"),
    "deep/**/*.png": lambda home: None,
}


@pytest.mark.parametrize("name", READ)
def test_what_is_no_picture_file_is_not_read(name: str, tmp_path: Path, monkeypatch: Any) -> None:
    """Devices, pipes, sockets, files that never end: refused without waiting, and none of their bytes is shown."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SENTINEL", "sentinel-value")
    READ[name](tmp_path)
    studio, server = desk(tmp_path)
    with pytest.raises(ReferenceImageError) as caught:
        studio.imagine("a cat", ref=name)
    figures.add("files that are no references", 1, sent=len(server.requests))
    assert server.requests == []
    assert "sentinel" not in str(caught.value)
    assert len(caught.value.lines()) <= 3


def test_a_file_that_grows_while_it_is_read_is_bounded(tmp_path: Path, monkeypatch: Any) -> None:
    """Its size at the beginning is not believed."""
    from nbgemini.studio.pictures import bringing

    monkeypatch.setattr(bringing, "LARGEST_FILE", 1000)
    monkeypatch.setattr(bringing, "_check_file", lambda about, path: None)
    (tmp_path / "big.png").write_bytes(jpeg("teal") + bytes(5000))
    studio, server = desk(tmp_path)
    with pytest.raises(ReferenceImageError, match="100 MB at most"):
        studio.imagine("a cat", ref=tmp_path / "big.png")
    assert server.requests == []


def test_a_pattern_may_have_either_slash_of_windows(tmp_path: Path, monkeypatch: Any) -> None:
    """Where a system has two separators, `**` is found between both."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pictures" / "old").mkdir(parents=True)
    (tmp_path / "pictures" / "old" / "cat.jpg").write_bytes(jpeg("teal"))
    monkeypatch.setattr(os, "altsep", "\\")
    (found,) = expand(["pictures\\**\\*.jpg"])
    assert found.value == Path("pictures", "old", "cat.jpg")


def test_patterns_follow_no_links_in_circles(tmp_path: Path, monkeypatch: Any) -> None:
    """Two links that lead upwards would be 2^40 paths; hidden folders are not looked into; thousands are refused."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / ".hidden").mkdir()
    for name in ("one", "two"):
        link(tmp_path / "a" / "b" / name, tmp_path)
    for place in ("a/b/cat.jpg", "top.jpg", ".hidden/dog.jpg"):
        (tmp_path / place).write_bytes(jpeg("teal"))
    studio, server = desk(tmp_path)
    studio.imagine("a cat", ref="**/*.jpg")
    assert [text for text in server.texts() if text.startswith("image")] == ["image 1: cat", "image 2: top"]
    studio.imagine("a cat", ref="a/**/cat.jpg", new=True)
    with pytest.raises(NbgeminiError, match="No file matches"):
        studio.imagine("a cat", ref="**/*.nothing")
    for number in range(1100):
        (tmp_path / "a" / f"{number}.jpg").write_bytes(b"x")
    with pytest.raises(ReferenceImageError, match="more than 1000"):
        studio.imagine("a cat", ref="../*/a/*.jpg")
    assert len(server.requests) == 2
