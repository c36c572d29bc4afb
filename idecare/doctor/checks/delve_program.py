"""The dlv that a debug session would start: is it there, does it run here, does it know this Go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from idecare.core.language import tr
from idecare.doctor.base import Check, Finding, RunByUser, Severity
from idecare.doctor.snapshot import Snapshot
from idecare.golang.delve import Fault, Verdict, best_delve

WHY = {
    "architecture": tr("a debugger built for another processor does not run here, or ends as soon as it is to debug"),
    "other system": tr("a program of another system does not run here"),
    "not a program": tr("another program answers to the name dlv, so no debug session begins"),
    "too old": tr("Delve refuses programs of a Go that is newer than it knows"),
    "too new": tr("Delve refuses programs of a Go that is older than it knows"),
    "built with old Go": tr("Go 1.25 and later write DWARF 5, which a dlv built with an older Go cannot read"),
    "missing": tr("without dlv there is no debugging"),
}


def _program(snapshot: Snapshot) -> Iterator[Finding]:
    """VS Code's Go extension takes the first one it finds."""
    first = next(iter(snapshot.delves), None)
    if first is None:
        yield from _none(snapshot)
    elif not first.is_right:
        yield _finding(first, best_delve(snapshot.delves))


def _finding(first: Verdict, better: Verdict | None) -> Finding:
    fault = first.faults[0]
    right = (
        (tr("{path} is right, but found later ({source})", path=better.path, source=better.source),) if better else ()
    )
    return Finding(
        id=f"delve/program/{fault.kind.replace(' ', '-')}",
        severity=_severity(fault),
        summary=fault.message,
        evidence=(tr("{path}: found first ({source})", path=first.path, source=first.source), *facts(first), *right),
        why=WHY[fault.kind],
        fix=tr("put {folder} before it in PATH, or replace it: {fix}", folder=better.path.parent, fix=first.fix)
        if better
        else first.fix,
        remedies=(RunByUser(first.fix),) if first.fix.startswith("go install") else (),
    )


def facts(verdict: Verdict) -> tuple[str, ...]:
    """What its file says."""
    built = tr(" and ").join(verdict.architectures)
    version = verdict.version and f"Delve {verdict.version}"
    said = tr(", ").join(filter(None, (version, built and tr("built for {architectures}", architectures=built))))
    return (f"{verdict.path}: {said}",) if said else ()


def _severity(fault: Fault) -> Severity:
    """GoLand has a dlv of its own and asks it not to compare versions."""
    return "warning" if fault.kind in ("too old", "too new", "built with old Go") else "error"


def _none(snapshot: Snapshot) -> Iterator[Finding]:
    """GoLand brings its own; for VS Code the Go extension offers to install one at the first debug session."""
    if snapshot.vscode and snapshot.go_installs:
        yield Finding(
            id="delve/program/none",
            severity="info",
            summary=tr("there is no dlv for VS Code"),
            evidence=(tr("looked in GOBIN, the bin folders of GOPATH, and PATH"),),
            why=tr("the Go extension asks to install it when a debug session begins"),
            fix="go install github.com/go-delve/delve/cmd/dlv@latest",
            remedies=(RunByUser("go install github.com/go-delve/delve/cmd/dlv@latest"),),
        )


def _run(snapshot: Snapshot) -> Iterable[Finding]:
    return _program(snapshot)


# kernel.org, admin-guide/LSM/Yama: what each value leaves to a user without CAP_SYS_PTRACE.
SCOPES = {
    1: tr("a debugger may only attach to what it has started"),
    2: tr("only an administrator may attach"),
    3: tr("nobody may attach or debug until the next start of the machine"),
}


def _ptrace(snapshot: Snapshot) -> Iterable[Finding]:
    """The value 1 is what many distributions come with, and starting a program in the debugger works with it."""
    scope = snapshot.debugging.ptrace_scope
    is_root = snapshot.host.user_id == 0
    if not snapshot.delves or scope not in SCOPES or (is_root and scope < 3):
        return
    yield Finding(
        id="delve/ptrace",
        severity="info" if scope == 1 else "warning",
        summary=tr("attaching to a running process is not allowed: {rule}", rule=SCOPES[scope]),
        evidence=(tr("/proc/sys/kernel/yama/ptrace_scope is {value}", value=scope),),
        why=tr("dlv attach, and an IDE's 'attach to process', end with 'could not attach to pid'")
        if scope == 1
        else tr(
            "dlv attach, and an IDE's 'attach to process', end with 'could not attach to pid'; from 2 on Delve may not "
            "even debug what it starts"
        ),
        fix=tr("until the next start of the machine: sudo sysctl kernel.yama.ptrace_scope=0")
        if scope < 3
        else tr("set kernel.yama.ptrace_scope=1 in /etc/sysctl.d and start the machine again"),
        remedies=(RunByUser("sudo sysctl kernel.yama.ptrace_scope=0"),) if scope < 3 else (),
    )


def _debug_server(snapshot: Snapshot) -> Iterable[Finding]:
    found = snapshot.debugging
    if not snapshot.delves or not found.servers_tried:
        return
    if found.debug_server is None:
        yield Finding(
            id="delve/debugserver/missing",
            severity="error",
            summary=tr("Delve finds neither debugserver nor lldb-server"),
            evidence=tuple(
                tr("not there: {path}", path=path) for path in found.servers_tried if "LLDB.framework" in str(path)
            ),
            why=tr("every debug session ends with 'debugserver or lldb-server not found'"),
            fix=tr("install the command line tools: xcode-select --install"),
            remedies=(RunByUser("xcode-select --install"),),
        )
    elif found.developer_mode is False:
        yield Finding(
            id="delve/debugserver/developer-mode",
            severity="info",
            summary=tr("developer mode is off"),
            evidence=(tr("DevToolsSecurity -status says disabled"), f"debugserver: {found.debug_server}"),
            why=tr("macOS asks for a password at each debug session, and over ssh debugserver just ends"),
            fix="sudo /usr/sbin/DevToolsSecurity -enable",
            remedies=(RunByUser("sudo /usr/sbin/DevToolsSecurity -enable"),),
        )


CHECKS = (
    Check(
        "delve/program",
        tr("the dlv found first is for another processor, is not Delve, or does not know this Go"),
        tr("install the Delve that fits, with a Go for this machine"),
        _run,
    ),
    Check(
        "delve/ptrace",
        tr("Linux does not let a debugger attach to running processes"),
        tr("lower kernel.yama.ptrace_scope"),
        _ptrace,
    ),
    Check(
        "delve/debugserver",
        tr("macOS has no debugserver, or developer mode is off"),
        "xcode-select --install; DevToolsSecurity -enable",
        _debug_server,
    ),
)
