"""The studio of this process: the one global, shared by cells, scripts and everything else in the kernel."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Unpack

from nbgemini.core.python_slips import known_words, one_prompt
from nbgemini.studio.front_end import current

if TYPE_CHECKING:
    from types import EllipsisType

    from nbgemini.settings import Settings
    from nbgemini.store.store import Store
    from nbgemini.studio.asking.ask import PromptWords
    from nbgemini.studio.asking.words import AskWords
    from nbgemini.studio.handles import ConversationHandle, Result
    from nbgemini.studio.studio import Studio
    from nbgemini.studio.surroundings.embedded import Embedded, StepLike, Weight
    from nbgemini.studio.surroundings.uploads import UploadedPictures
    from nbgemini.studio.surroundings.wiring import HeaderValue

__all__ = [
    "configure",
    "conversation",
    "emulator",
    "forget",
    "imagine",
    "import_history",
    "settings",
    "standing",
    "store",
    "studio",
    "uploads",
]


_studios: dict[int, Studio] = {}


def studio() -> Studio:
    """The studio of this process, made when first needed. A forked child gets one of its own."""
    from nbgemini.studio.studio import Studio

    process = os.getpid()
    if process not in _studios:
        for other in _studios.keys() - {process}:
            _studios.pop(other, None)
        made = Studio(
            traits=lambda: current().traits(),
            home=current().home,
            renderer=lambda: current().renderer,
            notebook=lambda: current().notebook(),
            running=lambda: current().running(),
        )
        # Of several threads that come first at once, all get the same one; a lock could be held during a fork.
        _studios.setdefault(process, made)
    return _studios[process]


def standing() -> Studio | None:
    """The studio, if this process has made one already."""
    return _studios.get(os.getpid())


def forget() -> None:
    """Let go of the studio: the next use makes one that knows nothing of what was open, as in a new kernel."""
    _studios.clear()


def settings() -> Settings:
    """The settings of this moment, without a studio. Raises SettingsError."""
    from nbgemini.settings import read_settings

    return read_settings(current().traits())


def store() -> Store:
    """The store of this moment, without a studio. Raises SettingsError or StoreError."""
    from nbgemini.store.store import Store
    from nbgemini.studio.paths import store_place, working_place

    if (here := standing()) is not None:
        return here.store
    return Store.open(store_place(current().home or working_place(), settings().store))


@one_prompt
def imagine(prompt: PromptWords, **words: Unpack[AskWords]) -> Result:
    """Ask in the kernel's current conversation, as a cell does: `nbgemini.conversation().imagine(…)`.

    >>> cat = nb.imagine("a tabby cat", aspect="16:9", new=True)
    >>> cat.image.size
    (1376, 768)

    Options and errors are those of `Conversation.imagine`.
    """
    return conversation().imagine(prompt, **words)


def emulator(
    script: Sequence[StepLike] | str | os.PathLike[str] | None = None,
    *,
    latency: float = 0.0,
    weight: Weight = "light",
    rpm: int | None = None,
    rpd: int | None = None,
    billing: bool = False,
    batch_seconds: float | None = None,
    batch_tier: int = 2,
) -> Embedded:
    """Set the embedded emulator of this process up anew: what draws where neither a key nor a base URL is set.

    `script` is what the next requests are answered with: a list of steps (`"429 2s"`, `{"answer": "draw", "cut":
    2000}`) or the path of a JSON or TOML file; None: it draws. `latency` is in seconds for a 1K picture;
    `weight="real"` makes signatures as long as Google's, one to three megabytes, so that requests grow as they do
    there. `rpm` and `rpd` limit the requests a minute and a day for each model. `billing=True` is for
    practice: budgets, `confirm_over` and `%imagine cost` count what Google would charge, and nothing is charged. What
    is returned tells what is left of the script and lists the requests. `batch_seconds` is how long a batch job takes
    (None: a few seconds), `batch_tier` the tier of the project, from 0 (free, without batches) to 3, which limits the
    tokens in its queue; jobs go on when the kernel ends. Raises OptionError, and SettingsError when a
    key is set, so that Google would be asked.

    >>> emulator = nb.emulator(script=["429 0.1s", "draw"])
    >>> nb.imagine("an owl", new=True).text
    ''
    >>> [request.status for request in emulator.requests], emulator.left
    ([429, 200], 0)
    """
    from nbgemini.studio.surroundings.embedded import Embedded

    made = Embedded(
        script,
        latency=latency,
        weight=weight,
        rpm=rpm,
        rpd=rpd,
        billing=billing,
        batch_seconds=batch_seconds,
        batch_tier=batch_tier,
    )
    studio().surroundings.embed(made)
    return made


@known_words
def configure(
    *,
    headers: Mapping[str, HeaderValue] | EllipsisType | None = ...,
    client: object = ...,
) -> None:
    """Reach Google, or a gateway, as your network asks: with headers of your own, by an `httpx.Client` of yours.

    >>> nb.configure(headers={"x-team": "art"})  # with each request to the API
    >>> nb.configure(headers=None)  # without it again
    >>> import httpx
    >>> client = httpx.Client(proxy="http://proxy.example:8080", timeout=30)
    >>> nb.configure(client=client)
    >>> nb.configure(client=None)
    >>> client.close()

    `headers` go along with every request to the API and win over ours, an `authorization` too; a function as value is
    called for each request. They reach no other address, no record and no output. `client` is an `httpx.Client` or
    `httpx.AsyncClient`: its proxy, certificates, headers, login and hooks count in place of the environment's;
    deadlines and retries stay ours, and you close it yourself. Where requests go is set as ever, by
    GOOGLE_GEMINI_BASE_URL or `%config NbGemini.base_url`. None takes either back; what is not named stays. Raises
    OptionError.
    """
    change = [name for name, value in (("headers", headers), ("client", client)) if value is not ...]
    given = None if headers is ... else headers
    studio().surroundings.connect(headers=given, client=client, change=change)


def import_history(contents: Iterable[Any], name: str = "imported", *, model: str | None = None) -> ConversationHandle:
    """Go on with a conversation that began in google-genai: its contents become turns of a new one of that name.

    >>> history = [  # what `chat.get_history()` returns, here in short
    ...     {"role": "user", "parts": [{"text": "a haiku about a tabby cat"}]},
    ...     {"role": "model", "parts": [{"text": "Stripes in morning light"}]},
    ... ]
    >>> nb.import_history(history, "tabby")
    <Conversation tabby: 1 turn, at turn 1>

    `contents` are `types.Content`, or dicts as JSON has them, in camel or snake case, pictures as bytes or base64;
    signatures go back as they came. They begin with your words and end with an answer; contents of one role that follow
    each other, as streamed chats have them, are one turn. `model` is the one that answered (None: the one that is set).
    Nothing is sent. Raises OptionError, ConversationError for a name that is taken, StoreError.
    """
    from nbgemini.studio.sending.importing import import_contents

    here = studio()
    asked = here.catalogue.find(model or here.settings().model).id
    opened = import_contents(here.session, here.store, here.client(), contents, name, asked, here.notices.add)
    return here.conversation(opened.name)


def uploads() -> UploadedPictures:
    """The pictures of large requests that this kernel has put on the Files API; `.delete()` takes them away.

    >>> nb.uploads()
    <no uploaded pictures>

    Raises SettingsError.
    """
    from nbgemini.studio.surroundings.uploads import UploadedPictures

    return UploadedPictures(studio().client())


@known_words
def conversation(name: str | None = None, *, stored: bool = False) -> ConversationHandle:
    """The kernel's current conversation, or the one with that name, made if need be.

    `stored`: go on with a stored one of that name, as `%imagine use` does; it is the current one from then on. Raises
    ConversationError for a name that cannot be one, and with `stored` where there is none.

    >>> nb.conversation("night")
    <Conversation night: 0 turns, at the start>
    >>> nb.conversation("hero", stored=True).last.prompt
    'a tabby cat'
    """
    here = studio()
    return here.conversation(here.history.use_stored(name).name if stored else name)
