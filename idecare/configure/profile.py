"""What a profile is made of, and when each of its values holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from idecare.core.frozen import frozen

if TYPE_CHECKING:
    from idecare.formats.jsonc.tree import JsonValue


MIB, GIB = 1 << 20, 1 << 30
HEAP_STEP = 256 * MIB


@frozen
class Circumstances:
    """What conditions ask. ``jbr`` is the major of the runtime that the IDE would choose, ``None`` where none is
    chosen; ``gopls`` the minor version of gopls; ``memory_bytes`` is ``None`` where the system does not say."""

    os: str
    arch: str
    memory_bytes: int | None = None
    jbr: int | None = None
    gopls: int | None = None

    @property
    def memory_gib(self) -> int | None:
        """The memory as it is sold: a system reports a little less than what was bought."""
        return None if self.memory_bytes is None else -(-self.memory_bytes // GIB)


@frozen
class Range:
    """From ``least`` to ``most``, both included; ``None`` sets no bound. What is not known lies in no range."""

    least: int | None = None
    most: int | None = None

    def holds(self, value: int | None) -> bool:
        if value is None:
            return False
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


@frozen
class When:
    """A condition: all that it names must hold. ``memory`` is in GiB, ``gopls`` a minor version: 24 for v0.24."""

    os: tuple[str, ...] = ()
    arch: tuple[str, ...] = ()
    jbr: Range | None = None
    memory: Range | None = None
    gopls: Range | None = None

    def holds(self, now: Circumstances) -> bool:
        return (
            (not self.os or now.os in self.os)
            and (not self.arch or now.arch in self.arch)
            and (self.jbr is None or self.jbr.holds(now.jbr))
            and (self.memory is None or self.memory.holds(now.memory_gib))
            and (self.gopls is None or self.gopls.holds(now.gopls))
        )


ALWAYS = When()
Kept = Literal["larger", "smaller"]


def is_kept(kept: Kept | None, present: float | None, wanted: float | None) -> bool:
    """Whether a size or number that is there stays, as it lies beyond the wanted one on the side that is ``kept``."""
    if present is None or wanted is None:
        return False
    return present > wanted if kept == "larger" else kept == "smaller" and present < wanted


@frozen
class Heap:
    """A largest heap as a share of the machine's memory, within bounds."""

    share: float
    least_bytes: int
    most_bytes: int

    def option(self, memory_gib: int | None) -> str:
        """``-Xmx`` with whole steps of megabytes; the lower bound where the memory is not known."""
        wanted = int((memory_gib or 0) * GIB * self.share) // HEAP_STEP * HEAP_STEP
        size = min(max(wanted, self.least_bytes), self.most_bytes)
        return f"-Xmx{size // MIB}m"


@frozen
class JvmOption:
    """An option to set, or with ``unset`` one whose family is to go. A heap is computed from the memory.

    ``kept``: which sizes or numbers that the user has stay. ``evidence``: what shows that the value is right;
    ``since``: the first version that knows it.
    """

    option: str | Heap
    why: str
    unset: bool = False
    when: When = ALWAYS
    kept: Kept | None = None
    evidence: str = ""
    since: str = ""


@frozen
class PropertyValue:
    """A line of idea.properties; ``None`` takes the key out."""

    key: str
    value: str | None
    why: str
    when: When = ALWAYS
    kept: Kept | None = None
    evidence: str = ""
    since: str = ""


@frozen
class Found:
    """The path of a program that is right for this machine, found when the plan is made."""

    program: Literal["dlv", "go"]


@frozen
class Removed:
    """No value: the key goes."""


@frozen
class SettingValue:
    """A setting of VS Code. After a slash, ``key`` names a member of an object: ``go.alternateTools/dlv``.

    ``keep``: any value that the user has stays. A list gains entries and never loses one.
    """

    key: str
    value: JsonValue | Found | Removed
    why: str
    when: When = ALWAYS
    kept: Kept | None = None
    keep: bool = False
    evidence: str = ""
    since: str = ""


@frozen
class Profile:
    """A named set of values. ``source`` says where it was read from."""

    name: str
    description: str
    source: str
    jvm: tuple[JvmOption, ...] = ()
    properties: tuple[PropertyValue, ...] = ()
    settings: tuple[SettingValue, ...] = ()
    path: Path | None = None
