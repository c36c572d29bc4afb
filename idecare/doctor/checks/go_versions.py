"""The release of the shell's Go: whether it is supported, what is known to be wrong with it, and LC_UUID on macOS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from idecare.core.language import tr
from idecare.core.locations import Install
from idecare.doctor.base import Check, Finding
from idecare.doctor.checks import go_releases as known
from idecare.doctor.snapshot import Snapshot
from idecare.golang.delve_releases import Version, parse_version

SUPPORT, BUGS, UUID = "go/support", "go/known-bugs", "go/lc-uuid"


def _shell_go(snapshot: Snapshot) -> Iterator[tuple[Install, Version]]:
    """The shell's Go with its release; a Go without a VERSION file is a working copy of Go itself."""
    install = snapshot.shell_go
    release = parse_version(install.version) if install else None
    if install and release:
        yield install, release


def check_support(snapshot: Snapshot) -> Iterable[Finding]:
    for install, release in _shell_go(snapshot):
        minor, patch = release[1], release[2]
        last = known.LAST_PATCH.get(minor)
        if minor < known.SUPPORTED[0]:
            since = known.UNSUPPORTED_SINCE.get(minor)
            yield Finding(
                id=SUPPORT,
                severity="info" if _is_packaged(install) else "warning",
                summary=tr("{version} is not supported any more (since {day})", version=install.version, day=since)
                if since
                else tr("{version} is not supported any more", version=install.version),
                evidence=tuple(_support_evidence(install, release)),
                why=tr("security faults in the standard library and in the go command stay open"),
                fix=tr("install Go {version}: https://go.dev/dl", version=f"1.{known.NEWEST_MINOR}"),
            )
        elif last is not None and patch < last:
            yield Finding(
                id=SUPPORT,
                severity="info",
                summary=tr(
                    "{version} is not the last release of its line, which is {last} or later",
                    version=install.version,
                    last=f"1.{minor}.{last}",
                ),
                evidence=tuple(_support_evidence(install, release)),
                why=tr("minor releases fix security faults and miscompilations, and change nothing else"),
                fix=tr("install the newest Go {version}: https://go.dev/dl", version=f"1.{minor}"),
            )
        yield from _too_new_for_macos(snapshot, install, minor)


def _is_packaged(install: Install) -> bool:
    """Debian and its like fix security faults in the Go of their releases themselves."""
    return any(install.path.is_relative_to(folder) for folder in ("/usr/lib", "/usr/share", "/snap"))


def _support_evidence(install: Install, release: Version) -> Iterator[str]:
    yield f"{install.path / 'VERSION'} ({install.source})"
    if counts := known.VULNERABILITIES.get(release[1:]):
        yield tr(
            "known vulnerabilities: {library} in the standard library, {toolchain} in the toolchain",
            library=counts[0],
            toolchain=counts[1],
        )
    if _is_packaged(install):
        yield tr("a distribution's package: security faults may be fixed in it all the same")
    yield tr("as known on {day}", day=known.KNOWN_AS_OF)


def _too_new_for_macos(snapshot: Snapshot, install: Install, minor: int) -> Iterator[Finding]:
    oldest = known.OLDEST_DARWIN.get(minor)
    darwin = _darwin(snapshot)
    if darwin and oldest and darwin < oldest[0]:
        yield Finding(
            id=f"{SUPPORT}/macos",
            severity="error",
            summary=tr("{version} needs macOS {oldest} or later", version=install.version, oldest=oldest[1]),
            evidence=(tr("this is Darwin {release}", release=snapshot.host.release),),
            why=tr("programs end at their start: 'dyld...: Symbol not found'"),
            fix=tr("update macOS, or install an older Go"),
        )


def _darwin(snapshot: Snapshot) -> int | None:
    """Darwin's major release on macOS."""
    first = snapshot.host.release.partition(".")[0]
    return int(first) if snapshot.host.platform.name == "macos" and first.isdigit() else None


def check_bugs(snapshot: Snapshot) -> Iterable[Finding]:
    for install, release in _shell_go(snapshot):
        for bug in known.BUGS:
            if bug.first <= release <= bug.last and _concerns(bug, snapshot):
                yield Finding(
                    id=BUGS,
                    severity="warning" if bug.is_grave else "info",
                    summary=f"{install.version}: {bug.symptom}",
                    evidence=(
                        f"{install.path} ({install.source})",
                        tr(
                            "{source}, as known on {day}; fixed in {version}",
                            source=bug.source,
                            day=known.KNOWN_AS_OF,
                            version=bug.fixed,
                        )
                        if bug.fixed
                        else tr(
                            "{source}, as known on {day}; no fixed release is known",
                            source=bug.source,
                            day=known.KNOWN_AS_OF,
                        ),
                    ),
                    why=tr("it is a defect of this release, not of your program"),
                    fix=bug.way_out,
                )


def _concerns(bug: known.Bug, snapshot: Snapshot) -> bool:
    host = snapshot.host
    return (not bug.systems or host.platform.name in bug.systems) and (
        not bug.architectures or host.machine in bug.architectures
    )


def check_uuid(snapshot: Snapshot) -> Iterable[Finding]:
    """golang/go#68678: programs linked by Go before 1.24 have no LC_UUID."""
    darwin = _darwin(snapshot)
    if darwin is None or darwin < known.DARWIN_OF_MACOS_15:
        return
    evidence = (*_old_gos(snapshot), *_old_tools(snapshot))
    if evidence:
        aborts = darwin >= known.DARWIN_OF_MACOS_26
        yield Finding(
            id=UUID,
            severity="error" if aborts else "warning",
            summary=tr("programs linked by Go before 1.24 have no LC_UUID, which this macOS asks for"),
            evidence=(*evidence, tr("this is Darwin {release}; golang/go#68678", release=snapshot.host.release)),
            why=tr("cgo programs end at their start: 'dyld...: missing LC_UUID load command'")
            if aborts
            else tr("macOS gives them no permission for the local network"),
            fix=tr(
                "build with Go 1.24 or later; until then -ldflags=-B=gobuildid (since 1.22.9 and 1.23.3) or "
                "-ldflags=-linkmode=external"
            ),
        )


def _old_gos(snapshot: Snapshot) -> Iterator[str]:
    for install, release in _shell_go(snapshot):
        if release < known.LC_UUID_SINCE:
            yield tr(
                "{version} in {folder} ({source})",
                version=install.version,
                folder=install.path,
                source=install.source,
            )


def _old_tools(snapshot: Snapshot) -> Iterator[str]:
    for link in snapshot.chain:
        binary = snapshot.binary(link.path) if link.path and link.name in ("dlv", "gopls", "tool") else None
        built = parse_version(binary.go_version) if binary else None
        if built and binary and built < known.LC_UUID_SINCE:
            yield tr("{path}, built with {version}", path=link.path, version=binary.go_version)


CHECKS = (
    Check(
        SUPPORT,
        tr("the Go of the shell is no longer supported, or is too new for this macOS"),
        tr("install a newer Go"),
        check_support,
    ),
    Check(
        BUGS,
        tr("the Go of the shell has a known defect that bites on this system"),
        tr("install a release without it"),
        check_bugs,
    ),
    Check(
        UUID,
        tr("on macOS 15 and later, programs linked by Go before 1.24, which have no LC_UUID"),
        tr("build with Go 1.24 or later"),
        check_uuid,
    ),
)
