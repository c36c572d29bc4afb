"""What the IDEs that share a module really fight over: pure, over one look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from idecare.inspection.workspace import Look

Grade = Literal["info", "warning", "error"]


@dataclass(frozen=True)
class Conflict:
    """``code`` is stable (``go-version``, ``mod-mod``, ``lock-wait``, ...). ``parties`` are the IDEs or processes as
    they are shown. ``setting`` is what to change and ``command`` what does it, ``None`` when nothing needs changing."""

    code: str
    grade: Grade
    root: Path
    message: str
    parties: tuple[str, ...]
    setting: str | None = None
    command: str | None = None


def find_conflicts(look: Look, now: datetime) -> tuple[Conflict, ...]:
    """Per module, worst first."""
    raise NotImplementedError
