"""The curl commands as their shells read them: parsers of the rules of cmd, of Windows' programs and of PowerShell."""

from __future__ import annotations

import re
import shlex

import pytest

from nbgemini.studio.sending.recipes import curl

KEY = "AIza-of-the-shell"
VARIABLES = {"GEMINI_API_KEY": KEY, "art": "EXPANDED", "20": "EXPANDED"}
URL = "https://gateway.example/a%20b%20c/v1beta/models/gemini-3-pro-image:streamGenerateContent?alt=sse&x=1"
PATHS = [
    r"C:\Users\Ann Lee\.nbgemini\requests\ab.json",
    r"C:\100%art%\it's\ab.json",
    r"C:\O’Hara & ‘sons’ ‚x‛ (2)\$HOME\$(calc)\`n\ab.json",
    r"\\server\share\^caret\a!b!\ab.json",
]


def cmd(line: str) -> list[str]:
    """The arguments that a program gets of a line that is typed at cmd's prompt.

    First `%NAME%` gives way to the variable of that name, an unknown one stays (`help set`; no escape at the prompt).
    Then a caret outside of double quotes is taken away with its meaning (`help cmd`), and `& | < >` there end the
    command. The rest goes to the program, which splits it as CommandLineToArgvW documents.
    """
    line = re.sub(r"%([^%]+)%", lambda found: VARIABLES.get(found[1], found[0]), line)
    told, quoted, at = "", False, 0
    while at < len(line):
        if line[at] == "^" and not quoted:
            at += 1
        elif line[at] in "&|<>" and not quoted:
            raise AssertionError(f"the command ends at {line[at:]}")
        quoted ^= line[at] == '"'
        told += line[at]
        at += 1
    return windows(told)


def windows(line: str) -> list[str]:
    """As CommandLineToArgvW: blanks part arguments outside of quotes, backslashes count before a quote alone."""
    found: list[str] = []
    word, quoted, begun = "", False, False
    for run, mark, other in re.findall(r'(\\*)(")|(\\+|[^\\"])', line):
        if mark:
            word += "\\" * (len(run) // 2)
            if len(run) % 2:
                word += '"'
            else:
                quoted = not quoted
            begun = True
        elif other in " \t" and not quoted:
            found += [word] if begun else []
            word, begun = "", False
        else:
            word, begun = word + other, True
    return [*found, word] if begun else found


SINGLE = "'\u2018\u2019\u201a\u201b"
TOKEN = re.compile(
    rf"\s+|[{SINGLE}](?P<single>(?:[^{SINGLE}]|[{SINGLE}]{{2}})*)[{SINGLE}]"
    r'|"(?P<double>[^"`]*)"|(?P<bare>[\w.:=-]+)'
)


def powershell(line: str) -> list[str]:
    """The arguments of a native command, by the language specification, 2.3.5.2.

    Any of five marks ends a text in single quotes, and two of them are one; in double quotes `$env:NAME` is a variable.
    What it does not know is an error.
    """
    found, at = [], 0
    while at < len(line):
        token = TOKEN.match(line, at)
        assert token is not None, f"not understood: {line[at:]}"
        at = token.end()
        if token["single"] is not None:
            found.append(re.sub(rf"([{SINGLE}])[{SINGLE}]", r"\1", token["single"]))
        elif token["double"] is not None:
            found.append(re.sub(r"\$env:(\w+)", lambda one: VARIABLES[one[1]], token["double"]))
        elif token["bare"] is not None:
            found.append(token["bare"])
    return found


@pytest.mark.parametrize("path", PATHS)
def test_each_shell_gives_curl_the_same(path: str) -> None:
    """Address, headers and file arrive letter for letter, whatever stands in them; the key is the shell's variable."""
    expected = ["-sS", URL, "-H", f"x-goog-api-key: {KEY}", "-H", "Content-Type: application/json", "-d", f"@{path}"]
    assert cmd(curl("cmd", URL, path, token=False))[1:] == expected
    assert powershell(curl("PowerShell", URL, path, token=False))[1:] == expected
    bash = shlex.split(curl("bash", URL, path, token=False).replace("\\\n", " "))
    assert [word.replace("$GEMINI_API_KEY", KEY) for word in bash[1:]] == expected


def test_the_parsers_know_the_traps() -> None:
    """What a plain quoting would do, so that the test above says something."""
    assert cmd(r'curl.exe -d "@C:\100%art%\x"')[-1] == r"@C:\100EXPANDED\x"
    with pytest.raises(AssertionError):
        powershell("curl.exe -d '@C:\\O’Hara\\x'")
    assert windows(r'a "b c" "d\\" e\"f') == ["a", "b c", "d\\", 'e"f']
