"""All that checks may know about a set-up, each part read once and only when a check asks for it."""

from __future__ import annotations

import sys
from pathlib import Path

from idecare.checks.snapshot_base import part
from idecare.checks.snapshot_cgo import CgoParts
from idecare.checks.snapshot_ides import IdeParts
from idecare.inspection.go_setup import GoSetup, inspect_go_setup
from idecare.inspection.truth_link import Link

__all__ = ["Snapshot", "part"]


class Snapshot(CgoParts, IdeParts):
    """Parts are cached over ``host``; a test makes one with its parts set beforehand.

    Every part is safe to ask from several threads; none changes anything. ``deep``: the user is willing to wait for
    what takes long.
    """

    @part
    def go(self) -> GoSetup:
        """The Go that this shell would use."""
        return inspect_go_setup(self.host)

    @part
    def python(self) -> Path:
        """The interpreter of this process."""
        return Path(sys.executable)

    @part
    def chain(self) -> tuple[Link, ...]:
        """From the shell to the debugger: for which architecture each program is built."""
        from idecare.inspection.truth_chain import read_chain

        return read_chain(self.host, self.python, self.go_installs, self.binary)
