"""What the system's developer tools and settings allow: Apple's tools and SDK, and whether a debugger may attach."""

from __future__ import annotations

import os
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.platforms import LINUX, MACOS
from idecare.system.files import read_text
from idecare.system.run import ask

CHOSEN = Path("/var/db/xcode_select_link")  # what `xcode-select --switch` sets
USUAL = (Path("/Applications/Xcode.app/Contents/Developer"), Path("/Library/Developer/CommandLineTools"))
XCRUN = Path("/usr/bin/xcrun")
LIMIT_SECONDS = 10


@frozen
class Sdk:
    """``chosen`` is the developer folder that is set, be it there or not; ``path`` what xcrun names, ``failure`` what
    it says instead. ``sdkroot``: SDKROOT, which comes before all."""

    chosen: Path | None = None
    path: Path | None = None
    failure: str = ""
    sdkroot: str | None = None


def developer_folder() -> Path | None:
    """The developer folder that is set, else the usual one that is there."""
    try:
        return Path(os.readlink(CHOSEN))
    except OSError:
        return next((folder for folder in USUAL if os.path.isdir(folder)), None)


def inspect_sdk(host: Host, xcrun: Path = XCRUN) -> Sdk | None:
    """``None`` where there is no such thing as an SDK of Apple's."""
    if host.platform is not MACOS:
        return None
    chosen, sdkroot = developer_folder(), host.variable("SDKROOT")
    if chosen is None or not os.path.isdir(chosen) or not os.path.isfile(xcrun):
        return Sdk(chosen, sdkroot=sdkroot)
    path, failure = _ask(host, xcrun)
    return Sdk(chosen, path, failure, sdkroot)


def _ask(host: Host, xcrun: Path) -> tuple[Path | None, str]:
    environment = {name: value for name, value in host.environment.items() if name != "SDKROOT"}
    try:
        asked = ask([xcrun, "--sdk", "macosx", "--show-sdk-path"], environment, LIMIT_SECONDS)
    except OSError as error:
        return None, str(error)
    answer = asked.stdout.strip()
    return (Path(answer), "") if asked.returncode == 0 and answer else (None, asked.stderr.strip())


PTRACE_SCOPE = Path("/proc/sys/kernel/yama/ptrace_scope")
DEVELOPER_MODE = Path("/usr/sbin/DevToolsSecurity")
DEBUG_SERVERS = (
    "Library/PrivateFrameworks/LLDB.framework/Versions/A/Resources/debugserver",  # the command line tools
    "../SharedFrameworks/LLDB.framework/Versions/A/Resources/debugserver",  # Xcode
)
QUESTION_SECONDS = 5


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
        asked = ask([DEVELOPER_MODE, "-status"], {}, QUESTION_SECONDS)
    except OSError:
        return None
    words = asked.stdout.lower()
    return True if "enabled" in words else False if "disabled" in words else None
