"""A change of a file as a unified diff, the way git writes one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from idecare.cli.render.terminal import paint
from idecare.core.humanize import path_text

CONTEXT_LINES = 3
STYLES = {"+": "added", "-": "removed", "@": "changed"}
ABSENT = "/dev/null"
NO_FINAL_NEWLINE = "\\ No newline at end of file"


def file_diff(path: Path, before: bytes | None, after: bytes | None, home: Path | None) -> str:
    """The diff of one file; ``None`` stands for no file. Home is shown as ``~``."""
    from difflib import unified_diff

    name = path_text(path, home).lstrip("/")
    old_name = ABSENT if before is None else f"a/{name}"
    new_name = ABSENT if after is None else f"b/{name}"
    lines = unified_diff(_lines(before), _lines(after), old_name, new_name, n=CONTEXT_LINES)
    return "\n".join(_shown(lines))


def _lines(data: bytes | None) -> list[str]:
    """Split at line feeds only: a form feed or a lone carriage return is part of its line, as it is to git."""
    parts = (data or b"").decode(errors="replace").split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _shown(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        text = line.rstrip("\n").removesuffix("\r")
        yield paint(text, STYLES[text[0]]) if text[:1] in STYLES else text
        if not line.endswith("\n"):
            yield NO_FINAL_NEWLINE
