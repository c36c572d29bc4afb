"""What a program written in Go can say: the texts of its error-making calls, read from its source on this machine.

Nothing of it is kept here. Most of a program's texts are about its own inside; a folder of them is left with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CALL = re.compile(
    r"(?:errors\.New|Errorf|Fatalf?|Fprintf?\(os\.Stderr,|log\.(?:Printf|Println)|Reportf|ErrorResponse\w*)\(?"
    r'[^"`\n]{0,60}("(?:[^"\\]|\\.)*"|`[^`]*`)'
)
VERB = re.compile(r"%[-+#]?\d*(?:\[\d+\])?([a-zA-Z])")
FILLED = {"d": "12", "q": '"name"', "x": "c000012000", "t": "true"}
SHORTEST = 12

INSIDE = "about the inside of the program: who reports a bug pastes it, nothing of the machine is at fault"
TYPED = "an answer to what was typed or clicked; only whoever did it knows what was meant"
USAGE = "the program names the wrong word of its command line itself"
LEFT = {
    "delve": (
        (
            r"^(?:pkg/(?:dwarf|internal|goversion|elfwriter|astutil|debugdetect)|_scripts|service/(?:rpc|internal|api|debugger))",
            INSIDE,
        ),
        (r"^pkg/proc", INSIDE),
        (r"^(?:pkg/(?:terminal|locspec|config|logflags)|service/dap)", TYPED),
        (r"^(?:cmd|pkg/gobuild|pkg/version)", USAGE),
    ),
    "gopls": (
        (r"^internal/(?:golang|template|mod|work|fuzzy|progress|clonetest|analysis|goasm)", TYPED),
        (
            r"^internal/(?:protocol|server|lsprpc|cache|filecache|mcp|debug|telemetry|util|label|bloom|filewatcher)",
            INSIDE,
        ),
        (r"^(?:internal/(?:cmd|doc|vulncheck|settings)|main\.go|doc|integration|contrib)", USAGE),
    ),
}


@dataclass(frozen=True)
class Message:
    """One text, with a word for each place that the program fills in."""

    file: str
    text: str


def messages(root: Path) -> Iterator[Message]:
    """Each different text once, in the order of the files."""
    seen = set()
    for path in sorted(root.rglob("*.go")):
        file = path.relative_to(root).as_posix()
        if file.endswith("_test.go") or re.search(r"(?:^|/)(?:vendor|testdata|_fixtures|test|testing)/", file):
            continue
        for match in CALL.finditer(path.read_text(errors="replace")):
            text = VERB.sub(
                lambda verb: FILLED.get(verb[1], "name"), match[1][1:-1].replace(r"\n", "\n").replace(r"\"", '"')
            )
            if len(text) >= SHORTEST and text not in seen:
                seen.add(text)
                yield Message(file, text.strip())


def reason_to_leave(program: str, message: Message) -> str:
    """Why a text of this folder has no entry; empty where nobody has said so."""
    return next((reason for pattern, reason in LEFT[program] if re.search(pattern, message.file)), "")
