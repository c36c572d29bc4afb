"""Who has which Go module open, as values: types only."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

from idecare.core.frozen import frozen

Strength = Literal["certain", "likely", "hint"]
SettingKind = Literal["environment", "goenv", "setting", "project", "default"]
# A login shell, which JetBrains IDEs and VS Code run when they are started from a desktop; or the user's settings of a
# remote window, which are on the machine that shows it.
Unseen = Literal["login shell", "client"]

# Variables that make two IDEs undo each other's work where they differ.
COMPARED = ("GOFLAGS", "GOWORK", "GOPRIVATE", "GOPROXY", "GOMODCACHE", "GOOS", "GOARCH")
SHELL = "shell"  # the product of the terminal that asks: a party of its own
FLAGS = "flags"  # build flags of an editor's settings, which have no variable of their own


@frozen
class Evidence:
    """One sign that an IDE has a folder open. ``kind`` is a stable word (``gopls``, ``lock``, ``recent``, ...),
    ``detail`` what was seen and where, ``since`` when the sign appeared."""

    kind: str
    strength: Strength
    detail: str
    since: datetime | None = None


@frozen
class GoSetting:
    """One variable of Go, and who set it: the environment of the running process, the GOENV file, an editor's
    settings file (``key`` is the setting), a project of a JetBrains IDE, or nobody."""

    name: str
    value: str
    kind: SettingKind
    source: str
    path: Path | None = None
    key: str | None = None


@frozen
class GoSide:
    """What decides how one IDE's go commands behave, as far as it could be seen. ``go_version`` is what its go command
    becomes in this module, after GOTOOLCHAIN and go.mod. ``settings`` are what the user set; ``None``: not known.

    ``unseen`` names where the IDE may have more from. What is not in ``settings`` is then not known to be unset.
    """

    go: Path | None = None
    go_version: str | None = None
    gopls: Path | None = None
    gopls_version: str | None = None
    settings: tuple[GoSetting, ...] | None = None
    unseen: Unseen | None = None

    def setting(self, name: str) -> GoSetting | None:
        return next((found for found in self.settings or () if found.name == name), None)


@frozen
class Presence:
    """One IDE which has the module open. ``folders`` are what it opened, ``pids`` all its processes that were seen.

    ``is_running`` is False when only its files name the module; ``is_lingering`` marks a language server whose
    window has been closed.
    """

    product: str  # goland, idea, vscode, cursor, ...
    name: str  # the instance, as in `idecare locate`
    version: str | None
    pid: int | None
    pids: tuple[int, ...]
    since: datetime | None
    folders: tuple[Path, ...]
    evidence: tuple[Evidence, ...]
    side: GoSide = GoSide()
    is_running: bool = True
    is_lingering: bool = False


@frozen
class LockWait:
    """A go command that holds a lock (``state`` is ``holds``) or waits for one (``waits``), and who is in its way.

    ``command`` is its command line in short, ``folder`` where it works, ``starter`` the IDE or terminal above it.
    ``idle_since``: when a holder last did anything, where somebody waits for it and the kernel says.
    """

    pid: int
    name: str
    state: Literal["holds", "waits"]
    path: Path
    since: datetime | None
    holders: tuple[int, ...] = ()
    command: str = ""
    folder: Path | None = None
    starter: str | None = None
    is_stopped: bool = False
    idle_since: datetime | None = None


@frozen
class LockUse:
    """How often and how long go commands waited for a lock within the last hour, which ones, and for whom."""

    path: Path
    waits: int
    total_seconds: float
    longest_seconds: float
    waiters: tuple[str, ...]
    holders: tuple[str, ...]


@frozen
class StaleLock:
    """The lock file of an IDE that crashed or was killed: its process is gone, so it means nothing. ``written`` is when
    the IDE started."""

    product: str
    name: str
    path: Path
    pid: int
    written: datetime | None


@frozen
class RemoteWindow:
    """A window on another machine, in a container or in WSL: what is open there cannot be seen from here. ``authority``
    is VS Code's: ``wsl+Ubuntu``, ``ssh-remote+host``."""

    product: str
    name: str
    authority: str
    folder: str


@frozen
class Workspace:
    """One Go module (or go.work workspace), by its canonical root. ``members`` are the folders with a go.mod: its own,
    or all that the go.work uses. ``module`` is ``None`` for a go.work."""

    root: Path
    module: str | None
    presences: tuple[Presence, ...]
    locks: tuple[LockWait, ...] = ()
    half_extracted: tuple[Path, ...] = ()
    # When go.mod returned to an earlier content, oldest first; the watcher fills it in.
    go_mod_changes: tuple[datetime, ...] = ()
    members: tuple[Path, ...] = ()
    # The shell that asks, as `status` sees it: a party where others have the module open.
    terminal: Presence | None = None


@frozen
class Scan:
    """Everything that is open at one moment."""

    taken: datetime
    workspaces: tuple[Workspace, ...]
    locks: tuple[LockWait, ...] = ()
    stale_locks: tuple[StaleLock, ...] = ()
    lock_uses: tuple[LockUse, ...] | None = None  # what a watcher saw within the last hour
    remotes: tuple[RemoteWindow, ...] = ()
