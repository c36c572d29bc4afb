"""Where language servers and go commands work, and which editor they belong to.

Sources: golang/tools gopls/main.go and internal/lsprpc (2026), golang/vscode-go goLanguageServer.ts. gopls works in
the first folder of its window. Its telemetry child is left out (system/processes.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from idecare.core.language import tr
from idecare.system.ide_owner import runs_ide
from idecare.system.processes import Process, ProcessTree, working_folder
from idecare.workspaces.base import Evidence
from idecare.workspaces.instances import Instance, KnownInstalls, Sighting

# They run between an editor and its language server, and are no editors.
BETWEEN = frozenset(
    "sh bash zsh fish dash nu pwsh powershell cmd env nice direnv mise asdf node mainthread python python3 perl ruby "
    "make gmake ninja xargs nohup setsid script strace booster login systemd init launchd explorer su sudo doas "
    "runuser timeout tini".split()
)
PYTHON = re.compile(r"python3\.\d+")
SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "mksh", "fish", "busybox"})
# The start of the process name: Linux cuts it after 15 characters.
TERMINALS = (
    "gnome-terminal", "konsole", "xterm", "kitty", "alacritty", "wezterm", "foot", "tilix", "terminator",
    "xfce4-terminal", "ghostty", "ptyxis", "kgx", "urxvt", "iterm2", "terminal", "windowsterminal",
    "warp", "hyper", "tmux", "screen",
)  # fmt: skip
SSH = ("sshd", "dropbear")


def is_daemon(found: Process) -> bool:
    """Whether this gopls serves others: it belongs to no editor, and works where its first client did."""
    return any(word.lstrip("-").partition("=")[0] == "listen" for word in found.command[1:])


def is_forwarder(found: Process) -> bool:
    """Whether this gopls hands everything on to a daemon."""
    return any(word.lstrip("-").partition("=")[0] == "remote" for word in found.command[1:])


def sightings(known: KnownInstalls, instances: tuple[Instance, ...], tree: ProcessTree) -> Iterator[Sighting]:
    """The folders in which gopls, debuggers and go commands work for an editor."""
    for found in tree.processes.go:
        if is_daemon(found):
            continue
        folder = working_folder(found.pid)
        if folder is None or folder == Path("/"):
            continue
        if found.is_language_server:
            instance = _owner(found, instances, tree) or _other_editor(found, known, tree)
            if instance is not None:
                yield _of_server(found, folder, instance)
        elif found.stem in ("go", "dlv") and (instance := _owner(found, instances, tree)):
            detail = tr("{name} (pid {pid}) works in {folder} for it", name=found.name, pid=found.pid, folder=folder)
            yield Sighting(instance, folder, Evidence(found.stem, "likely", detail, found.started), found)


def _of_server(found: Process, folder: Path, instance: Instance) -> Sighting:
    kind = "gopls-forwarder" if is_forwarder(found) else "gopls"
    ide = f"{instance.name} (pid {instance.main.pid})"
    detail = tr("gopls (pid {pid}) works in {folder} for {ide}", pid=found.pid, folder=folder, ide=ide)
    return Sighting(instance, folder, Evidence(kind, "certain", detail, found.started), found)


def _owner(found: Process, instances: tuple[Instance, ...], tree: ProcessTree) -> Instance | None:
    """The instance whose main process is above, else the one whose helper is."""
    above = tuple(tree.ancestors(found))
    pids = {process.pid for process in above}
    direct = next((instance for instance in instances if instance.main.pid in pids), None)
    if direct is not None:
        return direct
    return next((instance for instance in instances if any(_is_of(process, instance) for process in above)), None)


def _is_of(found: Process, instance: Instance) -> bool:
    place = instance.version or instance.data
    return place is not None and runs_ide(found, place.ide)


def _other_editor(found: Process, known: KnownInstalls, tree: ProcessTree) -> Instance | None:
    """An editor that idecare knows no more of than that it runs gopls, else the terminal or SSH session that it was
    started from; ``None`` when the editor is gone, though a helper of it, or a shell, is left over."""
    editor = next((above for above in tree.ancestors(found) if not _is_between(above)), None)
    if editor is None or any(runs_ide(editor, ide) for ide in known.ides):
        return None
    name = editor.stem
    if name.startswith(SSH):
        return Instance("ssh", "SSH session", None, editor)
    if terminal := next((terminal for terminal in TERMINALS if name.startswith(terminal)), None):
        return Instance("terminal", f"terminal ({terminal})", None, editor)
    return Instance(name, editor.name, None, editor)


def _is_between(found: Process) -> bool:
    """Shells, wrappers (``gopls-wrapper``, or any script of a shell's) and what else starts programs for others."""
    name, program = found.stem, found.executable.name if found.executable else ""
    return name in BETWEEN or found.is_language_server or program in SHELLS or bool(PYTHON.fullmatch(name))


def starter(pid: int, known: KnownInstalls, instances: tuple[Instance, ...], tree: ProcessTree) -> str | None:
    """The IDE, terminal or session that started a process, as it is shown."""
    found = tree.get(pid)
    instance = (_owner(found, instances, tree) or _other_editor(found, known, tree)) if found else None
    return instance.name if instance else None
