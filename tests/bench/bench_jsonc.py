"""One edit of a 5,000-line settings.json as a whole process, against node with jsonc-parser."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench.measuring import Measured, Row, Scale, Skipped, in_turns
from tests.bench.world import made_world
from tests.support.jsonc_parser import UnavailableError, install

AIM = 1.5
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


def jsonc_rows(folder: Path, scale: Scale) -> Iterator[Measured]:
    """The edit, as a process of each side; both must write the same."""
    try:
        package = install()
    except UnavailableError as reason:
        yield Skipped("jsonc", str(reason))
        return
    node = shutil.which("node") or "node"
    with made_world(folder, "jsonc") as world:
        source, ours, theirs = (world.base / name for name in ("settings.json", "ours.json", "theirs.json"))
        source.write_text(settings(), encoding="utf-8")
        ratios = in_turns(
            lambda: world.cost(sys.executable, "-c", OURS, source, ours),
            lambda: world.cost(node, "-e", THEIRS, source, theirs, package),
            scale.short_rounds,
        )
        if ours.read_bytes() != theirs.read_bytes():
            raise RuntimeError("the two edits differ")
        what = f"one edit of a settings.json of {LINES:,} lines"
        yield Row("jsonc", what, "node with jsonc-parser", ratios.wall, AIM, cpu=ratios.cpu)
