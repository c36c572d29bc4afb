"""What a conflict is: types only."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from idecare.core.frozen import frozen

Grade = Literal["info", "warning", "error"]
GRADES: tuple[Grade, ...] = ("error", "warning", "info")


@frozen
class Fix:
    """What to change, and what does it. ``command`` is ``None`` where only the IDE's own window can do it."""

    setting: str
    command: str | None = None


@frozen
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
