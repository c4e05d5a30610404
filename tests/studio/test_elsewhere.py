"""A whole session where nothing is that POSIX alone has: no forks, users, `fcntl`, links by descriptor or signals."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = r"""
import sys; sys.path.insert(0, ROOT)
# What others need of this system they take before it goes.
import asyncio, concurrent.futures.thread, ctypes, email, http.server, json, logging, multiprocessing, os, signal, ssl
import subprocess, tempfile, time, uuid, warnings, zipfile
import httpx, IPython, nest_asyncio, PIL.Image, PIL.ImageDraw, PIL.ImageFont, pybase64
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from tests.support.msvcrt_locks import Region
shell = InteractiveShell.instance()

GONE = {
    os: "fork register_at_fork getuid geteuid getgid getpgid killpg setsid mkfifo fchmod chown sysconf "
        "O_NOFOLLOW O_NONBLOCK O_CLOEXEC O_DIRECTORY O_SYNC",
    signal: "SIGHUP SIGKILL SIGALRM SIGSTOP SIGUSR1 SIGCHLD setitimer alarm pthread_sigmask pthread_kill",
    time: "tzset",
}
for module, names in GONE.items():
    for name in names.split():
        vars(module).pop(name, None)
os.supports_dir_fd.clear()
sys.modules.update(dict.fromkeys(("fcntl", "pwd", "grp", "resource", "termios"), None))
sys.modules["msvcrt"] = region = Region()
sys.platform = "win32"
os.O_BINARY = 1 << 28  # which this system passes over
as_text = set()

def opened(event, arguments):
    if event == "open" and arguments[1] is None and not arguments[2] & os.O_BINARY:
        as_text.add(sys._getframe(1).f_code.co_filename)

sys.addaudithook(opened)
warnings.filterwarnings("error", category=EncodingWarning, module="nbgemini")
import nbgemini as nb
from nbgemini.store.disk import DISK, PatientDisk
nb.load_ipython_extension(shell)
with capture_output() as shown:
    for line, words in (("-o fox --save fox.jpg", "a fox in snow"), ("--save out", "at night"),
                        ("-r fox.jpg -n 2", "beside a river")):
        shell.run_cell_magic("imagine", line, words)
    for line in ("", "history", "undo", "redo", "verify", "doctor", "cost", "list", "save day.zip", "load day.zip",
                 "export day.html", "export day.md", "export day.ipynb"):
        shell.run_line_magic("imagine", line)
shell.user_ns["fox"].save("copy.webp")
from nbgemini.store.spare import Spare
spare = Spare("store", parent=os.getcwd())
kept = bool(spare.keep("00.json", b"a line\n")) and spare.find("00.json") == b"a line\n"
spare.drop("00.json")
ours = os.path.dirname(nb.__file__)
print(json.dumps({"patient": isinstance(DISK, PatientDisk), "turns": len(nb.conversation().exchanges),
                  "as_text": [name for name in as_text if name.startswith(ours)],
                  "held": len(region.holders), "kept": kept, "shown": shown.stdout}))
"""


@pytest.mark.deep
def test_a_whole_session_without_what_posix_alone_has(tmp_path: Path) -> None:
    """Drawn, saved, exported, checked: no name is missed, files are opened as bytes or say their encoding."""
    (tmp_path / "out").mkdir()
    root = str(Path(__file__).parents[2])
    program = PROGRAM.replace("ROOT", repr(root), 1)
    command = [sys.executable, "-W", "ignore", "-X", "warn_default_encoding", "-c", program]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["patient"]
    assert told["turns"] == 4
    assert told["as_text"] == []
    assert told["kept"]
    assert told["held"] == 1  # the kernel itself
    assert "chmod" not in told["shown"]
    assert re.search("Everything is whole|No damage found", told["shown"])
    made = {path.name for path in tmp_path.iterdir()}
    assert {"fox.jpg", "copy.webp", "day.zip", "day.html", "day.md", "day.ipynb", "day_files"} <= made
    assert os.listdir(tmp_path / ".nbgemini" / "tmp") == []
