"""One edit of a 5,000-line settings.json as a whole process, against node with jsonc-parser: the ratio of the medians.

Run as ``python -m tests.bench.bench_jsonc [ROUNDS]``.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.support.jsonc_parser import install

LINES = 5_000
OURS = """
import sys
from idecare.formats.edits import apply_edits
from idecare.formats.jsonc import set_value
with open(sys.argv[1], encoding="utf-8", newline="") as file:
    text = file.read()
with open(sys.argv[2], "w", encoding="utf-8", newline="") as file:
    file.write(apply_edits(text, set_value(text, ("go.alternateTools", "dlv"), "/opt/dlv")))
"""
THEIRS = """
const fs = require("fs"), jsonc = require(process.argv[3]);
const text = fs.readFileSync(process.argv[1], "utf8");
const formattingOptions = { insertSpaces: true, tabSize: 2, eol: "\\n" };
const edits = jsonc.modify(text, ["go.alternateTools", "dlv"], "/opt/dlv", { formattingOptions });
fs.writeFileSync(process.argv[2], jsonc.applyEdits(text, edits));
"""


def settings() -> str:
    """Texts, numbers, flags, lists and language sections with comments, and the edited object in the middle."""
    lines = []
    for number in range(LINES // 10):
        lines += [
            f"  // Section {number}",
            f'  "extension{number}.path": "/usr/local/bin/tool-{number}", // where it is',
            f'  "extension{number}.limit": {number * 100},',
            f'  "extension{number}.enabled": true,',
            f'  "extension{number}.flags": ["-v", "--level={number}"],',
            f'  "[language{number}]": {{',
            '    "editor.tabSize": 4,',
            '    "editor.formatOnSave": false',
            "  },",
            "",
        ]
    middle = len(lines) // 2
    lines[middle:middle] = ['  "go.alternateTools": {', '    "go": "/usr/local/go/bin/go"', "  },"]
    return "\n".join(["{", *lines, '  "last": null', "}", ""])


def seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - started


def main(rounds: int) -> None:
    package = str(install())
    with tempfile.TemporaryDirectory() as folder:
        source, ours, theirs = (str(Path(folder, name)) for name in ("settings.json", "ours.json", "theirs.json"))
        Path(source).write_text(settings(), encoding="utf-8")
        commands = [sys.executable, "-c", OURS, source, ours], ["node", "-e", THEIRS, source, theirs, package]
        pairs = [tuple(seconds(command) for command in commands) for _ in range(rounds + 1)][1:]
        assert Path(ours).read_bytes() == Path(theirs).read_bytes()
    mine, node = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"idecare {mine * 1000:.0f} ms, node {node * 1000:.0f} ms, ratio {mine / node:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
