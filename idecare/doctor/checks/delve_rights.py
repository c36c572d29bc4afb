"""Whether the system lets a debugger in: ptrace_scope on Linux, debugserver and developer mode on macOS."""

from __future__ import annotations

from collections.abc import Iterable

from idecare.doctor.base import Check, Finding, RunByUser
from idecare.doctor.snapshot import Snapshot

# kernel.org, admin-guide/LSM/Yama: what each value leaves to a user without CAP_SYS_PTRACE.
SCOPES = {
    1: "a debugger may only attach to what it has started",
    2: "only an administrator may attach",
    3: "nobody may attach or debug until the next start of the machine",
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
        summary=f"attaching to a running process is not allowed: {SCOPES[scope]}",
        evidence=(f"/proc/sys/kernel/yama/ptrace_scope is {scope}",),
        why="dlv attach, and an IDE's 'attach to process', end with 'could not attach to pid'"
        + ("" if scope == 1 else "; from 2 on Delve may not even debug what it starts"),
        fix="until the next start of the machine: sudo sysctl kernel.yama.ptrace_scope=0"
        if scope < 3
        else "set kernel.yama.ptrace_scope=1 in /etc/sysctl.d and start the machine again",
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
            summary="Delve finds neither debugserver nor lldb-server",
            evidence=tuple(f"not there: {path}" for path in found.servers_tried if "LLDB.framework" in str(path)),
            why="every debug session ends with 'debugserver or lldb-server not found'",
            fix="install the command line tools: xcode-select --install",
            remedies=(RunByUser("xcode-select --install"),),
        )
    elif found.developer_mode is False:
        yield Finding(
            id="delve/debugserver/developer-mode",
            severity="info",
            summary="developer mode is off",
            evidence=("DevToolsSecurity -status says disabled", f"debugserver: {found.debug_server}"),
            why="macOS asks for a password at each debug session, and over ssh debugserver just ends",
            fix="sudo /usr/sbin/DevToolsSecurity -enable",
            remedies=(RunByUser("sudo /usr/sbin/DevToolsSecurity -enable"),),
        )


CHECKS = (
    Check(
        "delve/ptrace",
        "Linux does not let a debugger attach to running processes",
        "lower kernel.yama.ptrace_scope",
        _ptrace,
    ),
    Check(
        "delve/debugserver",
        "macOS has no debugserver, or developer mode is off",
        "xcode-select --install; DevToolsSecurity -enable",
        _debug_server,
    ),
)
