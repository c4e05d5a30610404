"""The use cases of one kernel, where the rooms below are wired together: ask, plan and look."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Unpack

from nbgemini.bridge import Interrupts, Job
from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import By, Exchange
from nbgemini.core.models import Catalogue, ModelCard
from nbgemini.core.options import ImageOptions
from nbgemini.net.backoff import RetryPolicy
from nbgemini.net.client import Client
from nbgemini.net.seam import Transport
from nbgemini.settings import Settings
from nbgemini.store.store import Store
from nbgemini.studio.approval import approve
from nbgemini.studio.archives import Archives
from nbgemini.studio.asides import Asides
from nbgemini.studio.ask import Ask, AskWords, PromptWords, check_length
from nbgemini.studio.brought import Unwritten, brought, fetched, given_pictures
from nbgemini.studio.budget import Money
from nbgemini.studio.conversations import ConversationHandle
from nbgemini.studio.drawing import Drawing
from nbgemini.studio.library import Library
from nbgemini.studio.live import Listings
from nbgemini.studio.origins import origin_of
from nbgemini.studio.orphans import Orphans
from nbgemini.studio.plan import Plan, planned, planned_again
from nbgemini.studio.remarks import of_model
from nbgemini.studio.replaying import Replays, check_may_be_meant
from nbgemini.studio.reruns import CellRun, Cells, Slot
from nbgemini.studio.results import Result
from nbgemini.studio.shelf import Held, Shelf
from nbgemini.studio.shoot import Shoot
from nbgemini.studio.shot import cost_of
from nbgemini.studio.sources import Sources
from nbgemini.studio.surroundings import Surroundings
from nbgemini.studio.turns import turn_named

__all__ = ["Studio"]

_AT_ONCE = 8  # requests side by side


class Studio:
    """Everything that one kernel does with pictures.

    `traits`, `home`, `transport`, `policy` and `open_store` make its `Surroundings`; `sources` replaces the web and the
    clipboard that references come from; `renderer` tells how a notebook shows results, `notebook` the name of its file;
    `running` tells which cell runs, where the front end names it.
    """

    def __init__(
        self,
        *,
        traits: Callable[[], dict[str, Any]] = dict,
        home: Path | None = None,
        transport: Transport | None = None,
        policy: RetryPolicy | None = None,
        sources: Sources | None = None,
        renderer: Callable[[], Callable[[Result | ConversationHandle], Any] | None] = lambda: None,
        notebook: Callable[[], str] = str,
        open_store: Callable[[Path], Store] = Store.open,
        running: Callable[[], CellRun | None] = lambda: None,
    ) -> None:
        self.surroundings = Surroundings(
            traits=traits, home=home, transport=transport, policy=policy, open_store=open_store
        )
        self._sources = sources or Sources()
        self._slots = threading.Semaphore(_AT_ONCE)
        self._cells = Cells()
        self.listings = Listings()
        self.shelf = Shelf()
        self.library = Library(self.shelf, lambda: self.store)
        self.orphans = Orphans(self.shelf, lambda: self.store, self.client, self._cost)
        self.archives = Archives(self.shelf, lambda: self.store, self.client)
        self.asides = Asides()
        self._renderer = renderer
        self._notebook = notebook
        self._replays = Replays(self.orphans.recover, running)
        self.money = Money(self.settings)

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

    @property
    def renderer(self) -> Callable[[Result | ConversationHandle], Any] | None:
        """How a notebook shows a result; None in a script."""
        return self._renderer()

    def _cost(self, exchange: Exchange) -> int | None:
        return cost_of(self.catalogue, exchange)

    # -- asking ------------------------------------------------------------------------------------

    def start(
        self,
        prompt: PromptWords,
        *,
        conversation: str | None = None,
        cell: CellRun | None = None,
        by: By = "cell",
        **words: Unpack[AskWords],
    ) -> Drawing:
        """What a cell does: check everything, begin to draw on a worker thread, and make its conversation current.

        Raises before anything is sent. `cell` is the cell that asks, where the front end names it: run again, it goes
        on from the cell before it.
        """
        drawing = self._begun(self._parsed(prompt, words, conversation), conversation, cell, by)
        if news := self.orphans.news():
            self.asides.add(news)
        self.shelf.current = drawing.held.name
        return drawing

    def _parsed(self, prompt: PromptWords, words: Mapping[str, Any], conversation: str | None) -> Ask:
        """What is asked; a REF such as `@last` is a turn of the conversation as it is now."""

        def turn(text: str) -> Result:
            value = self.value(conversation)
            return self.result(turn_named(text, value), value.name)

        return Ask.parse(prompt, words, replace(self._sources, turn=turn))

    def _begun(self, ask: Ask, conversation: str | None, cell: CellRun | None = None, by: By = "python") -> Drawing:
        held, shoot = self._prepared(ask, conversation, None if cell is None else self._cells.slot(cell), by)
        expected = shoot.approved()
        job = Job(shoot, lane=held.lane, name="nbgemini")
        return self.shelf.under_way.begin(Drawing(self, held, ask, job, shoot, expected))

    def imagine(self, prompt: PromptWords, *, conversation: str | None = None, **words: Unpack[AskWords]) -> Result:
        """Ask and wait. See `ConversationHandle.imagine`."""
        with Interrupts() as interrupts:
            ask = self._parsed(prompt, words, conversation)
            return self._begun(ask, conversation).wait(interrupts=interrupts, and_save=True)

    async def aimagine(
        self, prompt: PromptWords, *, conversation: str | None = None, **words: Unpack[AskWords]
    ) -> Result:
        """Ask, and wait on the caller's own loop."""
        ask = await fetched(self._parsed(prompt, words, conversation), self._sources)
        return await self._begun(ask, conversation).awaited()

    def plan(self, prompt: PromptWords, *, conversation: str | None = None, **words: Unpack[AskWords]) -> Plan:
        """The request that `start` would send. Nothing is sent."""
        ask = self._parsed(prompt, words, conversation)
        return planned(self._prepared(ask, conversation, None)[1])

    def recorded(self, prompt: PromptWords, *, conversation: str | None = None, **words: Unpack[AskWords]) -> bool:
        """Whether `start` would be answered from disk at this moment. Nothing is sent, and nothing counts as said."""
        ask = self._parsed(prompt, words, conversation)
        return not self._prepared(ask, conversation, None, said=lambda line: False)[1].peeked().missing

    def _prepared(
        self,
        ask: Ask,
        conversation: str | None,
        slot: Slot | None,
        by: By = "",
        said: Callable[[str], bool] | None = None,
    ) -> tuple[Held, Shoot]:
        settings = self.settings(key_wanted=True)
        held, origin = origin_of(ask, self.shelf, conversation, slot)
        card = self.catalogue.find(ask.model or held.value.model or settings.model).on(settings.served_by)
        options = _completed(ask.options, settings, card, held.value)
        self.catalogue.check(card, options, len(given_pictures(ask)))
        check_length(ask.prompt, card)
        check_may_be_meant(ask, self.store)
        client = self.surroundings.client(settings)
        options.check_backend(client.endpoint.backend)
        replay = self._replays.of(
            ask.replay or settings.replay, self.store, settings, self.surroundings.scripted(settings)
        )
        blobs = Unwritten() if replay.mode == "only" else self.store.blobs
        given = brought(ask, blobs, self._sources, client.endpoint.backend)
        tier = options.asked_tier or "standard"
        return held, Shoot(
            store=self.store,
            client=client,
            catalogue=self.catalogue,
            held=held,
            ask=ask,
            card=card,
            options=options,
            prompt=given.prompt,
            pictures=given.references,
            origin=origin,
            slot=slot,
            slots=self._slots,
            replay=replay,
            asked=datetime.now(UTC).isoformat(timespec="microseconds"),
            approve=lambda total, count: approve(ask, settings, client.endpoint.backend, total, count=count, tier=tier),
            purse=self.money.purse(ask, client.endpoint.backend),
            first=self.asides.first,
            notebook=self._notebook() or settings.notebook,
            timeout=ask.timeout or settings.timeout,
            by=by,
            notices=(*settings.warnings, *of_model(self.catalogue, card, said or self.asides.first), *given.notices),
        )

    # -- looking -----------------------------------------------------------------------------------

    def conversation(self, name: str | None = None) -> ConversationHandle:
        """The kernel's current conversation, or the one with that name (made if need be)."""
        return ConversationHandle(self, self.shelf.get(name).name)

    def value(self, name: str | None = None) -> Conversation:
        """The value of a conversation at this moment (None: the current one)."""
        return self.shelf.get(name).value

    def result(self, exchange: Exchange, name: str, notices: tuple[str, ...] = ()) -> Result:
        """A result for an exchange of a conversation of this kernel."""
        return Result(
            exchange=exchange,
            turn=self.shelf.get(name).value.number(exchange.id),
            conversation=ConversationHandle(self, name),
            store=self.store,
            notices=notices,
        )

    def plan_again(self, exchange: Exchange, name: str) -> Plan:
        """The request of a turn of a conversation, as it would be sent now. Raises SettingsError."""
        return planned_again(self.shelf.get(name).value, exchange, self.client(), self.store)

    def adopt(self, exchange_id: str, name: str | None = None) -> Result:
        """Make an orphan a turn of a conversation. Raises ConversationError."""
        held, turn = self.orphans.adopt(exchange_id, name)
        return self.result(turn, held.name)


def _completed(asked: ImageOptions, settings: Settings, card: ModelCard, conversation: Conversation) -> ImageOptions:
    """The options of an ask, with what the conversation keeps and the settings say where it is silent."""
    thoughts = settings.thoughts and card.shows_thoughts if asked.thoughts is None else asked.thoughts
    return replace(
        asked,
        thoughts=thoughts or None,
        aspect=asked.aspect or settings.aspect,
        size=asked.size or settings.size,
        system=asked.system or conversation.system,
    )
