"""The shots of a sweep on their way into batch jobs: claimed, written as files, uploaded, and each job created once."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from nbgemini._dataclass import dataclass, field
from nbgemini.bridge import Job
from nbgemini.core.batch_jobs import MOST_JOBS
from nbgemini.core.exchange import ImageRequest
from nbgemini.core.phrases import counted
from nbgemini.core.pricing import estimate, tokens_in
from nbgemini.errors import InternalFault, NbgeminiError, NotSent, OptionError, OutcomeUnknown
from nbgemini.net.body import Body
from nbgemini.net.flight import Flight
from nbgemini.net.routing import Files
from nbgemini.store.batch_files import InputFile
from nbgemini.store.batch_log import BatchEnd, BatchLog, Submission
from nbgemini.store.batch_logs import CLAIM
from nbgemini.store.sweep_lines import End
from nbgemini.tuning.batch.asking_jobs import found_by_name, release_unsent
from nbgemini.tuning.batch.job_sizes import Chunk, Weighed, split
from nbgemini.tuning.shooting.asked_shot import request_of
from nbgemini.tuning.shooting.engine import Engine
from nbgemini.tuning.shooting.fates import Fate, Fates

__all__ = ["Submitter"]

_UPLOAD = 6 * 3600.0  # seconds for one file of 2 GB, which takes an hour at 5 Mbit/s
_CREATION = 120.0  # seconds; Google took four for two requests
_GIVEN_UP = "Given up before anything was sent."


@dataclass(slots=True, kw_only=True)
class Submitter(Engine):
    """An engine that asks nothing itself: it is done when the jobs are created, and their shots are under way.

    `jobs` are those that it made. Where a later one fails, those before it go on, and a notice says what is missing.
    """

    jobs: list[BatchLog] = field(default_factory=list)
    _prices: dict[int, int | None] = field(default_factory=dict)  # by number, in micro-dollars

    def run(self, numbers: Iterable[int], job: Job[None]) -> None:
        release_unsent(self.order.means.store)
        files, wanted = Files(), self._free(numbers)
        try:
            chunks = split(self._weighed(wanted, files))
            if len(chunks) > MOST_JOBS:
                raise OptionError(
                    f"These would be {len(chunks)} jobs, and a project may have {MOST_JOBS}. Ask for fewer shots."
                )
            for chunk in chunks:
                self._submit(chunk, files, job)
        except NbgeminiError as error:
            self._stopped(error)
        except Exception as error:
            self._stopped(InternalFault.of(error))
        self._let_go(wanted)

    def _free(self, numbers: Iterable[int]) -> list[int]:
        """Those that may be asked; what became of the others is told."""
        fates = Fates(self.order.means.store, self.log)
        fates.look()
        free = []
        for number in numbers:
            fate = fates.of(number)
            if self._may_ask(fate):
                free.append(number)
            else:
                self.adopt(self.entries[number], fate, fates.answer(fate))
        return free

    def _may_ask(self, fate: Fate) -> bool:
        """`unknown` means a line that never came, too."""
        lost = "unknown" in self.asked_again and fate.end is not None and fate.end.kind == "AnswerMissing"
        return lost or fate.state == "free" or fate.state in self.asked_again

    def _weighed(self, numbers: Sequence[int], files: Files) -> Iterator[Weighed]:
        client, catalogue = self.order.means.client, self.order.means.catalogue
        for number in numbers:
            request = self._request(number)
            card = catalogue.find(request.model)
            self._prices[number] = estimate(card, request, tier="batch")
            size = client.batches.route(request, files).size + 60  # and the name of the line
            yield Weighed(number, request.model, size, tokens_in(card, request), card.enqueued)

    def _request(self, number: int) -> ImageRequest:
        """What a shot asks. Raises ConversationError where the conversation is not what it was."""
        return request_of(self.log.planned(number).asked, self.opened, self.order.means.client)

    # -- one job -----------------------------------------------------------------------------------------------------

    def _submit(self, chunk: Chunk, files: Files, job: Job[None]) -> None:
        """Make one job. Raises nbgemini's errors where there is none, and its shots are free again."""
        if job.abandoned:
            raise NotSent(_GIVEN_UP)
        store = self.order.means.store
        store.pay_debts()
        log = store.batches.create(self._submission(chunk))
        claimed = self._held(chunk, log)
        try:
            log.put_shots(claimed, self._prices)
            self._reserve(claimed)
            log.put_file(self._uploaded(claimed, log, files, job))
            if job.abandoned:
                raise NotSent(_GIVEN_UP)
            log.put_sent()
            self._created(log, job)
        except OutcomeUnknown as lost:
            with suppress(NbgeminiError):  # then it counts as being created until this kernel ends
                log.put_lost()
            self.notices[_unsure(log, lost)] = None
        except Exception as error:
            self._refused(log, claimed, error)
            raise
        self.jobs.append(log)
        for number in claimed:
            self.entries[number].recall(Fate("batched"))
            self._end_asking(number, made=1)
            self.told(self.entries[number])

    def _submission(self, chunk: Chunk) -> Submission:
        name, means = secrets.token_hex(8), self.order.means
        return Submission(
            id=name,
            sweep=self.log.about.id,
            shown=f"nbgemini-{name}",
            model=chunk.model,
            backend=means.client.endpoint.backend,
            created=datetime.now(UTC).isoformat(timespec="microseconds"),
            kernel=means.store.files.join(),
            notebook=means.notebook,
            conversation=self.opened.name,
            key=means.client.endpoint.mark(name),
            base_url=means.client.endpoint.base_url,
        )

    def _held(self, chunk: Chunk, log: BatchLog) -> dict[int, str]:
        """The shots that are ours now; those that another kernel took meanwhile are left to it."""
        fates = Fates(self.order.means.store, self.log)
        fates.look()
        numbers, holder = chunk.numbers, CLAIM + log.about.id
        claimed = self.log.claim(numbers, lambda number: self._may_ask(fates.of(number)), len(numbers), holder=holder)
        if not claimed:
            log.put_end(BatchEnd(how="given up"))
            raise NotSent("Another kernel is asking for these shots.")
        return claimed

    def _reserve(self, claimed: Mapping[int, str]) -> None:
        """Half the price, set aside in the ledger and in the kernel's budget under the name of each request."""
        means = self.order.means
        sums = {name: self._prices[number] for number, name in claimed.items()}
        asked = self.log.planned(next(iter(claimed))).asked
        means.store.ledger.reserve_each(sums, asked.model, asked.backend, self.opened.name, means.notebook)
        for number, name in claimed.items():
            means.purse.rename(self.entries[number].key, name)

    def _uploaded(self, claimed: Mapping[int, str], log: BatchLog, files: Files, job: Job[None]) -> str:
        """Write the file, line by line, and bring it to the Files API: its name there."""
        client, blobs = self.order.means.client, self.order.means.store.blobs
        flight = Flight(_UPLOAD)
        job.watch(flight)
        loading = client.batches.loading(files, blobs, flight)

        def progress(line: str) -> None:
            job.progress = line

        with InputFile(self.order.means.store.files, log.about.id) as file:
            for number, name in claimed.items():
                request = self._request(number)
                uris = loading.bring(client.batches.route(request, files), progress)
                file.put(Body(client.batches.line(name, request, uris), blobs))
                if job.abandoned:
                    raise NotSent(_GIVEN_UP)
            size = file.size

            def told(done: int) -> None:
                progress(f"uploading {counted(len(claimed), 'shot')}: {done / 1e6:.1f} of {size / 1e6:.1f} MB")

            return client.batches.upload(file, size, flight, told)

    def _created(self, log: BatchLog, job: Job[None]) -> None:
        """Raises OutcomeUnknown where it may be there and is not found."""
        calls = self.order.means.client.batches
        flight = Flight(_CREATION)
        job.watch(flight)
        job.progress = "creating the batch job"
        try:
            status = calls.create(log.about.model, log.about.shown, log.file, flight)
        except OutcomeUnknown as lost:
            found = found_by_name(calls, log.about.shown)
            if found is None:
                raise lost from None
            status = found
        finally:
            job.progress = ""
        log.put_status(status, time.time())

    # -- what did not leave --------------------------------------------------------------------------------------------

    def _refused(self, log: BatchLog, claimed: Mapping[int, str], error: Exception) -> None:
        """Nothing of it runs: its shots are free again, and no money is set aside any more."""
        end = End(
            kind="NotSent",
            message=f"Its batch was not created: {getattr(error, 'message', error)}",
            charged="nothing sent",
        )
        store = self.order.means.store
        with suppress(NbgeminiError):
            self.log.conclude([(number, name, end) for number, name in claimed.items()], forced=True)
            log.put_end(BatchEnd(how="refused", lines=(str(error),)))
        for name in claimed.values():
            self.order.means.purse.release(name)
            with suppress(NbgeminiError):
                store.ledger.release(name, type(error).__name__)

    def _stopped(self, error: NbgeminiError) -> None:
        """Where a job was made, the others of the sweep are missing, and its grid is handed over all the same."""
        if not self.jobs:
            self._stop(error)
            return
        made = counted(len(self.jobs), "job")
        self.notices[f"Only {made} could be created. The rest was not sent: {error.message} {error.hint}".strip()] = (
            None
        )

    def _let_go(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            if self.entries[number].standing == "waiting":
                self._end_asking(number, made=0)
                self.order.means.purse.release(self.entries[number].key)

    def _end_asking(self, number: int, *, made: int) -> None:
        asking = self.askings.pop(number, None)
        if asking is not None:
            self.order.means.replay.recall.askings.end(asking, made=made)


def _unsure(log: BatchLog, lost: OutcomeUnknown) -> str:
    return (
        f"It is not known whether batch `{log.about.id}` was created: {lost.message} nbgemini will not send it again by"
        f" itself. `%imagine batches` looks for it by its name at Google, `{log.about.shown}`."
    )
