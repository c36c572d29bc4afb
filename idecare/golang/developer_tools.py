"""Apple's developer tools: which are chosen, and the SDK that cgo compiles with.

A Mac without them answers `xcrun` and `cc` with a dialog, so nothing is run before a developer folder was seen.
Sources: xcode-select(1), xcrun(1); the texts are those of Xcode 15 and 16.
"""

from __future__ import annotations

import os
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.platforms import MACOS
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
