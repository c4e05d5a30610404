"""Every exception that nbgemini raises, as one tree.

::

    NbgeminiError                  what happened, whether money was spent, what to do now
    ├── OptionError                an option or argument is wrong; nothing was sent (a ValueError)
    ├── UnknownName                a Python name that the thing does not have (an AttributeError)
    ├── ReferenceImageError        a reference picture is missing or unreadable; nothing was sent
    ├── ConversationError          no such conversation, turn or branch
    ├── SettingsError              a key, base URL or trait cannot be used
    ├── ConfirmationNeeded         the estimate is above `confirm_over`, or the prompt holds a key; `--yes` sends it
    ├── BudgetExceeded             a budget does not cover what it would cost; nothing was sent
    ├── SweepFailed                all shots of a sweep failed, or one where none may
    ├── ReplayMiss                 no recording answers, and `--replay only` never sends
    ├── StoreError                 the folder on disk cannot be used
    │   ├── StoreReadOnly          … because a newer version wrote it, or it may not be written
    │   └── ObjectMissing          … because an object is gone or does not match its hash
    ├── ApiError                   the server answered with an error status
    │   ├── InvalidRequest         400, 413 and other refusals of what was sent
    │   │   ├── SignatureRejected  … a thought signature is missing, moved or altered
    │   │   └── RequestTooLarge    … more bytes than the API takes
    │   ├── AuthenticationFailed   401, or 400 for a bad key
    │   ├── PermissionRefused      403
    │   ├── ModelNotFound          404
    │   ├── QuotaExceeded          429
    │   ├── ServerFault            5xx
    │   └── UnexpectedReply        a redirect, a web page, a status that the API does not document
    ├── AnswerError                HTTP 200 without a usable picture
    │   ├── AnswerBlocked          a finish or block reason says why
    │   ├── AnswerEmpty            no reason given
    │   ├── AnswerMissing          a batch ended without a word of this request
    │   └── AnswerUndecodable      the body is not what the API documents
    ├── TransportError             no answer came
    │   ├── NotSent                the request never left completely; nothing was charged
    │   └── OutcomeUnknown         it left, and no complete answer came; it may have been charged
    │       └── DeadlinePassed     … within the time allowed
    └── InternalFault              nbgemini itself failed where nobody expected it

Foreign exceptions are mapped once, at the border where they arise, and raised `from None`: an httpx exception carries
the request and with it the key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from nbgemini._lines import corrected, ended, numbered, one_line, some_of, three_lines

__all__ = [
    "AnswerBlocked", "AnswerEmpty", "AnswerError", "AnswerMissing", "AnswerUndecodable", "ApiError",
    "AuthenticationFailed",
    "BudgetExceeded", "Charged", "ConfirmationNeeded", "ConversationError", "DeadlinePassed", "InternalFault",
    "InvalidRequest", "ModelNotFound", "NbgeminiError", "NotSent", "ObjectMissing",
    "OptionError", "OutcomeUnknown", "PermissionRefused", "QuotaExceeded", "ReferenceImageError", "ReplayMiss",
    "RequestTooLarge", "ServerFault", "SettingsError", "SignatureRejected", "StoreError", "StoreReadOnly",
    "SweepFailed", "TransportError", "UnexpectedReply", "UnknownName",
]  # fmt: skip

Charged = Literal["nothing sent", "no", "maybe", "yes"]

_MONEY: dict[Charged, str] = {
    "nothing sent": "Nothing was sent.", "no": "Not charged.", "maybe": "May have been charged.", "yes": "Charged.",
}  # fmt: skip


class NbgeminiError(Exception):
    """What happened (`str`), whether money was spent (`charged`) and what to do now (`hint`).

    `amount` is the sum in question as people write it (`≈ $0.134`), or empty. `pictures` are those that arrived whole
    all the same (`core.pictures`); they are on disk.

    >>> try:
    ...     nb.imagine("a cat", aspect="16-9")
    ... except nb.errors.NbgeminiError as error:
    ...     print(error.message, error.money(), error.charged)
    `16-9` is not a ratio; write it like `16:9`. Nothing was sent. nothing sent
    >>> nb.errors.NbgeminiError("It happened.", hint="Do this.", charged="yes", amount="$0.134").lines()
    ['NbgeminiError: It happened.', 'Charged: $0.134.', 'Do this.']
    """

    charged: Charged = "nothing sent"
    pictures: tuple[Any, ...] = ()

    def __init__(self, message: str, *, hint: str = "", charged: Charged | None = None, amount: str = "") -> None:
        super().__init__(ended(message))
        self.hint = ended(hint)
        self.amount = amount
        self.charged = charged or self.charged
        self._rendered = False

    @property
    def message(self) -> str:
        """What happened, in one sentence."""
        return str(self.args[0]) if self.args else type(self).__name__

    def cover(self, redact: Callable[[str], str]) -> None:
        """Take secrets out of what is said."""
        self.args = (redact(self.message), *self.args[1:])
        self.hint = redact(self.hint)

    def money(self) -> str:
        """Whether money was spent, as a sentence."""
        sentence = _MONEY[self.charged]
        return f"{sentence[:-1]}: {self.amount}." if self.amount and self.charged in ("maybe", "yes") else sentence

    def lines(self) -> list[str]:
        """At most three lines of at most 100 characters: what happened; whether it was charged; what to do now."""
        return three_lines(f"{type(self).__name__}: {self.message}", self.money(), self.hint)

    def __str__(self) -> str:
        return " ".join(one_line(part) for part in (self.message, self.money(), self.hint) if part)

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: three lines at first; asked again (`%tb`), the whole story."""
        if not self._rendered:
            self._rendered = True
            return self.lines()
        import traceback

        return "".join(traceback.format_exception(type(self), self, self.__traceback__)).splitlines()


