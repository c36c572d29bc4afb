"""Variables of Go with values that surprise: leftovers of GOPATH mode, flags that rewrite go.mod, local proxies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from idecare.core.commands import command_text
from idecare.core.language import tr
from idecare.doctor.base import Check, Finding, RunByUser, Severity
from idecare.doctor.snapshot import Snapshot
from idecare.golang.environment import GoValue
from idecare.golang.goflags import module_mode, split_flags

MODULES, GOPATH, GOFLAGS = "go/go111module", "go/gopath", "go/goflags"


def check_modules(snapshot: Snapshot) -> Iterable[Finding]:
    found = snapshot.go_environment.lookup("GO111MODULE")
    if found.value == "off":
        why = tr("go ignores go.mod and looks for packages in GOPATH: 'cannot find package ... in any of'")
        yield _finding(MODULES, "warning", tr("modules are turned off: GO111MODULE=off"), found, why, "GO111MODULE")
    elif found.value == "auto":
        why = tr("outside a module go falls back to GOPATH mode, and `go install x@version` fails there")
        yield _finding(MODULES, "info", tr("modules are only half on: GO111MODULE=auto"), found, why, "GO111MODULE")


def check_gopath(snapshot: Snapshot) -> Iterable[Finding]:
    """Entries that go refuses, and work in GOPATH/src without a module."""
    found = snapshot.go_environment.gopath
    for folder in snapshot.go_environment.gopath_folders:
        if not folder.is_absolute():
            why = tr(
                "go refuses each command: 'GOPATH entry cannot start with shell metacharacter' or 'GOPATH entry is "
                "relative'"
            )
            yield _finding(
                GOPATH,
                "error",
                tr("the GOPATH entry {entry} is not an absolute path", entry=folder),
                found,
                why,
                "GOPATH",
            )
    sources = [folder / "src" for folder in snapshot.go_environment.gopath_folders if folder.is_absolute()]
    if snapshot.module_file is None and any(snapshot.host.cwd.is_relative_to(source) for source in sources):
        yield Finding(
            id=f"{GOPATH}/no-module",
            severity="warning",
            summary=tr("{folder} lies in GOPATH/src and has no go.mod", folder=snapshot.host.cwd),
            evidence=(f"GOPATH={found.value} ({found.source})",),
            why=tr(
                "GOPATH mode has been off since Go 1.16: 'go.mod file not found in current directory or any parent'"
            ),
            fix=tr("make it a module, anywhere"),
            remedies=(RunByUser("go mod init"),),
        )


def check_goflags(snapshot: Snapshot) -> Iterable[Finding]:
    found = snapshot.go_environment.lookup("GOFLAGS")
    for word in split_flags(found.value):
        if not word.startswith("-") or word in ("-", "--"):
            why = tr("go refuses each command: 'parsing $GOFLAGS: non-flag'")
            yield _finding(
                GOFLAGS, "error", tr("GOFLAGS holds {word}, which is no flag", word=repr(word)), found, why, "GOFLAGS"
            )
    mode = module_mode(found.value)
    if mode == "mod":
        why = tr(
            "each go command may rewrite go.mod and go.sum, also those that an editor runs in the "
            "background: two of them at once end with 'existing contents have changed since last read'"
        )
        yield _finding(GOFLAGS, "warning", tr("GOFLAGS holds -mod=mod"), found, why, "GOFLAGS")
    module = snapshot.module_file
    if mode == "vendor" and module and not snapshot.is_folder(module.root / "vendor"):
        why = tr("builds of {folder} fail: it has no vendor folder", folder=module.root)
        yield _finding(GOFLAGS, "warning", tr("GOFLAGS holds -mod=vendor"), found, why, "GOFLAGS")


def _finding(id_: str, severity: Severity, summary: str, found: GoValue, why: str, name: str) -> Finding:
    return Finding(
        id=id_,
        severity=severity,
        summary=summary,
        evidence=(f"{name}={found.value} ({found.source})",),
        why=why,
        fix=tr("unset {variable}, unless you know why it is set", variable=name),
        remedies=(RunByUser(found.unset(name)),),
    )


ENV_FILE = "go/env-file"


def check_env_file(snapshot: Snapshot) -> Iterable[Finding]:
    """Go takes KEY=value as it is: no quotes, no trimming, and a line that does not begin with A-Z is skipped."""
    path, reported = snapshot.go_environment.env_file, tuple(_lines_read_differently(snapshot.go_env_lines))
    if reported:
        yield Finding(
            id=ENV_FILE,
            severity="warning",
            summary=tr("{path} has lines that go reads differently from what one expects", path=path),
            evidence=tuple(
                tr("line {number}: {fault}: {line}", number=number, fault=fault, line=line)
                for number, fault, line, _ in reported
            ),
            why=tr(
                "a quote or a carriage return becomes part of the value, and other lines are skipped without a word"
            ),
            fix=tr("write the values with `go env -w`, which makes right lines of them"),
            remedies=tuple(RunByUser(command) for *_, command in reported if command),
        )


def _lines_read_differently(lines: Iterable[str]) -> Iterator[tuple[int, str, str, str]]:
    """Line number, what is wrong, the line, and the command that writes it right."""
    for number, line in enumerate(lines, 1):
        key, equals, value = line.partition("=")
        bare = value.strip().strip("\"'")
        command = command_text("go", "env", "-w", f"{key.strip()}={bare}")
        if not line.strip() or line.startswith("#"):
            continue
        if not equals or not "A" <= key[:1] <= "Z":
            is_indented = bool(equals) and "A" <= key.strip()[:1] <= "Z"
            yield number, tr("skipped by go"), line.rstrip("\r"), command if is_indented else ""
        elif value.endswith("\r"):
            yield number, tr("the carriage return is part of the value"), line.rstrip("\r") + "\\r", command
        elif value[:1] in "\"'" and value[:1] and value.endswith(value[0]) and len(value) > 1:
            yield number, tr("the quotes are part of the value"), line, command
        elif value != value.strip():
            yield number, tr("the blanks are part of the value"), line, command


CHECKS = (
    Check(MODULES, tr("GO111MODULE turns modules off"), "unset GO111MODULE", check_modules),
    Check(GOPATH, tr("a GOPATH entry is not absolute, or work goes on in GOPATH mode"), "unset GOPATH", check_gopath),
    Check(
        GOFLAGS,
        tr("GOFLAGS lets every command rewrite go.mod, or stops go"),
        tr("remove the flag from GOFLAGS"),
        check_goflags,
    ),
    Check(
        ENV_FILE,
        tr("a line of the go env file that go reads differently from what one expects"),
        "go env -w KEY=VALUE",
        check_env_file,
    ),
)
