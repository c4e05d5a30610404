"""The `models` resource: list, get, and the tokens of a prompt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..apierrors import invalid, model_gone
from ..registry import Backend, Model, models
from ..requests import counting, reader
from ..requests.protocol import fieldtypes, jsontext, protojson, schema, vertex_schema
from ..requests.turns import Fetch
from .paging import page_token, start_of

PAGE = 50
LARGEST_PAGE = 1000


def find(model: str, version: str, method: str = "generateContent", backend: Backend = "gemini") -> Model:
    """The model of this id as it is behind one of the doors; 404 for one that is unknown or retired."""
    known = models().get(model)
    if known is None:
        raise model_gone(model, version, method)
    return known if known.backend == backend else replace(known, backend=backend)


def list_models(query: Mapping[str, str], version: str) -> dict[str, Any]:
    """One page of the models; the token of a page is where it starts."""
    names = {fieldtypes.camel(name): name for name in schema.LIST_PARAMETERS}
    given = {names.get(name, name): value for name, value in query.items()}
    wanted = {name: given[name] for name in names.values() if name in given}
    fields = protojson.read(fieldtypes.Message("ListModelsRequest", schema.LIST_PARAMETERS), wanted, version=version)
    size = min(fields.get("page_size", 0) or PAGE, LARGEST_PAGE)
    if size < 0:
        raise invalid("page_size must not be negative.")
    start = start_of(fields.get("page_token", ""), "models")
    rows = list(dict.fromkeys(models().values()))
    page: dict[str, Any] = {"models": [model.resource() for model in rows[start : start + size]]}
    if start + size < len(rows):
        page["nextPageToken"] = page_token("models", start + size)
    return page


def count_tokens(body: bytes, model: Model, version: str, fetch: Fetch) -> dict[str, Any]:
    """The answer to countTokens; `fetch` gives type and bytes of a file by its uri."""
    if model.backend == "vertex":
        fields = protojson.read(
            vertex_schema.COUNT_REQUEST, jsontext.parse(body), version=version, package=vertex_schema.PACKAGE
        )
    else:
        fields = protojson.read(schema.COUNT_REQUEST, jsontext.parse(body), version=version)
    whole = fields.get("generate_content_request") or fields
    ask = reader.from_fields(whole, model, fetch)
    count = counting.prompt(ask)
    vertex = {"totalBillableCharacters": counting.billable_characters(ask)} if model.backend == "vertex" else {}
    return {"totalTokens": count.total, **vertex, "promptTokensDetails": count.details()}