class OptionError(NbgeminiError, ValueError):
    """Options or arguments are wrong: several `faults`, which are `listed` above, or one. `cell`: the cell as meant.

    >>> nb.imagine("a cat", colour="red")
    Traceback (most recent call last):
    nbgemini.errors.OptionError: `colour` is not an option. ...
    """

    cell, listed = "", False
    faults: tuple[OptionError, ...] = ()

    def cover(self, redact: Callable[[str], str]) -> None:
        super().cover(redact)
        self.cell = redact(self.cell)
        for fault in self.faults:
            fault.cover(redact)

    def lines(self) -> list[str]:
        """What happened; then, where it is known, the cell as it was meant, ready to be copied."""
        if self.cell:
            return corrected(f"{type(self).__name__}: {self.message}", self.money(), self.cell)
        return some_of(super().lines(), [one.message for one in self.faults], self.money(), listed=self.listed)

    @property
    def every_fault(self) -> list[str]:
        """All that is wrong, a line each, where the lines of the error have no room for all."""
        every = numbered(f"{fault.message} {fault.hint}" for fault in self.faults)
        return every if self.lines() != super().lines() else []

    def __str__(self) -> str:
        every = self.every_fault
        return "\n".join([f"{len(every)} things are wrong. {self.money()}", *every]) if every else super().__str__()


class UnknownName(NbgeminiError, AttributeError):
    """A Python name that a conversation, a result or the package does not have. Nothing was sent.

    >>> cat.resize
    Traceback (most recent call last):
    nbgemini.errors.UnknownName: A result has no `resize`. Nothing was sent. `.image` is a PIL image: ...
    """


class ReferenceImageError(NbgeminiError):
    """A reference picture is missing, unreadable or of a kind that the API does not take. Nothing was sent.

    >>> nb.imagine("a cat like this", ref="nowhere.png")
    Traceback (most recent call last):
    nbgemini.errors.ReferenceImageError: `nowhere.png` cannot be read: there is no such file. ...
    """


