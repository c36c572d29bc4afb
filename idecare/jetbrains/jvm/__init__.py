"""What a Java runtime made of a list of options: types only."""

from __future__ import annotations

from typing import Literal

from idecare.core.frozen import frozen
from idecare.jetbrains.launcher.files import Option

Reason = Literal["missing", "not executable", "foreign architecture", "hangs", "broken"]


@frozen
class Accepted:
    """The JVM starts. ``ignored``: it does not know them; ``left_out``: not tried, for they act beyond the run."""

    ignored: tuple[Option, ...] = ()
    left_out: tuple[Option, ...] = ()


@frozen
class AcceptedWithWarnings:
    """The JVM starts, and says something about its options."""

    warnings: tuple[str, ...]
    ignored: tuple[Option, ...] = ()
    left_out: tuple[Option, ...] = ()


@frozen
class Refused:
    """The JVM does not start. ``options`` cause it, in order; empty where that could not be found out."""

    text: str
    options: tuple[Option, ...]
    left_out: tuple[Option, ...] = ()


@frozen
class NotRunnable:
    """This runtime cannot be started on this machine, whatever the options."""

    reason: Reason
    text: str


Verdict = Accepted | AcceptedWithWarnings | Refused | NotRunnable
