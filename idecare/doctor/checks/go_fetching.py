"""What fetching modules and toolchains depends on: proxies, the checksum database, private hosts, git and logins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from idecare.core.commands import command_text
from idecare.core.language import tr
from idecare.doctor.base import Check, Finding, RunByUser, Severity
from idecare.doctor.go_facts import matches_any
from idecare.doctor.snapshot import Snapshot
from idecare.golang.environment import GoValue
from idecare.vscode.paths import local_path

GOPROXY, GOSUMDB, PRIVATE = "go/goproxy", "go/sumdb", "go/private"
# cmd/go of go1.26.8, internal/modfetch/proxy.go and sumdb.go.
PROXY_WORDS = ("direct", "off", "noproxy")
DATABASES = ("off", "sum.golang.org", "sum.golang.google.cn")
PATTERN_SETTINGS = ("GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOINSECURE")
# Names that no public name server knows: RFC 6762 appendix G, RFC 8375, and what companies use.
PRIVATE_HOST = re.compile(
    r"\.(?:corp|internal|intranet|intra|lan|local|private|home|home\.arpa)$|^(?:10|192\.168)\.[\d.]+$"
)


def check_proxy(snapshot: Snapshot) -> Iterable[Finding]:
    yield from _folder(snapshot)
    found = snapshot.go_environment.lookup("GOPROXY")
    entries = [entry.strip() for entry in re.split(r"[,|]", found.value)]
    if found.value and not any(entries):
        why = tr("go refuses: 'GOPROXY list is not the empty string, but contains no entries'")
        yield _finding(GOPROXY, "error", tr("GOPROXY holds no address"), found, why, "GOPROXY")
    for entry in filter(None, entries):
        if entry not in PROXY_WORDS and "://" not in entry:
            why = tr("go refuses whatever it would have to download: 'invalid proxy URL missing scheme'")
            yield _finding(GOPROXY, "error", tr("{entry} in GOPROXY is no address", entry=entry), found, why, "GOPROXY")
        elif "://" in entry and entry.partition("://")[0] not in ("https", "http", "file"):
            why = tr("go refuses: 'invalid proxy URL scheme (must be https, http, file)'")
            yield _finding(
                GOPROXY,
                "error",
                tr("{entry} in GOPROXY is of no kind that go takes", entry=entry),
                found,
                why,
                "GOPROXY",
            )


def _folder(snapshot: Snapshot) -> Iterator[Finding]:
    found = snapshot.go_environment.lookup("GOPROXY")
    first = found.value.replace("|", ",").partition(",")[0]
    if not first.startswith("file://"):
        return
    folder = local_path(first) or Path(first.removeprefix("file://"))
    if not snapshot.is_folder(folder):
        why = tr("what is not in the module cache yet cannot be downloaded")
        yield _finding(
            GOPROXY, "error", tr("GOPROXY leads to {folder}, which is not there", folder=folder), found, why, "GOPROXY"
        )
    else:
        why = tr(
            "go does not check toolchains that it takes from a folder: a wrong one there is run without a question"
        )
        yield _finding(GOPROXY, "warning", tr("GOPROXY is the folder {folder}", folder=folder), found, why, "GOPROXY")


def check_sumdb(snapshot: Snapshot) -> Iterable[Finding]:
    found = snapshot.go_environment.lookup("GOSUMDB")
    name = found.value.split()[0] if found.value.split() else ""
    if name == "off":
        why = tr(
            "modules are no longer checked when they are first used, and go fetches no toolchain: 'checksum database "
            "disabled by GOSUMDB=off'"
        )
        yield _finding(GOSUMDB, "info", tr("the checksum database is off"), found, why, "GOSUMDB")
    elif name and name not in DATABASES and not re.fullmatch(r"[\w.:/-]+\+[0-9a-f]{8}\+\S+", name):
        why = tr("go refuses each download: 'invalid GOSUMDB: malformed verifier id'")
        yield _finding(
            GOSUMDB, "error", tr("GOSUMDB={value} is no checksum database", value=found.value), found, why, "GOSUMDB"
        )


def check_private(snapshot: Snapshot) -> Iterable[Finding]:
    """Patterns that match nothing, logins that go refuses, private hosts that go would ask the public for."""
    for name in PATTERN_SETTINGS:
        found = snapshot.go_environment.lookup(name)
        if "://" in found.value or re.search(r"\S\s+\S", found.value):
            why = tr("it is a list of host/path patterns with commas; what is written as an address matches no module")
            yield _finding(
                PRIVATE, "warning", tr("{variable} is not written as patterns", variable=name), found, why, name
            )
    yield from _logins(snapshot)
    yield from _hosts(snapshot)


def _logins(snapshot: Snapshot) -> Iterator[Finding]:
    found = snapshot.go_environment.lookup("GOAUTH")
    commands = [command.split() for command in found.value.split(";") if command.strip()]
    if ["off"] in commands and len(commands) > 1:
        why = tr("go refuses: 'GOAUTH=off cannot be combined with other authentication commands'")
        yield _finding(PRIVATE, "error", tr("GOAUTH turns logins off and names some"), found, why, "GOAUTH")
    if any(command[0] == "git" and (len(command) < 2 or not command[1].startswith("/")) for command in commands):
        why = tr("go refuses: 'GOAUTH=git dir method requires an absolute path to the git working directory'")
        yield _finding(PRIVATE, "error", tr("GOAUTH=git names no absolute folder"), found, why, "GOAUTH")


def _hosts(snapshot: Snapshot) -> Iterator[Finding]:
    environment = snapshot.go_environment
    covered = ",".join(environment.lookup(name).value for name in ("GOPRIVATE", "GONOSUMDB"))
    private = [path for path in snapshot.required if PRIVATE_HOST.search(path.partition("/")[0])]
    open_ = [path for path in private if not matches_any(covered, path)]
    if open_ and environment.lookup("GOSUMDB").value != "off":
        hosts = ",".join(dict.fromkeys(path.partition("/")[0] for path in open_))
        yield Finding(
            id=f"{PRIVATE}/uncovered",
            severity="warning",
            summary=tr("GOPRIVATE does not cover {hosts}", hosts=hosts),
            evidence=tuple(open_[:5]),
            why=tr(
                "go asks the public proxy and the checksum database for them: 'reading "
                "https://sum.golang.org/lookup/...: 410 Gone'"
            ),
            fix=tr("name the hosts in GOPRIVATE"),
            remedies=(RunByUser(command_text("go", "env", "-w", f"GOPRIVATE={hosts}")),),
        )
    if (private or environment.lookup("GOPRIVATE").value) and not snapshot.has_git:
        yield Finding(
            id=f"{PRIVATE}/git",
            severity="warning",
            summary=tr("private modules are in use, and there is no git in PATH"),
            evidence=(tr("go fetches what GOPRIVATE covers with git"),),
            why="'exec: \"git\": executable file not found in $PATH'",
            fix=tr("install git"),
        )


def _finding(id_: str, severity: Severity, summary: str, found: GoValue, why: str, name: str) -> Finding:
    evidence, fix = (f"{name}={found.value} ({found.source})",), tr("correct or unset {variable}", variable=name)
    return Finding(id_, severity, summary, evidence, why, fix, (RunByUser(found.unset(name)),))


CHECKS = (
    Check(GOPROXY, tr("GOPROXY is a folder of this machine, or no address"), "unset GOPROXY", check_proxy),
    Check(GOSUMDB, tr("GOSUMDB is no checksum database, or off"), "unset GOSUMDB", check_sumdb),
    Check(
        PRIVATE, tr("private modules that go asks the public for, or cannot log in to"), "GOPRIVATE, git", check_private
    ),
)
