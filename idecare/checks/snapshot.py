"""All that checks may know about a set-up, each part read once and only when a check asks for it."""

from __future__ import annotations

from functools import cached_property

from idecare.host import Host
from idecare.inspection.go_setup import GoSetup, inspect_go_setup


class Snapshot:
    """Parts are cached properties over ``host``; a test makes one with its parts set beforehand.

    Every property is safe to ask from several threads; none changes anything.
    """

    def __init__(self, host: Host, **parts: object) -> None:
        self.host = host
        vars(self).update(parts)

    @cached_property
    def go(self) -> GoSetup:
        """The Go that this shell would use."""
        return inspect_go_setup(self.host)
