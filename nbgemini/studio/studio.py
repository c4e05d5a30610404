"""The use cases of one kernel, where the rooms below are wired together: ask, plan and look."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from nbgemini.bridge import Interrupts, reenter_refusal
from nbgemini.core.continuing import Wanted
from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import By, Exchange
from nbgemini.core.models import Catalogue
from nbgemini.core.options import Options
from nbgemini.net.backoff import RetryPolicy
from nbgemini.net.client import Client
from nbgemini.net.seam import Transport
from nbgemini.replay import Asker
from nbgemini.replay.lookup import Replays
from nbgemini.settings import Settings
from nbgemini.store.store import Store
from nbgemini.studio.asking.ask import Ask, PromptWords, bring, fetch_urls, given_pictures
from nbgemini.studio.asking.checks import approve, check_length, check_may_be_meant, check_tier
from nbgemini.studio.asking.completing import complete, reach_of
from nbgemini.studio.asking.origin import origin_of
from nbgemini.studio.conversations.history import History
from nbgemini.studio.conversations.named_turns import NamedTurns
from nbgemini.studio.conversations.orphans import Orphans
from nbgemini.studio.conversations.reruns import CellRun, Cells, Slot
from nbgemini.studio.conversations.session import Session
from nbgemini.studio.drawing import Drawing, UnderWay
from nbgemini.studio.flow import Progress, Reporter
from nbgemini.studio.handles import ConversationHandle, Result
from nbgemini.studio.looks import Looks
from nbgemini.studio.pictures.fetching import Sources
from nbgemini.studio.sending.answer_costs import cost_of
from nbgemini.studio.sending.budget import Money
from nbgemini.studio.sending.fulfil import approve_order, begin, look_ahead
from nbgemini.studio.sending.notices import Notices, of_model
from nbgemini.studio.sending.order import ALONE, Along, Means, Order
from nbgemini.studio.streams import Streams
from nbgemini.studio.surroundings.surroundings import Surroundings

if TYPE_CHECKING:
    from nbgemini.studio.asking.words import AskWords
    from nbgemini.studio.conversations.archives import Archives
    from nbgemini.studio.sending.plan import Plan
    from nbgemini.studio.surroundings.model_lists import Listings

__all__ = ["Studio"]

_AT_ONCE = 8  # requests side by side


class Studio:
    """Everything that one kernel does with pictures.

    `traits`, `home`, `transport`, `policy` and `open_store` make its `Surroundings`; `sources` replaces the web and the
    clipboard; `renderer`, `notebook` (the name of its file) and `running` (the cell, if it is named) are a front end's.
    """

    def __init__(
        self,
        *,
        traits: Callable[[], dict[str, Any]] = dict,
        home: Path | None = None,
        transport: Transport | None = None,
        policy: RetryPolicy | None = None,
        sources: Sources | None = None,
        renderer: Callable[[], Callable[[Any], Any] | None] = lambda: None,
        notebook: Callable[[], str] = str,
        open_store: Callable[[Path], Store] = Store.open,
        running: Callable[[], CellRun | None] = lambda: None,
    ) -> None:
        self.surroundings = Surroundings(
            traits=traits, home=home, transport=transport, policy=policy, open_store=open_store
        )
        self._sources = sources or Sources()
        self._slots = threading.Semaphore(_AT_ONCE)
        self.cells = Cells()
        self.session = Session()
        self.under_way = UnderWay(self.session.tell)
        self.history = History(self.session, lambda: self.store)
        self.turns = NamedTurns(self.session, self.history, lambda: self.store)
        self.orphans = Orphans(self.session, lambda: self.store, self.client, lambda one: cost_of(self.catalogue, one))
        self.notices = Notices()
        self._renderer = renderer
        self._notebook = notebook
        self._replays = Replays(self.orphans.interpret_left_over, lambda: Asker.of_run(running()))
        self.money = Money(self.surroundings.budget)
        self.looks = Looks(self.session, lambda: self.store, self.client, self.ordered)
        self.streams = Streams(self.asked, partial(self._begun, along=Along(stream=True)), self._sources)

    # -- what everything else stands on ------------------------------------------------------------

    def settings(self, *, key_wanted: bool = False) -> Settings:
        """The settings of this moment. `key_wanted`: they are for a request. Raises SettingsError."""
        return self.surroundings.settings(key_wanted=key_wanted)

    def client(self) -> Client:
        """Who would be asked at this moment. Raises SettingsError."""
        return self.surroundings.client()

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue of this moment. Raises SettingsError for a file that cannot be used."""
        return self.surroundings.catalogue

    @property
    def store(self) -> Store:
        """The store of this moment; opening it creates nothing."""
        return self.surroundings.store

    @cached_property
    def archives(self) -> Archives:
        """Conversations as files, for other machines."""
        from nbgemini.studio.conversations.archives import Archives  # with zipfile, which no cell needs

        return Archives(self.session, lambda: self.store, self.client)

    @cached_property
    def listings(self) -> Listings:
        """The models that servers list, asked once each."""
        from nbgemini.studio.surroundings.model_lists import Listings

        return Listings()

    @property
    def renderer(self) -> Callable[[Any], Any] | None:
        """How a notebook shows a result; None in a script."""
        return self._renderer()

    # -- asking ------------------------------------------------------------------------------------

    def start(
        self,
        prompt: PromptWords,
        options: Options | None = None,
        *,
        conversation: str | None = None,
        cell: CellRun | None = None,
        by: By = "cell",
        stay: bool = False,
        along: Along = ALONE,
        **words: Unpack[AskWords],
    ) -> Drawing:
        """What a cell does: check all, begin to draw on a worker thread; without `stay`, cells go on from there.

        Raises before anything is sent. What a cell gave is parsed already (`options`). `cell` is the cell that asks,
        if it is named: run again, it goes on from the cell before it.
        """
        drawing = self._begun(self.asked(prompt, options or words, conversation), conversation, cell, by, along)
        if news := self.orphans.news(drawing.store):
            self.notices.add(news)
        self.session.switch(self.session.current if stay else drawing.opened.name)
        return drawing

    def asked(self, prompt: PromptWords, words: Options | Mapping[str, Any], conversation: str | None) -> Ask:
        """What is asked; a REF such as `@last` is a turn of the conversation as it is now."""
        return Ask.parse(prompt, words, self.sources(conversation))

    def sources(self, conversation: str | None) -> Sources:
        """Where references come from, turns of a conversation among them."""
        return replace(self._sources, turn=partial(self.turns.picture, conversation=conversation))

    def _begun(
        self, ask: Ask, conversation: str | None, cell: CellRun | None = None, by: By = "python", along: Along = ALONE
    ) -> Drawing:
        with self.surroundings.one_moment():
            order = self.prepared(ask, conversation, None if cell is None else self.cells.slot(cell), by, along=along)
            expected = approve_order(order)
            reenter = partial(self.may_reenter, self.settings())
        drawing = Drawing(order, begin(order), expected, make=self.result, may_reenter=reenter)
        return self.under_way.begin(drawing)

    def may_reenter(self, settings: Settings | None = None) -> bool:
        """Whether the user's own tasks go on meanwhile (None: by the settings of now); why they cannot is said once."""
        if not (settings or self.settings()).keep_tasks_running:
            return False
        why = reenter_refusal()
        if why is not None:
            self.notices.once(f"`keep_tasks_running` has no effect: {why}.")
        return why is None

    def imagine(
        self,
        prompt: PromptWords,
        *,
        conversation: str | None = None,
        on_progress: Callable[[Progress], object] | None = None,
        **words: Unpack[AskWords],
    ) -> Result:
        """Ask and wait. See `ConversationHandle.imagine`."""
        tick = None if on_progress is None else Reporter(on_progress).look
        with Interrupts() as interrupts:
            ask = self.asked(prompt, words, conversation)
            return self._begun(ask, conversation).wait(tick, interrupts=interrupts, and_save=True)

    async def aimagine(
        self,
        prompt: PromptWords,
        *,
        conversation: str | None = None,
        on_progress: Callable[[Progress], object] | None = None,
        **words: Unpack[AskWords],
    ) -> Result:
        """Ask, and wait on the caller's own loop."""
        ask = await fetch_urls(self.asked(prompt, words, conversation), self._sources)
        drawing = self._begun(ask, conversation)
        if on_progress is not None:
            await drawing.reported(Reporter(on_progress).look)
        return await drawing.awaited()

    def plan(
        self,
        prompt: PromptWords,
        options: Options | None = None,
        *,
        conversation: str | None = None,
        **words: Unpack[AskWords],
    ) -> Plan:
        """The request that `start` would send. Nothing is sent."""
        from nbgemini.studio.sending.plan import planned

        return planned(self.ordered(prompt, options or words, conversation))

    def ordered(self, prompt: PromptWords, words: Options | Mapping[str, Any], conversation: str | None) -> Order:
        """What is asked, as it would be sent. Nothing is sent."""
        return self.prepared(self.asked(prompt, words, conversation), conversation, None)

    def recorded(self, prompt: PromptWords, *, conversation: str | None = None, **words: Unpack[AskWords]) -> bool:
        """Whether `start` would be answered from disk at this moment. Nothing is sent, and nothing counts as said."""
        order = self.prepared(self.asked(prompt, words, conversation), conversation, None, said=lambda line: False)
        return not look_ahead(order).missing

    def prepared(
        self,
        ask: Ask,
        conversation: str | None,
        slot: Slot | None,
        by: By = "",
        said: Callable[[str], bool] | None = None,
        along: Along = ALONE,
        batch: bool = False,
    ) -> Order:
        """An ask, completed and checked, its pictures brought in. Raises nbgemini's errors; nothing is sent."""
        settings, catalogue = self.settings(key_wanted=True), self.catalogue
        mode = ask.replay or settings.replay
        settings = settings.offline() if mode == "class" else settings
        settings = settings.having(thoughts=True) if along.stream else settings
        opened, origin = origin_of(ask, self.session, self.turns, conversation, slot)
        card, options = complete(ask.options, ask.model, opened.value, settings, catalogue)
        catalogue.check(card, options, len(given_pictures(ask)))
        check_length(ask.prompt, card)
        store = self.store
        check_may_be_meant(ask, store)
        client = self.surroundings.client(settings)
        tier = check_tier(client, options, batch=batch)
        replay = self._replays.of(mode, store, settings, self.surroundings.scripted(settings))
        given = bring(ask, None if replay.mode == "only" else store.blobs, self._sources, client.endpoint)
        first = said or self.notices.first
        remarks = (*settings.warnings, *filter(first, settings.unknown), *of_model(catalogue, card, first))
        free = not self.surroundings.counted(settings, client)
        means = Means(
            store=store,
            client=client,
            catalogue=catalogue,
            slots=self._slots,
            replay=replay,
            purse=self.money.purse(ask, free=free),
            approve=lambda total, count: approve(ask, settings, free, total, count=count, tier=tier),
            first=self.notices.first,
            notebook=self._notebook() or settings.notebook,
        )
        return Order(
            means=means,
            ask=ask,
            wanted=Wanted(given.prompt, given.references, options, card, reach_of(ask, settings)),
            opened=opened,
            origin=origin,
            slot=slot,
            asked=datetime.now(UTC).isoformat(timespec="microseconds"),
            timeout=ask.timeout or settings.timeout,
            along=along,
            by=by,
            batch=batch,
            notices=(*remarks, *given.notices),
        )

    # -- looking -----------------------------------------------------------------------------------

    def conversation(self, name: str | None = None) -> ConversationHandle:
        """The kernel's current conversation, or the one with that name (made if need be)."""
        return ConversationHandle(self, self.session.get(name).name)

    def value(self, name: str | None = None) -> Conversation:
        """The value of a conversation at this moment (None: the current one)."""
        return self.session.get(name).value

    def result(self, exchange: Exchange, name: str, notices: Iterable[str] = (), store: Store | None = None) -> Result:
        """A result for an exchange of a conversation of this kernel; `store` is where it is, None: that of now."""
        value = self.session.get(name).value
        return Result(
            exchange=exchange,
            turn=value.number(exchange.id),
            edits=value.number(exchange.parent) if exchange.parent and exchange.parent in value else None,
            conversation_name=name,
            store=store or self.store,
            notices=tuple(notices),
            behind=self,
        )

    def recover(self, exchange_id: str, name: str | None = None) -> Result:
        """Make a late answer a turn of a conversation. Raises ConversationError."""
        opened, turn = self.orphans.recover(exchange_id, name)
        return self.result(turn, opened.name)