class ConversationError(NbgeminiError, LookupError):
    """There is no such conversation, turn or branch. Nothing was sent.

    >>> nb.conversation("nowhere", stored=True)
    Traceback (most recent call last):
    nbgemini.errors.ConversationError: There is no conversation `nowhere`. ...
    """


class SettingsError(NbgeminiError):
    """A key, base URL or trait cannot be used. Nothing was sent.

    >>> import os
    >>> os.environ["NBGEMINI_WORKERS"] = "many"
    >>> nb.imagine("a cat")
    Traceback (most recent call last):
    nbgemini.errors.SettingsError: The variable `NBGEMINI_WORKERS` cannot be used: `many` is not a number of ...
    >>> del os.environ["NBGEMINI_WORKERS"]
    """


class ConfirmationNeeded(NbgeminiError):
    """The request waits for `--yes` (`yes=True`). Nothing was sent.

    >>> _ = nb.emulator(billing=True)
    >>> nb.imagine("a cat", count=100)
    Traceback (most recent call last):
    nbgemini.errors.ConfirmationNeeded: 100 requests would cost about $14.20, which is above `confirm_over` ...
    """


class BudgetExceeded(NbgeminiError):
    """The kernel's budget or the cell's does not cover the estimate. Nothing was sent.

    >>> nb.imagine("a cat", budget=0.01)
    Traceback (most recent call last):
    nbgemini.errors.BudgetExceeded: This would cost about $0.142, and $0.010 is left of the budget of this ...
    """


