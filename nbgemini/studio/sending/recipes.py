"""A request as a command of a shell, or as a program of google-genai's: what others run to send the same."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Mapping
from typing import Literal

from nbgemini.core.skeleton import Json

__all__ = ["HERE", "SHELLS", "Shell", "curl", "genai"]

Shell = Literal["bash", "PowerShell", "cmd"]
SHELLS: tuple[Shell, ...] = ("bash", "PowerShell", "cmd")
HERE: Shell = "PowerShell" if sys.platform == "win32" else "bash"

_TOKEN = "gcloud auth application-default print-access-token"


def curl(shell: Shell, url: str, path: str, *, token: bool) -> str:
    """The command of one shell. The body is the file `path`; the key is a variable, or a `token` comes from gcloud."""
    if shell == "bash":
        credentials = f"Authorization: Bearer $({_TOKEN})" if token else "x-goog-api-key: $GEMINI_API_KEY"
        return (
            f"curl -sS {shlex.quote(url)} \\\n"
            f'  -H "{credentials}" -H "Content-Type: application/json" \\\n'
            f"  -d @{shlex.quote(path)}"
        )
    if shell == "PowerShell":
        credentials = f"Authorization: Bearer $({_TOKEN})" if token else "x-goog-api-key: $env:GEMINI_API_KEY"
        return (
            f"curl.exe -sS {_single(url)} -H \"{credentials}\" -H 'Content-Type: application/json'"
            f" -d {_single(f'@{path}')}"
        )
    credentials = f"Authorization: Bearer TOKEN-OF-{_TOKEN}" if token else "x-goog-api-key: %GEMINI_API_KEY%"
    type_ = '-H "Content-Type: application/json"'
    return f'curl.exe -sS "{_literal(url)}" -H "{credentials}" {type_} -d "@{_literal(path)}"'


def _single(text: str) -> str:
    """Between single quotes, as PowerShell reads them: typographic ones end a text, too (about_Quoting_Rules, and the
    language specification, 2.3.5.2); each is written twice.
    """
    return "'" + re.sub("['\u2018\u2019\u201a\u201b]", r"\g<0>\g<0>", text) + "'"


def _literal(text: str) -> str:
    """Between double quotes of cmd: `%NAME%` is a variable there, too, and has no escape at the prompt.

    Outside of them a caret parts the percent sign from what follows, so that the name is none (`help set`); a caret is
    taken away, and quotes that follow each other are one argument (CommandLineToArgvW).
    """
    return text.replace("%", '"^%"')


def genai(model: str, body: Mapping[str, Json], path: str) -> str:
    """A program of google-genai's that sends `body`, which is the file `path`; a short one has its words in place."""
    words = _only_words(body)
    lines = ["import pathlib", "", "from google import genai", "from google.genai import types", ""]
    if words is None:
        lines[0] = "import json\nimport pathlib"
        lines += [
            f"body = json.loads(pathlib.Path({path!r}).read_text('utf-8'))",
            "contents = [types.Content.model_validate_json(json.dumps(turn)) for turn in body['contents']]",
        ]
    asked = "contents" if words is None else repr(words)
    lines += [
        "client = genai.Client()  # the key comes from GEMINI_API_KEY, as with curl",
        "response = client.models.generate_content(",
        f"    model={model!r},",
        f"    contents={asked},",
        f"    config={_config(body)!r},",
        ")",
        "for number, part in enumerate(response.parts or (), 1):",
        "    if part.inline_data and not part.thought:",
        "        suffix = part.inline_data.mime_type.rpartition('/')[2]",
        "        pathlib.Path(f'genai-{number}.{suffix}').write_bytes(part.inline_data.data)",
        "    elif part.text:",
        "        print(part.text)",
    ]
    return "\n".join(lines)


def _only_words(body: Mapping[str, Json]) -> str | None:
    """The prompt of a request that is nothing but one text; None for any other."""
    contents = body.get("contents")
    if not isinstance(contents, list) or len(contents) != 1 or not isinstance(contents[0], Mapping):
        return None
    parts = contents[0].get("parts")
    if not isinstance(parts, list) or len(parts) != 1 or not isinstance(parts[0], Mapping) or set(parts[0]) != {"text"}:
        return None
    text = parts[0]["text"]
    return text if isinstance(text, str) else None


def _config(body: Mapping[str, Json]) -> dict[str, Json]:
    """All that is no turn, as the SDK takes it: in one mapping. Its names may be written as on the wire."""
    given = body.get("generationConfig")
    rest = {name: value for name, value in body.items() if name not in ("contents", "generationConfig", "model")}
    whole: dict[str, Json] = json.loads(json.dumps({**(given if isinstance(given, Mapping) else {}), **rest}))
    return whole
