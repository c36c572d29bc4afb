"""What the system allows a debugger: Yama's ptrace_scope on Linux, developer mode and debugserver on macOS.

Sources: the Linux kernel's Documentation/admin-guide/LSM/Yama.rst; Delve 1.27.1, pkg/proc/gdbserial/gdbserver.go
(getDebugServerAbsolutePath) and Documentation/installation/README.md.
"""

from __future__ import annotations

import os
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.platforms import LINUX, MACOS
from idecare.golang.developer_tools import developer_folder
from idecare.system.files import read_text
from idecare.system.run import ask

PTRACE_SCOPE = Path("/proc/sys/kernel/yama/ptrace_scope")
DEVELOPER_MODE = Path("/usr/sbin/DevToolsSecurity")
DEBUG_SERVERS = (
    "Library/PrivateFrameworks/LLDB.framework/Versions/A/Resources/debugserver",  # the command line tools
    "../SharedFrameworks/LLDB.framework/Versions/A/Resources/debugserver",  # Xcode
)
LIMIT_SECONDS = 5


@frozen
class Debugging:
    """``None`` where it is not known or does not exist. ``debug_server``: the one Delve takes."""

    ptrace_scope: int | None = None
    developer_mode: bool | None = None
    debug_server: Path | None = None
    servers_tried: tuple[Path, ...] = ()


def inspect_debugging(host: Host) -> Debugging:
    """Read what the kernel says; on macOS ask DevToolsSecurity, which only prints."""
    if host.platform is LINUX:
        text = (read_text(PTRACE_SCOPE) or "").strip()
        return Debugging(ptrace_scope=int(text) if text.isdecimal() else None)
    if host.platform is not MACOS:
        return Debugging()
    tried = tuple(_debug_servers(host))
    found = next((path for path in tried if os.path.isfile(path)), None)
    return Debugging(developer_mode=_developer_mode(), debug_server=found, servers_tried=tried)


def _debug_servers(host: Host) -> list[Path]:
    """The places in Delve's order: its variable, PATH, the command line tools, the chosen Xcode, lldb-server."""
    named = host.variable("DELVE_DEBUGSERVER_PATH")
    places = [Path(named)] if named else []
    places += [folder / "debugserver" for folder in host.search_path]
    places.append(Path("/Library/Developer/CommandLineTools") / DEBUG_SERVERS[0])
    if developer := developer_folder():
        places.append(Path(os.path.normpath(developer / DEBUG_SERVERS[1])))
    return [*places, *(folder / "lldb-server" for folder in host.search_path)]


def _developer_mode() -> bool | None:
    if not os.path.isfile(DEVELOPER_MODE):
        return None
    try:
        asked = ask([DEVELOPER_MODE, "-status"], {}, LIMIT_SECONDS)
    except OSError:
        return None
    words = asked.stdout.lower()
    return True if "enabled" in words else False if "disabled" in words else None
