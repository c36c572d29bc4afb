"""Modules that a killed go command left half extracted: their ``.partial`` marker is there and nobody is at it.

Source: src/cmd/go/internal/modfetch/fetch.go of go1.27.3; the marker goes away when the extraction is whole.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from idecare.system.files import read_text

CAPITAL = re.compile(r"[A-Z]")
ESCAPED = re.compile(r"!([a-z])")
MARKER = ".partial"


def half_extracted(modcache: Path, members: Iterable[Path], locked: Iterable[Path]) -> tuple[Path, ...]:
    """The markers of modules in the go.sum of ``members``. ``locked`` are lock files that somebody holds: that one is
    being extracted now."""
    at_work = {path.with_suffix("") for path in locked if path.suffix == ".lock"}
    sums = dict.fromkeys(named for member in members for named in _modules(member))
    places = (modcache / "cache" / "download" / escaped(path) / "@v" / escaped(version) for path, version in sums)
    return tuple(
        Path(f"{place}{MARKER}") for place in places if place not in at_work and os.path.exists(f"{place}{MARKER}")
    )


def _modules(member: Path) -> Iterator[tuple[str, str]]:
    """Path and version of each module with a content sum in go.sum, go.work.sum too."""
    for name in ("go.sum", "go.work.sum"):
        for line in (read_text(member / name) or "").splitlines():
            words = line.split()
            if len(words) == 3 and not words[1].endswith("/go.mod") and "\0" not in line:
                yield words[0], words[1]


def escaped(text: str) -> str:
    """As file names have it: ``!`` and a small letter for a capital (golang.org/x/mod module.EscapePath)."""
    return CAPITAL.sub(lambda found: f"!{found[0].lower()}", text)


def module_version(marker: Path) -> str:
    """``path@version`` of a marker."""
    parts = marker.parts
    start = len(parts) - parts[::-1].index("download") if "download" in parts else 0
    path = "/".join(parts[start:]).removesuffix(MARKER).replace("/@v/", "@")
    return ESCAPED.sub(lambda found: found[1].upper(), path)