class ReplayMiss(NbgeminiError):
    """No recording answers the request, and `--replay only` never sends. Nothing was sent.

    `diff` compares the request with the recording that is nearest to it, empty when there is none.

    >>> nb.imagine("a dog", new=True, replay="only")
    Traceback (most recent call last):
    nbgemini.errors.ReplayMiss: No recording answers this request, and `replay` is `only`, which never sends. ...
    """

    def __init__(self, message: str, *, diff: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.diff = diff
        if diff:
            self.add_note(diff)  # `%tb` shows it beneath the error


class SweepFailed(NbgeminiError):
    """All shots of a sweep failed, or one of them where none may (`strict`). `grid` holds what became of each.

    >>> try:
    ...     nb.sweep("a {style} cat\\nemulate: IMAGE_SAFETY", style=["ink", "oil"], new=True)
    ... except nb.errors.SweepFailed as error:
    ...     print(len(error.grid.failed))
    2
    """

    grid: Any = None


class StoreError(NbgeminiError):
    """The folder on disk cannot be used.

    >>> issubclass(nb.errors.ObjectMissing, nb.errors.StoreError)
    True
    """


class StoreReadOnly(StoreError):
    """The store may be read but not written: a newer version wrote it, or its folder is closed.

    >>> issubclass(nb.errors.StoreReadOnly, nb.errors.StoreError)
    True
    """


class ObjectMissing(StoreError):
    """An object is gone from the store, or its bytes no longer match their hash.

    >>> dog = nb.imagine("a dog", new=True, model="flash-lite")
    >>> dog.path.unlink()
    >>> dog.bytes
    Traceback (most recent call last):
    nbgemini.errors.ObjectMissing: Object ... is missing; it belongs to ...
    """


class ApiError(NbgeminiError):
    """The server answered with an error status.

    `status` is the HTTP status, `reason` Google's word for it (`INVALID_ARGUMENT`), `server_message` Google's own text.
    `pictures` are those that a stream had brought before it ended like this (`core.pictures`).

    >>> try:
    ...     nb.imagine("a cat\\nemulate: 400 region", new=True)
    ... except nb.errors.ApiError as error:
    ...     print(error.status, error.reason, error.charged)
    400 FAILED_PRECONDITION no
    """

    charged: Charged = "no"

    def __init__(
        self,
        message: str,
        *,
        status: int = 0,
        reason: str = "",
        server_message: str = "",
        hint: str = "",
        charged: Charged | None = None,
        amount: str = "",
    ) -> None:
        super().__init__(message, hint=hint, charged=charged, amount=amount)
        self.status = status
        self.reason = reason
        self.server_message = server_message


class InvalidRequest(ApiError):
    """The server refuses what was sent.

    >>> nb.imagine("a cat\\nemulate: 400 region", new=True)
    Traceback (most recent call last):
    nbgemini.errors.InvalidRequest: The server refuses the request (400 FAILED_PRECONDITION): “User location is ...
    """


class SignatureRejected(InvalidRequest):
    """A thought signature is missing, moved or altered.

    >>> lost = nb.imagine("a cat\\nemulate: lose signature", new=True, model="flash-lite")
    >>> lost.edit("add snow")
    Traceback (most recent call last):
    nbgemini.errors.SignatureRejected: The server refuses the request (400 INVALID_ARGUMENT): “Image part is ...
    """


class RequestTooLarge(InvalidRequest):
    """The request has more bytes than the API takes.

    >>> issubclass(nb.errors.RequestTooLarge, nb.errors.InvalidRequest)
    True
    """


class AuthenticationFailed(ApiError):
    """The key or token is not valid.

    >>> nb.errors.AuthenticationFailed("Google does not know this key.").charged
    'no'
    """


class PermissionRefused(ApiError):
    """The key or project may not do this.

    >>> nb.imagine("a cat\\nemulate: 403 disabled", new=True)
    Traceback (most recent call last):
    nbgemini.errors.PermissionRefused: The key or project may not do this (403 PERMISSION_DENIED): “Generative ...
    """


class ModelNotFound(ApiError):
    """The server does not know the model.

    >>> nb.imagine("a cat\\nemulate: 404", new=True)
    Traceback (most recent call last):
    nbgemini.errors.ModelNotFound: The server does not know the model (404 NOT_FOUND): ...
    """


class QuotaExceeded(ApiError):
    """Too many requests. `retry_after` is in seconds, None without a usable hint; `scope` says which limit.

    >>> try:
    ...     nb.imagine("a cat\\nemulate: 429 day", new=True)
    ... except nb.errors.QuotaExceeded as error:
    ...     print(error.scope, error.charged)
    day no
    """

    def __init__(
        self,
        message: str,
        *,
        retry_after: float | None = None,
        scope: Literal["minute", "day", "zero", "spend", "storage"] = "minute",
        status: int = 429,
        reason: str = "RESOURCE_EXHAUSTED",
        server_message: str = "",
        hint: str = "",
    ) -> None:
        super().__init__(message, status=status, reason=reason, server_message=server_message, hint=hint)
        self.retry_after = retry_after
        self.scope = scope


class ServerFault(ApiError):
    """The server failed. `from_google` says whether the body was Google's own JSON; `retry_after` is in seconds.

    >>> nb.imagine("a cat\\nemulate: 504", new=True)
    Traceback (most recent call last):
    nbgemini.errors.ServerFault: The server gave up waiting for the model (504 DEADLINE_EXCEEDED): “Deadline ...
    """

    def __init__(
        self,
        message: str,
        *,
        from_google: bool = False,
        status: int = 500,
        retry_after: float | None = None,
        **more: Any,
    ) -> None:
        super().__init__(message, status=status, **more)
        self.from_google = from_google
        self.retry_after = retry_after


class UnexpectedReply(ApiError):
    """A redirect, a web page, or a status that the API does not document.

    >>> _ = nb.emulator(script=[{"answer": "500", "status": 418, "wrap": "html"}])
    >>> nb.imagine("a cat", new=True)
    Traceback (most recent call last):
    nbgemini.errors.UnexpectedReply: A web page came instead of an answer (418): “502 Bad Gateway” Not charged. ...
    """

    charged: Charged = "maybe"


class AnswerError(NbgeminiError):
    """HTTP 200 without a usable picture. `finish_reason` and `block_reason` are Google's words, or empty.

    >>> try:
    ...     nb.imagine("a cat\\nemulate: IMAGE_SAFETY", new=True)
    ... except nb.errors.AnswerError as error:
    ...     print(error.finish_reason)
    IMAGE_SAFETY
    """

    charged: Charged = "maybe"

    def __init__(
        self,
        message: str,
        *,
        finish_reason: str = "",
        block_reason: str = "",
        server_message: str = "",
        hint: str = "",
        charged: Charged | None = None,
        amount: str = "",
    ) -> None:
        super().__init__(message, hint=hint, charged=charged, amount=amount)
        self.finish_reason = finish_reason
        self.block_reason = block_reason
        self.server_message = server_message


class AnswerBlocked(AnswerError):
    """A finish reason or a block reason says why there is no picture.

    >>> nb.imagine("a cat\\nemulate: block PROHIBITED_CONTENT", new=True)
    Traceback (most recent call last):
    nbgemini.errors.AnswerBlocked: The prompt was blocked as prohibited content, so nothing was drawn ...
    """


class AnswerEmpty(AnswerError):
    """There is no picture, and no reason for it either.

    >>> nb.imagine("a cat\\nemulate: no candidates", new=True)
    Traceback (most recent call last):
    nbgemini.errors.AnswerEmpty: The answer is empty: no picture, no text and no reason. ...
    """


class AnswerMissing(AnswerError):
    """A batch ended, and brought neither an answer to this request nor a reason.

    >>> issubclass(nb.errors.AnswerMissing, nb.errors.AnswerError)
    True
    """


class AnswerUndecodable(AnswerError):
    """The body is not what the API documents.

    >>> _ = nb.emulator(script=[{"answer": "draw", "wrap": "nothing"}])
    >>> nb.imagine("a cat", new=True)
    Traceback (most recent call last):
    nbgemini.errors.AnswerUndecodable: The answer cannot be read: it is empty. ...
    """


class TransportError(NbgeminiError):
    """No complete answer came.

    >>> issubclass(nb.errors.OutcomeUnknown, nb.errors.TransportError)
    True
    """


class NotSent(TransportError):
    """The request never left completely. `begun` says whether a part of its body did.

    >>> nb.errors.NotSent("There is no route to the server.").charged
    'no'
    """

    charged: Charged = "no"

    def __init__(self, message: str, *, begun: bool = False, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.begun = begun


class OutcomeUnknown(TransportError):
    """The request left, and no complete answer came: it may have been charged. nbgemini will not resend it.

    >>> _ = nb.emulator(script=[{"answer": "draw", "drop": True}])
    >>> nb.imagine("a cat", new=True)
    Traceback (most recent call last):
    nbgemini.errors.OutcomeUnknown: The request was sent, but generativelanguage.googleapis.com did not answer. ...
    """

    charged: Charged = "maybe"


class DeadlinePassed(OutcomeUnknown):
    """No complete answer within the time allowed.

    >>> _ = nb.emulator(script=[{"answer": "draw", "wait": 5}])
    >>> nb.imagine("a cat", new=True, timeout=0.1)
    Traceback (most recent call last):
    nbgemini.errors.DeadlinePassed: No complete answer came within the time allowed. ...
    """


class InternalFault(NbgeminiError):
    """nbgemini itself failed where nobody expected it. What arrived before that is on disk.

    >>> nb.errors.InternalFault.of(ZeroDivisionError("division by zero")).message
    'Internal error in nbgemini: ZeroDivisionError: division by zero'
    """

    charged: Charged = "maybe"

    @classmethod
    def of(cls, cause: Exception, *, charged: Charged = "maybe") -> InternalFault:
        """The fault in whose place this stands."""
        hint = "What arrived is kept: see `%imagine history` and `%imagine recover`. `%tb` shows where, for a report."
        return cls(f"Internal error in nbgemini: {type(cause).__name__}: {cause}", hint=hint, charged=charged)
