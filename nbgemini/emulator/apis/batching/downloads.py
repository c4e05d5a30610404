"""Downloads: the files that batch jobs wrote, whole or from a place on."""

from __future__ import annotations

import re
from collections.abc import Callable

from ...apierrors import ApiError, NotRouted, invalid
from ...traffic import COMMON, Request, Response, json_response
from ..files_api import Files, owner_of
from .batches_api import Batches
from .job_output import Output
from .job_shown import file_resource

__all__ = ["Downloads"]

_FILE = re.compile(r"/(?:download/)?(?:v1|v1beta)/(files/[^/:]+)(:download)?")
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_OUTPUTS = 16  # jobs whose sizes are remembered


class Downloads:
    """The results of batch jobs as files. `files` has the others, which can be looked at and not downloaded."""

    def __init__(self, batches: Batches, files: Files) -> None:
        self._batches, self._files = batches, files
        self._outputs: dict[str, Output] = {}

    @staticmethod
    def serves(request: Request) -> bool:
        """Whether an address is that of a download, or of a file of results."""
        found = _FILE.fullmatch(request.path)
        return bool(found and (found[2] or found[1].startswith("files/batch-")))

    def handle(self, request: Request) -> Response:
        """The answer to one request; ApiError or NotRouted for what cannot be answered."""
        found = _FILE.fullmatch(request.path)
        deleting = request.method == "DELETE" and found is not None and not found[2]
        if found is None or not (request.method == "GET" or deleting):
            raise NotRouted
        name, owner = found[1], owner_of(request)
        if deleting:
            self._batches.delete_results(name, owner)
            return json_response({})
        if not name.startswith("files/batch-"):
            self._files.find(name, owner)
            raise invalid(
                f"The file {name.removeprefix('files/')} was uploaded, and only generated ones can be downloaded."
            )
        job, ended, made = self._batches.results_of(name, owner)
        output = self._kept(job.id, made)
        if not found[2]:
            return json_response(file_resource(job, ended, output.size))
        if request.query.get("alt") != "media":
            return json_response({})
        return _sent(output, request.headers.get("range", ""))

    def _kept(self, id_: str, make: Callable[[], Output]) -> Output:
        """One for each job, which knows how long its lines are."""
        if (known := self._outputs.get(id_)) is None:
            known = self._outputs[id_] = make()
            for old in list(self._outputs)[:-_OUTPUTS]:
                self._outputs.pop(old, None)
        return known


def _sent(output: Output, asked: str) -> Response:
    """All of it, as it is drawn; or the part that is asked for, once it is known how much there is."""
    headers = {"content-type": "application/octet-stream", "accept-ranges": "bytes", **COMMON}
    found = _RANGE.fullmatch(asked.replace(" ", ""))
    if not found or found[0] == "bytes=-":
        size = output.size
        length = {} if size is None else {"content-length": str(size)}
        return Response(200, {**headers, **length}, output.pieces())
    size = output.measured()
    if found[1]:
        start, stop = int(found[1]), min(int(found[2]) + 1 if found[2] else size, size)
    else:
        start, stop = max(0, size - int(found[2])), size
    if start >= stop:
        told = ApiError(416, "Requested range not satisfiable", status="OUT_OF_RANGE").response()
        return Response(416, {**told.headers, "content-range": f"bytes */{size}"}, told.body)
    headers |= {"content-range": f"bytes {start}-{stop - 1}/{size}", "content-length": str(stop - start)}
    return Response(206, headers, output.pieces(start, stop))
