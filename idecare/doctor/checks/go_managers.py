"""Version managers: the version that a file here asks for is installed, and what a GOPATH for each version costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from idecare.doctor.base import Check, Finding, RunByUser
from idecare.doctor.snapshot import Snapshot

ID = "go/managers"
INSTALL = {
    "goenv": "goenv install {}",
    "gvm": "gvm install go{}",
    "asdf": "asdf install golang {}",
    "mise": "mise install go@{}",
}


def check_managers(snapshot: Snapshot) -> Iterable[Finding]:
    for manager in snapshot.go_managers:
        asked = manager.asked
        if asked and not any(f"{have}.".startswith(f"{asked.version}.") for have in manager.installed):
            yield Finding(
                id=f"{ID}/missing",
                severity="warning",
                summary=f"{asked.file} asks {manager.name} for Go {asked.version}, which is not installed",
                evidence=(f"installed: {', '.join(manager.installed)}",),
                why=f"{manager.name}'s go stops with an error here, or another Go runs",
                fix="install it, or change the file",
                remedies=(RunByUser(INSTALL[manager.name].format(asked.version)),),
            )
    yield from _module_caches(snapshot)


def _module_caches(snapshot: Snapshot) -> Iterator[Finding]:
    others = tuple(place for place in snapshot.other_modcaches if place.source != "default GOPATH")
    if others:
        yield Finding(
            id=f"{ID}/module-caches",
            severity="info",
            summary=f"there are {len(others)} module caches beside the one of this shell",
            evidence=tuple(f"{place.path} ({place.source})" for place in others),
            why="a version manager sets GOPATH for each version, so modules are downloaded and stored several times",
            fix="set GOMODCACHE to one folder for all (go env -w GOMODCACHE=...), or GOENV_DISABLE_GOPATH=1 for goenv",
        )


CHECKS = (
    Check(
        ID,
        "a version manager lacks the Go that a file here asks for, or keeps a module cache for each version",
        "install that version; set GOMODCACHE for all",
        check_managers,
    ),
)
