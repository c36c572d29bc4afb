"""Variables of Go that are set to values which surprise: leftovers of GOPATH mode, flags that rewrite go.mod."""

from __future__ import annotations

from collections.abc import Iterable

from idecare.checks.base import Check, Finding
from idecare.checks.snapshot import Snapshot


def _modules_off(snapshot: Snapshot) -> Iterable[Finding]:
    found = snapshot.go_environment.lookup("GO111MODULE")
    if found.value in ("off", "auto"):
        yield Finding(
            id="go/go111module",
            severity="warning",
            summary=f"GO111MODULE={found.value}",
            evidence=(found.source,),
            why="modules are ignored",
            fix="unset",
        )


CHECKS = (Check("go/go111module", "GO111MODULE turns modules off", "unset it", _modules_off),)
