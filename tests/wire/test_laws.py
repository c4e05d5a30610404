"""Laws of a conversation on the wire: what a model turn holds is sent back as it came."""

from __future__ import annotations

import base64
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nbgemini.core.content import user_turn
from nbgemini.core.exchange import ImageRequest
from nbgemini.wire.encode import body
from tests.support.pictures import make_picture
from tests.wire.answers import decoded, response
from tests.wire.shelf import Shelf

PNG = base64.b64encode(make_picture("PNG", (30, 40))).decode()
NAMES = st.text("abcXYZ_", min_size=1, max_size=8).map(lambda name: f"later{name}")
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
SIGNATURES = st.sampled_from(
    [
        "c2ln",
        "skip_thought_signature_validator",
        "a=b=",
        "_-_-",
        "+/+/" * 900,
        "é" * 10,
        "Zm9v" * 1200 + "YQ",
        "Q" * 5001,
    ]
)


@st.composite
def parts(draw: Any) -> dict[str, Any]:
    """A part with a text or a picture, perhaps signed, perhaps with fields that nobody knows yet."""
    part: dict[str, Any] = draw(
        st.sampled_from([{"text": "hi"}, {"text": ""}, {"inlineData": {"mimeType": "image/png", "data": PNG}}])
    )
    part = {**part, **draw(st.dictionaries(NAMES, VALUES, max_size=2))}
    if draw(st.booleans()):
        part[draw(st.sampled_from(["thoughtSignature", "thought_signature"]))] = draw(SIGNATURES)
    return part


VOID = [{"text": ""}, *({"text": "", name: ""} for name in ("thoughtSignature", "thought_signature"))]


@given(made=st.lists(parts(), min_size=1, max_size=4), more=st.dictionaries(NAMES, VALUES, max_size=2))
def test_a_model_turn_is_sent_back_as_it_came(made: list[dict[str, Any]], more: dict[str, Any]) -> None:
    """Order, unknown fields, key spelling and every signature of turn n are equal in request n+1; only an empty text
    that nothing vouches for stays away.
    """
    answer = response({"text": "there is always something said"}, *made)
    answer["candidates"][0]["content"].update(more)
    shelf = Shelf()
    turn = decoded(answer, shelf).turn
    assert turn is not None
    request = ImageRequest(model="m", turns=(user_turn("a"), turn, user_turn("b")))
    sent = json.loads(shelf.rebuilt(body(request)))["contents"][1]
    content = answer["candidates"][0]["content"]
    content["parts"] = [part for part in content["parts"] if part not in VOID]
    assert sent == content
    assert json.dumps(sent) == json.dumps(content)
