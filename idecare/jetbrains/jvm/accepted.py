"""Remembers which options a runtime has accepted, so that it is not started again for the same question.

A refusal is not remembered: it is rare, and its cause may lie outside the runtime.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Sequence
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.jetbrains.jvm.verdict import Accepted, AcceptedWithWarnings, Verdict
from idecare.jetbrains.launcher.files import Option
from idecare.jetbrains.launcher.runtime import java_file, library_file

FORMAT = 1


@frozen
class JvmMemory:
    """The memory of one IDE's runs. It names the file to write and what it should hold, and never writes."""

    folder: Path
    ide_home: Path

    def file(self, home: Path) -> Path:
        name = f"{home}:{self.ide_home}".encode(errors="surrogateescape")
        return self.folder / f"{zlib.crc32(name):08x}.jvm"

    def recall(self, host: Host, home: Path, options: Sequence[Option]) -> Verdict | None:
        """The verdict on exactly these options by exactly this runtime, if it was an acceptance."""
        try:
            values = json.loads(self.file(home).read_bytes())
            if values["key"] != _key(host, home, options):
                return None
            ignored, left_out = (tuple(options[at] for at in values[name]) for name in ("ignored", "left_out"))
            warnings = tuple(values["warnings"])
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            return None
        return AcceptedWithWarnings(warnings, ignored, left_out) if warnings else Accepted(ignored, left_out)

    def record(self, host: Host, home: Path, options: Sequence[Option], verdict: Verdict) -> bytes | None:
        """What the file should hold after a run; ``None`` when there is nothing to remember."""
        if not isinstance(verdict, Accepted | AcceptedWithWarnings):
            return None
        values = {
            "key": _key(host, home, options),
            "ignored": [options.index(option) for option in verdict.ignored],
            "left_out": [options.index(option) for option in verdict.left_out],
            "warnings": list(verdict.warnings) if isinstance(verdict, AcceptedWithWarnings) else [],
        }
        return json.dumps(values).encode()


def _key(host: Host, home: Path, options: Sequence[Option]) -> list[object]:
    """The runtime as its files are, and the options in their order."""
    files = (home / "release", java_file(host, home), library_file(host, home))
    return [FORMAT, str(home), [_stamp(file) for file in files], [option.text for option in options]]


def _stamp(file: Path) -> list[int]:
    try:
        status = os.stat(file)
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns]
