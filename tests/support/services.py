"""Programs that stand for a system's own: they write down what they were told, and do what the test says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

TOLD = "told"


def recorder(folder: Path, name: str, script: str = "") -> Path:
    """A program in ``folder`` that notes its arguments, a line a call, and goes on with ``script``; the folder."""
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >> "{folder / TOLD}"\n{script}\n')
    program.chmod(0o755)
    return folder


def told(folder: Path) -> list[str]:
    """What the programs in ``folder`` were told, first to last."""
    notes = folder / TOLD
    return notes.read_text().splitlines() if notes.exists() else []


def needs(*names: str) -> pytest.MarkDecorator:
    missing = [name for name in names if shutil.which(name) is None]
    return pytest.mark.skipif(bool(missing), reason=f"this machine has no {', '.join(missing)}")
