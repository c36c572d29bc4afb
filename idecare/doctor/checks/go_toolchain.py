"""Whether the go command can have the toolchain that this module asks for, by GOTOOLCHAIN's rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from idecare.core.commands import command_text
from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.doctor.base import Check, Finding, RunByUser
from idecare.doctor.snapshot import Snapshot
from idecare.golang.delve_releases import Version, parse_version
from idecare.golang.environment import GoValue
from idecare.golang.installs import DEFAULT_GOPATH
from idecare.golang.module import ModuleFile

ID = "go/toolchain"
# cmd/go of go1.27.3, internal/toolchain/select.go; `go1.22.1-custom` is a name, too.
SETTING = re.compile(r"(?:(?P<name>local|go1\.[\w.-]+)(?:\+(?P<more>auto|path))?|(?P<alone>auto|path))")
SWITCHES_SINCE = (1, 21, 0)


@frozen
class Choice:
    """GOTOOLCHAIN taken apart: the least toolchain, and where newer ones may come from."""

    least: str = "local"
    more: str = ""  # "", path, auto


def parse_choice(value: str) -> Choice | None:
    """``None`` for a value that go refuses."""
    match = SETTING.fullmatch(value)
    if match is None:
        return None
    return Choice("local", match["alone"]) if match["alone"] else Choice(match["name"], match["more"] or "")


def check_toolchain(snapshot: Snapshot) -> Iterable[Finding]:
    found = snapshot.go_toolchain
    choice = parse_choice(found.value or "local")
    if choice is None:
        yield _finding(
            tr("GOTOOLCHAIN={value} is no choice that go knows", value=found.value),
            (found.source,),
            tr("go refuses each command: 'invalid GOTOOLCHAIN'"),
            tr("unset it, or: local, auto, path, go1.N.P, go1.N.P+auto"),
            _unset(found),
        )
        return
    yield from _named(snapshot, choice, found)
    yield from _line(snapshot)
    asked = _asked(snapshot)
    own = parse_version(snapshot.shell_go.version if snapshot.shell_go else None)
    running = own if choice.least == "local" else parse_version(choice.least)
    if asked is None or running is None or own is None or own < SWITCHES_SINCE:
        return
    version, file = asked
    if version > running:
        yield from _unreachable(snapshot, choice, found, version, running, file)


def _named(snapshot: Snapshot, choice: Choice, found: GoValue) -> Iterable[Finding]:
    """A toolchain that GOTOOLCHAIN names, which is not here and may not be fetched."""
    environment, own = snapshot.go_environment, snapshot.shell_go.version if snapshot.shell_go else None
    in_path = any(snapshot.is_file(folder / choice.least) for folder in snapshot.host.search_path)
    is_here = in_path or any(install.version == choice.least for install in snapshot.go_installs)
    barred = [environment.lookup(name) for name in ("GOSUMDB", "GOPROXY") if environment.lookup(name).value == "off"]
    if choice.least != "local" and own and not is_here and barred:
        yield _finding(
            tr("GOTOOLCHAIN asks for {version}, which is not here and cannot be fetched", version=choice.least),
            (f"GOTOOLCHAIN={found.value} ({found.source})", tr("{setting} is off", setting=barred[0].source)),
            tr("go refuses each command: 'checksum database disabled by GOSUMDB=off', or 'toolchain not available'"),
            tr("install {version}, or take the two settings back", version=choice.least),
            _unset(found),
        )


def _line(snapshot: Snapshot) -> Iterable[Finding]:
    """A toolchain line that names no toolchain: since Go 1.21 a toolchain has three numbers."""
    for file in (snapshot.work.file if snapshot.work else None, snapshot.module_file):
        named = file.toolchain if file else None
        if file and named and re.fullmatch(r"go1\.(?:2[1-9]|[3-9]\d)", named):
            yield _finding(
                tr("{path} names the toolchain {version}, which is a language version", path=file.path, version=named),
                (tr("toolchain {version} in {path}", version=named, path=file.path),),
                tr("go refuses: 'is a language version but not a toolchain version'"),
                tr("write {version} or a later one", version=f"{named}.0"),
                (),
            )


def _asked(snapshot: Snapshot) -> tuple[Version, ModuleFile] | None:
    """The release that go.work or go.mod requires."""
    work = snapshot.work.file if snapshot.work else None
    for file in (work, snapshot.module_file):
        if file and (version := parse_version(file.go)):
            return version, file
    return None


def _unreachable(
    snapshot: Snapshot, choice: Choice, found: GoValue, version: Version, running: Version, file: ModuleFile
) -> Iterable[Finding]:
    """Why go cannot take a newer toolchain; nothing where it can."""
    wanted = "go" + ".".join(map(str, version))
    in_path = any(snapshot.is_file(folder / wanted) for folder in snapshot.host.search_path)
    environment = snapshot.go_environment
    is_here = any(install.version == wanted for install in snapshot.go_installs if install.via == "toolchain")
    if not choice.more:
        reason = tr(
            "GOTOOLCHAIN={value} ({source}) forbids another one", value=found.value or "local", source=found.source
        )
    elif in_path or (choice.more == "auto" and is_here):
        return
    elif choice.more == "path":
        reason = tr(
            "GOTOOLCHAIN={value} ({source}), and there is no {version} in PATH",
            value=found.value,
            source=found.source,
            version=wanted,
        )
    elif environment.lookup("GOPROXY").value == "off":
        reason = tr("it is not in the module cache, and {setting} is off", setting=environment.lookup("GOPROXY").source)
    elif environment.lookup("GOSUMDB").value == "off":
        reason = tr(
            "it is not in the module cache, and {setting} is off, without which go takes no toolchain",
            setting=environment.lookup("GOSUMDB").source,
        )
    else:
        return
    yield _finding(
        tr(
            "{path} requires Go {version}, and go is {own}",
            path=file.path,
            version=".".join(map(str, version)),
            own=".".join(map(str, running)),
        ),
        (tr("go {version} in {path}", version=file.go, path=file.path), reason),
        tr("go refuses each command here, often even `go env`: 'go.mod requires go >= ...'"),
        tr("install that Go, or let go fetch it: GOTOOLCHAIN=auto"),
        _unset(found) if not choice.more else (),
    )


def _unset(found: GoValue) -> tuple[RunByUser, ...]:
    return () if found.place == "default" else (RunByUser(found.unset("GOTOOLCHAIN")),)


def _finding(summary: str, evidence: tuple[str, ...], why: str, fix: str, remedies: tuple[RunByUser, ...]) -> Finding:
    return Finding(ID, "error", summary, evidence, why, fix, remedies)


MANAGERS = "go/managers"
INSTALL = {
    "goenv": ("goenv", "install", "{}"),
    "gvm": ("gvm", "install", "go{}"),
    "asdf": ("asdf", "install", "golang", "{}"),
    "mise": ("mise", "install", "go@{}"),
}


def check_managers(snapshot: Snapshot) -> Iterable[Finding]:
    for manager in snapshot.go_managers:
        asked = manager.asked
        if asked and not any(f"{have}.".startswith(f"{asked.version}.") for have in manager.installed):
            yield Finding(
                id=f"{MANAGERS}/missing",
                severity="warning",
                summary=tr(
                    "{file} asks {manager} for Go {version}, which is not installed",
                    file=asked.file,
                    manager=manager.name,
                    version=asked.version,
                ),
                evidence=(tr("installed: {versions}", versions=", ".join(manager.installed)),),
                why=tr("{manager}'s go stops with an error here, or another Go runs", manager=manager.name),
                fix=tr("install it, or change the file"),
                remedies=(_install(manager.name, asked.version),),
            )
    yield from _module_caches(snapshot)


def _install(manager: str, version: str) -> RunByUser:
    return RunByUser(command_text(*(word.replace("{}", version) for word in INSTALL[manager])))


def _module_caches(snapshot: Snapshot) -> Iterator[Finding]:
    others = tuple(place for place in snapshot.other_modcaches if place.source != DEFAULT_GOPATH)
    if others:
        yield Finding(
            id=f"{MANAGERS}/module-caches",
            severity="info",
            summary=tr("there are {count} module caches besides the one of this shell", count=len(others)),
            evidence=tuple(f"{place.path} ({place.source})" for place in others),
            why=tr(
                "a version manager sets GOPATH for each version, so modules are downloaded and stored several times"
            ),
            fix=tr(
                "set GOMODCACHE to one folder for all (go env -w GOMODCACHE=...), or GOENV_DISABLE_GOPATH=1 for goenv"
            ),
        )


CHECKS = (
    Check(
        ID,
        tr("go cannot have the toolchain that this module asks for"),
        tr("install that Go, or GOTOOLCHAIN=auto with a way to download it"),
        check_toolchain,
    ),
    Check(
        MANAGERS,
        tr("a version manager lacks the Go that a file here asks for, or keeps a module cache for each version"),
        tr("install that version; set GOMODCACHE for all"),
        check_managers,
    ),
)
