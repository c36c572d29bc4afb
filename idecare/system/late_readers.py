"""Programs of any name that may be reading files which a go command named to them and which it has left behind.

`go list -export` prints paths in the build cache and ends; go/packages, and so controller-gen, gqlgen, ent and every
analyser, opens them later (golang.org/x/tools v0.48.0, go/packages/packages.go, loadPackage). No lock and no time stamp
shows it: go refreshes an entry's mtime once an hour. What shows is that such a program has waited for a go command, or
has one in front of it in a pipe, that it works in a module or has just begun, and that it is none of the programs that
a developer leaves open all day.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from idecare.core.locations import program_stem
from idecare.system import procfs
from idecare.system.processes import Process, parents, pids, process, working_folder

# A batch tool ends within minutes; what has run for longer counts only where it works in a module (a watcher).
JUST_BEGUN = timedelta(minutes=15)
SHELLS = frozenset("bash zsh fish sh dash ash ksh mksh tcsh csh nu elvish pwsh".split())
# They run go commands, or shells that do, and read no export data themselves; filters read nothing but their pipe.
BYSTANDERS = frozenset(
    "tail head grep sort uniq wc cut tr tee jq".split()
    + "tmux screen zellij vim vi nvim emacs hx nano micro kak git ssh less man top htop sudo su script idecare".split()
    + "code code-insiders codium vscodium code-server cursor windsurf zed goland idea electron".split()
)


def late_readers(now: datetime) -> tuple[Process, ...]:
    """Whoever may be one, but for this process and those that wait for it. What cannot be inspected is of another user
    and has other caches."""
    own = {os.getpid(), *parents(os.getpid())}
    return tuple(found for pid in pids() - own if (found := _late_reader(pid, now)) is not None)


def _late_reader(pid: int, now: datetime) -> Process | None:
    if (begun := _may_have_asked(pid, now)) is None or not (begun or _works_in_module(pid)):
        return None
    found = process(pid)
    return None if found is None or found.environment is None or is_bystander(found) else found


def _may_have_asked(pid: int, now: datetime) -> bool | None:
    """Whether the process has just begun, if a go command may have ended for it; ``None`` if not.

    Without /proc nobody says who has waited for a child: then a process counts only by its working folder.
    """
    if not procfs.IS_THERE:
        return False
    try:
        status = procfs.status(pid)
        has_begun = procfs.started(status) > now - JUST_BEGUN
        may_have = status.had_children or (has_begun and procfs.reads_pipe(pid))
    except OSError:  # gone meanwhile, or another user's
        return None
    return has_begun if may_have and not status.is_zombie else None


def _works_in_module(pid: int) -> bool:
    folder = working_folder(pid)
    return folder is not None and any(
        os.path.lexists(above / name) for above in (folder, *folder.parents) for name in ("go.mod", "go.work")
    )


def is_bystander(found: Process) -> bool:
    """A prompt, an editor, a terminal's helper, or idecare itself."""
    stems = {program_stem(found.name.partition(":")[0]), *_first_words(found)}
    return bool(stems & BYSTANDERS) or (bool(stems & SHELLS) and _is_prompt(found))


def _first_words(found: Process) -> Iterator[str]:
    """Names in the command: the program, and what an interpreter runs (`python -m idecare`)."""
    words = [word for word in found.command[:4] if word and not word.startswith("--")]
    for position, word in enumerate(words):
        if position == 0 or program_stem(Path(word).name) == "idecare":
            yield program_stem(Path(word).name.removeprefix("-"))


def _is_prompt(found: Process) -> bool:
    """A shell that a terminal has started, without a script: its jobs in the background are forks of it, which look
    the same but lead no session."""
    options = found.command[1:]
    is_script = any(not word.startswith(("-", "+")) or (word[1:2] != "-" and "c" in word) for word in options)
    return not is_script and _leads_session(found.pid)


def _leads_session(pid: int) -> bool:
    try:
        return hasattr(os, "getsid") and os.getsid(pid) == pid
    except OSError:
        return False
