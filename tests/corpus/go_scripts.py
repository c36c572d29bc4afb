"""What failing commands of go's own script tests print: collected from a verbose run of them by a real go.

Source: src/cmd/go/testdata/script and src/cmd/internal/script of the installed Go. Nothing of it is kept here.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

LIMIT_SECONDS = 1200
SCRIPT = re.compile(r"^=== (?:CONT|NAME) +TestScript/(\S+)")
COMMAND = re.compile(r"^ {8}> (.*)")
EXIT = re.compile(r"^ {8}\[exit status (\d+)\]")
# Paths of the run, so that the same text of two scripts is one.
RUN_FOLDERS = re.compile(r"/[^\s:'\"]*cmd-go-test-\d+/tmpdir\d+/[\w.-]+?\d+(?=/|\b)")


@dataclass(frozen=True)
class Failure:
    """What one command of one script printed before it failed."""

    script: str
    command: str
    text: str


def run_scripts(folder: Path) -> Path:
    """The log of all script tests, with every folder of go's inside ``folder``."""
    goroot = subprocess.run(["go", "env", "GOROOT"], capture_output=True, text=True, check=True).stdout.strip()
    log = folder / "scripts.log"
    variables = {name: str(folder / name.lower()) for name in ("HOME", "GOCACHE", "GOPATH", "XDG_CONFIG_HOME")}
    for path in variables.values():
        os.makedirs(path, exist_ok=True)
    command = ["go", "test", ".", "-run", "^TestScript$", "-v", "-count=1", f"-timeout={LIMIT_SECONDS}s"]
    with log.open("wb") as output:
        environment = {"PATH": os.environ["PATH"], "GOTOOLCHAIN": "local", **variables}
        source = Path(goroot) / "src" / "cmd" / "go"
        subprocess.run(command, cwd=source, env=environment, stdout=output, stderr=subprocess.STDOUT, check=False)
    return log


def failures(lines: Iterable[str]) -> Iterator[Failure]:
    """Each different text once, as a user would see it: stderr, and of `go test` and `go vet` stdout as well."""
    seen = set()
    for failure in _failures(lines):
        if failure.text and failure.text not in seen:
            seen.add(failure.text)
            yield failure


def _failures(lines: Iterable[str]) -> Iterator[Failure]:
    script, command, stream = "", "", ""
    output: dict[str, list[str]] = {}
    for line in lines:
        if match := SCRIPT.match(line):
            script, command, stream, output = match[1], "", "", {}
        elif match := COMMAND.match(line):
            command, stream, output = match[1].strip(), "", {}
        elif line.rstrip() in ("        [stdout]", "        [stderr]"):
            stream = line.strip()[1:-1]
        elif match := EXIT.match(line):
            if command.startswith(("! go", "? go", "!go", "! exec", "? exec")):
                yield Failure(script, command, _text(command, output))
            command, stream, output = "", "", {}
        elif stream:
            output.setdefault(stream, []).append(line.removeprefix("        ").rstrip("\n"))


def _text(command: str, output: dict[str, list[str]]) -> str:
    streams = ("stdout", "stderr") if re.search(r"\bgo (?:test|vet)\b", command) else ("stderr",)
    text = "\n".join(line for stream in streams for line in output.get(stream, ()))
    return RUN_FOLDERS.sub("/work", text).strip()
