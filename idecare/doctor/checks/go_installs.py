"""Which Go each program takes: none, a stale GOROOT, or another one in each IDE."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from idecare.core.commands import put_first_in_path
from idecare.core.language import tr
from idecare.doctor.base import Check, Finding, RunByUser
from idecare.doctor.snapshot import Snapshot
from idecare.golang.delve_releases import parse_version
from idecare.golang.environment import GoValue
from idecare.golang.installs import go_binary, version
from idecare.system.files import real

INSTALLS, GOROOT = "go/installs", "go/goroot"


def check_installs(snapshot: Snapshot) -> Iterable[Finding]:
    """No go in PATH although there is one; or the shell's and the IDEs' differ."""
    if snapshot.shell_go is None and not _has_go_command(snapshot):
        yield from _no_go(snapshot)
    known = [user for user in snapshot.go_users if user.version]
    if len({(parse_version(user.version) or (0, 0))[:2] for user in known}) > 1:
        yield Finding(
            id=f"{INSTALLS}/differ",
            severity="warning",
            summary=tr("this shell and the IDEs use different Go versions"),
            evidence=tuple(
                tr(
                    "{user}: {version} in {folder} ({source})",
                    user=user.name,
                    version=user.version,
                    folder=user.root,
                    source=user.source,
                )
                for user in known
            ),
            why=tr("each `go mod tidy` writes go.mod and go.sum its own way, and caches and tools are built twice"),
            fix=tr("let all of them use one Go: remove the setting, or change it to the Go of the shell"),
        )
    for user in snapshot.go_users:
        if user.version is None:
            yield Finding(
                id=f"{INSTALLS}/gone",
                severity="warning",
                summary=tr("{user} is to use a Go that is not there", user=user.name),
                evidence=(f"{user.root} ({user.source})",),
                why=tr("the IDE falls back to another Go, or to none, without saying so"),
                fix=tr("remove the setting, or let it name a Go of `idecare locate installs`"),
            )


def _has_go_command(snapshot: Snapshot) -> bool:
    return any(snapshot.is_file(folder / name) for folder in snapshot.host.search_path for name in ("go", "go.exe"))


def _no_go(snapshot: Snapshot) -> Iterable[Finding]:
    found = [install for install in snapshot.go_installs if install.binary]
    if not found:
        yield Finding(
            id=f"{INSTALLS}/none",
            severity="info",
            summary=tr("no Go was found"),
            evidence=(tr("PATH, the usual places, version managers and the module cache have none"),),
            why=tr("IDEs for Go need one"),
            fix=tr("install it: https://go.dev/dl"),
        )
        return
    folder = found[0].binary.parent if found[0].binary else found[0].path
    yield Finding(
        id=f"{INSTALLS}/path",
        severity="warning",
        summary=tr("there is no go in PATH"),
        evidence=tuple(
            tr(
                "{version} in {folder} ({source})",
                version=install.version or "?",
                folder=install.path,
                source=install.source,
            )
            for install in found
        ),
        why=tr("the shell, VS Code's tools and scripts do not find it"),
        fix=tr("put its bin folder into PATH, in the profile of the shell"),
        remedies=(RunByUser(put_first_in_path(folder)),),
    )


def check_goroot(snapshot: Snapshot) -> Iterable[Finding]:
    """A GOROOT that is set is right only for one Go."""
    named = snapshot.go_environment.lookup("GOROOT")
    if not named.value:
        return
    root = Path(named.value)
    if go_binary(root) is None:
        yield _goroot_finding(
            named, tr("GOROOT={folder} holds no Go", folder=root), "go: cannot find GOROOT directory", ()
        )
        return
    shell = snapshot.shell_go
    if shell is None or real(root) == shell.path:
        return
    there = version(root)
    if there != shell.version:
        yield _goroot_finding(
            named,
            tr("GOROOT is that of {version}, and the go in PATH is {other}", version=there, other=shell.version),
            tr("the go command of one version runs the compiler of the other: 'does not match go tool version'"),
            (f"{root / 'VERSION'}: {there}", f"{shell.path / 'VERSION'}: {shell.version} ({shell.source})"),
        )


def _goroot_finding(named: GoValue, summary: str, why: str, evidence: tuple[str, ...]) -> Finding:
    return Finding(
        id=GOROOT,
        severity="error",
        summary=summary,
        evidence=(named.source, *evidence),
        why=why,
        fix=tr("unset it: go finds its own root"),
        remedies=(RunByUser(named.unset("GOROOT")),),
    )


CHECKS = (
    Check(
        INSTALLS,
        tr("there is no go in PATH, or shell, GoLand and VS Code use different versions"),
        tr("one Go for all: remove what names another one"),
        check_installs,
    ),
    Check(GOROOT, tr("GOROOT is set and is not the root of the go in PATH"), "unset GOROOT", check_goroot),
)
