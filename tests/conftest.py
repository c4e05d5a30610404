"""Guards that are always on: loopback only, no keys, a home of its own, seeds fixed; and what many tests share."""

from __future__ import annotations

import gc
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

from tests.support import figures, live  # noqa: F401  # `live` keeps the key before the environment is cleaned
from tests.support.guard import sitecustomize

if TYPE_CHECKING:
    from tests.support.kernel import Kernel

GUARD = Path(sitecustomize.__file__).parent  # importing it is what switches the guard on here
_UNWANTED = ("GOOGLE_", "GEMINI_", "NBGEMINI_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_")
_COMPILED = Path(__file__).parent.parent / ".pytest_cache" / "d" / "compiled"  # `--cache-clear` empties `d`
_DRAWN = _COMPILED.parent / "hypothesis"  # its table of all characters takes two seconds to make
_FONTS = _COMPILED.parent / "matplotlib"  # and so does its list of all fonts
_RAM = Path("/dev/shm")
_ENOUGH = 2 << 30  # bytes


def _put_folders_into_memory() -> None:
    """Where Linux has room for them: forcing each file of a store to the disk takes a third of a run."""
    if not os.access(_RAM, os.W_OK):
        return
    here = os.statvfs(_RAM)
    if here.f_bavail * here.f_frsize > _ENOUGH and not here.f_flag & os.ST_NOEXEC:
        tempfile.tempdir = os.environ["TMPDIR"] = os.environ["PYTEST_DEBUG_TEMPROOT"] = str(_RAM)


def _sweep() -> None:
    """Homes of test runs that were killed: they may lie in memory."""
    for left in Path(tempfile.gettempdir()).glob("nbgemini-tests-*-*"):
        owner = left.name.split("-")[2]
        if owner.isdigit() and not Path("/proc", owner).exists() and Path("/proc/self").exists():
            shutil.rmtree(left, ignore_errors=True)


_put_folders_into_memory()
_sweep()
_HOME = Path(tempfile.mkdtemp(prefix=f"nbgemini-tests-{os.getpid()}-"))
_ROOMS: list[Path] = []


def _clean_environment() -> None:
    """Before anything is imported that could look: no keys, no proxies, and folders that nobody else uses."""
    for name in list(os.environ):
        if name.upper().startswith(_UNWANTED) and name != figures.VARIABLE:
            del os.environ[name]
    homes = ("HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    for name in (*homes, "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        folder = _HOME / name.lower()
        folder.mkdir(mode=0o700, exist_ok=True)
        os.environ[name] = str(folder)
    os.environ["MPLCONFIGDIR"] = str(_FONTS)
    os.environ["JUPYTER_PLATFORM_DIRS"] = "1"
    # Kernels and scripts started by tests keep to the same rules.
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(GUARD), os.environ.get("PYTHONPATH", "")]))
    os.environ["PYTHONHASHSEED"] = "0"
    # Who wants no compiled files beside the sources gets none: they lie in pytest's cache. Without them every run and
    # kernel would compile all it imports anew, which is half the time of a kernel's start.
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        sys.dont_write_bytecode = False
        sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = str(_COMPILED)


def _fix_the_dice() -> None:
    """Hypothesis draws the same cases every time; `--hypothesis-profile many` draws more of them."""
    from hypothesis import HealthCheck, settings  # it too is compiled once: after the line above
    from hypothesis.configuration import set_hypothesis_home_dir

    set_hypothesis_home_dir(_DRAWN)
    for name, examples in (("tests", 15), ("many", 60)):
        settings.register_profile(
            name,
            derandomize=True,
            database=None,
            deadline=None,
            max_examples=examples,
            suppress_health_check=[HealthCheck.too_slow],
        )
    settings.load_profile("tests")


_clean_environment()
_fix_the_dice()


class PictureMaker(Protocol):
    """The signature of `tests.support.pictures.make_picture`."""

    def __call__(
        self, form: str = "PNG", size: tuple[int, int] = (48, 32), *, mode: str = "RGB", seed: int = 1, **save: object
    ) -> bytes: ...


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A module of slow proofs alone is not even imported where they do not run, unless it is asked for by name."""
    asked = config.option.markexpr
    if "not deep" not in asked or "deep" in asked.replace("not deep", "") or collection_path.suffix != ".py":
        return None
    if any(collection_path.name in argument for argument in config.args):
        return None
    return "\npytestmark = pytest.mark.deep\n" in collection_path.read_text("utf-8") or None


def pytest_collection() -> None:
    """Thousands of tests come to stay: looking for garbage among them is a third of the time of collecting them."""
    gc.disable()


def pytest_collection_finish() -> None:
    """What is there now is left out when a test's garbage is looked for, which would take half a second each time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)  # and it is looked for less often
    gc.enable()


def pytest_unconfigure() -> None:
    """Take the temporary home away again; and look for garbage once, where pytest is about to do so five times."""
    shutil.rmtree(_HOME, ignore_errors=True)
    gc.collect()
    gc.freeze()


def _variables() -> dict[str | bytes, str | bytes]:
    """The environment as Python holds it: to decode all of it, twice a test, takes longer than most tests."""
    return dict(vars(os.environ)["_data"])


def _put_back(before: dict[str | bytes, str | bytes]) -> None:
    after = _variables()
    for name in after.keys() | before.keys():  # what changed alone: pytest itself writes a variable for each test
        if name not in before:
            del os.environ[os.fsdecode(name)]
        elif after.get(name) != before[name]:
            os.environ[os.fsdecode(name)] = os.fsdecode(before[name])


def _empty_room() -> Path:
    """An empty folder for those that want none: the same one as long as nobody leaves anything in it."""
    if not _ROOMS or os.listdir(_ROOMS[-1]):
        _ROOMS.append(Path(tempfile.mkdtemp(prefix="room-", dir=_HOME)))
    return _ROOMS[-1]


@pytest.fixture(autouse=True)
def _alone(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each test works in an empty folder, with the same dice, and leaves the environment as it found it."""
    here = os.getcwd()
    wanted = "tmp_path" in request.fixturenames  # half of all tests do not, and to make one costs more than they do
    os.chdir(request.getfixturevalue("tmp_path") if wanted else _empty_room())
    random.seed(20261122)
    before = _variables()
    yield
    _put_back(before)
    os.chdir(here)


@pytest.fixture(scope="module")
def without_garbage() -> Iterator[None]:
    """For those that parse all sources: looking for garbage among so many nodes takes twice as long as all the rest."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(scope="session")
def picture() -> PictureMaker:
    """Makes real picture files: `picture("JPEG", (64, 48), progressive=True)`."""
    from tests.support.pictures import make_picture

    return make_picture


@pytest.fixture(scope="session")
def lent_kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """One kernel for all who want a new one: `lent_kernel.renew(folder, environment)` makes it as good as that."""
    from tests.support.kernel import kernel

    with kernel(tmp_path_factory.mktemp("lent")) as running:
        yield running


@pytest.fixture
def emulator() -> Iterator[str]:
    """The base URL of the emulator, on a free port of loopback."""
    from nbgemini.emulator import Server

    with Server() as base_url:
        yield base_url
