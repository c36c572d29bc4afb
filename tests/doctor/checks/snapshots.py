"""A snapshot over a home in a temp folder, and the findings of one check on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from idecare.core.locations import Install
from idecare.core.platforms import PlatformName
from idecare.doctor.base import Finding
from idecare.doctor.runner import all_checks
from idecare.doctor.snapshot import Snapshot
from idecare.golang.delve import GoFacts
from idecare.jetbrains.installs import installs
from tests.conftest import make_host

GO = Install("go", "go", Path("/usr/local/go"), "official package", version="go1.27.3")


def make_snapshot(
    home: Path,
    platform: PlatformName = "linux",
    environment: Mapping[str, str] | None = None,
    machine: str = "",
    cwd: Path | None = None,
    user_id: int = 1000,
    **parts: Any,
) -> Snapshot:
    """A user with a right Go and with nothing else but what lies in ``home``."""
    host = make_host(platform, {"PATH": "", **(environment or {})}, home, cwd, user_id)
    host = replace(host, machine=machine or host.machine)
    usual = {"go_installs": (GO,), "first_go": GoFacts("go1.27.3", (host.machine,)), "jetbrains_installs": ()}
    return Snapshot(host, **{**usual, **parts})


def snapshot_with_ides(home: Path, platform: PlatformName = "linux", **changes: Any) -> Snapshot:
    """The same with the JetBrains IDEs that are installed below ``home``, and none of this machine's."""
    found = installs(make_snapshot(home, platform).host)
    own = tuple(install for install in found if install.managed and install.path.is_relative_to(home))
    return make_snapshot(home, platform, **{"jetbrains_installs": own, "dry_starts": {}, **changes})


def findings(check_id: str, snapshot: Snapshot) -> tuple[Finding, ...]:
    """All that the check has to say."""
    check = next(check for check in all_checks() if check.id == check_id)
    return tuple(check.run(snapshot))


def reported(check_id: str, snapshot: Snapshot) -> list[tuple[str, str]]:
    """The ids, and the severities, of what it says. An id begins with its check's."""
    found = findings(check_id, snapshot)
    assert all(finding.id == check_id or finding.id.startswith(f"{check_id}/") for finding in found)
    assert all(finding.evidence and finding.why and finding.fix and finding.summary for finding in found)
    return [(finding.id.removeprefix(check_id).lstrip("/"), finding.severity) for finding in found]
