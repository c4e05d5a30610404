"""What a page can ask for, verb by verb; each runs as an errand of its panel."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from nbgemini.errors import ObjectMissing, OptionError, ReferenceImageError
from nbgemini.notebook.panel.contact_rows import contact_rows
from nbgemini.notebook.panel.contract import PIECE
from nbgemini.notebook.panel.copying import cell_for
from nbgemini.notebook.panel.form import settings_of
from nbgemini.notebook.panel.gallery import file_name
from nbgemini.notebook.panel.generate import begin, start_next
from nbgemini.notebook.panel.marking import cropped
from nbgemini.notebook.panel.messages import Message
from nbgemini.notebook.panel.refining import again, prices, refine, starred
from nbgemini.notebook.panel.rows import REJECTED, error_lines, words_of
from nbgemini.notebook.panel.side_by_side import compare
from nbgemini.notebook.panel.varying import foresee, vary
from nbgemini.notebook.show.display import picture_bundle
from nbgemini.notebook.show.texts import alt_of, one_line
from nbgemini.studio.pictures.decoding import decoded

if TYPE_CHECKING:
    from nbgemini.notebook.panel.desk import Desk

__all__ = ["do"]


def do(desk: Desk, content: object, buffers: object) -> None:
    """Do what a message asks for. Raises nbgemini's errors, which the panel then shows."""
    message = Message.of(content, buffers)
    verb = _VERBS.get(message.verb)
    if verb is None:
        raise OptionError(f"The panel does not know `{one_line(message.verb, 40)}`.", hint="Run its cell again.")
    verb(desk, message)


def _hello(desk: Desk, _: Message) -> None:
    desk.hello()
    desk.look_around()


def _form(desk: Desk, message: Message) -> None:
    values = message.form()
    if desk.belongs_elsewhere(message.word("of"), values):
        return
    if "base" in message.content:
        desk.told_base(message.word("base"))
    model = str(values.get("model", desk.form.model))
    desk.form = desk.form.told(values, desk.card(model or desk.present_model))
    desk.push_form()


def _run(desk: Desk, message: Message) -> None:
    if message.form():
        model = str(message.form().get("model", desk.form.model))
        desk.form = desk.form.told(message.form(), desk.card(model or desk.present_model))
    begin(desk, message)
    desk.push_form()


def _cancel(desk: Desk, _: Message) -> None:
    desk.progress.give_up()
    if desk.sweep is not None:
        desk.sweep.sweep.cancel()


def _unqueue(desk: Desk, message: Message) -> None:
    desk.line.remove(message.word("id"))
    desk.push_form()


def _goon(desk: Desk, _: Message) -> None:
    desk.line.held = False
    start_next(desk)
    desk.push_form()


def _here(desk: Desk, message: Message) -> None:
    exchange = desk.exchange(message.word("turn"))
    desk.studio.history.go(exchange.id, desk.hold().name)
    desk.refresh()


def _pick(desk: Desk, message: Message) -> None:
    exchange = desk.exchange(message.word("turn"))
    value, history = desk.hold(), desk.studio.history
    if len(value.siblings(exchange.id)) > 1:
        history.choose(exchange.id, value.name)
    else:
        history.go(exchange.id, value.name)
    desk.refresh()


def _settings(desk: Desk, message: Message) -> None:
    """The form as it was for a turn; what is written stays."""
    exchange = desk.exchange(message.word("turn"))
    desk.form = desk.form.told(settings_of(exchange), desk.card(exchange.model))
    desk.push_form()
    number = desk.value.number(exchange.id)
    desk.face.tell({"is": "toast", "lines": [f"The controls now have the settings of turn {number}."]})


def _rate(desk: Desk, message: Message) -> None:
    exchange = desk.exchange(message.word("turn"))
    stars = message.whole("stars", 0, 5) if "stars" in message.content else None
    rejected = (REJECTED,) if "rejected" in message.content else ()
    yes = message.flag("rejected")
    desk.studio.store.opinions.add(
        exchange.id, stars=stars, tags=rejected if yes else (), untags=() if yes else rejected
    )
    desk.studio.session.tell()


def _sheet(desk: Desk, message: Message) -> None:
    laid = contact_rows(desk.studio, desk.value, message.word("group") or "newest")
    desk.face.tell({"is": "sheet", "view": message.word("view"), **laid})


def _undo(desk: Desk, _: Message) -> None:
    desk.studio.history.undo(desk.hold().name)
    desk.refresh()


def _redo(desk: Desk, _: Message) -> None:
    desk.studio.history.redo(desk.hold().name)
    desk.refresh()


def _conversation(desk: Desk, message: Message) -> None:
    verb, name = message.choice("verb", ("use", "new", "fork", "fresh")), message.word("name")
    session = desk.studio.session
    if verb == "use":
        desk.looking.use(name, message.word("key"))
    elif verb == "fork":
        desk.studio.history.fork(name, desk.hold().name)
        desk.looking.begin(name)
    elif verb == "new":
        if session.get(name).value.exchanges:
            raise OptionError(
                f"A conversation named `{one_line(name, 40)}` already exists.", hint="Choose another name."
            )
        desk.looking.begin(name)
    elif verb == "fresh":
        desk.looking.leave()
    desk.say("note", ())
    desk.refresh()


def _pin(desk: Desk, message: Message) -> None:
    desk.looking.pin(message.flag("on"))
    desk.refresh()


