"""What a kernel stands on at this moment: its settings, the catalogue, the store, and who would be asked."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgemini._dataclass import dataclass
from nbgemini.core.models import Catalogue
from nbgemini.errors import SettingsError
from nbgemini.net.backoff import RetryPolicy
from nbgemini.net.client import Client
from nbgemini.net.seam import Transport
from nbgemini.settings import Settings, Survey, read_setting, read_settings, survey_settings
from nbgemini.store.catalogue import Catalogues
from nbgemini.store.store import Store
from nbgemini.studio.paths import lent_place, store_place, working_place
from nbgemini.studio.surroundings.wiring import HeaderValue, Wiring

if TYPE_CHECKING:
    from nbgemini.studio.surroundings.embedded import Embedded

__all__ = ["Surroundings"]


@dataclass(slots=True)
class _Moment:
    """What a thread holds on to for a moment: its settings, and what was made of them since."""

    settings: Settings
    client: Client | None = None
    store: Store | None = None


class Surroundings:
    """Everything is looked up anew at each call: `%config` and the environment may change between two cells.

    `traits` returns the `%config` values that were set; `home` is the folder that a relative `store` belongs to (the
    working directory at load); `transport` replaces the network, `policy` the waits between retries; `open_store`
    opens a folder.
    """

    def __init__(
        self,
        *,
        traits: Callable[[], dict[str, Any]] = dict,
        home: Path | None = None,
        transport: Transport | None = None,
        policy: RetryPolicy | None = None,
        open_store: Callable[[Path], Store] = Store.open,
    ) -> None:
        self.home = home or working_place()
        self._traits = traits
        self._wiring = Wiring(transport, policy, self._emulator_folder)
        self._open_store = open_store
        self._stores: dict[Path, Store] = {}
        self._stand_ins: dict[Path, Store] = {}  # by the folder that may not be written
        self._lenders: dict[str, Store] = {}  # by what the setting says
        self._catalogues = Catalogues()
        self._held = threading.local()

    @contextmanager
    def one_moment(self) -> Iterator[None]:
        """For this thread, the settings of now are those of the whole `with`: an order is of one moment, and so are a
        thousand shots."""
        before = self._moment
        self._held.moment = before or _Moment(read_settings(self._traits(), key_wanted=True))
        try:
            yield
        finally:
            self._held.moment = before

    @property
    def _moment(self) -> _Moment | None:
        """The one that this thread holds, if any."""
        return getattr(self._held, "moment", None)

    def settings(self, *, key_wanted: bool = False) -> Settings:
        """The settings of this moment. `key_wanted`: they are for a request. Raises SettingsError."""
        held = self._moment
        return read_settings(self._traits(), key_wanted=key_wanted) if held is None else held.settings

    def budget(self) -> Decimal | None:
        """What may be spent, in dollars, as it is set at this very moment. Raises SettingsError."""
        dollars: Decimal | None = read_setting("budget", self._traits())
        return dollars

    def survey(self) -> Survey:
        """The settings of this moment with all that is wrong with them."""
        return survey_settings(self._traits())

    def client(self, settings: Settings | None = None) -> Client:
        """Who would be asked, under these settings (None: those of this moment). Raises SettingsError."""
        settings, held = settings or self.settings(key_wanted=True), self._moment
        if held is None or settings is not held.settings:
            return self._wiring.client(settings)
        held.client = held.client or self._wiring.client(settings)
        return held.client

    def scripted(self, settings: Settings) -> bool:
        """Whether the next request is answered by a step of the embedded emulator's script."""
        return self._wiring.scripted(settings)

    def counted(self, settings: Settings, client: Client | None = None) -> bool:
        """Whether budgets and confirmations count the requests of these settings, which `client` sends."""
        lent = client is not None and client.emulated and settings.served_by != "emulator"
        return self._wiring.counted(settings) and not lent

    @property
    def billing(self) -> bool:
        """Whether the emulator is asked, and what it would cost is to count. Raises SettingsError."""
        settings = self.settings()
        return settings.served_by == "emulator" and self._wiring.counted(settings)

    def connect(self, *, headers: Mapping[str, HeaderValue] | None, client: Any, change: Collection[str]) -> None:
        """Take a user's own headers and httpx client for requests to the API, as far as `change` names them.

        Raises OptionError.
        """
        if "headers" in change:
            self._wiring.send_along(headers or {})
        if "client" in change:
            self._wiring.send_by(client)

    def embed(self, emulator: Embedded) -> None:
        """Let another emulator draw. Raises SettingsError where none would be asked."""
        settings = self.settings(key_wanted=True)
        if settings.served_by != "emulator":
            key = f"A key is set in `{settings.key_source}`"
            why = key if settings.key_source else "A base URL or a backend is set"
            raise SettingsError(f"{why}, so cells do not use the emulator.", hint="Unset it, and run this again.")
        self._wiring.embed(emulator)

    def _emulator_folder(self, making: bool) -> str:
        """Where the emulator keeps files and batch jobs: in the store, so that they outlive the kernel.

        Raises SettingsError, and StoreError where it cannot be made.
        """
        folder = self.store.files
        path = folder.path("emulator")
        if making:
            folder.make(path)
        return path

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue of this moment. Raises SettingsError for a file that cannot be used."""
        return self._catalogues.at(self.settings().catalogue)

    @property
    def store(self) -> Store:
        """The store of this moment, beside it that of `recordings`; opening them creates nothing.

        For a folder that may not be written another one stands in, which lasts as long as the kernel. Raises
        SettingsError or StoreError.
        """
        held = self._moment
        if held is None:
            return self._opened(self.settings())
        held.store = held.store or self._opened(held.settings)
        return held.store

    def _opened(self, settings: Settings) -> Store:
        folder = store_place(self.home, settings.store)
        if folder not in self._stores:
            self._stores.setdefault(folder, self._open_store(folder))  # threads that come first at once share one
        store, lender = self._stores[folder], self._lender(settings.recordings)
        lender = None if lender is None or lender.folder == store.folder else lender
        if store.lender is not lender:
            store.read_besides(lender)
        return self._standing_in(store) if store.closed else store

    def _standing_in(self, closed: Store) -> Store:
        if closed.folder not in self._stand_ins:
            import tempfile

            place = tempfile.mkdtemp(prefix="nbgemini-")
            weakref.finalize(self, _remove, place, os.getpid())
            self._stand_ins.setdefault(closed.folder, closed.standing_in(place))
        return self._stand_ins[closed.folder]

    def _lender(self, recordings: str | None) -> Store | None:
        """The store that is only read. Raises SettingsError or StoreError."""
        if recordings is None:
            return None
        if recordings not in self._lenders:
            place = lent_place(self.home, recordings)
            self._lenders.setdefault(recordings, Store.open(place, read_only=True))
        return self._lenders[recordings]


def _remove(folder: str, process: int) -> None:
    """What stood in for a folder is gone with its kernel; a forked child leaves it alone."""
    if os.getpid() == process:
        import shutil

        shutil.rmtree(folder, ignore_errors=True)
