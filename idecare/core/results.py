"""Values that every stage shares: which folder is meant, and why nothing is done to one."""

from __future__ import annotations

from typing import Literal

from idecare.core.frozen import frozen


@frozen
class Identity:
    """A folder as the file system knows it. A link or another folder put in its place has another identity."""

    device: int
    inode: int


@frozen
class Skip:
    """Why nothing is done. ``busy``: in use; ``refused``: a safety rule forbids it; ``kept``: by choice or setting;
    ``absent``: there is nothing to do."""

    kind: Literal["busy", "refused", "kept", "absent"]
    code: str
    reason: str
    next_step: str = ""


def absent(code: str, reason: str) -> Skip:
    return Skip("absent", code, reason)


def kept(code: str, reason: str, next_step: str) -> Skip:
    return Skip("kept", code, reason, next_step)


def refused(code: str, reason: str, next_step: str) -> Skip:
    return Skip("refused", code, reason, next_step)