def _ref(desk: Desk, message: Message) -> None:
    """One piece of a picture; what is wrong with it is told to the view that sends it."""
    chunk = message.chunk()
    try:
        whole = desk.uploads.take(chunk)
        if whole is not None:
            desk.refs.add_file(chunk.name, whole, desk.studio.store.blobs)
    except ReferenceImageError as error:
        desk.face.tell({"is": "referr", "upload": chunk.upload, "why": error.message})
        desk.say("error", error_lines(error))
        return
    desk.face.tell({"is": "refok", "upload": chunk.upload, "part": chunk.part})
    if whole is not None:
        desk.push_form()
        desk.push_thumbs([desk.refs.given[-1].id])


def _refturn(desk: Desk, message: Message) -> None:
    exchange = desk.exchange(message.word("turn"))
    desk.refs.add_turn(exchange, desk.value.number(exchange.id), desk.studio.store.blobs)
    desk.push_form()
    desk.push_thumbs([desk.refs.given[-1].id])


def _crop(desk: Desk, message: Message) -> None:
    """A part of a turn's picture goes along as a reference."""
    exchange = desk.exchange(message.word("turn"))
    if exchange.picture is None:
        raise ReferenceImageError("This turn is text only; there is nothing to crop.")
    part = cropped(decoded(desk.gallery.full(exchange.picture).data), message.box())
    desk.refs.add_file(f"part of turn {desk.value.number(exchange.id)}.png", part, desk.studio.store.blobs)
    desk.push_form()
    desk.push_thumbs([desk.refs.given[-1].id])


def _unref(desk: Desk, message: Message) -> None:
    desk.refs.remove(message.word("ref"))
    desk.push_form()


def _need(desk: Desk, message: Message) -> None:
    what = message.choice("what", ("thumb", "view", "full", "words"))
    if what == "thumb":
        desk.push_thumbs(message.ids())
        return
    tell = _tell_words if what == "words" else partial(_tell_picture, what=what)
    for one in message.ids()[:4]:
        desk.submit(partial(tell, desk, one))


def _tell_picture(desk: Desk, one: str, *, what: str) -> None:
    picture = desk.picture(one)
    image = None
    if picture is not None:
        with suppress(ObjectMissing):  # the page says so where the picture would be
            image = desk.gallery.full(picture) if what == "full" else desk.gallery.view(picture)
    if picture is None or image is None:
        desk.face.tell({"is": "picture", "id": one, "what": what, "type": "", "name": "", "part": 0, "parts": 1}, [])
        return
    value = desk.value
    stem = f"{value.name}-{value.number(one)}" if one in value else "reference"
    message = {"is": "picture", "id": one, "what": what, "type": image.media_type, "name": file_name(stem, picture)}
    parts = max(1, math.ceil(len(image.data) / PIECE))
    for part in range(parts):
        piece = image.data[part * PIECE : (part + 1) * PIECE]
        desk.face.tell({**message, "part": part, "parts": parts}, [piece])


def _tell_words(desk: Desk, one: str) -> None:
    desk.face.tell({"is": "words", **words_of(desk.exchange(one))})


def _cell(desk: Desk, message: Message) -> None:
    turn = message.word("turn")
    what = "the next picture" if "axes" not in message.content else "the sweep"
    if turn and turn in desk.value:
        what = "the sweep" if desk.value.get(turn).shot else f"turn {desk.value.number(turn)}"
    desk.face.tell({"is": "copied", "text": cell_for(desk, message), "what": what})


def _insert(desk: Desk, message: Message) -> None:
    exchange = desk.exchange(message.word("turn"))
    value = desk.hold()
    result = desk.studio.result(exchange, value.name)
    if result.picture is None:
        raise OptionError("This turn is text only; there is no picture to insert.")
    bundle = picture_bundle(result, result.picture, alt_of(result.exchange), preview=desk.studio.settings().preview)
    if message.word("own"):  # the page can do it itself, whenever it was loaded
        output = {"data": bundle.data, "metadata": {kind: dict(said) for kind, said in bundle.metadata.items()}}
        desk.face.tell({"is": "output", "to": message.word("own"), "n": result.turn, **output})
        return
    against = desk.face.insert(bundle, message.word("page"))
    if against:
        desk.say("error", [against])
    else:
        desk.face.tell({"is": "toast", "lines": [f"Turn {result.turn} is below the panel as an ordinary output."]})


def _recover(desk: Desk, message: Message) -> None:
    result = desk.studio.recover(message.word("turn"), desk.hold().name)
    desk.say("note", ())
    desk.push()
    desk.face.tell({"is": "made", "turn": result.exchange.id, "typed": ""})


def _dismiss(desk: Desk, _: Message) -> None:
    desk.say("note", ())


_VERBS: dict[str, Callable[[Desk, Message], None]] = {
    "hello": _hello,
    "form": _form,
    "run": _run,
    "cancel": _cancel,
    "unqueue": _unqueue,
    "goon": _goon,
    "here": _here,
    "pick": _pick,
    "again": again,
    "starred": starred,
    "prices": prices,
    "refine": refine,
    "compare": compare,
    "settings": _settings,
    "rate": _rate,
    "sheet": _sheet,
    "foresee": foresee,
    "vary": vary,
    "undo": _undo,
    "redo": _redo,
    "conversation": _conversation,
    "pin": _pin,
    "ref": _ref,
    "refturn": _refturn,
    "crop": _crop,
    "unref": _unref,
    "need": _need,
    "cell": _cell,
    "insert": _insert,
    "recover": _recover,
    "dismiss": _dismiss,
}
