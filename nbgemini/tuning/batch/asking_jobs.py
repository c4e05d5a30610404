"""What Google says of a job, asked for nothing: also where it is not known whether there is a job at all."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

from nbgemini._dataclass import dataclass
from nbgemini.core.batch_jobs import JobStatus
from nbgemini.core.exchange import BACKEND_NAMES
from nbgemini.errors import ApiError, ModelNotFound, NbgeminiError, PermissionRefused
from nbgemini.net.batches import BatchCalls
from nbgemini.net.client import Client
from nbgemini.store.batch_log import BatchEnd, BatchLog
from nbgemini.store.store import Store

__all__ = ["Seen", "ask", "elsewhere", "found_by_name", "is_gone", "release_unsent"]

_LOOKS = (0.0, 1.0, 2.0)  # seconds before each look for a job that may have been created


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of asking: `problem` says why nothing is known, `gone` that Google does not know the job."""

    status: JobStatus | None = None
    problem: str = ""
    gone: bool = False


def found_by_name(
    calls: BatchCalls, shown: str, sleep: Callable[[float], object] = time.sleep, looks: tuple[float, ...] = _LOOKS
) -> JobStatus | None:
    """A job by the name that we gave it, looked for a few times: the list may be a moment behind."""
    for pause in looks:
        sleep(pause)
        with suppress(NbgeminiError):
            if (found := calls.find(shown)) is not None:
                return found
    return None


def ask(client: Client, log: BatchLog, *, now: Callable[[], float] = time.time) -> Seen:
    """Ask what became of a job, and put it down. Raises StoreError alone."""
    if (why := elsewhere(client, log)) and log.about.backend != client.endpoint.backend:
        return Seen(log.status, why)
    try:
        status = client.batches.status(log.name) if log.name else client.batches.find(log.about.shown)
    except NbgeminiError as error:
        if isinstance(error, PermissionRefused):
            return Seen(log.status, why or _not_shown(log))
        if is_gone(error):
            return Seen(log.status, why or _not_found(log), gone=not why)
        return Seen(log.status, error.message)
    if status is None:
        return Seen(
            None,
            f"No job of the name `{log.about.shown}` is in Google's list, so it was probably never created."
            " `%imagine resume NAME --unknown` asks for its shots again.",
        )
    log.put_status(status, now())
    return Seen(status)


def is_gone(error: NbgeminiError) -> bool:
    """Whether Google knows of no such thing; it says 403, too, of a file that is not there."""
    return isinstance(error, ModelNotFound | PermissionRefused) or (
        isinstance(error, ApiError) and error.status in (404, 410)
    )


def elsewhere(client: Client, log: BatchLog) -> str:
    """Why a job may not be seen from here: it was made with another backend, address or key. Empty: it may."""
    about, endpoint = log.about, client.endpoint
    if about.backend != endpoint.backend:
        made = BACKEND_NAMES.get(about.backend, about.backend)  # type: ignore[call-overload]  # any word of a file
        return f"It was made with {made}, and your settings use another backend now. Change them back to collect it."
    if about.base_url != endpoint.base_url:
        return f"It was made at {about.base_url}, and your settings have another address now. Change them back."
    if about.key and about.key != endpoint.mark(about.id):
        return "It was made with another key. Set that key, or one of the same project, and collect it again."
    return ""


def release_unsent(store: Store) -> None:
    """What dead kernels had set aside for jobs that they never sent is free again. Raises nothing."""
    with suppress(NbgeminiError):
        if store.read_only:
            return
        for log in store.batches.all():
            if not log.sent and log.end is None and not store.batches.alive(log.about.kernel):
                for name in log.shots:
                    store.ledger.release(name, "never sent")
                log.put_end(BatchEnd(how="refused", lines=("Its kernel ended before it was sent.",)))


def _not_shown(log: BatchLog) -> str:
    return (
        f"Google does not show `{log.name}` with this key (403): it belongs to another project, or it was deleted."
        f" Set the key that made it; `%imagine batches --cancel {log.about.id}` gives it up."
    )


def _not_found(log: BatchLog) -> str:
    return f"Google does not know `{log.name}` any more: it was deleted elsewhere, or is more than six weeks old."
