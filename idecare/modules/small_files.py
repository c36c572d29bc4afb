"""The small files of a module version: its .ziphash, .mod and .info, the list of versions, go's lock."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from idecare.modules.names import ModuleVersion
from idecare.modules.state import ABSENT, Reading
from idecare.system.files import read_text


def read_ziphash(path: Path) -> Reading:
    """The sum in a .ziphash file, or why it is none."""
    if path.exists() and not path.is_file():  # opening a pipe would wait for its writer
        return Reading("broken", problem="is not a file")
    try:
        text = path.read_bytes()[:200].decode("latin-1").strip()
    except FileNotFoundError:
        return ABSENT
    except OSError as error:
        return Reading("unreadable", problem=f"{(error.strerror or '').lower()}: {path}")
    if not text.strip("\0"):
        return Reading("broken", problem="is empty")
    is_sum = text.startswith("h1:") and len(text) == 47 and text.endswith("=")
    return Reading("ok", text) if is_sum else Reading("broken", problem=f"is no h1 sum: {text[:50]!r}")


def is_go_mod(path: Path) -> bool:
    """Whether it is text with a module line; also when there is no file."""
    text = read_text(path)
    return text is None or any(line.startswith("module") for line in text.splitlines())


def spoiled_files(root: Path, module: ModuleVersion, listed: set[str]) -> Iterator[tuple[str, str]]:
    """What go treats as absent and would fetch anew, or trips over."""
    info = read_text(root / module.file("info"))
    if info is not None and not _is_json(info):
        yield module.file("info"), "is cut short"
    versions = f"{module.folder}/list"
    if versions not in listed:
        listed.add(versions)
        lines = (read_text(root / versions) or "").split("\n")
        if any(line and not line.startswith("v") for line in lines):
            yield versions, "is not a list of versions"
    if os.path.isdir(root / module.file("lock")):
        yield module.file("lock"), "is a folder"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
